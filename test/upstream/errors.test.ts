// Every error envelope of the services (docs/upstream/gateway.md#error-envelopes): what the client sees of it, and what
// it never sees.
import { expect, test } from 'vitest';
import { askField, codesOf, startApp } from '../support/app.ts';
import type { Reply } from '../support/upstreams/upstream.ts';

const SHARED = 'sharedRepositories(center: SELF) { nodes { id } }';
const REPOSITORY = 'repository(namespace: "group", name: "busybox") { name }';
const IMAGES = 'images { nodes { id } }';
const GROUP = 'imageGroup(namespace: "group", name: "g") { name }';
const GROUPS = 'imageGroups { nodes { id } }';

const swr = (errorCode: string) => ({ errorCode, errorMessage: 'said', detail: 'detail' });

test.each<[string, string, Reply, Record<string, unknown>]>([
  [
    'the gateway, APIG',
    GROUPS,
    {
      status: 401,
      headers: { 'x-request-id': 'r-1' },
      body: { error_msg: 'x', error_code: 'APIG.0301', request_id: 'r-1' },
    },
    { code: 'UNAUTHENTICATED', service: 'modelarts', upstreamStatus: 401, upstreamCode: 'APIG.0301', requestId: 'r-1' },
  ],
  [
    'the gateway, APIGW, throttling',
    SHARED,
    {
      status: 429,
      // Longer than the deadline: the server does not wait for it.
      headers: { 'retry-after': '70' },
      body: {
        error_msg: 'policy user over ratelimit,limit:5,time:1 second',
        error_code: 'APIGW.0308',
        request_id: 'body-id',
      },
    },
    {
      code: 'RATE_LIMITED',
      service: 'swr',
      upstreamStatus: 429,
      upstreamCode: 'APIGW.0308',
      requestId: 'body-id',
      retryAfter: 70,
    },
  ],
  [
    'SWR as documented, a bare array',
    SHARED,
    { status: 400, body: [swr('SVCSTG.SWR.4001035')] },
    { code: 'UPSTREAM_ERROR', service: 'swr', upstreamStatus: 400, upstreamCode: 'SVCSTG.SWR.4001035' },
  ],
  [
    'SWR live, errors in an object',
    SHARED,
    { status: 400, body: { errors: [swr('SVCSTG.SWR.4001072')] } },
    { code: 'UPSTREAM_ERROR', upstreamStatus: 400, upstreamCode: 'SVCSTG.SWR.4001072' },
  ],
  [
    'SWR without a wrapper',
    SHARED,
    { status: 403, body: swr('SVCSTG.SWR.4039001') },
    { code: 'FORBIDDEN', upstreamStatus: 403, upstreamCode: 'SVCSTG.SWR.4039001' },
  ],
  [
    'SWR throttling with 403',
    SHARED,
    { status: 403, body: { errors: [swr('SVCSTG.SWR.4031032')] } },
    { code: 'RATE_LIMITED', upstreamStatus: 403, upstreamCode: 'SVCSTG.SWR.4031032' },
  ],
  [
    'SWR throttling with 403, the other number',
    REPOSITORY,
    { status: 403, body: [swr('SVCSTG.SWR.4031042')] },
    { code: 'RATE_LIMITED', upstreamStatus: 403, upstreamCode: 'SVCSTG.SWR.4031042' },
  ],
  [
    'SWR busy',
    SHARED,
    { status: 409, body: { errors: [swr('SVCSTG.SWR.4090023')] } },
    { code: 'UPSTREAM_ERROR', upstreamStatus: 409, upstreamCode: 'SVCSTG.SWR.4090023' },
  ],
  [
    'IMS',
    IMAGES,
    { status: 400, body: { error: { message: 'x', code: 'IMG.0030' } } },
    { code: 'UPSTREAM_ERROR', service: 'ims', upstreamStatus: 400, upstreamCode: 'IMG.0030' },
  ],
  [
    'Glance in JSON',
    IMAGES,
    {
      status: 403,
      headers: { 'x-openstack-request-id': 'req-5' },
      body: { message: 'x<br />', code: '403 Forbidden', title: 'Forbidden' },
    },
    { code: 'FORBIDDEN', upstreamStatus: 403, upstreamCode: '403 Forbidden', requestId: 'req-5' },
  ],
  [
    'Glance in HTML',
    IMAGES,
    { status: 401, headers: { 'content-type': 'text/html' }, body: '<html>401</html>' },
    { code: 'UNAUTHENTICATED', upstreamStatus: 401 },
  ],
  [
    'Glance in text',
    IMAGES,
    { status: 400, headers: { 'content-type': 'text/plain' }, body: '400 Bad Request\n\n' },
    { code: 'UPSTREAM_ERROR', upstreamStatus: 400 },
  ],
  ['Glance with a URL too long', IMAGES, { status: 414, body: '' }, { code: 'UPSTREAM_ERROR', upstreamStatus: 414 }],
  [
    'ModelArts',
    GROUPS,
    { status: 403, body: { error_code: 'ModelArts.0210', error_msg: 'x' } },
    { code: 'FORBIDDEN', service: 'modelarts', upstreamStatus: 403, upstreamCode: 'ModelArts.0210' },
  ],
  [
    'ModelArts, an unknown workspace',
    GROUP,
    { status: 400, body: { error_code: 'ModelArts.0102', error_msg: 'x' } },
    { code: 'UPSTREAM_ERROR', upstreamStatus: 400, upstreamCode: 'ModelArts.0102' },
  ],
  [
    'Keystone, a numeric code',
    IMAGES,
    { status: 401, body: { error: { message: 'x', code: 401, title: 'Unauthorized' } } },
    { code: 'UNAUTHENTICATED', upstreamStatus: 401, upstreamCode: '401' },
  ],
  [
    'IAM',
    SHARED,
    { status: 403, body: { error_msg: 'x', error_code: 'IAM.0003' } },
    { code: 'FORBIDDEN', upstreamStatus: 403, upstreamCode: 'IAM.0003' },
  ],
  [
    'a policy denial of IAM',
    SHARED,
    {
      status: 403,
      body: {
        error_code: 'PAP5.0001',
        error_msg: 'x',
        encoded_authorization_message: 'opaque',
        details: [{ error_code: 'x' }],
      },
    },
    { code: 'FORBIDDEN', upstreamStatus: 403, upstreamCode: 'PAP5.0001' },
  ],
  [
    'a service that is down',
    GROUPS,
    { status: 503, headers: { 'retry-after': '120' }, body: '' },
    { code: 'UPSTREAM_ERROR', upstreamStatus: 503, retryAfter: 120 },
  ],
  [
    'an unknown failure',
    SHARED,
    { status: 500, body: { errors: [] } },
    { code: 'UPSTREAM_ERROR', upstreamStatus: 500 },
  ],
  ['a throttling with an empty body', IMAGES, { status: 429, body: '' }, { code: 'RATE_LIMITED', upstreamStatus: 429 }],
])('%s: the client gets code, upstreamStatus, upstreamCode and requestId', async (_who, field, reply, extensions) => {
  const { data, errors } = await askField(field, reply);
  expect(data).toEqual({ it: null });
  expect(errors).toEqual([expect.objectContaining({ path: ['it'], message: expect.any(String) })]);
  const service = field === IMAGES ? 'ims' : [GROUP, GROUPS].includes(field) ? 'modelarts' : 'swr';
  expect(errors?.[0]?.extensions).toEqual({ service, ...extensions });
});

test('a Retry-After date becomes whole seconds', async () => {
  const inAMinute = new Date(Date.now() + 60_000).toUTCString();
  const { errors } = await askField(IMAGES, { status: 429, headers: { 'retry-after': inAMinute }, body: {} });
  const retryAfter = Number(errors?.[0]?.extensions.retryAfter);
  expect(Number.isInteger(retryAfter)).toBe(true);
  expect(retryAfter).toBeGreaterThan(0);
  expect(retryAfter).toBeLessThanOrEqual(60);
});

test.each([
  ['the clock of the service', { date: 'Sat, 21 Nov 2026 09:00:00 GMT' }, 120],
  ['the clock of this machine, where the service sends something else as its date', { date: 'today' }, 0],
])('a Retry-After date counts from %s', async (_title, headers, seconds) => {
  const retryAfter = headers.date === 'today' ? 'Sat, 21 Nov 2020 09:02:00 GMT' : 'Sat, 21 Nov 2026 09:02:00 GMT';
  const reply = { status: 429, headers: { ...headers, 'retry-after': retryAfter }, body: {} };
  const { errors } = await askField(IMAGES, reply);
  expect(errors?.[0]?.extensions.retryAfter).toBe(seconds);
});

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

test.each<[string, (date: Date) => string, boolean]>([
  ['as HTTP has them today', (date) => date.toUTCString(), true],
  [
    'of RFC 850',
    (date) => {
      const [, day, month, year = '', time] = date.toUTCString().split(' ');
      return `${DAYS[date.getUTCDay()]}, ${day}-${month}-${year.slice(2)} ${time} GMT`;
    },
    true,
  ],
  [
    'of asctime, which has no zone',
    (date) => {
      const [weekday = '', day = '', month, year, time] = date.toUTCString().split(' ');
      return `${weekday.slice(0, 3)} ${month} ${String(Number(day)).padStart(2)} ${time} ${year}`;
    },
    true,
  ],
  ['without its zone', (date) => date.toUTCString().replace(' GMT', ''), false],
  ['of another zone', (date) => date.toUTCString().replace('GMT', 'PST'), false],
  ['of ISO 8601', (date) => date.toISOString(), false],
  ['of a day that does not exist', () => 'Mon, 45 Nov 2026 10:00:00 GMT', false],
  ['of a month that does not exist', () => 'Mon, 30 Nob 2026 10:00:00 GMT', false],
])(
  'a Retry-After with a date %s is read in every time zone as the same time, or not at all',
  async (_title, write, isRead) => {
    const header = write(new Date(Date.now() + 600_000));
    const { errors } = await askField(IMAGES, { status: 429, headers: { 'retry-after': header }, body: {} });
    const { retryAfter } = errors?.[0]?.extensions ?? {};
    if (!isRead) return expect(retryAfter).toBeUndefined();
    expect(retryAfter).toBeGreaterThan(500);
    return expect(retryAfter).toBeLessThanOrEqual(600);
  },
);

test.each([
  ['years ago', 'Sun, 06 Nov 1994 08:49:37 GMT', 0],
  ['0', '0', 0],
  ['a number that no number holds', '9'.repeat(400), Number.MAX_SAFE_INTEGER],
])('a Retry-After of %s is a whole number', async (_title, header, seconds) => {
  const { errors } = await askField(IMAGES, { status: 503, headers: { 'retry-after': header }, body: {} });
  expect(errors?.[0]?.extensions.retryAfter).toBe(seconds);
});

test('no error holds a URL, a body’s text, a header or the token', async () => {
  const token = 'MIIsecret-token-of-the-caller';
  const secret = 'canonical-request-GET|/v2/images/|x-auth-token';
  const url = 'https://iam.internal.example/v3';
  const text = `${secret} ${token} ${url}`;
  const headers = {
    'x-request-id': `${url}?token`,
    'www-authenticate': `Keystone uri="${url}"`,
    'x-auth-token': token,
  };
  const bodies: unknown[] = [
    { error_msg: text, error_code: `APIG.0301 ${text}`, request_id: text },
    { errors: [{ errorCode: text, errorMessage: text, detail: text }] },
    [{ errorCode: url, errorMessage: text, detail: text }],
    { error: { message: text, code: text, title: text } },
    { message: text, code: { deep: text }, title: text, encoded_authorization_message: text },
    `<html>${text}</html>`,
    text,
  ];
  const app = await startApp({
    upstream: ({ query }) => {
      const [status, index] = (query.get('name') ?? '').split('-').map(Number);
      return { status: status ?? 200, headers, body: bodies[index ?? 0] };
    },
  });
  for (const status of [200, 302, 400, 401, 403, 404, 409, 429, 500, 503]) {
    for (const index of bodies.keys()) {
      const { data, errors } = await app.ask(
        'query ($name: String) { images(filter: { name: $name }) { nodes { id } } }',
        { name: `${status}-${index}` },
        { 'x-auth-token': token },
      );
      expect(data).toEqual({ images: null });
      const text = JSON.stringify(errors);
      for (const forbidden of [token, secret, 'canonical', 'iam.internal', 'http:', 'https:', '127.0.0.1', '/v2/']) {
        expect(text).not.toContain(forbidden);
      }
    }
  }
});

test.each(['unreachable', 'silent'])('no error of an %s service holds them either', async (what) => {
  const app = await startApp({
    upstream: (_call, response) => {
      if (what === 'unreachable') response.destroy();
      return undefined;
    },
    settings: { IMAGE_GRAPH_UPSTREAM_TIMEOUT_MS: '100' },
  });
  const { errors } = await app.ask(`{ ${IMAGES} }`, {}, { 'x-auth-token': 'MIIsecret' });
  expect(errors).toHaveLength(1);
  const text = JSON.stringify(errors);
  for (const forbidden of ['127.0.0.1', 'http', 'MIIsecret', '/v2/', 'ECONN', 'socket'])
    expect(text).not.toContain(forbidden);
});

test('without a token a field is UNAUTHENTICATED without a call, and so is one with a token that holds blanks', async () => {
  const app = await startApp({ upstream: () => ({ body: {} }) });
  for (const token of ['', 'two words']) {
    const { data, errors } = await app.ask(`{ ${IMAGES} ${SHARED} ${GROUPS} }`, {}, { 'x-auth-token': token });
    expect(data).toEqual({ images: null, sharedRepositories: null, imageGroups: null });
    expect(codesOf({ errors })).toEqual(Array(3).fill('UNAUTHENTICATED'));
  }
  expect(app.targets()).toEqual([]);
});
