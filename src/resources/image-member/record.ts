// Decodes the record of an image's member, as IMS sends it in lists and alone, and its key.
// Sources: docs/upstream/ims.md#list-image-members, #show-an-image-member.

import type { WireObject } from '../../upstream/decoding/json.ts';
import { Row } from '../../upstream/decoding/row.ts';
import { WireEnum } from '../../upstream/decoding/wire-enum.ts';
import { isPathSafeId } from '../../upstream/path.ts';
import { type Image, MEMBER_STATUSES } from '../image/record.ts';

export const MEMBER_TYPES = new WireEnum({
  PROJECT: ['project', 'A project.'],
  DOMAIN: ['domain', 'An account, with all its projects.'],
  ORGANIZATION: ['organization', 'An organization of accounts.'],
});

/** The key of a member. */
export interface ImageMemberKey {
  readonly imageId: string;
  readonly memberId: string;
}

/** The source object of the type: one row of the list, or the record alone. */
export class ImageMember extends Row implements ImageMemberKey {
  readonly __typename = 'ImageMember';
  readonly service = 'ims';
  readonly imageId: string;
  readonly memberId: string;
  /** The image that it was reached from, where that has its record. */
  readonly image: Image | undefined;
  constructor(wire: WireObject, { imageId, memberId }: ImageMemberKey, image?: Image) {
    super(wire);
    this.imageId = imageId;
    this.memberId = memberId;
    this.image = image?.hasRecord ? image : undefined;
  }
  get memberStatus() {
    return this.enum('status', MEMBER_STATUSES);
  }
  get memberStatusRaw() {
    return this.string('status');
  }
  get memberType() {
    return this.enum('member_type', MEMBER_TYPES);
  }
  get memberTypeRaw() {
    return this.string('member_type');
  }
  get urn() {
    return this.string('urn');
  }
  get createdAt() {
    return this.dateTime('created_at');
  }
  get updatedAt() {
    return this.dateTime('updated_at');
  }
}

/** The key of a record; undefined where it has no member, or is of another image than the requested one. */
export function keyOf(
  { image_id: ownId, member_id: memberId }: WireObject,
  imageId: string,
): ImageMemberKey | undefined {
  // A UUID is the same in upper and lower case.
  const isOther = typeof ownId === 'string' && ownId !== '' && ownId.toLowerCase() !== imageId.toLowerCase();
  if (isOther || typeof memberId !== 'string' || !isPathSafeId(memberId)) return undefined;
  return { imageId, memberId };
}
