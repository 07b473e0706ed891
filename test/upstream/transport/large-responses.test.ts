// Responses that would fill the memory or block the event loop: bytes, values and the memory of all of them are bounded, in any shape.
import type { ServerResponse } from 'node:http';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { imageId, imageRow } from '../../resources/image/kind.ts';
import { codesOf, startApp } from '../../support/app.ts';
import { PASSWORD, tokenReply } from '../../support/upstreams/iam.ts';
import { ABSENT, type Script } from '../../support/upstreams/upstream.ts';

/** A busy machine reads a hundred megabytes in more than the usual second. */
const PATIENT = { timeout: 15_000 };
const MEGABYTE = 1024 * 1024;
const MEBIBYTE = 'x'.repeat(MEGABYTE);
const images = (count: number, from = 0) =>
  `{ ${Array.from({ length: count }, (_, n) => `i${n}: image(imageId: "${imageId(from + n)}") { imageId }`).join(' ')} }`;
const JSON_HEAD = { 'content-type': 'application/json' };
/** The record that a call is about, with a property of so many bytes. */
const imageOf = (path: string, bytes: number) =>
  imageRow({ id: path.split('/').at(-1), __description: 'x'.repeat(bytes) });
const NO_BREAKER = { IMAGE_GRAPH_BREAKER_CALLS: '1000000' };
const limited = (megabytes: number) => ({ IMAGE_GRAPH_MAX_TOTAL_UPSTREAM_BYTES: String(megabytes * MEGABYTE) });

/** Responds with a hundred megabytes; `sent` holds how many of them were sent before each connection was aborted. */
function flood() {
  const sent: number[] = [];
  const script: Script = (_call, response) => {
    let count = 0;
    response.on('close', () => sent.push(count));
    response.writeHead(200, JSON_HEAD);
    const pour = () => {
      while (count < 100) {
        count++;
        if (!response.write(MEBIBYTE)) return void response.once('drain', pour);
      }
      response.end();
    };
    pour();
    return undefined;
  };
  return { script, sent };
}

test('a response of a hundred megabytes is aborted long before its end', async () => {
  const { script, sent } = flood();
  const app = await startApp({ upstream: script });
  const { errors } = await app.ask(images(1));
  expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_BAD_RESPONSE', service: 'ims' } }]);
  await expect.poll(() => sent, PATIENT).toHaveLength(1);
  expect(sent[0]).toBeLessThan(40);
});

const many = (item: (n: number) => string, count: number) => Array.from({ length: count }, (_, n) => item(n)).join();
const shapes: readonly (readonly [what: string, text: () => string])[] = [
  ['empty objects', () => `{"images":[${many(() => '{}', 2e6)}]}`],
  ['empty lists', () => `{"images":[${many(() => '[]', 2e6)}]}`],
  ['numbers', () => `{"images":[${many(() => '0', 3e6)}]}`],
  ['lists within lists', () => `{"images":${'['.repeat(3e6)}${']'.repeat(3e6)}}`],
  ['names', () => `{"images":[],${many((n) => `"n${n}":0`, 3e5)}}`],
  ['names that are numbers', () => `{"images":[],${many((n) => `"${n * 64}":0`, 3e5)}}`],
  ['one name again and again', () => `{"images":[],${many(() => '"a":0', 3e5)}}`],
  ['objects with names of their own', () => `{"images":[${many((n) => `{"n${n}":0}`, 2e5)}]}`],
  ['short texts', () => `{"images":[${many((n) => `"${n % 1e4}"`, 5e5)}]}`],
];

test.each(shapes)('a response with too many %s is not decoded', async (_what, text) => {
  const body = text();
  expect(body.length).toBeLessThan(8 * MEGABYTE);
  const app = await startApp({ upstream: () => ({ body }) });
  const { errors } = await app.ask('{ images(first: 1) { nodes { id } } }');
  expect(errors).toMatchObject([
    {
      message: 'The response of IMS cannot be read: it has too many values (list images).',
      extensions: { code: 'UPSTREAM_BAD_RESPONSE', service: 'ims' },
    },
  ]);
});

test('a page of a thousand images, each with a hundred properties, is read', async () => {
  const properties = Object.fromEntries(
    Array.from({ length: 100 }, (_, n) => [`__property_${n}`, `a, "text" [${n}]: {}`]),
  );
  const rows = Array.from({ length: 1000 }, (_, n) => imageRow({ id: imageId(n), ...properties }));
  const app = await startApp({ upstream: () => ({ body: { images: rows } }) });
  const { data, errors } = await app.ask('{ images(first: 1000) { nodes { imageId } } }');
  expect(errors).toBeUndefined();
  expect(data.images.nodes).toHaveLength(1000);
});

test('commas, colons and brackets within texts do not count as values', async () => {
  const text = '[{,:"\\'.repeat(700_000);
  const app = await startApp({ upstream: () => ({ body: imageRow({ name: text }) }) });
  const { data } = await app.ask(`{ image(imageId: "${imageId(1)}") { name } }`);
  expect(data.image.name).toBe(text);
});

test('an error with too many values has the status of its response, and does not mean absence', async () => {
  const body = `{"code":"404 Not Found","message":[${many(() => '0', 5e5)}]}`;
  const app = await startApp({ upstream: () => ({ status: 404, body }) });
  const { errors } = await app.ask(images(1));
  expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_ERROR', upstreamStatus: 404 } }]);
});

test('a response of IAM is bounded in the same way', async () => {
  const replies = [`{"token":[${many(() => '0', 3e6)}]}`, `{"token":"${'x'.repeat(9e6)}"}`];
  for (const [index, code] of [undefined, 'UPSTREAM_BAD_RESPONSE'].entries()) {
    const app = await startApp({
      upstream: ({ path }) =>
        path === '/v3/auth/tokens'
          ? { ...tokenReply(1), body: replies[index] }
          : { body: imageRow({ id: imageId(0) }) },
      settings: PASSWORD,
    });
    // The token itself is in a header.
    expect(codesOf(await app.ask(images(1)))).toEqual(code ? [code] : []);
  }
});

test('a response in chunks of one byte takes little more memory than its bytes', { timeout: 30_000 }, async () => {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const used = () => {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const bytes = 500_000;
  const chunks = Buffer.from('1\r\nx\r\n'.repeat(10_000));
  let held: ServerResponse | undefined;
  const app = await startApp({
    upstream: async (_call, response) => {
      held = response;
      response.writeHead(200, JSON_HEAD);
      response.flushHeaders();
      const { socket } = response;
      for (let sent = 0; sent < bytes; sent += 10_000)
        if (!socket?.write(chunks)) await new Promise<void>((resolve) => socket?.once('drain', resolve));
      return undefined;
    },
    settings: { IMAGE_GRAPH_UPSTREAM_TIMEOUT_MS: '30000', IMAGE_GRAPH_REQUEST_TIMEOUT_MS: '30000' },
  });
  const before = used();
  const asked = app.ask(images(1));
  await expect.poll(() => held?.socket?.bytesWritten, PATIENT).toBeGreaterThan(6 * bytes);
  await expect.poll(() => held?.socket?.writableLength, PATIENT).toBe(0);
  await pause(200);
  expect(used() - before).toBeLessThan(10 * MEGABYTE);
  held?.socket?.write('0\r\n\r\n');
  expect(codesOf(await asked)).toEqual(['UPSTREAM_BAD_RESPONSE']);
});

test('large responses that come at once are read one in each turn of the event loop', async () => {
  const count = 24;
  const held: ServerResponse[] = [];
  const app = await startApp({
    upstream: ({ path }, response) => {
      const body = JSON.stringify(imageOf(path, 300_000));
      response.writeHead(200, { ...JSON_HEAD, 'content-length': body.length });
      response.write(body.slice(0, -1), () => held.push(response));
      return undefined;
    },
  });
  let isDone = false;
  const asked = app.ask(images(count)).finally(() => (isDone = true));
  await expect.poll(() => held.length, PATIENT).toBe(count);
  await pause(200);
  for (const response of held) response.end('}');
  let turns = 0;
  while (!isDone) {
    await nextTurn();
    turns++;
  }
  expect((await asked).errors).toBeUndefined();
  expect(turns).toBeGreaterThan(count);
});

test('a call that is cancelled while its response waits for a turn ends at once', async () => {
  const app = await startApp({
    upstream: ({ path }) => ({ body: imageOf(path, 300_000) }),
    settings: { IMAGE_GRAPH_REQUEST_TIMEOUT_MS: '20', ...NO_BREAKER },
  });
  for (let n = 0; n < 5; n++) {
    const codes = codesOf(await app.ask(images(100)));
    expect(new Set(codes)).toEqual(new Set(['DEADLINE_EXCEEDED']));
  }
});

test('large responses that do not fit into memory together are aborted; small ones are read beside them, and later ones as before', {
  timeout: 40_000,
}, async () => {
  const small = imageId(500);
  const held: ServerResponse[] = [];
  // Each sends a megabyte, and does not end: eight of them are a quarter of the memory, as each is charged twice.
  const app = await startApp({
    upstream: ({ path }, response) => {
      if (path.endsWith(small)) return { body: imageRow({ id: small }) };
      held.push(response);
      response.writeHead(200, JSON_HEAD);
      response.write(MEBIBYTE);
      return undefined;
    },
    settings: limited(64),
  });
  const outcomes = async (asked: ReturnType<typeof app.ask>) => {
    const codes = codesOf(await asked);
    return { tooMuch: codes.filter((code) => code === 'QUERY_TOO_COMPLEX').length, all: codes.length };
  };
  for (let round = 1; round <= 3; round++) {
    const flooded = app.ask(images(20));
    await expect.poll(() => held.filter(({ destroyed }) => destroyed).length, PATIENT).toBe(12 + (round - 1) * 20);
    // An operation that floods leaves room for the others.
    expect((await app.ask(`{ image(imageId: "${small}") { imageId } }`)).data).toEqual({ image: { imageId: small } });
    for (const response of held) response.end();
    expect(await outcomes(flooded)).toEqual({ tooMuch: 12, all: 20 });
    for (const response of held) response.destroy();
  }
});

test('the memory of responses is bounded while their operation lasts, and given back when it ends', async () => {
  // Ten of these are more than a quarter of the memory, two of them are not.
  const ends: Record<string, (path: string) => ReturnType<Script>> = {
    success: (path) => ({ body: imageOf(path, MEGABYTE) }),
    absence: () => ({ ...ABSENT.ims, body: { code: '404 Not Found', message: MEBIBYTE } }),
    failure: () => ({ status: 500, body: { message: MEBIBYTE } }),
    malformed: () => ({ body: MEBIBYTE }),
  };
  let end = 'success';
  const app = await startApp({ upstream: ({ path }) => ends[end]?.(path), settings: limited(32) });
  for (end of Object.keys(ends))
    for (let n = 0; n < 12; n++) expect(codesOf(await app.ask(images(2)))).not.toContain('QUERY_TOO_COMPLEX');
  end = 'success';
  const { data, errors } = await app.ask(images(10));
  expect(new Set(codesOf({ errors }))).toEqual(new Set(['QUERY_TOO_COMPLEX']));
  expect(errors?.[0]).toMatchObject({
    message:
      'The responses to the operation take more than 8388608 bytes of memory: request fewer rows or fewer lists at once (show image).',
    extensions: { service: 'ims', limit: { name: 'upstreamBytes', value: expect.any(Number), max: 8_388_608 } },
  });
  const found = Object.values(data).filter((image) => image !== null);
  expect(found.length).toBeGreaterThanOrEqual(2);
  expect(found.length).toBeLessThan(5);
  const batch = Array.from({ length: 3 }, (_, n) => ({ query: images(1, n) }));
  for (let n = 0; n < 12; n++)
    for (const part of (await app.send(batch)).batch ?? []) expect(part.errors).toBeUndefined();
});

test('where others have taken the memory, a call fails for now: the client may retry', async () => {
  const held: ServerResponse[] = [];
  // Each operation takes 6 of the 8 MB that one may take; five of them leave 2 of 32 MB.
  const app = await startApp({
    upstream: (_call, response) => {
      held.push(response);
      response.writeHead(200, JSON_HEAD);
      response.write(MEBIBYTE);
      return undefined;
    },
    settings: { ...limited(32), ...NO_BREAKER, IMAGE_GRAPH_UPSTREAM_ATTEMPTS: '1' },
  });
  const others = Array.from({ length: 5 }, () => app.ask(images(3)));
  await expect.poll(app.memoryUsed, PATIENT).toBeGreaterThan(29 * MEGABYTE);
  // The first of these takes the rest.
  const { errors } = await Promise.race([app.ask(images(1)), app.ask(images(1))]);
  expect(errors).toMatchObject([
    {
      message: 'There is no memory for the response of IMS beside those to others: retry later (show image).',
      extensions: { code: 'OVERLOADED', service: 'ims', retryAfter: 1 },
    },
  ]);
  for (const response of held) response.destroy();
  await Promise.all(others);
  await expect.poll(app.memoryUsed, PATIENT).toBe(0);
});

test('it is given back when the client disconnects, and at the deadline', async () => {
  const app = await startApp({
    upstream: ({ path }, response) => {
      if (path.endsWith(imageId(1))) return { body: imageOf(path, MEGABYTE) };
      if (path.endsWith(imageId(2))) return undefined;
      response.writeHead(200, JSON_HEAD);
      response.write(MEBIBYTE);
      return undefined;
    },
    over: 'http',
    settings: { ...limited(32), ...NO_BREAKER, IMAGE_GRAPH_REQUEST_TIMEOUT_MS: '300' },
  });
  for (let n = 0; n < 6; n++) {
    const disconnected = app.send({ query: images(4) }, {}, AbortSignal.timeout(100));
    await expect(disconnected).rejects.toThrow();
    expect(codesOf(await app.ask(images(4)))).toEqual(Array(3).fill('DEADLINE_EXCEEDED'));
  }
  expect(codesOf(await app.ask(images(1, 1)))).toEqual([]);
});

test('after hundreds of operations, however they ended, no memory is taken', { timeout: 40_000 }, async () => {
  let count = 0;
  const replies: ((path: string) => ReturnType<Script>)[] = [
    (path) => ({ body: imageOf(path, 30_000) }),
    () => ABSENT.ims,
    () => ({ status: 500, body: { message: 'x'.repeat(30_000) } }),
    () => ({ body: `[${many(() => '0', 300_000)}]` }),
    () => ({ body: 'x'.repeat(30_000) }),
    () => ({ headers: { 'content-encoding': 'gzip' }, body: 'x'.repeat(30_000) }),
    () => ({ headers: { 'content-length': '40000' }, body: 'x'.repeat(30_000) }),
    () => undefined,
  ];
  const app = await startApp({
    upstream: ({ path }, response) => {
      const reply = replies[count++ % replies.length]?.(path);
      if (reply === undefined) response.write('x'.repeat(30_000));
      return reply;
    },
    over: 'http',
    settings: { ...limited(32), ...NO_BREAKER, IMAGE_GRAPH_REQUEST_TIMEOUT_MS: '300' },
  });
  for (let round = 0; round < 2; round++) {
    const asked = Array.from({ length: 60 }, async (_, n) => {
      const operation = { query: `{ a: images { nodes { id } } ${images(4, n).slice(1)}` };
      const body = n % 3 === 0 ? [operation, operation] : operation;
      await app.send(body, {}, AbortSignal.timeout(n % 4 === 0 ? 20 + n : 5_000)).catch(() => {});
    });
    await Promise.all(asked);
  }
  await expect.poll(app.memoryUsed, PATIENT).toBe(0);
  expect(count).toBeGreaterThan(100);
});

test('many small responses are not charged more than they may take, however many operations wait', async () => {
  const held: (() => void)[] = [];
  const count = 200;
  const app = await startApp({
    upstream: async ({ path }) => {
      if (path.endsWith(imageId(0))) await new Promise<void>((resolve) => held.push(resolve));
      return { body: imageOf(path, 5_000) };
    },
    // Two hundred operations hold two small responses each: at the rough charge of 32 times their bytes this would be 80 MB.
    settings: { ...limited(32), IMAGE_GRAPH_SHARE_CALLS: 'false' },
  });
  const asked = Array.from({ length: count }, () => app.ask(images(3)));
  await expect.poll(() => held.length, PATIENT).toBe(count);
  await pause(300);
  for (const goOn of held) goOn();
  for (const response of await Promise.all(asked)) expect(response.errors).toBeUndefined();
});
