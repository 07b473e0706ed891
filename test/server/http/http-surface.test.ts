// HTTP requests and responses: the audits of GraphQL over HTTP, forms that pages of other sites can send, CORS, headers, and what is
// hidden where introspection is off.
import type { ServerResponse } from 'node:http';
import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createApiKey } from '../../../src/server/auth/api-keys.ts';
import { openApp, startApp, type TestApp } from '../../support/app.ts';
import { newFile } from '../../support/files.ts';
import { codeOf, postQuery, sendRequest, type WireRequest, type WireResponse } from '../../support/http-client.ts';
import { addressIn, run } from '../../support/processes/command.ts';
import { sendBytes } from '../../support/raw-http.ts';
import { PASSWORD } from '../../support/upstreams/iam.ts';
import { oneImage, QUERY, RESPONSE } from '../one-image.ts';

// In development the framework would expose more than elsewhere.
vi.stubEnv('NODE_ENV', 'development');

const TOKEN = ['X-Auth-Token', 'token-of-caller'];
const JSON_TYPE = ['Content-Type', 'application/json'];
const BODY = JSON.stringify({ query: QUERY });
const GET_PATH = `/graphql?query=${encodeURIComponent(QUERY)}`;

/** The app for the length of a test. */
const start = (settings: Record<string, string> = {}, upstream = oneImage) =>
  startApp({ upstream, settings, over: 'http' });

/** The app for a group of tests. */
function shared(settings: Record<string, string> = {}): () => TestApp {
  let app: TestApp | undefined;
  beforeAll(async () => {
    app = await openApp({ upstream: oneImage, settings, over: 'http' });
  });
  afterAll(() => app?.close());
  return () => app as TestApp;
}

describe('the audits of GraphQL over HTTP', () => {
  const app = shared();
  const audits = serverAudits({ url: () => `${app().origin}/graphql` });

  test('the suite runs every MUST and every SHOULD', () => {
    const count = (level: string) => audits.filter(({ name }) => name.startsWith(level)).length;
    expect([count('MUST'), count('SHOULD')]).toEqual([13, 23]);
  });

  test.each(audits)('audit $id holds: $name', async ({ fn, name }) => {
    const result = await fn();
    if (name.startsWith('MAY')) expect(['ok', 'notice']).toContain(result.status);
    else expect([result.status, result.status === 'ok' ? '' : result.reason]).toEqual(['ok', '']);
  });
});

describe('forms that a page of another site can send', () => {
  const app = shared();

  test.each<[string, string[], string]>([
    ['a form', ['Content-Type', 'application/x-www-form-urlencoded'], new URLSearchParams({ query: QUERY }).toString()],
    [
      'a form of parts',
      ['Content-Type', 'multipart/form-data; boundary=x'],
      `--x\r\nContent-Disposition: form-data; name="operations"\r\n\r\n${BODY}\r\n--x\r\nContent-Disposition: form-data; name="map"\r\n\r\n{}\r\n--x--\r\n`,
    ],
    ['plain text', ['Content-Type', 'text/plain'], BODY],
    ['plain text of some characters', ['Content-Type', 'text/plain; charset=utf-8'], BODY],
    ['GraphQL', ['Content-Type', 'application/graphql'], QUERY],
    ['no type', [], BODY],
    ['an empty type', ['Content-Type', ''], BODY],
    ['JSON by another name', ['Content-Type', 'text/json'], BODY],
    ['the type of responses', ['Content-Type', 'application/graphql-response+json'], BODY],
    ['JSON behind plain text', ['Content-Type', 'text/plain; application/json'], BODY],
    ['JSON before plain text', ['Content-Type', 'application/json, text/plain'], BODY],
    ['a longer name', ['Content-Type', 'application/jsonx'], BODY],
    ['a type with a blank', ['Content-Type', 'application/json x'], BODY],
    ['a form with a query in the path', ['Content-Type', 'application/x-www-form-urlencoded'], ''],
  ])('%s is rejected, without an upstream call', async (_title, headers, body) => {
    const path = body === '' ? GET_PATH : '/graphql';
    const response = await sendRequest(app(), { method: 'POST', path, headers: [...TOKEN, ...headers], body });
    expect(app().calls()).toEqual([]);
    expect([response.status, codeOf(response), response.headers.accept]).toEqual([
      415,
      'BAD_USER_INPUT',
      'application/json',
    ]);
    expect(JSON.parse(response.body).data).toBeUndefined();
  });

  test.each([
    'application/json',
    'application/json;charset=utf-8',
    'application/json ; charset=utf-8',
    'Application/JSON',
  ])('%s is accepted', async (type) => {
    const response = await sendRequest(app(), {
      method: 'POST',
      headers: [...TOKEN, 'Content-Type', type],
      body: BODY,
    });
    expect([response.status, response.body]).toEqual([200, JSON.stringify(RESPONSE)]);
    expect(app().calls()).toHaveLength(1);
  });

  test('a query in the path of a POST is not the operation', async () => {
    const response = await sendRequest(app(), {
      method: 'POST',
      path: GET_PATH,
      headers: [...TOKEN, ...JSON_TYPE],
      body: '{}',
    });
    expect([response.status, codeOf(response)]).toEqual([400, 'BAD_USER_INPUT']);
    expect(app().calls()).toEqual([]);
  });

  test.each([
    ['cross-site', 403],
    ['same-site', 403],
    ['same-origin', 200],
    ['none', 200],
  ])('a GET that a browser marks %s gets %i', async (site, status) => {
    for (const more of [[], ['Origin', 'https://evil.example'], ['Accept', 'application/json']]) {
      const headers = [...TOKEN, 'Sec-Fetch-Site', site, ...more];
      expect((await sendRequest(app(), { path: GET_PATH, headers })).status).toBe(status);
      expect(app().calls()).toHaveLength(status === 200 ? 1 : 0);
    }
  });

  test('a GET of a listed origin is executed', async () => {
    const listing = await start({ IMAGE_GRAPH_CORS_ORIGINS: 'https://app.example' });
    const statusOf = async (origin: string) => {
      const headers = [...TOKEN, 'Sec-Fetch-Site', 'cross-site', 'Origin', origin];
      return (await sendRequest(listing, { path: GET_PATH, headers })).status;
    };
    expect(await statusOf('https://app.example')).toBe(200);
    listing.calls();
    for (const origin of ['https://evil.example', 'null', '', 'https://app.example.evil.example'])
      expect(await statusOf(origin)).toBe(403);
    expect(listing.calls()).toEqual([]);
  });
});

describe('CORS', () => {
  const ORIGIN = 'https://app.example';
  const preflight = (origin: string): WireRequest => ({
    method: 'OPTIONS',
    headers: [
      ...['Origin', origin, 'Access-Control-Request-Method', 'POST'],
      ...['Access-Control-Request-Headers', 'content-type,x-auth-token'],
    ],
  });
  const operation = (origin: string): WireRequest => ({
    method: 'POST',
    headers: ['Origin', origin, ...TOKEN, ...JSON_TYPE],
    body: BODY,
  });
  const corsOf = ({ headers }: WireResponse) =>
    Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('access-control-')));

  test('is off until origins are listed', async () => {
    const app = await start();
    for (const origin of [ORIGIN, 'null', 'http://localhost:3000', app.origin]) {
      const asked = await sendRequest(app, preflight(origin));
      expect([asked.status, corsOf(asked)]).toEqual([405, {}]);
      expect(corsOf(await sendRequest(app, operation(origin)))).toEqual({});
      expect(corsOf(await sendRequest(app, { path: GET_PATH, headers: ['Origin', origin] }))).toEqual({});
      expect(corsOf(await sendRequest(app, { headers: ['Origin', origin, 'Accept', 'text/html'] }))).toEqual({});
    }
  });

  test('allows pages of listed origins, and never with cookies', async () => {
    const app = await start({ IMAGE_GRAPH_CORS_ORIGINS: `${ORIGIN}, http://localhost:3000` });
    for (const origin of [ORIGIN, 'http://localhost:3000']) {
      const asked = await sendRequest(app, preflight(origin));
      const readable = {
        'access-control-allow-origin': origin,
        'access-control-expose-headers': 'Retry-After, Server-Timing, X-Request-Id',
      };
      const granted = {
        ...readable,
        'access-control-allow-methods': 'GET, POST',
        'access-control-allow-headers': 'content-type,x-auth-token',
        'access-control-max-age': '600',
      };
      expect([asked.status, asked.body, corsOf(asked)]).toEqual([204, '', granted]);
      expect(app.calls()).toEqual([]);
      const response = await sendRequest(app, operation(origin));
      expect([JSON.parse(response.body), corsOf(response)]).toEqual([RESPONSE, readable]);
      expect(response.headers.vary).toContain('Origin');
      expect(app.calls()).toHaveLength(1);
    }
  });

  test.each([
    'https://evil.example',
    'null',
    'http://app.example',
    'https://app.example:8443',
    'https://sub.app.example',
    'https://app.example.evil.example',
    'https://evil-app.example',
    'https://app.example/',
    'https://app.example, https://evil.example',
    '*',
  ])('allows nothing to pages of %s', async (origin) => {
    const app = await start({ IMAGE_GRAPH_CORS_ORIGINS: ORIGIN });
    for (const request of [preflight(origin), operation(origin)])
      expect(corsOf(await sendRequest(app, request))).toEqual({});
  });

  test('a page of a listed origin sends its preflight without a key, and reads that it needs one', async () => {
    const { settings, key } = withKeys();
    const app = await start({ ...settings, IMAGE_GRAPH_CORS_ORIGINS: ORIGIN });
    expect((await sendRequest(app, preflight(ORIGIN))).status).toBe(204);
    const rejected = await sendRequest(app, operation(ORIGIN));
    expect([rejected.status, rejected.headers['access-control-allow-origin']]).toEqual([401, ORIGIN]);
    const headers = ['X-Api-Key', key, ...(operation(ORIGIN).headers ?? [])];
    expect((await sendRequest(app, { ...operation(ORIGIN), headers })).status).toBe(200);
  });
});

/** Settings with a file of one API key. */
function withKeys() {
  const { key, line } = createApiKey('ci');
  return { key, settings: { IMAGE_GRAPH_API_KEYS_FILE: newFile(line) } };
}

/** A request, the settings under which it is sent, and the status of its response. */
interface Route {
  readonly title: string;
  readonly status: number;
  readonly request: WireRequest;
  readonly settings?: Record<string, string>;
}

const post = (body: string, ...headers: string[]): WireRequest => ({
  method: 'POST',
  headers: [...TOKEN, ...JSON_TYPE, ...headers],
  body,
});
const deep = `{ images ${'{ nodes '.repeat(30)}{ name }${' }'.repeat(30)} }`;

const routes: readonly Route[] = [
  { title: 'health', status: 200, request: { path: '/health' } },
  { title: 'GraphiQL', status: 200, request: { headers: ['Accept', 'text/html'] } },
  {
    title: 'GraphiQL, compressed',
    status: 200,
    request: { headers: ['Accept', 'text/html', 'Accept-Encoding', 'gzip'] },
  },
  { title: 'data', status: 200, request: post(BODY) },
  { title: 'data by GET', status: 200, request: { path: GET_PATH, headers: TOKEN } },
  { title: 'data as GraphQL', status: 200, request: post(BODY, 'Accept', 'application/graphql-response+json') },
  { title: 'events, which it does not send', status: 406, request: post(BODY, 'Accept', 'text/event-stream') },
  { title: 'parts, which it does not send', status: 406, request: post(BODY, 'Accept', 'multipart/mixed') },
  { title: 'a batch', status: 200, request: post(`[${BODY},${BODY}]`) },
  { title: 'an empty batch', status: 200, request: post('[]') },
  { title: 'a batch of malformed operations', status: 200, request: post('[null,1,"x",[]]') },
  { title: 'no token', status: 200, request: { path: GET_PATH } },
  {
    title: 'a cloud that is not there',
    status: 200,
    request: post(BODY),
    settings: { IMAGE_GRAPH_IMS_ENDPOINT: 'http://127.0.0.1:1' },
  },
  { title: 'a wrong field', status: 200, request: post('{"query":"{ a }"}') },
  {
    title: 'a wrong field, as GraphQL',
    status: 400,
    request: post('{"query":"{ a }"}', 'Accept', 'application/graphql-response+json'),
  },
  { title: 'no GraphQL', status: 400, request: post('{"query":"{"}', 'Accept', 'application/graphql-response+json') },
  { title: 'too deep a document', status: 200, request: post(JSON.stringify({ query: deep })) },
  { title: 'no JSON', status: 400, request: post('{') },
  { title: 'no body', status: 400, request: post('') },
  { title: 'no operation', status: 400, request: {} },
  { title: 'an unknown parameter', status: 200, request: post('{"query":"{ __typename }","documentId":"x"}') },
  { title: 'variables that are not JSON', status: 400, request: { path: `${GET_PATH}&variables={` } },
  { title: 'another path', status: 404, request: { path: '/elsewhere' } },
  { title: 'the root', status: 404, request: { path: '/' } },
  { title: 'a path of another host', status: 404, request: { path: '//evil.example/graphql' } },
  ...['HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE'].map((method) => ({
    title: method,
    status: 405,
    request: { method, path: GET_PATH },
  })),
  { title: 'a mutation by GET', status: 405, request: { path: '/graphql?query=mutation{a}' } },
  { title: 'a type that it does not speak', status: 406, request: post(BODY, 'Accept', 'application/pdf') },
  {
    title: 'no page',
    status: 406,
    request: { headers: ['Accept', 'text/html'] },
    settings: { IMAGE_GRAPH_GRAPHIQL: 'false' },
  },
  {
    title: 'a body that is too large',
    status: 413,
    request: post(BODY),
    settings: { IMAGE_GRAPH_MAX_BODY_BYTES: '10' },
  },
  {
    title: 'a body of unknown length that is too large',
    status: 413,
    request: post(BODY, 'Transfer-Encoding', 'chunked'),
    settings: { IMAGE_GRAPH_MAX_BODY_BYTES: '10' },
  },
  {
    title: 'an encoding that it does not read',
    status: 415,
    request: post(BODY, 'Content-Encoding', 'compress'),
  },
  { title: 'a body that is not what its encoding says', status: 400, request: post(BODY, 'Content-Encoding', 'br') },
  { title: 'a WebSocket', status: 400, request: { headers: ['Upgrade', 'websocket'] } },
  { title: 'an expectation', status: 417, request: { headers: ['Expect', 'x'] } },
  { title: 'a form', status: 415, request: { method: 'POST', headers: ['Content-Type', 'text/plain'], body: BODY } },
  ...['[', 'a b', 'x:99999', '', '127.0.0.1:', 'a@b', 'a/b', '[::1', '127.0.0.256', '<script>'].map((host) => ({
    title: `the Host ${JSON.stringify(host)}`,
    status: 400,
    request: { headers: ['Host', host] },
  })),
  ...['http://127.0.0.1/graphql', 'http://evil.example/graphql', '*'].map((path) => ({
    title: `the target ${path}`,
    status: 400,
    request: { method: path === '*' ? 'OPTIONS' : 'GET', path },
  })),
  ...['X-Auth-Token', 'X-Project-Id', 'X-Api-Key', 'Authorization', 'Content-Type', 'Origin', 'Host'].map((name) => ({
    title: `${name} twice`,
    status: 400,
    request: { method: 'POST', headers: [name, 'one', name.toLowerCase(), 'other'], body: BODY },
  })),
  { title: 'a malformed project id', status: 200, request: post(BODY, 'X-Project-Id', '../..') },
  {
    title: 'no secret of the router',
    status: 401,
    request: post(BODY),
    settings: { IMAGE_GRAPH_ROUTER_SECRET: 'router' },
  },
  { title: 'another host', status: 403, request: { headers: ['Host', 'evil.example'] }, settings: PASSWORD },
  { title: 'a proxy', status: 403, request: { headers: ['Via', '1.1 proxy'] }, settings: PASSWORD },
  {
    title: 'a page of another site',
    status: 403,
    request: { path: GET_PATH, headers: ['Sec-Fetch-Site', 'cross-site'] },
  },
  {
    title: 'a preflight of a listed origin',
    status: 204,
    request: { method: 'OPTIONS', headers: ['Origin', 'https://app.example'] },
    settings: { IMAGE_GRAPH_CORS_ORIGINS: 'https://app.example' },
  },
  {
    title: 'data for a listed origin',
    status: 200,
    request: post(BODY, 'Origin', 'https://app.example'),
    settings: { IMAGE_GRAPH_CORS_ORIGINS: 'https://app.example' },
  },
];

/** What a stack trace looks like, and what else exposes the code. */
const TRACE = /\n\s+at |\\n\s+at |node:internal|node_modules|file:\/\/|\.ts:\d|"stack"|originalError/;

describe('every response', () => {
  /** Is not stored by caches, names the headers that it depends on, and exposes nothing about the machine. */
  function expectDiscreet({ headers, body }: WireResponse) {
    expect(headers['cache-control']).toBe('private, no-store');
    expect(headers.vary).toBe('Accept, Accept-Encoding, Authorization, Origin, X-Api-Key, X-Auth-Token, X-Project-Id');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(Object.keys(headers)).not.toContain('server');
    expect(Object.keys(headers)).not.toContain('x-powered-by');
    const sent = JSON.stringify(headers) + body;
    expect(sent.includes(process.cwd())).toBe(false);
    expect(TRACE.exec(sent)).toBeNull();
  }

  test.each(routes)(
    'a response with $status has the usual headers and shows nothing internal: $title',
    async ({ status, request, settings }) => {
      const app = await start(settings);
      const response = await sendRequest(app, request);
      expect(response.status).toBe(status);
      expectDiscreet(response);
      expect(app.log).toEqual([]);
      // Rejections before GraphQL too have the form of its errors, and make no call.
      if (status >= 400) expect(app.calls()).toEqual([]);
      if (status >= 400 && response.body !== '') expect(codeOf(response)).toEqual(expect.stringMatching(/^[A-Z_]+$/));
    },
  );

  test('a response to a request without an API key has them too', async () => {
    const { settings } = withKeys();
    const app = await start(settings);
    const response = await postQuery(app, QUERY);
    expect(response.status).toBe(401);
    expectDiscreet(response);
  });

  test('a response while the keys of JWTs cannot be read has them too', async () => {
    const app = await start({
      IMAGE_GRAPH_JWT_ISSUER: 'https://login.example',
      IMAGE_GRAPH_JWT_AUDIENCE: 'image-graph',
      IMAGE_GRAPH_JWT_JWKS_URL: 'http://127.0.0.1:1/keys',
    });
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const response = await postQuery(app, QUERY, 'Authorization', `Bearer ${part({ alg: 'RS256' })}.${part({})}.AAAA`);
    expect(response.status).toBe(503);
    expectDiscreet(response);
  });

  test('a response to too many operations a minute has them too', async () => {
    const app = await start({ IMAGE_GRAPH_MAX_REQUESTS_PER_MINUTE: '1' });
    await postQuery(app, QUERY, ...TOKEN);
    const response = await postQuery(app, QUERY, ...TOKEN);
    expect([response.status, codeOf(response)]).toEqual([429, 'RATE_LIMITED']);
    expect(response.headers['retry-after']).toMatch(/^\d+$/);
    expectDiscreet(response);
  });

  test('a response to too many requests at once has them too', async () => {
    const arrival = Promise.withResolvers<ServerResponse>();
    const app = await start({ IMAGE_GRAPH_MAX_CONCURRENT_REQUESTS: '1' }, (_call, response) => {
      arrival.resolve(response);
      return undefined;
    });
    const first = postQuery(app, QUERY, ...TOKEN);
    const held = await arrival.promise;
    const second = await postQuery(app, QUERY, ...TOKEN);
    expect([second.status, codeOf(second), second.headers['retry-after']]).toEqual([429, 'RATE_LIMITED', '1']);
    expectDiscreet(second);
    held.end('{}');
    expectDiscreet(await first);
  });
});

describe('what never becomes a request', { timeout: 20_000 }, () => {
  /** Sends texts, each over a connection of its own, and expects a status and the headers that every response has. */
  async function expectRejected(texts: readonly [sent: string, status: number][]) {
    const { origin } = new URL(addressIn(await run({ PORT: '0' }).says('open http')));
    for (const [sent, status] of texts) {
      const response = await sendBytes(origin, Buffer.from(sent));
      expect(response).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      expect(response).toMatch(/^cache-control: private, no-store\r$/im);
      expect(response).toMatch(/^vary: Accept, .*\r$/im);
    }
  }

  test('gets a response with the usual headers: no HTTP, another HTTP, no host, two lengths, too long a header', () =>
    expectRejected([
      ['Tell me a secret\r\n\r\n', 400],
      ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
      ['GET /graphql HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
      ['POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', 400],
      [`GET /graphql HTTP/1.1\r\nHost: x\r\nX-Auth-Token: ${'x'.repeat(70_000)}\r\n\r\n`, 431],
    ]));

  test('gets a response with the usual headers: an expectation that cannot be met', () =>
    expectRejected([['GET /graphql HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: x\r\n\r\n', 417]]));
});

describe('where introspection is off', () => {
  const open = shared();
  const closed = shared({ IMAGE_GRAPH_INTROSPECTION: 'false' });

  /** Documents with a wrong name each, for which the engine has a suggestion. */
  const misspelt: [kind: string, query: string, variables?: object][] = [
    ['a root field', '{ imges { nodes { name } } }'],
    ['a field', '{ images { nodes { nam } } }'],
    ['a field of an edge', '{ images { edges { nod { name } } } }'],
    ['an argument', '{ images(frst: 1) { nodes { name } } }'],
    ['an argument of a directive', '{ __typename @skip(iff: true) }'],
    ['a type', '{ ...F } fragment F on Quer { __typename }'],
    ['a type of a variable', 'query ($filter: ImageFilte) { images(filter: $filter) { nodes { name } } }'],
    ['a type that a fragment is for', '{ node(id: "x") { name } }'],
    ['a selection', '{ images }'],
    ['an enum value', '{ images(filter: { status: ACTIV }) { nodes { name } } }'],
    ['an enum value as a text', '{ images(filter: { status: "ACTIVE" }) { nodes { name } } }'],
    ['an enum value below', '{ images(orderBy: { field: NAM, direction: ASC }) { nodes { name } } }'],
    ['an input field', '{ images(filter: { nam: "x" }) { nodes { name } } }'],
    [
      'an enum value in a variable',
      'query ($center: SharingCenter!) { sharedRepositories(center: $center) { nodes { name } } }',
      { center: 'SEL' },
    ],
    [
      'an enum value below a variable',
      'query ($filter: ImageFilter) { images(filter: $filter) { nodes { name } } }',
      { filter: { status: 'ACTIV' } },
    ],
    [
      'an input field in a variable',
      'query ($filter: ImageFilter) { images(filter: $filter) { nodes { name } } }',
      { filter: { nam: 'x' } },
    ],
  ];

  test.each(misspelt)('no name is suggested for %s', async (_kind, query, variables) => {
    const body = JSON.stringify({ query, variables });
    const forms = [
      post(body),
      post(body, 'Accept', 'application/graphql-response+json'),
      post(body, 'Accept', 'text/event-stream, multipart/mixed, application/json'),
      post(`[${body},${body}]`),
      { path: `/graphql?${new URLSearchParams({ query, variables: JSON.stringify(variables ?? {}) })}` },
    ];
    for (const form of forms) {
      const suggested = await sendRequest(open(), form);
      expect(suggested.body).toContain('Did you mean');
      const response = await sendRequest(closed(), form);
      expect(response.status).toBe(suggested.status);
      expect(response.body).toContain('"errors"');
      expect(response.body).not.toMatch(/did you mean/i);
    }
    expect([...open().calls(), ...closed().calls()]).toEqual([]);
  });

  test.each([
    '{ __schema { types { name } } }',
    '{ __type(name: "Image") { name } }',
    '{ a: __schema { queryType { name } } }',
    '{ ... on Query { ...F } } fragment F on Query { __type(name: "Image") { fields { name } } }',
    '{ __typename @include(if: true) __schema @include(if: true) { description } }',
  ])('%s is rejected', async (query) => {
    expect(JSON.parse((await postQuery(open(), query)).body).errors).toBeUndefined();
    for (const form of [post(JSON.stringify({ query })), { path: `/graphql?${new URLSearchParams({ query })}` }]) {
      const { body } = await sendRequest(closed(), form);
      const { data, errors } = JSON.parse(body);
      expect([data, errors[0].extensions.code]).toEqual([undefined, 'GRAPHQL_VALIDATION_FAILED']);
    }
  });

  // A search that starts anew at each of them would take many seconds, in which no other request is served.
  test('a long text that looks like many suggestions gets the same response as any other', async () => {
    const query = 'query ($first: Int) { images(first: $first) { nodes { name } } }';
    const form = post(JSON.stringify({ query, variables: { first: 'Did you mean '.repeat(15_000) } }));
    expect((await sendRequest(closed(), form)).body).toBe((await sendRequest(open(), form)).body);
  });

  test('the type of an object is still shown', async () => {
    expect(JSON.parse((await postQuery(closed(), '{ __typename }')).body)).toEqual({ data: { __typename: 'Query' } });
  });
});

test('where GraphiQL is off there is no page, on no path', async () => {
  const app = await start({ IMAGE_GRAPH_GRAPHIQL: 'false' });
  for (const path of ['/', '/graphql', '/graphql/', '/graphiql', '/health', '/graphql?query='])
    for (const accept of ['text/html', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', '*/*']) {
      const { headers, body } = await sendRequest(app, { path, headers: ['Accept', accept] });
      expect(headers['content-type'] ?? '').not.toContain('html');
      expect(body).not.toMatch(/<html|<script|graphiql/i);
    }
});
