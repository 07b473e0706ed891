// A cloud of several tenants for the tests: the same namespaces, names, ids and totals for each, and every other value of his own.
// Knows them by token and project, as a cloud does, and not what is asked of the graph.
import { groupList, imageList, retentionList, sharedList } from '../upstreams/paged-upstream.ts';
import {
  imageGroupRow,
  imageId,
  imageRow,
  repositoryDetail,
  retentionLogRow,
  sharedRow,
  type WireRow,
} from '../upstreams/rows.ts';
import type { Reply, Script, UpstreamCall } from '../upstreams/upstream.ts';

/** A tenant, and what his values are made of: texts hold the word, numbers begin with the number, times lie in the year. */
export interface Tenant {
  readonly word: string;
  readonly token: string;
  /** The project that he names in X-Project-Id; that of the settings otherwise. */
  readonly projectId: string;
  readonly number: number;
  readonly year: number;
  /** Which word of two, or which boolean, he has where a value cannot be marked. */
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
/** The same user as Amber in another project, which only ModelArts asks for. */
export const CEDAR: Tenant = { ...AMBER, word: 'cedar', projectId: 'project-2', number: 939_393, year: 1993 };

export const TENANTS = [AMBER, BIRCH, CEDAR] as const;

/** What values of a tenant look like in an answer. */
export const marksOf = ({ word, number, year }: Tenant) => [word, String(number), `${year}-0`] as const;

export const NAMESPACE = 'group';
/** The repositories, image groups and shared repositories that everybody has. */
export const NAMES = [1, 2, 3, 4, 5, 6].map((n) => `app-${n}`);
/** A repository that only Amber has, and an image that everybody is denied, each with an error code of his own. */
export const ONLY_OF_AMBER = 'only-of-amber';
export const DENIED_IMAGE = imageId(99);

type OneOf = <Value>(first: Value, second: Value) => Value;

/** The values of a tenant's n-th row: a text, a number and a time that are his, and one of two where neither can be. */
function valuesOf({ word, number, year, isFirst }: Tenant, n: number) {
  const oneOf: OneOf = (first, second) => (isFirst ? first : second);
  return {
    text: (about: string) => `${word} ${about} ${n}`,
    number: (about: number) => number * 1000 + about * 10 + n,
    time: (month: number) => `${year}-0${month}-0${n}T01:02:03.000000Z`,
    oneOf,
    flag: oneOf('True', 'False'),
  };
}

function repositoryFacts(tenant: Tenant, n: number): WireRow {
  const { text, number, time, oneOf } = valuesOf(tenant, n);
  return {
    name: NAMES[n - 1],
    namespace: NAMESPACE,
    category: oneOf('linux', 'database'),
    description: text('description'),
    size: number(1),
    is_public: oneOf(true, false),
    num_images: number(2),
    num_download: number(3),
    logo: text('logo'),
    url: text('url'),
    path: text('path'),
    internal_path: text('internal path'),
    domain_name: text('account'),
    tags: [text('tag')],
    status: oneOf(true, false),
    created_at: time(1),
    updated_at: time(2),
  };
}

function detail(tenant: Tenant, name: string): WireRow {
  const n = NAMES.indexOf(name) + 1;
  const { text, number, time } = valuesOf(tenant, n);
  return repositoryDetail({
    ...repositoryFacts(tenant, n),
    name,
    id: number(4),
    ns_id: number(5),
    creator_id: text('creator'),
    creator_name: text('name of the creator'),
    domain_id: text('id of the account'),
    priority: number(6),
    created: time(1),
    updated: time(2),
  });
}

function log(tenant: Tenant, name: string, n: number): WireRow {
  const { text, number, time, oneOf } = valuesOf(tenant, n);
  return retentionLogRow({
    namespace: NAMESPACE,
    repo: name,
    id: 9000 + n,
    retention_id: number(1),
    tag: text('tag'),
    created_at: time(3),
    rule_type: JSON.stringify({
      template: oneOf('tag_rule', 'date_rule'),
      params: { num: number(2), days: number(3) },
      tag_selectors: [{ kind: oneOf('label', 'regexp'), pattern: text('pattern') }],
    }),
  });
}

function group(tenant: Tenant, n: number): WireRow {
  const { number } = valuesOf(tenant, n);
  const time = (month: number) => Date.UTC(tenant.year, month - 1, n);
  return imageGroupRow({
    name: NAMES[n - 1],
    namespace: NAMESPACE,
    version_count: number(1),
    create_at: time(1),
    update_at: time(2),
  });
}

function image(tenant: Tenant, n: number): WireRow {
  const { text, number, time, oneOf, flag } = valuesOf(tenant, n);
  const texts = {
    ...named(
      ['name', 'owner', 'container_format', 'checksum', 'schema', 'self', 'file', 'enterprise_project_id'],
      text,
    ),
    ...named(['__os_version', '__description', '__image_location', '__image_source_type', '__backup_id'], text),
    ...named(['__data_origin', '__root_origin', '__system__cmkid', '__os_feature_list'], text),
    ...named(['__support_xen_gpu_type', '__support_kvm_gpu_type'], text),
  };
  const numbers = named(
    ['min_disk', 'min_ram', 'max_ram', 'size', 'virtual_size', '__os_bit', '__image_size', '__sequence_num'],
    (_name, index) => number(index),
  );
  const flags = named(
    [
      ...['protected', '__is_config_init', '__isregistered', '__lazyloading', 'hw_vif_multiqueue_enabled'],
      ...['__support_kvm', '__support_xen', '__support_largememory', '__support_diskintensive'],
      ...['__support_highperformance', '__support_xen_hana', '__support_kvm_infiniband', '__support_fc_inject'],
      ...['__support_amd', '__support_arm'],
    ],
    () => flag,
  );
  return imageRow({
    ...texts,
    ...numbers,
    ...flags,
    id: imageId(n),
    tags: [text('tag')],
    status: oneOf('active', 'queued'),
    visibility: oneOf('private', 'shared'),
    disk_format: oneOf('zvhd2', 'raw'),
    __imagetype: oneOf('private', 'shared'),
    __os_type: oneOf('Linux', 'Windows'),
    __platform: oneOf('CentOS', 'Debian'),
    virtual_env_type: oneOf('FusionCompute', 'Ironic'),
    hw_firmware_type: oneOf('bios', 'uefi'),
    __originalimagename: imageId(1),
    created_at: time(1),
    updated_at: time(2),
    active_at: time(3),
  });
}

const named = <Value>(names: readonly string[], make: (name: string, index: number) => Value) =>
  Object.fromEntries(names.map((name, index) => [name, make(name, index)]));

const rowsOf = (make: (n: number) => WireRow) => NAMES.map((_name, index) => make(index + 1));

const absent: Reply = { status: 404, body: { errors: [{ errorCode: 'SVCSTG.SWR.4040010' }] } };

/** The lists of a tenant, and his records. */
function answersOf(tenant: Tenant) {
  const repositories = rowsOf((n) => repositoryFacts(tenant, n));
  const images = rowsOf((n) => image(tenant, n)).reverse();
  const logs = new Map(NAMES.map((name) => [name, retentionList(rowsOf((n) => log(tenant, name, n)))]));
  return {
    shared: sharedList(repositories.map((row) => sharedRow(row))),
    images: imageList(images),
    groups: groupList(rowsOf((n) => group(tenant, n))),
    logs: (name: string) => logs.get(name),
    image: (id: string) => images.find((row) => row.id === id),
    detail: (name: string) =>
      NAMES.includes(name) || (name === ONLY_OF_AMBER && tenant.token === AMBER.token)
        ? detail(tenant, name)
        : undefined,
    repositories({ query }: UpstreamCall): Reply {
      const [limit, offset] = [Number(query.get('limit')), Number(query.get('offset'))];
      const page = repositories.slice(offset, offset + limit);
      return { headers: { 'content-range': `${offset}-${page.length}/${repositories.length}` }, body: page };
    },
  };
}

const clouds = new Map(TENANTS.map((tenant) => [tenant, answersOf(tenant)]));

/** Whose a call is: by its token, at ModelArts by the project, too. */
function tenantOf({ path, headers }: UpstreamCall): Tenant | undefined {
  const project = /^\/v1\/([^/]+)\//.exec(path)?.[1] ?? 'project-1';
  return TENANTS.find(({ token, projectId }) => token === headers['x-auth-token'] && projectId === project);
}

/** The cloud of all tenants. `refuses` tells whose list of an organization it does not show. */
export const tenantCloud =
  (refuses: (tenant: Tenant) => boolean = () => false): Script =>
  (call, response) => {
    const tenant = tenantOf(call);
    const cloud = tenant && clouds.get(tenant);
    if (!tenant || !cloud) return { status: 401, body: { error_code: 'APIG.0301' } };
    const { path } = call;
    const [, name = '', logs] =
      /^\/v2\/manage\/namespaces\/group\/repos\/([^/]+)(\/retentions\/histories)?$/.exec(path) ?? [];
    if (name) return logs ? (cloud.logs(name)?.(call, response) ?? absent) : found(cloud.detail(name));
    if (path === '/v2/manage/repos') return refuses(tenant) ? { status: 403 } : cloud.repositories(call);
    if (path === '/v2/manage/shared-repositories') return cloud.shared(call, response);
    if (path.startsWith('/v1/')) return cloud.groups(call, response);
    if (path === '/v2/images') return cloud.images(call, response);
    if (path === `/v2/images/${DENIED_IMAGE}`)
      return { status: 403, body: { error: { code: `${tenant.word}.${tenant.number}`, message: tenant.word } } };
    return found(cloud.image(path.slice('/v2/images/'.length)));
  };

const found = (record: WireRow | undefined): Reply => (record ? { body: record } : absent);
