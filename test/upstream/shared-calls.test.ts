// Concurrent operations of one caller share a call in flight: the calls of many are those of one, counted at the upstream, and nobody
// waits or fails for another one.

import { writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { loadConfig } from '../../src/config/config.ts';
import { createApp } from '../../src/server/app.ts';
import { createApiKey } from '../../src/server/auth/api-keys.ts';
import { Cloud } from '../../src/upstream/cloud.ts';
import { codesOf, type GraphQLResponse, NO_LOG, sortedCalls, startApp, type TestApp } from '../support/app.ts';
import { newFolder } from '../support/files.ts';
import { ACCESS_KEY, PASSWORD, tokenReply } from '../support/upstreams/iam.ts';
import { startSandboxUpstream } from '../support/upstreams/sandbox.ts';
import type { Reply, UpstreamCall } from '../support/upstreams/upstream.ts';

const PATIENT = { timeout: 5_000 };
const idOf = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const imageQuery = (n: number) => ({ query: `{ image(imageId: "${idOf(n)}") { imageId name } }` });
const IMAGE = imageQuery(0);
const GROUPS = { query: '{ imageGroups(first: 1) { nodes { name } } }' };
const imageOf = ({ path }: UpstreamCall): Reply => ({
  body: { id: path.split('/').at(-1), name: 'n', status: 'active' },
});
const groupOf = (): Reply => ({ body: { data: [{ name: 'g', namespace: 'n' }], total: 1 } });
const COST = { cost: true };

/** An upstream that holds every call to images and groups until it is released, and knows which of them were broken off. */
function holding(reply: (call: UpstreamCall) => Reply | Promise<Reply> = imageOf) {
  const held: { readonly call: UpstreamCall; readonly goOn: () => void; readonly response: ServerResponse }[] = [];
  return {
    held,
    aborted: () => held.filter(({ response }) => response.destroyed).length,
    goOn: () => {
      for (const { goOn } of held.splice(0)) goOn();
    },
    script: async (call: UpstreamCall, response: ServerResponse) => {
      if (call.path === '/v3/auth/tokens') return tokenReply(1);
      await new Promise<void>((goOn) => held.push({ call, goOn, response }));
      return response.destroyed ? undefined : reply(call);
    },
  };
}

/** Lets whatever was sent arrive: what an operation would have called is there by then. */
const settle = () => new Promise((resolve) => void setTimeout(resolve, 150));

const Q1 = `{ sharedRepositories(center: SELF, first: 20) { nodes { namespace name repository {
  creatorName retentionLogs(first: 5) { nodes { tag } } } } } }`;

test('16 concurrent queries of one caller make the calls of one, and have the same response', async () => {
  const sandbox = await startSandboxUpstream();
  onTestFinished(sandbox.close);
  const upstream = holding(async ({ url, headers }) => {
    const response = await fetch(sandbox.url + url, { headers: { 'x-auth-token': String(headers['x-auth-token']) } });
    const range = response.headers.get('content-range');
    return { status: response.status, headers: range ? { 'content-range': range } : {}, body: await response.text() };
  });
  const app = await startApp({ upstream: upstream.script, over: 'http', token: sandbox.token });
  /** Releases what is held once nothing else arrives: all operations are at the same step then. */
  const release = async () => {
    for (const _step of ['list', 'details and logs']) {
      await expect.poll(() => upstream.held.length, PATIENT).toBeGreaterThan(0);
      await settle();
      upstream.goOn();
    }
  };
  const [alone] = await Promise.all([app.ask(Q1), release()]);
  const calls = sortedCalls(app);
  expect(calls).toHaveLength(41);
  const [...responses] = (await Promise.all([...Array.from({ length: 16 }, () => app.ask(Q1)), release()])).slice(
    0,
    -1,
  );
  for (const response of responses) expect(response).toEqual(alone);
  expect(sortedCalls(app)).toEqual(calls);
});

test('the operations that wait for a call share it; the next one makes it again', async () => {
  const upstream = holding();
  const app = await startApp({ upstream: upstream.script, over: 'http' });
  const asked = Array.from({ length: 16 }, (_, n) => app.send(IMAGE, { 'x-request-id': `request-${n}` }));
  await expect.poll(() => upstream.held.length, PATIENT).toBe(1);
  await settle();
  upstream.goOn();
  for (const { data } of await Promise.all(asked)) expect(data.image.name).toBe('n');
  const calls = app.calls();
  expect(calls).toHaveLength(1);
  // The clouds see the id of one of them.
  expect(calls[0]?.headers['x-request-id']).toMatch(/^request-\d+$/);
  const next = app.send(IMAGE);
  await expect.poll(() => upstream.held.length, PATIENT).toBe(1);
  upstream.goOn();
  expect((await next).data.image.name).toBe('n');
  expect(app.memoryUsed()).toBe(0);
});

test('each operation counts a shared call, and its rows, in its own limits', async () => {
  const upstream = holding(groupOf);
  const app = await startApp({ upstream: upstream.script });
  const asked = Array.from({ length: 4 }, () => app.send({ ...GROUPS, extensions: COST }));
  await expect.poll(() => upstream.held.length, PATIENT).toBe(1);
  await settle();
  upstream.goOn();
  for (const { extensions } of await Promise.all(asked)) {
    expect(extensions?.cost?.upstreamCalls.services).toEqual({ modelarts: { requested: 1, actual: 1 } });
    expect(extensions?.cost?.rowsRead.actual).toBe(1);
  }
  expect(app.calls()).toHaveLength(1);
});

test('IMAGE_GRAPH_SHARE_CALLS=false makes a call for each operation', async () => {
  const upstream = holding();
  const app = await startApp({ upstream: upstream.script, settings: { IMAGE_GRAPH_SHARE_CALLS: 'false' } });
  const asked = Array.from({ length: 5 }, () => app.send(IMAGE));
  await expect.poll(() => upstream.held.length, PATIENT).toBe(5);
  upstream.goOn();
  expect((await Promise.all(asked)).flatMap(codesOf)).toEqual([]);
});

describe('two callers never share a call', () => {
  const [a, b] = [createApiKey('a'), createApiKey('b')];
  const [keyA, keyB] = [{ 'x-api-key': a.key }, { 'x-api-key': b.key }];
  const keysFile = () => {
    const file = join(newFolder(), 'keys');
    writeFileSync(file, `${a.line}\n${b.line}\n`);
    return { IMAGE_GRAPH_API_KEYS_FILE: file };
  };
  const tokens = [{ 'x-auth-token': 'token-a' }, { 'x-auth-token': 'token-b' }] as const;
  const long = 'x'.repeat(4_000);

  test.each<[string, Record<string, string>, Record<string, string>, () => Record<string, string>]>([
    ['two tokens', ...tokens, () => ({})],
    [
      'two tokens that differ in their last character',
      { 'x-auth-token': `${long}a` },
      { 'x-auth-token': `${long}b` },
      () => ({}),
    ],
    [
      'a token and project, and another split of the same characters',
      { 'x-auth-token': 'ab', 'x-project-id': 'c' },
      { 'x-auth-token': 'b', 'x-project-id': 'ca' },
      () => ({}),
    ],
    ['two projects', { 'x-project-id': 'one' }, { 'x-project-id': 'two' }, () => ({})],
    [
      'a project, and that of the settings',
      { 'x-project-id': 'project-1' },
      {},
      () => ({ IMAGE_GRAPH_PROJECT_ID: 'other' }),
    ],
    ['two API keys, with one token', keyA, keyB, keysFile],
    ['two API keys, with a password', keyA, keyB, () => ({ ...PASSWORD, ...keysFile() })],
    ['two API keys, with an access key', keyA, keyB, () => ({ ...ACCESS_KEY, ...keysFile() })],
  ])('%s', async (_title, one, other, settings) => {
    const upstream = holding();
    const app = await startApp({ upstream: upstream.script, settings: settings() });
    const asked = [one, other, one, other].map((headers) => app.send(IMAGE, headers));
    await expect.poll(() => upstream.held.length, PATIENT).toBe(2);
    await settle();
    expect(upstream.held).toHaveLength(2);
    upstream.goOn();
    expect((await Promise.all(asked)).flatMap(codesOf)).toEqual([]);
  });
});

test('a caller without a token is told of its own header, beside another one at the same address', async () => {
  const app = await startApp({ upstream: imageOf, token: null });
  const asked = [{}, { authorization: 'Bearer x' }].map((headers) => app.send(IMAGE, headers));
  const messages = (await Promise.all(asked)).map(({ errors }) => errors?.[0]?.message);
  expect(messages).toEqual([
    expect.stringMatching(/in X-Auth-Token\.$/),
    expect.stringContaining('X-Auth-Token, not in Authorization'),
  ]);
});

describe('an operation that ends early', () => {
  /** Asks as a client that can disconnect. */
  const ask = (app: TestApp, signal?: AbortSignal) => app.send(IMAGE, {}, signal).catch(() => undefined);

  test.each([0, 1, 2])('by a disconnect, as number %i of three, leaves the call to the others', async (number) => {
    const upstream = holding();
    const app = await startApp({ upstream: upstream.script, over: 'http' });
    const clients = [0, 1, 2].map(() => new AbortController());
    const asked: Promise<unknown>[] = [];
    for (const { signal } of clients) {
      asked.push(ask(app, signal));
      await settle();
    }
    expect(upstream.held).toHaveLength(1);
    clients[number]?.abort();
    await settle();
    expect(upstream.aborted()).toBe(0);
    upstream.goOn();
    const responses = await Promise.all(asked);
    expect(responses.filter((response) => response === undefined)).toHaveLength(1);
    expect(
      responses.filter((response) => response !== undefined).map((response) => codesOf(response as object)),
    ).toEqual([[], []]);
    expect(app.calls()).toHaveLength(1);
    await expect.poll(app.memoryUsed, PATIENT).toBe(0);
  });

  test('by a disconnect, as the last, closes the connection of the call', async () => {
    const upstream = holding();
    const app = await startApp({ upstream: upstream.script, over: 'http' });
    const clients = [0, 1].map(() => new AbortController());
    const asked = clients.map(({ signal }) => ask(app, signal));
    await expect.poll(() => upstream.held.length, PATIENT).toBe(1);
    await settle();
    for (const client of clients) client.abort();
    await expect.poll(upstream.aborted, PATIENT).toBe(1);
    await Promise.all(asked);
    // Nobody joins a call that was broken off.
    const next = ask(app);
    await expect.poll(() => upstream.held.length, PATIENT).toBe(2);
    upstream.goOn();
    expect(codesOf((await next) as object)).toEqual([]);
    expect(app.memoryUsed()).toBe(0);
  });

  test('by its deadline leaves the call to those that began later', async () => {
    const upstream = holding();
    const app = await startApp({ upstream: upstream.script, settings: { IMAGE_GRAPH_REQUEST_TIMEOUT_MS: '900' } });
    const early = app.send(IMAGE);
    await expect.poll(() => upstream.held.length, PATIENT).toBe(1);
    await new Promise((resolve) => void setTimeout(resolve, 500));
    const late = app.send(IMAGE);
    expect(codesOf(await early)).toEqual(['DEADLINE_EXCEEDED']);
    upstream.goOn();
    expect(codesOf(await late)).toEqual([]);
    expect(app.calls()).toHaveLength(1);
  });

  test('while the call waits for its turn leaves it to the others', async () => {
    const upstream = holding();
    const settings = { IMAGE_GRAPH_UPSTREAM_CONCURRENCY: '1' };
    const app = await startApp({ upstream: upstream.script, over: 'http', settings });
    const first = app.send(imageQuery(1));
    await expect.poll(() => upstream.held.length, PATIENT).toBe(1);
    const leaving = new AbortController();
    const left = ask(app, leaving.signal);
    await settle();
    const staying = ask(app);
    await settle();
    leaving.abort();
    await left;
    upstream.goOn();
    await expect.poll(() => upstream.held.length, PATIENT).toBe(1);
    upstream.goOn();
    expect(codesOf(await first)).toEqual([]);
    expect(codesOf((await staying) as object)).toEqual([]);
    expect(app.targets()).toEqual([1, 0].map((n) => `/v2/images/${idOf(n)}`));
  });
});

test('a small operation that shares a call of a large one has it in its own turn', async () => {
  const upstream = holding();
  const settings = { IMAGE_GRAPH_UPSTREAM_CONCURRENCY: '1' };
  const app = await startApp({ upstream: upstream.script, settings });
  const images = Array.from({ length: 20 }, (_, n) => `i${n}: image(imageId: "${idOf(n)}") { name }`);
  const large = app.send({ query: `{ ${images.join(' ')} }` });
  await expect.poll(() => upstream.held.length, PATIENT).toBe(1);
  let isOver = false;
  const small = app.send(imageQuery(19)).finally(() => (isOver = true));
  await settle();
  for (let turn = 0; turn < 20; turn++) {
    upstream.goOn();
    if (turn < 19) await expect.poll(() => upstream.held.length, PATIENT).toBe(1);
    // Its turn is the second or the third one.
    if (turn === 3) await expect.poll(() => isOver, PATIENT).toBe(true);
  }
  expect(codesOf(await small)).toEqual([]);
  expect(codesOf(await large)).toEqual([]);
  expect(app.calls()).toHaveLength(20);
});

test('a failure is that of all that wait, and the next operation calls again', async () => {
  let status = 404;
  const upstream = holding((call) => (status === 200 ? imageOf(call) : { status, body: { message: 'x', code: 'c' } }));
  const app = await startApp({ upstream: upstream.script });
  status = 403;
  const asked = [1, 2, 3].map(() => app.send(IMAGE));
  await expect.poll(() => upstream.held.length, PATIENT).toBe(1);
  await settle();
  upstream.goOn();
  for (const response of await Promise.all(asked)) expect(codesOf(response)).toEqual(['FORBIDDEN']);
  status = 200;
  const next = app.send(IMAGE);
  await expect.poll(() => upstream.held.length, PATIENT).toBe(1);
  upstream.goOn();
  expect(codesOf(await next)).toEqual([]);
  expect(app.calls()).toHaveLength(2);
});

test('a token is renewed once, and a reset is tried again once, for all that wait', async () => {
  let [tokens, attempts] = [0, 0];
  const app = await startApp({
    settings: { ...PASSWORD, IMAGE_GRAPH_RETRY_BASE_MS: '1' },
    upstream: async (call, response) => {
      if (call.path === '/v3/auth/tokens') return tokenReply(++tokens);
      await settle();
      attempts++;
      if (attempts === 1) return { status: 401, body: { message: 'x' } };
      if (attempts === 2) return void response.destroy();
      return imageOf(call);
    },
  });
  const responses = await Promise.all([1, 2, 3, 4].map(() => app.send(IMAGE)));
  expect(responses.flatMap(codesOf)).toEqual([]);
  expect([tokens, attempts]).toEqual([2, 3]);
});

test('an operation without memory for a shared response fails alone, and all of it is given back', async () => {
  const large = (call: UpstreamCall): Reply => {
    const id = call.path.split('/').at(-1);
    return { body: { id, name: 'n'.repeat(id === idOf(0) ? 50_000 : 180_000) } };
  };
  const upstream = holding(large);
  // One operation may have a quarter.
  const settings = { IMAGE_GRAPH_MAX_TOTAL_UPSTREAM_BYTES: String(4 * 400_000) };
  const app = await startApp({ upstream: upstream.script, settings });
  const greedy = app.send({
    query: `{ b: image(imageId: "${idOf(1)}") { name } a: image(imageId: "${idOf(0)}") { name } }`,
  });
  await expect.poll(() => upstream.held.length, PATIENT).toBe(2);
  const modest = app.send(IMAGE);
  await settle();
  upstream.held.splice(0, 1)[0]?.goOn();
  await settle();
  upstream.goOn();
  const { data, errors } = await greedy;
  expect(errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual([[['a'], 'QUERY_TOO_COMPLEX']]);
  expect(data.b.name).toHaveLength(180_000);
  expect((await modest).data.image.name).toHaveLength(50_000);
  expect(app.calls()).toHaveLength(2);
  expect(app.memoryUsed()).toBe(0);
});

describe('a response', () => {
  const ROW = { namespace: 'org', name: 'repo' };
  const DETAIL = '/v2/manage/namespaces/org/repos/repo';
  /** Reads a list of its own, then the detail of its one row, which the others read, too; and an image of its own meanwhile. */
  const stepsOf = (n: number) => ({
    query: `{
      sharedRepositories(center: SELF, first: ${n}) { nodes { repository { creatorName } } }
      image(imageId: "${idOf(n)}") { name }
    }`,
  });
  const reply = (call: UpstreamCall): Reply => {
    if (call.path === DETAIL) return { body: { ...ROW, creator_name: 'c' } };
    return call.path.startsWith('/v2/cloudimages') || call.path.startsWith('/v2/images')
      ? imageOf(call)
      : { body: [ROW], headers: { 'content-range': '0-0/1' } };
  };

  /** An app whose upstream holds its calls, and a function that releases those of one kind once they have arrived. */
  async function open(ofDetail: (call: UpstreamCall) => Reply = reply) {
    const upstream = holding((call) => (call.path === DETAIL ? ofDetail(call) : reply(call)));
    const app = await startApp({ upstream: upstream.script });
    const release = async (isWanted: (call: UpstreamCall) => boolean) => {
      await expect.poll(() => upstream.held.filter(({ call }) => isWanted(call)).length, PATIENT).toBe(1);
      const index = upstream.held.findIndex(({ call }) => isWanted(call));
      upstream.held.splice(index, 1)[0]?.goOn();
      await settle();
    };
    const list = (n: number) =>
      release(({ url }) => url.includes('shared-repositories') && url.includes(`limit%3A%3A${n}%7C`));
    const detail = () => release(({ path }) => path === DETAIL);
    const details = () => app.calls().filter(({ path }) => path === DETAIL).length;
    return { upstream, app, release, list, detail, details };
  }

  test('is used by an operation that had begun before the call was made, as long as another one that has it goes on', async () => {
    const { upstream, app, list, detail, details } = await open();
    const asked = [2, 3].map((n) => app.send(stepsOf(n)));
    await list(2);
    await detail();
    await list(3);
    upstream.goOn();
    for (const { data } of await Promise.all(asked))
      expect(data.sharedRepositories.nodes).toEqual([{ repository: { creatorName: 'c' } }]);
    expect(details()).toBe(1);
    expect(app.memoryUsed()).toBe(0);
  });

  test.each<[string, (opened: Awaited<ReturnType<typeof open>>) => Promise<GraphQLResponse>[]]>([
    ['to another caller', ({ app }) => [app.send(stepsOf(2)), app.send(stepsOf(3), { 'x-auth-token': 'other' })]],
    ['in another project', ({ app }) => [app.send(stepsOf(2)), app.send(stepsOf(3), { 'x-project-id': 'other' })]],
  ])('is not given %s', async (_title, ask) => {
    const opened = await open();
    const { upstream, list, detail, details } = opened;
    const asked = ask(opened);
    await list(2);
    await detail();
    await list(3);
    await detail();
    upstream.goOn();
    expect((await Promise.all(asked)).flatMap(codesOf)).toEqual([]);
    expect(details()).toBe(2);
  });

  test('is not given to an operation that began after the call was made, nor after the last that had it, and never a failure', async () => {
    const { upstream, app, release, list, detail, details } = await open();
    const first = app.send(stepsOf(2));
    await list(2);
    await detail();
    const late = app.send(stepsOf(3));
    await list(3);
    await detail();
    expect(details()).toBe(2);
    upstream.goOn();
    expect([await first, await late].flatMap(codesOf)).toEqual([]);

    const [waiting, short] = [4, 5].map((n) => app.send(stepsOf(n)));
    await list(5);
    await detail();
    await release(({ url }) => url.includes(idOf(5)));
    expect(codesOf((await short) ?? {})).toEqual([]);
    await list(4);
    await detail();
    expect(details()).toBe(2);
    upstream.goOn();
    expect(codesOf((await waiting) ?? {})).toEqual([]);
    expect(app.memoryUsed()).toBe(0);

    const failing = await open(() => ({ status: 403, body: {} }));
    const denied = [2, 3].map((n) => failing.app.send(stepsOf(n)));
    await failing.list(2);
    await failing.detail();
    await failing.list(3);
    await failing.detail();
    failing.upstream.goOn();
    expect((await Promise.all(denied)).flatMap(codesOf)).toEqual(['FORBIDDEN', 'FORBIDDEN']);
    expect(failing.details()).toBe(2);
  });

  test('is not given to others once the memory of a part of it was given back', async () => {
    const isScan = ({ url }: UpstreamCall) => url.includes('shared-repositories');
    const upstream = holding((call) => {
      const rows = isScan(call) ? [{ ...ROW, name: 'repo-2' }, ROW] : [ROW];
      const headers = { 'content-range': `0-${rows.length - 1}/${rows.length}` };
      return call.path.startsWith('/v2/images') ? imageOf(call) : { headers, body: rows };
    });
    const app = await startApp({ upstream: upstream.script });
    const asked = [2, 3].map((n) =>
      app.send({
        query: `{ repositories(first: ${n}) { nodes { sharing { name } } } image(imageId: "${idOf(n)}") { name } }`,
      }),
    );
    for (const n of [2, 3]) {
      for (const isWanted of [({ url }: UpstreamCall) => url.includes(`limit=${n}`), isScan]) {
        await expect.poll(() => upstream.held.some(({ call }) => isWanted(call)), PATIENT).toBe(true);
        const index = upstream.held.findIndex(({ call }) => isWanted(call));
        upstream.held.splice(index, 1)[0]?.goOn();
        await settle();
      }
    }
    upstream.goOn();
    expect((await Promise.all(asked)).flatMap(codesOf)).toEqual([]);
    expect(app.calls().filter(isScan)).toHaveLength(2);
    expect(app.memoryUsed()).toBe(0);
  });
});

test('nothing is left of shared calls once they have ended', async () => {
  const upstream = await startSandboxUpstream();
  const config = loadConfig({ ...upstream.settings, IMAGE_GRAPH_MAX_EVENT_LOOP_DELAY_MS: '60000' });
  const cloud = new Cloud(config.cloud);
  const app = createApp({ config, cloud, logger: NO_LOG });
  const ask = (token: string, signal: AbortSignal | null) =>
    app
      .fetch('http://127.0.0.1/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-auth-token': token },
        body: JSON.stringify({ query: Q1 }),
        signal,
      })
      .then((response) => response.text())
      .catch(() => {});
  const tokens = [upstream.token, upstream.token, 'wrong', 'wrong'];
  await Promise.all(tokens.flatMap((token, n) => [ask(token, null), ask(token, AbortSignal.timeout(5 * n + 1))]));
  expect(cloud.calls.shared).toBeGreaterThan(0);
  await expect.poll(() => [cloud.calls.callers, cloud.memory.used], PATIENT).toEqual([0, 0]);
  app.close();
  await cloud.close();
  await upstream.close();
});

test('what is shared is never written to: frozen responses give the same data', async () => {
  const app = await startApp({ upstream: 'sandbox' });
  const query = `{
    sharedRepositories(center: SELF, first: 5) { nodes { id tags repository { id creatorName tags retentionLogs(first: 2) { nodes { tag id } } } } }
    repositories(first: 5) { nodes { id tags size } }
    images(first: 20) { nodes { id name tags properties { name value } createdAt } }
    imageGroups(first: 5) { nodes { id versionCount createdAt } }
  }`;
  const plain = await app.ask(query);
  const { parse } = JSON;
  const freeze = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    for (const item of Object.values(value)) freeze(item);
    return Object.freeze(value);
  };
  // Long numbers are put into their place once a text is decoded, and are shared after that.
  JSON.parse = (text: string) => (/\d{15}/.test(text) ? parse(text) : freeze(parse(text)));
  try {
    const frozen = await app.ask(query);
    expect(frozen).toEqual(plain);
  } finally {
    JSON.parse = parse;
  }
  expect(app.log).toEqual([]);
});
