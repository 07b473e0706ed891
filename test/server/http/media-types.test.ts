// Media types: the characters of a request, the type of its response by weights, and words for protocols that the server does not have.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openApp, type TestApp } from '../../support/app.ts';
import { codeOf, sendRequest } from '../../support/http-client.ts';
import { oneImage, QUERY, RESPONSE } from '../one-image.ts';

const TOKEN = ['X-Auth-Token', 'token-of-caller'];
const BODY = JSON.stringify({ query: QUERY });
const GET_PATH = `/graphql?query=${encodeURIComponent(QUERY)}`;
const JSON_TYPE = 'application/json; charset=utf-8';
const GRAPHQL_TYPE = 'application/graphql-response+json; charset=utf-8';

let app: TestApp;
beforeAll(async () => {
  // With GraphiQL a GET that prefers HTML gets its page.
  app = await openApp({ upstream: oneImage, over: 'http', settings: { IMAGE_GRAPH_GRAPHIQL: 'false' } });
});
afterAll(() => app.close());
beforeEach(() => void app.calls());

const post = (type: string) =>
  sendRequest(app, { method: 'POST', headers: [...TOKEN, 'Content-Type', type], body: BODY });
const messageOf = (body: string) => JSON.parse(body).errors[0].message as string;

test.each([
  'application/json; charset="utf-8"',
  'application/json; charset="UTF-8"',
  'application/json;charset=UTF8',
  'application/json; Charset=utf-8',
  'application/json; charset=utf-8; profile="x;charset=latin1"',
  'application/json; charset',
  'application/json; charset=',
  'application/json;',
])('a body of type %s is read', async (type) => {
  const { status, body } = await post(type);
  expect([status, JSON.parse(body)]).toEqual([200, RESPONSE]);
});

test.each([
  'application/json; charset=latin1',
  'application/json; charset=iso-8859-1',
  'application/json; charset="ISO-8859-15"',
  'application/json;charset=windows-1252',
  'application/json; charset=utf-16',
  'application/json; charset=UTF-16LE',
  'application/json; charset=utf-32',
  'application/json; charset=utf-7',
  'application/json; charset=us-ascii',
  'application/json; profile=x; charset=shift_jis',
  'application/json; charset=utf-8, text/plain',
])('a body of type %s gets 415', async (type) => {
  const response = await post(type);
  expect([response.status, codeOf(response), response.headers.accept]).toEqual([
    415,
    'BAD_USER_INPUT',
    'application/json',
  ]);
  expect(messageOf(response.body)).toContain('UTF-8');
});

test.each(['application/graphql-response+json', 'application/graphql+json', 'application/*', '*/*'])(
  'a body of type %s gets 415: operations are application/json',
  async (type) => expect((await post(type)).status).toBe(415),
);

test.each<[accept: string, type: string]>([
  ['application/graphql-response+json;q=0.1, application/json;q=0.9', JSON_TYPE],
  ['application/json;q=0.5, application/graphql-response+json;q=0.9', GRAPHQL_TYPE],
  ['application/json;q=0.5,application/graphql-response+json', GRAPHQL_TYPE],
  ['application/json;q=0, */*', GRAPHQL_TYPE],
  ['*/*, application/json;q=0', GRAPHQL_TYPE],
  ['application/json, application/graphql-response+json;q=0', JSON_TYPE],
  ['application/graphql-response+json, application/json', GRAPHQL_TYPE],
  ['application/json, application/graphql-response+json', JSON_TYPE],
  ['*/*, application/graphql-response+json', GRAPHQL_TYPE],
  ['*/*;q=0.1, application/graphql-response+json;q=0.1', GRAPHQL_TYPE],
  ['application/*;q=0.5, application/json;q=0.4', GRAPHQL_TYPE],
  ['application/*;q=0.2, */*;q=0', JSON_TYPE],
  ['text/html, */*; q=0.1', JSON_TYPE],
  ['text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2', JSON_TYPE],
  ['APPLICATION/GRAPHQL-RESPONSE+JSON ; Q=1.0', GRAPHQL_TYPE],
  ['application/json; charset=utf-8; q=0.5', JSON_TYPE],
  ['application/graphql-response+json; charset=latin1, application/json;q=0.1', JSON_TYPE],
  ['text/event-stream, application/graphql-response+json;q=0.5', GRAPHQL_TYPE],
  ['multipart/mixed;deferSpec=20220824, application/graphql-response+json, application/json;q=0.9', GRAPHQL_TYPE],
  ['*/*', JSON_TYPE],
  ['application/*', JSON_TYPE],
  ['', JSON_TYPE],
  [' , ', JSON_TYPE],
])('Accept: %s gets %s', async (accept, type) => {
  const forms = [
    { path: GET_PATH, headers: [...TOKEN, 'Accept', accept] },
    { method: 'POST', headers: [...TOKEN, 'Accept', accept, 'Content-Type', 'application/json'], body: BODY },
  ];
  for (const form of forms) {
    const { status, headers, body } = await sendRequest(app, form);
    expect([status, headers['content-type'], JSON.parse(body)]).toEqual([200, type, RESPONSE]);
  }
});

test.each([
  'application/json;q=0',
  'application/json;q=0.000',
  '*/*;q=0',
  'application/*;q=0, text/*',
  'application/json;q=0, application/graphql-response+json;q=0, */*',
  'application/json; charset=iso-8859-1',
  'application/xml',
  'json',
])('Accept: %s gets 406', async (accept) => {
  const response = await sendRequest(app, { path: GET_PATH, headers: [...TOKEN, 'Accept', accept] });
  expect([response.status, codeOf(response)]).toEqual([406, 'BAD_USER_INPUT']);
  expect(app.calls()).toEqual([]);
});

test.each(['text/event-stream', 'text/event-stream;q=0.9, text/plain', 'multipart/mixed;subscriptionSpec=1.0'])(
  'a client that accepts only %s reads that there are no subscriptions',
  async (accept) => {
    const headers = [...TOKEN, 'Accept', accept, 'Content-Type', 'application/json'];
    for (const form of [
      { method: 'POST', headers, body: BODY },
      { path: GET_PATH, headers },
    ]) {
      const response = await sendRequest(app, form);
      expect([response.status, codeOf(response)]).toEqual([406, 'BAD_USER_INPUT']);
      expect(messageOf(response.body)).toContain('no subscriptions');
    }
  },
);
