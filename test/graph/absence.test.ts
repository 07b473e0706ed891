// What does not exist is null without an error; what is denied, failed or not routed is an error.
import { expect, test } from 'vitest';
import { imageId } from '../resources/image/kind.ts';
import { askField } from '../support/app.ts';
import type { Reply } from '../support/upstreams/upstream.ts';

const SHARED = 'sharedRepositories(center: SELF) { nodes { id } }';
const REPOSITORY = 'repository(namespace: "group", name: "busybox") { name }';
const LOGS = 'retentionLogs(namespace: "group", repositoryName: "busybox") { nodes { id } }';
const IMAGE = `image(imageId: "${imageId(1)}") { name }`;
const IMAGES = 'images { nodes { id } }';
const GROUP = 'imageGroup(namespace: "group", name: "g") { name }';
const GROUPS = 'imageGroups { nodes { id } }';

const swr = (errorCode: string) => ({ errorCode, errorMessage: 'said', detail: 'detail' });

test.each<[string, string, Reply]>([
  ['a repository', REPOSITORY, { status: 404, body: { errors: [swr('SVCSTG.SWR.4040010')] } }],
  ['a repository of an unknown organization', REPOSITORY, { status: 404, body: [swr('SVCSTG.SWR.4040058')] }],
  ['a repository, without a body', REPOSITORY, { status: 404, body: '' }],
  ['the logs of a repository', LOGS, { status: 404, body: { errors: [swr('SVCSTG.SWR.4040010')] } }],
  ['an image of Glance', IMAGE, { status: 404, body: { message: 'x', code: '404 Not Found', title: 'Not Found' } }],
  ['an image of Glance, in HTML', IMAGE, { status: 404, body: '<html>404</html>' }],
  ['an image of IMS', IMAGE, { status: 400, body: { error: { message: 'x', code: 'IMG.0027' } } }],
  ['an image of IMS, the other number', IMAGE, { status: 400, body: { error: { message: 'x', code: 'IMG.0086' } } }],
])('%s that does not exist is null without an error', async (_what, field, reply) => {
  expect(await askField(field, reply)).toEqual({ data: { it: null } });
});

test.each(['APIG.0101', 'APIGW.0101'])(
  'a route that the gateway does not know (%s) is an error, also of a look-up',
  async (code) => {
    const reply = { status: 404, body: { error_msg: 'x', error_code: code, request_id: 'r' } };
    for (const field of [REPOSITORY, LOGS, IMAGE, IMAGES, SHARED, GROUP, GROUPS]) {
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
