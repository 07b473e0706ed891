// The rows that the prepared upstream responds with, and the server's correct response.

import { createImages } from '../../src/sandbox/world/images.ts';
import { createRandom } from '../../src/sandbox/world/random.ts';

/** The hand-made images of the sandbox come first; they are skipped. */
const HAND_MADE = 40;

/** The rows of the list, about as large as those of a cloud. */
export const imageRows = (count: number) =>
  createImages(createRandom(1), 'project-1', count + HAND_MADE)
    .slice(HAND_MADE)
    .map(({ row }) => row);

/** The body of a request for images: expensive for the server, which parses all their properties, and cheap to send. */
export const imagesRequest = (count: number) =>
  JSON.stringify({ query: `{ images(first: ${count}) { nodes { imageId } } }` });

/** The body of the only correct response. */
export const imagesResponse = (count: number) =>
  JSON.stringify({ data: { images: { nodes: imageRows(count).map(({ id }) => ({ imageId: id })) } } });
