// What does not exist is null without an error; what is denied, failed or not routed is an error.
import { expect, test } from 'vitest';
import { imageId } from '../resources/image/kind.ts';
import { MISSING, trainingImageId } from '../resources/training-image/kind.ts';
import { askField } from '../support/app.ts';
import { ABSENT, type Reply } from '../support/upstreams/upstream.ts';

const SHARED = 'sharedRepositories(center: SELF) { nodes { id } }';
const REPOSITORY = 'repository(namespace: "group", name: "busybox") { name }';
const LOGS = 'retentionLogs(namespace: "group", repositoryName: "busybox") { nodes { id } }';
const IMAGE = `image(imageId: "${imageId(1)}") { name }`;
const IMAGES = 'images { nodes { id } }';
const GROUP = 'imageGroup(namespace: "group", name: "g") { name }';
const GROUPS = 'imageGroups { nodes { id } }';
const TRAINING_IMAGE = `trainingImage(trainingImageId: "${trainingImageId(1)}") { name }`;
const TRAINING_IMAGES = 'trainingImages { nodes { id } }';

const swr = (errorCode: string) => ({ errorCode, errorMessage: 'said', detail: 'detail' });

test.each<[string, string, Reply]>([
  ['a repository', REPOSITORY, { status: 404, body: { errors: [swr('SVCSTG.SWR.4040010')] } }],
  ['a repository of an unknown organization', REPOSITORY, { status: 404, body: [swr('SVCSTG.SWR.4040058')] }],
  ['the logs of a repository', LOGS, { status: 404, body: { errors: [swr('SVCSTG.SWR.4040010')] } }],
  ['an image of Glance', IMAGE, { status: 404, body: { message: 'x', code: '404 Not Found', title: 'Not Found' } }],
  ['an image of IMS', IMAGE, { status: 400, body: { error: { message: 'x', code: 'IMG.0027' } } }],
  ['an image of IMS, the other number', IMAGE, { status: 400, body: { error: { message: 'x', code: 'IMG.0086' } } }],
  ['a training image', TRAINING_IMAGE, MISSING],
])('%s that does not exist is null without an error', async (_what, field, reply) => {
  expect(await askField(field, reply)).toEqual({ data: { it: null } });
});

test.each<[string, Reply]>([
  ['no body', { status: 404 }],
  ['HTML', { status: 404, body: '<html>404</html>' }],
  ['text', { status: 404, headers: { 'content-type': 'text/plain' }, body: '404 page not found' }],
  ['JSON that is cut off', { status: 404, body: '{"errors":[{"errorCode":"SVCSTG.SWR.404' }],
  ['an empty object', { status: 404, body: {} }],
  ['an empty list', { status: 404, body: [] }],
  ['no value', { status: 404, body: 'null' }],
  ['a text', { status: 404, body: '"404 Not Found"' }],
  ['the message of a router', { status: 404, body: { message: 'no Route matched with those values' } }],
  ['the error of a framework', { status: 404, body: { status: 404, error: 'Not Found', path: '/v2' } }],
  ['the error of another framework', { status: 404, body: { statusCode: 404, message: 'x', error: 'Not Found' } }],
  ['errors without a code', { status: 404, body: { errors: [{ message: 'x' }] } }],
  ['a code that no service has', { status: 404, body: { code: 'NoSuchKey', message: 'x' } }],
  ['the status as a code', { status: 404, body: { code: 404, message: 'x' } }],
  ['the status as a code within an error', { status: 404, body: { error: { code: 404, status: 'NOT_FOUND' } } }],
  ['the status of Kubernetes', { status: 404, body: { kind: 'Status', status: 'Failure', code: 404 } }],
  ['a code of success', { status: 404, body: { code: 0, msg: 'ok' } }],
  ['a body in an unknown coding', { ...ABSENT.ims, headers: { 'content-encoding': 'compress' } }],
  ['a body that cannot be decompressed', { ...ABSENT.swr, headers: { 'content-encoding': 'gzip' } }],
])('a 404 with %s is not in the words of the service: an error, also of a look-up', async (_what, reply) => {
  for (const field of [REPOSITORY, LOGS, IMAGE, TRAINING_IMAGE]) {
    const { data, errors } = await askField(field, reply);
    expect(data, field).toEqual({ it: null });
    expect(errors, field).toMatchObject([{ extensions: { code: 'UPSTREAM_ERROR', upstreamStatus: 404 } }]);
  }
});

test.each(['APIG.0101', 'APIGW.0101', 'APIG.0201'])(
  'a route that the gateway does not know (%s) is an error, also of a look-up',
  async (code) => {
    const reply = { status: 404, body: { error_msg: 'x', error_code: code, request_id: 'r' } };
    for (const field of [REPOSITORY, LOGS, IMAGE, IMAGES, SHARED, GROUP, GROUPS, TRAINING_IMAGE, TRAINING_IMAGES]) {
      const { data, errors } = await askField(field, reply);
      expect(data).toEqual({ it: null });
      expect(errors, field).toMatchObject([
        {
          path: ['it'],
          extensions: { code: 'UPSTREAM_ERROR', upstreamStatus: 404, upstreamCode: code, requestId: 'r' },
        },
      ]);
    }
  },
);

test.each([SHARED, IMAGES, GROUPS, GROUP])('a 404 of a list call is a failure, not absence: %s', async (field) => {
  const { data, errors } = await askField(field, { status: 404, body: {} });
  expect(data).toEqual({ it: null });
  expect(errors).toMatchObject([{ path: ['it'], extensions: { code: 'UPSTREAM_ERROR', upstreamStatus: 404 } }]);
});

test('a look-up that is denied or fails is an error, not absence', async () => {
  for (const [status, code] of [
    [400, 'UPSTREAM_ERROR'],
    [401, 'UNAUTHENTICATED'],
    [403, 'FORBIDDEN'],
    [410, 'UPSTREAM_ERROR'],
    [500, 'UPSTREAM_ERROR'],
  ] as const) {
    for (const field of [REPOSITORY, LOGS, IMAGE, GROUP]) {
      const { errors } = await askField(field, { status, body: {} });
      expect(errors, `${field} ${status}`).toMatchObject([{ extensions: { code, upstreamStatus: status } }]);
    }
  }
});
