// Retries: which calls are retried, and how often at most, counted at the upstream.
import { expect, test, vi } from 'vitest';
import { imageId, imageRow } from '../../resources/image/kind.ts';
import { detailAt, repositoryDetail } from '../../resources/repository/kind.ts';
import { startApp } from '../../support/app.ts';
import type { Reply, Script, UpstreamCall } from '../../support/upstreams/upstream.ts';

const REPOSITORY = '{ repository(namespace: "group", name: "busybox") { name } }';
const WHOLE = { data: { repository: { name: 'busybox' } } };
const busy: Reply = { status: 503, body: {} };

/** Responds to each call with the next reply, and with the record when none is left. */
const inTurn = (...replies: Reply[]): Script => {
  const left = [...replies];
  return () => left.shift() ?? { body: repositoryDetail() };
};

const repositories = (from: number, count: number) =>
  `{ ${Array.from({ length: count }, (_, n) => `r${n}: repository(namespace: "group", name: "repo-${from + n}") { creatorName }`).join(' ')} }`;

test.each([[502], [503], [504], [429]])('two responses of %i and a good one are a good one', async (status) => {
  const app = await startApp({ upstream: inTurn({ status, body: {} }, { status, body: {} }) });
  expect(await app.ask(REPOSITORY)).toEqual(WHOLE);
  expect(app.targets()).toHaveLength(3);
});

test('the third failure is reported', async () => {
  const app = await startApp({ upstream: inTurn(busy, busy, busy) });
  const { errors } = await app.ask(REPOSITORY);
  expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_ERROR', upstreamStatus: 503 } }]);
  expect(app.targets()).toHaveLength(3);
});

test.each([[400], [401], [403], [404], [409], [500], [501]])(
  'a response of %i does not lead to a retry',
  async (status) => {
    const app = await startApp({ upstream: inTurn({ status, body: {} }) });
    await app.ask(REPOSITORY);
    expect(app.targets()).toHaveLength(1);
  },
);

test('Retry-After is waited for: the next attempt comes no sooner', async () => {
  const arrivals: number[] = [];
  const app = await startApp({
    upstream: () => {
      arrivals.push(performance.now());
      return arrivals.length === 1
        ? { status: 429, headers: { 'retry-after': '1' }, body: {} }
        : { body: repositoryDetail() };
    },
  });
  expect(await app.ask(REPOSITORY)).toEqual(WHOLE);
  expect(arrivals).toHaveLength(2);
  expect((arrivals[1] ?? 0) - (arrivals[0] ?? 0)).toBeGreaterThanOrEqual(990);
});

test('a Retry-After beyond the deadline is reported at once', async () => {
  const app = await startApp({ upstream: inTurn({ status: 503, headers: { 'retry-after': '11' }, body: {} }) });
  const { errors } = await app.ask(REPOSITORY);
  expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_ERROR', upstreamStatus: 503, retryAfter: 11 } }]);
  expect(app.targets()).toHaveLength(1);
});

test('an attempt that would begin after the deadline is not waited for', async () => {
  const app = await startApp({
    upstream: inTurn({ status: 429, headers: { 'retry-after': '2' }, body: {} }),
    settings: {
      IMAGE_GRAPH_REQUEST_TIMEOUT_MS: '1500',
    },
  });
  const { errors } = await app.ask(REPOSITORY);
  expect(errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED', retryAfter: 2 } }]);
});

test('IMAGE_GRAPH_UPSTREAM_ATTEMPTS=1 leaves retries to the caller', async () => {
  const app = await startApp({ upstream: inTurn(busy), settings: { IMAGE_GRAPH_UPSTREAM_ATTEMPTS: '1' } });
  expect((await app.ask(REPOSITORY)).errors).toHaveLength(1);
  expect(app.targets()).toHaveLength(1);
});

test('a repeated call is sent as it was, with the same request id', async () => {
  const app = await startApp({ upstream: inTurn(busy) });
  await app.ask(REPOSITORY);
  const [first, second] = app.upstream.calls as [UpstreamCall, UpstreamCall];
  expect(second.url).toBe(first.url);
  expect(second.headers).toEqual(first.headers);
});

test('a retry counts once in the cost of an operation', async () => {
  const app = await startApp({ upstream: inTurn(busy) });
  const response = await app.fetch(app.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-auth-token': 'test-token' },
    body: JSON.stringify({ query: REPOSITORY, extensions: { cost: true } }),
  });
  const { extensions } = (await response.json()) as { extensions: unknown };
  expect(extensions).toMatchObject({ cost: { upstreamCalls: { actual: 1 } } });
  expect(app.targets()).toHaveLength(2);
});

// The breaker would end these outages first.
const NO_BREAKER = { IMAGE_GRAPH_BREAKER_CALLS: '1000000', IMAGE_GRAPH_RETRY_BASE_MS: '10' };

test.each([
  ['one after the other', 40, 1],
  ['in operations of ten', 10, 10],
  ['in one operation', 1, 100],
  ['in four large operations', 4, 60],
])('in an outage the calls, queried %s, are at most 1.2 times the demand and 3', async (_title, operations, each) => {
  const app = await startApp({ upstream: () => busy, settings: NO_BREAKER });
  for (let n = 0; n < operations; n++) await app.ask(repositories(n * each, each));
  const demand = operations * each;
  expect(app.upstream.calls.length).toBeGreaterThan(demand);
  expect(app.upstream.calls.length).toBeLessThan(1.2 * demand + 3);
});

test('in an outage the calls of many callers at once are at most 1.2 times the demand and 3', async () => {
  const app = await startApp({ upstream: () => busy, settings: NO_BREAKER });
  await Promise.all(Array.from({ length: 50 }, (_, n) => app.ask(repositories(n * 4, 4))));
  expect(app.upstream.calls.length).toBeLessThan(1.2 * 200 + 3);
});

test('429 is an outage like any other: a service that throttles gets few retries', async () => {
  const app = await startApp({ upstream: () => ({ status: 429, body: {} }), settings: NO_BREAKER });
  for (let n = 0; n < 30; n++) await app.ask(repositories(n, 1));
  expect(app.upstream.calls.length).toBeLessThan(1.2 * 30 + 3);
});

test('after an outage single failures are met with retries again', async () => {
  let isDown = true;
  let fails = false;
  const app = await startApp({
    upstream: () => {
      fails = !fails;
      return isDown || fails ? busy : { body: repositoryDetail() };
    },
    settings: NO_BREAKER,
  });
  for (let n = 0; n < 30; n++) await app.ask(repositories(n, 1));
  isDown = false;
  await vi.waitFor(async () => expect(await app.ask(REPOSITORY)).toEqual(WHOLE));
  for (let n = 0; n < 10; n++) expect(await app.ask(REPOSITORY)).toEqual(WHOLE);
});

test.each([
  ['half of the calls', 429, 2],
  ['two of three calls', 503, 3],
  ['nine of ten calls', 429, 10],
])('where %s fail with %i, they are repeated at most for a fifth of the demand', async (_title, status, each) => {
  let n = 0;
  const app = await startApp({
    upstream: () => {
      const isGood = n++ % each === 0;
      return isGood ? { body: repositoryDetail() } : { status, body: {} };
    },
    settings: NO_BREAKER,
  });
  for (let round = 0; round < 20; round++)
    await Promise.all(Array.from({ length: 10 }, (_, k) => app.ask(repositories(round * 10 + k, 1))));
  expect(app.upstream.calls.length).toBeLessThan(1.2 * 200 + 3);
});

test('a few failures, one after the other, are all met with retries', async () => {
  let fails = false;
  const app = await startApp({
    upstream: () => {
      fails = !fails;
      return fails ? busy : { body: repositoryDetail() };
    },
  });
  for (let n = 0; n < 15; n++) expect(await app.ask(REPOSITORY)).toEqual(WHOLE);
});

test('the budget of one service is not spent by another one', async () => {
  let imsFails = true;
  const app = await startApp({
    upstream: ({ path }) => {
      if (!path.startsWith('/v2/images/')) return busy;
      imsFails = !imsFails;
      return imsFails ? { body: imageRow({ id: path.split('/').at(-1) }) } : busy;
    },
    settings: NO_BREAKER,
  });
  for (let n = 0; n < 20; n++) await app.ask(repositories(n, 1));
  for (let n = 1; n <= 5; n++) {
    const { data } = await app.ask(`{ image(imageId: "${imageId(n)}") { imageId } }`);
    expect(data).toEqual({ image: { imageId: imageId(n) } });
  }
});

test('calls that wait for Retry-After do not keep others from a retry', async () => {
  const seen = new Set<string>();
  const app = await startApp({
    upstream: ({ path }) => {
      if (seen.has(path)) return { body: detailAt(path) };
      seen.add(path);
      return path.includes('/slow-') ? { status: 429, headers: { 'retry-after': '2' }, body: {} } : busy;
    },
  });
  const slow = Array.from({ length: 10 }, (_, n) =>
    app.ask(`{ repository(namespace: "group", name: "slow-${n}") { name } }`),
  );
  await vi.waitFor(() => expect(seen.size).toBe(10));
  // A good response: this is not an outage.
  seen.add('/v2/manage/namespaces/group/repos/repo-0');
  await app.ask(repositories(0, 1));
  expect(await app.ask(REPOSITORY)).toEqual(WHOLE);
  const responses = await Promise.all(slow);
  expect(responses.filter(({ errors }) => errors === undefined).length).toBeGreaterThanOrEqual(3);
});
