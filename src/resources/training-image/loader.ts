// Loads training images by their id, and by the tag that they are. Strategy: fan-out by id, as no list of ModelArts takes ids; for tags a
// grouped list, as ModelArts does not search by path: a scan of the images of an organization finds those of all its tags.
import { defineLoader, fanOut, groupedList, keyTextOf } from '../../loading/batch.ts';
import { isObject } from '../../upstream/decoding/json.ts';
import { UpstreamError } from '../../upstream/errors.ts';
import type { OffsetList } from '../../upstream/paging/offset-page.ts';
import { scanOrFail } from '../../upstream/paging/scan.ts';
import type { Session } from '../../upstream/session.ts';
import type { ContainerTagKey } from '../container-tag/record.ts';
import { keyText as tagText } from '../container-tag/upstream.ts';
import { DEFAULT_WORKSPACE } from '../image-group/record.ts';
import { isInRegistry, referenceOf, type TrainingImage } from './record.ts';
import { listTrainingImages, showTrainingImage } from './upstream.ts';

/** Shape: null for an image that does not exist. Calls: one for each distinct id. */
export const trainingImageLoader = defineLoader<string, TrainingImage>((id) => id, fanOut(showTrainingImage));

/** A tag, and the registry that its path names. */
interface TagInRegistry extends ContainerTagKey {
  readonly registry: string | undefined;
}

/**
 * Loads the image whose path names a tag: of the project's own in the default workspace, the first that ModelArts lists.
 * Shape: null for a tag that none names.
 * Calls: one for each distinct organization, and one for each further page of 500 rows, ten at most.
 */
export const imageOfTagLoader = defineLoader<TagInRegistry, TrainingImage>(
  keyTextOf('registry', 'namespace', 'repositoryName', 'name'),
  groupedList<TagInRegistry, TrainingImage>(tagText, keyTextOf('registry', 'namespace'), async (session, tags) => {
    const rows = await scanOrFail(listByTag(session, tags[0] as TagInRegistry), tags.map(tagText), ({ tag }) => tag);
    return new Map([...rows].map(([tag, row]) => [tag, row instanceof Error ? row : row.image]));
  }),
);

/** A row of the list by the tag that its path names. One without an id fails this tag alone. */
interface ImageOfTag {
  readonly tag: string;
  readonly image: TrainingImage | UpstreamError;
}

function listByTag(session: Session, { namespace, registry }: TagInRegistry): OffsetList<ImageOfTag> {
  const images = listTrainingImages(session, DEFAULT_WORKSPACE, [
    ['namespace', namespace],
    ['type', 'DEDICATED'],
  ]);
  return {
    ...images,
    // Tags may come one list after another: the pages stay in the session, and are read once for all of them.
    fetch: async (offset, limit) => {
      const { rows, total } = await images.fetch(offset, limit);
      return { rows, total };
    },
    keyText: ({ image }) => (image instanceof UpstreamError ? '' : image.trainingImageId),
    decode: (row) => {
      const image = images.decode(row);
      return { tag: isOwn(image) ? tagOf(row, registry) : '', image };
    },
  };
}

/** Whether a row can be the project's own, in the default workspace, should ModelArts send others. */
const isOwn = (image: TrainingImage | UpstreamError) =>
  image instanceof UpstreamError || (image.trainingType !== 'BUILD_IN' && image.workspaceId === DEFAULT_WORKSPACE);

/** The tag of a registry that a row names, as text; empty where it names none. */
function tagOf(row: unknown, registry: string | undefined): string {
  const reference = isObject(row) ? referenceOf(row) : undefined;
  const { namespace, repository: repositoryName, tag: name, digest } = reference ?? {};
  if (namespace === undefined || repositoryName === undefined || name === undefined || digest !== undefined) return '';
  return isInRegistry(reference, registry) ? tagText({ namespace, repositoryName, name }) : '';
}
