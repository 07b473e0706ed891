// Secrets stay where they belong: all that full runs with faults log and send is searched for every secret.
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';

import { createServer } from 'node:net';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';

import { createLogger } from '../../src/server/logger.ts';
import { Cloud } from '../../src/upstream/cloud.ts';
import { imageId } from '../resources/image/kind.ts';
import { startApp } from '../support/app.ts';
import { newFile, newFolder } from '../support/files.ts';
import { listen } from '../support/listen.ts';
import { type OtlpReceiver, startReceiver } from '../support/otlp-receiver.ts';
import { addressIn, run } from '../support/processes/command.ts';
import {
  goodClaims,
  type IdentityProvider,
  makeKey,
  now,
  type SigningKey,
  sign,
  startIdentityProvider,
} from '../support/upstreams/identity-provider.ts';
import { CODE_FAULTS, FAULTS, type LeakyCloud, requestIdFor, SECRET_OF_IMAGE, startLeakyCloud } from './leaky-cloud.ts';
import { madeUp, SecretSearch } from './secret-search.ts';

const API_KEY = `igk_${madeUp('API key')}`;

/** Every secret of a run, by its name; the JWTs and the signatures come on top. */
const SECRETS = {
  "the caller's token": madeUp("the caller's token"),
  password: madeUp('password'),
  "IAM's token": madeUp("IAM's token"),
  'access key': madeUp('access key'),
  'secret key': madeUp('secret key'),
  'security token': madeUp('security token'),
  'API key': API_KEY,
  'hash of the API key': createHash('sha256').update(API_KEY).digest('hex'),
  'router secret': madeUp('router secret'),
  'password of Redis': madeUp('password of Redis'),
  'key of the receiver': madeUp('key of the receiver'),
  'API key that is not valid': `igk_${madeUp('API key that is not valid')}`,
  'router secret that is not valid': madeUp('router secret that is not valid'),
  'secret of an image': SECRET_OF_IMAGE,
} as const;

let signingKey: SigningKey;
let jwt: string;
let expiredJwt: string;
beforeAll(async () => {
  signingKey = await makeKey('ES256', 'key-1');
  jwt = await sign(signingKey);
  expiredJwt = await sign(signingKey, { ...goodClaims(), exp: now() - 3600 });
});

/** A text that was logged or sent, and the secrets that belong there. */
interface Place {
  readonly where: string;
  readonly text: string;
  readonly allowed?: readonly string[];
}

/** The modes of authentication: the settings, and the secrets that belong into calls to the services. */
const MODES: readonly (readonly [mode: string, settings: Record<string, string>, allowed: readonly string[]])[] = [
  ['passthrough', {}, ["the caller's token"]],
  [
    'password',
    {
      IMAGE_GRAPH_AUTH: 'password',
      IMAGE_GRAPH_USERNAME: 'reader',
      IMAGE_GRAPH_DOMAIN_NAME: 'domain',
      IMAGE_GRAPH_PASSWORD: SECRETS.password,
    },
    ["IAM's token"],
  ],
  [
    'aksk',
    {
      IMAGE_GRAPH_AUTH: 'aksk',
      IMAGE_GRAPH_ACCESS_KEY: SECRETS['access key'],
      IMAGE_GRAPH_SECRET_KEY: SECRETS['secret key'],
      IMAGE_GRAPH_SECURITY_TOKEN: SECRETS['security token'],
    },
    ['access key', 'security token', 'signature'],
  ],
];

/** Every root field, without fields that are texts of the cloud: those may hold anything. */
const EVERYTHING = `{
  image(imageId: "${imageId(1)}") { minDisk isProtected createdAt status osBit originalImage { minDisk } }
  images { edges { cursor node { id minDisk tags createdAt } } pageInfo { endCursor hasNextPage } }
  repository(namespace: "group", name: "app") {
    size isPublic createdAt category retentionLogs { totalCount nodes { logId rule { keepCount } } } sharing { size } imageGroup { versionCount }
  }
  repositories { nodes { size updatedAt priority } totalCount }
  sharedRepositories(center: SELF) { nodes { size isSharingValid repository { priority } } totalCount }
  retentionLogs(namespace: "group", repositoryName: "app") { nodes { id createdAt rule { template } } }
  imageGroup(namespace: "group", name: "app") { versionCount createdAt repository { size } }
  containerTag(namespace: "group", repositoryName: "app", name: "v1") {
    size kind createdAt layers { size } platforms { size os } manifestMediaType config { os architecture createdAt labels { value } }
    signatures { totalCount nodes { size createdAt } }
    repository { containerTags { totalCount nodes { isScanned deletedAt layers { size } config { os } } } }
  }
  imageGroups { nodes { versionCount updatedAt } totalCount }
  nodes(ids: ["${Buffer.from(`1::Image:${imageId(2)}`).toString('base64url')}", "no id"]) { id }
  _entities(representations: [{ __typename: "Repository", namespace: "group", name: "app" }]) { ... on Repository { size } }
}`;

/** What a caller shows; the caller's token and the router's secret come with it. */
const ways = () => [
  { 'x-api-key': API_KEY },
  { authorization: `Bearer ${API_KEY}` },
  { authorization: `Bearer ${jwt}` },
];

const standard = () => ({
  'content-type': 'application/json',
  'x-auth-token': SECRETS["the caller's token"],
  'router-authorization': SECRETS['router secret'],
  'x-request-id': requestIdFor('rejected'),
});

/** Queries everything once under every fault, and keeps the responses. */
async function askUnderFaults(origin: string, faults: readonly string[], places: Place[]): Promise<void> {
  for (const [index, fault] of faults.entries()) {
    const way = ways()[index % 3] ?? {};
    const headers = { ...standard(), ...way, 'x-request-id': requestIdFor(fault) };
    const response = await fetch(`${origin}/graphql`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ query: EVERYTHING, extensions: { explain: true, cost: true } }),
    });
    expect([fault, response.status]).toEqual([fault, 200]);
    await note(places, `response under ${fault}`, response);
  }
}

type WrongRequest = readonly [
  what: string,
  headers: Record<string, string>,
  more?: RequestInit & { readonly path?: string },
];

/** What is rejected before any upstream call, and every other route. */
function wrongRequests(): readonly WrongRequest[] {
  const {
    'API key that is not valid': wrongKey,
    "the caller's token": token,
    'router secret that is not valid': wrongSecret,
  } = SECRETS;
  const key = { 'x-api-key': API_KEY };
  return [
    ['a wrong API key', { 'x-api-key': wrongKey }],
    ['a wrong API key as bearer', { authorization: `Bearer ${wrongKey}` }],
    ['an expired JWT', { authorization: `Bearer ${expiredJwt}` }],
    ['a JWT as API key', { 'x-api-key': jwt }],
    ['an API key as password', { authorization: `Basic ${Buffer.from(`caller:${API_KEY}`).toString('base64')}` }],
    ['two keys', { ...key, authorization: `Bearer ${jwt}` }],
    ['a wrong router secret', { ...key, 'router-authorization': wrongSecret }],
    ['no key', {}],
    ['no JSON', key, { body: '{ "query": ' }],
    ['no GraphQL', key, { body: '{ "query": "{ image(" }' }],
    ['a field that there is not', key, { body: '{ "query": "{ secrets }" }' }],
    ['a form', { ...key, 'content-type': 'text/plain' }],
    ['a body that is too large', key, { body: ' '.repeat(1_100_000) }],
    ['a token with a blank', { ...key, 'x-auth-token': `${token} b` }],
    ['a malformed project id', { ...key, 'x-project-id': `${token}/..` }],
    ['a malformed request id', { ...key, 'x-request-id': `${token} b` }],
    ['a batch', key, { body: '[{ "query": "{ images { nodes { minDisk } } }" }, {}, 1]' }],
    ['a stream', { ...key, accept: 'text/event-stream' }],
    ['another method', key, { method: 'PUT' }],
    ['another path', key, { path: '/graphql/secrets' }],
    ['a query by GET', key, { method: 'GET', path: '/graphql?query=%7B__typename%7D', body: null }],
    ['health', {}, { method: 'GET', path: '/health', body: null }],
  ];
}

async function askWrongly(origin: string, places: Place[]): Promise<void> {
  const request = { method: 'POST', body: JSON.stringify({ query: EVERYTHING }) };
  for (const [what, headers, { path = '/graphql', ...more } = {}] of wrongRequests())
    await note(
      places,
      what,
      await fetch(origin + path, { ...request, ...more, headers: { ...standard(), ...headers } }),
    );
}

/** Notes texts of a kind: lines of the log, and whatever else the server shows to operators. */
function noteTexts(places: Place[], where: string, texts: readonly string[]): void {
  places.push(...texts.map((text) => ({ where, text })));
}

async function note(places: Place[], what: string, response: Response): Promise<void> {
  const headers = [...response.headers].map(([name, value]) => `${name}: ${value}`);
  places.push({ where: `headers of: ${what}`, text: `${response.statusText}\n${headers.join('\n')}` });
  places.push({ where: `body of: ${what}`, text: await response.text() });
}

/** A Redis that rejects everything and repeats what it gets. */
async function startRefusingRedis(places: Place[]): Promise<{ url: string }> {
  const server = createServer((socket) => {
    socket.setEncoding('utf8').on('error', () => {});
    socket.on('data', (text: string) => {
      places.push({ where: 'Redis', text, allowed: ['password of Redis'] });
      const words = text.replace(/[\r\n]+/g, ' ');
      socket.write(`-ERR unknown command, with args beginning with: ${words}\r\n`.repeat(text.split('*').length - 1));
    });
  });
  const origin = await listen(server);
  onTestFinished(() => void server.close());
  return { url: origin.replace('http://', `redis://user:${SECRETS['password of Redis']}@`) };
}

/** All that a server is started on, and the places that are known so far. */
interface Surroundings {
  readonly cloud: LeakyCloud;
  readonly settings: Record<string, string>;
  readonly places: Place[];
  readonly provider: IdentityProvider;
  readonly receiver: OtlpReceiver;
}

async function surround(mode: Record<string, string>): Promise<Surroundings> {
  const places: Place[] = [];
  const cloud = await startLeakyCloud(SECRETS["IAM's token"]);
  const provider = await startIdentityProvider(signingKey);
  const keys = newFile(`caller:sha256:${SECRETS['hash of the API key']}\nno line\n`);
  const redis = await startRefusingRedis(places);
  const receiver = await startReceiver();
  onTestFinished(async () => {
    await provider.close();
    await cloud.close();
  });
  const settings = {
    ...cloud.services.settings,
    ...provider.settings,
    ...mode,
    IMAGE_GRAPH_IAM_ENDPOINT: cloud.iam.url,
    IMAGE_GRAPH_API_KEYS_FILE: keys,
    IMAGE_GRAPH_ROUTER_SECRET: SECRETS['router secret'],
    IMAGE_GRAPH_REDIS_URL: redis.url,
    IMAGE_GRAPH_UPSTREAM_TIMEOUT_MS: '200',
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_EXPORTER_OTLP_HEADERS: `api-key=${SECRETS['key of the receiver']}`,
    OTEL_BSP_SCHEDULE_DELAY: '0',
    PORT: '0',
  };
  return { cloud, provider, receiver, settings, places };
}

/** The parts of secrets that are where they do not belong; and the secrets that were found where they do. */
function searchAll(places: readonly Place[]): { leaks: string[]; found: Set<string> } {
  const search = new SecretSearch();
  for (const [name, secret] of Object.entries({ ...SECRETS, JWT: jwt, 'JWT that has expired': expiredJwt }))
    search.add(name, secret);
  for (const { text } of places)
    for (const [, signature = ''] of text.matchAll(/Signature=([0-9a-f]{64})/g)) search.add('signature', signature);
  const leaks: string[] = [];
  const found = new Set<string>();
  for (const { where, text, allowed = [] } of places)
    for (const [name, part] of search.foundIn(text))
      if (allowed.includes(name)) found.add(name);
      else leaks.push(`${name} in ${where}: ${part} of ${text.slice(0, 300)}`);
  return { leaks, found };
}

/** What the cloud has got, as places. */
const sentTo = ({ sent }: LeakyCloud, allowed: readonly string[]): Place[] => [
  ...sent.services.map((text) => ({ where: 'a service', text, allowed })),
  ...sent.iam.map((text) => ({ where: 'IAM', text, allowed: ['password'] })),
];

/** What the receiver of traces has got, as places. */
const sentToReceiver = ({ exports }: OtlpReceiver): Place[] =>
  exports.flatMap(({ headers, bytes }) => [
    { where: 'headers to the receiver', text: JSON.stringify(headers), allowed: ['key of the receiver'] },
    { where: 'traces', text: bytes.toString('latin1') },
  ]);

/** Runs the app in this process, with a log of all that it can hold. Shape: its origin. */
async function startHere(settings: Record<string, string>, places: Place[]): Promise<string> {
  onTestFinished(() => void vi.restoreAllMocks());
  const logger = createLogger({ level: 'debug' }, (line) => noteTexts(places, 'log', [line]));
  // Each request is slow: its line has all that such a line can have.
  const slow = {
    ...settings,
    IMAGE_GRAPH_SLOW_REQUEST_MS: '1',
    IMAGE_GRAPH_LOG_REQUESTS: '100',
    IMAGE_GRAPH_EXPLAIN: 'true',
  };
  return (await startApp({ settings: slow, logger, over: 'http' })).origin;
}

/** Runs the command, as an operator does; its output is a place once it has ended. */
async function startCommand(settings: Record<string, string>) {
  const command = run(settings);
  const origin = new URL(addressIn(await command.says('ready'))).origin;
  async function end(places: Place[]): Promise<void> {
    command.child.kill('SIGTERM');
    const { stdout, stderr } = await command.ends();
    noteTexts(places, 'log', [...stdout.split('\n'), ...stderr.split('\n')]);
  }
  return { origin, end };
}

/** All requests of a run: by all sorts of callers, under every fault, also of IAM, and without the keys of the identity provider. */
async function askAll({ cloud, provider, places }: Surroundings, origin: string): Promise<void> {
  provider.respondWith({ status: 500, body: `no keys for ${jwt}` });
  const headers = { ...standard(), authorization: `Bearer ${jwt}` };
  await note(places, 'a JWT without keys', await fetch(`${origin}/graphql`, { method: 'POST', headers, body: '{}' }));
  provider.publish(signingKey);
  // The server requests them again after a pause.
  const accepted = async () => (await fetch(`${origin}/graphql`, { method: 'POST', headers, body: '{}' })).status;
  await expect.poll(accepted, { timeout: 10_000 }).not.toBe(503);

  await askUnderFaults(origin, Object.keys(FAULTS), places);
  await askWrongly(origin, places);
  // The token is rejected, and there is no other.
  cloud.breakIam('rejected');
  await askUnderFaults(origin, ['unauthenticated'], places);
  for (const path of ['/metrics', '/ready?verbose'])
    noteTexts(places, path, (await (await fetch(origin + path)).text()).split('\n'));
}

/** Places of every sort were searched, and as many as a run has; more log lines where an unexpected error has a trace. */
function expectSearched(places: readonly Place[]): void {
  const count = (kind: string) => places.filter(({ where }) => where.startsWith(kind)).length;
  expect(count('a service')).toBeGreaterThan(250);
  // Under every fault, under that of IAM, without the identity provider's keys, and to wrong requests.
  const responses = Object.keys(FAULTS).length + 2 + wrongRequests().length;
  expect([count('headers of'), count('body of')]).toEqual([responses, responses]);
  expect(count('Redis')).toBeGreaterThan(0);
  expect(count('traces')).toBeGreaterThan(0);
  expect(count('/metrics')).toBeGreaterThan(50);
  expect(count('/ready')).toBeGreaterThan(5);
  expect(count('log')).toBeGreaterThan(2);
  expect(places.length).toBeGreaterThan(360);
}

describe.each(MODES)('with %s', (mode, settings, allowed) => {
  /** Searches all that a run has shown; a search that misses the secrets where they belong would miss the others, too. */
  function expectNoLeaks({ cloud, receiver, places }: Surroundings): void {
    const all = [...places, ...sentTo(cloud, allowed), ...sentToReceiver(receiver)];
    const { leaks, found } = searchAll(all);
    expect(leaks).toEqual([]);
    expect([...found].sort()).toEqual(
      [...allowed, ...(mode === 'password' ? ['password'] : []), 'password of Redis', 'key of the receiver'].sort(),
    );
    expectSearched(all);
  }

  test('in this process no secret is where it does not belong, under any fault', async () => {
    const around = await surround(settings);
    await askAll(around, await startHere(around.settings, around.places));
    expectNoLeaks(around);
  });

  test('in a process of its own no secret is where it does not belong, under any fault', async () => {
    const around = await surround(settings);
    const { origin, end } = await startCommand(around.settings);
    await askAll(around, origin);
    await end(around.places);
    expectNoLeaks(around);
  });

  test('no secret comes back in the codes and the request ids of the cloud', async () => {
    const around = await surround(settings);
    await askUnderFaults(await startHere(around.settings, around.places), Object.keys(CODE_FAULTS), around.places);
    expect(searchAll([...around.places, ...sentTo(around.cloud, allowed)]).leaks).toEqual([]);
  });
});

/** The first of these are about the password, which is the first word that could be a secret. */
const CODES_OF_IAM = Object.keys(CODE_FAULTS).slice(0, 3);

test.each([...Object.keys(FAULTS), ...CODES_OF_IAM])(
  'the password does not come back from an IAM that responds with: %s',
  async (fault) => {
    const [, settings] = MODES[1] ?? [];
    const around = await surround(settings ?? {});
    around.cloud.breakIam(fault);
    await askUnderFaults(await startHere(around.settings, around.places), ['rejected'], around.places);
    expect(around.cloud.sent.iam).toEqual([expect.stringContaining(SECRETS.password)]);
    expect(searchAll(around.places).leaks).toEqual([]);
  },
);

test('GraphiQL holds no secret', async () => {
  const around = await surround({});
  const origin = await startHere(around.settings, around.places);
  const text = await (await fetch(`${origin}/graphql`, { headers: { ...standard(), accept: 'text/html' } })).text();
  expect(text).toContain('image-graph');
  expect(searchAll([{ where: 'GraphiQL', text }]).leaks).toEqual([]);
});

test('faults of settings are reported without their texts', async () => {
  const secret = (name: keyof typeof SECRETS) => SECRETS[name];
  const folder = newFolder();
  writeFileSync(join(folder, 'file'), `${secret('secret key')} with blanks\n`);
  const { ends } = run({
    IMAGE_GRAPH_AUTH: 'aksk',
    IMAGE_GRAPH_SWR_ENDPOINT: `https://user:${secret('password')}@swr.example`,
    IMAGE_GRAPH_IMS_ENDPOINT: `https://ims.example?token=${secret("the caller's token")}`,
    IMAGE_GRAPH_PASSWORD: `${secret('password')}\t`,
    IMAGE_GRAPH_ACCESS_KEY: `${secret('access key')},`,
    IMAGE_GRAPH_SECRET_KEY_FILE: join(folder, 'file'),
    IMAGE_GRAPH_SECURITY_TOKEN: `${secret('security token')} b`,
    IMAGE_GRAPH_ROUTER_SECRET: `${secret('router secret')} b`,
    IMAGE_GRAPH_REDIS_URL: `http://user:${secret('password of Redis')}@redis.example`,
    IMAGE_GRAPH_JWT_JWKS_URL: `https://user:${secret("IAM's token")}@login.example/keys`,
    IMAGE_GRAPH_API_KEYS_FILE: join(folder, 'none'),
    IMAGE_GRAPH_PROJECT_ID: `${secret('API key')} b`,
    PORT: secret('API key'),
    HOST: '0.0.0.0',
  });
  const { code, output } = await ends();
  expect(code).toBe(1);
  const lines = output.trimEnd().split('\n');
  expect(lines.length).toBeGreaterThan(10);
  expect(searchAll(lines.map((text) => ({ where: 'log', text }))).leaks).toEqual([]);
});

test('of an unexpected error only its stack is logged, without its other properties', async () => {
  const around = await surround({});
  const unexpected = Object.assign(new Error('unexpected in this test'), {
    request: { headers: standard(), url: `http://user:${SECRETS.password}@127.0.0.1` },
    cause: new Error(SECRETS['secret key']),
  });
  vi.spyOn(Cloud.prototype, 'client').mockImplementation(() => {
    throw unexpected;
  });
  const origin = await startHere(around.settings, around.places);
  await askUnderFaults(origin, ['rejected'], around.places);
  const log = around.places.filter(({ where }) => where === 'log').map(({ text }) => text);
  expect(log.join('\n')).toContain('unexpected in this test');
  expect(searchAll(around.places).leaks).toEqual([]);
});
