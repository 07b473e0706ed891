// Loads members of images by their key. Strategy: the list of an image for several of its members, a call for one alone.
import { defineLoader, listOrCall } from '../../loading/batch.ts';
import { isSaidByService, nullIfAbsent } from '../../upstream/errors.ts';
import type { ImageMember, ImageMemberKey } from './record.ts';
import { isListed, keyText, listImageMembers, showImageMember } from './upstream.ts';

/** Of an image that is not shared, the list is denied, while each member alone is absent. */
const NOTHING_LISTED = { nodes: [], isComplete: false };

/** Shape: null for a member, or an image, that does not exist or that the caller cannot see. Calls: those of `listOrCall`, by image. */
export const imageMemberLoader = defineLoader<ImageMemberKey, ImageMember>(
  keyText,
  listOrCall({
    keyText,
    groupOf: ({ imageId }) => imageId,
    groupText: (imageId) => imageId,
    isListed,
    list: (session, imageId) =>
      listImageMembers(session, imageId).catch((error: unknown) =>
        isSaidByService(error, 'forbidden') ? NOTHING_LISTED : nullIfAbsent(error),
      ),
    show: showImageMember,
  }),
);
