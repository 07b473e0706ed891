// Every operation gets the same response from compiled code and from the other executor, errors included.
import fc from 'fast-check';
import { parse, validate } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildSchema } from '../../../src/schema.ts';
import {
  conditionsOf,
  conditionVariables,
  operationOf,
  plainOperation,
} from '../../../src/server/execution/plain-operation.ts';
import { type GraphQLResponse, openApp, type TestApp } from '../../support/app.ts';
import { wholeFields } from '../../support/documents/whole-selection.ts';
import { type Arguments, drawOperation } from '../../support/generators/operations.ts';
import { startSandboxUpstream } from '../../support/upstreams/sandbox.ts';
import { startUpstream, type Upstream } from '../../support/upstreams/upstream.ts';

const schema = buildSchema({ offersNode: true });
const REPOSITORIES = [
  '(namespace: "data-platform", name: "a/b_c.d")',
  '(namespace: "data-platform", name: "none")',
  '(namespace: "", name: "a")',
];

/** Whether an operation is one that is compiled. */
function isCompiled(query: string, variables: Readonly<Record<string, unknown>>): boolean {
  const document = parse(query);
  const operation = operationOf(document, undefined);
  const conditions = operation && conditionsOf(conditionVariables(document), operation, variables);
  return Boolean(conditions && plainOperation(schema, document, operation, conditions));
}

type ResponseError = NonNullable<GraphQLResponse['errors']>[number];

/** The path of what an error has nulled: of its field, or of the nearest nullable field above it. */
function nulledPath(data: unknown, path: readonly (string | number)[]): readonly (string | number)[] {
  let value = data;
  for (const [depth, key] of path.entries()) {
    if (value === null) return path.slice(0, depth);
    value = (value as Record<string | number, unknown>)[key];
  }
  return path;
}

/** The denied detail of a row: it is reported once, by the field that reads it first. */
const isDeniedDetail = ({ message }: ResponseError) => message.includes('does not show the details');

/**
 * A response without the order of its errors, and without the ids of requests. Of several non-null fields that fail below a field which they
 * null, one error is enough, and any of them: a server may leave out the others.
 * Source: https://spec.graphql.org/October2021/#sec-Handling-Field-Errors.
 */
function comparable({ data, errors = [] }: Pick<GraphQLResponse, 'data' | 'errors'>) {
  const nulled = new Set<string>();
  const texts: string[] = [];
  for (const error of errors) {
    const { path = [], locations, message, extensions } = error;
    const at = nulledPath(data, path);
    const place = isDeniedDetail(error) ? undefined : { path, locations };
    if (at.length < path.length) nulled.add(JSON.stringify(at));
    else texts.push(JSON.stringify({ message, extensions: { ...extensions, requestId: undefined }, ...place }));
  }
  // The order of the names in the data counts.
  return { text: JSON.stringify(data), errors: texts.sort(), nulled };
}

const isJson = ({ headers }: Response) => headers.get('content-type')?.includes('json') ?? false;

/** A cloud whose rows are malformed, and some of whose calls fail: always the same. */
async function startUnreliable(): Promise<Upstream> {
  const sandbox = await startSandboxUpstream();
  const hash = (text: string) => [...text].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) >>> 0, 7);
  const spoil = (value: unknown, at: string): unknown => {
    if (Array.isArray(value)) return value.map((item, index) => spoil(item, `${at}.${index}`));
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, spoil(item, `${at}.${key}`)]));
    const kind = hash(at) % 12;
    return kind > 3 ? value : [null, { x: 1 }, [1, 'x'], 'malformed'][kind];
  };
  const upstream = await startUpstream(async ({ url, headers }) => {
    const kind = hash(url) % 8;
    if (kind === 0) return { status: 404, body: { message: 'x' } };
    if (kind === 1) return { status: 403, body: { message: 'x' } };
    if (kind === 2) return { status: 400, body: 'no JSON' };
    const token = String(headers['x-auth-token']);
    const response = await fetch(`${sandbox.url}${url}`, { headers: { 'x-auth-token': token } });
    const text = await response.text();
    return { status: response.status, body: isJson(response) ? spoil(JSON.parse(text), url) : text };
  });
  return {
    ...upstream,
    token: sandbox.token,
    settings: { ...upstream.settings, IMAGE_GRAPH_PROJECT_ID: sandbox.settings.IMAGE_GRAPH_PROJECT_ID ?? '' },
    close: async () => {
      await upstream.close();
      await sandbox.close();
    },
  };
}

describe.each([
  ['a cloud that works', () => startSandboxUpstream()],
  ['a cloud that sends malformed rows and fails', startUnreliable],
])('with %s', (_, start) => {
  let upstream: Upstream;
  let compiled: TestApp;
  let interpreted: TestApp;
  let args: Arguments;
  beforeAll(async () => {
    upstream = await start();
    const open = (times: string) =>
      openApp({
        upstream,
        // Neither a circuit nor a retry has a part in the comparison.
        settings: {
          IMAGE_GRAPH_COMPILE_AFTER: times,
          IMAGE_GRAPH_BREAKER_CALLS: '1000000',
          IMAGE_GRAPH_UPSTREAM_ATTEMPTS: '1',
        },
      });
    [compiled, interpreted] = await Promise.all([open('1'), open('0')]);
    const { data } = await interpreted.ask(
      '{ images(first: 3) { nodes { id imageId } } imageGroups(first: 2) { nodes { id namespace name workspaceId } } sharedRepositories(center: SELF, first: 2) { nodes { id namespace name repository { id } } } }',
    );
    upstream.takeCalls();
    const images = data?.images?.nodes?.filter(Boolean) ?? [];
    const ids = [...images, ...(data?.imageGroups?.nodes ?? []), ...(data?.sharedRepositories?.nodes ?? [])]
      .filter(Boolean)
      .map(({ id }) => id);
    args = {
      'Query.repository': REPOSITORIES,
      'Query.repositories': [
        '',
        '(first: $first)',
        '(namespace: "data-platform", first: 4)',
        '(first: 2, last: 2)',
        '(name: $name, last: 2)',
      ],
      'Query.sharedRepositories': [
        '(center: SELF, first: 4)',
        '(center: THIRD_PARTY, first: $first)',
        '(center: SELF, name: $name, last: 2)',
      ],
      'Query.retentionLogs': [
        '(namespace: "hwstaff_l00283074", repositoryName: "nightly/build-runner", first: 3)',
        '(namespace: "x", repositoryName: "y")',
      ],
      'Query.image': [
        ...images.map(({ imageId }: { imageId: string }) => `(imageId: "${imageId}")`),
        '(imageId: "11111111-1111-4111-8111-111111111111")',
        '(imageId: "/")',
      ],
      'Query.images': [
        '(first: 5)',
        '(first: $first)',
        '(filter: { visibility: PUBLIC, tags: ["a"] }, first: 2)',
        '(filter: { name: $name }, first: 2)',
        '(first: -1)',
        '(last: 2)',
      ],
      'Query.imageGroups': [
        '(first: 3)',
        '(filter: { namespace: "data-platform" }, orderBy: { fields: [NAME], direction: ASC }, first: 3)',
      ],
      'Query.node': [...ids.map((id: string) => `(id: "${id}")`), '(id: "none")'],
      'Query.nodes': [
        `(ids: ${JSON.stringify([...ids, 'none'])})`,
        `(ids: ${JSON.stringify([ids[0] ?? 'x', ids[0] ?? 'x'])})`,
      ],
      'Query.organizations': ['(first: 2)', '(namespace: $name, first: $first)', '(first: -1)'],
      'Query.organization': ['(namespace: "data-platform")', '(namespace: "none")', '(namespace: "$")'],
      'Query.containerTag': [
        '(namespace: "data-platform", repositoryName: "huge-counters", name: "latest")',
        '(namespace: "data-platform", repositoryName: "none", name: "a..b")',
        '(namespace: "data-platform", repositoryName: "a$b", name: "1")',
      ],
      'Query.trainingImages': ['(first: 3)', '(filter: { type: BUILD_IN, name: $name }, first: $first)', '(last: 2)'],
      'Query.trainingImage': [
        '(trainingImageId: "278e88d1-5b71-4766-8502-b3ba72e824d9")',
        '(trainingImageId: "none")',
        '(trainingImageId: "/")',
      ],
      'Query.registryOverview': [''],
      'Query.registryQuotas': [''],
      'Query.imageQuotas': [''],
      'Query.osVersions': ['', '(tags: [ARM, UEFI])'],
      'Repository.retentionLogs': ['(first: 2)', '(first: $first)'],
      'Repository.containerTags': ['(first: 2)', '(name: $name, first: $first)'],
      'Repository.containerTag': ['(name: "latest")', '(name: "none")', '(name: "/")'],
      'ImageGroup.versions': ['(first: 2)', '(type: BUILD_IN, first: $first)'],
      'Image.property': ['(name: "name")', '(name: "none")'],
      'Image.properties': ['', '(names: ["name", "x"])'],
    };
  }, 60_000);
  afterAll(async () => {
    await Promise.all([compiled.close(), interpreted.close()]);
    await upstream.close();
  });

  /**
   * Compares both executors. A spent turn of the event loop divides the keys of a batch, and with them its calls: a busy machine spends one
   * here and not there, so what differs counts where it differs each time.
   */
  async function compare(query: string, variables: Record<string, unknown> = {}): Promise<void> {
    for (let further = 2; ; further--)
      try {
        await compareOnce(query, variables);
        return;
      } catch (error) {
        if (further === 0) throw error;
        for (const app of [compiled, interpreted]) app.log.splice(0);
      }
  }

  async function compareOnce(query: string, variables: Record<string, unknown>): Promise<void> {
    upstream.takeCalls();
    const expected = await interpreted.send({ query, variables });
    const callsOfOther = upstream
      .takeCalls()
      .map(({ url }) => url)
      .sort();
    const actual = await compiled.send({ query, variables });
    const calls = upstream
      .takeCalls()
      .map(({ url }) => url)
      .sort();
    expect(actual.status).toBe(expected.status);
    expect(comparable(actual)).toEqual(comparable(expected));
    expect(calls).toEqual(callsOfOther);
    expect(compiled.log).toEqual(interpreted.log);
  }

  test('random operations', async () => {
    let [compiledCount, count] = [0, 0];
    await fc.assert(
      fc.asyncProperty(fc.gen(), async (draw) => {
        const { query, variables } = drawOperation(draw, schema, args);
        if (validate(schema, parse(query)).length > 0) return;
        count++;
        if (isCompiled(query, variables)) compiledCount++;
        await compare(query, variables);
      }),
      { numRuns: 150 },
    );
    console.info(`${count} random operations compared, ${compiledCount} of them compiled`);
    expect(count).toBeGreaterThan(80);
    expect(compiledCount).toBeGreaterThan(count / 3);
  }, 240_000);

  /** Lists, and the types of their rows. */
  const wholes: [root: string, type: string][] = [
    ['repositories(first: 3)', 'Repository'],
    ['sharedRepositories(center: SELF, first: 5)', 'SharedRepository'],
    ['organizations(first: 3)', 'Organization'],
    ['images(first: 5)', 'Image'],
    ['imageGroups(first: 5)', 'ImageGroup'],
    ['trainingImages(first: 5)', 'TrainingImage'],
  ];
  test.each(wholes)('every field of %s', async (root, type) => {
    const fields = wholeFields(schema, type, 1);
    const [objects, values] = [
      fields.filter((field) => field.includes('{')),
      fields.filter((field) => !field.includes('{')),
    ];
    const rows = (part: string) => `edges { cursor node { __typename ${part} } }`;
    // Together they are more than an operation that is compiled. A page whose `hasNextPage` fails is null: so this is alone.
    const pageInfo = 'pageInfo { hasNextPage hasPreviousPage endCursor startCursor } again: pageInfo { hasNextPage }';
    for (const part of [pageInfo, rows(values.join(' ')), ...objects.map(rows)]) {
      const query = `{ ${root} { ${part} } }`;
      expect(isCompiled(query, {}), part).toBe(true);
      await compare(query);
    }
  });
});
