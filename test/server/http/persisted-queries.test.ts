// Requests that name an operation instead of sending it: clients of automatic persisted queries learn that they have to send it, in the
// words that they read.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApiKey } from '../../../src/server/auth/api-keys.ts';
import { codesOf, openApp, startApp, type TestApp } from '../../support/app.ts';
import { stopClocksForTest } from '../../support/clock.ts';
import { newFile } from '../../support/files.ts';
import { codeOf, sendRequest } from '../../support/http-client.ts';
import { PASSWORD } from '../../support/upstreams/iam.ts';
import { oneImage, QUERY, RESPONSE } from '../one-image.ts';

const HASH = 'ecf4edb46db40b5132295c0291d62fb65d6759a9eedfa4d5d612dd5ec54a6b38';
const persistedQuery = { version: 1, sha256Hash: HASH };
const BODY = { extensions: { persistedQuery } };
/** What Apollo Client, Apollo Router and urql compare letter by letter. */
const NOT_SUPPORTED = {
  errors: [{ message: 'PersistedQueryNotSupported', extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED' } }],
};
const TOKEN = ['X-Auth-Token', 'token-of-caller'];
const JSON_TYPE = ['Content-Type', 'application/json'];
const MEDIA_TYPES = ['application/graphql-response+json', 'application/json', '*/*'];

let app: TestApp;
beforeAll(async () => {
  app = await openApp({ upstream: oneImage, over: 'http' });
});
afterAll(() => app.close());

const pathOf = (parameters: Record<string, string>) => `/graphql?${new URLSearchParams(parameters)}`;
const post = (body: unknown, ...headers: string[]) =>
  sendRequest(app, { method: 'POST', headers: [...TOKEN, ...JSON_TYPE, ...headers], body: JSON.stringify(body) });

describe('a hash without a query', () => {
  test.each<[title: string, body: unknown]>([
    ['alone', BODY],
    ['with the other parameters', { ...BODY, operationName: 'Images', variables: { first: 1 } }],
    ['with no more keys than the client sets', { ...BODY, operationName: null, variables: null }],
    ['with a query that is null', { ...BODY, query: null }],
    ['with an empty query', { ...BODY, query: '' }],
    ['with an id of the operation', { ...BODY, id: 'x', documentId: `sha256:${HASH}` }],
    ['of another version', { extensions: { persistedQuery: { version: 2, sha256Hash: HASH } } }],
    ['that is malformed', { extensions: { persistedQuery: { version: 1, sha256Hash: 'x' } } }],
    ['that is a number', { extensions: { persistedQuery: { version: 1, sha256Hash: 7 } } }],
    ['that is missing', { extensions: { persistedQuery: {} } }],
    ['beside other extensions', { extensions: { persistedQuery, cost: true, clientLibrary: { name: 'x' } } }],
  ])('%s is not supported, under every media type', async (_title, body) => {
    for (const type of MEDIA_TYPES) {
      const response = await post(body, 'Accept', type);
      expect([response.status, JSON.parse(response.body)], type).toEqual([200, NOT_SUPPORTED]);
      expect(response.headers['cache-control']).toBe('private, no-store');
    }
    expect(app.calls()).toEqual([]);
  });

  test.each<[title: string, parameters: Record<string, string>]>([
    ['alone', {}],
    ['with the other parameters', { operationName: 'Images', variables: '{"first":1}' }],
    ['with an empty query', { query: '' }],
    ['with an id of the operation', { documentId: `sha256:${HASH}` }],
  ])('by GET %s is not supported, under every media type', async (_title, parameters) => {
    for (const type of MEDIA_TYPES) {
      const path = pathOf({ ...parameters, extensions: JSON.stringify({ persistedQuery }) });
      const response = await sendRequest(app, { path, headers: [...TOKEN, 'Accept', type] });
      expect([response.status, JSON.parse(response.body)], type).toEqual([200, NOT_SUPPORTED]);
      expect(response.headers['cache-control']).toBe('private, no-store');
    }
    expect(app.calls()).toEqual([]);
  });

  test('in a batch is one of its operations, and the others have their results', async () => {
    for (const type of MEDIA_TYPES) {
      const response = await post([BODY, { query: QUERY }, { ...BODY, query: null }], 'Accept', type);
      expect([response.status, JSON.parse(response.body)]).toEqual([200, [NOT_SUPPORTED, RESPONSE, NOT_SUPPORTED]]);
    }
    expect(app.calls()).toHaveLength(MEDIA_TYPES.length);
  });
});

test('a query beside its hash is executed', async () => {
  const body = { ...BODY, query: QUERY };
  const posted = await post(body);
  const path = pathOf({ query: QUERY, extensions: JSON.stringify({ persistedQuery }) });
  const got = await sendRequest(app, { path, headers: TOKEN });
  const batched = await post([body]);
  for (const { status } of [posted, got, batched]) expect(status).toBe(200);
  expect([posted, got, batched].map(({ body }) => JSON.parse(body))).toEqual([RESPONSE, RESPONSE, [RESPONSE]]);
  expect(app.calls()).toHaveLength(3);
});

test('an id without a query is rejected with what to send, and so are the others without a query', async () => {
  const bodies = [
    ...[{ documentId: `sha256:${HASH}` }, { id: 'x', variables: {} }, { doc_id: '7' }, { extensions: {} }],
    ...[{ extensions: { persistedQuery: null } }, { query: null }, {}],
  ];
  const responses = [
    ...(await Promise.all(bodies.map((body) => post(body)))),
    await sendRequest(app, { path: pathOf({ documentId: HASH }), headers: TOKEN }),
  ];
  for (const response of responses) {
    expect([response.status, codeOf(response)]).toEqual([400, 'BAD_USER_INPUT']);
    expect(JSON.parse(response.body).errors[0].message).toBe(
      'Send the operation as `query`: this server stores no operations that a `documentId` or `id` could name.',
    );
  }
  expect(app.calls()).toEqual([]);
});

test('a hash gets no response before the caller is authenticated', async () => {
  const { key, line } = createApiKey('ci');
  const settings = { ...PASSWORD, IMAGE_GRAPH_API_KEYS_FILE: newFile(`${line}\n`) };
  const guarded = await startApp({ upstream: oneImage, settings, token: null });
  const response = await guarded.send(BODY);
  expect([response.status, codesOf(response)]).toEqual([401, ['UNAUTHENTICATED']]);
  const authenticated = await guarded.send(BODY, { authorization: `Bearer ${key}` });
  expect([authenticated.status, codesOf(authenticated)]).toEqual([200, ['PERSISTED_QUERY_NOT_SUPPORTED']]);
  expect(guarded.calls()).toEqual([]);
});

test('a hash counts as an operation of its caller', async () => {
  stopClocksForTest();
  const limited = await startApp({ upstream: oneImage, settings: { IMAGE_GRAPH_MAX_REQUESTS_PER_MINUTE: '2' } });
  const responses = [await limited.send(BODY), await limited.send({ query: QUERY }), await limited.send(BODY)];
  expect(responses.map(({ status }) => status)).toEqual([200, 200, 429]);
});
