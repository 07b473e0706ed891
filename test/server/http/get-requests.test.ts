// Operations by GET: parameters that cannot be read get 400, whatever the client accepts.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openApp, type TestApp } from '../../support/app.ts';
import { codeOf, sendRequest } from '../../support/http-client.ts';
import { oneImage, QUERY, RESPONSE } from '../one-image.ts';

const TOKEN = ['X-Auth-Token', 'token-of-caller'];

let app: TestApp;
beforeAll(async () => {
  app = await openApp({ upstream: oneImage, over: 'http' });
});
afterAll(() => app.close());
beforeEach(() => void app.calls());

const get = (search: string, accept: string) =>
  sendRequest(app, { path: `/graphql?${search}`, headers: [...TOKEN, 'Accept', accept] });

test.each([
  'variables={',
  'variables=x',
  'variables=[1]',
  'variables=1',
  'variables="x"',
  'variables=%7B%7D%7D',
  'extensions={',
  'extensions=[]',
  'extensions=true',
])('%s gets 400', async (parameter) => {
  for (const accept of ['*/*', 'application/json', 'application/graphql-response+json']) {
    const response = await get(`query=${encodeURIComponent(QUERY)}&${parameter}`, accept);
    expect([response.status, codeOf(response)]).toEqual([400, 'BAD_USER_INPUT']);
  }
  expect(app.calls()).toEqual([]);
});

test.each(['variables=', 'variables=null', 'variables={}', 'extensions=', 'extensions=null', 'operationName='])(
  '%s is none',
  async (parameter) => {
    const { status, body } = await get(`query=${encodeURIComponent(QUERY)}&${parameter}`, 'application/json');
    expect([status, JSON.parse(body)]).toEqual([200, RESPONSE]);
  },
);

test.each(['%FF', '%C3', '%E9', '%ED%A0%80', 'gr%F6%DFe'])('bytes that are not UTF-8 get 400: %s', async (bytes) => {
  const [before = '', after = ''] = encodeURIComponent(
    'query($n: String) { images(filter: { name: $n }) { nodes { name } } }|',
  ).split('%7C');
  for (const search of [
    `query=${before}%23${bytes}${after}`,
    `query=${before}&variables=%7B%22n%22%3A%22${bytes}%22%7D`,
  ])
    expect((await get(search, 'application/json')).status).toBe(400);
  expect(app.calls()).toEqual([]);
});

test.each(['größe', '\ufffd', '100%', '+', '😀'])('%s in a comment of the query is read', async (text) => {
  const { status, body } = await get(`query=${encodeURIComponent(`${QUERY} # ${text}`)}`, 'application/json');
  expect([status, JSON.parse(body)]).toEqual([200, RESPONSE]);
});
