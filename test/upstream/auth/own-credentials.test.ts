// What operators see of the server's own credentials: the log, and /ready.
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { imageId, imageRow } from '../../resources/image/kind.ts';
import { imageGroupRow } from '../../resources/image-group/kind.ts';
import { repositoryDetail } from '../../resources/repository/kind.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { goOn as moveClocks, startClocks, stopClocks } from '../../support/clock.ts';
import { deadEndpoint } from '../../support/upstreams/dead-endpoint.ts';
import { ACCESS_KEY, bareTokenReply, PASSWORD } from '../../support/upstreams/iam.ts';
import { groupList } from '../../support/upstreams/paged-upstream.ts';
import { type Reply, type Script, startUpstream } from '../../support/upstreams/upstream.ts';

// The clocks stand still; a test moves them on.
beforeEach(() => {
  stopClocks(new Date('2026-11-21T09:00:00Z'));
});
afterEach(startClocks);
const goOn = (seconds: number) => moveClocks(1_000 * seconds);

const IMAGE = `{ image(imageId: "${imageId(1)}") { name } }`;
const REPOSITORY = '{ repository(namespace: "group", name: "busybox") { size } }';
const GROUPS = '{ imageGroups(first: 1) { nodes { name } } }';

const healthy: Script = (call, response) => {
  if (call.path.startsWith('/v2/images/')) return { body: imageRow() };
  return call.path.startsWith('/v1/') ? groupList([imageGroupRow()])(call, response) : { body: repositoryDetail() };
};

/** The body of /ready, and its status. */
async function ready(app: TestApp): Promise<{ http: number; status: string; credentials?: string }> {
  const response = await app.fetch(`${app.origin}/ready`);
  return { http: response.status, ...((await response.json()) as { status: string }) };
}

const REJECTED = {
  password: (service: string) =>
    `${service} rejects the server's credentials: check IMAGE_GRAPH_USERNAME, IMAGE_GRAPH_PASSWORD, IMAGE_GRAPH_PASSWORD_FILE, IMAGE_GRAPH_DOMAIN_NAME, IMAGE_GRAPH_PROJECT_NAME, IMAGE_GRAPH_PROJECT_DOMAIN_NAME, IMAGE_GRAPH_PROJECT_ID.`,
  aksk: (service: string) =>
    `${service} rejects the server's credentials: check IMAGE_GRAPH_ACCESS_KEY, IMAGE_GRAPH_ACCESS_KEY_FILE, IMAGE_GRAPH_SECRET_KEY, IMAGE_GRAPH_SECRET_KEY_FILE, IMAGE_GRAPH_SECURITY_TOKEN, IMAGE_GRAPH_SECURITY_TOKEN_FILE, IMAGE_GRAPH_SIGNING, the clock.`,
};
const again = (service: string) => `${service} accepts the server's credentials again.`;
const SECRETS = /Secret-Passw0rd|ACCESSKEY|secret-of|said|127\.0\.0/;

/** The app with a password, on an IAM that responds as `reply` says. */
async function startWithPassword(services: Script = healthy) {
  const issue: { reply: Reply } = { reply: bareTokenReply };
  const iam = await startUpstream(() => issue.reply);
  onTestFinished(iam.close);
  const app = await startApp({ upstream: services, settings: { ...PASSWORD, IMAGE_GRAPH_IAM_ENDPOINT: iam.url } });
  return { app, iam, issue };
}

test.each<[string, Reply]>([
  ['a wrong password', { status: 401, body: { error: { code: 401, message: 'said', title: 'Unauthorized' } } }],
  ['a locked account', { status: 403, body: { error_code: 'IAM.0061', error_msg: 'said' } }],
  ['an unknown project', { status: 404, body: { error: { code: 404, message: 'said' } } }],
  ['a project without its domain', { status: 400, body: { error: { code: 400, message: 'said' } } }],
  ['a login page', { status: 401, body: '<html>said' }],
  ['a wrong password under 200', { body: { error: { code: 401, message: 'said', title: 'Unauthorized' } } }],
  ['a locked account under 200', { body: { error_code: 'IAM.0061', error_msg: 'said' } }],
  ['an unknown project under 201', { status: 201, body: { code: 404, message: 'said' } }],
  ['a call under 200 by its gateway', { body: { error_code: 'APIGW.0301', error_msg: 'said' } }],
])('IAM rejects %s: the log says so once a minute, and /ready until a token is issued', async (_title, reply) => {
  const { app, issue } = await startWithPassword();
  expect(await ready(app)).toMatchObject({ http: 200, status: 'ready', credentials: 'unused' });
  issue.reply = reply;
  await Promise.all(Array.from({ length: 10 }, () => app.ask(IMAGE)));
  expect(await ready(app)).toMatchObject({ http: 200, status: 'ready', credentials: 'rejected' });
  expect(app.log).toEqual([REJECTED.password('IAM')]);
  goOn(31);
  await app.ask(IMAGE);
  expect(app.log).toHaveLength(1);
  goOn(61);
  await app.ask(IMAGE);
  expect(app.log).toEqual([REJECTED.password('IAM'), REJECTED.password('IAM')]);
  issue.reply = bareTokenReply;
  goOn(300);
  expect((await app.ask(IMAGE)).errors).toBeUndefined();
  expect(await ready(app)).toMatchObject({ http: 200, credentials: 'accepted' });
  expect(app.log.slice(2)).toEqual([again('IAM')]);
  expect(JSON.stringify([app.log, await ready(app)])).not.toMatch(SECRETS);
});

test.each<[string, Reply, string]>([
  ['responds with 503', { status: 503, body: {} }, 'server-error'],
  ['responds with 429', { status: 429, body: {} }, 'rate-limited'],
  ['responds with 200 and its own failure', { body: { error_code: 'IAM.0006', error_msg: 'said' } }, 'server-error'],
  ['issues no token', { status: 201, body: {} }, 'bad-response'],
  ['redirects', { status: 302, headers: { location: 'https://login.example' } }, 'client-error'],
])(
  'while IAM %s its view of the credentials is unavailable, and the log says so, once, and when it is over',
  async (_title, reply, result) => {
    const { app, issue } = await startWithPassword();
    issue.reply = reply;
    await app.ask(IMAGE);
    expect(await ready(app)).toMatchObject({ http: 200, credentials: 'unavailable' });
    issue.reply = bareTokenReply;
    goOn(31);
    await app.ask(IMAGE);
    expect(await ready(app)).toMatchObject({ http: 200, credentials: 'accepted' });
    expect(app.log).toEqual([
      `IAM issues no token for the server's credentials (${result}).`,
      'IAM issues tokens again.',
    ]);
  },
);

test('an IAM that cannot be reached has no view of them either', async () => {
  const app = await startApp({
    upstream: healthy,
    settings: { ...PASSWORD, IMAGE_GRAPH_IAM_ENDPOINT: await deadEndpoint() },
  });
  await app.ask(IMAGE);
  expect(await ready(app)).toMatchObject({ http: 200, credentials: 'unavailable' });
  expect(app.log).toEqual(["IAM issues no token for the server's credentials (unavailable)."]);
});

test('a renewal in the background that IAM rejects is seen before the last token expires', async () => {
  const { app, issue } = await startWithPassword();
  expect((await app.ask(IMAGE)).errors).toBeUndefined();
  // The token lives ten minutes, and is renewed in the last two.
  goOn(9 * 60);
  issue.reply = { status: 401, body: {} };
  expect((await app.ask(IMAGE)).errors).toBeUndefined();
  await vi.waitFor(async () => expect(await ready(app)).toMatchObject({ http: 200, credentials: 'rejected' }));
  expect(app.log).toEqual([REJECTED.password('IAM')]);
  expect((await app.ask(IMAGE)).errors).toBeUndefined();
});

const denied = (code: string): Reply => ({ status: 401, body: { error_code: code, error_msg: 'said' } });
const SERVICES: readonly [service: string, query: string, isTarget: (path: string) => boolean][] = [
  ['IMS', IMAGE, (path) => path.startsWith('/v2/images')],
  ['ModelArts', GROUPS, (path) => path.startsWith('/v1/')],
  ['SWR', REPOSITORY, (path) => path.startsWith('/v2/manage')],
];

test.each((['aksk', 'password'] as const).flatMap((mode) => SERVICES.map((service) => [mode, ...service] as const)))(
  'with %s a 401 of the gateway of %s is seen, and its end',
  async (mode, service, query, isTarget) => {
    let isRejected = false;
    const upstream: Script = (call, response) => {
      if (call.path === '/v3/auth/tokens') return bareTokenReply;
      return isRejected && isTarget(call.path) ? denied('APIGW.0301') : healthy(call, response);
    };
    const app = await startApp({ upstream, settings: mode === 'aksk' ? ACCESS_KEY : PASSWORD });
    const all = () => Promise.all(SERVICES.map(([_service, each]) => app.ask(each)));
    await all();
    expect(await ready(app)).toMatchObject({ http: 200, credentials: 'accepted' });
    isRejected = true;
    for (let turn = 0; turn < 3; turn++) await all();
    expect((await app.ask(query)).errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    // The other services accept them still.
    await all();
    expect(await ready(app)).toMatchObject({ http: 200, credentials: 'rejected' });
    expect(app.log).toEqual([REJECTED[mode](service)]);
    isRejected = false;
    goOn(61);
    await all();
    expect(await ready(app)).toMatchObject({ http: 200, credentials: 'accepted' });
    expect(app.log.slice(1)).toEqual([again(service)]);
    expect(JSON.stringify([app.log, await ready(app)])).not.toMatch(SECRETS);
  },
);

test.each([
  ['aksk', ACCESS_KEY],
  ['password', PASSWORD],
])('with %s a 401 of SWR for a repository of another account is not about them', async (_mode, settings) => {
  const upstream: Script = (call, response) => {
    if (call.path === '/v3/auth/tokens') return bareTokenReply;
    if (call.path.includes('/theirs/')) return { status: 401, body: { errors: [{ errorCode: 'SVCSTG.SWR.4010000' }] } };
    return healthy(call, response);
  };
  const app = await startApp({ upstream, settings });
  await app.ask(REPOSITORY);
  await app.ask('{ repository(namespace: "theirs", name: "busybox") { size } }');
  expect(await ready(app)).toMatchObject({ http: 200, credentials: 'accepted' });
  expect(app.log).toEqual([]);
});

test('a server without credentials of its own says nothing of them, whatever callers send', async () => {
  const app = await startApp({ upstream: () => denied('APIGW.0301') });
  await app.ask(IMAGE);
  expect(await ready(app)).not.toHaveProperty('credentials');
  expect(app.log).toEqual([]);
});
