// The world's tags: those that the repositories name, and further ones of the repository with huge counters.
import { type BuiltImage, createImage, createManifestList, createSchema1Image } from './manifests.ts';
import { createRandom } from './random.ts';
import type { Repository, RepositoryTag } from './types.ts';

/** Tags of every shape that the grammar of tags allows, then as many as fill three pages of 100. */
const FURTHER_TAGS = [
  'a..b',
  '_internal',
  'RC_1.0-Final',
  '1.0.0-alpha.1_build.7',
  'deleted',
  `L${'o'.repeat(126)}g`,
  ...Array.from({ length: 222 }, (_, index) => `nightly-${String(index).padStart(3, '0')}`),
];
const HUGE = 9007199254740993n;

/** The names of a repository's tags. A list row of the one with huge counters has its first four tags. */
function tagNames({ name, tags }: Repository): string[] {
  return name === 'huge-counters' ? [...tags, ...FURTHER_TAGS] : tags;
}

/** The place of the tag whose image `latest` names: the last version. */
function imageIndex(names: string[], position: number): number {
  if (names[position] !== 'latest') return position;
  const last = names.findLastIndex((name) => /\d/.test(name));
  return last < 0 ? position : last;
}

/** Prints times between those of the repository, with 0 to 9 fraction digits. */
function timesBetween({ created, updated }: Repository): (part: number, digits: number) => string {
  const [first, last] = [Date.parse(created), Date.parse(updated)];
  return (part, digits) => {
    const second = new Date(first + (last - first) * part).toISOString().slice(0, 19);
    return `${second}${digits === 0 ? '' : `.${'123456789'.slice(0, digits)}`}Z`;
  };
}

/** Whether the newest image of a repository is a manifest list. */
function hasManifestList({ name }: Repository, index: number): boolean {
  return name === 'a/b_c.d' || name === 'base/images/ubuntu/22.04' || (index > 20 && index % 7 === 3);
}

function createTags(repository: Repository, index: number): RepositoryTag[] {
  const { namespace, name, id, path, internal_path, domain_id } = repository;
  const random = createRandom(10_000 + index);
  const isHuge = name === 'huge-counters';
  const names = tagNames(repository);
  const last = imageIndex(['latest', ...names], 0) - 1;
  const timeBetween = timesBetween(repository);
  const time = (position: number, digits: number): string => timeBetween((position + 1) / (names.length + 1), digits);
  const images: BuiltImage[] = names.map((tag, position) => {
    if (namespace === 'root' && name === 'nginx' && tag === 'log') {
      return createSchema1Image(random, `${namespace}/${name}`, tag, time(position, 0));
    }
    if (hasManifestList(repository, index) && position === last) return createManifestList(random, index);
    return createImage(random, index + position, time(position, (index + position) % 10));
  });
  return names.map((tag, position) => {
    const from = imageIndex(names, position);
    const { config, ...image } = images[from] as BuiltImage;
    return {
      namespace,
      repository: name,
      config,
      // Observed list rows lack three fields (docs/upstream/swr.md#list-tags).
      isShort: index > 20 && index % 13 === 6 && position === 1,
      row: {
        id: isHuge ? HUGE + BigInt(position) : BigInt(30_000_000 + index * 1000 + position),
        repo_id: id,
        Tag: tag,
        ...image,
        path: `${path}:${tag}`,
        internal_path: `${internal_path}:${tag}`,
        size: isHuge && position === 0 ? HUGE : image.size,
        is_trusted: index % 17 === 0,
        created: time(from, (index + position) % 10),
        updated: tag === 'latest' ? repository.updated : time(from, (index + 3 * position) % 10),
        deleted: tag === 'deleted' ? time(position, 6) : null,
        domain_id,
        scanned: position % 2 === 1,
      },
    };
  });
}

/** Creates the tags of all repositories, own and others. */
export function createRepositoryTags(repositories: Repository[]): RepositoryTag[] {
  return repositories.flatMap(createTags);
}
