// A cloud of several tenants: the same namespaces, names, ids and totals for each, and every other value of its own.
// It tells them apart by token and project, as a cloud does.

import { imageId } from '../resources/image/kind.ts';
import { repositoryDetail } from '../resources/repository/kind.ts';
import { type KindCall, pathPattern, type TenantValues, type WireRow } from '../support/kind.ts';
import { FACTS, KINDS, keyOf, keyRow } from '../support/kinds.ts';
import type { Reply, Script, UpstreamCall } from '../support/upstreams/upstream.ts';

/** A tenant, and what its values are made of: texts hold the word, numbers begin with the number, times lie in the year. */
export interface Tenant {
  readonly word: string;
  readonly token: string;
  /** The project that it names in X-Project-Id; that of the settings otherwise. */
  readonly projectId: string;
  readonly number: number;
  readonly year: number;
  /** Which value of two it has where a value cannot be marked. */
  readonly isFirst: boolean;
}

export const AMBER: Tenant = {
  word: 'amber',
  token: 'token-of-amber',
  projectId: 'project-1',
  number: 717_171,
  year: 1971,
  isFirst: true,
};
export const BIRCH: Tenant = {
  word: 'birch',
  token: 'token-of-birch',
  projectId: 'project-1',
  number: 828_282,
  year: 1982,
  isFirst: false,
};
/** The same user as Amber in another project, which only paths tell apart. */
export const CEDAR: Tenant = { ...AMBER, word: 'cedar', projectId: 'project-2', number: 939_393, year: 1993 };

export const TENANTS = [AMBER, BIRCH, CEDAR] as const;

/** What values of a tenant look like in a response. */
export const marksOf = ({ word, number, year }: Tenant) => [word, String(number), `${year}-0`] as const;

export const NAMESPACE = 'group';
/** The numbers of the records that every tenant has of each kind, and the names of its repositories. */
export const RECORDS = [1, 2, 3, 4, 5, 6] as const;
export const NAMES = RECORDS.map((n) => `app-${n}`);
/** A repository that only Amber has, and an image that every tenant is denied, each with an error code of its own. */
export const ONLY_OF_AMBER = 'only-of-amber';
export const DENIED_IMAGE = imageId(99);

/** The values of a tenant's n-th record. */
function valuesOf({ word, number, year, isFirst }: Tenant, n: number): TenantValues {
  return {
    text: (about) => `${word} ${about} ${n}`,
    number: (about) => number * 1000 + about * 10 + n,
    time: (month) => `${year}-0${month}-0${n}T01:02:03.000000Z`,
    epochMilliseconds: (month) => Date.UTC(year, month - 1, n),
    oneOf: (first, second) => (isFirst ? first : second),
  };
}

/** Every call of every slice, with the script that serves a tenant's records. */
const scriptsOf = (tenant: Tenant) => {
  const scriptOf = (call: KindCall, keyed: (n: number) => WireRow) => {
    const rows = RECORDS.map((n) => call.row({ ...call.tenantRow(valuesOf(tenant, n)), ...keyed(n) }));
    return { path: pathPattern(call.path), script: call.serve?.(rows) ?? (() => call.reply(rows)) };
  };
  return [
    ...KINDS.flatMap((kind) => kind.calls.map((call) => scriptOf(call, (n) => keyRow(kind, keyOf(kind, n))))),
    ...FACTS.flatMap(({ calls }) => calls.map((call) => scriptOf(call, () => ({})))),
  ];
};

const clouds = new Map(TENANTS.map((tenant) => [tenant, scriptsOf(tenant)]));

/** The project in the path of a call. */
export const projectOf = (path: string): string | undefined => /\/(project-[^/]+)\//.exec(path)?.[1];

/** Whose a call is: by its token, and by the project where its path has one. */
function tenantOf({ path, headers }: UpstreamCall): Tenant | undefined {
  const project = projectOf(path) ?? 'project-1';
  return TENANTS.find(({ token, projectId }) => token === headers['x-auth-token'] && projectId === project);
}

const absent: Reply = { status: 404, body: { errors: [{ errorCode: 'SVCSTG.SWR.4040010' }] } };

/** The cloud of all tenants. `denies` tells which of them it denies the list of an organization. */
export const tenantCloud =
  (denies: (tenant: Tenant) => boolean = () => false): Script =>
  (call, response) => {
    const tenant = tenantOf(call);
    if (!tenant) return { status: 401, body: { error_code: 'APIG.0301' } };
    const { path } = call;
    if (path === '/v2/manage/repos' && denies(tenant)) return { status: 403 };
    if (path === `/v2/manage/namespaces/${NAMESPACE}/repos/${ONLY_OF_AMBER}` && tenant.token === AMBER.token)
      return { body: repositoryDetail({ name: ONLY_OF_AMBER, description: `${tenant.word} description` }) };
    if (path === `/v2/images/${DENIED_IMAGE}`)
      return { status: 403, body: { error: { code: `${tenant.word}.${tenant.number}`, message: tenant.word } } };
    const served = clouds.get(tenant)?.find((known) => known.path.test(path));
    return served ? served.script(call, response) : absent;
  };
