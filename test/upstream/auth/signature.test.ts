// The server's own access key: every request is signed so that an independent verifier accepts it, and none is sent a second time.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test, vi } from 'vitest';
import { signWithAccess, signWithScope } from '../../../src/upstream/auth/signature.ts';
import { imageId, imageRow } from '../../resources/image/kind.ts';
import { imageGroupRow } from '../../resources/image-group/kind.ts';
import { detailAt } from '../../resources/repository/kind.ts';
import { retentionLogRow } from '../../resources/retention-log/kind.ts';
import { sharedRow } from '../../resources/shared-repository/kind.ts';
import { codesOf, startApp } from '../../support/app.ts';
import { newFolder } from '../../support/files.ts';
import type { Script } from '../../support/upstreams/upstream.ts';
import { type KnownKey, type ReceivedRequest, type Verdict, verifySignature } from './signature-verifier.ts';

/**
 * The published example: the vendor's sample key, a request, and what comes of them.
 * Source: docs/upstream/gateway.md#request-signing.
 */
const VECTOR = {
  key: { accessKey: 'QTWAOYTTINDUT2QVKYUC', secretKey: 'MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc' },
  path: '/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs',
  query: [
    ['limit', '2'],
    ['marker', '13551d6b-755d-4757-b956-536f674975c0'],
  ],
  headers: {
    'content-type': 'application/json',
    host: 'service.region.example.com',
    'x-sdk-date': '20191115T033655Z',
  },
  time: Date.UTC(2019, 10, 15, 3, 36, 55),
  canonicalHash: 'b25362e603ee30f4f25e7858e8a7160fd36e803bb2dfe206278659d71a9bcd7a',
  authorization:
    'SDK-HMAC-SHA256 Access=QTWAOYTTINDUT2QVKYUC, SignedHeaders=content-type;host;x-sdk-date, Signature=7be6668032f70418fcc22abc52071e57aff61b84a1d2381bb430d6870f4f6ebe',
} as const;

/** The example as a gateway receives it. */
const received = (authorization: string, changes: { url?: string; headers?: Record<string, string> } = {}) => ({
  method: 'GET',
  url: `${VECTOR.path}?${VECTOR.query.map((pair) => pair.join('=')).join('&')}`,
  ...changes,
  rawHeaders: Object.entries({ ...VECTOR.headers, authorization, ...changes.headers }).flat(),
});

test('the published example has the published signature', () => {
  const { path, query, headers, key } = VECTOR;
  expect(signWithAccess({ method: 'GET', path, query, headers }, key)).toBe(VECTOR.authorization);
  const shuffled = {
    'x-sdk-date': headers['x-sdk-date'],
    host: `  ${headers.host} `,
    'content-type': headers['content-type'],
  };
  expect(signWithAccess({ method: 'GET', path: `${path}/`, query: query.toReversed(), headers: shuffled }, key)).toBe(
    VECTOR.authorization,
  );
});

test('the verifier accepts the published example, and computes the published hash', () => {
  const verdict = verifySignature(received(VECTOR.authorization), VECTOR.key, VECTOR.time);
  expect(verdict).toMatchObject({ faults: [], dialect: 'access', canonicalHash: VECTOR.canonicalHash });
});

test('the verifier accepts the other dialect, whose key is derived from the day, and distinguishes the two', () => {
  const { path, query, headers, key } = VECTOR;
  const authorization = signWithScope({ method: 'GET', path, query, headers }, key);
  expect(authorization).toMatch(
    /^SDK-HMAC-SHA256 Credential=QTWAOYTTINDUT2QVKYUC\/20191115\/\/\/sdk_request, SignedHeaders=content-type;host;x-sdk-date, Signature=[0-9a-f]{64}$/,
  );
  const verdict = verifySignature(received(authorization), key, VECTOR.time);
  expect(verdict).toMatchObject({
    faults: [],
    dialect: 'credential-scope',
    canonicalHash: VECTOR.canonicalHash,
  });
  expect(authorization.slice(-64)).not.toBe(VECTOR.authorization.slice(-64));
});

const GOOD = received(VECTOR.authorization);
test.each<[string, ReceivedRequest, KnownKey, number, RegExp]>([
  ['another method', { ...GOOD, method: 'POST' }, VECTOR.key, VECTOR.time, /^another signature$/],
  ['another path', { ...GOOD, url: GOOD.url.replace('vpcs', 'vpc') }, VECTOR.key, VECTOR.time, /^another signature$/],
  ['another value', { ...GOOD, url: GOOD.url.replace('=2', '=3') }, VECTOR.key, VECTOR.time, /^another signature$/],
  ['a further parameter', { ...GOOD, url: `${GOOD.url}&a=` }, VECTOR.key, VECTOR.time, /^another signature$/],
  [
    'another host',
    received(VECTOR.authorization, { headers: { host: 'evil' } }),
    VECTOR.key,
    VECTOR.time,
    /^another signature$/,
  ],
  [
    'a project that is not signed',
    received(VECTOR.authorization, { headers: { 'x-project-id': 'p' } }),
    VECTOR.key,
    VECTOR.time,
    /^x-project-id is not signed$/,
  ],
  ['another secret', GOOD, { ...VECTOR.key, secretKey: 'x' }, VECTOR.time, /^another signature$/],
  ['another key', GOOD, { ...VECTOR.key, accessKey: 'x' }, VECTOR.time, /^another access key$/],
  ['a late request', GOOD, VECTOR.key, VECTOR.time + 15 * 60_000 + 1, /15 minutes/],
  ['an early request', GOOD, VECTOR.key, VECTOR.time - 15 * 60_000 - 1, /15 minutes/],
  ['no signature', received(''), VECTOR.key, VECTOR.time, /^no authorization$/],
])('the verifier rejects %s', (_title, request, key, time, fault) => {
  expect(verifySignature(request, key, time).faults).toEqual([expect.stringMatching(fault)]);
});

const KEY: KnownKey = { accessKey: 'AK0123456789', secretKey: 'SK/+=abcdefghijklmnopqrstuvwxyz' };
const DIALECTS = ['access', 'credential-scope'] as const;

/** Rows for every list, records for every id: enough to select every field. */
const services: Script = ({ path, query }) => {
  const list = (rows: unknown[]) => ({ headers: { 'content-range': `0-${rows.length}/${rows.length}` }, body: rows });
  if (path.endsWith('/shared-repositories'))
    return list([sharedRow({ name: 'a/b_c.d' }), sharedRow({ name: 'x/y/z-1', namespace: 'other' })]);
  if (path.endsWith('/manage/repos')) return list([sharedRow({ name: 'a/b_c.d' })]);
  if (path.endsWith('/histories')) {
    const rows = [retentionLogRow({ repo: 'a/b_c.d' })];
    return { headers: { 'content-range': '0-1/1' }, body: { total: 1, retention_log: rows } };
  }
  if (path.includes('/repos/')) return { body: detailAt(path) };
  if (path.endsWith('/images/group')) return { body: { total: 1, data: [imageGroupRow({ name: 'a-b_c.d' })] } };
  if (path.endsWith('/v2/images')) return { body: { images: query.has('marker') ? [] : [imageRow({ name: "a'b" })] } };
  return { body: imageRow({ id: path.split('/').at(-1) }) };
};

/** The app with the key; the services respond with 401 to invalid signatures, and `verdicts` holds the verdict on every request. */
async function startSignedApp(settings: Record<string, string> = {}, script: Script = services) {
  let key = KEY;
  const verdicts: Verdict[] = [];
  const app = await startApp({
    upstream: (call, response) => {
      const verdict = verifySignature(response.req, key, Date.now());
      verdicts.push(verdict);
      return verdict.faults.length > 0 ? { status: 401 } : script(call, response);
    },
    settings: {
      IMAGE_GRAPH_AUTH: 'aksk',
      IMAGE_GRAPH_ACCESS_KEY: KEY.accessKey,
      IMAGE_GRAPH_SECRET_KEY: KEY.secretKey,
      ...settings,
    },
  });
  return {
    ...app,
    verdicts,
    /** What the services know from now on. */
    expectKey: (next: KnownKey) => {
      key = next;
    },
  };
}

/** Every root field, with what is hard to sign, and a part of the raw target that it leads to. */
const QUERIES: [title: string, query: string, target: string][] = [
  [
    'a repository with slashes',
    '{ repository(namespace: "group", name: "a/b_c.d/e") { creatorName } }',
    '/v2/manage/namespaces/group/repos/a$b_c.d$e',
  ],
  [
    'the retention logs of a repository with slashes',
    '{ retentionLogs(namespace: "group", repositoryName: "a/b_c.d", first: 3) { nodes { id repository { size } } } }',
    '/v2/manage/namespaces/group/repos/a$b_c.d/retentions/histories?limit=3&offset=0',
  ],
  [
    'shared repositories with all their edges',
    `{ sharedRepositories(center: THIRD_PARTY, name: "a b~!*'()+=", first: 7) { totalCount nodes { id tags
      repository { creatorName imageGroup { id } retentionLogs(first: 2) { nodes { tag } } } } } }`,
    "/v2/manage/shared-repositories?filter=center%3A%3Athirdparty%7Cname%3A%3Aa%20b~!*'()%2B%3D%7Climit%3A%3A7%7Coffset%3A%3A0",
  ],
  [
    'own repositories',
    '{ repositories(namespace: "group", name: "b_c.d", first: 2) { totalCount nodes { id sharing { id } creatorName } } }',
    '/v2/manage/repos?namespace=group&name=b_c.d&limit=2&offset=0',
  ],
  [
    'images by a Unicode name',
    '{ images(first: 2, filter: { name: "Ünïcödé 日本 🎉 a+b=c&d;e,f/g?h#i%j%20k~!*\'()" }) { nodes { id name } } }',
    "name=%C3%9Cn%C3%AFc%C3%B6d%C3%A9%20%E6%97%A5%E6%9C%AC%20%F0%9F%8E%89%20a%2Bb%3Dc%26d%3Be%2Cf%2Fg%3Fh%23i%25j%2520k~!*'()",
  ],
  [
    'images by repeated tags',
    `{ images(first: 2, filter: { tags: ["z=2", "a=1", "z=2", "a=1'()*!", "a.b", "ä", "A"] }) { nodes { id } } }`,
    "tag=z%3D2&tag=a%3D1&tag=z%3D2&tag=a%3D1'()*!&tag=a.b&tag=%C3%A4&tag=A",
  ],
  ['images by empty values', '{ images(first: 2, filter: { name: "", platform: "" }) { nodes { id } } }', 'name=&'],
  [
    'images between times',
    `{ images(first: 2, orderBy: { field: NAME, direction: ASC }, filter: {
      createdAt: { gte: "2020-01-01T00:00:00Z", lt: "2030-01-01T00:00:00Z" }, imageType: GOLD, isProtected: false }) {
      nodes { id } pageInfo { hasNextPage } } }`,
    'created_at=gte%3A2020-01-01T00%3A00%3A00Z',
  ],
  ['an image', `{ image(imageId: "${imageId(5)}") { name } }`, `/v2/images/${imageId(5)}`],
  [
    'image groups',
    `{ imageGroups(first: 2, filter: { name: "a-b_c.d", nameFuzzyMatch: false, workspaceId: "w-1_2" },
      orderBy: { fields: [UPDATED_AT, NAME], direction: DESC }) { totalCount nodes { id repository { size } } } }`,
    'name=a-b_c.d&name_fuzzy_match=false',
  ],
  [
    'an image group',
    '{ imageGroup(namespace: "group", name: "a-b_c.d") { versionCount } }',
    '/v1/project-1/images/group?name=a-b_c.d&name_fuzzy_match=false&namespace=group&limit=',
  ],
  [
    'entities',
    `{ _entities(representations: [
      { __typename: "Repository", namespace: "group", name: "a/b" }, { __typename: "Image", imageId: "${imageId(6)}" },
      { __typename: "ImageGroup", namespace: "group", name: "a-b_c.d" },
      { __typename: "SharedRepository", center: "SELF", namespace: "group", name: "a/b_c.d" }]) {
      __typename ... on Repository { size } ... on Image { name } ... on ImageGroup { versionCount }
      ... on SharedRepository { tags } } }`,
    '/repos/a$b',
  ],
];

for (const dialect of DIALECTS) {
  test.each(QUERIES)(`the signature of %s is accepted by the verifier (${dialect})`, async (_title, query, target) => {
    const app = await startSignedApp({ IMAGE_GRAPH_SIGNING: dialect });
    const { errors } = await app.ask(query);
    expect(app.verdicts.flatMap(({ faults }) => faults)).toEqual([]);
    expect(errors).toBeUndefined();
    expect(new Set(app.verdicts.map((verdict) => verdict.dialect))).toEqual(new Set([dialect]));
    expect(app.targets()).toContainEqual(expect.stringContaining(target));
    expect(app.log).toEqual([]);
  });

  test(`what node, nodes and cursors lead to is signed too (${dialect})`, async () => {
    const app = await startSignedApp({ IMAGE_GRAPH_SIGNING: dialect });
    const { data } = await app.ask(`{ sharedRepositories(center: SELF, first: 2) { nodes { id } }
      repositories(first: 1) { nodes { id } } images(first: 1) { nodes { id } pageInfo { endCursor } }
      imageGroups(first: 1) { nodes { id } }
      retentionLogs(namespace: "group", repositoryName: "a/b_c.d", first: 1) { nodes { id } } }`);
    const ids = Object.values(data as Record<string, { nodes: { id: string }[] }>).flatMap(({ nodes }) =>
      nodes.map(({ id }) => id),
    );
    expect(ids).toHaveLength(6);
    const { errors } = await app.ask(
      `query ($ids: [ID!]!, $id: ID!, $after: String) {
        nodes(ids: $ids) { id ... on Repository { creatorName } ... on Image { name } }
        node(id: $id) { id ... on SharedRepository { tags } }
        images(first: 1, after: $after) { nodes { id } } }`,
      { ids, id: ids[0], after: data.images.pageInfo.endCursor },
    );
    expect(errors).toBeUndefined();
    expect(app.verdicts.flatMap(({ faults }) => faults)).toEqual([]);
    expect(app.targets().filter((target) => target.includes(`marker=${imageId(1)}`))).not.toEqual([]);
  });

  test(`whatever a name or a tag holds is signed as it is sent (${dialect})`, async () => {
    const app = await startSignedApp({ IMAGE_GRAPH_SIGNING: dialect });
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.string({ unit: 'grapheme', maxLength: 20 }),
      fc.string({ unit: fc.constantFrom(..."aZ0-_.~!*'()$&+,/:;=?@#[]% %2F%"), maxLength: 20 }),
    );
    await fc.assert(
      fc.asyncProperty(text, fc.array(text, { maxLength: 4 }), async (name, tags) => {
        const { errors } = await app.ask(
          `query ($name: String, $tags: [String!]) { images(first: 1, filter: { name: $name, tags: $tags }) { nodes { id } }
            sharedRepositories(center: SELF, first: 1, name: $name) { nodes { name } } }`,
          { name, tags },
        );
        // What is rejected is rejected before it is signed.
        expect(errors?.every(({ extensions }) => extensions.code === 'BAD_USER_INPUT') ?? true).toBe(true);
      }),
      { numRuns: 150 },
    );
    expect(app.verdicts.flatMap(({ faults }) => faults)).toEqual([]);
    expect(app.verdicts.length).toBeGreaterThan(100);
  });
}

test.each([
  ['/some/prefix', '/some/prefix'],
  ['/pre%20fix/a$b/v2/', '/pre%20fix/a$b'],
  ["/%7Euser/it's(1)*!", "/%7Euser/it's(1)*!"],
  ['/%c3%bc/ü', '/%c3%bc/%C3%BC'],
  ['/a//b', '/a//b'],
  ['/a%2Fb', '/a%2Fb'],
])('the path of an endpoint, such as %s, is signed as a part of the path', async (given, sent) => {
  const upstreams = await startSignedApp();
  const url = `${upstreams.upstream.url}${given}`;
  const app = await startSignedApp({
    IMAGE_GRAPH_SWR_ENDPOINT: url,
    IMAGE_GRAPH_IMS_ENDPOINT: url,
    IMAGE_GRAPH_MODELARTS_ENDPOINT: url,
  });
  await app.ask('{ images(first: 1) { nodes { id } } repository(namespace: "group", name: "a/b") { creatorName } }');
  expect(upstreams.verdicts.map(({ faults }) => faults)).toEqual([[], []]);
  const paths = upstreams.targets().map((target) => target.replace(/\?.*/, ''));
  expect(paths.sort()).toEqual([`${sent}/v2/images`, `${sent}/v2/manage/namespaces/group/repos/a$b`]);
});

test('an endpoint whose path holds a percent sign that escapes nothing does not break every request', async () => {
  const upstreams = await startSignedApp();
  const start = () => startSignedApp({ IMAGE_GRAPH_IMS_ENDPOINT: `${upstreams.upstream.url}/100%` });
  const app = await start().catch(() => undefined);
  const response = await app?.ask('{ images(first: 1) { nodes { id } } }');
  expect(codesOf(response ?? {})).not.toEqual(['INTERNAL_SERVER_ERROR']);
});

test.each([
  ['with temporary keys', { IMAGE_GRAPH_SECURITY_TOKEN: 'temporary+token/==' }, ['x-security-token']],
  ['with lasting keys', {}, []],
])('%s the project, the date and what else is sensitive are sent and signed, and nothing else', async (...row) => {
  const [, settings, further] = row;
  const app = await startSignedApp({ ...settings, IMAGE_GRAPH_PROJECT_ID: 'project-7' });
  const headers = {
    'x-auth-token': 'caller-token',
    'x-project-id': 'caller-project',
    'x-security-token': 'caller-security',
    'x-sdk-date': '20000101T000000Z',
    authorization: 'Basic Y2FsbGVy',
  };
  const query =
    '{ images(first: 1) { nodes { id } } repositories(first: 1) { nodes { id } } imageGroups(first: 1) { nodes { id } } }';
  expect((await app.ask(query, {}, headers)).errors).toBeUndefined();
  const signed = ['host', 'x-project-id', ...further, 'x-sdk-date'].sort();
  const [ims, swr, modelarts] = ['/v2/images', '/v2/manage/repos', '/v1/project-7/images/group'].map((path) =>
    app.upstream.calls.findIndex((call) => call.path === path),
  );
  for (const [index, names] of [
    [ims, signed],
    [swr, ['content-type', ...signed]],
    [modelarts, signed],
  ] as [number, string[]][]) {
    expect(app.verdicts[index]).toMatchObject({ faults: [], signed: names });
    const sent = app.upstream.calls[index]?.headers ?? {};
    expect(Object.keys(sent).sort()).toEqual(
      [...names, 'accept', 'accept-encoding', 'authorization', 'connection', 'user-agent', 'x-request-id'].sort(),
    );
    expect(sent['x-project-id']).toBe('project-7');
    expect(sent['x-security-token']).toBe(further.length > 0 ? 'temporary+token/==' : undefined);
    expect(sent.host).toBe(new URL(app.upstream.url).host);
  }
  expect(JSON.stringify(app.upstream.calls)).not.toMatch(/caller|2000-?01|Basic/);
});

test.each(['2026-01-02T03:04:05.678Z', '2031-12-31T23:59:59.999Z'])('at %s the date is that, in UTC', async (time) => {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date(time) });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  for (const dialect of DIALECTS) {
    const app = await startSignedApp({ IMAGE_GRAPH_SIGNING: dialect });
    await app.ask('{ images(first: 1) { nodes { id } } }');
    expect(app.verdicts.map(({ faults }) => faults)).toEqual([[]]);
    const expected = time.replace(/[-:]|\.\d+/g, '');
    expect(app.upstream.calls.map(({ headers }) => headers['x-sdk-date'])).toEqual([expected]);
  }
});

test.each([
  ['repository', '{ repository(namespace: "group", name: "a/b") { creatorName } }'],
  ['repositories', '{ repositories(first: 1) { totalCount nodes { id } } }'],
  ['sharedRepositories', '{ sharedRepositories(center: SELF, first: 1) { totalCount nodes { id } } }'],
  ['retentionLogs', '{ retentionLogs(namespace: "group", repositoryName: "a", first: 1) { nodes { id } } }'],
  ['image', `{ image(imageId: "${imageId(1)}") { name } }`],
  ['images', '{ images(first: 1) { nodes { id } } }'],
  ['imageGroup', '{ imageGroup(namespace: "group", name: "a") { versionCount } }'],
  ['imageGroups', '{ imageGroups(first: 1) { totalCount nodes { id } } }'],
])('a 401 is final: %s makes one call, each time', async (field, query) => {
  const app = await startSignedApp();
  app.expectKey({ ...KEY, secretKey: 'another one' });
  for (const round of [1, 2]) {
    const { data, errors } = await app.ask(query);
    expect(data).toEqual({ [field]: null });
    expect(errors?.map(({ path, extensions }) => [path, extensions.code, extensions.upstreamStatus])).toEqual([
      [[field], 'UNAUTHENTICATED', 401],
    ]);
    expect(app.upstream.calls).toHaveLength(round);
  }
});

test('no call is made twice where SWR denies a list and the single calls that replace it', async () => {
  const app = await startSignedApp();
  app.expectKey({ ...KEY, secretKey: 'another one' });
  const fields = Array.from({ length: 6 }, (_, n) => `r${n}: repository(namespace: "group", name: "r${n}") { size }`);
  await app.ask(`{ ${fields.join(' ')} }`);
  const targets = app.targets();
  expect(targets.length).toBeGreaterThan(0);
  expect(new Set(targets).size).toBe(targets.length);
});

test('keys in files are used from the next request on when the files have changed', async () => {
  const folder = newFolder();
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  write('access', `${KEY.accessKey}\n`);
  write('secret', `${KEY.secretKey}\r\n`);
  write('token', 'token-1');
  const app = await startSignedApp({
    IMAGE_GRAPH_ACCESS_KEY: '',
    IMAGE_GRAPH_ACCESS_KEY_FILE: join(folder, 'access'),
    IMAGE_GRAPH_SECRET_KEY: '',
    IMAGE_GRAPH_SECRET_KEY_FILE: join(folder, 'secret'),
    IMAGE_GRAPH_SECURITY_TOKEN_FILE: join(folder, 'token'),
  });
  const ask = async () => (await app.ask('{ images(first: 1) { nodes { id } } }')).errors;
  expect(await ask()).toBeUndefined();
  const next = { accessKey: 'AK-NEXT', secretKey: 'SK-NEXT' };
  write('access', next.accessKey);
  write('secret', next.secretKey);
  write('token', 'token-2');
  app.expectKey(next);
  expect(await ask()).toBeUndefined();
  expect(app.upstream.calls.map(({ headers }) => headers['x-security-token'])).toEqual(['token-1', 'token-2']);
});

test('100 requests at once are each signed for themselves', async () => {
  const app = await startSignedApp();
  const ids = Array.from({ length: 100 }, (_, n) => imageId(n));
  const responses = await Promise.all(ids.map((id) => app.ask(`{ image(imageId: "${id}") { imageId } }`)));
  expect(responses.map(({ data }) => data.image.imageId)).toEqual(ids);
  expect(app.verdicts.flatMap(({ faults }) => faults)).toEqual([]);
  expect(new Set(app.upstream.calls.map(({ headers }) => headers.authorization)).size).toBe(100);
});
