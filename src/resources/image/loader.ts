// Loads images by their id. Strategy: fan-out; on OpenStack, whose list takes several ids, grouped lists of a hundred ids, as far as
// the cloud does not refuse them.
import { type BatchFunction, defineLoader, fanOut } from '../../loading/batch.ts';
import type { Session } from '../../upstream/cloud.ts';
import { type Image, isImageId } from './record.ts';
import { listImagesById, showImage } from './upstream.ts';

/** Ids in one list call: more would make a URL that Glance refuses. */
const CHUNK = 100;

const showEach = fanOut(showImage);

/** Without these the list leaves out images of a community, and shared ones that wait for an answer. Hidden ones it never mixes in. */
const EVERYTHING = [
  ['visibility', 'all'],
  ['member_status', 'all'],
] as const;

/** One list for ids that look like ids; what else another image or a caller names is asked for alone, so that it fails alone. */
const showTogether: BatchFunction<string, Image> = (session, ids) => {
  const listed = ids.filter(isImageId);
  const chunks = Array.from({ length: Math.ceil(listed.length / CHUNK) }, (_, index) =>
    listed.slice(index * CHUNK, (index + 1) * CHUNK),
  );
  const answers = new Map(
    chunks.flatMap((chunk) => {
      const answer = loadChunk(session, chunk);
      return chunk.map((id) => [id, answer] as const);
    }),
  );
  return ids.map(async (id) => (await answers.get(id))?.get(id) ?? showImage(session, id));
};

async function loadChunk(session: Session, ids: readonly string[]): Promise<ReadonlyMap<string, Image>> {
  const images = await session.attempt('list images by id', () => listImagesById(session, ids, EVERYTHING));
  return new Map((images ?? []).map((image) => [image.imageId, image]));
}

/**
 * Shape: null for an image that does not exist or that the caller may not see.
 * Calls: one for each distinct id; on OpenStack one for each hundred ids, and one for each id that the list does not show.
 */
export const imageLoader = defineLoader<string, Image>(
  (id) => id,
  (session, ids) =>
    (session.cloud.config.kind === 'openstack' && ids.length > 1 ? showTogether : showEach)(session, ids),
);
