// `extensions: { explain: … }`: the plan of an operation, before anything is called, and the calls that it has made.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openApp, startApp, type TestApp } from '../../support/app.ts';
import { publishedSchema } from '../../support/documents/published-schema.ts';
import { drawOperation } from '../../support/generators/operations.ts';

interface Expected {
  readonly atLeast: number;
  readonly expected: number;
  readonly atMost: number;
}

interface Plan {
  readonly description: string;
  readonly services: Readonly<Record<string, Expected>>;
  readonly fields: readonly (Expected & { path: string; coordinate: string; service: string; description: string })[];
  readonly rejection: { message: string; code: string; limit?: { name: string } } | null;
}

interface Call {
  readonly service: string;
  readonly operation: string;
  readonly result: string;
  readonly status: number | null;
  readonly attempts: number;
  readonly startMs: number;
  readonly waitMs: number;
  readonly ms: number;
  readonly bytes: number;
  readonly isShared: boolean;
  readonly isCached: boolean;
}

type Explained = Awaited<ReturnType<TestApp['send']>> & {
  readonly extensions?: { readonly plan?: Plan; readonly upstream?: readonly Call[] };
};

const EXPLAIN = { IMAGE_GRAPH_EXPLAIN: 'true' };

/** The README's query, with shares of a page. */
const QUERY = `query Readme($first: Int = 5) {
  repository(namespace: "hwstaff_l00283074", name: "nightly/build-runner") { size logs: retentionLogs(first: 1) { totalCount } }
  images(first: 1) { nodes { name } }
  repositories(first: $first) { edges { node { name shares { nodes { accountName } } } } }
}`;

const explain = (app: TestApp, query: string, how: unknown, more: Record<string, unknown> = {}) =>
  app.send({ query, extensions: { explain: how }, ...more }) as Promise<Explained>;

describe('the plan', () => {
  test('says by field which calls an operation would make, and makes none', async () => {
    const app = await startApp({ upstream: 'sandbox', settings: EXPLAIN });
    const { data, errors, extensions } = await explain(app, QUERY, 'plan');
    expect(app.calls()).toEqual([]);
    expect([data, errors]).toEqual([null, undefined]);
    expect(extensions?.upstream).toBeUndefined();
    expect(extensions?.plan).toEqual({
      description: 'SWR: 1 to 8 calls; IMS: 1 call.',
      services: {
        swr: { atLeast: 1, expected: 8, atMost: 8 },
        ims: { atLeast: 1, expected: 1, atMost: 1 },
      },
      fields: [
        {
          path: 'repository',
          coordinate: 'Query.repository',
          service: 'swr',
          atLeast: 1,
          expected: 1,
          atMost: 1.2,
          description: 'SWR: 1 to 2 calls',
        },
        {
          path: 'repository.logs',
          coordinate: 'Repository.retentionLogs',
          service: 'swr',
          atLeast: 0,
          expected: 1,
          atMost: 1,
          description: 'SWR: 0 to 1 call',
        },
        {
          path: 'images',
          coordinate: 'Query.images',
          service: 'ims',
          atLeast: 1,
          expected: 1,
          atMost: 1,
          description: 'IMS: 1 call',
        },
        {
          path: 'repositories',
          coordinate: 'Query.repositories',
          service: 'swr',
          atLeast: 1,
          expected: 1,
          atMost: 1,
          description: 'SWR: 1 call',
        },
        {
          path: 'repositories.nodes.shares',
          coordinate: 'Repository.shares',
          service: 'swr',
          atLeast: 0,
          expected: 5,
          atMost: 5,
          description: 'SWR: 0 to 5 calls, for up to 5 objects',
        },
      ],
      rejection: null,
    });
  });

  test('depends on the variables', async () => {
    const app = await startApp({ upstream: 'sandbox', settings: EXPLAIN });
    const { extensions } = await explain(app, QUERY, 'plan', { variables: { first: 40 } });
    expect(extensions?.plan?.services.swr).toEqual({ atLeast: 1, expected: 43, atMost: 43 });
  });

  test('tells why an operation would be rejected, in the words of the rejection', async () => {
    const app = await startApp({ upstream: 'sandbox', settings: { ...EXPLAIN, IMAGE_GRAPH_MAX_UPSTREAM_CALLS: '20' } });
    const query = '{ repositories(first: 100) { nodes { shares { nodes { accountName } } } } }';
    const { errors } = await app.send({ query });
    const { extensions, status } = await explain(app, query, 'plan');
    const { message, code, limit } = extensions?.plan?.rejection ?? {};
    expect({ message, code, limit }).toEqual({
      message: errors?.[0]?.message,
      code: 'QUERY_TOO_COMPLEX',
      limit: errors?.[0]?.extensions.limit,
    });
    expect([extensions?.plan?.description, status]).toEqual(['It would be rejected.', 200]);
    expect(app.calls()).toEqual([]);
  });

  test('of invalid variables is their error', async () => {
    const app = await startApp({ upstream: 'sandbox', settings: EXPLAIN });
    const { errors, extensions } = await explain(app, QUERY, 'plan', { variables: { first: 'five' } });
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(extensions?.plan).toBeUndefined();
    expect(app.calls()).toEqual([]);
  });

  test('of an operation that calls nothing is empty', async () => {
    const app = await startApp({ upstream: 'sandbox', settings: EXPLAIN });
    const { extensions } = await explain(app, '{ __typename }', 'plan');
    expect(extensions?.plan).toEqual({ description: 'It makes no calls.', services: {}, fields: [], rejection: null });
  });

  test('comes for each operation of a batch, and by GET', async () => {
    const app = await startApp({ upstream: 'sandbox', settings: EXPLAIN, over: 'http' });
    const extensions = { explain: 'plan' };
    const query = '{ images(first: 1) { nodes { name } } }';
    const { batch } = await app.send([
      { query, extensions },
      { query: '{ repositories(first: 1) { totalCount } }', extensions },
      { query: '{ nothing }', extensions },
    ]);
    const plans = batch?.map((each) => (each as Explained).extensions?.plan?.description);
    expect(plans).toEqual(['IMS: 1 call.', 'SWR: 1 call.', undefined]);
    const url = `${app.url}?${new URLSearchParams({ query, extensions: JSON.stringify(extensions) })}`;
    const response = await app.fetch(url, { headers: { 'x-auth-token': app.token ?? '' } });
    expect(((await response.json()) as Explained).extensions?.plan?.description).toBe('IMS: 1 call.');
    expect(app.calls()).toEqual([]);
  });
});

describe('the calls', () => {
  test('are those that were made', async () => {
    const app = await startApp({ upstream: 'sandbox', settings: EXPLAIN });
    const { extensions, data } = await explain(app, QUERY, true);
    expect(data.repository.size).toBe('973638576');
    const calls = extensions?.upstream ?? [];
    expect(calls.length).toBe(app.calls().length);
    const names = Map.groupBy(calls, ({ service, operation }) => `${service} ${operation}`);
    expect([...names].map(([name, { length }]) => [name, length]).sort()).toEqual([
      ['ims list images', 1],
      ['swr list access domains', 5],
      ['swr list repositories', 1],
      ['swr list retention histories', 1],
      ['swr show repository', 1],
    ]);
    for (const call of calls) {
      expect(call).toMatchObject({ result: 'success', status: 200, attempts: 1, isShared: false, isCached: false });
      expect(call.bytes).toBeGreaterThan(0);
      expect(call.ms).toBeGreaterThanOrEqual(call.waitMs);
      expect(call.startMs).toBeGreaterThanOrEqual(0);
    }
    expect(extensions?.plan?.services.swr?.expected).toBe(8);
    const text = JSON.stringify(extensions);
    expect(text).not.toMatch(/https?:|\/v[12]|nightly|x-auth/i);
    expect(text).not.toContain(app.token);
  });

  test('have their attempts and failures', async () => {
    let attempts = 0;
    const app = await startApp({
      settings: EXPLAIN,
      upstream: () => (++attempts < 3 ? { status: 503, body: '' } : { status: 403, body: '{"error":{}}' }),
    });
    const { extensions } = await explain(app, '{ images(first: 1) { nodes { name } } }', true);
    expect(extensions?.upstream).toMatchObject([{ result: 'forbidden', status: 403, attempts: 3 }]);
  });

  test('that were not sent have no attempt', async () => {
    const app = await startApp({ upstream: 'sandbox', settings: EXPLAIN, token: null });
    const { extensions } = await explain(app, '{ images(first: 1) { nodes { name } } }', true);
    expect(extensions?.upstream).toMatchObject([{ result: 'unauthenticated', status: null, attempts: 0, bytes: 0 }]);
  });

  test('of two operations at once are shared', async () => {
    const app = await startApp({ upstream: 'sandbox', settings: EXPLAIN });
    const query = '{ images(first: 1) { nodes { name } } }';
    const both = await Promise.all([explain(app, query, true), explain(app, query, true)]);
    expect(app.calls().length).toBe(1);
    const calls = both.flatMap(({ extensions }) => extensions?.upstream ?? []);
    expect(calls.map(({ isShared, attempts }) => [isShared, attempts])).toEqual([
      [false, 1],
      [true, 1],
    ]);
  });

  test('from the cache say so', async () => {
    const app = await startApp({ upstream: 'sandbox', settings: { ...EXPLAIN, IMAGE_GRAPH_CACHE: 'ims=60' } });
    const query = '{ images(first: 1) { nodes { name } } }';
    await explain(app, query, true);
    const { extensions } = await explain(app, query, true);
    expect(extensions?.upstream).toMatchObject([{ isCached: true, isShared: false, attempts: 0, result: 'success' }]);
    expect(app.calls().length).toBe(1);
  });
});

test.each<[what: string, settings: Record<string, string>]>([
  ['by default', {}],
  ['by a setting', { IMAGE_GRAPH_EXPLAIN: 'false' }],
])('on a real cloud it is off %s: the operation is executed as ever', async (_what, settings) => {
  for (const over of ['fetch', 'http'] as const) {
    const app = await startApp({ upstream: 'sandbox', settings, over });
    for (const how of ['plan', true]) {
      const response = await explain(app, '{ images(first: 1) { nodes { name } } }', how);
      expect(response.extensions).toBeUndefined();
      expect(response.data.images.nodes.length).toBe(1);
    }
    expect(app.calls().length).toBe(2);
  }
});

test.each([false, null, 1, 'yes', {}, []])('%j requests nothing', async (how) => {
  const app = await startApp({ upstream: 'sandbox', settings: EXPLAIN });
  const { extensions, data } = await explain(app, '{ images(first: 1) { nodes { name } } }', how);
  expect(extensions).toBeUndefined();
  expect(data.images.nodes.length).toBe(1);
});

test('the sums of the fields are those of the cost, and as many calls are made as planned', async () => {
  const app = await openApp({
    upstream: 'sandbox',
    settings: {
      ...EXPLAIN,
      IMAGE_GRAPH_SHARE_CALLS: 'false',
      IMAGE_GRAPH_COMPILE_AFTER: '0',
      IMAGE_GRAPH_MAX_REQUESTS_PER_MINUTE: '1000000',
    },
  });
  const counts = { executed: 0, calls: 0 };
  await fc.assert(
    fc.asyncProperty(fc.gen(), async (draw) => {
      const { query, variables } = drawOperation(draw, publishedSchema, ARGUMENTS);
      app.calls();
      const body = { query, variables, extensions: { explain: true, cost: true } };
      const { extensions, errors } = (await app.send(body)) as Explained;
      const made = app.calls();
      const { plan, upstream = [] } = extensions ?? {};
      if (!plan || plan.rejection) return;
      for (const [service, { atLeast, expected, atMost }] of Object.entries(plan.services)) {
        const fields = plan.fields.filter((field) => field.service === service);
        const sum = (key: 'expected' | 'atMost') => fields.reduce((total, field) => total + field[key], 0);
        expect(Math.abs(expected - sum('expected'))).toBeLessThan(1);
        // No operation makes more calls than the limit.
        expect(Math.abs(atMost - Math.min(MAX_CALLS, sum('atMost')))).toBeLessThan(1);
        const actual = upstream.filter((call) => call.service === service && call.attempts > 0).length;
        expect(actual, query).toBeLessThanOrEqual(atMost);
        if (!errors) expect(actual, query).toBeGreaterThanOrEqual(atLeast);
      }
      expect(upstream.filter(({ attempts }) => attempts > 0).length).toBe(made.length);
      counts.executed++;
      counts.calls += made.length;
    }),
    { numRuns: 40 },
  );
  await app.close();
  expect(counts.executed).toBeGreaterThan(5);
  expect(counts.calls).toBeGreaterThan(5);
}, 60_000);

/** The default of IMAGE_GRAPH_MAX_UPSTREAM_CALLS. */
const MAX_CALLS = 500;

const ARGUMENTS = {
  'Query.repository': ['(namespace: "hwstaff_l00283074", name: "nightly/build-runner")'],
  'Query.repositories': ['', '(first: 3)', '(last: 2)'],
  'Query.images': ['(first: 2)', '(first: $first)'],
  'Query.imageGroups': ['(first: 2)'],
  'Query.sharedRepositories': ['(first: 2)'],
  'Query.organization': ['(namespace: "hwstaff_l00283074")'],
  'Query.organizations': ['(first: 3)'],
};
