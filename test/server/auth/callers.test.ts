// Authentication of callers: API keys that a file lists, and JWTs of an identity provider.
import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { type JWK, SignJWT, UnsecuredJWT } from 'jose';
import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { createApiKey } from '../../../src/server/auth/api-keys.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { goOn, setWallClock, stopClocksForTest } from '../../support/clock.ts';
import { NOT_FILES, newFile } from '../../support/files.ts';
import { codeOf, postQuery, sendRequest, type WireResponse } from '../../support/http-client.ts';
import { addressIn, run } from '../../support/processes/command.ts';
import { IAM_TOKEN, PASSWORD } from '../../support/upstreams/iam.ts';
import {
  AUDIENCE,
  goodClaims,
  type IdentityProvider,
  ISSUER,
  makeKey,
  now,
  type SigningKey,
  sign,
  startIdentityProvider,
} from '../../support/upstreams/identity-provider.ts';
import { startUpstream } from '../../support/upstreams/upstream.ts';
import { oneImage, QUERY, RESPONSE } from '../one-image.ts';

/** A file that holds these lines. */
const fileOf = (...lines: readonly string[]) => newFile(lines.map((line) => `${line}\n`).join(''));

const start = (settings: Record<string, string>) => startApp({ upstream: oneImage, settings, over: 'http' });

/** The wall clock may be set back while the server runs. */
const HOUR_MS = 3_600_000;

const PASSED = { 'x-auth-token': 'token-of-caller' };
/** Sends the operation with the caller's token and these headers. */
const ask = (app: TestApp, headers: Record<string, string> = {}) =>
  postQuery(app, QUERY, ...Object.entries({ ...PASSED, ...headers }).flat());
const withKey = (app: TestApp, key: string) => ask(app, { 'x-api-key': key });
const withBearer = (app: TestApp, token: string) => ask(app, { authorization: `Bearer ${token}` });

function expectServed(response: WireResponse) {
  expect([response.status, JSON.parse(response.body)]).toEqual([200, RESPONSE]);
}

function expectRejected(app: TestApp, response: WireResponse) {
  expect([response.status, codeOf(response), response.headers['www-authenticate']]).toEqual([
    401,
    'UNAUTHENTICATED',
    'Bearer',
  ]);
  expect(JSON.parse(response.body).data).toBeUndefined();
  expect(app.calls()).toEqual([]);
}

describe('API keys', () => {
  const { key, line } = createApiKey('ci');
  const other = createApiKey('other');

  test('a key is valid in Authorization and in X-Api-Key, and is not sent upstream', async () => {
    const app = await start({ IMAGE_GRAPH_API_KEYS_FILE: fileOf(line) });
    const forms: Record<string, string>[] = [
      { authorization: `Bearer ${key}` },
      { authorization: `bearer   ${key}` },
      { 'x-api-key': key },
      { 'x-api-key': key, authorization: 'Bearer ' },
    ];
    for (const headers of forms) {
      expectServed(await ask(app, headers));
      const [call, ...further] = app.calls();
      expect([call?.headers['x-auth-token'], further]).toEqual(['token-of-caller', []]);
      expect(JSON.stringify([call?.url, call?.headers])).not.toContain(key);
      expect(call?.headers).not.toHaveProperty('authorization');
    }
  });

  test('two keys in one request are a bad request, even if both are valid', async () => {
    const app = await start({ IMAGE_GRAPH_API_KEYS_FILE: fileOf(line, other.line) });
    for (const [bearer, shown] of [
      [key, key],
      [key, other.key],
      ['wrong', key],
      [key, 'wrong'],
    ] as const) {
      const response = await ask(app, { authorization: `Bearer ${bearer}`, 'x-api-key': shown });
      expect([response.status, codeOf(response)]).toEqual([400, 'BAD_USER_INPUT']);
      expect(response.body).not.toContain(key);
    }
    expect(app.calls()).toEqual([]);
  });

  test.each<[string, Record<string, string>]>([
    ['no key', {}],
    ['an empty key', { 'x-api-key': '' }],
    ['Bearer alone', { authorization: 'Bearer' }],
    ['a key without Bearer', { authorization: key }],
    ['a key with another scheme', { authorization: `Basic ${key}` }],
    ['a key and something behind it', { authorization: `Bearer ${key} x` }],
    ['a key of another file', { 'x-api-key': other.key }],
    ['a key without its last letter', { 'x-api-key': key.slice(0, -1) }],
    ['a key with a letter more', { 'x-api-key': `${key}x` }],
    ['a key in capitals', { 'x-api-key': key.toUpperCase() }],
    ['a list of keys', { 'x-api-key': `${key}, ${key}` }],
    ['the hash', { 'x-api-key': line.slice(-64) }],
    ['the hash as if it were a key', { 'x-api-key': `igk_${line.slice(-64)}` }],
    ['the line of the file', { 'x-api-key': line }],
    ['the name', { 'x-api-key': 'ci' }],
    ['a prefix alone', { 'x-api-key': 'igk_' }],
    ['the name of what every object has', { 'x-api-key': 'igk___proto__' }],
    ['a token of the cloud as a bearer token', { authorization: 'Bearer token-of-caller' }],
  ])('%s is rejected, without an upstream call', async (_title, headers) => {
    const app = await start({ IMAGE_GRAPH_API_KEYS_FILE: fileOf(line) });
    const response = await ask(app, headers);
    expectRejected(app, response);
    for (const secret of [key, other.key, line.slice(-64)]) {
      expect(response.body).not.toContain(secret);
      expect(app.log.join()).not.toContain(secret);
    }
  });

  test('a key that is sent twice is a bad request', async () => {
    const app = await start({ IMAGE_GRAPH_API_KEYS_FILE: fileOf(line) });
    for (const name of ['X-Api-Key', 'Authorization']) {
      const value = name === 'X-Api-Key' ? key : `Bearer ${key}`;
      expect((await postQuery(app, QUERY, name, value, name.toLowerCase(), value)).status).toBe(400);
    }
    expect(app.calls()).toEqual([]);
  });

  test('a key is valid as long as its line is in the file', async () => {
    const file = fileOf(line);
    const app = await start({ IMAGE_GRAPH_API_KEYS_FILE: file });
    expectServed(await withKey(app, key));
    app.calls();
    expectRejected(app, await withKey(app, other.key));
    appendFileSync(file, `${other.line}\n`);
    for (const one of [key, other.key]) expectServed(await withKey(app, one));
    app.calls();
    writeFileSync(file, `${other.line}\n`);
    expectRejected(app, await withKey(app, key));
    expectServed(await withKey(app, other.key));
    app.calls();
    writeFileSync(file, `#${other.line}\n`);
    expectRejected(app, await withKey(app, other.key));
  });

  test('a key is withdrawn by another one of the same length', async () => {
    const file = fileOf(line);
    const app = await start({ IMAGE_GRAPH_API_KEYS_FILE: file });
    const successor = createApiKey('ci');
    for (let turn = 0; turn < 20; turn++) {
      writeFileSync(file, `${line}\n`);
      expectServed(await withKey(app, key));
      writeFileSync(file, `${successor.line}\n`);
      app.calls();
      expectRejected(app, await withKey(app, key));
    }
  });

  test('a malformed line is logged with its number and without its text, and the other lines are valid', async () => {
    const app = await start({
      IMAGE_GRAPH_API_KEYS_FILE: fileOf(
        '# the keys of the team',
        '',
        `${line} for the pipeline, until spring\r`,
        'plain:igk_kept-as-it-was-made',
        `${other.line}0`,
        ` ${other.line}`,
        other.line.replace('other', 'two names'),
        other.line.replace(/[0-9a-f]{64}$/, (hash) => hash.toUpperCase()),
        '\t',
      ),
    });
    expectServed(await withKey(app, key));
    app.calls();
    for (const shown of [other.key, 'igk_kept-as-it-was-made']) expectRejected(app, await withKey(app, shown));
    expect(app.log).toEqual(
      [4, 5, 6, 7, 8].map((number) => `Line ${number} of the API key file is malformed and ignored.`),
    );
  });

  test('of many malformed lines ten are logged', async () => {
    const app = await start({ IMAGE_GRAPH_API_KEYS_FILE: fileOf(...Array<string>(1_000).fill('malformed'), line) });
    expectServed(await withKey(app, key));
    expect(app.log).toHaveLength(11);
    expect(app.log.at(-1)).toBe('So are 990 further lines of the API key file.');
  });

  test.each<[string, (file: string) => void]>([
    ['deleted', (file) => rmSync(file)],
    ['empty', (file) => writeFileSync(file, '')],
    ...NOT_FILES.map(([title, make]): [string, (file: string) => void] => [
      title,
      (file) => [rmSync(file), make(file)],
    ]),
  ])('while the file is %s every caller is rejected', async (_title, change) => {
    const file = fileOf(line);
    const app = await start({ IMAGE_GRAPH_API_KEYS_FILE: file });
    expectServed(await withKey(app, key));
    app.calls();
    change(file);
    for (let attempt = 0; attempt < 3; attempt++) expectRejected(app, await withKey(app, key));
    expect(app.log.length).toBeLessThanOrEqual(1);
    rmSync(file, { recursive: true, force: true });
    writeFileSync(file, `${line}\n`);
    expectServed(await withKey(app, key));
  });

  test('with a key calls are made with the server’s own credentials, which no caller’s token replaces', async () => {
    const app = await start({ ...PASSWORD, IMAGE_GRAPH_API_KEYS_FILE: fileOf(line) });
    expectRejected(app, await ask(app));
    expectRejected(app, await withKey(app, other.key));
    expectServed(await ask(app, { 'x-api-key': key, 'x-project-id': 'project-of-caller' }));
    expect(app.calls().map(({ path, headers }) => [path, headers['x-auth-token']])).toEqual([
      ['/v3/auth/tokens', undefined],
      [expect.stringContaining('/v2/images/'), IAM_TOKEN],
    ]);
  });

  test('a key is needed for the sandbox too', { timeout: 20_000 }, async () => {
    const server = run({ PORT: '0', IMAGE_GRAPH_API_KEYS_FILE: fileOf(line) });
    const address = addressIn(await server.says('open http'));
    const statusWith = async (headers: Record<string, string>) =>
      (await fetch(`${address}?query={images{totalCount}}`, { headers })).status;
    expect(await statusWith({})).toBe(401);
    expect(await statusWith({ 'x-auth-token': 'sandbox-token' })).toBe(401);
    expect(await statusWith({ 'x-api-key': other.key })).toBe(401);
    expect(await statusWith({ 'x-api-key': key })).toBe(200);
  });

  test('health and the page of GraphiQL need no key, and everything else does', async () => {
    const app = await start({ IMAGE_GRAPH_API_KEYS_FILE: fileOf(line) });
    expect((await sendRequest(app, { path: '/health' })).status).toBe(200);
    const page = await sendRequest(app, { headers: ['Accept', 'text/html'] });
    expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.body).toContain('Authorization');
    for (const method of ['GET', 'HEAD', 'POST', 'OPTIONS', 'PUT'])
      expect((await sendRequest(app, { method, path: '/graphql?query={__typename}' })).status).toBe(401);
    for (const query of ['{ __typename }', '{ __schema { types { name } } }', '{ _service { sdl } }', '{'])
      expectRejected(app, await postQuery(app, query));
    expectRejected(app, await sendRequest(app, { path: '/graphql/' }));
  });
});

describe('JWTs', () => {
  let [rsa, elliptic, stranger] = [] as unknown as [SigningKey, SigningKey, SigningKey];
  beforeAll(async () => {
    [rsa, elliptic, stranger] = await Promise.all([
      makeKey('RS256', 'rsa'),
      makeKey('ES256', 'elliptic'),
      makeKey('RS256', 'stranger'),
    ]);
  });

  /** A server that trusts a provider of the first two keys. */
  async function startBoth(
    settings: Record<string, string> = {},
  ): Promise<{ app: TestApp; provider: IdentityProvider }> {
    const provider = await startIdentityProvider(rsa, elliptic);
    onTestFinished(provider.close);
    return { app: await start({ ...provider.settings, ...settings }), provider };
  }

  test('a token signed with RS256 or ES256 is valid, and is not sent upstream', async () => {
    const { app, provider } = await startBoth();
    for (const key of [rsa, elliptic, rsa]) {
      const token = await sign(key);
      expectServed(await withBearer(app, token));
      const calls = app.calls();
      expect(calls).toHaveLength(1);
      expect(JSON.stringify(calls[0]?.headers)).not.toContain(token);
    }
    expect(provider.callCount()).toBe(1);
  });

  test.each<[string, () => object]>([
    ['for several audiences', () => ({ aud: ['another', AUDIENCE] })],
    ['that holds from now on', () => ({ nbf: now() })],
    ['with claims that are not needed', () => ({ admin: true, iat: now() })],
  ])('a token %s is valid', async (_title, claims) => {
    const { app } = await startBoth();
    expectServed(await withBearer(app, await sign(rsa, { ...goodClaims(), ...claims() })));
  });

  const ISSUED = 'its issuer is not IMAGE_GRAPH_JWT_ISSUER';
  const MEANT = 'its audience is not IMAGE_GRAPH_JWT_AUDIENCE';
  const CLAIMS = 'a claim is missing or malformed (iss, aud, exp, nbf, sub)';
  test.each<[string, string, () => object]>([
    ['of another issuer', ISSUED, () => ({ iss: 'https://login.evil.example' })],
    ['of the issuer with a slash', ISSUED, () => ({ iss: `${ISSUER}/` })],
    ['of no issuer', CLAIMS, () => ({ iss: undefined })],
    ['for another audience', MEANT, () => ({ aud: 'another' })],
    ['for no audience', CLAIMS, () => ({ aud: undefined })],
    ['for an empty list of audiences', MEANT, () => ({ aud: [] })],
    ['that has expired', 'it has expired', () => ({ exp: now() - 60 })],
    ['that never expires', CLAIMS, () => ({ exp: undefined })],
    ['whose exp is not a number', CLAIMS, () => ({ exp: 'never' })],
    ['that does not hold yet', 'it does not hold yet', () => ({ nbf: now() + 60 })],
    ['whose nbf is not a number', CLAIMS, () => ({ nbf: 'now' })],
    ['without a subject', CLAIMS, () => ({ sub: undefined })],
    ['with an empty subject', CLAIMS, () => ({ sub: '' })],
    ['with null as its subject', CLAIMS, () => ({ sub: null })],
    ['whose subject is not a string', CLAIMS, () => ({ sub: ['somebody'] })],
  ])('a token %s is rejected, and the log says: %s', async (_title, reason, claims) => {
    const { app } = await startBoth();
    for (let turn = 0; turn < 3; turn++)
      expectRejected(app, await withBearer(app, await signAnything(rsa, { ...goodClaims(), ...claims() })));
    expect(app.log).toEqual([`A JWT was rejected: ${reason}.`]);
    expectServed(await withBearer(app, await sign(rsa)));
  });

  /** Signs invalid claims, too. */
  const signAnything = (key: SigningKey, claims: Record<string, unknown>) =>
    new SignJWT(JSON.parse(JSON.stringify(claims)))
      .setProtectedHeader({ alg: key.alg, kid: key.kid })
      .sign(key.privateKey);

  const ALGORITHM = 'its algorithm is not allowed';
  const KEY = 'IMAGE_GRAPH_JWT_JWKS_URL has no key for it';
  const SIGNATURE = 'its signature is wrong';
  const MALFORMED = 'it is malformed';
  test.each<[string, string | undefined, () => string | Promise<string>]>([
    ['no algorithm', ALGORITHM, () => new UnsecuredJWT(goodClaims()).encode()],
    ['no algorithm and the name of a key', ALGORITHM, () => forge({ alg: 'none', kid: 'rsa' }, goodClaims())],
    ['the public key as a shared secret', ALGORITHM, () => signShared(rsa.pem)],
    ['the public key as a shared secret, without its last line break', ALGORITHM, () => signShared(rsa.pem.trimEnd())],
    ['the modulus as a shared secret', ALGORITHM, () => signShared(rsa.jwk.n ?? '')],
    ['another key', KEY, () => sign(stranger)],
    ['another key under a known name', SIGNATURE, () => sign({ ...stranger, kid: rsa.kid })],
    ['the name of a key of another type', KEY, () => sign({ ...rsa, kid: elliptic.kid })],
    [
      'a key that it brings itself',
      SIGNATURE,
      () =>
        new SignJWT(goodClaims())
          .setProtectedHeader({ alg: 'RS256', kid: 'rsa', jwk: stranger.jwk })
          .sign(stranger.privateKey),
    ],
    [
      'a URL of its keys',
      SIGNATURE,
      () =>
        new SignJWT(goodClaims())
          .setProtectedHeader({ alg: 'RS256', kid: 'rsa', jku: 'http://127.0.0.1:1/keys' })
          .sign(stranger.privateKey),
    ],
    ['no signature', SIGNATURE, async () => (await sign(rsa)).replace(/[^.]*$/, '')],
    [
      'the signature of another token',
      SIGNATURE,
      async () => swapPayload(await sign(rsa), { ...goodClaims(), sub: 'admin' }),
    ],
    [
      'an extension that must be understood',
      MALFORMED,
      () => forge({ alg: 'RS256', kid: 'rsa', crit: ['x'], x: 1 }, goodClaims()),
    ],
    ['the shape of a token only', MALFORMED, () => 'a.b.c'],
    ['dots only', MALFORMED, () => '..'],
    ['encryption', MALFORMED, () => 'a.b.c.d.e'],
    ['a string as its claims', SIGNATURE, () => forge({ alg: 'RS256', kid: 'rsa' }, 'claims')],
    ['a string as its header', MALFORMED, () => forge('header', goodClaims())],
    ['null as its header', MALFORMED, () => forge(null, goodClaims())],
    [
      'a header of what every object has',
      ALGORITHM,
      () => forge({ alg: 'constructor', kid: '__proto__' }, goodClaims()),
    ],
    ['a key name that is not a string', KEY, () => forge({ alg: 'RS256', kid: { rsa: true } }, goodClaims())],
    ['an algorithm that is not a string', MALFORMED, () => forge({ alg: ['RS256'], kid: 'rsa' }, goodClaims())],
    ['ten thousand characters', MALFORMED, () => 'x'.repeat(10_000)],
    ['the look of an API key', undefined, () => createApiKey('ci').key],
  ])('a token with %s is rejected, and the log says: %s', async (_title, reason, make) => {
    const { app } = await startBoth();
    const token = await make();
    const response = await withBearer(app, token);
    expectRejected(app, response);
    expect(response.body).not.toContain(token);
    expect(app.log).toEqual(reason === undefined ? [] : [`A JWT was rejected: ${reason}.`]);
    expectServed(await withBearer(app, await sign(rsa)));
  });

  const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const forge = (header: unknown, payload: unknown) => `${encode(header)}.${encode(payload)}.${encode('signature')}`;
  const swapPayload = (token: string, payload: object) => token.replace(/\.[^.]*\./, `.${encode(payload)}.`);
  const signShared = (secret: string) =>
    new SignJWT(goodClaims()).setProtectedHeader({ alg: 'HS256', kid: 'rsa' }).sign(Buffer.from(secret));

  test('a new key is fetched when a token names it, and the old one is no longer valid', async () => {
    stopClocksForTest();
    const { app, provider } = await startBoth();
    expectServed(await withBearer(app, await sign(rsa)));
    provider.publish(elliptic, stranger);
    setWallClock(-HOUR_MS);
    goOn(60_000);
    expectServed(await withBearer(app, await sign(stranger)));
    expect(provider.callCount()).toBe(2);
    expect(app.log).toEqual(['The keys of IMAGE_GRAPH_JWT_JWKS_URL have changed.']);
    app.calls();
    expectRejected(app, await withBearer(app, await sign(rsa)));
  });

  test('tokens of unknown keys do not each lead to a call of the provider', async () => {
    const { app, provider } = await startBoth();
    for (let number = 0; number < 10; number++)
      expectRejected(app, await withBearer(app, await sign({ ...stranger, kid: `unknown-${number}` })));
    expect(provider.callCount()).toBe(1);
  });

  test('a withdrawn key stays valid for ten minutes at most', async () => {
    stopClocksForTest();
    const { app, provider } = await startBoth();
    expectServed(await withBearer(app, await sign(rsa)));
    provider.publish(elliptic);
    app.calls();
    setWallClock(-HOUR_MS);
    goOn(10 * 60_000);
    expectRejected(app, await withBearer(app, await sign(rsa)));
  });

  test('keys that come with 203, through a proxy that has changed the response, are as good as with 200', async () => {
    const { app, provider } = await startBoth();
    provider.respondWith({ status: 203, body: { keys: [rsa.jwk] } });
    expectServed(await withBearer(app, await sign(rsa)));
    expect(app.log).toEqual([]);
  });

  test.each<[string, Parameters<IdentityProvider['respondWith']>[0]]>([
    ['does not respond', undefined],
    ['responds with a part', { status: 206, body: { keys: [] } }],
    ['responds with HTML', { headers: { 'content-type': 'text/html' }, body: '<html>Sign in</html>' }],
    ['responds with 500', { status: 500, body: {} }],
    ['responds with 404', { status: 404, body: { keys: [] } }],
    ['redirects', { status: 302, headers: { location: 'http://127.0.0.1:1/keys' } }],
    ['responds without a key set', { body: { error: 'none' } }],
    ['responds with null', { body: 'null' }],
    ['responds with nothing', { body: '' }],
    ['responds with a list', { body: [] }],
    ['responds with an object of keys', { body: { keys: {} } }],
    ['responds with JSON of a hundred thousand brackets', { body: '['.repeat(100_000) }],
    ['responds with what is not gzip', { headers: { 'content-encoding': 'gzip' }, body: { keys: [] } }],
  ])('while the provider %s callers cannot be authenticated', async (_title, reply) => {
    stopClocksForTest();
    const { app, provider } = await startBoth();
    provider.respondWith(reply);
    const token = await sign(rsa);
    const response = await withBearer(app, token);
    expect([response.status, codeOf(response), response.headers['retry-after']]).toEqual([
      503,
      'UPSTREAM_UNAVAILABLE',
      '5',
    ]);
    expect(response.body).not.toMatch(/127\.0\.0\.1|\bat /);
    expectRejected(app, await ask(app));
    expect(app.log).toEqual(['The keys of IMAGE_GRAPH_JWT_JWKS_URL are unavailable: callers with a JWT are rejected.']);
    expect(provider.callCount()).toBe(1);
    provider.publish(rsa);
    setWallClock(-HOUR_MS);
    goOn(1_000);
    expectServed(await withBearer(app, token));
  });

  test('while the provider fails tokens share one request, and the pauses between requests grow to half a minute', async () => {
    stopClocksForTest();
    const { app, provider } = await startBoth();
    provider.respondWith({ status: 500 });
    const token = await sign(rsa);
    const reject = async () => {
      const responses = await Promise.all(Array.from({ length: 20 }, () => withBearer(app, token)));
      expect(responses.map(({ status }) => status)).toEqual(Array(20).fill(503));
      expect((await withBearer(app, token)).status).toBe(503);
      return responses[0]?.headers['retry-after'];
    };
    for (const pause of [1, 2, 4, 8, 16, 30, 30]) {
      expect(await reject()).toBe(String(Math.max(5, pause)));
      expect(provider.callCount()).toBe(1);
      goOn(1_000 * pause - 1);
      await reject();
      expect(provider.callCount()).toBe(0);
      goOn(1);
    }
    // Once a minute.
    expect(app.log).toEqual(Array(2).fill(expect.stringContaining('are unavailable')));
    provider.publish(rsa);
    expectServed(await withBearer(app, token));
  });

  test('tokens that arrive together share the request for the keys, and so do those of an unknown key', async () => {
    stopClocksForTest();
    const { app, provider } = await startBoth();
    const tokens = [await sign(rsa), await sign(elliptic)];
    for (const response of await Promise.all([...tokens, ...tokens].map((token) => withBearer(app, token))))
      expectServed(response);
    expect(provider.callCount()).toBe(1);
    goOn(60_000);
    const unknown = await Promise.all([1, 2, 3, 4].map((n) => sign({ ...stranger, kid: `unknown-${n}` })));
    for (const response of await Promise.all(unknown.map((token) => withBearer(app, token))))
      expect(response.status).toBe(401);
    expect(provider.callCount()).toBe(1);
  });

  /** A provider that writes its response itself. */
  async function startRaw(write: (response: ServerResponse) => void) {
    let closed = 0;
    const server = await startUpstream((_call, response) => {
      response.on('close', () => closed++);
      response.setHeader('content-type', 'application/json');
      write(response);
      return undefined;
    });
    onTestFinished(server.close);
    const { provider } = await startBoth();
    const app = await start({ ...provider.settings, IMAGE_GRAPH_JWT_JWKS_URL: `${server.url}/keys` });
    return { app, server, closed: () => closed };
  }

  test.each<[string, (response: ServerResponse) => void]>([
    [
      'that become 100 MB once they are decompressed',
      (response) => {
        response.setHeader('content-encoding', 'gzip');
        response.end(gzipSync(`{"keys":[${' '.repeat(100_000_000)}]}`));
      },
    ],
    [
      'that have no end',
      (response) => {
        const more = () => {
          while (!response.destroyed && response.write(' '.repeat(65_536)));
        };
        response.on('drain', more);
        more();
      },
    ],
    [
      'that come byte by byte',
      (response) => {
        const timer = setInterval(() => response.write(' '), 50);
        response.on('close', () => clearInterval(timer));
      },
    ],
    ['that end in the middle', (response) => void response.write('{"keys":[', () => response.destroy())],
  ])('keys %s are not read to the end: the connection is closed, and callers get 503', async (_title, write) => {
    const { app, server, closed } = await startRaw(write);
    const token = await sign(rsa);
    for (let turn = 0; turn < 3; turn++) expect((await withBearer(app, token)).status).toBe(503);
    expect(server.calls).toHaveLength(1);
    await vi.waitFor(() => expect(closed()).toBe(1));
  });

  test('keys in chunks of a byte are keys', async () => {
    const { app } = await startRaw(async (response) => {
      for (const character of JSON.stringify({ keys: [rsa.jwk] })) {
        response.write(character);
        await nextTurn();
      }
      response.end();
    });
    expectServed(await withBearer(app, await sign(rsa)));
  });

  /** A server whose provider publishes these keys as they are. */
  async function startOn(...keys: readonly unknown[]) {
    const both = await startBoth();
    both.provider.respondWith({ body: { keys } });
    return both;
  }
  const unnamed = ({ jwk: { kid: _, ...rest } }: SigningKey) => rest;
  const as = (kid: string, { jwk }: SigningKey) => ({ ...jwk, kid });
  /** Signs with a header that names this key, or none. */
  const signAs = ({ alg, privateKey }: SigningKey, kid?: string) =>
    new SignJWT(goodClaims()).setProtectedHeader({ alg, ...(kid === undefined ? {} : { kid }) }).sign(privateKey);

  test.each<[string, () => readonly unknown[], string | undefined]>([
    ['the key twice', () => [rsa.jwk, rsa.jwk], 'rsa'],
    ['two keys of one name, the other first', () => [as('rsa', stranger), rsa.jwk], 'rsa'],
    ['two keys of one name, the other last', () => [rsa.jwk, as('rsa', stranger)], 'rsa'],
    ['two keys of one name and of two types', () => [as('rsa', elliptic), rsa.jwk], 'rsa'],
    [
      'several keys without a name, for a token that names none',
      () => [unnamed(stranger), unnamed(elliptic), unnamed(rsa)],
      undefined,
    ],
    [
      'several keys without a name, for a token that names one',
      () => [unnamed(stranger), unnamed(elliptic), unnamed(rsa)],
      'rsa',
    ],
    ['one key without a name, for a token that names one', () => [unnamed(rsa)], 'rsa'],
    ['keys with names, for a token that names none', () => [stranger.jwk, elliptic.jwk, rsa.jwk], undefined],
    ['another key of the name, and the right one without', () => [as('rsa', stranger), unnamed(rsa)], 'rsa'],
    [
      'keys whose name is null or a number',
      () => [
        { ...stranger.jwk, kid: null },
        { ...rsa.jwk, kid: 7 },
      ],
      'rsa',
    ],
    [
      'a key without an algorithm',
      () => [
        { ...stranger.jwk, alg: undefined },
        { ...rsa.jwk, alg: undefined },
      ],
      undefined,
    ],
    ['a secret of the name', () => [{ kty: 'oct', k: 'c2VjcmV0', kid: 'rsa' }, rsa.jwk], 'rsa'],
    ['a key for another algorithm', () => [{ ...stranger.jwk, alg: 'PS256', kid: 'rsa' }, rsa.jwk], 'rsa'],
    ['a key for encryption', () => [{ ...stranger.jwk, use: 'enc', kid: 'rsa' }, rsa.jwk], 'rsa'],
    ['a key of a type that nobody knows', () => [{ kty: 'lattice', kid: 'rsa' }, rsa.jwk], 'rsa'],
    ['a key without anything', () => [{}, rsa.jwk], 'rsa'],
    ['a broken key of the name', () => [{ ...rsa.jwk, n: '!' }, rsa.jwk], 'rsa'],
    ['a broken key without a name', () => [{ ...unnamed(rsa), n: 7 }, unnamed(rsa)], undefined],
    ['a key that is too short', () => [{ ...rsa.jwk, n: 'AQAB' }, rsa.jwk], 'rsa'],
    ['a private key of the name', () => [{ ...rsa.jwk, d: 'AQAB', p: 'AQAB' }, rsa.jwk], 'rsa'],
    ['members that are null', () => [{ ...rsa.jwk, use: null, alg: null, key_ops: null }], 'rsa'],
    ['members that are empty', () => [{ ...rsa.jwk, use: '', alg: '', key_ops: [], x5c: [] }], 'rsa'],
    ['an empty name', () => [{ ...rsa.jwk, kid: '' }], 'rsa'],
    ['further operations', () => [{ ...rsa.jwk, key_ops: ['sign', 'verify'] }], 'rsa'],
    ['one operation as a text', () => [{ ...rsa.jwk, key_ops: 'verify' }], 'rsa'],
    ['null, a text and a list among the keys', () => [null, 'key', [], rsa.jwk], 'rsa'],
  ])('a key set with %s verifies the token', async (_title, keys, kid) => {
    const { app, provider } = await startOn(...keys());
    expectServed(await withBearer(app, await signAs(rsa, kid)));
    expectServed(await withBearer(app, await signAs(rsa, kid)));
    expect(provider.callCount()).toBe(1);
    expect(app.log).toEqual([]);
  });

  test.each<[string, string, () => readonly unknown[], string | undefined]>([
    ['the key under another name', KEY, () => [as('other', rsa)], 'rsa'],
    ['nothing', KEY, () => [], 'rsa'],
    ['one broken key', KEY, () => [{ ...rsa.jwk, n: 7 }], 'rsa'],
    ['one key that is too short', KEY, () => [{ ...rsa.jwk, n: 'AQAB' }], 'rsa'],
    ['one private key', KEY, () => [{ ...rsa.jwk, d: 'AQAB' }], 'rsa'],
    ['one key for another operation', KEY, () => [{ ...rsa.jwk, key_ops: ['encrypt'] }], 'rsa'],
    ['an RSA key of 1024 bits', KEY, () => [{ ...rsa.jwk, n: Buffer.alloc(128, 0xc5).toString('base64url') }], 'rsa'],
    [
      'RSA keys of 1024 bits',
      KEY,
      () => Array(3).fill({ ...unnamed(rsa), n: Buffer.alloc(128, 0xc5).toString('base64url') }),
      'rsa',
    ],
    ['an RSA key that is empty', KEY, () => [{ ...rsa.jwk, n: '', e: '' }], 'rsa'],
    ['an RSA key of zeros', KEY, () => [{ ...rsa.jwk, n: Buffer.alloc(256).toString('base64url') }], 'rsa'],
    ['an RSA key without an exponent', KEY, () => [{ ...rsa.jwk, e: undefined }], 'rsa'],
    ['an RSA key with the exponent 0', SIGNATURE, () => [{ ...rsa.jwk, e: 'AA' }], 'rsa'],
    [
      'an RSA key of 64 KB',
      SIGNATURE,
      () => [{ ...rsa.jwk, n: Buffer.alloc(65_536, 0xc5).toString('base64url') }],
      'rsa',
    ],
    ['a shared secret', KEY, () => [{ kty: 'oct', kid: 'rsa', alg: 'HS256', k: 'c2VjcmV0' }], 'rsa'],
    ['a key of a curve', KEY, () => [as('rsa', elliptic)], 'rsa'],
    ['two other keys', SIGNATURE, () => [as('rsa', stranger), as('rsa', stranger)], 'rsa'],
    ['other keys without a name', SIGNATURE, () => [unnamed(stranger), unnamed(stranger)], undefined],
  ])('a key set with %s does not verify it, and the log says: %s', async (_title, reason, keys, kid) => {
    const { app } = await startOn(...keys());
    expectRejected(app, await withBearer(app, await signAs(rsa, kid)));
    expect(app.log).toEqual([`A JWT was rejected: ${reason}.`]);
  });

  test.each<[string, (jwk: JWK) => object]>([
    ['of another curve', (jwk) => ({ ...jwk, crv: 'P-384' })],
    ['of no curve', (jwk) => ({ ...jwk, crv: undefined })],
    ['whose point is not on the curve', (jwk) => ({ ...jwk, x: Buffer.alloc(32, 1).toString('base64url') })],
    ['whose point is too short', (jwk) => ({ ...jwk, x: 'AQAB' })],
    ['whose point is empty', (jwk) => ({ ...jwk, x: '', y: '' })],
  ])('an elliptic key %s verifies nothing, and the other keys go on', async (_title, breakKey) => {
    const { app } = await startOn(breakKey(elliptic.jwk), rsa.jwk);
    expectRejected(app, await withBearer(app, await sign(elliptic)));
    expectServed(await withBearer(app, await sign(rsa)));
    expect(app.log).toEqual([`A JWT was rejected: ${KEY}.`]);
  });

  test('of a key set with two thousand keys the first thousand count', async () => {
    const others = (count: number) =>
      Array.from({ length: count }, (_, n) => ({ kty: 'RSA', kid: `${n}`, n: 'x', e: 'AQAB' }));
    const { app } = await startOn(...others(1_000), rsa.jwk);
    expectRejected(app, await withBearer(app, await sign(rsa)));
    const { app: other } = await startOn(...others(999), rsa.jwk, ...others(1_000));
    expectServed(await withBearer(other, await sign(rsa)));
  });

  test('of a key set with a thousand keys a few are tried', async () => {
    const { app } = await startOn(...Array.from({ length: 1_000 }, () => unnamed(stranger)), unnamed(rsa));
    expectRejected(app, await withBearer(app, await signAs(rsa)));
    expect(app.log).toEqual([`A JWT was rejected: ${SIGNATURE}.`]);
  });

  test('a new key without a name is fetched when no key verifies a token', async () => {
    stopClocksForTest();
    const { app, provider } = await startOn(unnamed(stranger));
    for (const kid of [undefined, 'rsa']) expectRejected(app, await withBearer(app, await signAs(rsa, kid)));
    expect(provider.callCount()).toBe(1);
    provider.respondWith({ body: { keys: [unnamed(rsa)] } });
    goOn(60_000);
    expectServed(await withBearer(app, await signAs(rsa)));
    expect(provider.callCount()).toBe(1);
  });

  test('each reason is logged once a minute, and so is a provider that is down', async () => {
    stopClocksForTest();
    const { app, provider } = await startBoth();
    const reject = async () => {
      for (let turn = 0; turn < 5; turn++) {
        await withBearer(app, await sign(rsa, { ...goodClaims(), exp: now() - 60 }));
        await withBearer(app, await sign(rsa, { ...goodClaims(), iss: 'https://secret.example/token' }));
      }
    };
    const lines = ['it has expired', ISSUED].map((reason) => `A JWT was rejected: ${reason}.`);
    await reject();
    expect(app.log).toEqual(lines);
    setWallClock(-HOUR_MS);
    goOn(59_000);
    await reject();
    expect(app.log).toEqual(lines);
    goOn(1_000);
    await reject();
    expect(app.log).toEqual([...lines, ...lines]);
    provider.respondWith(undefined);
    goOn(10 * 60_000);
    app.log.length = 0;
    for (let turn = 0; turn < 5; turn++) expect((await withBearer(app, await sign(rsa))).status).toBe(503);
    expect(app.log).toEqual(['The keys of IMAGE_GRAPH_JWT_JWKS_URL are unavailable: callers with a JWT are rejected.']);
  });

  test('a bug is an internal error that is logged, not a lack of keys', async () => {
    const { provider } = await startBoth();
    const errors: unknown[] = [];
    const info = () => {
      throw new TypeError('a bug');
    };
    const logger = { debug: info, info, warn: info, error: (...line: unknown[]) => void errors.push(line) };
    const app = await startApp({ upstream: oneImage, settings: provider.settings, over: 'http', logger });
    const response = await withBearer(app, await sign(rsa, { ...goodClaims(), exp: now() - 60 }));
    expect([response.status, codeOf(response)]).toEqual([500, 'INTERNAL_SERVER_ERROR']);
    expect(response.body).not.toContain('a bug');
    expect(errors).toEqual([['Unexpected error:', expect.any(TypeError)]]);
    expectServed(await withBearer(app, await sign(rsa)));
  });

  test('a provider that does not respond delays one request, not each', { timeout: 20_000 }, async () => {
    const server = await startUpstream(() => undefined);
    onTestFinished(server.close);
    const { provider } = await startBoth();
    const app = await start({ ...provider.settings, IMAGE_GRAPH_JWT_JWKS_URL: `${server.url}/keys` });
    const token = await sign(rsa);
    for (let turn = 0; turn < 20; turn++) expect((await withBearer(app, token)).status).toBe(503);
    expect(server.calls).toHaveLength(1);
  });

  test('a provider that sends 100 Continue first, or compresses its keys, has sent them', async () => {
    for (const isCompressed of [false, true]) {
      const server = await startUpstream((_call, response) => {
        const body = Buffer.from(JSON.stringify({ keys: [rsa.jwk] }));
        response.writeContinue();
        response.setHeader('content-type', 'application/json');
        if (isCompressed) response.setHeader('content-encoding', 'gzip');
        response.end(isCompressed ? gzipSync(body) : body);
        return undefined;
      });
      onTestFinished(server.close);
      const { provider } = await startBoth();
      const app = await start({ ...provider.settings, IMAGE_GRAPH_JWT_JWKS_URL: `${server.url}/keys` });
      expectServed(await withBearer(app, await sign(rsa)));
    }
  });

  test('keys under 203, which a proxy has changed, are keys', async () => {
    const { app, provider } = await startBoth();
    provider.respondWith({ status: 203, body: { keys: [rsa.jwk] } });
    expectServed(await withBearer(app, await sign(rsa)));
  });

  test('a key set of 2 MB is not read', async () => {
    const { app } = await startOn({ ...rsa.jwk, x5c: ['x'.repeat(2_000_000)] });
    expect((await withBearer(app, await sign(rsa))).status).toBe(503);
  });

  test('known keys stay valid while the provider is down, and a token of an unknown one cannot be checked', async () => {
    stopClocksForTest();
    const { app, provider } = await startBoth();
    expectServed(await withBearer(app, await sign(rsa)));
    provider.respondWith(undefined);
    goOn(60_000);
    expectServed(await withBearer(app, await sign(rsa)));
    app.calls();
    expect((await withBearer(app, await sign(stranger))).status).toBe(503);
    expectRejected(app, await withBearer(app, await sign(rsa, { ...goodClaims(), exp: now() - 60 })));
    expect(app.calls()).toEqual([]);
  });

  test('API keys are valid beside them, also while the provider is down', async () => {
    const { key, line } = createApiKey('ci');
    const { app, provider } = await startBoth({ IMAGE_GRAPH_API_KEYS_FILE: fileOf(line) });
    provider.respondWith(undefined);
    expectServed(await withKey(app, key));
    expectServed(await withBearer(app, key));
    app.calls();
    expectRejected(app, await withKey(app, createApiKey('ci').key));
    expect(provider.callCount()).toBe(0);
    provider.publish(rsa);
    expectServed(await withBearer(app, await sign(rsa)));
    expect((await ask(app, { 'x-api-key': key, authorization: `Bearer ${await sign(rsa)}` })).status).toBe(400);
  });

  test('with a JWT calls are made with the server’s own credentials', async () => {
    const { app } = await startBoth(PASSWORD);
    expectRejected(app, await ask(app));
    expectServed(await withBearer(app, await sign(rsa)));
    expect(app.calls().at(-1)?.headers['x-auth-token']).toBe(IAM_TOKEN);
  });
});
