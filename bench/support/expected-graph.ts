// Computes what the graph must return from the upstream's REST responses and the published schema, whose descriptions end in the REST
// name of each field. Imports nothing from src.
import { type GraphQLEnumValue, type GraphQLField, type GraphQLNamedType, getNamedType, isEnumType } from 'graphql';

type Arguments = Record<string, unknown>;
type Facts = Record<string, unknown>;

/** Something that the graph shows. Its facts have REST names; where it is `made`, of what REST has not, those of the graph. */
export interface Thing {
  readonly kind: string;
  readonly facts: Facts;
  /** What identifies it among all of its type. */
  readonly key: string;
  readonly made?: boolean;
}

/** A value that the caller may not see: null, with FORBIDDEN here or at a field beside it. */
export const DENIED = Symbol('denied');

/** One of several right values: SWR spells a time with fewer digits in a list than in a detail. */
export class OneOf {
  readonly values: readonly unknown[];
  constructor(values: readonly unknown[]) {
    this.values = values;
  }
}

/** An id or a cursor: what it is cannot be known beforehand, but it stays the same, and stands for nothing else. */
export class Opaque {
  readonly key: string;
  readonly target: Thing | { readonly list: string; readonly index: number };
  constructor(key: string, target: Opaque['target']) {
    this.key = key;
    this.target = target;
  }
}

/** The lists of images and of groups that can be queried, with the REST query of each. */
export const IMAGE_LISTS: readonly (readonly [filter: object | null, orderBy: object | null, query: string])[] = [
  [null, null, ''],
  [null, { direction: 'ASC', field: 'NAME' }, '&sort_key=name&sort_dir=asc'],
  [null, { direction: 'DESC', field: 'SIZE' }, '&sort_key=size&sort_dir=desc'],
  [{ visibility: 'PUBLIC' }, { direction: 'ASC', field: 'CREATED_AT' }, '&visibility=public&sort_dir=asc'],
  [{ imageType: 'PRIVATE', osType: 'LINUX' }, null, '&__imagetype=private&__os_type=Linux'],
  [
    { platform: 'Oracle Linux' },
    { direction: 'ASC', field: 'ID' },
    '&__platform=Oracle+Linux&sort_key=id&sort_dir=asc',
  ],
  [{ tags: ['env=prod', 'a.b'] }, null, '&tag=env%3Dprod&tag=a.b'],
  [{ memberStatus: 'PENDING', visibility: 'SHARED' }, null, '&visibility=shared&member_status=pending'],
  [{ name: 'no such image' }, null, '&name=no+such+image'],
];
export const GROUP_LISTS: typeof IMAGE_LISTS = [
  [null, null, ''],
  [null, { direction: 'ASC', fields: ['NAMESPACE', 'NAME'] }, '&sort_key=namespace,name&sort_dir=ASC'],
  [{ name: 'api' }, null, '&name=api'],
  [{ namespace: 'data-platform', type: 'DEDICATED' }, null, '&namespace=data-platform&type=DEDICATED'],
  [{ workspaceId: 'w0rkspace0000000000000000000eu01' }, null, '&workspace_id=w0rkspace0000000000000000000eu01'],
];

type Rows = Facts[];

/** Reads all that the upstream holds, and returns what each field must be. */
export async function readExpectations({ origin, token, projectId }: Record<'origin' | 'token' | 'projectId', string>) {
  const get = async (path: string) => {
    const answer = await fetch(origin + path, { headers: { 'x-auth-token': token } });
    // Every digit counts, so a number is kept as its text.
    return JSON.parse(await answer.text(), (_key, value, context?: { source?: string }) =>
      typeof value === 'number' ? context?.source : value,
    );
  };
  const thing = (kind: string, facts: Facts, ...key: unknown[]): Thing => {
    return { kind, facts, key: `${kind} ${key.join(' ')}` };
  };
  const made = (kind: string, facts: Facts): Thing => ({ kind, facts, key: '', made: true });
  const nameOf = ({ namespace, name }: Facts) => `${namespace} ${name}`;

  const repositories = new Map<string, Thing>();
  const logs = new Map<string, Thing[]>();
  const sharedRows = async (center: string): Promise<Rows> =>
    (await get(`/v2/manage/shared-repositories?center=${center}&limit=1000&offset=0`)).map((row: Facts) => ({
      ...row,
      center,
    }));
  const ownRows: Rows = await get('/v2/manage/repos?limit=1000&offset=0');
  const shared = { SELF: await sharedRows('self'), THIRD_PARTY: await sharedRows('thirdparty') };
  for (const row of [...ownRows, ...shared.THIRD_PARTY]) {
    const { namespace, name, created_at, updated_at } = row;
    const path = `/v2/manage/namespaces/${namespace}/repos/${String(name).replaceAll('/', '$')}`;
    const detail: Facts = await get(path);
    const isDenied = detail.errors !== undefined;
    const created = new OneOf([created_at, detail.created]);
    const updated = new OneOf([updated_at, detail.updated]);
    const facts = { ...row, ...(isDenied ? { isDenied } : detail), created, updated };
    repositories.set(nameOf(row), thing('Repository', facts, namespace, name));
    if (isDenied) continue;
    const { retention_log } = await get(`${path}/retentions/histories`);
    logs.set(
      nameOf(row),
      retention_log.map((log: Facts) => thing('RetentionLog', log, namespace, name, log.id)),
    );
  }
  const sharedThing = (row: Facts) => thing('SharedRepository', row, row.center, nameOf(row));
  const lists = {
    repositories: ownRows.map((row) => repositories.get(nameOf(row)) as Thing),
    SELF: shared.SELF.map(sharedThing),
    THIRD_PARTY: shared.THIRD_PARTY.map(sharedThing),
  };

  const images = new Map<unknown, Thing>();
  for (const query of ['visibility=all&member_status=all', 'os_hidden=true'])
    for (const row of (await get(`/v2/images?limit=1000&${query}`)).images)
      images.set(row.id, thing('Image', row, row.id));
  const pagesOf = new Map<string, Thing[]>();
  for (const [filter, orderBy, query] of IMAGE_LISTS) {
    const rows: Rows = (await get(`/v2/images?limit=1000${query}`)).images;
    pagesOf.set(
      JSON.stringify(['images', filter, orderBy]),
      rows.map(({ id }) => images.get(id) as Thing),
    );
  }
  const groups = new Map<string, Thing>();
  for (const [filter, orderBy, query] of GROUP_LISTS) {
    const { workspaceId: workspace_id = '0' } = (filter ?? {}) as Facts;
    const rows: Rows = (await get(`/v1/${projectId}/images/group?limit=1000&offset=0${query}`)).data;
    const things = rows.map((row) => thing('ImageGroup', { ...row, workspace_id }, workspace_id, nameOf(row)));
    for (const group of things) groups.set(group.key, group);
    pagesOf.set(JSON.stringify(['imageGroups', filter, orderBy]), things);
  }

  function page(kind: string, list: string, rows: readonly Thing[] | undefined, args: Arguments, find: Find) {
    if (!rows) throw new Error(`there are no expectations for ${list}`);
    const { first, last, after, before } = args as { first?: number; last?: number; after?: string; before?: string };
    const isBackward = last !== undefined || before !== undefined;
    const at = (cursor: string) => (find(cursor) as { index: number }).index;
    let start = after === undefined ? 0 : at(after) + 1;
    let end = Math.min(rows.length, start + (first ?? 25));
    if (isBackward) {
      end = before === undefined ? rows.length : at(before);
      start = Math.max(0, end - (last ?? 25));
    }
    const nodes = rows.slice(start, end);
    const cursors = nodes.map((_, index) => new Opaque(`${list} ${start + index}`, { list, index: start + index }));
    const pageInfo = made('PageInfo', {
      ...{ hasNextPage: end < rows.length, hasPreviousPage: start > 0 },
      ...{ startCursor: cursors[0] ?? null, endCursor: cursors.at(-1) ?? null },
    });
    const edges = nodes.map((node, index) => made(`${kind}Edge`, { node, cursor: cursors[index] }));
    return made(`${kind}Connection`, { nodes, edges, pageInfo, totalCount: rows.length });
  }

  const logPage = (namespace: unknown, name: unknown, args: Arguments, find: Find) => {
    if (repositories.get(`${namespace} ${name}`)?.facts.isDenied) return DENIED;
    const rows = logs.get(`${namespace} ${name}`);
    return rows ? page('RetentionLog', `logs ${namespace} ${name}`, rows, args, find) : null;
  };
  const group = (namespace: unknown, name: unknown, workspace: unknown = '0') =>
    String(name).includes('/') ? null : (groups.get(`ImageGroup ${workspace} ${namespace} ${name}`) ?? null);
  const shownRepository = (namespace: unknown, name: unknown) => {
    const found = repositories.get(`${namespace} ${name}`) ?? null;
    return found?.facts.isDenied ? DENIED : found;
  };
  const searched = (kind: string, name: 'images' | 'imageGroups', args: Arguments, find: Find) => {
    const list = JSON.stringify([name, args.filter ?? null, args.orderBy ?? null]);
    return page(kind, list, pagesOf.get(list), args, find);
  };
  const node = (id: unknown, find: Find) => {
    const found = find(String(id)) as Thing;
    return found.facts.isDenied ? DENIED : found;
  };
  const within = (rows: readonly Thing[], part: unknown = '') =>
    rows.filter(({ facts }) => String(facts.name).includes(String(part)));
  const text = (value: unknown) =>
    typeof value === 'object' && value !== null ? JSON.stringify(value) : (value ?? null);

  /** The fields that are not plain values. */
  const rules: Record<string, (facts: Facts, args: Arguments, find: Find) => unknown> = {
    'Query.node': (_, { id }, find) => node(id, find),
    'Query.nodes': (_, { ids }, find) => (ids as unknown[]).map((id) => node(id, find)),
    'Query.repository': (_, { namespace, name }) => shownRepository(namespace, name),
    'Query.repositories': (_, { namespace, name, ...args }, find) => {
      const rows = lists.repositories.filter(({ facts }) => namespace === undefined || facts.namespace === namespace);
      return page('Repository', `own ${namespace} ${name}`, within(rows, name), args, find);
    },
    'Query.sharedRepositories': (_, { center, name, ...args }, find) =>
      page('SharedRepository', `${center} ${name}`, within(lists[center as 'SELF'], name), args, find),
    'Query.retentionLogs': (_, { namespace, repositoryName, ...args }, find) =>
      logPage(namespace, repositoryName, args, find),
    'Query.image': (_, { imageId }) => images.get(imageId) ?? null,
    'Query.images': (_, args, find) => searched('Image', 'images', args, find),
    'Query.imageGroup': (_, { namespace, name, workspaceId }) => group(namespace, name, workspaceId),
    'Query.imageGroups': (_, args, find) => searched('ImageGroup', 'imageGroups', args, find),
    'Repository.retentionLogs': ({ namespace, name }, args, find) => logPage(namespace, name, args, find),
    'Repository.sharing': (facts) => lists.SELF.find((row) => nameOf(row.facts) === nameOf(facts)) ?? null,
    'Repository.imageGroup': ({ namespace, name }) => group(namespace, name),
    'SharedRepository.repository': (facts) => repositories.get(nameOf(facts)),
    'SharedRepository.isSharingValid': ({ center, status }) => (center === 'self' ? null : status),
    'RetentionLog.repository': ({ namespace, repo }) => repositories.get(`${namespace} ${repo}`),
    'RetentionLog.rule': ({ rule_type }) => {
      const rule = JSON.parse(String(rule_type));
      const tag_selectors = rule.tag_selectors.map((selector: Facts) => thing('TagSelector', selector));
      return thing('RetentionRule', { ...rule, ...rule.params, tag_selectors });
    },
    'Image.originalImage': ({ __originalimagename: id }) => images.get(id) ?? null,
    'Image.osFeatures': ({ __os_feature_list: list }) => (list === undefined ? null : JSON.parse(String(list))),
    'Image.supportsPasswordInjection': ({ __support_fc_inject: no }) => (no === undefined ? null : no !== 'true'),
    'Image.property': (facts, { name }) => text(facts[String(name)]),
    'Image.properties': (facts, { names }) =>
      (names as string[])
        .filter((name) => name in facts)
        .map((name) => made('ImageProperty', { name, value: text(facts[name]) })),
    'ImageGroup.repository': ({ namespace, name }) => repositories.get(`${namespace} ${name}`) ?? null,
  };

  /** What a field of an object must be: an object, a list, a value, or one of the special values of this file. */
  const expected = (of: Thing, field: GraphQLField<unknown, unknown>, args: Arguments, find: Find): unknown => {
    const rule = rules[`${of.kind}.${field.name}`];
    if (rule) return rule(of.facts, args, find);
    if (of.made) return of.facts[field.name];
    if (field.name === 'id') return new Opaque(of.key, of);
    const [wire = ''] = restNames(field.description);
    if (of.facts.isDenied && !(wire in of.facts)) return DENIED;
    return read(getNamedType(field.type), of.facts[wire]);
  };
  return {
    expected,
    repositories: [...repositories.values()],
    images: [...images.keys()],
    groups: [...groups.values()],
  };
}

export type Expectations = Awaited<ReturnType<typeof readExpectations>>;

/** What an id or a cursor stands for. */
export type Find = (text: string) => Opaque['target'] | undefined;

const restNames = (description?: string | null) =>
  [...(description ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name).reverse();

const bare = (word: string) => word.replace(/[^A-Za-z0-9]/g, '').toUpperCase();

/** Reads a REST value as a type of the graph. */
function read(type: GraphQLNamedType, value: unknown): unknown {
  if (value === undefined || value === null || value instanceof OneOf) return value ?? null;
  if (type.name === 'String') return value;
  if (value === '') return null;
  if (isEnumType(type)) {
    const word = bare(String(value));
    const isMeant = ({ name, description }: GraphQLEnumValue) =>
      [name, ...restNames(description)].map(bare).includes(word);
    return type.getValues().find(isMeant)?.name ?? 'UNKNOWN';
  }
  if (type.name === 'Int') return Number(value);
  if (type.name === 'Boolean') return String(value).toLowerCase() === 'true';
  if (type.name === 'DateTime' && /^\d+$/.test(String(value))) return new Date(Number(value)).toISOString();
  return value;
}
