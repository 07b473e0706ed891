// The 58 request parameters of the source documents: arguments, paging and settings, each described by its REST name and
// seen to reach the upstream, decoded and alone.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type SandboxApp, startApp, startSandboxApp, type TestApp } from '../support/app.ts';
import { documentedRequest } from '../support/documents/documented-request.ts';
import { descriptionAt, publishedSchema } from '../support/documents/published-schema.ts';
import type { SourceDocument } from '../support/documents/source-documents.ts';
import { type Argument, FURTHER_ARGUMENTS, REQUESTS, type Request } from '../support/documents/source-parameters.ts';
import { settingsForUpstream, startUpstream, type TestUpstream } from '../support/upstreams/upstream.ts';

const documents = Object.entries(REQUESTS) as [SourceDocument, Request][];
const documentedArguments = documents.flatMap(([document, request]) =>
  request.arguments.map(([rest, at, rootField, sent]) => ({
    document,
    rest,
    at,
    rootField,
    sent,
    always: request.always,
  })),
);
const namesOf = (request: Request) => [
  ...request.arguments.map(([rest]) => rest),
  ...request.paging,
  ...request.settings,
];

test('the table holds the 58 request parameters of the documents, each once', () => {
  const counts = documents.map(([document, request]) => [document, namesOf(request).length]);
  expect(Object.fromEntries(counts)).toEqual({
    'swr-list-shared-repositories': 4,
    'swr-show-repository': 4,
    'swr-list-retention-histories': 7,
    'modelarts-list-image-groups': 11,
    'ims-list-images': 32,
  });
  expect(documents.flatMap(([, request]) => namesOf(request))).toHaveLength(58);
  for (const [, request] of documents) expect(new Set(namesOf(request)).size).toBe(namesOf(request).length);
});

test.each([
  ...documentedArguments.map(({ at, rest }) => [at, rest] as const),
  ...FURTHER_ARGUMENTS.map(([rest, at]) => [at, rest] as const),
])('the description of %s ends in `%s`', (coordinate, rest) => {
  expect(descriptionAt(coordinate).endsWith(` \`${rest}\``), descriptionAt(coordinate)).toBe(true);
});

test.each(['ImageFilter', 'ImageOrder', 'ImageGroupFilter', 'ImageGroupOrder'])(
  'the table leaves no field of %s out',
  (input) => {
    const type = publishedSchema.toConfig().types.find(({ name }) => name === input);
    const fields = Object.keys(type && 'getFields' in type ? type.getFields() : {}).map((field) => `${input}.${field}`);
    const inTable = documentedArguments.map(({ at }) => at).filter((at) => at.startsWith(`${input}.`));
    expect(fields.sort()).toEqual(inTable.sort());
  },
);

describe('what reaches the upstream', () => {
  let upstream: TestUpstream;
  let app: TestApp;
  beforeAll(async () => {
    upstream = await startUpstream(({ path }) => {
      if (path.endsWith('/shared-repositories')) return { body: [], headers: { 'content-range': '0-0/0' } };
      if (path.endsWith('/histories')) return { body: { retention_log: [], total: 0 } };
      if (path.endsWith('/group')) return { body: { data: [], total: 0, current: 1, pages: 0, size: 0 } };
      return { body: path === '/v2/images' ? { images: [] } : { name: 'app' } };
    });
    app = startApp(settingsForUpstream(upstream));
  });
  afterEach(() => {
    upstream.calls.length = 0;
  });
  afterAll(async () => {
    await app.close();
    await upstream.close();
  });

  /** The one request that a root field makes. */
  async function requestOf(rootField: string) {
    const isList = /^(images|imageGroups|sharedRepositories|retentionLogs)\(/.test(`${rootField}(`);
    const { errors } = await app.ask(`{ ${rootField} ${isList ? '{ nodes { id } }' : '{ id }'} }`);
    expect(errors).toBeUndefined();
    const [call, ...more] = upstream.calls;
    expect(more).toEqual([]);
    return documentedRequest(call?.url ?? '');
  }

  test.each(documentedArguments)(
    '$at is sent as `$rest`, and no other argument',
    async ({ document, rest, rootField, sent, always }) => {
      expect(Object.keys(sent)).toContain(rest);
      expect(await requestOf(rootField)).toEqual({ document, parameters: { ...always, ...sent } });
    },
  );

  test.each(FURTHER_ARGUMENTS)('`%s` is what %s is sent as', async (_rest, _at, rootField, sent) => {
    const { document, parameters } = await requestOf(rootField);
    expect(document).toBe('modelarts-list-image-groups');
    expect(parameters).toMatchObject(sent);
  });

  test.each<[rootField: string, document: SourceDocument]>([
    ['images', 'ims-list-images'],
    ['imageGroups', 'modelarts-list-image-groups'],
  ])('%s without arguments sends none', async (rootField, document) => {
    expect(await requestOf(rootField)).toEqual({ document, parameters: REQUESTS[document].always });
  });

  test.each<[rootField: string, document: SourceDocument]>([
    [
      'images(filter: { name: null, tags: null, createdAt: null, isProtected: null }, orderBy: null)',
      'ims-list-images',
    ],
    ['images(filter: { tags: [], updatedAt: {} })', 'ims-list-images'],
    [
      'imageGroups(filter: { name: null, nameFuzzyMatch: null, workspaceId: null, type: null }, orderBy: null)',
      'modelarts-list-image-groups',
    ],
    ['imageGroups(filter: { workspaceId: "0" })', 'modelarts-list-image-groups'],
  ])('null, an empty list and a default are not sent: %s', async (rootField, document) => {
    expect(await requestOf(rootField)).toEqual({ document, parameters: REQUESTS[document].always });
  });

  test.each(['gt', 'gte', 'lt', 'lte', 'eq', 'neq'])(
    'the time operator %s is sent before the time',
    async (operator) => {
      const rootField = `images(filter: { createdAt: { ${operator}: "2018-10-28T12:00:00+02:00" } })`;
      expect((await requestOf(rootField)).parameters.created_at).toBe(`${operator}:2018-10-28T10:00:00Z`);
      expect(descriptionAt(`ImageTimeFilter.${operator}`).endsWith(` \`${operator}\``)).toBe(true);
    },
  );

  test('all filters and the order are sent together', async () => {
    const { arguments: all, always } = REQUESTS['ims-list-images'];
    const filters = all.filter(([, at]) => at.startsWith('ImageFilter.'));
    const inside = ([, , rootField]: Argument) => rootField.slice('images(filter: { '.length, -' })'.length);
    const rootField = `images(filter: { ${filters.map(inside).join(', ')} }, orderBy: { field: NAME, direction: ASC })`;
    const sent = Object.assign({}, always, ...filters.map(([, , , parameters]) => parameters));
    expect((await requestOf(rootField)).parameters).toEqual({ ...sent, sort_key: 'name', sort_dir: 'asc' });
  });

  test('the shared list is asked with its filter alone, in the documented order', async () => {
    await requestOf('sharedRepositories(center: THIRD_PARTY, name: "x/y")');
    const [call] = upstream.calls;
    expect([...(call?.query ?? [])]).toEqual([['filter', 'center::thirdparty|name::x/y|limit::25|offset::0']]);
    expect(call?.url).not.toMatch(/[|:]/);
  });

  test('a slash in a repository name goes into the path as a raw $', async () => {
    await requestOf('repository(namespace: "o1", name: "team/app.v2")');
    expect(upstream.calls[0]?.url).toBe('/v2/manage/namespaces/o1/repos/team$app.v2');
  });

  const withHeaders = documents.filter(([, { settings }]) => settings.includes('X-Auth-Token'));
  test.each(withHeaders)('the caller’s token and the content type reach %s', async (document, request) => {
    const [, , rootField = ''] = request.arguments[0] ?? [];
    const selection = document === 'swr-show-repository' ? '{ id }' : '{ nodes { id } }';
    await app.ask(`{ ${rootField} ${selection} }`, {}, { 'x-auth-token': 'token-of-its-own' });
    expect(upstream.calls.map(({ url }) => documentedRequest(url).document)).toEqual([document]);
    expect(upstream.calls[0]?.headers).toMatchObject({
      'x-auth-token': 'token-of-its-own',
      'content-type': 'application/json',
    });
  });

  test('project_id is the project of the settings, or the one that the caller names', async () => {
    expect(REQUESTS['modelarts-list-image-groups'].settings).toEqual(['project_id']);
    await app.ask('{ imageGroups { nodes { id } } }');
    await app.ask('{ imageGroups { nodes { id } } }', {}, { 'x-project-id': 'project-of-its-own' });
    const projects = upstream.calls.map(({ url }) => documentedRequest(url).parameters.project_id);
    expect(projects).toEqual(['project-1', 'project-of-its-own']);
  });
});

describe('paging', () => {
  let app: SandboxApp;
  beforeAll(async () => {
    app = await startSandboxApp();
  });
  afterAll(() => app.close());

  const LISTS: [document: SourceDocument, rootField: string, field: string][] = [
    ['swr-list-shared-repositories', 'sharedRepositories(center: SELF', 'name'],
    ['swr-list-retention-histories', 'retentionLogs(namespace: "data-platform", repositoryName: "a/b_c.d"', 'logId'],
    ['modelarts-list-image-groups', 'imageGroups(', 'name'],
    ['ims-list-images', 'images(', 'imageId'],
  ];

  test.each(LISTS)('first and after reach %s as its paging parameters', async (document, rootField, field) => {
    const read = async (page: string) => {
      const { data, errors } = await app.ask(
        `{ found: ${rootField} ${page}) { nodes { ${field} } pageInfo { endCursor } } }`,
      );
      expect(errors).toBeUndefined();
      const requests = app.calls().map((call) => documentedRequest(call.replace(/^GET /, '')));
      expect(requests.map((request) => request.document)).toEqual([document]);
      return { ...data.found, parameters: requests[0]?.parameters ?? {} };
    };
    const { nodes, pageInfo, parameters: first } = await read('first: 3');
    const { parameters: second } = await read(`first: 3, after: "${pageInfo.endCursor}"`);
    // Images are asked for one row more, as their list has no total.
    const isMarker = document === 'ims-list-images';
    expect(first).toMatchObject(isMarker ? { limit: '4' } : { limit: '3', offset: '0' });
    expect(second).toMatchObject(isMarker ? { limit: '4', marker: nodes[2][field] } : { limit: '3', offset: '3' });
    expect(first.marker).toBeUndefined();
    // The `filter` of the histories says the same two again, and is not sent beside them.
    const { paging } = REQUESTS[document];
    expect(paging.filter((name) => name !== 'filter').every((name) => name in second)).toBe(true);
  });
});
