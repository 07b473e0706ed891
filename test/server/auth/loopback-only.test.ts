// A server with credentials of its own and without authentication of callers: it serves its own machine, and only directly.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApiKey } from '../../../src/server/auth/api-keys.ts';
import { openApp, startApp, type TestApp } from '../../support/app.ts';
import { newFile } from '../../support/files.ts';
import { postQuery, sendRequest, type WireResponse } from '../../support/http-client.ts';
import { addressIn, run } from '../../support/processes/command.ts';
import { ACCESS_KEY, PASSWORD } from '../../support/upstreams/iam.ts';
import { oneImage, QUERY, RESPONSE } from '../one-image.ts';

const ALLOWED = 'images.example, Ported.Example:8080';

const LOOPBACK = [
  'localhost',
  'localhost:4000',
  'LOCALHOST',
  'LocalHost:1',
  '127.0.0.1',
  '127.0.0.1:65535',
  '127.0.0.2',
  '127.255.255.255:80',
  '[::1]',
  '[::1]:4000',
];
const ELSEWHERE = [
  'evil.example',
  'evil.example:4000',
  'localhost.evil.example',
  'evil.localhost',
  'evil-localhost',
  'localhostt',
  'localhost.',
  '127.0.0.1.evil.example',
  '127.0.0.1.nip.io',
  '128.0.0.1',
  '0.0.0.0',
  '0',
  '10.0.0.1',
  '169.254.169.254',
  '192.168.0.1:4000',
  '2130706433',
  '0x7f.0.0.1',
  '[::]',
  '[::2]',
  '[::ffff:10.0.0.1]',
  '[2001:db8::1]',
];
const NO_HOST = [
  '',
  '::1',
  'localhost:',
  'localhost:65536',
  '127.999.1.1',
  '127.0.0.1.1',
  '1127.0.0.1',
  'a b',
  'localhost@evil.example',
];
const PROXIED: [name: string, value: string][] = [
  ['Forwarded', 'for=192.0.2.1'],
  ['forwarded', ''],
  ['FORWARDED', 'for=127.0.0.1;host=localhost'],
  ['X-Forwarded-For', '127.0.0.1'],
  ['x-forwarded-for', ''],
  ['X-Forwarded-Host', 'localhost'],
  ['X-Forwarded-Proto', 'https'],
  ['X-Forwarded-Port', '443'],
  ['X-Forwarded-Server', 'proxy'],
  ['X-Forwarded-Prefix', '/'],
  ['X-Forwarded-Whatever-Comes', 'x'],
  ['Via', '1.1 proxy'],
  ['X-Real-IP', '127.0.0.1'],
];

/** Sends the operation for a host, with further headers. */
const askHost = (app: TestApp, host: string, ...headers: string[]) => postQuery(app, QUERY, 'Host', host, ...headers);

const expectServed = ({ status, body }: WireResponse) => expect([status, JSON.parse(body)]).toEqual([200, RESPONSE]);

/** The message of a rejection, for which no upstream call was made. */
function messageOfRejection(app: TestApp, { status, body }: WireResponse): string {
  const { data, errors } = JSON.parse(body);
  expect([status, data, errors.length, errors[0].extensions.code]).toEqual([403, undefined, 1, 'FORBIDDEN']);
  expect(app.calls()).toEqual([]);
  return errors[0].message;
}

describe.each<[string, Record<string, string>]>([
  ['password', PASSWORD],
  ['aksk', ACCESS_KEY],
])('with IMAGE_GRAPH_AUTH=%s and no callers', (_mode, credentials) => {
  let app: TestApp;
  let listing: TestApp;
  beforeAll(async () => {
    app = await openApp({ upstream: oneImage, settings: credentials, over: 'http' });
    listing = await openApp({
      upstream: oneImage,
      settings: { ...credentials, IMAGE_GRAPH_ALLOWED_HOSTS: ALLOWED },
      over: 'http',
    });
  });
  afterAll(async () => {
    await app.close();
    await listing.close();
  });

  test.each(LOOPBACK)('the Host %s is accepted', async (host) => {
    expectServed(await askHost(app, host));
    app.calls();
  });

  test.each(ELSEWHERE)('the Host %s is rejected, without an upstream call', async (host) => {
    expect(messageOfRejection(app, await askHost(app, host))).toContain('IMAGE_GRAPH_ALLOWED_HOSTS');
  });

  test.each(NO_HOST)('the malformed Host %j is a bad request', async (host) => {
    expect((await askHost(app, host)).status).toBe(400);
    expect(app.calls()).toEqual([]);
  });

  test.each(PROXIED)('a request with %s: %s is rejected, without an upstream call', async (name, value) => {
    const message = messageOfRejection(app, await askHost(app, 'localhost', name, value));
    expect(message).toContain(name.toLowerCase());
    expect(message).toContain('API key');
  });

  test('both hold for every form of request, and for the page of GraphiQL', async () => {
    for (const headers of [
      ['Host', 'evil.example'],
      ['Host', 'localhost', 'Via', '1.1 proxy'],
    ]) {
      const withThem = (...more: string[]) => [...headers, ...more];
      const query = `/graphql?query=${encodeURIComponent(QUERY)}`;
      messageOfRejection(app, await sendRequest(app, { path: query, headers }));
      messageOfRejection(
        app,
        await sendRequest(app, { path: query, headers: withThem('Accept', 'text/event-stream') }),
      );
      messageOfRejection(app, await sendRequest(app, { headers: withThem('Accept', 'text/html') }));
      messageOfRejection(
        app,
        await sendRequest(app, { method: 'OPTIONS', headers: withThem('Origin', 'http://evil.example') }),
      );
      messageOfRejection(app, await sendRequest(app, { path: '/elsewhere', headers }));
      expect((await sendRequest(app, { path: '/health', headers })).status).toBe(200);
    }
  });

  test('a target in absolute form is accepted where it and Host name this machine, and rejected where one does not', async () => {
    const at = (host: string) => `http://${host}/graphql?query=${encodeURIComponent(QUERY)}`;
    for (const [target, host] of [
      ['evil.example', 'localhost'],
      ['localhost', 'evil.example'],
      ['evil.example', 'evil.example'],
      ['localhost.evil.example', '127.0.0.1'],
    ] as const)
      messageOfRejection(app, await sendRequest(app, { path: at(target), headers: ['Host', host] }));
    for (const path of [at('localhost@evil.example'), at('')])
      expect((await sendRequest(app, { path, headers: ['Host', 'localhost'] })).status).toBe(400);
    const accepted = await sendRequest(app, { path: at('127.0.0.1'), headers: ['Host', 'localhost'] });
    expect(JSON.parse(accepted.body)).toEqual(RESPONSE);
    app.calls();
  });

  test('a path that looks like another host is a path', async () => {
    expect((await sendRequest(app, { path: `//evil.example/graphql`, headers: ['Host', 'localhost'] })).status).toBe(
      404,
    );
    expect(app.calls()).toEqual([]);
  });

  test('two Hosts are a bad request', async () => {
    for (const [one, other] of [
      ['localhost', 'evil.example'],
      ['evil.example', 'localhost'],
    ] as const)
      expect((await postQuery(app, QUERY, 'Host', one, 'Host', other)).status).toBe(400);
    expect(app.calls()).toEqual([]);
  });

  test('a page of another site gets nothing by GET', async () => {
    const path = `/graphql?query=${encodeURIComponent(QUERY)}`;
    const headers = ['Origin', 'http://evil.example', 'Sec-Fetch-Site', 'cross-site'];
    messageOfRejection(app, await sendRequest(app, { path, headers }));
  });

  test('IMAGE_GRAPH_ALLOWED_HOSTS allows further names, one with a port for that port alone', async () => {
    for (const host of ['images.example', 'IMAGES.example', 'images.example:81', 'ported.example:8080', 'localhost'])
      expectServed(await askHost(listing, host));
    listing.calls();
    for (const host of ['ported.example', 'ported.example:80', 'other.images.example', 'images.example.evil.example'])
      messageOfRejection(listing, await askHost(listing, host));
    messageOfRejection(listing, await askHost(listing, 'images.example', 'Forwarded', 'host=images.example'));
  });
});

describe('the restriction to loopback does not apply', () => {
  const DETOURS: readonly (readonly string[])[] = [
    ['Host', 'images.example'],
    ['Host', 'localhost', 'X-Forwarded-For', '192.0.2.1'],
    ['Host', '10.0.0.1:4000', 'Forwarded', 'for=192.0.2.1', 'Via', '1.1 proxy', 'X-Real-IP', '192.0.2.1'],
  ];
  async function expectOpen(settings: Record<string, string>, ...headers: string[]) {
    const app = await startApp({ upstream: oneImage, settings, over: 'http' });
    for (const detour of DETOURS) expectServed(await postQuery(app, QUERY, ...detour, ...headers));
  }

  test('with callers that send an API key', async () => {
    const { key, line } = createApiKey('ci');
    await expectOpen({ ...PASSWORD, IMAGE_GRAPH_API_KEYS_FILE: newFile(line) }, 'X-Api-Key', key);
  });

  test('with a router that sends its secret', () =>
    expectOpen({ ...PASSWORD, IMAGE_GRAPH_ROUTER_SECRET: 'router' }, 'Router-Authorization', 'router'));

  test('with IMAGE_GRAPH_ALLOW_ANONYMOUS=true', () => expectOpen({ ...PASSWORD, IMAGE_GRAPH_ALLOW_ANONYMOUS: 'true' }));

  test('where callers bring their own token', () => expectOpen({}, 'X-Auth-Token', 'token-of-caller'));
});

describe('at the start', { timeout: 20_000 }, () => {
  const cloud = {
    PORT: '0',
    IMAGE_GRAPH_IMS_ENDPOINT: 'http://127.0.0.1:1',
    IMAGE_GRAPH_IAM_ENDPOINT: 'http://127.0.0.1:1',
  };
  const password = { ...cloud, ...PASSWORD, IMAGE_GRAPH_PROJECT_ID: 'project-1' };
  const anonymous = { IMAGE_GRAPH_ALLOW_ANONYMOUS: 'true' };
  const WARNING =
    'WARNING: IMAGE_GRAPH_ALLOW_ANONYMOUS=true: everybody who can reach this server reads the cloud with its credentials (IMAGE_GRAPH_AUTH=password)."}\n';

  test('IMAGE_GRAPH_ALLOW_ANONYMOUS=true is logged as a warning, on any address', async () => {
    const server = run({ ...password, ...anonymous, HOST: '0.0.0.0' });
    expect(await server.says('open http')).toContain(WARNING);
  });

  test('without it there is no warning, and the server listens on loopback', async () => {
    const output = await run(password).says('open http');
    expect(output).not.toContain('WARNING');
    expect(new URL(addressIn(output)).hostname).toBe('127.0.0.1');
  });

  test('without credentials of the server there is no warning', async () => {
    expect(await run({ ...cloud, ...anonymous }).says('open http')).not.toContain('WARNING');
  });
});
