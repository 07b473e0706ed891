// Cancellation: a caller that disconnects, or a deadline that passes, aborts the upstream calls of the request.
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Service } from '../../src/config/services.ts';
import { imageRow } from '../resources/image/kind.ts';
import { imageGroupRow } from '../resources/image-group/kind.ts';
import { sharedRow } from '../resources/shared-repository/kind.ts';
import { startApp } from '../support/app.ts';
import { listen } from '../support/listen.ts';
import { tokenReply } from '../support/upstreams/iam.ts';
import { AUDIENCE, ISSUER, makeKey, sign } from '../support/upstreams/identity-provider.ts';
import {
  type CallFault,
  drips,
  first,
  hangs,
  hangsAfterItsHead,
  isHealthy,
  type MisbehavingUpstream,
  respondsWith,
  startMisbehavingUpstream,
} from '../support/upstreams/misbehaving-upstream.ts';
import { groupList, imageList, sharedList } from '../support/upstreams/paged-upstream.ts';
import { type Script, startUpstream } from '../support/upstreams/upstream.ts';

const HEALTHY: Record<Service, Script> = {
  swr: sharedList([sharedRow()]),
  ims: imageList([imageRow()]),
  modelarts: groupList([imageGroupRow()]),
  iam: () => tokenReply(1),
};
const EVERYTHING = {
  query: `{
  sharedRepositories(center: SELF) { nodes { name } }
  images { nodes { name } }
  imageGroups { nodes { name } } }`,
};
const WHOLE = {
  sharedRepositories: { nodes: [{ name: 'busybox' }] },
  images: { nodes: [{ name: 'CentOS' }] },
  imageGroups: { nodes: [{ name: 'pytorch_1_8' }] },
};
const imagesNamed = (name: string) => ({ query: `{ images(filter: { name: "${name}" }) { nodes { id } } }` });

async function start(settings: Record<string, string> = {}) {
  const upstream = await startMisbehavingUpstream(HEALTHY);
  const app = await startApp({
    settings: { ...upstream.settings, IMAGE_GRAPH_RETRY_BASE_MS: '1', ...settings },
    over: 'http',
  });
  /** Asks; `leave` closes the connection. */
  const ask = (body: unknown, headers: Record<string, string> = {}) => {
    const caller = new AbortController();
    const response = app.send(body, headers, caller.signal);
    response.catch(() => {});
    return { response, leave: () => caller.abort() };
  };
  return { upstream, app, ask };
}

const ASKED = ['swr', 'ims', 'modelarts'] as const;
type Counts = readonly [swr: number, ims: number, modelarts: number];
const eventually = (holds: () => void) => vi.waitFor(holds, { interval: 1, timeout: 4_000 });
const calls = (upstream: MisbehavingUpstream) => ASKED.map((name) => upstream[name].calls.length);

/** So many calls of each service are given up, and none goes on. */
const expectGivenUp = (upstream: MisbehavingUpstream, counts: Counts) =>
  eventually(() => {
    expect(ASKED.map((name) => upstream[name].aborted)).toEqual(counts);
    expect(ASKED.map((name) => upstream[name].pending)).toEqual([0, 0, 0]);
  });

const STANDSTILLS: [string, CallFault][] = [
  ['before they respond', hangs],
  ['after the heads of their responses', hangsAfterItsHead],
  ['while their responses drip', drips],
];

test.each(STANDSTILLS)('a caller that disconnects %s has the calls of all services aborted', async (_when, fault) => {
  const { upstream, ask } = await start();
  for (const name of ASKED) await upstream[name].misbehave(fault);
  const { response, leave } = ask(EVERYTHING);
  await eventually(() => expect(calls(upstream)).toEqual([1, 1, 1]));
  leave();
  await expect(response).rejects.toThrow();
  await expectGivenUp(upstream, [1, 1, 1]);
  for (const name of ASKED) await upstream[name].misbehave();
  expect(await ask(EVERYTHING).response).toMatchObject({ status: 200, data: WHOLE });
  expect(calls(upstream)).toEqual([2, 2, 2]);
});

test.each(STANDSTILLS)('the deadline of a request ends the calls of all services %s', async (_when, fault) => {
  const { upstream, ask } = await start({ IMAGE_GRAPH_REQUEST_TIMEOUT_MS: '250' });
  for (const name of ASKED) await upstream[name].misbehave(fault);
  const { status, data, errors } = await ask(EVERYTHING).response;
  expect([status, data]).toEqual([200, { sharedRepositories: null, images: null, imageGroups: null }]);
  expect(Object.fromEntries((errors ?? []).map(({ path, extensions }) => [path, extensions]))).toEqual({
    sharedRepositories: { code: 'DEADLINE_EXCEEDED', service: 'swr' },
    images: { code: 'DEADLINE_EXCEEDED', service: 'ims' },
    imageGroups: { code: 'DEADLINE_EXCEEDED', service: 'modelarts' },
  });
  await expectGivenUp(upstream, [1, 1, 1]);
  expect(calls(upstream)).toEqual([1, 1, 1]);
});

test('what is there at the deadline is sent', async () => {
  const { upstream, ask } = await start({ IMAGE_GRAPH_REQUEST_TIMEOUT_MS: '250' });
  await upstream.ims.misbehave(hangs);
  const { data, errors } = await ask(EVERYTHING).response;
  expect(data).toEqual({ ...WHOLE, images: null });
  expect(errors).toMatchObject([{ path: ['images'], extensions: { code: 'DEADLINE_EXCEEDED', service: 'ims' } }]);
  await expectGivenUp(upstream, [0, 1, 0]);
});

test('a retry that waits for its time is not made when its caller has disconnected', async () => {
  const { upstream, ask } = await start();
  await upstream.ims.misbehave(respondsWith({ status: 429, headers: { 'retry-after': '1' } }));
  const callsOf = (token: string) =>
    upstream.ims.calls.filter(({ headers }) => headers['x-auth-token'] === token).length;
  const impatient = ask(EVERYTHING, { 'x-auth-token': 'impatient' });
  await eventually(() => expect([callsOf('impatient'), upstream.ims.pending]).toEqual([1, 0]));
  // The server reads the response, and waits.
  await nextTurn();
  impatient.leave();
  // A later call is retried later.
  ask(EVERYTHING, { 'x-auth-token': 'patient' });
  await vi.waitFor(() => expect(callsOf('patient')).toBe(2), { timeout: 5_000 });
  expect(callsOf('impatient')).toBe(1);
});

test('the retries of callers that have disconnected are available to others', async () => {
  const { upstream, ask } = await start();
  await upstream.ims.misbehave(respondsWith({ status: 429, headers: { 'retry-after': '9' } }));
  const gone = ['one', 'two', 'three'].map((name) => ask(imagesNamed(name)));
  await eventually(() => expect([upstream.ims.calls.length, upstream.ims.pending]).toEqual([3, 0]));
  await nextTurn();
  for (const { response, leave } of gone) {
    leave();
    await expect(response).rejects.toThrow();
  }
  // A good response ends what counts as an outage: what is left to count are the retries that go on.
  await upstream.ims.misbehave();
  expect(await ask(EVERYTHING).response).toMatchObject({ data: WHOLE });
  await upstream.ims.misbehave(first(respondsWith({ status: 503 }), isHealthy));
  expect(await ask(EVERYTHING).response).toMatchObject({ data: WHOLE });
  expect(calls(upstream)).toEqual([2, 6, 2]);
});

test('a retry that would come too late is not waited for', async () => {
  const { upstream, ask } = await start({ IMAGE_GRAPH_REQUEST_TIMEOUT_MS: '900' });
  await upstream.ims.misbehave(respondsWith({ status: 503, headers: { 'retry-after': '1' } }));
  const { data, errors } = await ask(EVERYTHING).response;
  expect(data).toEqual({ ...WHOLE, images: null });
  expect(errors).toMatchObject([{ path: ['images'], extensions: { code: 'UPSTREAM_ERROR', retryAfter: 1 } }]);
  expect(calls(upstream)).toEqual([1, 1, 1]);
});

test('a retry in flight is aborted when its caller disconnects, and at the deadline', async () => {
  const { upstream, ask } = await start({ IMAGE_GRAPH_REQUEST_TIMEOUT_MS: '250' });
  await upstream.ims.misbehave(first(respondsWith({ status: 503 }), hangs));
  const { leave } = ask(EVERYTHING);
  await eventually(() => expect(upstream.ims.calls).toHaveLength(2));
  leave();
  await expectGivenUp(upstream, [0, 1, 0]);
  await upstream.ims.misbehave(first(respondsWith({ status: 503 }), hangs));
  const { data, errors } = await ask(EVERYTHING).response;
  expect(data).toEqual({ ...WHOLE, images: null });
  expect(errors).toMatchObject([{ path: ['images'], extensions: { code: 'DEADLINE_EXCEEDED' } }]);
  await expectGivenUp(upstream, [0, 2, 0]);
  expect(calls(upstream)).toEqual([2, 4, 2]);
});

test('a caller that disconnects while it is authenticated has no calls made', async () => {
  const key = await makeKey('ES256', 'key-1');
  let tellKeys = () => {};
  const provider = await startUpstream(
    () => new Promise((resolve) => (tellKeys = () => resolve({ body: { keys: [key.jwk] } }))),
  );
  onTestFinished(() => provider.close());
  const { upstream, ask } = await start({
    IMAGE_GRAPH_JWT_ISSUER: ISSUER,
    IMAGE_GRAPH_JWT_AUDIENCE: AUDIENCE,
    IMAGE_GRAPH_JWT_JWKS_URL: provider.url,
  });
  const headers = { authorization: `Bearer ${await sign(key)}` };
  const { response, leave } = ask(EVERYTHING, headers);
  await eventually(() => expect(provider.calls).toHaveLength(1));
  leave();
  await expect(response).rejects.toThrow();
  await nextTurn();
  const patient = ask(EVERYTHING, headers);
  tellKeys();
  expect(await patient.response).toMatchObject({ data: WHOLE });
  expect(calls(upstream)).toEqual([1, 1, 1]);
});

const BATCH = ['one', 'two', 'three'].map(imagesNamed);

test('a caller that disconnects has the calls of all operations of its batch aborted', async () => {
  const { upstream, ask } = await start();
  await upstream.ims.misbehave(hangs);
  const { leave } = ask(BATCH);
  await eventually(() => expect(upstream.ims.calls).toHaveLength(3));
  leave();
  await expectGivenUp(upstream, [0, 3, 0]);
});

test('two requests on one connection have all their calls aborted when it breaks', async () => {
  const { upstream, app } = await start();
  await upstream.ims.misbehave(hangs);
  const socket = connect(Number(new URL(app.origin).port), '127.0.0.1');
  await once(socket, 'connect');
  for (const name of ['one', 'two']) {
    const body = JSON.stringify(imagesNamed(name));
    const head = ['Host: 127.0.0.1', 'Content-Type: application/json', 'X-Auth-Token: test-token'];
    socket.write(
      ['POST /graphql HTTP/1.1', ...head, `Content-Length: ${Buffer.byteLength(body)}`, '', body].join('\r\n'),
    );
  }
  await eventually(() => expect(upstream.ims.calls).toHaveLength(2));
  socket.destroy();
  await expectGivenUp(upstream, [0, 2, 0]);
});

test('calls whose handshake hangs have a connection each, and make none when their callers have disconnected', {
  timeout: 10_000,
}, async () => {
  let made = 0;
  const open = new Set<Socket>();
  const silent = createServer((socket) => {
    made++;
    open.add(socket);
    // Reads, so that it sees the end.
    socket.resume();
    socket.once('close', () => open.delete(socket)).on('error', () => {});
  });
  const origin = await listen(silent);
  onTestFinished(() => void silent.close());
  const { ask } = await start({
    IMAGE_GRAPH_IMS_ENDPOINT: origin.replace('http:', 'https:'),
    IMAGE_GRAPH_UPSTREAM_TIMEOUT_MS: '300',
    IMAGE_GRAPH_UPSTREAM_ATTEMPTS: '1',
  });
  const callers = Array.from({ length: 10 }, (_, n) => ask(imagesNamed(`image-${n}`)));
  await vi.waitFor(() => expect(open.size).toBe(10));
  for (const { leave } of callers) leave();
  await vi.waitFor(() => expect(open.size).toBe(0), 4000);
  // As long as two of them would have taken.
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect([made, open.size]).toEqual([10, 0]);
});
