// Defines the type ImageMember, and the edge `members` of Image.
import { builder } from '../../graph/builder.ts';
import { callCost, type Lookup, lookupEstimate } from '../../graph/cost.ts';
import { openEnum } from '../../graph/enums.ts';
import { sourceRef } from '../../graph/exposed.ts';
import { Node, registerNode } from '../../graph/node.ts';
import { unpagedListType } from '../../graph/unpaged-list.ts';
import { unlessAbsent } from '../../upstream/errors.ts';
import { isPathSafeId } from '../../upstream/path.ts';
import { LOOKUP as IMAGE_LOOKUP, ImageMemberStatus, ImageRef, imageFromKey } from '../image/type.ts';
import { imageMemberLoader } from './loader.ts';
import { type ImageMember, MEMBER_TYPES } from './record.ts';
import { listImageMembers, MAX_MEMBERS } from './upstream.ts';

const ImageMemberType = openEnum('ImageMemberType', 'What a member that an image is shared with is.', MEMBER_TYPES);

const ImageMemberRef = sourceRef<ImageMember>('ImageMember').implement({
  interfaces: [Node],
  description: 'A project, an account or an organization that an image is shared with.',
  fields: (t) => ({
    imageId: t.exposeID('imageId', { nullable: false, description: 'The id of the image, a UUID. `image_id`' }),
    memberId: t.exposeString('memberId', {
      nullable: false,
      description: 'The id of the project, the account or the organization. `member_id`',
    }),
    memberStatus: t.expose('memberStatus', {
      type: ImageMemberStatus,
      nullable: true,
      description: 'Whether the member has accepted the image; one that rejected it can use it all the same. `status`',
    }),
    memberStatusRaw: t.exposeString('memberStatusRaw', {
      nullable: true,
      description: 'Whether the member has accepted the image, as IMS sent it. `status`',
    }),
    memberType: t.expose('memberType', {
      type: ImageMemberType,
      nullable: true,
      description: 'What the member is; null on clouds that share images with projects alone. `member_type`',
    }),
    memberTypeRaw: t.exposeString('memberTypeRaw', {
      nullable: true,
      description: 'What the member is, as IMS sent it. `member_type`',
    }),
    urn: t.exposeString('urn', {
      nullable: true,
      description: 'The uniform resource name of an organization; null for other members. `urn`',
    }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the image was shared with the member. `created_at`',
    }),
    updatedAt: t.expose('updatedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the sharing was last updated. `updated_at`',
    }),
    image: t.field({
      type: ImageRef,
      nullable: true,
      // A member that was found by its id pays for the image, too: below `Image.members` it is at hand.
      ...callCost('ims', undefined, () => false),
      description:
        'The image. It costs no call below `Image.members`; on a member that was found by its id, fields other than `imageId` and `members` cost one.',
      resolve: (member, _args, context, info) => member.image ?? imageFromKey(context, member.imageId, info),
    }),
  }),
});

/** The calls to find one, those of its image included: its own, and its share in a list of two members that does not decide. */
const LOOKUP: Lookup = { calls: 1.5 + IMAGE_LOOKUP.calls, rows: MAX_MEMBERS / 2 + IMAGE_LOOKUP.rows };

registerNode(ImageMemberRef, {
  key: ['imageId', 'memberId'],
  estimate: lookupEstimate('ims', LOOKUP),
  isKey: ({ imageId, memberId }) => isPathSafeId(imageId) && isPathSafeId(memberId),
  load: ({ session }, key) => imageMemberLoader(session).load(key),
});

builder.objectField(ImageRef, 'members', (t) =>
  t.field({
    type: unpagedListType(ImageMemberRef, MAX_MEMBERS),
    nullable: true,
    ...callCost('ims', { calls: 1, rows: MAX_MEMBERS }),
    description:
      'Whom the image is shared with. Its owner sees all members, a member itself alone; null, with an error, for an image that is not shared. Costs a call.',
    resolve: (image, _args, { session }) => unlessAbsent(listImageMembers(session, image.imageId, image), null),
  }),
);
