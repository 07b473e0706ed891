// The server's own user and password: the life of the one token that all requests share, and logins that fail.
import { writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { startSandbox } from '../../../src/sandbox/cloud.ts';
import { imageId, imageRow } from '../../resources/image/kind.ts';
import { detailAt } from '../../resources/repository/kind.ts';
import { sharedRow } from '../../resources/shared-repository/kind.ts';
import { codesOf, type GraphQLResponse, startApp } from '../../support/app.ts';
import { goOn, setWallClock, startClocks, stopClocks } from '../../support/clock.ts';
import { newFile } from '../../support/files.ts';
import { deadEndpoint } from '../../support/upstreams/dead-endpoint.ts';
import { DAY_MS, PASSWORD, tokenReply } from '../../support/upstreams/iam.ts';
import { imageList } from '../../support/upstreams/paged-upstream.ts';
import { asUpstream } from '../../support/upstreams/sandbox.ts';
import { type Reply, type Script, startUpstream } from '../../support/upstreams/upstream.ts';

// The clocks stand still; a test moves them on.
beforeEach(() => {
  stopClocks(new Date('2026-11-21T09:00:00Z'));
});
afterEach(startClocks);

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const IMAGES = '{ images(first: 1) { nodes { id } } }';
const NO_IMAGES = { data: { images: { nodes: [] } } };

/** Image, repository and group lists without rows, for calls with a token that the service accepts. */
const services =
  (accepts: (token: unknown) => boolean = () => true): Script =>
  ({ headers, path }) => {
    if (!accepts(headers['x-auth-token'])) return { status: 401 };
    if (path.startsWith('/v1/')) return { body: { total: 0, data: [] } };
    return path === '/v2/images' ? { body: { images: [] } } : { headers: { 'content-range': '0-0/0' }, body: [] };
  };

const times = <Value>(count: number, make: (index: number) => Value) =>
  Array.from({ length: count }, (_, n) => make(n));
const codes = ({ errors }: GraphQLResponse) => errors?.map(({ extensions }) => [extensions.service, extensions.code]);

/** Responds to the n-th request for a token, or returns undefined and writes the response itself. */
type Issue = (n: number, response: ServerResponse) => Reply | undefined | Promise<Reply | undefined>;

/** The app with a user and password, on services and on an IAM of its own. */
async function start(services: Script, issue: Issue = (n) => tokenReply(n), settings: Record<string, string> = {}) {
  /** The bodies that IAM got. */
  const bodies: unknown[] = [];
  const iam = await startUpstream(async (_call, response) => {
    const n = iam.calls.length;
    bodies.push(await json(response.req));
    return issue(n, response);
  });
  onTestFinished(iam.close);
  const app = await startApp({
    upstream: services,
    // The tests count the calls of each operation.
    settings: { ...PASSWORD, IMAGE_GRAPH_IAM_ENDPOINT: iam.url, IMAGE_GRAPH_SHARE_CALLS: 'false', ...settings },
  });
  /** The tokens that the services got since the last call of this function, in the order of arrival. */
  const tokens = () => app.calls().map(({ headers }) => headers['x-auth-token']);
  return { ...app, iam, bodies, tokens };
}

/** The app with the user of a sandbox, whose tokens expire by the same clock. */
async function startOnSandbox(settings: Record<string, string> = {}) {
  const sandbox = await startSandbox({ now: () => Date.now() });
  onTestFinished(sandbox.close);
  const { user, domain } = sandbox.world;
  const login = {
    ...PASSWORD,
    IMAGE_GRAPH_USERNAME: user.name,
    IMAGE_GRAPH_PASSWORD: user.password,
    IMAGE_GRAPH_DOMAIN_NAME: domain.name,
  };
  const app = await startApp({ upstream: asUpstream(sandbox), settings: { ...login, ...settings } });
  return { sandbox, app };
}

test('a token is requested from IAM with the documented body and headers, and the services get it', async () => {
  const app = await start(services(), undefined, { IMAGE_GRAPH_PASSWORD: 'pä"ss\\wörd € %2f ' });
  expect(await app.ask(IMAGES)).toEqual(NO_IMAGES);
  const [call] = app.iam.calls;
  expect(call).toMatchObject({ method: 'POST', url: '/v3/auth/tokens' });
  expect(call?.headers).toEqual({
    host: new URL(app.iam.url).host,
    connection: 'keep-alive',
    accept: 'application/json',
    'accept-encoding': 'identity',
    'user-agent': expect.stringMatching(/^image-graph\//),
    'content-type': 'application/json',
    'content-length': expect.stringMatching(/^\d+$/),
  });
  expect(app.bodies).toEqual([
    {
      auth: {
        identity: {
          methods: ['password'],
          password: { user: { name: 'reader', password: 'pä"ss\\wörd € %2f ', domain: { name: 'OTC-1' } } },
        },
        scope: { project: { id: 'project-1' } },
      },
    },
  ]);
  expect(app.tokens()).toEqual(['token-1']);
});

test('a project given by its name is requested within its domain, and ModelArts gets the id that the token has', async () => {
  const app = await start(services(), undefined, {
    IMAGE_GRAPH_PROJECT_ID: '',
    IMAGE_GRAPH_PROJECT_NAME: 'eu-de_ä',
  });
  await app.ask('{ imageGroups(first: 1) { nodes { name } } }');
  expect(app.bodies).toMatchObject([{ auth: { scope: { project: { name: 'eu-de_ä', domain: { name: 'OTC-1' } } } } }]);
  expect(app.targets()).toEqual(['/v1/project-of-token/images/group?limit=1&offset=0']);
});

test.each([
  ['of the user where no other one is given', {}, 'OTC-1'],
  ['of its own', { IMAGE_GRAPH_PROJECT_DOMAIN_NAME: 'Partner ä' }, 'Partner ä'],
])('a project given by its name is in the domain %s', async (_title, settings, name) => {
  const project = { IMAGE_GRAPH_PROJECT_ID: '', IMAGE_GRAPH_PROJECT_NAME: 'eu-de' };
  const app = await start(services(), undefined, { ...project, ...settings });
  expect(await app.ask(IMAGES)).toEqual(NO_IMAGES);
  expect(app.bodies).toMatchObject([
    {
      auth: {
        identity: { password: { user: { name: 'reader', domain: { name: 'OTC-1' } } } },
        scope: { project: { name: 'eu-de', domain: { name } } },
      },
    },
  ]);
});

test('a project given by its id has no domain', async () => {
  const app = await start(services(), undefined, { IMAGE_GRAPH_PROJECT_DOMAIN_NAME: 'Partner' });
  await app.ask(IMAGES);
  expect(app.bodies).toMatchObject([{ auth: { scope: { project: { id: 'project-1' } } } }]);
  expect(JSON.stringify(app.bodies)).not.toContain('Partner');
});

test('an IAM behind a path is called below that path', async () => {
  const app = await start(services(), undefined);
  const url = `${app.iam.url}/identity/v3/`;
  const other = await start(services(), undefined, { IMAGE_GRAPH_IAM_ENDPOINT: url });
  expect(await other.ask(IMAGES)).toEqual(NO_IMAGES);
  expect(app.iam.calls.map((call) => call.url)).toEqual(['/identity/v3/auth/tokens']);
});

test.each([
  ['the id', { IMAGE_GRAPH_PROJECT_ID: '77b6a44cba5143ab91d13ab9a8ff44fd' }],
  ['the name', { IMAGE_GRAPH_PROJECT_ID: '', IMAGE_GRAPH_PROJECT_NAME: 'eu-de' }],
])('on the sandbox one login by %s of the project serves every root field', async (_title, project) => {
  const { sandbox, app } = await startOnSandbox(project);
  const { data, errors } = await app.ask(`{
    images(first: 2) { nodes { id name } }
    repositories(first: 2) { nodes { id name } }
    sharedRepositories(center: SELF, first: 2) { nodes { id name } }
    repository(namespace: "group", name: "busybox") { creatorName }
    retentionLogs(namespace: "group", repositoryName: "busybox", first: 2) { nodes { id } }
    imageGroups(first: 2) { nodes { id name } } }`);
  expect(errors).toBeUndefined();
  expect(data.imageGroups.nodes).toHaveLength(2);
  expect(sandbox.calls.filter(({ service }) => service === 'iam')).toHaveLength(1);
  expect(sandbox.calls.filter(({ status }) => status > 299)).toEqual([]);
  const groups = sandbox.calls.find(({ service }) => service === 'modelarts');
  expect(groups?.url).toContain(`/v1/${sandbox.projectId}/images/group?`);
  const [{ id }] = data.imageGroups.nodes;
  expect((await app.ask('query ($id: ID!) { node(id: $id) { id } }', { id })).data).toEqual({ node: { id } });
  expect(sandbox.calls.filter(({ service }) => service === 'iam')).toHaveLength(1);
});

test('100 requests at once share one token', async () => {
  const app = await start(services());
  const responses = await Promise.all(times(100, () => app.ask(IMAGES)));
  expect(responses).toEqual(times(100, () => NO_IMAGES));
  expect(app.iam.calls).toHaveLength(1);
  expect(app.tokens()).toEqual(times(100, () => 'token-1'));
});

test.each([
  ['a day', DAY_MS, 5 * MINUTE],
  ['ten minutes', 10 * MINUTE, 2 * MINUTE],
  ['ten seconds', 10 * SECOND, 2 * SECOND],
])('a token that lives %s is renewed before it expires, without a wait', async (_title, life, margin) => {
  const renewal = Promise.withResolvers<void>();
  const app = await start(services(), async (n) => {
    if (n === 2) await renewal.promise;
    return tokenReply(n, { expiresAt: Date.now() + life });
  });
  await app.ask(IMAGES);
  goOn(life - margin - SECOND);
  await app.ask(IMAGES);
  expect(app.iam.calls).toHaveLength(1);
  goOn(SECOND);
  // IAM has not responded yet, and gets one call.
  expect(await Promise.all(times(20, () => app.ask(IMAGES)))).toEqual(times(20, () => NO_IMAGES));
  expect(app.tokens()).toEqual(times(22, () => 'token-1'));
  expect(app.iam.calls).toHaveLength(2);
  renewal.resolve();
  await vi.waitFor(async () => {
    await app.ask(IMAGES);
    expect(app.tokens().at(-1)).toBe('token-2');
  });
  expect(app.iam.calls).toHaveLength(2);
});

test('a token whose renewal fails is used until it expires; then the failure is reported', async () => {
  const app = await start(services(), (n) =>
    n === 1 ? tokenReply(n, { expiresAt: Date.now() + HOUR }) : { status: 503 },
  );
  await app.ask(IMAGES);
  goOn(HOUR - 5 * MINUTE);
  expect(await app.ask(IMAGES)).toEqual(NO_IMAGES);
  await vi.waitFor(() => expect(app.iam.calls).toHaveLength(2));
  for (const _ of times(10, () => 0)) expect(await app.ask(IMAGES)).toEqual(NO_IMAGES);
  expect(app.iam.calls).toHaveLength(2);
  goOn(4 * MINUTE);
  expect(await app.ask(IMAGES)).toEqual(NO_IMAGES);
  goOn(MINUTE);
  app.tokens();
  const response = await app.ask(IMAGES);
  expect(codes(response)).toEqual([['iam', 'UPSTREAM_ERROR']]);
  expect(app.tokens()).toEqual([]);
});

test('an expired token is no longer sent: requests wait for the next one, all for the same', async () => {
  const { sandbox, app } = await startOnSandbox();
  for (const number of [1, 2, 3]) {
    const responses = await Promise.all(times(20, () => app.ask(IMAGES)));
    expect(responses.flatMap(({ errors }) => errors ?? [])).toEqual([]);
    expect(sandbox.calls.filter(({ service }) => service === 'iam')).toHaveLength(number);
    goOn(25 * HOUR);
  }
  expect(sandbox.calls.filter(({ status }) => status === 401)).toEqual([]);
});

test.each([
  ['IMS', IMAGES, '/v2/images'],
  ['SWR', '{ repositories(first: 1) { nodes { id } } }', '/v2/manage/repos'],
  ['ModelArts', '{ imageGroups(first: 1) { nodes { id } } }', '/v1/project-1/images/group'],
])('a 401 of %s leads to one new token, and the call is repeated once', async (_service, query, path) => {
  let revoked = '';
  const app = await start(services((token) => token !== revoked));
  await app.ask(query);
  app.tokens();
  revoked = 'token-1';
  expect((await app.ask(query)).errors).toBeUndefined();
  expect(app.upstream.calls.map((call) => [call.path, call.headers['x-auth-token']])).toEqual([
    [path, 'token-1'],
    [path, 'token-2'],
  ]);
  // The two differ in nothing else, and count as one call.
  const [first, second] = app.upstream.calls;
  expect({ ...second?.headers, 'x-auth-token': 'token-1' }).toEqual(first?.headers);
  expect(second?.url).toBe(first?.url);
  expect(app.iam.calls).toHaveLength(2);
  app.tokens();
  expect((await app.ask(query)).errors).toBeUndefined();
  expect(app.tokens()).toEqual(['token-2']);
});

test('50 requests that get a 401 at once wait for one new token, and so do those that get it later', async () => {
  let revoked = '';
  const renewal = Promise.withResolvers<void>();
  const late = Promise.withResolvers<void>();
  const app = await start(
    async (call, response) => {
      if (call.headers['x-auth-token'] === revoked && call.query.get('name') === 'late') await late.promise;
      return services((token) => token !== revoked)(call, response);
    },
    async (n) => {
      if (n === 2) await renewal.promise;
      return tokenReply(n);
    },
  );
  await app.ask(IMAGES);
  app.tokens();
  revoked = 'token-1';
  const ask = (name: string) => app.ask(`{ images(first: 1, filter: { name: "${name}" }) { nodes { id } } }`);
  const early = Promise.all(times(50, () => ask('early')));
  const lateOnes = Promise.all(times(50, () => ask('late')));
  await vi.waitFor(() => expect(app.upstream.calls).toHaveLength(100));
  renewal.resolve();
  expect(await early).toEqual(times(50, () => NO_IMAGES));
  late.resolve();
  expect(await lateOnes).toEqual(times(50, () => NO_IMAGES));
  expect(app.iam.calls).toHaveLength(2);
  const tokens = app.tokens();
  expect(tokens.filter((token) => token === 'token-1')).toHaveLength(100);
  expect(tokens.filter((token) => token === 'token-2')).toHaveLength(100);
});

test('a service that rejects every token gets one new one a minute, and not one for each request', async () => {
  const app = await start(services(() => false));
  const rejected = [['ims', 'UNAUTHENTICATED']];
  const first = await app.ask(IMAGES);
  expect(codes(first)).toEqual(rejected);
  expect(first.errors?.[0]?.message).toBe(
    'IMS does not accept the credentials: the token is invalid or has expired (list images: HTTP 401).',
  );
  expect(app.tokens()).toEqual(['token-1', 'token-2']);
  for (const _ of times(20, () => 0)) expect(codes(await app.ask(IMAGES))).toEqual(rejected);
  expect((await Promise.all(times(50, () => app.ask(IMAGES)))).map(codes)).toEqual(times(50, () => rejected));
  expect(app.tokens()).toEqual(times(70, () => 'token-2'));
  expect(app.iam.calls).toHaveLength(2);
  goOn(MINUTE);
  await Promise.all(times(50, () => app.ask(IMAGES)));
  await app.ask(IMAGES);
  expect(app.iam.calls).toHaveLength(3);
});

/** SWR lists 100 repositories of other accounts, and responds with 401 to a call for any of them. */
const othersRepositories: Script = ({ path, query }) => {
  if (path === '/v2/images') return { body: { images: [] } };
  if (path !== '/v2/manage/shared-repositories') return { status: 401, body: { errors: [{ errorCode: '4011064' }] } };
  const limit = Number(/limit::(\d+)/.exec(query.get('filter') ?? '')?.[1]);
  const rows = times(limit, (n) => sharedRow({ name: `r${n}` }));
  return { headers: { 'content-range': `0-${limit}/100` }, body: rows };
};
const OTHERS = '{ sharedRepositories(center: THIRD_PARTY, first: 100) { nodes { repository { creatorName } } } }';

test('the repositories of other accounts, which SWR denies with 401, cost one new token for all of them', async () => {
  const app = await start(othersRepositories);
  const { data, errors } = await app.ask(OTHERS);
  expect(data.sharedRepositories.nodes).toHaveLength(100);
  expect(new Set(codesOf({ errors }))).toEqual(new Set(['FORBIDDEN']));
  expect(app.iam.calls).toHaveLength(2);
  expect(app.tokens()).toHaveLength(201);
  await app.ask(OTHERS);
  expect(app.iam.calls).toHaveLength(2);
  expect(app.tokens()).toHaveLength(101);
  expect(await app.ask(IMAGES)).toEqual(NO_IMAGES);
});

test('a 401 that may not be about the token does not cost the token while IAM gives no other one', async () => {
  const app = await start(othersRepositories, (n) => (n === 1 ? tokenReply(n) : { status: 503 }));
  expect(await app.ask(IMAGES)).toEqual(NO_IMAGES);
  expect((await app.ask('{ repository(namespace: "theirs", name: "r1") { creatorName } }')).errors).toHaveLength(1);
  expect(app.iam.calls).toHaveLength(2);
  expect(await app.ask(IMAGES)).toEqual(NO_IMAGES);
});

test('a Glance and its Keystone that were down together recover without a delay', async () => {
  let isDown = false;
  const app = await start(
    services(() => !isDown),
    (n) => (isDown ? { status: 503 } : tokenReply(n)),
  );
  expect(await app.ask(IMAGES)).toEqual(NO_IMAGES);
  isDown = true;
  for (const _ of times(10, () => 0)) {
    expect((await app.ask(IMAGES)).errors).toHaveLength(1);
    goOn(MINUTE);
  }
  isDown = false;
  expect(await app.ask(IMAGES)).toEqual(NO_IMAGES);
});

test('a list that SWR denies with 401 is replaced by single calls while IAM gives no other token', async () => {
  const app = await start(
    ({ path }) => (path === '/v2/manage/repos' ? { status: 401 } : { body: detailAt(path, { size: 7 }) }),
    (n) => (n === 1 ? tokenReply(n) : { status: 503 }),
  );
  const fields = times(5, (n) => `r${n}: repository(namespace: "group", name: "r${n}") { size }`);
  const { data, errors } = await app.ask(`{ ${fields.join(' ')} }`);
  expect(errors).toBeUndefined();
  expect(data.r4).toEqual({ size: '7' });
});

/** How IAM can fail: its response, the error that requests get, and the seconds until it is called again. */
const FAILURES: [
  title: string,
  reply: Reply | 'cut off',
  error: Record<string, unknown>,
  message: string,
  pause: number,
][] = [
  [
    'rejects the credentials',
    {
      status: 401,
      headers: { 'x-openstack-request-id': 'req-1' },
      body: { error: { code: 401, message: 'Secret-Passw0rd is wrong', title: 'Unauthorized' } },
    },
    { code: 'UNAUTHENTICATED', upstreamStatus: 401, upstreamCode: '401', requestId: 'req-1' },
    "IAM does not accept the server's own credentials: user, password, domain or project is wrong (create token: HTTP 401).",
    30,
  ],
  [
    'denies',
    { status: 403 },
    { code: 'FORBIDDEN', upstreamStatus: 403 },
    'IAM denies access (create token: HTTP 403).',
    30,
  ],
  [
    'finds the request bad',
    { status: 400 },
    { code: 'UPSTREAM_ERROR', upstreamStatus: 400 },
    'IAM rejected the call (create token: HTTP 400).',
    30,
  ],
  [
    'is not where it was thought to be',
    { status: 404, body: '<html>' },
    { code: 'UPSTREAM_ERROR', upstreamStatus: 404 },
    'IAM did not respond in its own words: a proxy or a gateway may have (create token: HTTP 404).',
    30,
  ],
  [
    'fails',
    { status: 500, body: '<html>Secret-Passw0rd' },
    { code: 'UPSTREAM_ERROR', upstreamStatus: 500 },
    'IAM failed (create token: HTTP 500).',
    1,
  ],
  [
    'has too much to do',
    { status: 429, headers: { 'retry-after': '120' }, body: { error_code: 'IAM.0012' } },
    { code: 'RATE_LIMITED', upstreamStatus: 429, upstreamCode: 'IAM.0012', retryAfter: 120 },
    'IAM accepts no more calls for now (create token: HTTP 429).',
    120,
  ],
  [
    'has too much to do until a time',
    {
      status: 503,
      headers: { 'retry-after': 'Sat, 21 Nov 2026 09:02:00 GMT', date: 'Sat, 21 Nov 2026 09:00:00 GMT' },
    },
    { code: 'UPSTREAM_ERROR', upstreamStatus: 503, retryAfter: 120 },
    'IAM failed (create token: HTTP 503).',
    120,
  ],
  [
    'responds without a token',
    { status: 201, body: { token: {} } },
    { code: 'UPSTREAM_BAD_RESPONSE', upstreamStatus: 201 },
    'The response of IAM holds no token (create token).',
    1,
  ],
  [
    'responds with a malformed token',
    { status: 201, headers: { 'x-subject-token': 'two words' } },
    { code: 'UPSTREAM_BAD_RESPONSE', upstreamStatus: 201 },
    'The response of IAM holds no token (create token).',
    1,
  ],
  [
    'cuts its response off',
    'cut off',
    { code: 'UPSTREAM_BAD_RESPONSE' },
    'The response of IAM cannot be read: it was cut off (create token).',
    1,
  ],
];

test.each(FAILURES)('an IAM that %s gets one call for many requests, and one after its pause', async (...failure) => {
  const [, reply, extensions, message, pause] = failure;
  const app = await start(services(), (n, response) => {
    if (n > 2) return tokenReply(n);
    if (reply !== 'cut off') return reply;
    response.writeHead(201, { 'content-length': 1000, 'x-subject-token': 'token-1' }).write('{"token":');
    response.socket?.end();
    return undefined;
  });
  const responses = [...(await Promise.all(times(20, () => app.ask(IMAGES)))), await app.ask(IMAGES)];
  for (const response of responses)
    expect(response).toEqual({
      data: { images: null },
      errors: [expect.objectContaining({ message, extensions: { ...extensions, service: 'iam' } })],
    });
  goOn(pause * SECOND - 1);
  await app.ask(IMAGES);
  expect(app.iam.calls).toHaveLength(1);
  goOn(1);
  expect(codes(await app.ask(IMAGES))).toEqual([['iam', extensions.code]]);
  expect(app.iam.calls).toHaveLength(2);
  expect(app.upstream.calls).toHaveLength(0);
  goOn(2 * pause * SECOND);
  expect(await app.ask(IMAGES)).toEqual(NO_IMAGES);
  const isRejection = [400, 401, 403, 404].includes(Number(extensions.upstreamStatus));
  const line = isRejection ? 'rejects' : 'issues no token';
  // Once a minute.
  const lines = Array(app.log.length - 1).fill(expect.stringContaining(line));
  expect(lines.length).toBeGreaterThan(0);
  expect(app.log).toEqual([...lines, expect.stringContaining('again')]);
});

test('an IAM that does not respond in time delays the requests that wait, once, and no further ones', async () => {
  const app = await start(services(), () => undefined, { IMAGE_GRAPH_UPSTREAM_TIMEOUT_MS: '250' });
  const responses = await Promise.all(times(20, () => app.ask(IMAGES)));
  expect(responses.map(codes)).toEqual(times(20, () => [['iam', 'UPSTREAM_TIMEOUT']]));
  expect(responses[0]?.errors?.[0]?.message).toBe('IAM did not respond within 250 ms (create token).');
  expect(codes(await app.ask(IMAGES))).toEqual([['iam', 'UPSTREAM_TIMEOUT']]);
  expect(app.iam.calls).toHaveLength(1);
});

test('an IAM that cannot be reached is reported as such', async () => {
  const app = await start(services(), undefined, { IMAGE_GRAPH_IAM_ENDPOINT: await deadEndpoint() });
  const response = await app.ask(IMAGES);
  expect(codes(response)).toEqual([['iam', 'UPSTREAM_UNAVAILABLE']]);
  expect(response.errors?.[0]?.message).toBe('IAM cannot be reached (create token).');
  expect(app.upstream.calls).toHaveLength(0);
});

test.each([4_000, 16_000, 30_000])(
  'a token of %i characters, as IAM gives to users with many roles, is accepted',
  async (length) => {
    const token = 'x'.repeat(length);
    const app = await start(services(), (n) => ({
      ...tokenReply(n),
      headers: { 'x-subject-token': token },
    }));
    // The scripted upstream accepts headers of 16 KB only: its response does not matter here.
    const response = await app.ask(IMAGES);
    expect(response.errors?.filter(({ extensions }) => extensions.service === 'iam') ?? []).toEqual([]);
  },
);

test('the password does not follow a redirect', async () => {
  const stranger = await start(services());
  const location = `${stranger.iam.url}/v3/auth/tokens`;
  const app = await start(services(), () => ({ status: 307, headers: { location } }));
  expect(codes(await app.ask(IMAGES))).toEqual([['iam', 'UPSTREAM_ERROR']]);
  expect(stranger.iam.calls).toHaveLength(0);
});

test('the pause after a rejected login doubles up to five minutes, and ends with a good one', async () => {
  let isRight = false;
  const app = await start(services(), (n) => (isRight ? tokenReply(n) : { status: 401 }));
  const asked = async () => {
    await app.ask(IMAGES);
    return app.iam.calls.length;
  };
  expect(await asked()).toBe(1);
  let count = 1;
  for (const seconds of [30, 60, 120, 240, 300, 300]) {
    goOn(seconds * SECOND - 1);
    expect(await asked(), `${seconds} s`).toBe(count);
    goOn(1);
    expect(await asked(), `${seconds} s`).toBe(++count);
  }
  isRight = true;
  goOn(300 * SECOND);
  expect(await app.ask(IMAGES)).toEqual(NO_IMAGES);
  isRight = false;
  goOn(DAY_MS);
  expect(await asked()).toBe(++count + 1);
  goOn(30 * SECOND);
  expect(await asked()).toBe(count + 2);
});

/** An IAM with one valid password. */
const knows =
  (password: () => string, bodies: () => unknown) =>
  (n: number): Reply =>
    JSON.stringify(bodies()).includes(`"password":"${password()}"`) ? tokenReply(n) : { status: 401 };

test('a changed password file ends the pause after a rejected login', async () => {
  const file = newFile('wrong\n');
  const app = await start(
    services(),
    knows(
      () => 'right',
      () => app.bodies.at(-1),
    ),
    { IMAGE_GRAPH_PASSWORD: '', IMAGE_GRAPH_PASSWORD_FILE: file },
  );
  for (const _ of times(3, () => 0)) expect(codes(await app.ask(IMAGES))).toEqual([['iam', 'UNAUTHENTICATED']]);
  expect(app.iam.calls).toHaveLength(1);
  writeFileSync(file, 'right\n');
  expect(await Promise.all(times(10, () => app.ask(IMAGES)))).toEqual(times(10, () => NO_IMAGES));
  expect(app.iam.calls).toHaveLength(2);
});

test('a changed password file is used for the next token, and not before', async () => {
  const file = newFile('first');
  let valid = 'first';
  const app = await start(
    services(),
    knows(
      () => valid,
      () => app.bodies.at(-1),
    ),
    { IMAGE_GRAPH_PASSWORD: '', IMAGE_GRAPH_PASSWORD_FILE: file },
  );
  expect(await app.ask(IMAGES)).toEqual(NO_IMAGES);
  writeFileSync(file, 'second');
  valid = 'second';
  expect(await app.ask(IMAGES)).toEqual(NO_IMAGES);
  expect(app.iam.calls).toHaveLength(1);
  goOn(DAY_MS);
  expect(await app.ask(IMAGES)).toEqual(NO_IMAGES);
  expect(app.iam.calls).toHaveLength(2);
});

test('rejected logins with the old password do not lengthen the pause of the new one', async () => {
  const file = newFile('wrong');
  const app = await start(services(), (n) => [{ status: 401 }, { status: 503 }][n - 1] ?? tokenReply(n), {
    IMAGE_GRAPH_PASSWORD: '',
    IMAGE_GRAPH_PASSWORD_FILE: file,
  });
  expect(codes(await app.ask(IMAGES))).toEqual([['iam', 'UNAUTHENTICATED']]);
  writeFileSync(file, 'right');
  expect(codes(await app.ask(IMAGES))).toEqual([['iam', 'UPSTREAM_ERROR']]);
  goOn(2 * SECOND);
  expect(await app.ask(IMAGES)).toEqual(NO_IMAGES);
});

test.each([
  ['three hours slow', -3 * HOUR],
  ['right', 0],
  ['three hours fast', 3 * HOUR],
])('a token lives as long as IAM says by its own clock, which is %s', async (_title, off) => {
  const app = await start(services(), (n) =>
    tokenReply(n, { issuedAt: Date.now() + off, expiresAt: Date.now() + off + HOUR }),
  );
  for (const _ of times(5, () => 0)) await app.ask(IMAGES);
  goOn(54 * MINUTE);
  await app.ask(IMAGES);
  expect(app.iam.calls).toHaveLength(1);
  goOn(2 * MINUTE);
  await app.ask(IMAGES);
  await vi.waitFor(() => expect(app.iam.calls).toHaveLength(2));
});

test.each<[string, (now: number) => object]>([
  ['not when it begins', (now) => ({ issuedAt: null, expiresAt: now + HOUR })],
  ['no times at all', () => ({ issuedAt: null, expiresAt: null })],
  ['not when it begins, by a clock that is slow', (now) => ({ issuedAt: null, expiresAt: now - HOUR })],
  ['that it ended before it began', (now) => ({ issuedAt: now, expiresAt: now - HOUR })],
])('a token for which IAM gives %s serves many requests', async (_title, facts) => {
  const app = await start(services(), (n) => tokenReply(n, facts(Date.now())));
  for (const _ of times(20, () => 0)) expect(await app.ask(IMAGES)).toEqual(NO_IMAGES);
  expect(app.iam.calls).toHaveLength(1);
  goOn(2 * HOUR);
  expect(await app.ask(IMAGES)).toEqual(NO_IMAGES);
  expect(app.iam.calls).toHaveLength(2);
});

test('a token above a body that cannot be read is valid, and serves ten minutes', async () => {
  const app = await start(services(), (n) => ({ ...tokenReply(n), body: '<html>' }));
  expect(await app.ask(IMAGES)).toEqual(NO_IMAGES);
  goOn(7 * MINUTE);
  expect(await app.ask(IMAGES)).toEqual(NO_IMAGES);
  expect(app.iam.calls).toHaveLength(1);
  goOn(3 * MINUTE);
  expect(await app.ask(IMAGES)).toEqual(NO_IMAGES);
  expect(app.iam.calls).toHaveLength(2);
});

test.each([
  ['none', undefined],
  ['one that is a path', { id: '../../v3' }],
  ['one with a line break', { id: 'a\r\nb' }],
  ['an empty one', { id: '' }],
])(
  'a project that is given by its name, and for which IAM returns %s, is an error of that field alone',
  async (_title, project) => {
    const app = await start(services(), (n) => tokenReply(n, { project: project ?? null }), {
      IMAGE_GRAPH_PROJECT_ID: '',
      IMAGE_GRAPH_PROJECT_NAME: 'eu-de',
    });
    const { data, errors } = await app.ask(
      '{ images(first: 1) { nodes { id } } imageGroups(first: 1) { nodes { id } } }',
    );
    expect(data).toEqual({ images: { nodes: [] }, imageGroups: null });
    expect(errors?.map(({ path }) => path)).toEqual([['imageGroups']]);
    expect(codesOf({ errors })).not.toEqual(['INTERNAL_SERVER_ERROR']);
    expect(errors?.[0]?.message).not.toContain('X-Project-Id');
    expect(app.targets().map((target) => target.replace(/\?.*/, ''))).toEqual(['/v2/images']);
    expect(app.log).toEqual([]);
  },
);

test.each([
  ['good ones', 'caller-token', 'caller-project'],
  ['ones that pass-through would reject', 'two words', '../etc'],
])("callers' tokens and projects are ignored and not sent upstream: %s", async (_title, token, project) => {
  const app = await start(services());
  const { errors } = await app.ask(
    '{ images(first: 1) { nodes { id } } repositories(first: 1) { nodes { id } } imageGroups(first: 1) { nodes { id } } }',
    {},
    { 'x-auth-token': token, 'x-project-id': project, 'x-security-token': token, 'x-subject-token': token },
  );
  expect(errors).toBeUndefined();
  const sent = JSON.stringify([app.iam.calls, app.bodies, app.upstream.calls]);
  expect(sent).not.toContain(token);
  expect(sent).not.toContain(project);
  expect(app.targets().sort()).toEqual([
    '/v1/project-1/images/group?limit=1&offset=0',
    '/v2/images?sort_key=created_at&sort_dir=desc&limit=2',
    '/v2/manage/repos?limit=1&offset=0',
  ]);
});

describe.each<[what: string, code: string, reply: Reply | undefined]>([
  ['400', 'UPSTREAM_ERROR', { status: 400 }],
  ['401', 'UNAUTHENTICATED', { status: 401 }],
  ['403', 'FORBIDDEN', { status: 403 }],
  ['404', 'UPSTREAM_ERROR', { status: 404 }],
  ['a response without a token', 'UPSTREAM_BAD_RESPONSE', { body: {} }],
  ['no response', 'UPSTREAM_TIMEOUT', undefined],
])('an expired token for which IAM has %s in place of another one', (_what, code, reply) => {
  const failure = { service: 'iam', code };
  const rows = times(3, (n) => imageRow({ id: imageId(n) }));
  const swr: Script = ({ path }) =>
    path === '/v2/manage/repos'
      ? { headers: { 'content-range': '0-1/1' }, body: [sharedRow()] }
      : { body: detailAt(path, { size: 7 }) };
  /** The app with a token that is about to expire, on an IAM that has no other one until the third request for it. */
  const startWithOne = (script: Script) =>
    start(script, (n) => (n === 2 ? reply : tokenReply(n)), { IMAGE_GRAPH_UPSTREAM_TIMEOUT_MS: '300' });

  test('is not the denial of a detail', async () => {
    const app = await startWithOne((call, response) => {
      if (call.path === '/v2/manage/repos') goOn(2 * DAY_MS);
      return swr(call, response);
    });
    const { data, errors } = await app.ask('{ repositories { nodes { name creatorName } } }');
    expect(data.repositories.nodes).toEqual([{ name: 'busybox', creatorName: null }]);
    expect(errors).toMatchObject([{ path: ['repositories', 'nodes', 0, 'creatorName'], extensions: failure }]);
    expect(errors?.[0]?.message).toContain('IAM');
  });

  test('is not the absence of a marker', async () => {
    const app = await startWithOne(imageList(rows));
    const page = 'query ($after: String) { images(first: 2, after: $after) { nodes { id } pageInfo { endCursor } } }';
    const { data } = await app.ask(page);
    goOn(2 * DAY_MS);
    const next = await app.ask(page, { after: data.images.pageInfo.endCursor });
    expect(next).toMatchObject({ data: { images: null }, errors: [{ path: ['images'], extensions: failure }] });
  });

  test('is not the denial of a list: one call is enough again afterwards', async () => {
    const app = await startWithOne(swr);
    await app.ask(IMAGES);
    goOn(2 * DAY_MS);
    const fields = times(5, (n) => `r${n}: repository(namespace: "group", name: "busybox${n || ''}") { isPublic }`);
    const rejected = await app.ask(`{ ${fields.join(' ')} }`);
    expect(rejected.errors).toMatchObject(Array(5).fill({ extensions: failure }));
    goOn(45 * SECOND);
    app.calls();
    await app.ask(`{ ${fields.join(' ')} }`);
    expect(app.targets()[0]).toMatch(/^\/v2\/manage\/repos\?/);
  });
});

test('a token that is not used does not count as another caller', async () => {
  const app = await start(services(), undefined, { IMAGE_GRAPH_MAX_REQUESTS_PER_MINUTE: '3' });
  const responses = [];
  for (const n of times(5, (index) => index))
    responses.push(await app.ask(IMAGES, {}, { 'x-auth-token': `made-up-${n}` }));
  expect(responses.filter(({ errors }) => errors)).toHaveLength(2);
});

test('the deadline of a request does not wait for IAM, and a login goes on for later requests', async () => {
  const login = Promise.withResolvers<void>();
  const app = await start(
    services(),
    async (n) => {
      await login.promise;
      return tokenReply(n);
    },
    { IMAGE_GRAPH_REQUEST_TIMEOUT_MS: '50' },
  );
  const response = await app.ask(IMAGES);
  expect(codesOf(response)).toEqual(['DEADLINE_EXCEEDED']);
  login.resolve();
  await vi.waitFor(async () => expect(await app.ask(IMAGES)).toEqual(NO_IMAGES));
  expect(app.iam.calls).toHaveLength(1);
  expect(app.tokens()).toEqual(['token-1']);
});

test('a caller within the process that aborts at any moment leaves no unhandled error', async () => {
  const app = await start(services(), () => ({ status: 401 }));
  const unhandled: unknown[] = [];
  const note = (error: unknown) => unhandled.push(error);
  const others = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection').on('unhandledRejection', note);
  onTestFinished(() => {
    process.off('unhandledRejection', note);
    for (const other of others) process.on('unhandledRejection', other);
  });
  const query = `{ image(imageId: "${imageId(1)}") { name } }`;
  for (const moment of times(100, (n) => n)) {
    const caller = new AbortController();
    const response = app
      .fetch(app.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
        signal: caller.signal,
      })
      .catch(() => {});
    for (const _ of times(moment, () => 0)) await undefined;
    caller.abort();
    await response;
  }
  // The login has failed by then.
  await app.ask(IMAGES);
  await new Promise((resolve) => setImmediate(resolve));
  expect(unhandled).toEqual([]);
});

/** What IAM says of a token that it issued now for an hour, in another form. */
const hourReply = (n: number, form: (time: string, isExpiry: boolean) => string): Reply => {
  const write = (at: number, isExpiry: boolean) => form(new Date(at).toISOString().slice(0, 19), isExpiry);
  const token = { issued_at: write(Date.now(), false), expires_at: write(Date.now() + HOUR, true) };
  return { status: 201, headers: { 'x-subject-token': `token-${n}` }, body: { token } };
};

/** The wall clock of another zone, with its offset. */
const inZone = (time: string, hours: number, offset: string) =>
  `${new Date(Date.parse(`${time}Z`) + hours * HOUR).toISOString().slice(0, 19)}${offset}`;

test.each<[string, (time: string, isExpiry: boolean) => string]>([
  ['with Z', (time) => `${time}Z`],
  ['with six fraction digits and Z', (time) => `${time}.000000Z`],
  ['without a zone', (time) => time],
  ['without a zone, with six fraction digits', (time) => `${time}.000000`],
  ['without a zone, with a blank', (time) => time.replace('T', ' ')],
  ['with Z for its issue alone', (time, isExpiry) => (isExpiry ? time : `${time}Z`)],
  ['with Z for its expiry alone', (time, isExpiry) => (isExpiry ? `${time}Z` : time)],
  ['with an offset', (time) => inZone(time, 8, '+08:00')],
  ['with an offset without a colon', (time) => inZone(time, -5, '-0500')],
])('a token whose times are %s lives an hour in every time zone', async (_title, form) => {
  const app = await start(services(), (n) => hourReply(n, form));
  await app.ask(IMAGES);
  goOn(54 * MINUTE);
  await app.ask(IMAGES);
  expect(app.iam.calls).toHaveLength(1);
  goOn(2 * MINUTE);
  await app.ask(IMAGES);
  await vi.waitFor(() => expect(app.iam.calls).toHaveLength(2));
});

test('a token without the time of its issue lives until it expires by the date of the response', async () => {
  const date = new Date(Date.now() - 3 * HOUR).toUTCString();
  const app = await start(services(), (n) => {
    const reply = tokenReply(n, { issuedAt: null, expiresAt: Date.parse(date) + HOUR });
    return { ...reply, headers: { ...reply.headers, date } };
  });
  await app.ask(IMAGES);
  goOn(54 * MINUTE);
  await app.ask(IMAGES);
  expect(app.iam.calls).toHaveLength(1);
  goOn(2 * MINUTE);
  await app.ask(IMAGES);
  await vi.waitFor(() => expect(app.iam.calls).toHaveLength(2));
});

test.each<[string, unknown]>([
  ['garbage', 'tomorrow'],
  ['a day that does not exist', '2026-02-30T00:00:00Z'],
  ['a number', 1_795_600_000],
  ['a text of a number', '1795600000'],
  ['years ago', '2001-01-01T00:00:00Z'],
  ['null', null],
  ['an object', {}],
])('a token that expires at %s serves ten minutes', async (_title, time) => {
  const app = await start(services(), (n) => ({
    ...tokenReply(n),
    body: { token: { issued_at: '2026-11-21T09:00:00Z', expires_at: time } },
  }));
  for (const _ of times(5, () => 0)) expect(await app.ask(IMAGES)).toEqual(NO_IMAGES);
  goOn(7 * MINUTE);
  expect(await app.ask(IMAGES)).toEqual(NO_IMAGES);
  expect(app.iam.calls).toHaveLength(1);
  goOn(3 * MINUTE);
  expect(await app.ask(IMAGES)).toEqual(NO_IMAGES);
  expect(app.iam.calls).toHaveLength(2);
});

test('a token that expires in eight thousand years is used', async () => {
  const app = await start(services(), (n) => tokenReply(n, { expiresAt: Date.UTC(9999, 0) }));
  for (const _ of times(5, () => 0)) {
    expect(await app.ask(IMAGES)).toEqual(NO_IMAGES);
    goOn(DAY_MS);
  }
  expect(app.iam.calls).toHaveLength(1);
});

describe('when the wall clock is set back by an hour', () => {
  test('a token does not outlive its expiry', async () => {
    const app = await start(services(), (n) => tokenReply(n, { expiresAt: Date.now() + HOUR }));
    await app.ask(IMAGES);
    setWallClock(-HOUR);
    goOn(HOUR);
    await app.ask(IMAGES);
    expect(app.tokens()).toEqual(['token-1', 'token-2']);
  });

  test('the pause after a failure of IAM is as short as ever', async () => {
    const app = await start(services(), (n) => (n === 1 ? { status: 503 } : tokenReply(n)));
    expect(codes(await app.ask(IMAGES))).toEqual([['iam', 'UPSTREAM_ERROR']]);
    setWallClock(-HOUR);
    goOn(SECOND);
    expect(await app.ask(IMAGES)).toEqual(NO_IMAGES);
  });

  test('a rejected token is renewed again after a minute', async () => {
    const app = await start(services((token) => token === 'token-3'));
    expect(codesOf(await app.ask(IMAGES))).toEqual(['UNAUTHENTICATED']);
    setWallClock(-HOUR);
    goOn(MINUTE);
    expect(await app.ask(IMAGES)).toEqual(NO_IMAGES);
    expect(app.iam.calls).toHaveLength(3);
  });
});

test('after a sleep of the machine, in which the monotonic clock stands still, a token is renewed', async () => {
  const app = await start(services(), (n) => tokenReply(n, { expiresAt: Date.now() + HOUR }));
  await app.ask(IMAGES);
  setWallClock(HOUR);
  await app.ask(IMAGES);
  expect(app.tokens()).toEqual(['token-1', 'token-2']);
});

test('a pause does not end earlier as the wall clock is set forward', async () => {
  const app = await start(services(), (n) => (n === 1 ? { status: 401 } : tokenReply(n)));
  expect(codes(await app.ask(IMAGES))).toEqual([['iam', 'UNAUTHENTICATED']]);
  setWallClock(HOUR);
  expect(codes(await app.ask(IMAGES))).toEqual([['iam', 'UNAUTHENTICATED']]);
  expect(app.iam.calls).toHaveLength(1);
  goOn(30 * SECOND);
  expect(await app.ask(IMAGES)).toEqual(NO_IMAGES);
});
