// Loads images by their id. Strategy: fan-out; on OpenStack, whose list takes several ids, lists of a hundred ids,
// unless the cloud denies them.
import { type BatchFunction, defineLoader, fanOut } from '../../loading/batch.ts';
import type { Session } from '../../upstream/cloud.ts';
import { type Image, isImageId } from './record.ts';
import { listImagesById, showImage } from './upstream.ts';

/** Ids in one list call: with more the URL would be too long for Glance. */
const CHUNK = 100;

const showEach = fanOut(showImage);

/** Without these the list leaves out community images, and shared ones that have not been accepted. */
const EVERYTHING = [
  ['visibility', 'all'],
  ['member_status', 'all'],
] as const;

/** Lists the ids that are UUIDs; any other id is shown alone, so that it fails alone. */
const showTogether: BatchFunction<string, Image> = (session, ids) => {
  const listed = ids.filter(isImageId);
  const chunks = Array.from({ length: Math.ceil(listed.length / CHUNK) }, (_, index) =>
    listed.slice(index * CHUNK, (index + 1) * CHUNK),
  );
  const lists = new Map(
    chunks.flatMap((chunk) => {
      const list = loadChunk(session, chunk);
      return chunk.map((id) => [id, list] as const);
    }),
  );
  return ids.map(async (id) => (await lists.get(id))?.get(id) ?? showImage(session, id));
};

async function loadChunk(session: Session, ids: readonly string[]): Promise<ReadonlyMap<string, Image>> {
  const images = await session.attempt('list images by id', () => listImagesById(session, ids, EVERYTHING));
  return new Map((images ?? []).map((image) => [image.imageId, image]));
}

/**
 * Shape: null for an image that does not exist or that the caller cannot see.
 * Calls: one for each distinct id; on OpenStack one for each hundred ids, and one for each id that a list leaves out.
 */
export const imageLoader = defineLoader<string, Image>(
  (id) => id,
  (session, ids) =>
    (session.cloud.config.kind === 'openstack' && ids.length > 1 ? showTogether : showEach)(session, ids),
);
