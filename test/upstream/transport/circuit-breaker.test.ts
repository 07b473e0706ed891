// The circuit breaker of each service: when it opens, what it reports, which calls fail fast, and how it closes again.
import { createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { imageId, imageRow } from '../../resources/image/kind.ts';
import { imageGroupRow } from '../../resources/image-group/kind.ts';
import { detailAt } from '../../resources/repository/kind.ts';
import { codesOf, startApp } from '../../support/app.ts';
import { listen } from '../../support/listen.ts';
import { deadEndpoint } from '../../support/upstreams/dead-endpoint.ts';
import { type Fault, MisbehavingService, resets } from '../../support/upstreams/misbehaving-upstream.ts';
import { type Reply, startUpstream } from '../../support/upstreams/upstream.ts';

const failing: Reply = { status: 500, body: {} };
const repository = (name: string | number) => `{ repository(namespace: "group", name: "${name}") { creatorName } }`;
const image = (n: number) => `{ image(imageId: "${imageId(n)}") { imageId } }`;

const healthy = (path: string): Reply => {
  if (path.startsWith('/v2/images/')) return { body: imageRow({ id: path.split('/').at(-1) }) };
  if (path.startsWith('/v1/')) return { body: { data: [imageGroupRow({ name: 'g' })], total: 1 } };
  if (path.endsWith('/histories')) return { body: { retention_log: [], total: 0 } };
  return { body: detailAt(path) };
};

/** The app, and its circuits at /ready. What `script` does not respond to gets the response of a healthy service. */
async function start(script: (path: string) => Reply | undefined, settings: Record<string, string> = {}) {
  const app = await startApp({ upstream: ({ path }) => script(path) ?? healthy(path), settings });
  const ask = (query: string, headers: Record<string, string> = {}) => app.ask(query, {}, headers);
  const circuits = async () => {
    const response = await app.fetch(`${app.origin}/ready`);
    const { status, circuits: states } = (await response.json()) as { status: string; circuits: object };
    return { http: response.status, status, ...states };
  };
  /** Queries repositories of different names, one after the other. */
  const askMany = async (count: number, from = 0) => {
    for (let n = 0; n < count; n++) await ask(repository(from + n));
  };
  return { ...app, ask, askMany, circuits };
}

const QUICK = { IMAGE_GRAPH_BREAKER_OPEN_MS: '100', IMAGE_GRAPH_UPSTREAM_ATTEMPTS: '1' };

const READY = { http: 200, status: 'ready', ims: 'closed', modelarts: 'closed' };
const isSwr = (path: string) => path.startsWith('/v2/manage/');
const failingSwr = (path: string) => (isSwr(path) ? failing : undefined);

test('at the twentieth failed call of a service it opens: no further call is made, and each query fails at once', async () => {
  const { ask, askMany, circuits, upstream, log } = await start(failingSwr);
  await askMany(19);
  expect(await circuits()).toEqual({ ...READY, swr: 'closed' });
  await askMany(1, 19);
  expect(await circuits()).toEqual({ ...READY, swr: 'open' });
  expect(upstream.calls).toHaveLength(20);
  const { data, errors } = await ask(repository('another'));
  expect(data).toEqual({ repository: null });
  expect(errors).toMatchObject([
    { path: ['repository'], extensions: { code: 'UPSTREAM_UNAVAILABLE', service: 'swr' } },
  ]);
  const retryAfter = errors?.[0]?.extensions.retryAfter;
  expect(retryAfter).toBeGreaterThan(0);
  expect(retryAfter).toBeLessThanOrEqual(30);
  expect(upstream.calls).toHaveLength(20);
  expect(log).toEqual(['SWR: circuit open for 30 s.']);
});

test('the other services are called, in the same query too', async () => {
  const { ask, askMany } = await start(failingSwr);
  await askMany(20);
  const { data, errors } = await ask(`{ ${repository('a').slice(1, -1)} ${image(1).slice(1, -1)} }`);
  expect(data).toEqual({ repository: null, image: { imageId: imageId(1) } });
  expect(errors).toHaveLength(1);
});

test('half of the calls are enough, fewer are not', async () => {
  let n = 0;
  const half = await start((path) => (isSwr(path) && n++ % 2 ? failing : undefined));
  await half.askMany(20);
  expect((await half.circuits()).http).toBe(200);
  expect(await half.circuits()).toMatchObject({ swr: 'open' });

  let m = 0;
  const third = await start((path) => (isSwr(path) && m++ % 3 === 2 ? failing : undefined));
  await third.askMany(60);
  expect(await third.circuits()).toMatchObject({ swr: 'closed' });
});

test('one resource that never works does not open it, however often it is queried', async () => {
  const { ask, askMany, circuits, upstream } = await start((path) => (path.includes('/poison') ? failing : undefined));
  const poison = `{ repository(namespace: "group", name: "poison") { creatorName }
    logs: retentionLogs(namespace: "group", repositoryName: "other", first: 1) { totalCount } }`;
  for (let n = 0; n < 60; n++) await ask(poison);
  await askMany(5);
  expect(await circuits()).toMatchObject({ swr: 'closed' });
  expect((await ask(repository('busybox'))).data).toEqual({ repository: { creatorName: 'admin' } });
  expect(upstream.calls.filter(({ path }) => path.endsWith('/poison'))).toHaveLength(60);
});

test('the pages of one list that never works do not open it, even with a stray failure elsewhere', async () => {
  let stray = 0;
  const { ask, askMany, circuits } = await start((path) => {
    if (path.endsWith('/poison/retentions/histories')) return failing;
    return isSwr(path) && stray++ === 3 ? failing : undefined;
  });
  await askMany(20);
  for (let n = 1; n <= 60; n++)
    await ask(`{ retentionLogs(namespace: "group", repositoryName: "poison", first: ${n}) { nodes { tag } } }`);
  expect(await circuits()).toMatchObject({ swr: 'closed' });
});

test('all calls about one resource that never works do not open it: its fields, its logs, its shares', async () => {
  const { ask, askMany, circuits } = await start((path) => (path.includes('/poison') ? failing : undefined));
  for (let n = 0; n < 30; n++)
    await ask(`{ repository(namespace: "group", name: "poison") { creatorName }
      retentionLogs(namespace: "group", repositoryName: "poison", first: ${n + 1}) { nodes { tag } } }`);
  await askMany(3);
  expect(await circuits()).toMatchObject({ swr: 'closed' });
});

test('a project that never works does not affect another one', async () => {
  const { ask, circuits } = await start((path) => (path.startsWith('/v1/broken/') ? failing : undefined));
  const groups = (n: number) => `{ imageGroups(first: ${n}) { nodes { name } } }`;
  for (let n = 1; n <= 40; n++) await ask(groups(n), { 'x-project-id': 'broken' });
  expect(await circuits()).toMatchObject({ modelarts: 'closed' });
  expect((await ask(groups(1), { 'x-project-id': 'sound' })).data).toEqual({
    imageGroups: { nodes: [{ name: 'g' }] },
  });
});

test('resources of a service with one path for everything are distinguished by the query', async () => {
  const { ask, circuits } = await start((path) => (path === '/v2/images' ? failing : undefined));
  for (let n = 0; n < 10; n++)
    for (const name of ['a', 'b']) await ask(`{ images(filter: { name: "${name}" }) { nodes { id } } }`);
  expect(await circuits()).toMatchObject({ ims: 'open', swr: 'closed' });
});

test.each<[string, Reply]>([
  ['400', { status: 400, body: {} }],
  ['401', { status: 401, body: {} }],
  ['403', { status: 403, body: {} }],
  ['404', { status: 404, body: {} }],
  ['409', { status: 409, body: {} }],
  ['429', { status: 429, body: {} }],
  ['the throttling of SWR', { status: 403, body: { errors: [{ errorCode: 'SVCSTG.SWR.4031032' }] } }],
  ['a response that is not JSON', { body: '<html>' }],
])('%s never opens it', async (_title, reply) => {
  const { askMany, circuits, ask, upstream } = await start(
    (path) => (isSwr(path) && path.includes('repo-') ? reply : undefined),
    { IMAGE_GRAPH_UPSTREAM_ATTEMPTS: '1' },
  );
  for (let n = 0; n < 40; n++) await ask(repository(`repo-${n}`), { 'x-auth-token': `token-${n}` });
  await askMany(1);
  expect(await circuits()).toMatchObject({ swr: 'closed' });
  expect(upstream.calls).toHaveLength(41);
});

test('refused connections open it, and so do timeouts', async () => {
  const unreachable = await start(() => undefined, { IMAGE_GRAPH_SWR_ENDPOINT: await deadEndpoint() });
  await unreachable.askMany(20);
  expect(await unreachable.circuits()).toMatchObject({ swr: 'open', ims: 'closed' });

  const upstream = await startUpstream(() => undefined);
  onTestFinished(() => upstream.close());
  const silent = await start(() => undefined, {
    IMAGE_GRAPH_SWR_ENDPOINT: upstream.url,
    IMAGE_GRAPH_UPSTREAM_TIMEOUT_MS: '50',
  });
  await Promise.all(Array.from({ length: 20 }, (_, n) => silent.ask(repository(n))));
  expect(await silent.circuits()).toMatchObject({ swr: 'open' });
});

/** An HTTPS endpoint that does this to each connection. */
async function endpointThat(accept: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}));
    accept(socket);
  });
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (await listen(server)).replace('http:', 'https:');
}

/** An SWR that is called by HTTPS and misbehaves like this. */
async function misbehavingSwr(fault: Fault, isSecure = true): Promise<MisbehavingService> {
  const service = new MisbehavingService(({ path }) => healthy(path), isSecure);
  await service.start();
  onTestFinished(() => service.close());
  await service.misbehave(fault);
  return service;
}

test.each<[string, string, () => string | Promise<string>]>([
  ['refuses connections', 'UPSTREAM_UNAVAILABLE', deadEndpoint],
  ['has no address', 'UPSTREAM_UNAVAILABLE', () => 'http://image-graph.invalid'],
  ['resets connections before TLS', 'UPSTREAM_UNAVAILABLE', () => endpointThat((socket) => socket.resetAndDestroy())],
  [
    'resets connections within TLS',
    'UPSTREAM_UNAVAILABLE',
    () => endpointThat((socket) => socket.once('data', () => socket.resetAndDestroy())),
  ],
  ['closes connections within TLS', 'UPSTREAM_UNAVAILABLE', () => endpointThat((socket) => socket.end())],
  ['speaks no TLS', 'UPSTREAM_UNAVAILABLE', async () => (await misbehavingSwr('speaks no TLS')).url],
  ['has no certificate', 'UPSTREAM_UNAVAILABLE', async () => (await misbehavingSwr('has no certificate')).url],
  [
    'has an untrusted certificate',
    'UPSTREAM_UNAVAILABLE',
    async () => (await misbehavingSwr('has an untrusted certificate')).url,
  ],
  ['does not respond within TLS', 'UPSTREAM_TIMEOUT', () => endpointThat(() => {})],
])('a service that %s opens it though one query is repeated, and that early', async (_title, code, endpoint) => {
  const { ask, circuits, log } = await start(() => undefined, {
    IMAGE_GRAPH_SWR_ENDPOINT: await endpoint(),
    IMAGE_GRAPH_RETRY_BASE_MS: '5',
    ...(code === 'UPSTREAM_TIMEOUT' ? { IMAGE_GRAPH_UPSTREAM_TIMEOUT_MS: '200' } : {}),
  });
  for (let n = 0; n < 5; n++) {
    expect(await circuits()).toMatchObject({ swr: 'closed' });
    const { errors } = await ask(repository('busybox'));
    expect(codesOf({ errors })).toEqual([code]);
    expect(errors?.[0]?.extensions).not.toHaveProperty('retryAfter');
  }
  expect(await circuits()).toMatchObject({ swr: 'open', ims: 'closed', modelarts: 'closed' });
  const { errors } = await ask(repository('busybox'));
  expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE', service: 'swr' } }]);
  expect(errors?.[0]?.extensions.retryAfter).toBeGreaterThan(0);
  expect((await ask(image(1))).data).toEqual({ image: { imageId: imageId(1) } });
  expect(log).toEqual(['SWR: circuit open for 30 s.']);
});

test('a query that is repeated makes no connection while it is open, and closes it once there is one', async () => {
  const swr = await misbehavingSwr('has an untrusted certificate');
  const { ask, circuits } = await start(() => undefined, { ...QUICK, IMAGE_GRAPH_SWR_ENDPOINT: swr.url });
  const settle = () => vi.waitFor(async () => expect(await circuits()).toMatchObject({ swr: 'half-open' }));
  for (let n = 0; n < 20; n++) await ask(repository('busybox'));
  await settle();
  // One call without a connection is enough to open it again.
  const before = swr.connections;
  for (let n = 0; n < 5; n++) await ask(repository('busybox'));
  expect(swr.connections).toBe(before + 1);
  await swr.misbehave();
  await settle();
  expect((await ask(repository('busybox'))).data).toEqual({ repository: { creatorName: 'admin' } });
  expect(await circuits()).toMatchObject({ swr: 'closed' });
});

test('one resource whose connections break does not open it, however often it is queried', async () => {
  const swr = await misbehavingSwr(
    (right) => (call, response) => (call.path.endsWith('/poison') ? resets(right) : right)(call, response),
    false,
  );
  const { ask, circuits } = await start(() => undefined, { ...QUICK, IMAGE_GRAPH_SWR_ENDPOINT: swr.url });
  for (let n = 0; n < 60; n++) expect(codesOf(await ask(repository('poison')))).toEqual(['UPSTREAM_UNAVAILABLE']);
  expect(await circuits()).toMatchObject({ swr: 'closed' });
});

test('a service that has responded within the window is not taken to be absent: a short interruption does not open it', async () => {
  const swr = await misbehavingSwr((right) => right, false);
  const { ask, askMany, circuits } = await start(() => undefined, { ...QUICK, IMAGE_GRAPH_SWR_ENDPOINT: swr.url });
  await askMany(20);
  await swr.misbehave('refuses connections');
  for (let n = 0; n < 10; n++) await ask(repository('busybox'));
  expect(await circuits()).toMatchObject({ swr: 'closed' });
  await swr.misbehave();
  await askMany(1);
  // Until they are half of the calls.
  await swr.misbehave('refuses connections');
  for (let n = 0; n < 11; n++) await ask(repository('busybox'));
  expect(await circuits()).toMatchObject({ swr: 'open' });
});

test.each([
  ['1', 1],
  ['4', 2],
  ['20', 5],
  ['60', 15],
])('with %s calls as the least, %d without a connection open it', async (calls, count) => {
  const { ask, circuits } = await start(() => undefined, {
    IMAGE_GRAPH_SWR_ENDPOINT: await deadEndpoint(),
    IMAGE_GRAPH_UPSTREAM_ATTEMPTS: '1',
    IMAGE_GRAPH_BREAKER_CALLS: calls,
  });
  for (let n = 1; n < count; n++) await ask(repository('busybox'));
  expect(await circuits()).toMatchObject({ swr: 'closed' });
  await ask(repository('busybox'));
  expect(await circuits()).toMatchObject({ swr: 'open' });
});

test.each([
  ['300', 'shorter than it'],
  ['8000', 'very much shorter'],
])('a deadline that comes before a timeout of %s ms counts as one: %s', async (timeout) => {
  const upstream = await startUpstream(() => undefined);
  onTestFinished(() => upstream.close());
  const { ask, circuits } = await start(() => undefined, {
    IMAGE_GRAPH_SWR_ENDPOINT: upstream.url,
    IMAGE_GRAPH_UPSTREAM_TIMEOUT_MS: timeout,
    IMAGE_GRAPH_REQUEST_TIMEOUT_MS: '200',
  });
  const responses = await Promise.all(Array.from({ length: 20 }, (_, n) => ask(repository(n))));
  expect(responses[0]?.errors).toMatchObject([{ extensions: { code: 'DEADLINE_EXCEEDED' } }]);
  expect(await circuits()).toMatchObject({ swr: 'open' });
});

test('a final outcome counts, not the attempts: a service that needs two of them stays closed', async () => {
  const asked = new Set<string>();
  const { askMany, circuits } = await start((path) => {
    if (asked.has(path)) return undefined;
    asked.add(path);
    return { status: 503, body: {} };
  });
  await askMany(22);
  expect(await circuits()).toMatchObject({ swr: 'closed' });
});

test('after its time it is half-open; the first call that succeeds closes it', async () => {
  let isDown = true;
  const { ask, askMany, circuits, log, upstream } = await start(
    (path) => (isDown ? failingSwr(path) : undefined),
    QUICK,
  );
  await askMany(20);
  isDown = false;
  await vi.waitFor(async () => expect(await circuits()).toMatchObject({ swr: 'half-open' }));
  upstream.takeCalls();
  const one = await ask(repository('one'));
  expect(one.data).toEqual({ repository: { creatorName: 'admin' } });
  expect(await circuits()).toMatchObject({ swr: 'closed' });
  expect(upstream.calls).toHaveLength(1);
  expect(log.slice(1)).toEqual(['SWR: circuit half-open.', 'SWR: circuit closed.']);
});

test('while half-open it lets three of many calls through; when they fail it stays open', async () => {
  const { ask, askMany, circuits, upstream } = await start(failingSwr, QUICK);
  await askMany(20);
  await vi.waitFor(async () => expect(await circuits()).toMatchObject({ swr: 'half-open' }));
  upstream.takeCalls();
  const responses = await Promise.all(Array.from({ length: 30 }, (_, n) => ask(repository(n))));
  expect(upstream.calls).toHaveLength(3);
  const codes = responses.map(({ errors }) => errors?.[0]?.extensions.code);
  expect(codes.filter((code) => code === 'UPSTREAM_ERROR')).toHaveLength(3);
  expect(codes.filter((code) => code === 'UPSTREAM_UNAVAILABLE')).toHaveLength(27);
  expect(await circuits()).toMatchObject({ swr: 'open' });
});

test('a half-open call about a resource that never works leaves the next one its turn', async () => {
  let isDown = true;
  const { ask, askMany, circuits } = await start(
    (path) => (isDown || path.endsWith('/poison') ? failingSwr(path) : undefined),
    QUICK,
  );
  await askMany(20);
  isDown = false;
  await vi.waitFor(async () => expect(await circuits()).toMatchObject({ swr: 'half-open' }));
  expect((await ask(repository('poison'))).data).toEqual({ repository: null });
  expect((await ask(repository('busybox'))).data).toEqual({ repository: { creatorName: 'admin' } });
  expect(await circuits()).toMatchObject({ swr: 'closed' });
});

test('what failed longer ago than the window is forgotten', async () => {
  let isDown = true;
  const { askMany, circuits } = await start((path) => (isDown ? failingSwr(path) : undefined), {
    IMAGE_GRAPH_BREAKER_WINDOW_MS: '200',
  });
  await askMany(19);
  isDown = false;
  await new Promise((resolve) => setTimeout(resolve, 300));
  isDown = true;
  await askMany(5, 19);
  expect(await circuits()).toMatchObject({ swr: 'closed' });
});

test('calls that were under way when it opened do not touch the state that came after', async () => {
  const held = Promise.withResolvers<void>();
  const upstream = await startUpstream(async ({ path }) => {
    if (!path.endsWith('/held')) return failing;
    await held.promise;
    return { body: detailAt(path) };
  });
  onTestFinished(() => upstream.close());
  const { ask, askMany, circuits } = await start(() => undefined, { IMAGE_GRAPH_SWR_ENDPOINT: upstream.url });
  const late = ask(repository('held'));
  await askMany(20);
  expect(await circuits()).toMatchObject({ swr: 'open' });
  held.resolve();
  expect((await late).data).toEqual({ repository: { creatorName: 'admin' } });
  expect(await circuits()).toMatchObject({ swr: 'open' });
});

test('calls that wait for their turn when it opens are not made', async () => {
  const upstream = await startUpstream(() => failing);
  onTestFinished(() => upstream.close());
  const { ask } = await start(() => undefined, {
    IMAGE_GRAPH_SWR_ENDPOINT: upstream.url,
    IMAGE_GRAPH_UPSTREAM_CONCURRENCY: '1',
  });
  const aliases = Array.from({ length: 80 }, (_, n) => `r${n}: ${repository(n).slice(1, -1)}`).join(' ');
  const { errors } = await ask(`{ ${aliases} }`);
  expect(errors).toHaveLength(80);
  expect(upstream.calls.length).toBeLessThan(25);
});
