// The world's signatures of images: each names the digest that it signs, so all tags of that image have it.
import type { Random } from './random.ts';
import type { Accessory, RepositoryTag } from './types.ts';

/** The number of signatures of a tag's image: more than two pages of 10 for one, two for one, one for a few. */
function countFor({ namespace, repository, row }: RepositoryTag): number {
  if (repository === 'huge-counters' && row.Tag === 'nightly-000') return 25;
  if (namespace !== 'data-platform') return Number(row.id % 11n) === 3 && row.Tag !== 'latest' ? 1 : 0;
  if (repository === 'a/b_c.d' && row.Tag === '1.0') return 2;
  return repository === 'base/images/ubuntu/22.04' && row.Tag === 'v11.4' ? 1 : 0;
}

/** Creates the signatures. They are not among the tags of the lists. */
export function createAccessories(random: Random, tags: RepositoryTag[]): Accessory[] {
  const signed = tags.flatMap((tag) => new Array<RepositoryTag>(countFor(tag)).fill(tag));
  return signed.map(({ namespace, repository, row }, index) => ({
    id: BigInt(41_000 + index),
    domain_id: row.domain_id,
    namespace_name: namespace,
    repo_name: repository,
    sig_tag: `${row.digest.replace(':', '-')}.sig`,
    sig_digest: `sha256:${random.hex(64)}`,
    target_digest: row.digest,
    size: BigInt(500 + random.integer(3000)),
    type: 'signature.cosign',
    created_at: row.created,
    updated_at: row.updated,
  }));
}
