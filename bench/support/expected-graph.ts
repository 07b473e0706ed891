// Computes the expected response to a query from the upstream's REST responses and from the published schema, in which each
// description ends in the wire name of the field. Imports nothing from src.
import { type GraphQLEnumValue, type GraphQLField, type GraphQLNamedType, getNamedType, isEnumType } from 'graphql';

type Arguments = Record<string, unknown>;
type Values = Record<string, unknown>;

/** An object of the graph. */
export interface ExpectedObject {
  readonly typename: string;
  /** By wire name; by GraphQL name in a synthetic object. */
  readonly values: Values;
  /** Identifies it among all objects. */
  readonly key: string;
  /** Whether it has no record upstream, such as a connection, an edge or a page info. */
  readonly isSynthetic?: boolean;
}

/** A value that an upstream denies: null, with FORBIDDEN here or at a field beside it. */
export const DENIED = Symbol('denied');

/** One of several correct values: SWR sends a time with fewer digits in a list than in a detail. */
export class OneOf {
  readonly options: readonly unknown[];
  constructor(options: readonly unknown[]) {
    this.options = options;
  }
}

/** An id or a cursor. Its text cannot be predicted, but it never changes, and each target has its own. */
export class Opaque {
  readonly key: string;
  readonly target: ExpectedObject | { readonly list: string; readonly index: number };
  constructor(key: string, target: Opaque['target']) {
    this.key = key;
    this.target = target;
  }
}

/** The lists of images and of image groups in the queries, each with the query string of its REST call. */
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

type Rows = Values[];

/** Reads all records of the upstream. Shape: a function that returns the expected value of a field, and the records. */
export async function readExpectations({ origin, token, projectId }: Record<'origin' | 'token' | 'projectId', string>) {
  const get = async (path: string) => {
    const response = await fetch(origin + path, { headers: { 'x-auth-token': token } });
    // A number is kept as its text, with all digits.
    return JSON.parse(await response.text(), (_key, value, context?: { source?: string }) =>
      typeof value === 'number' ? context?.source : value,
    );
  };
  const expectedObject = (typename: string, values: Values, ...key: unknown[]): ExpectedObject => {
    return { typename, values, key: `${typename} ${key.join(' ')}` };
  };
  const synthetic = (typename: string, values: Values): ExpectedObject => ({
    typename,
    values,
    key: '',
    isSynthetic: true,
  });
  const nameOf = ({ namespace, name }: Values) => `${namespace} ${name}`;

  const repositories = new Map<string, ExpectedObject>();
  const logs = new Map<string, ExpectedObject[]>();
  const sharedRows = async (center: string): Promise<Rows> =>
    (await get(`/v2/manage/shared-repositories?center=${center}&limit=1000&offset=0`)).map((row: Values) => ({
      ...row,
      center,
    }));
  const ownRows: Rows = await get('/v2/manage/repos?limit=1000&offset=0');
  const shared = { SELF: await sharedRows('self'), THIRD_PARTY: await sharedRows('thirdparty') };
  for (const row of [...ownRows, ...shared.THIRD_PARTY]) {
    const { namespace, name, created_at, updated_at } = row;
    const path = `/v2/manage/namespaces/${namespace}/repos/${String(name).replaceAll('/', '$')}`;
    const detail: Values = await get(path);
    const isDenied = detail.errors !== undefined;
    const created = new OneOf([created_at, detail.created]);
    const updated = new OneOf([updated_at, detail.updated]);
    const values = { ...row, ...(isDenied ? { isDenied } : detail), created, updated };
    repositories.set(nameOf(row), expectedObject('Repository', values, namespace, name));
    if (isDenied) continue;
    const { retention_log } = await get(`${path}/retentions/histories`);
    logs.set(
      nameOf(row),
      retention_log.map((log: Values) => expectedObject('RetentionLog', log, namespace, name, log.id)),
    );
  }
  const sharedRepository = (row: Values) => expectedObject('SharedRepository', row, row.center, nameOf(row));
  const lists = {
    repositories: ownRows.map((row) => repositories.get(nameOf(row)) as ExpectedObject),
    SELF: shared.SELF.map(sharedRepository),
    THIRD_PARTY: shared.THIRD_PARTY.map(sharedRepository),
  };

  const images = new Map<unknown, ExpectedObject>();
  for (const query of ['visibility=all&member_status=all', 'os_hidden=true'])
    for (const row of (await get(`/v2/images?limit=1000&${query}`)).images)
      images.set(row.id, expectedObject('Image', row, row.id));
  const pagesOf = new Map<string, ExpectedObject[]>();
  for (const [filter, orderBy, query] of IMAGE_LISTS) {
    const rows: Rows = (await get(`/v2/images?limit=1000${query}`)).images;
    pagesOf.set(
      JSON.stringify(['images', filter, orderBy]),
      rows.map(({ id }) => images.get(id) as ExpectedObject),
    );
  }
  const groups = new Map<string, ExpectedObject>();
  for (const [filter, orderBy, query] of GROUP_LISTS) {
    const { workspaceId: workspace_id = '0' } = (filter ?? {}) as Values;
    const rows: Rows = (await get(`/v1/${projectId}/images/group?limit=1000&offset=0${query}`)).data;
    const found = rows.map((row) => expectedObject('ImageGroup', { ...row, workspace_id }, workspace_id, nameOf(row)));
    for (const group of found) groups.set(group.key, group);
    pagesOf.set(JSON.stringify(['imageGroups', filter, orderBy]), found);
  }

  function page(
    typename: string,
    list: string,
    rows: readonly ExpectedObject[] | undefined,
    args: Arguments,
    find: Find,
  ) {
    if (!rows) throw new Error(`There are no expected rows for ${list}.`);
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
    const pageInfo = synthetic('PageInfo', {
      ...{ hasNextPage: end < rows.length, hasPreviousPage: start > 0 },
      ...{ startCursor: cursors[0] ?? null, endCursor: cursors.at(-1) ?? null },
    });
    const edges = nodes.map((node, index) => synthetic(`${typename}Edge`, { node, cursor: cursors[index] }));
    return synthetic(`${typename}Connection`, { nodes, edges, pageInfo, totalCount: rows.length });
  }

  const logPage = (namespace: unknown, name: unknown, args: Arguments, find: Find) => {
    if (repositories.get(`${namespace} ${name}`)?.values.isDenied) return DENIED;
    const rows = logs.get(`${namespace} ${name}`);
    return rows ? page('RetentionLog', `logs ${namespace} ${name}`, rows, args, find) : null;
  };
  const group = (namespace: unknown, name: unknown, workspace: unknown = '0') =>
    String(name).includes('/') ? null : (groups.get(`ImageGroup ${workspace} ${namespace} ${name}`) ?? null);
  const shownRepository = (namespace: unknown, name: unknown) => {
    const found = repositories.get(`${namespace} ${name}`) ?? null;
    return found?.values.isDenied ? DENIED : found;
  };
  const searched = (typename: string, name: 'images' | 'imageGroups', args: Arguments, find: Find) => {
    const list = JSON.stringify([name, args.filter ?? null, args.orderBy ?? null]);
    return page(typename, list, pagesOf.get(list), args, find);
  };
  const node = (id: unknown, find: Find) => {
    const found = find(String(id)) as ExpectedObject;
    return found.values.isDenied ? DENIED : found;
  };
  const within = (rows: readonly ExpectedObject[], part: unknown = '') =>
    rows.filter(({ values }) => String(values.name).includes(String(part)));
  const text = (value: unknown) =>
    typeof value === 'object' && value !== null ? JSON.stringify(value) : (value ?? null);

  /** The fields that are not simply the value of a wire name. */
  const rules: Record<string, (values: Values, args: Arguments, find: Find) => unknown> = {
    'Query.node': (_, { id }, find) => node(id, find),
    'Query.nodes': (_, { ids }, find) => (ids as unknown[]).map((id) => node(id, find)),
    'Query.repository': (_, { namespace, name }) => shownRepository(namespace, name),
    'Query.repositories': (_, { namespace, name, ...args }, find) => {
      const rows = lists.repositories.filter(({ values }) => namespace === undefined || values.namespace === namespace);
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
    'Repository.sharing': (values) => lists.SELF.find((row) => nameOf(row.values) === nameOf(values)) ?? null,
    'Repository.imageGroup': ({ namespace, name }) => group(namespace, name),
    'SharedRepository.repository': (values) => repositories.get(nameOf(values)),
    'SharedRepository.isSharingValid': ({ center, status }) => (center === 'self' ? null : status),
    'RetentionLog.repository': ({ namespace, repo }) => repositories.get(`${namespace} ${repo}`),
    'RetentionLog.rule': ({ rule_type }) => {
      const rule = JSON.parse(String(rule_type));
      const tag_selectors = rule.tag_selectors.map((selector: Values) => expectedObject('TagSelector', selector));
      return expectedObject('RetentionRule', { ...rule, ...rule.params, tag_selectors });
    },
    'Image.originalImage': ({ __originalimagename: id }) => images.get(id) ?? null,
    'Image.osFeatures': ({ __os_feature_list: list }) => (list === undefined ? null : features(String(list))),
    'Image.supportsPasswordInjection': ({ __support_fc_inject: no }) => (no === undefined ? null : no !== 'true'),
    'Image.property': (values, { name }) => text(values[String(name)]),
    'Image.properties': (values, { names }) =>
      (names as string[])
        .filter((name) => name in values)
        .map((name) => synthetic('ImageProperty', { name, value: text(values[name]) })),
    'ImageGroup.repository': ({ namespace, name }) => repositories.get(`${namespace} ${name}`) ?? null,
  };

  /** The expected value of a field: an object, a list, a scalar, or one of this file's special values. */
  const expected = (
    of: ExpectedObject,
    field: GraphQLField<unknown, unknown>,
    args: Arguments,
    find: Find,
  ): unknown => {
    const rule = rules[`${of.typename}.${field.name}`];
    if (rule) return rule(of.values, args, find);
    if (of.isSynthetic) return of.values[field.name];
    if (field.name === 'id') return new Opaque(of.key, of);
    const [wire = ''] = wireNames(field.description);
    if (of.values.isDenied && !(wire in of.values)) return DENIED;
    return read(getNamedType(field.type), of.values[wire]);
  };
  return {
    expected,
    repositories: [...repositories.values()],
    images: [...images.keys()],
    groups: [...groups.values()],
  };
}

export type Expectations = Awaited<ReturnType<typeof readExpectations>>;

/** Finds the target of an id or a cursor. */
export type Find = (text: string) => Opaque['target'] | undefined;

const wireNames = (description?: string | null) =>
  [...(description ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name).reverse();

/** The names in a feature list: the true ones of an object with flags, or those of a list. */
function features(text: string): unknown {
  const value = JSON.parse(text);
  if (Array.isArray(value)) return value;
  return Object.keys(value).filter((name) => String(value[name]).toLowerCase() === 'true');
}

const normalize = (text: string) => text.replace(/[^A-Za-z0-9]/g, '').toUpperCase();

/** Converts a wire value to a type of the graph. */
function read(type: GraphQLNamedType, value: unknown): unknown {
  if (value === undefined || value === null || value instanceof OneOf) return value ?? null;
  if (type.name === 'String') return value;
  if (value === '') return null;
  if (isEnumType(type)) {
    const wanted = normalize(String(value));
    const matches = ({ name, description }: GraphQLEnumValue) =>
      [name, ...wireNames(description)].map(normalize).includes(wanted);
    return type.getValues().find(matches)?.name ?? 'UNKNOWN';
  }
  if (type.name === 'Int') return Number(value);
  if (type.name === 'Boolean') return String(value).toLowerCase() === 'true';
  if (type.name === 'DateTime' && /^\d+$/.test(String(value))) return new Date(Number(value)).toISOString();
  return value;
}
