// The images of the prepared upstream, and what the server must make of them.

import { createImages } from '../../src/sandbox/world/images.ts';
import { createRandom } from '../../src/sandbox/world/random.ts';

/** Images in which the sandbox has put something unusual: they come first and are left out. */
const UNUSUAL = 40;

/** The rows of the list, as large as those of a cloud. */
export const imageRows = (count: number) =>
  createImages(createRandom(1), 'project-1', count + UNUSUAL)
    .slice(UNUSUAL)
    .map(({ row }) => row);

/** The body of a request for so many images: dear to serve, as all their properties are read, and cheap to send. */
export const imagesRequest = (count: number) =>
  JSON.stringify({ query: `{ images(first: ${count}) { nodes { imageId } } }` });

/** The only right response to it. */
export const imagesAnswer = (count: number) =>
  JSON.stringify({ data: { images: { nodes: imageRows(count).map(({ id }) => ({ imageId: id })) } } });
