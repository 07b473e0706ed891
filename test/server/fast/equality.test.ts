// Nobody can tell the fast path from Yoga: each request, sent twice over a connection of its own, gets the same status, headers and body
// with it and without it, and makes the same upstream calls. Only the date may differ, and ids that the server has generated.
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { buildSchema } from '../../../src/schema.ts';
import { createApiKey } from '../../../src/server/auth/api-keys.ts';
import { imageId, imageRow } from '../../resources/image/kind.ts';
import { imageGroupRow } from '../../resources/image-group/kind.ts';
import { memberRow } from '../../resources/image-member/kind.ts';
import { sharedRow } from '../../resources/shared-repository/kind.ts';
import { newFile } from '../../support/files.ts';
import { hostileOperations } from '../../support/generators/hostile-operations.ts';
import { replyOf } from '../../support/kinds.ts';
import { bareTokenReply, PASSWORD } from '../../support/upstreams/iam.ts';
import { ABSENT, type Reply, type Script } from '../../support/upstreams/upstream.ts';
import { type BothPaths, openBothPaths, type RawRequest } from './both-paths.ts';

/** What the upstream says of an image, by the last digits of its id. */
const REPLIES: Readonly<Record<number, Reply>> = {
  404: ABSENT.ims,
  400: { status: 400, body: { code: 'IMG.0001', message: 'bad' } },
  401: { status: 401, body: { error: { code: 401, message: 'no' } } },
  403: { status: 403, body: { code: '403', message: 'no' } },
  429: { status: 429, headers: { 'retry-after': '7' }, body: {} },
  500: { status: 500, body: 'broken' },
  503: { status: 503, headers: { 'retry-after': '9' }, body: '' },
  600: { body: '{"id":' },
  601: { body: '[]' },
  602: { body: 'null' },
  603: { headers: { 'content-type': 'text/html' }, body: '<html>' },
  604: { body: imageRow({ min_disk: 'many', created_at: 'yesterday', size: {}, status: 'unheard-of', tags: 7 }) },
  605: { body: imageRow({ id: null }) },
};

/** The image that the upstream never responds for. */
const HANGS = 700;

/** Texts of descriptions, by the name that an operation filters by. */
const DESCRIPTIONS: Readonly<Record<string, string>> = {
  kilobyte: 'x'.repeat(1024),
  controls: '\u0001'.repeat(512),
  surrogates: '\ud800 a \udc00 😀',
  characters: '漢é😀'.repeat(100),
};

const respond: Script = ({ path, query }) => {
  if (path === '/v3/auth/tokens') return bareTokenReply;
  if (path.endsWith('/members')) return { body: { members: [memberRow({ image_id: path.split('/')[3] })] } };
  if (path.startsWith('/v2/images/')) {
    const id = path.split('/').at(-1) ?? '';
    if (id === imageId(HANGS)) return undefined;
    return REPLIES[Number(id.slice(-3))] ?? { body: imageRow({ id }) };
  }
  if (path === '/v2/images') {
    const name = query.get('name') ?? 'CentOS';
    const count = query.has('marker') ? 0 : Math.min(Number(query.get('limit') ?? 25), 500);
    const row = (n: number) => ({
      ...imageRow({ id: imageId(n + 1), name, __description: DESCRIPTIONS[name] ?? 'plain' }),
      ...(name === 'malformed' ? { min_disk: n % 2 === 0 ? 'x' : 1, updated_at: {} } : {}),
      ...(name === 'without-ids' && n % 3 === 0 ? { id: null } : {}),
    });
    return { body: { images: Array.from({ length: count }, (_, n) => row(n)) } };
  }
  if (path.endsWith('/images/group')) return { body: { data: [imageGroupRow()], total: 1 } };
  if (path.endsWith('/shared-repositories')) return { headers: { 'content-range': '0-1/1' }, body: [sharedRow()] };
  // Without errors, whose order would be that in which the calls end.
  if (path.startsWith('/v2/manage/namespaces/'))
    return replyOf(path, (call, identity) => call.reply([call.row(identity)]));
  return { status: 404, body: {} };
};

const image = (n: number) => `{ image(imageId: "${imageId(n)}") { id name minDisk size createdAt status tags } }`;
const QUERY = image(1);
const LIST =
  'query List($first: Int = 2, $filter: ImageFilter, $withSize: Boolean = false) { images(first: $first, filter: $filter) { nodes { name description size @include(if: $withSize) } } }';
const big = (name: string, first: number, fields = 'description') => ({
  query: LIST.replace('name description', fields),
  variables: { first, filter: { name } },
});
const REPOSITORY =
  'query ($namespace: String!, $name: String!) { repository(namespace: $namespace, name: $name) { name size } }';

type Case = readonly [name: string, request: RawRequest];
const operation = (body: unknown): RawRequest => ({ body });
const named = (prefix: string, requests: readonly RawRequest[]): Case[] =>
  requests.map((request, index) => [`${prefix} ${index + 1}`, request]);

const ordinary = named('ordinary operation', [
  operation({ query: QUERY }),
  operation({ query: LIST }),
  operation({ query: LIST, variables: { first: 5 }, operationName: 'List' }),
  operation({ query: LIST, variables: { first: 3, filter: { name: 'malformed' } } }),
  operation({ query: LIST, variables: { first: 9, filter: { name: 'without-ids' } } }),
  operation({ query: LIST, variables: { first: 1, withSize: true } }),
  operation({ query: REPOSITORY, variables: { namespace: 'group', name: 'busybox' } }),
  operation({ query: '{ __typename }' }),
  operation({ query: '{ _service { sdl } }' }),
  operation({ query: '{ __schema { types { name fields { name } } } }' }),
  operation({ query: '{ __type(name: "Image") { name } }' }),
  operation({ query: '{ imageGroups(first: 1) { totalCount nodes { name id } } }' }),
  operation({ query: '{ sharedRepositories(center: SELF, first: 1) { nodes { name repository { size } } } }' }),
  operation({
    query: `{ a: image(imageId: "${imageId(1)}") { ...F } b: image(imageId: "${imageId(2)}") { ...F } } fragment F on Image { id name }`,
  }),
  operation({
    query: 'query ($r: [_Any!]!) { _entities(representations: $r) { __typename ... on Image { name } } }',
    variables: {
      r: [{ __typename: 'Image', imageId: imageId(1) }, { __typename: 'Nothing' }, { __typename: 'Image' }],
    },
  }),
  ...['kilobyte', 'controls', 'surrogates', 'characters'].flatMap((name) =>
    [1, 3, 70, 200].map((first) => operation(big(name, first))),
  ),
  operation(big('kilobyte', 500, Array.from({ length: 9 }, (_, n) => `a${n}: description`).join(' '))),
]);

const upstreamErrors = named('upstream error', [
  ...Object.keys(REPLIES).map((status) => operation({ query: image(Number(status)) })),
  ...Object.keys(REPLIES).map((status) =>
    operation({
      query:
        'query ($id: ID!) { bad: image(imageId: $id) { name minDisk createdAt tags } good: image(imageId: "00000000-0000-4000-8000-000000000001") { name } }',
      variables: { id: imageId(Number(status)) },
    }),
  ),
]);

const BODIES: readonly unknown[] = [
  ...['', ' ', '{', 'null', '1', '1e999', '"text"', 'true', '[]', '[[]]', '[null]', '[1]', '{}', '{"query":null}'],
  ...['{"query":1}', '{"query":""}', '{"query":" "}', '{"query":["{ __typename }"]}', '{"query":{"a":1}}'],
  `\ufeff${JSON.stringify({ query: QUERY })}`,
  `\ufeff\ufeff${JSON.stringify({ query: QUERY })}`,
  ` \r\n\t${JSON.stringify({ query: QUERY })}\n `,
  `${JSON.stringify({ query: QUERY })}x`,
  `\u00a0${JSON.stringify({ query: QUERY })}`,
  Buffer.from([0xff, 0xfe, 0x7b]),
  Buffer.concat([Buffer.from('{"query":"{ __typename }","x":"'), Buffer.from([0xc3]), Buffer.from('"}')]),
  Buffer.from(`{"query":"{ __typename }"}`, 'utf16le'),
  `{"query":"{ __typename }","query":${JSON.stringify(QUERY)}}`,
  `{"query":${JSON.stringify(QUERY)},"query":"{ __typename }"}`,
  `{"query":${JSON.stringify(QUERY)},"query":null}`,
  `{"__proto__":{"query":"{ __typename }"}}`,
  `{"query":"{ __typename }","__proto__":{"variables":{"a":1}}}`,
  `{"query":"{ __typename }","constructor":1,"toString":2}`,
  `{"query":${JSON.stringify(LIST)},"variables":{"__proto__":{"first":1}}}`,
  `{"query":${JSON.stringify(LIST)},"variables":{"first":1e999}}`,
  `{"query":${JSON.stringify(LIST)},"variables":{"first":1.0}}`,
  `{"query":${JSON.stringify(LIST)},"variables":{"first":123456789012345678901234567890}}`,
  `{"query":"{ __typename }","x":123456789012345678901234567890}`,
  `{"query":"{ __typename }","x":${'['.repeat(5000)}${']'.repeat(5000)}}`,
  { query: QUERY, id: 'x', documentId: 'y', unknown: { deep: [1] } },
  ...[1, 'a', true, [], [1], '{}', null, {}].flatMap((value) => [
    { query: QUERY, variables: value },
    { query: QUERY, operationName: value },
    { query: QUERY, extensions: value },
  ]),
  { query: QUERY, operationName: '' },
  { query: QUERY, operationName: 'X' },
  ...[true, false, 1, 'true', null, {}].map((cost) => ({ query: LIST, extensions: { cost } })),
  { query: LIST, variables: { first: 7 }, extensions: { cost: true } },
  { query: QUERY, extensions: { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } } },
  { query: '', extensions: { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } } },
  { extensions: { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } } },
  { query: QUERY, extensions: { persistedQuery: null } },
  { query: QUERY, extensions: { tracing: {}, __proto__: 1 } },
  [{ query: QUERY }],
  [{ query: QUERY }, { query: LIST }, { query: '{ nothing }' }],
  Array.from({ length: 11 }, () => ({ query: QUERY })),
  { query: `{ image(imageId: "\ud800") { name } }` },
];
const bodies = named('body', BODIES.map(operation));

const DOCUMENTS: readonly unknown[] = [
  ...[undefined, null, '', 'A', 'B', 'C', 'a', '__proto__', 'toString', 1].map((operationName) => ({
    query: 'query A { a: __typename } query B { b: __typename }',
    operationName,
  })),
  ...[undefined, 'A', 'B', 'Q'].map((operationName) => ({
    query: 'query Q { a: __typename } mutation A { x } subscription B { y }',
    operationName,
  })),
  ...['mutation { a }', 'subscription { a }', 'mutation M { __typename }', 'fragment F on Image { name }', '# nothing'],
  ...[
    '{ images(first: 1) @defer { nodes { name } } }',
    '{ ... @defer { __typename } }',
    '{ __typename @skip(if: false) }',
  ],
  ...[
    '{',
    '}',
    '{ }',
    '{ nothing }',
    '{ image }',
    '{ __typename(a: 1) }',
    'query ($a: Int) { __typename }',
    '{ a: __typename a: __schema { queryType { name } } }',
  ],
  `{ ${Array.from({ length: 101 }, (_, n) => `a${n}: __typename`).join(' ')} }`,
  `{ ${Array.from({ length: 90 }, (_, n) => `a${n}: __typename`).join(' ')} }`,
  `{ __schema { ${'types { fields { type { '.repeat(6)}name${' } } }'.repeat(6)} } }`,
  `{ images { nodes { ${'name '.repeat(1900)} } } }`,
  `{ __typename } # ${'x'.repeat(11_000)}`,
  `{ __typename } # ${'x'.repeat(9_000)}`,
  `{ __typename }${'\n'.repeat(5000)}`,
  '{ images(first: -1) { nodes { name } } }',
  '{ images(first: 1, last: 1) { nodes { name } } }',
  '{ images(first: 1001) { nodes { name } } }',
  '{ images(first: 1, after: "nonsense") { nodes { name } } }',
  '{ images(first: 1000) { nodes { name } edges { node { name } } a: nodes { name } b: nodes { name } c: nodes { name } d: nodes { name } e: nodes { name } f: nodes { name } g: nodes { name } h: nodes { name } i: nodes { name } j: nodes { name } } }',
  '{ image(imageId: "../x") { name } }',
  '{ repository(namespace: "a$b", name: "..") { name } }',
].map((document) => (typeof document === 'string' ? { query: document } : document));
const documents = named('document', DOCUMENTS.map(operation));

const VARIABLES: readonly unknown[] = [
  ...[undefined, null, {}, { first: null }, { first: 'a' }, { first: 1.5 }, { first: 2 ** 31 }, { first: -1 }],
  ...[
    { first: 1001 },
    { first: [1] },
    { first: {} },
    { first: true },
    { first: '1' },
    { extra: 1 },
    { first: 1, extra: { a: [] } },
  ],
  ...[
    { filter: null },
    { filter: [] },
    { filter: {} },
    { filter: 'a' },
    { filter: { unknown: 1 } },
    { filter: { name: 1 } },
  ],
  ...[
    { filter: { name: null } },
    { filter: { status: 'ACTIVE' } },
    { filter: { status: 'active' } },
    { filter: { status: 1 } },
  ],
  ...[
    { filter: { status: ['ACTIVE'] } },
    { filter: { createdAt: { gte: 'never' } } },
    { filter: { createdAt: { gte: '2021-01-01T00:00:00Z' } } },
  ],
  ...[
    { filter: { tags: 'a' } },
    { filter: { tags: ['a=b'] } },
    { filter: { name: '\ud800' } },
    { filter: { name: 'a\u0000b' } },
  ],
  ...[{ withSize: null }, { withSize: 'true' }, { withSize: 1 }, { withSize: true }],
  Object.fromEntries(Array.from({ length: 251 }, (_, n) => [`v${n}`, n])),
  Object.fromEntries(Array.from({ length: 250 }, (_, n) => [`v${n}`, n])),
  { extra: Array.from({ length: 10_001 }, () => 0) },
  { extra: Array.from({ length: 9_000 }, () => 0) },
  { extra: JSON.parse(`${'['.repeat(3000)}${']'.repeat(3000)}`) },
  { filter: JSON.parse(`${'{"a":'.repeat(200)}1${'}'.repeat(200)}`) },
].map((variables) => ({ query: LIST, variables }));
const REQUIRED: readonly unknown[] = [
  ...[undefined, {}, { namespace: 'a' }, { namespace: null, name: 'a' }, { namespace: 1, name: true }],
  ...[
    { namespace: '', name: '' },
    { namespace: ['a'], name: 'b' },
    { namespace: 'a/b', name: 'c' },
  ],
].map((variables) => ({ query: REPOSITORY, variables }));
const variables = named('variables', [...VARIABLES, ...REQUIRED].map(operation));

const HEADERS: readonly (readonly string[])[] = [
  ...['', '*/*', 'application/json', 'application/graphql-response+json', 'application/*', 'text/html', 'text/*'],
  ...['application/json;q=0', 'application/json;q=0.5, application/graphql-response+json', 'APPLICATION/JSON'],
  ...['application/json;q=1, application/graphql-response+json;q=0.9', 'application/json; charset=utf-8'],
  ...['application/json; charset=latin1', 'application/json;charset=latin1, */*;q=0.1', 'text/event-stream', ','],
  ...['multipart/mixed, application/json', 'text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2', 'a;;;q=x,,b'],
  ...['application/json;q=nan', '*/*;q=0', 'application/xml, */*;q=0.1', 'application/graphql-response+json;q=0, */*'],
].map((accept) => [`Accept: ${accept}`]);
const MORE_HEADERS: readonly (readonly string[])[] = [
  ['Accept: application/json', 'Accept: application/graphql-response+json;q=0.5'],
  ...['application/json; charset=utf-8', 'application/json;charset=UTF8', 'application/json; charset=latin1'],
  ...[
    'text/plain',
    'application/JSON',
    'application/json; a=b',
    'application/graphql+json',
    'application/x-www-form-urlencoded',
  ],
  ...[
    'multipart/form-data; boundary=a',
    'application/json,application/json',
    'application/json;',
    ';',
    'application/json; charset="utf-8"',
  ],
].map((line) => (typeof line === 'string' ? [`Content-Type: ${line}`] : line));
const OTHER_HEADERS: readonly (readonly string[])[] = [
  ['Content-Type:'],
  ['Content-Type: application/json', 'Content-Type: application/json'],
  ...['identity', 'gzip', 'compress', 'gzip, gzip', '', 'br', 'x-gzip'].map((coding) => [
    `Content-Encoding: ${coding}`,
  ]),
  ...['100-continue', '100-Continue', '200-ok', ''].map((value) => [`Expect: ${value}`]),
  ...['https://listed.example', 'https://other.example', 'null', ''].map((origin) => [`Origin: ${origin}`]),
  ...['x', 'a b', '<script>', 'x'.repeat(128), 'x'.repeat(129), 'é', ''].map((id) => [`X-Request-Id: ${id}`]),
  ['X-Request-Id:'],
  ['X-Request-Id: a', 'X-Request-Id: b'],
  ...['project-2', 'a/b', '..', '', 'x'.repeat(300), 'é', 'a b'].map((id) => [`X-Project-Id: ${id}`]),
  ['X-Project-Id: a', 'X-Project-Id: b'],
  ...['other', 'a b', ' padded ', '', 'x'.repeat(20_000), 'x'.repeat(60_000), 'é', 'a\tb'].map((token) => [
    `X-Auth-Token: ${token}`,
  ]),
  ['X-Auth-Token:'],
  ['X-Auth-Token:', 'Authorization: Bearer abc'],
  ['X-Auth-Token: a', 'X-Auth-Token: b'],
  ['Authorization: Bearer abc'],
  ['Authorization: Basic abc'],
  ['X-Api-Key: abc'],
  ['Router-Authorization: abc'],
  ...['localhost', 'evil.example', 'a b', '', '[::1]:80', 'localhost:99999', 'user@host'].map((host) => [
    `Host: ${host}`,
  ]),
  ['Host:'],
  ['Host: a', 'Host: b'],
  ['Connection: keep-alive, close'],
  ['Upgrade: h2c', 'Connection: upgrade, close'],
  ['Upgrade: websocket', 'Connection: upgrade, close'],
  ['Via: 1.1 proxy'],
  ['X-Forwarded-For: 192.0.2.1', 'Forwarded: for=192.0.2.1'],
  ['Sec-Fetch-Site: cross-site', 'Origin: https://other.example'],
  ['Cookie: a=b'],
  ['Accept-Language: de'],
  ['Traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', 'Tracestate: a=b', 'Baggage: a=b'],
  ['Range: bytes=0-1', 'If-None-Match: *'],
  ['TE: trailers', 'Trailer: x'],
];
/** A good operation under each of the headers, and under those for media types one that has errors and data, too. */
const headers = [...HEADERS, ...MORE_HEADERS, ...OTHER_HEADERS].flatMap((sent, index): Case[] => {
  const name = `headers ${index}, ${sent[0]?.slice(0, 60)}`;
  const withErrors: Case = [`${name}, errors`, { headers: sent, body: { query: image(604) } }];
  return [[name, { headers: sent, body: { query: QUERY } }], ...(index < HEADERS.length ? [withErrors] : [])];
});

const CODINGS = [
  '',
  'gzip',
  'br',
  'zstd',
  'gzip;q=0',
  '*',
  '*;q=0',
  'identity',
  'identity;q=0',
  'identity;q=0, gzip',
  'gzip;q=0.5, br;q=0.6',
  'x-gzip',
  'deflate',
  'GZIP',
  'gzip, identity;q=1',
  'br;q=x',
];
const codings = CODINGS.flatMap((coding): Case[] =>
  [
    { query: QUERY },
    { query: image(404) },
    { query: image(600) },
    big('kilobyte', 3),
    big('kilobyte', 100),
    { query: '{ nothing }' },
  ].map((body, index) => [`coding ${coding}, ${index}`, { headers: [`Accept-Encoding: ${coding}`], body }]),
);

/** Data and errors, errors alone, and data alone, under both media types. */
const results = ['application/json', 'application/graphql-response+json'].flatMap((type): Case[] =>
  [
    { query: QUERY },
    { query: image(604) },
    { query: image(500) },
    { query: LIST, variables: { first: 'x' } },
    { query: LIST, variables: { filter: { status: 'x' } } },
    { query: LIST, variables: { first: -1 } },
    { query: '{ images(first: 1) { nodes { __typename } pageInfo { endCursor hasNextPage } } }' },
    { query: 'query ($id: ID!) { node: image(imageId: $id) { name } }', variables: { id: '' } },
    { query: 'query ($skip: Boolean!) { __typename @skip(if: $skip) }', variables: { skip: true } },
    { query: 'query ($skip: Boolean!) { __typename @skip(if: $skip) }', variables: {} },
  ].map((body, index) => [`result ${index} as ${type}`, { headers: [`Accept: ${type}`], body }]),
);

const URL_QUERY = `?query=${encodeURIComponent(QUERY)}`;
const LINES = [
  ...['/graphql?', '/graphql?a=b', '/graphql/', '/graphql#a', '//graphql', '/GraphQL', '/graphql%20', '/%67raphql'],
  ...[
    '/',
    '/other',
    '/health',
    '/ready',
    'http://127.0.0.1/graphql',
    'http://localhost/graphql',
    'http://evil.example/graphql',
  ],
  ...[
    'https://a:b@c/graphql',
    'http:///graphql',
    '*',
    'graphql',
    '/graphql/../graphql',
    '/./graphql',
    `/graphql${URL_QUERY}`,
  ],
].map((target) => `POST ${target} HTTP/1.1`);
const METHODS = ['GET', 'HEAD', 'PUT', 'OPTIONS', 'DELETE', 'PATCH', 'QUERY', 'TRACE'].flatMap((method) => [
  `${method} /graphql HTTP/1.1`,
  `${method} /graphql${URL_QUERY} HTTP/1.1`,
]);
const lines = [
  ...LINES,
  ...METHODS,
  'POST /graphql HTTP/1.0',
  'post /graphql HTTP/1.1',
  'POST /graphql HTTP/1.2',
].flatMap((startLine): Case[] => [
  [`${startLine}, with a body`, { startLine, body: { query: QUERY } }],
  [`${startLine}, without one`, { startLine }],
]);

const gzipped = gzipSync(JSON.stringify({ query: QUERY }));
const framing = named('framing', [
  { body: { query: QUERY }, isChunked: true },
  { body: { query: image(404) }, isChunked: true },
  { body: '', isChunked: true },
  { body: big('kilobyte', 100), isChunked: true },
  { body: gzipped, headers: ['Content-Encoding: gzip'] },
  { body: gzipped, headers: ['Content-Encoding: gzip'], isChunked: true },
  { body: { query: QUERY }, headers: ['Content-Length: 0'] },
  { body: { query: QUERY }, headers: ['Content-Length: -1'] },
  { body: { query: QUERY }, headers: ['Content-Length: 5'] },
  { body: { query: QUERY }, headers: ['Content-Length: 5', 'Transfer-Encoding: chunked'] },
  { body: { query: QUERY }, headers: ['Transfer-Encoding: gzip, chunked'] },
  { body: { query: `{ __typename } # ${'x'.repeat(1_000_000)}` } },
  { body: { query: `{ __typename } # ${'x'.repeat(1_000_000)}` }, isChunked: true },
]);

/** Operations over every root field, with arguments that are good, almost good or hostile. */
const generated = named(
  'generated operation',
  fc
    .sample(
      hostileOperations(
        buildSchema({ offersNode: false }),
        { imageId: [imageId(1)], namespace: ['group'], name: ['busybox', 'kilobyte'], id: ['x'] },
        fc.constantFrom({ __typename: 'Image', imageId: imageId(1) }, { __typename: 'Nothing' }, 1, null, {}),
      ),
      { numRuns: 150, seed: 20_261_130 },
    )
    .map(operation),
);

const { key, line } = createApiKey('tester');
const FREE = {
  IMAGE_GRAPH_CORS_ORIGINS: 'https://listed.example',
  IMAGE_GRAPH_UPSTREAM_ATTEMPTS: '1',
  IMAGE_GRAPH_BREAKER_CALLS: '1000000',
};
/** Known from their second sight on, as by default. */
const FROM_SECOND = { ...FREE, IMAGE_GRAPH_COMPILE_AFTER: '2' };
/** Every third of them. */
const some = (...cases: readonly (readonly Case[])[]) =>
  cases.flatMap((all) => all.filter((_, index) => index % 3 === 0));
const withHeader = (header: string, cases: readonly Case[]) =>
  cases.map(([name, request]): Case => [`${name}, ${header.slice(0, 30)}`, { ...request, headers: [header] }]);
const hanging = named('hanging call', [
  operation({ query: image(HANGS) }),
  operation({ query: `{ hangs: image(imageId: "${imageId(HANGS)}") { name } __typename }` }),
  { body: { query: image(HANGS) }, headers: ['Accept: application/graphql-response+json'] },
]);

/** Groups of requests, each to servers on settings of their own. */
const GROUPS: readonly (readonly [name: string, settings: () => Record<string, string>, cases: readonly Case[]])[] = [
  ['operations', () => FROM_SECOND, [...ordinary, ...upstreamErrors, ...results, ...codings, ...generated]],
  ['bodies and documents', () => FROM_SECOND, [...bodies, ...documents, ...variables]],
  ['heads', () => FROM_SECOND, [...headers, ...lines, ...framing]],
  [
    'small limits',
    () => ({
      ...FREE,
      IMAGE_GRAPH_MAX_NODES: '60',
      IMAGE_GRAPH_MAX_VALUES: '400',
      IMAGE_GRAPH_MAX_UPSTREAM_CALLS: '2',
      IMAGE_GRAPH_MAX_ROWS_READ: '50',
      IMAGE_GRAPH_MAX_DEPTH: '4',
      IMAGE_GRAPH_MAX_ALIASES: '3',
      IMAGE_GRAPH_MAX_LIST_LENGTH: '2',
      IMAGE_GRAPH_MAX_BODY_BYTES: '1000',
      IMAGE_GRAPH_MAX_ERRORS: '2',
      IMAGE_GRAPH_MAX_RESPONSE_BYTES: '30000',
    }),
    some(ordinary, upstreamErrors, bodies, documents, variables, framing, generated, codings),
  ],
  [
    'small responses',
    () => ({ ...FREE, IMAGE_GRAPH_MAX_RESPONSE_BYTES: '2000', IMAGE_GRAPH_MAX_TOTAL_RESPONSE_BYTES: '6000' }),
    some(ordinary, results, codings),
  ],
  [
    'no introspection, no compression, no page',
    () => ({
      ...FREE,
      IMAGE_GRAPH_INTROSPECTION: 'false',
      IMAGE_GRAPH_COMPRESSION: 'false',
      IMAGE_GRAPH_GRAPHIQL: 'false',
    }),
    some(ordinary, documents, codings, lines, results),
  ],
  [
    'a router secret',
    () => ({ ...FREE, IMAGE_GRAPH_ROUTER_SECRET: 'the-router-knows-it', IMAGE_GRAPH_SUBGRAPH_NODE: 'true' }),
    [
      ...some(ordinary, headers, lines),
      ...['the-router-knows-it', 'wrong', ''].flatMap((secret) =>
        withHeader(`Router-Authorization: ${secret}`, some(ordinary, bodies)),
      ),
    ],
  ],
  [
    'API keys',
    () => ({ ...FREE, IMAGE_GRAPH_API_KEYS_FILE: newFile(`${line}\n`) }),
    [
      ...some(headers, bodies),
      ...[
        `X-Api-Key: ${key}`,
        `Authorization: Bearer ${key}`,
        `Authorization: bearer  ${key} `,
        `Authorization: Basic ${key}`,
        `X-Api-Key: ${key}x`,
      ].flatMap((header) => withHeader(header, some(ordinary, results))),
      ['two credentials', { body: { query: QUERY }, headers: [`X-Api-Key: ${key}`, `Authorization: Bearer ${key}`] }],
      ['no operation, no key', { body: '{' }],
    ],
  ],
  ['loopback only, with credentials of the server', () => ({ ...FREE, ...PASSWORD }), some(ordinary, headers, lines)],
  ['a deadline', () => ({ ...FROM_SECOND, IMAGE_GRAPH_REQUEST_TIMEOUT_MS: '200' }), hanging],
  [
    'few operations a minute',
    () => ({ ...FREE, IMAGE_GRAPH_MAX_REQUESTS_PER_MINUTE: '5' }),
    [...ordinary.slice(0, 6), ...results],
  ],
];

const TOTAL = GROUPS.reduce((sum, [, , cases]) => sum + cases.length, 0);

let executed = 0;
afterAll(() => {
  const times = `${TOTAL} requests, each sent twice to both servers`;
  process.stdout.write(`${times}: ${executed} of ${2 * TOTAL} were executed by the fast path.\n`);
});

test('there are a thousand requests', () => {
  expect(TOTAL).toBeGreaterThanOrEqual(1000);
});

/** Sends each request twice to both servers. Shape: how many of them the fast path has executed. */
async function compareAll(both: BothPaths, cases: readonly Case[]): Promise<number> {
  const different: unknown[] = [];
  let taken = 0;
  for (const [name, request] of cases)
    for (const round of [1, 2]) {
      const { fast, usual, isFast } = await both.compare(request);
      taken += Number(isFast);
      if (JSON.stringify(fast) !== JSON.stringify(usual)) different.push({ name, round, isFast, fast, usual });
    }
  executed += taken;
  expect(different.slice(0, 5)).toEqual([]);
  expect(both.apps[0].log).toEqual(both.apps[1].log);
  return taken;
}

test.each(GROUPS)('are the same with the fast path and without it: %s', { timeout: 60_000 }, async (...group) => {
  const [, settings, cases] = group;
  const both = await openBothPaths(respond, settings());
  onTestFinished(both.close);
  const taken = await compareAll(both, cases);
  // Both ways were taken.
  expect(taken).toBeGreaterThan(0);
  expect(taken).toBeLessThan(2 * cases.length);
});

/** Invalid and unusual values of variables of all types. */
const VALUES = ['[]', '{}', '[{}]', '[[]]', '""', '"1"', '1', '0', '-0', '1.5', '1e999', '4294967296', 'true', 'null'];
const coercions = [
  '{ "first": %, "filter": {} }',
  '{ "first": 1000, "filter": % }',
  '{ "filter": % }',
  '{ "filter": { "name": % } }',
  '{ "filter": { "tags": % } }',
  '{ "filter": { "status": % } }',
  '{ "filter": { "createdAt": % } }',
  '{ "filter": { "createdAt": { "gte": % } } }',
  '{ "filter": { "protected": % } }',
  '{ "withSize": % }',
].flatMap((form) => VALUES.map((value) => `{"query":${JSON.stringify(LIST)},"variables":${form.replace('%', value)}}`));

test('are the same with all that is fast, and with nothing of it', { timeout: 60_000 }, async () => {
  const off = { IMAGE_GRAPH_FAST_PATH: 'false', IMAGE_GRAPH_COMPILE_AFTER: '0' };
  const both = await openBothPaths(
    respond,
    { ...FREE, IMAGE_GRAPH_COMPILE_AFTER: '1', IMAGE_GRAPH_MAX_NODES: '100' },
    off,
  );
  onTestFinished(both.close);
  const cases = [
    ...named('value', coercions.map(operation)),
    ...variables,
    ...upstreamErrors,
    ...results,
    ...generated,
  ];
  expect(await compareAll(both, cases)).toBeGreaterThan(100);
});
