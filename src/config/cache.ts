// The grammar of IMAGE_GRAPH_CACHE: which responses are kept, by service and kind of call, and for how long.
import { z } from 'zod';

/** The kinds of calls whose responses can be kept. Those about tags are not: their manifests may hold what an image was built with. */
export const CALL_KINDS = [
  'swr.repository',
  'swr.repositories',
  'swr.sharedRepositories',
  'swr.retentionLogs',
  'swr.retentionPolicies',
  'swr.organizations',
  'swr.permissions',
  'swr.shares',
  'swr.triggers',
  'swr.signatures',
  'swr.account',
  'ims.image',
  'ims.images',
  'ims.members',
  'ims.account',
  'modelarts.imageGroups',
  'modelarts.trainingImages',
] as const;
export type CallKind = (typeof CALL_KINDS)[number];

/** How long a response is kept: fresh at first, then stale, while one that is used is renewed in the background. */
export interface KeepingTimes {
  readonly freshMs: number;
  readonly staleMs: number;
}

/** The times of each kind that is kept. */
export type CacheRules = ReadonlyMap<CallKind, KeepingTimes>;

/** Seconds: a day. */
const MAX_SECONDS = 86_400;
const TIMES = /^(\d{1,5})(?:\/(\d{1,5}))?$/;
/** Characters of a faulty part that its fault repeats. */
const MAX_REPEATED = 60;

const SERVICES = [...new Set(CALL_KINDS.map((kind) => kind.split('.')[0]))];
const kindsOf = (name: string) => CALL_KINDS.filter((kind) => kind === name || kind.split('.')[0] === name);

/** Reads `swr=60/300, ims.images=10`: seconds that a response is fresh, and seconds that it is stale after that. A kind comes before its service. */
export const cacheRules = z
  .string()
  .transform((text, context) => {
    const times = new Map<string, KeepingTimes>();
    for (const part of text.split(/[\s,]+/).filter((one) => one !== '')) {
      const fault = readPart(part, times);
      if (fault) context.addIssue(`has ${part.slice(0, MAX_REPEATED)}: ${fault}`);
    }
    const rules = new Map<CallKind, KeepingTimes>();
    for (const kind of CALL_KINDS) {
      const kept = times.get(kind) ?? times.get(kind.split('.')[0] ?? '');
      if (kept && kept.freshMs > 0) rules.set(kind, kept);
    }
    return rules as CacheRules;
  })
  .default(new Map());

/** Adds the times of one part. Shape: what is wrong with it; undefined when nothing is. */
function readPart(part: string, times: Map<string, KeepingTimes>): string | undefined {
  const [name = '', value = ''] = part.split('=', 2);
  if (kindsOf(name).length === 0) return `must begin with one of ${[...SERVICES, ...CALL_KINDS].join(', ')}`;
  const [, fresh, stale = '0'] = TIMES.exec(part.slice(name.length + 1)) ?? [];
  const seconds = [Number(fresh), Number(stale)];
  if (fresh === undefined || value === '' || seconds.some((one) => one > MAX_SECONDS))
    return `must be seconds, or seconds/seconds, each from 0 to ${MAX_SECONDS}`;
  if (times.has(name)) return `${name} is there twice`;
  times.set(name, { freshMs: 1000 * Number(fresh), staleMs: 1000 * Number(stale) });
  return undefined;
}
