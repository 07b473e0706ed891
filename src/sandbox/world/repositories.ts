// The world's organizations and repositories: the special ones first, then filler with names of every shape.
import { cycle, type Random } from './random.ts';
import { type SpecialRepository, specialRepositories } from './repository-specials.ts';
import type { Named, Organization, Repository } from './types.ts';

export const REGISTRY = 'swr.eu-de.sandbox.example.com';
const INTERNAL_REGISTRY = '10.125.0.198:20202';
const CATEGORIES = ['app_server', 'linux', 'framework_app', 'database', 'lang', 'other', 'windows', 'arm'];
const BASE_NAMES = ['gateway', 'billing', 'vision', 'etl', 'search', 'notebook', 'runner', 'proxy', 'ledger'];
const DESCRIPTIONS = ['', 'containerops', 'Größe & Qualität: "geprüft"', 'two\nlines', 'build 12345678901234567890'];

/** Creates the organizations: own ones, then those of other accounts that share repositories. */
export function createOrganizations(domainName: string): Organization[] {
  const own = [
    ['group', 0n],
    ['root', 1204n],
    ['hwstaff_l00283074', 9010045n],
    ['xxxxx-infer-model-dev', 9010046n],
    ['op_svc_modelarts_container2', 9010047n],
    ['mock-service1', 9010048n],
    ['data-platform', 9010049n],
    ['team.vision__eu', 9007199254740993n],
    [`o${'n'.repeat(62)}1`, 9223372036854775807n],
  ] as const;
  const foreign = [
    ['namespace', 'domain', 71n],
    ['partner-models', 'partner_account', 9020001n],
    ['vendor_images', 'vendor-account', 9007199254740995n],
  ] as const;
  return [
    ...own.map(([name, id]) => ({ id, name, domainName })),
    ...foreign.map(([name, owner, id]) => ({ id, name, domainName: owner })),
  ];
}

/** Prints one time as the detail has it (with `digits` fraction digits) and as the list has it (with six at most). */
function printTimes(random: Random, seconds: number, digits: number): { list: string; detail: string } {
  const second = new Date(seconds * 1000).toISOString().slice(0, 19);
  // Digits from 1 to 9: the services cut trailing zeros.
  const fraction = Array.from({ length: digits }, () => 1 + random.integer(9)).join('');
  const print = (part: string): string => `${second}${part === '' ? '' : `.${part}`}Z`;
  return { list: print(fraction.slice(0, 6)), detail: print(fraction) };
}

/** Names filler repositories such that every allowed character and shape of a name occurs. */
function fillerName(index: number): string {
  const base = cycle(BASE_NAMES, index);
  const shapes = [`${base}-${index}`, `${base}/api_${index}`, `${base}.v${index}`, `${base}__x${index}`];
  return cycle([...shapes, `team/${base}/image.${index}-rc`], index);
}

function filler(organizations: Organization[], count: number, index: number): SpecialRepository[] {
  return Array.from({ length: count }, (_, position) => {
    const namespace = cycle(organizations, position).name;
    const isForeign = index > 0;
    const sharing = isForeign
      ? cycle(['valid', 'valid', 'expired'] as const, position)
      : cycle(['valid', 'none', 'valid'] as const, position);
    return { namespace, name: fillerName(index + position), sharing };
  });
}

/** Fills in the fields that a special row leaves out, from its index. */
function complete(
  special: SpecialRepository,
  index: number,
  random: Random,
  owner: Organization,
  domain: Named,
): Repository {
  const isOwn = owner.domainName === domain.name;
  const createdAt = 1_530_000_000 + index * 611_953 + random.integer(86_400);
  const created = printTimes(random, createdAt, index % 10);
  const updated = printTimes(random, createdAt + 3600 + random.integer(20_000_000), (index * 7 + 3) % 10);
  const tags = Array.from({ length: index % 6 }, (_, tag) => (tag === 0 ? 'latest' : `v${index}.${tag}`));
  return {
    isOwn,
    sharing: 'none',
    hasTotalRange: true,
    category: cycle(CATEGORIES, index),
    description: cycle(DESCRIPTIONS, index),
    size: BigInt(random.integer(2 ** 31)) * BigInt(1 + (index % 4)),
    is_public: index % 5 === 0,
    num_images: BigInt(tags.length),
    num_download: BigInt(random.integer(50_000)),
    created_at: created.list,
    updated_at: updated.list,
    logo: index % 9 === 0 ? 'https://logos.sandbox.example.com/repository.png' : '',
    url: index % 9 === 0 ? 'https://logos.sandbox.example.com/repository' : '',
    path: `${REGISTRY}/${special.namespace}/${special.name}`,
    internal_path: `${INTERNAL_REGISTRY}/${special.namespace}/${special.name}`,
    domain_name: owner.domainName,
    tags,
    id: BigInt(20_000_000 + index * 17),
    ns_id: owner.id,
    creator_id: random.hex(32),
    creator_name: cycle(['admin', 'build-robot', 'jürgen'], index),
    created: special.created_at ?? created.detail,
    updated: special.updated_at ?? updated.detail,
    domain_id: isOwn ? domain.id : random.hex(32),
    priority: index % 4,
    ...special,
  };
}

/** Creates `ownCount` own repositories and 45 of other accounts; the sharing of every third of these has expired. */
export function createRepositories(
  random: Random,
  organizations: Organization[],
  domain: Named,
  ownCount: number,
): Repository[] {
  const byName = new Map(organizations.map((organization) => [organization.name, organization]));
  const own = organizations.filter(({ domainName }) => domainName === domain.name);
  const foreign = organizations.filter(({ domainName }) => domainName !== domain.name);
  const specials = specialRepositories();
  const ownSpecials = specials.filter(({ namespace }) => own.some(({ name }) => name === namespace)).length;
  const foreignSpecials = specials.length - ownSpecials;
  const all = [
    ...specials,
    ...filler(own, Math.max(0, ownCount - ownSpecials), 0),
    ...filler(foreign, 45 - foreignSpecials, 500),
  ];
  return all.map((special, index) => {
    const owner = byName.get(special.namespace);
    if (owner === undefined) throw new Error(`Unknown organization ${special.namespace}.`);
    return complete(special, index, random, owner, domain);
  });
}
