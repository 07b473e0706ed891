// The connections to a service: no more than calls at once, used again after a response, closed after a failure and with the server.
import type { Socket } from 'node:net';
import { expect, test, vi } from 'vitest';
import { imageId, imageRow } from '../../resources/image/kind.ts';
import { detailAt } from '../../resources/repository/kind.ts';
import { retentionLogRow } from '../../resources/retention-log/kind.ts';
import { sharedRow } from '../../resources/shared-repository/kind.ts';
import { codesOf, openApp, startApp } from '../../support/app.ts';
import { retentionList, sharedList } from '../../support/upstreams/paged-upstream.ts';
import type { Reply, Script } from '../../support/upstreams/upstream.ts';

const images = (count: number, from = 1) =>
  `{ ${Array.from({ length: count }, (_, n) => `i${n}: image(imageId: "${imageId(from + n)}") { imageId }`).join(' ')} }`;

/** An upstream that shows images, and keeps the connections that it was called on. */
function showingImages(reply: (id: string) => Partial<Reply> | Promise<Partial<Reply>> = () => ({})) {
  const sockets = new Set<Socket>();
  const script: Script = async ({ path }, response) => {
    if (response.socket) sockets.add(response.socket);
    const id = path.split('/').at(-1) ?? '';
    return { body: imageRow({ id }), ...(await reply(id)) };
  };
  return { script, sockets, open: () => [...sockets].filter(({ destroyed }) => !destroyed).length };
}

test('all calls of several queries are made on as many connections as there may be calls at once', async () => {
  const { script, sockets, open } = showingImages();
  const app = await startApp({ upstream: script, settings: { IMAGE_GRAPH_UPSTREAM_CONCURRENCY: '4' } });
  for (let from = 1; from <= 60; from += 20) {
    const responses = await Promise.all([app.ask(images(10, from)), app.ask(images(10, from + 10))]);
    for (const { data, errors } of responses) {
      expect(errors).toBeUndefined();
      expect(Object.values(data)).not.toContain(null);
    }
  }
  expect(app.upstream.calls).toHaveLength(60);
  expect(sockets.size).toBe(4);
  expect(open()).toBe(4);
});

test('after a response with Connection: close the next call opens a connection', async () => {
  const { script, sockets } = showingImages(() => ({ headers: { connection: 'close' } }));
  const app = await startApp({ upstream: script, settings: { IMAGE_GRAPH_UPSTREAM_CONCURRENCY: '2' } });
  const { data, errors } = await app.ask(images(6));
  expect(errors).toBeUndefined();
  expect(Object.values(data)).not.toContain(null);
  expect(app.upstream.calls).toHaveLength(6);
  expect(sockets.size).toBe(6);
});

test('the connection of a call that timed out is closed, and the calls that wait get others', async () => {
  const never = new Promise<Partial<Reply>>(() => {});
  const { script, open } = showingImages((id) => (id <= imageId(2) ? never : {}));
  const app = await startApp({
    upstream: script,
    settings: { IMAGE_GRAPH_UPSTREAM_CONCURRENCY: '2', IMAGE_GRAPH_UPSTREAM_TIMEOUT_MS: '300' },
  });
  const response = await app.ask(images(8));
  expect(codesOf(response)).toEqual(['UPSTREAM_TIMEOUT', 'UPSTREAM_TIMEOUT']);
  expect(Object.values(response.data).filter((image) => image !== null)).toHaveLength(6);
  expect(app.upstream.calls).toHaveLength(8);
  await vi.waitFor(() => expect(open()).toBeLessThanOrEqual(2));
});

test('a caller that disconnects has the connections of its calls closed, and none are opened for those that waited', async () => {
  const held: (() => void)[] = [];
  const { script, sockets, open } = showingImages(async (id) => {
    if (id <= imageId(6)) await new Promise<void>((resolve) => held.push(resolve));
    return {};
  });
  const app = await startApp({ upstream: script, over: 'http', settings: { IMAGE_GRAPH_UPSTREAM_CONCURRENCY: '2' } });
  const caller = new AbortController();
  const sent = fetch(app.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-auth-token': 'token' },
    body: JSON.stringify({ query: images(6) }),
    signal: caller.signal,
  }).catch(() => undefined);
  await vi.waitFor(() => expect(held).toHaveLength(2));
  caller.abort();
  await sent;
  await vi.waitFor(() => expect(open()).toBe(0));
  expect((await app.ask(images(2, 10))).errors).toBeUndefined();
  expect(app.upstream.calls).toHaveLength(4);
  expect(sockets.size).toBeLessThanOrEqual(4);
});

test('a server that closes has no connections left', async () => {
  const { script, open } = showingImages();
  const app = await openApp({ upstream: script });
  await app.ask(images(5));
  expect(open()).toBe(5);
  await app.close();
  await vi.waitFor(() => expect(open()).toBe(0));
});

test('the details and the logs of all shared rows are under way before one of them has a response', async () => {
  const names = Array.from({ length: 20 }, (_, n) => `repository-${n}`);
  const held: (() => void)[] = [];
  const script: Script = async (call, response) => {
    if (call.path.endsWith('/shared-repositories'))
      return sharedList(names.map((name) => sharedRow({ name })))(call, response);
    await new Promise<void>((resolve) => held.push(resolve));
    return call.path.endsWith('/histories')
      ? retentionList([retentionLogRow()])(call, response)
      : { body: detailAt(call.path) };
  };
  const app = await startApp({ upstream: script });
  const asked = app.ask(`{ sharedRepositories(center: SELF, first: 20) { nodes { repository {
    creatorName retentionLogs(first: 5) { nodes { tag } } } } } }`);
  await vi.waitFor(() => expect(held).toHaveLength(40));
  for (const release of held) release();
  expect((await asked).errors).toBeUndefined();
  expect(app.upstream.calls).toHaveLength(41);
});
