// A response with the status of a success that holds an error, nothing, or another record than was requested: what the client sees of it,
// and what retries and circuit breakers learn from it.
import { describe, expect, onTestFinished, test } from 'vitest';
import { imageId, imageRow } from '../../resources/image/kind.ts';
import { imageGroupRow } from '../../resources/image-group/kind.ts';
import { detailAt, repositoryDetail } from '../../resources/repository/kind.ts';
import { retentionLogRow } from '../../resources/retention-log/kind.ts';
import { sharedRow } from '../../resources/shared-repository/kind.ts';
import { askField, startApp } from '../../support/app.ts';
import { ACCESS_KEY, PASSWORD, tokenReply } from '../../support/upstreams/iam.ts';
import { imageList } from '../../support/upstreams/paged-upstream.ts';
import { type Reply, type Script, startUpstream } from '../../support/upstreams/upstream.ts';

const REPOSITORY = 'repository(namespace: "group", name: "busybox") { name size }';
const IMAGE = `image(imageId: "${imageId(1)}") { imageId name }`;
const DETAILS = [REPOSITORY, IMAGE];
const LOGS = 'retentionLogs(namespace: "group", repositoryName: "busybox") { nodes { logId } }';
const SHARED = 'sharedRepositories(center: SELF) { nodes { name } }';
const OWN = 'repositories { nodes { name } }';
const IMAGES = 'images { nodes { name } }';
const GROUPS = 'imageGroups { nodes { name } }';
const LISTS = [SHARED, OWN, LOGS, IMAGES, GROUPS];
/** A lookup in a list. */
const GROUP = 'imageGroup(namespace: "group", name: "g") { name }';
const EVERY_CALL = [...DETAILS, ...LISTS, GROUP];
/** Null without an error where the upstream says that the record does not exist, or the one that the list would belong to. */
const NULLABLE = [...DETAILS, LOGS];

const swr = (errorCode: string) => ({ errorCode, errorMessage: 'said', detail: 'detail' });
const gateway = (code: string) => ({ error_msg: 'said', error_code: code, request_id: 'r-1' });
const QUICK = { IMAGE_GRAPH_RETRY_BASE_MS: '1' };

/** The errors of each field with the number of its calls, when every call gets this. */
async function outcomes(reply: Reply, fields: readonly string[] = EVERY_CALL) {
  const app = await startApp({ upstream: () => reply, settings: QUICK });
  const found: Record<string, unknown> = {};
  for (const field of fields) {
    const { data, errors = [] } = await app.ask(`{ it: ${field} }`);
    for (const { path } of errors) expect(path).toEqual(['it']);
    const { code, upstreamStatus, upstreamCode } = errors[0]?.extensions ?? {};
    found[field] = {
      it: data.it,
      errors: errors.length,
      code,
      upstreamStatus,
      upstreamCode,
      calls: app.calls().length,
    };
  }
  expect(app.log).toEqual([]);
  return found;
}
const each = (fields: readonly string[], outcome: object) =>
  Object.fromEntries(fields.map((field) => [field, outcome]));
const fails = (upstreamCode: string | undefined, calls = 1, upstreamStatus = 200) => ({
  it: null,
  errors: 1,
  code: 'UPSTREAM_ERROR',
  upstreamStatus,
  upstreamCode,
  calls,
});
const UNREADABLE = {
  it: null,
  errors: 1,
  code: 'UPSTREAM_BAD_RESPONSE',
  upstreamStatus: undefined,
  upstreamCode: undefined,
  calls: 1,
};
const ABSENT = { it: null, errors: 0, code: undefined, upstreamStatus: undefined, upstreamCode: undefined, calls: 1 };

test.each<[what: string, body: unknown, upstreamCode?: string]>([
  ['the gateway, APIG', gateway('APIG.0301'), 'APIG.0301'],
  ['the gateway, APIGW', gateway('APIGW.0308'), 'APIGW.0308'],
  ['the gateway, of a route', gateway('APIGW.0101'), 'APIGW.0101'],
  ['the gateway, with a code of many meanings', gateway('APIG.0201'), 'APIG.0201'],
  ['SWR, a bare array', [swr('SVCSTG.SWR.4001035')], 'SVCSTG.SWR.4001035'],
  ['SWR, errors', { errors: [swr('SVCSTG.SWR.4010000')] }, 'SVCSTG.SWR.4010000'],
  ['SWR, the object alone', swr('SVCSTG.SWR.4031032'), 'SVCSTG.SWR.4031032'],
  ['SWR, of a route', swr('SVCSTG.SWR.4040083'), 'SVCSTG.SWR.4040083'],
  ['IMS', { error: { message: 'said', code: 'IMG.0030' } }, 'IMG.0030'],
  ['Glance', { message: 'said', code: '403 Forbidden', title: 'Forbidden' }, '403 Forbidden'],
  ['ModelArts', { error_code: 'ModelArts.0104', error_msg: 'said' }, 'ModelArts.0104'],
  ['ModelArts, of eight digits', { error_code: 'ModelArts.40010001', error_msg: 'said' }, 'ModelArts.40010001'],
  ['Keystone', { error: { code: 401, message: 'said', title: 'Unauthorized' } }, '401'],
  ['IAM', { error_msg: 'said', error_code: 'IAM.0003' }, 'IAM.0003'],
  ['a denial', { ...gateway('PAP5.0001'), encoded_authorization_message: 'x', details: [{}] }, 'PAP5.0001'],
  ['code, message and no data', { code: 401, message: 'said', data: null }, '401'],
  ['code, msg and no images', { code: '400', msg: 'said', images: null }, '400'],
  ['code alone', { code: 1100 }, '1100'],
  ['an error beside null', { images: null, data: null, retention_log: null, error: { code: 'IMG.0024' } }, 'IMG.0024'],
  ['a code beside empty lists', { images: [], data: [], retention_log: [], total: 0, errorCode: 'ab.12' }, 'ab.12'],
  ['an error beside rows without identity', { images: [{}], data: [{}], retention_log: [{}], code: 400 }, '400'],
  ['an error in an error', { error: { errors: [{ error: { error_code: 'IMG.0017' } }] } }, 'IMG.0017'],
  ['an error under a code of success', { code: 200, error: { code: 'IMG.0017', message: 'said' } }, 'IMG.0017'],
  ['a text that is a code', { error: '400 Bad Request' }, '400 Bad Request'],
  ['a text beside a code', { error: 'Unauthorized', code: 401 }, '401'],
  ['a text', { error: 'Not what you think' }],
  ['true', { error: true, data: null, images: null, retention_log: null }],
  ['texts', { errors: ['said'] }],
  ['errors by field', { errors: { limit: 'is too large' } }],
  ['a message without a code', { error_msg: 'said', data: null, images: null, retention_log: null }],
  ['a code that is not printable', { error_code: 'http://10.0.0.1/?token', error_msg: 'said' }],
  ['a code that is an object', { code: { toString: 1, deep: [[[[[[[]]]]]]] }, message: 'said' }],
  ['a code of many digits', { code: 12345678901234567890n, message: 'said' }],
])('an error under 200 is that error: %s', async (_what, body, upstreamCode) => {
  const text = JSON.stringify(body, (_key, value) => (typeof value === 'bigint' ? `${value}` : value));
  const found = await outcomes({ body: text });
  expect(found).toEqual(each(EVERY_CALL, fails(upstreamCode)));
});

test.each<[code: string, body: unknown]>([
  ['IMG.0027', { error: { message: 'said', code: 'IMG.0027' } }],
  ['IMG.0086', { error_code: 'IMG.0086', error_msg: 'said' }],
  ['IMG.0144', { error: { message: 'said', code: 'IMG.0144' } }],
  ['SVCSTG.SWR.4000306', [swr('SVCSTG.SWR.4000306')]],
  ['SVCSTG.SWR.4001090', swr('SVCSTG.SWR.4001090')],
  ['ModelArts.6404', { error_code: 'ModelArts.6404', error_msg: 'said' }],
  ['SVCSTG.SWR.4040010', { errors: [swr('SVCSTG.SWR.4040010')] }],
  ['SVCSTG.SWR.4040058', { errors: [swr('SVCSTG.SWR.4040058')] }],
  ['404', { code: 404, message: 'said' }],
  ['404 Not Found', { message: 'said', code: '404 Not Found', title: 'Not Found' }],
])('an absence under 200 is null without an error, but for a list: %s', async (code, body) => {
  expect(await outcomes({ body })).toEqual({ ...each(EVERY_CALL, fails(code)), ...each(NULLABLE, ABSENT) });
});

test.each<[code: string, calls: number, body: unknown]>([
  ['SVCSTG.SWR.5000001', 1, { errors: [swr('SVCSTG.SWR.5000001')] }],
  ['SVCSTG.SWR.5030001', 3, [swr('SVCSTG.SWR.5030001')]],
  ['APIG.0601', 1, gateway('APIG.0601')],
  ['APIGW.0103', 1, gateway('APIGW.0103')],
  ['APIG.0202', 3, gateway('APIG.0202')],
  ['APIGW.0203', 3, gateway('APIGW.0203')],
  ['APIGW.0613', 3, gateway('APIGW.0613')],
  ['ModelArts.50004000', 1, { error_code: 'ModelArts.50004000' }],
  ['500', 1, { error: { code: 500, message: 'said' } }],
  ['503 Service Unavailable', 3, { code: '503 Service Unavailable', message: 'said', title: 'x' }],
])('an outage under 200 is retried as one under its own status: %s', async (code, calls, body) => {
  // Each with a retry budget of its own.
  for (const field of EVERY_CALL) expect(await outcomes({ body }, [field])).toEqual({ [field]: fails(code, calls) });
});

test.each<[what: string, body: unknown]>([
  ['nothing', {}],
  ['a wrapper', { image: imageRow(), repository: repositoryDetail() }],
  ['a list', [imageRow(), repositoryDetail()]],
  ['a list of errors that is empty', { errors: [] }],
  ['no error', { error: null, code: 0, message: 'said' }],
  ['a message', { message: 'said' }],
  ['null', 'null'],
  ['a text', '"said"'],
  ['no identity', { ...imageRow(), name: null, id: null }],
  ['an identity of another type', { ...imageRow(), name: ['busybox'], id: 1 }],
  ['an identity that is empty', { ...imageRow(), name: '', id: '' }],
  ['another record', { ...imageRow(), name: 'busybox2', id: imageId(2) }],
  ['a record of another organization', repositoryDetail({ namespace: 'other' })],
])('a response without the record that was requested is unreadable: %s', async (_what, body) => {
  expect(await outcomes({ body }, DETAILS)).toEqual(each(DETAILS, UNREADABLE));
});

test.each([[{}], [{ total: 3 }], [{ error: null, errors: [] }], [{ code: '0', msg: 'success' }], ['"said"'], ['1']])(
  'a response without a list is unreadable: %j',
  async (body) => {
    expect(await outcomes({ body }, [...LISTS, GROUP])).toEqual(each([...LISTS, GROUP], UNREADABLE));
  },
);

describe('what says that there is no error is none', () => {
  test.each([
    {},
    { error: null },
    { error: {} },
    { error: '' },
    { error: false },
    { error: 0 },
    { errors: [] },
    { errors: null },
    { error: { code: '', message: '' } },
    { error: { code: 0, message: 'success' } },
    { error_code: '', error_msg: '' },
    { error_code: '0', error_msg: 'Everything went well' },
    { errorCode: null },
    { code: 0, message: 'success' },
    { code: '0' },
    { code: '000000' },
    { code: 200, msg: 'x' },
    { code: '200 OK' },
    { code: 'success' },
    { code: 'OK' },
    { code: 'ModelArts.0000' },
    { code: 'SVCSTG.SWR.2000000' },
    { message: 'said', title: 'x', status: 'x' },
  ])('%j', async (beside) => {
    for (const rows of [null, []]) {
      const body = { images: rows, data: rows, retention_log: rows, ...beside };
      for (const list of [IMAGES, GROUPS, LOGS])
        expect(await askField(list, { body }), list).toEqual({ data: { it: { nodes: [] } } });
      expect(await askField(GROUP, { body })).toEqual({ data: { it: null } });
    }
  });
});

/** Properties of an image, or values beside rows, that look like an error. */
const LIKE_ERRORS = [
  { code: '404' },
  { code: 401, message: 'said' },
  { error: 'text' },
  { error: { code: 'IMG.0027', message: 'said' } },
  { errors: [swr('SVCSTG.SWR.5000001')] },
  { error_code: 'APIGW.0301', error_msg: 'said' },
  { errorCode: 'SVCSTG.SWR.5000001' },
  { image: {}, images: null, data: null },
];

test.each(LIKE_ERRORS)(
  'a record or a row with its own identity is data, whatever it has beside it: %j',
  async (more) => {
    const image = await askField(`image(imageId: "${imageId(1)}") { imageId properties(names: ["code"]) { value } }`, {
      body: imageRow(more),
    });
    expect(image.errors).toBeUndefined();
    expect(image.data.it.imageId).toBe(imageId(1));
    expect(await askField(REPOSITORY, { body: repositoryDetail({ size: 7, ...more }) })).toEqual({
      data: { it: { name: 'busybox', size: '7' } },
    });
    const lists: [string, unknown][] = [
      [IMAGES, { ...more, images: [imageRow({ ...more, name: 'n' })] }],
      [GROUPS, { ...more, data: [imageGroupRow({ ...more, name: 'n' })], total: 1 }],
      [SHARED, [sharedRow({ ...more, name: 'n' })]],
      [OWN, [sharedRow({ ...more, name: 'n' })]],
    ];
    for (const [list, body] of lists)
      expect(await askField(list, { body }), list).toEqual({ data: { it: { nodes: [{ name: 'n' }] } } });
    expect(await askField(LOGS, { body: { ...more, retention_log: [retentionLogRow({ ...more, id: 7 })] } })).toEqual({
      data: { it: { nodes: [{ logId: '7' }] } },
    });
  },
);

test('a row without identity beside good ones is unreadable alone, also when it is an error', async () => {
  const found = await askField('repositories(first: 2) { nodes { name } }', {
    headers: { 'content-range': '0-2/2' },
    body: [swr('SVCSTG.SWR.5000001'), sharedRow({ name: 'n' })],
  });
  expect(found.data.it.nodes).toEqual([null, { name: 'n' }]);
  expect(found.errors).toMatchObject([{ path: ['it', 'nodes', 0], extensions: { code: 'UPSTREAM_BAD_RESPONSE' } }]);
});

test.each([
  ['a/b', 'a/b'],
  ['a/b', 'a$b'],
])('a repository %s whose detail calls it %s is the one that was requested', async (name, wire) => {
  for (const more of [{}, { namespace: 'group' }, { namespace: null }, { namespace: '' }]) {
    const body = repositoryDetail({ ...more, name: wire });
    expect(await askField(`repository(namespace: "group", name: "${name}") { name }`, { body })).toEqual({
      data: { it: { name } },
    });
  }
});

test('an image that is requested in upper case and shown in lower case is the one that was requested', async () => {
  const id = 'abcdef00-0000-4000-8000-000000000001';
  expect(await askField(`image(imageId: "${id.toUpperCase()}") { imageId }`, { body: imageRow({ id }) })).toEqual({
    data: { it: { imageId: id } },
  });
});

describe('other statuses of a success', () => {
  const good: [string, unknown][] = [
    [REPOSITORY, repositoryDetail({ code: 404 })],
    [IMAGE, imageRow({ error_code: 'x' })],
    [IMAGES, { images: [imageRow()] }],
    [IMAGES, { images: null }],
    [GROUPS, { data: [imageGroupRow()], total: 1 }],
    [LOGS, { retention_log: [], total: 0 }],
    [SHARED, [sharedRow()]],
  ];

  test('203 is as good as 200', async () => {
    for (const [field, body] of good)
      expect(await askField(field, { status: 203, body }), field).toEqual(await askField(field, { body }));
    const body = gateway('APIG.0301');
    expect(await outcomes({ status: 203, body })).toEqual(each(EVERY_CALL, fails('APIG.0301', 1, 203)));
    expect(await outcomes({ status: 203, body: '<html>' })).toEqual(each(EVERY_CALL, UNREADABLE));
  });

  test.each([201, 202, 206, 226])(
    'a response with %i may be a part: it is unreadable, but for an error',
    async (status) => {
      for (const [field, body] of good)
        expect(await outcomes({ status, body }, [field])).toEqual({ [field]: UNREADABLE });
      expect(await outcomes({ status, body: [swr('SVCSTG.SWR.4001035')] })).toEqual(
        each(EVERY_CALL, fails('SVCSTG.SWR.4001035', 1, status)),
      );
      expect(await outcomes({ status, body: '[{"errorCode"' })).toEqual(each(EVERY_CALL, UNREADABLE));
    },
  );
});

describe('on every way to a record', () => {
  const ids = [1, 2, 3].map(imageId);
  /** Shows the first, hides the second, and fails for the third. */
  const images: Script = ({ path }) => {
    if (path.endsWith(imageId(2))) return { body: { error: { code: 'IMG.0027', message: 'said' } } };
    if (path.endsWith(imageId(3))) return { body: gateway('APIG.0301') };
    return { body: imageRow({ id: path.split('/').at(-1) }) };
  };

  test('nodes and entities: absence is null, an error is at its own place', async () => {
    const app = await startApp({ upstream: images });
    const nodeIds = await app.ask(`{ a: image(imageId: "${ids[0]}") { id } }`);
    const globalId = (n: number) =>
      Buffer.from(Buffer.from(nodeIds.data.a.id, 'base64url').toString().replace(imageId(1), imageId(n))).toString(
        'base64url',
      );
    const { data, errors } = await app.ask(
      `query ($ids: [ID!]!, $representations: [_Any!]!) {
        nodes(ids: $ids) { id }
        _entities(representations: $representations) { ... on Image { imageId } } }`,
      {
        ids: [1, 2, 3].map(globalId),
        representations: ids.map((id) => ({ __typename: 'Image', imageId: id })),
      },
    );
    expect(data).toEqual({
      nodes: [{ id: globalId(1) }, null, null],
      _entities: [{ imageId: ids[0] }, null, null],
    });
    const extensions = { code: 'UPSTREAM_ERROR', service: 'ims', upstreamStatus: 200, upstreamCode: 'APIG.0301' };
    expect(errors?.map(({ path }) => path)).toEqual([
      ['nodes', 2],
      ['_entities', 2],
    ]);
    for (const error of errors ?? []) expect(error.extensions).toMatchObject(extensions);
  });

  test('edges: the row of an image stays when its original image is an error, and when there is none', async () => {
    const rows = [1, 2, 3].map((n) => imageRow({ id: imageId(n + 10), __originalimagename: imageId(n) }));
    const app = await startApp({
      upstream: (call, response) => (call.path === '/v2/images' ? imageList(rows) : images)(call, response),
    });
    const { data, errors } = await app.ask('{ images { nodes { originalImage { imageId } } } }');
    expect(data.images.nodes.map(({ originalImage }: { originalImage: unknown }) => originalImage)).toEqual([
      { imageId: imageId(1) },
      null,
      null,
    ]);
    expect(errors).toMatchObject([
      { path: ['images', 'nodes', 2, 'originalImage'], extensions: { upstreamCode: 'APIG.0301' } },
    ]);
  });

  test('the detail of a list row: its facts stay', async () => {
    const app = await startApp({
      upstream: ({ path }) => {
        if (path.includes('/repos/')) return { body: repositoryDetail({ name: 'other' }) };
        return { headers: { 'content-range': '0-1/1' }, body: [sharedRow()] };
      },
    });
    const { data, errors } = await app.ask('{ repositories { nodes { name size creatorName } } }');
    expect(data.repositories.nodes).toEqual([{ name: 'busybox', size: String(sharedRow().size), creatorName: null }]);
    expect(errors).toMatchObject([
      { path: ['repositories', 'nodes', 0, 'creatorName'], extensions: { code: 'UPSTREAM_BAD_RESPONSE' } },
    ]);
  });

  test.each([
    ['APIG.0301', 6, { a: { size: '7' }, b: { size: '7' } }],
    ['APIG.0601', 1, { a: null, b: null }],
  ])('the list of an organization: after %s %i calls have been made', async (code, calls, some) => {
    const app = await startApp({
      upstream: ({ path }) =>
        path === '/v2/manage/repos' ? { body: gateway(code) } : { body: detailAt(path, { size: 7 }) },
    });
    const fields = ['a', 'b', 'c', 'd', 'e'].map(
      (name) => `${name}: repository(namespace: "group", name: "${name}") { size }`,
    );
    const { data, errors = [] } = await app.ask(`{ ${fields.join(' ')} }`);
    expect(data).toMatchObject(some);
    expect(errors.map(({ extensions }) => extensions.upstreamCode)).toEqual(some.a ? [] : Array(5).fill(code));
    expect(app.targets()).toHaveLength(calls);
  });

  test.each(['openstack', undefined])('many at once, cloud %s', async (cloud) => {
    const app = await startApp({
      upstream: (call, response) =>
        call.path === '/v2/images' ? { body: gateway('APIG.0301') } : images(call, response),
      settings: cloud === undefined ? {} : { IMAGE_GRAPH_CLOUD: cloud },
    });
    const { data, errors } = await app.ask(
      `{ ${ids.map((id, index) => `i${index}: image(imageId: "${id}") { imageId }`).join(' ')} }`,
    );
    expect(data).toEqual({ i0: { imageId: ids[0] }, i1: null, i2: null });
    expect(errors).toMatchObject([{ path: ['i2'], extensions: { upstreamCode: 'APIG.0301' } }]);
  });
});

describe('behind the first page', () => {
  const rows = [1, 2, 3, 4].map((n) => imageRow({ id: imageId(n), name: `n${n}` }));
  const behind = async (reply: Reply, shown: Reply) => {
    const app = await startApp({
      upstream: (call, response) => {
        if (call.path !== '/v2/images') return shown;
        return call.query.has('marker') ? reply : imageList(rows)(call, response);
      },
    });
    const first = await app.ask('{ images(first: 2) { pageInfo { endCursor } } }');
    app.calls();
    const { data, errors } = await app.ask(
      'query ($after: String) { images(first: 2, after: $after) { nodes { id } } }',
      {
        after: first.data.images.pageInfo.endCursor,
      },
    );
    expect(data).toEqual({ images: null });
    expect(errors).toHaveLength(1);
    return { code: errors?.[0]?.extensions.code, calls: app.calls().length };
  };

  test('an error is that error, and a marker that is gone is an expired cursor', async () => {
    const gone = { body: { error: { code: 'IMG.0027', message: 'said' } } };
    const there = { body: rows[1] };
    expect(await behind({ body: gateway('APIG.0301') }, gone)).toEqual({ code: 'UPSTREAM_ERROR', calls: 1 });
    expect(await behind(gone, gone)).toEqual({ code: 'CURSOR_EXPIRED', calls: 2 });
    expect(await behind(gone, there)).toEqual({ code: 'UPSTREAM_ERROR', calls: 2 });
  });

  test('a list that is scanned is not taken for one that has ended', async () => {
    const app = await startApp({
      upstream: ({ query }) => {
        if (/offset::0/.test(query.get('filter') ?? ''))
          return { headers: { 'content-range': '0-1/2' }, body: [sharedRow({ name: 'other' })] };
        return { body: [swr('SVCSTG.SWR.4010000')] };
      },
    });
    const key = { __typename: 'SharedRepository', center: 'SELF', namespace: 'group', name: 'busybox' };
    const { data, errors } = await app.ask(
      'query ($keys: [_Any!]!) { _entities(representations: $keys) { ... on SharedRepository { name } } }',
      { keys: [key, { ...key, name: 'other' }] },
    );
    expect(data).toEqual({ _entities: [null, { name: 'other' }] });
    expect(errors).toMatchObject([
      { path: ['_entities', 0], extensions: { code: 'UPSTREAM_ERROR', upstreamCode: 'SVCSTG.SWR.4010000' } },
    ]);
  });
});

test.each<[what: string, state: string, body: unknown]>([
  ['SVCSTG.SWR.5…', 'open', { errors: [swr('SVCSTG.SWR.5000001')] }],
  ['a failure behind the gateway', 'open', gateway('APIGW.0202')],
  ['500', 'open', { code: 500, message: 'said' }],
  ['an absence', 'closed', { errors: [swr('SVCSTG.SWR.4040010')] }],
  ['a rejected token', 'closed', gateway('APIG.0301')],
  ['throttling', 'closed', gateway('APIG.0308')],
  ['another record', 'closed', imageRow()],
])('the circuit after 25 responses with 200 and %s is %s', async (_what, state, body) => {
  const app = await startApp({ upstream: () => ({ body }), settings: { IMAGE_GRAPH_UPSTREAM_ATTEMPTS: '1' } });
  for (let n = 0; n < 25; n++) await app.ask(`{ repository(namespace: "group", name: "r${n}") { size } }`);
  const ready = await app.fetch(`${app.origin}/ready`);
  expect(await ready.json()).toMatchObject({ circuits: { swr: state } });
  expect(app.upstream.calls).toHaveLength(state === 'open' ? 20 : 25);
});

describe("with the server's own credentials", () => {
  test('a code that means 401 renews no token under 200', async () => {
    const iam = await startUpstream(() => tokenReply(1));
    onTestFinished(iam.close);
    const app = await startApp({
      upstream: () => ({ body: gateway('APIG.0301') }),
      settings: { ...PASSWORD, IMAGE_GRAPH_IAM_ENDPOINT: iam.url },
    });
    for (const _ of [1, 2]) expect((await app.ask(`{ ${IMAGE} }`)).errors).toHaveLength(1);
    expect([iam.calls.length, app.upstream.calls.length]).toEqual([1, 2]);
  });

  test('an access key that is repeated as a code is not shown', async () => {
    const app = await startApp({
      upstream: ({ headers }) => ({ body: { code: `${headers.authorization}`, message: `${headers.authorization}` } }),
      settings: ACCESS_KEY,
    });
    const { errors } = await app.ask(`{ ${IMAGE} }`);
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_ERROR', upstreamStatus: 200 } }]);
    expect(errors?.[0]?.extensions).not.toHaveProperty('upstreamCode');
  });

  test.each<[code: string | undefined, body: unknown, status?: number]>([
    ['IAM.0062', { error_msg: 'said', error_code: 'IAM.0062' }],
    ['401', { error: { code: 401, message: 'said', title: 'Unauthorized' } }],
    ['404', { error: { code: 404, message: 'said', title: 'Not Found' } }],
    ['IAM.0006', { error_msg: 'said', error_code: 'IAM.0006' }, 201],
    [undefined, { error: 'said' }, 203],
  ])('IAM that sends an error and no token under a success: %s', async (code, body, status = 200) => {
    const iam = await startUpstream(() => ({ status, body }));
    onTestFinished(iam.close);
    const app = await startApp({
      upstream: () => ({ body: imageRow() }),
      settings: { ...PASSWORD, IMAGE_GRAPH_IAM_ENDPOINT: iam.url },
    });
    const { data, errors } = await app.ask(`{ it: ${IMAGE} }`);
    expect(data).toEqual({ it: null });
    expect(errors?.map(({ extensions }) => extensions)).toEqual([
      {
        code: 'UPSTREAM_ERROR',
        service: 'iam',
        upstreamStatus: status,
        ...(code === undefined ? {} : { upstreamCode: code }),
      },
    ]);
    expect([iam.calls.length, app.upstream.calls.length]).toEqual([1, 0]);
  });

  test('a token is good whatever stands below it', async () => {
    const iam = await startUpstream(() => ({ ...tokenReply(1), body: { error: { code: 401 } } }));
    onTestFinished(iam.close);
    const app = await startApp({
      upstream: () => ({ body: imageRow() }),
      settings: { ...PASSWORD, IMAGE_GRAPH_IAM_ENDPOINT: iam.url },
    });
    expect((await app.ask(`{ ${IMAGE} }`)).errors).toBeUndefined();
  });

  test('a 404 of IAM is an error of a lookup, and not the absence of its record', async () => {
    const iam = await startUpstream(() => ({ status: 404, body: {} }));
    onTestFinished(iam.close);
    const app = await startApp({
      upstream: () => ({ body: imageRow() }),
      settings: { ...PASSWORD, IMAGE_GRAPH_IAM_ENDPOINT: iam.url },
    });
    for (const field of NULLABLE) {
      const { errors } = await app.ask(`{ ${field} }`);
      expect(errors, field).toMatchObject([
        { extensions: { code: 'UPSTREAM_ERROR', service: 'iam', upstreamStatus: 404 } },
      ]);
    }
  });
});
