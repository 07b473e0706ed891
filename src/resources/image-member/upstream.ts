// Calls IMS for the members of images: "list image members" and "show image member".
// Sources: docs/upstream/ims.md#list-image-members, #show-an-image-member.

import { keyTextOf } from '../../loading/batch.ts';
import type { Call } from '../../upstream/call.ts';
import { isObject } from '../../upstream/decoding/json.ts';
import { decodeRow } from '../../upstream/decoding/row.ts';
import type { UnpagedList } from '../../upstream/paging/page.ts';
import { pathSegment } from '../../upstream/path.ts';
import type { Session } from '../../upstream/session.ts';
import type { Image } from '../image/record.ts';
import { ImageMember, type ImageMemberKey, keyOf } from './record.ts';

/** Members that an image has at most. */
export const MAX_MEMBERS = 256;

/** The key of a member as text. */
export const keyText = keyTextOf<ImageMemberKey>('imageId', 'memberId');

const imagePath = (imageId: string) => `/v2/images/${pathSegment(imageId)}`;

/** The path of the members of an image, and what the calls about them have in common. */
const callOf = (imageId: string, path = '') =>
  ({
    service: 'ims',
    kind: 'ims.members',
    path: `${imagePath(imageId)}/members${path}`,
    resource: imagePath(imageId),
  }) as const;

const listCall = (imageId: string): Call => ({
  ...callOf(imageId),
  operation: 'list image members',
  rowsOf: (body) => (isObject(body) ? body.members : undefined),
  maxRows: MAX_MEMBERS,
  isRecord: (row) => keyOf(row, imageId) !== undefined,
});

/**
 * Lists the members of an image that the caller sees: all of them as its owner, itself as a member. `image` is the source object that they
 * are reached from.
 * Errors: a row without its key is an UpstreamError in its place; an image that does not exist is `not-found`. Calls: one.
 * Source: GET /v2/images/{image_id}/members.
 */
export async function listImageMembers(
  session: Session,
  imageId: string,
  image?: Image,
): Promise<UnpagedList<ImageMember>> {
  const { rows, isCut, body } = await session.get(listCall(imageId));
  const { next_marker: next } = isObject(body.page_info) ? body.page_info : {};
  return {
    nodes: rows.map((row) =>
      decodeRow(
        'ims',
        row,
        (wire) => keyOf(wire, imageId),
        (wire, key) => new ImageMember(wire, key, image),
      ),
    ),
    isComplete: !isCut && !next,
  };
}

/** Whether the members of an image have been listed in this session: to list them again takes no call. */
export const isListed = (session: Session, imageId: string) => session.hasMade(listCall(imageId));

/**
 * Shows one member of an image.
 * Shape: null when it does not exist or the caller cannot see it. Errors: rejects with UpstreamError. Calls: one.
 * Source: GET /v2/images/{image_id}/members/{member_id}.
 */
export async function showImageMember(
  session: Session,
  { imageId, memberId }: ImageMemberKey,
): Promise<ImageMember | null> {
  const response = await session.find({
    ...callOf(imageId, `/${pathSegment(memberId)}`),
    operation: 'show image member',
    isRecord: (wire) => keyOf(wire, imageId)?.memberId === memberId,
  });
  return response && new ImageMember(response.body, { imageId, memberId });
}
