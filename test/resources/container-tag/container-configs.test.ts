// The config of a tag's image: JSON inside a text, its labels, clouds without the call, and what of it is never shown.
import { expect, test } from 'vitest';
import { codesOf, openApp, startApp } from '../../support/app.ts';
import { goOn, stopClocksForTest } from '../../support/clock.ts';
import { tagList } from '../../support/upstreams/paged-upstream.ts';
import { ABSENT, type Reply, type Script } from '../../support/upstreams/upstream.ts';
import { detailAt } from '../repository/kind.ts';
import { configRecord, manifestList, tagRecord, tagRow } from './kind.ts';

const TAG = '/v2/manage/namespaces/group/repos/app/tags/v1';
const CONFIG = 'os architecture variant createdAt author labels { name value }';
const QUERY = `{ containerTag(namespace: "group", repositoryName: "app", name: "v1") { size config { ${CONFIG} } } }`;

/** A tag whose config is this. */
const withConfig =
  (reply: Reply, fields = {}): Script =>
  ({ path }) =>
    path.endsWith('/config') ? reply : { body: tagRecord(fields) };
const start = (reply: Reply, fields = {}) =>
  startApp({ upstream: withConfig(reply, fields), settings: { IMAGE_GRAPH_UPSTREAM_ATTEMPTS: '1' } });

/** JSON inside a string, as SWR sends it. */
const inText = (config: unknown): Reply => ({ body: JSON.stringify(JSON.stringify(config)) });

const SHOWN = {
  os: 'linux',
  architecture: 'amd64',
  variant: null,
  createdAt: '2018-06-11T01:47:50.176384Z',
  author: 'a builder',
  labels: [{ name: 'maintainer', value: 'somebody' }],
};

test.each([
  ['JSON inside a string', inText(configRecord())],
  ['an object', { body: configRecord() }],
  ['an object with blanks around it', { body: JSON.stringify(` ${JSON.stringify(configRecord(), null, 2)}\n`) }],
])('a config that is sent as %s is read', async (_what, reply) => {
  const app = await start(reply);
  expect(await app.ask(QUERY)).toEqual({ data: { containerTag: { size: '22404', config: SHOWN } } });
  expect(app.targets()).toEqual([TAG, `${TAG}/config`]);
});

test.each([
  ['labels that are null', { config: { Labels: null } }, { labels: [] }],
  ['no labels', { config: {} }, { labels: [] }],
  ['no inner config', { config: undefined }, { labels: [] }],
  ['an inner config that is null', { config: null }, { labels: [] }],
  ['a variant', { variant: 'v8', architecture: 'arm64' }, { variant: 'v8', architecture: 'arm64' }],
  ['no author and no time', { author: undefined, created: undefined }, { author: null, createdAt: null }],
  ['nanoseconds', { created: '2018-06-11T01:47:50.123456789Z' }, { createdAt: '2018-06-11T01:47:50.123456789Z' }],
])('a config with %s is read', async (_what, fields, expected) => {
  const app = await start(inText(configRecord(fields)));
  const config = { ...SHOWN, ...expected };
  expect(await app.ask(QUERY)).toEqual({ data: { containerTag: { size: '22404', config } } });
});

test('labels of all names and types are read', async () => {
  const labels = '{"":"","a":null,"n":9007199254740993,"o":{"x":[1]},"__proto__":"p","constructor":"c"}';
  const app = await start({ body: JSON.stringify(`{"os":"linux","config":{"Labels":${labels}}}`) });
  const { data, errors } = await app.ask(QUERY);
  expect(errors).toBeUndefined();
  expect(data.containerTag.config.labels).toEqual([
    { name: '', value: '' },
    { name: 'a', value: null },
    { name: 'n', value: '9007199254740993' },
    { name: 'o', value: '{"x":[1]}' },
    { name: '__proto__', value: 'p' },
    { name: 'constructor', value: 'c' },
  ]);
});

test.each([
  ['os', { os: 7 }],
  ['createdAt', { created: 'yesterday' }],
  ['author', { author: ['x'] }],
])('a malformed %s nulls itself', async (field, fields) => {
  const app = await start(inText(configRecord(fields)));
  const { data, errors } = await app.ask(QUERY);
  expect(data.containerTag.config).toEqual({ ...SHOWN, [field]: null });
  expect(errors).toMatchObject([{ path: ['containerTag', 'config', field] }]);
});

test.each([
  ['a list', { config: { Labels: ['a'] } }],
  ['too many', { config: { Labels: Object.fromEntries(Array.from({ length: 5001 }, (_, index) => [index, ''])) } }],
  ['within a text', { config: '{}' }],
])('labels that are %s null the config, and the tag has its values', async (_what, fields) => {
  const app = await start(inText(configRecord(fields)));
  const { data, errors } = await app.ask(QUERY);
  expect(data).toEqual({ containerTag: { size: '22404', config: null } });
  expect(errors).toMatchObject([
    { path: ['containerTag', 'config', 'labels'], extensions: { code: 'UPSTREAM_BAD_RESPONSE' } },
  ]);
});

test('the config of another artifact than an image has no values', async () => {
  const app = await start({ body: JSON.stringify('{"name":"chart","version":"1.2.3"}') });
  const none = { os: null, architecture: null, variant: null, createdAt: null, author: null, labels: [] };
  expect(await app.ask(QUERY)).toEqual({ data: { containerTag: { size: '22404', config: none } } });
});

test.each<[what: string, fields: object, calls: number]>([
  ['a manifest list', { tag_type: 1, manifest: manifestList([]) }, 0],
  ['a manifest list by text', { tag_type: '1' }, 0],
  ['a tag without a type', { tag_type: undefined }, 1],
  ['a tag of a new type', { tag_type: 2 }, 1],
])('of %s the config is null, with %s calls for it at most', async (_what, fields, calls) => {
  const app = await start(ABSENT.swr, fields);
  expect(await app.ask(QUERY)).toEqual({ data: { containerTag: { size: '22404', config: null } } });
  expect(app.targets()).toHaveLength(1 + calls);
});

test('a cloud without the call says so, and is not called for it again for a minute', async () => {
  stopClocksForTest();
  const app = await start({ status: 404, body: { error_code: 'APIGW.0101' } });
  for (const calls of [[TAG, `${TAG}/config`], [TAG]]) {
    const { data, errors } = await app.ask(QUERY);
    expect(data).toEqual({ containerTag: { size: '22404', config: null } });
    expect(errors).toMatchObject([
      { path: ['containerTag', 'config'], extensions: { code: 'NOT_SUPPORTED', service: 'swr' } },
    ]);
    expect(app.targets()).toEqual(calls);
  }
  goOn(60_001);
  await app.ask(QUERY);
  expect(app.targets()).toEqual([TAG, `${TAG}/config`]);
});

const SECRET = 'secret-of-the-build';
const leaky = {
  Env: [`TOKEN=${SECRET}`],
  Cmd: [SECRET],
  Entrypoint: [SECRET],
  Labels: { maintainer: 'somebody' },
};
const withSecrets = configRecord({ config: leaky, container_config: leaky, history: [{ created_by: SECRET }] });

test.each<[what: string, reply: Reply, codes: string[]]>([
  ['a whole config', inText(withSecrets), []],
  ['an object', { body: withSecrets }, []],
  ['half of one', { body: JSON.stringify(JSON.stringify(withSecrets).slice(0, -4)) }, ['UPSTREAM_BAD_RESPONSE']],
  ['half of a string', { body: JSON.stringify(JSON.stringify(withSecrets)).slice(0, -4) }, ['UPSTREAM_BAD_RESPONSE']],
  ['a list of them', inText([withSecrets]), ['UPSTREAM_BAD_RESPONSE']],
  [
    'twice in a string',
    { body: JSON.stringify(JSON.stringify(JSON.stringify(withSecrets))) },
    ['UPSTREAM_BAD_RESPONSE'],
  ],
  ['one that is too long', inText({ ...withSecrets, x: 'x'.repeat(262_144) }), ['UPSTREAM_BAD_RESPONSE']],
  [
    'labels of another type',
    inText({ ...withSecrets, config: { ...leaky, Labels: [SECRET] } }),
    ['UPSTREAM_BAD_RESPONSE'],
  ],
  ['an inner config of another type', inText({ ...withSecrets, config: [leaky] }), ['UPSTREAM_BAD_RESPONSE']],
  [
    'values of other types',
    inText({ ...withSecrets, os: leaky, created: SECRET, architecture: [leaky] }),
    Array(3).fill('UPSTREAM_BAD_RESPONSE'),
  ],
  ['an error', { status: 500, body: JSON.stringify(withSecrets) }, ['UPSTREAM_ERROR']],
  ['an error under 200', { body: { errorCode: 'SVCSTG.SWR.5000000', errorMessage: SECRET } }, ['UPSTREAM_ERROR']],
  ['no JSON', { body: `${SECRET} is not JSON` }, ['UPSTREAM_BAD_RESPONSE']],
])('environment, commands and history are in no response and no log line: %s', async (_what, reply, codes) => {
  const app = await start(reply);
  const response = await app.send({ query: QUERY, extensions: { cost: true } });
  expect(codesOf(response)).toEqual(codes);
  expect(JSON.stringify(response)).not.toContain(SECRET);
  expect(app.log.join()).not.toContain(SECRET);
});

test('the schema has no field for a manifest, a history or an environment', async () => {
  const app = await startApp();
  const { data } = await app.ask('{ __schema { types { name fields { name } } } }');
  const names = (data.__schema.types as { name: string; fields: { name: string }[] | null }[])
    .filter(({ name }) => name.startsWith('Container'))
    .flatMap(({ fields }) => fields?.map(({ name }) => name) ?? []);
  expect(names.length).toBeGreaterThan(50);
  expect(
    names.filter((name) => /^(manifest|history|env|environment|cmd|command|entrypoint|v1Compatibility)$/i.test(name)),
  ).toEqual([]);
});

test('the configs of ten tags cost ten calls, and those of manifest lists none', async () => {
  const rows = Array.from({ length: 12 }, (_, index) => tagRow({ Tag: `v${index}`, tag_type: index < 10 ? 0 : 1 }));
  const app = await startApp({
    upstream: (call, response) =>
      call.path.endsWith('/tags')
        ? tagList(rows)(call, response)
        : call.path.endsWith('/config')
          ? inText(configRecord())
          : { body: detailAt(call.path) },
  });
  const { data, errors } = await app.ask(
    '{ repository(namespace: "group", name: "app") { containerTags { nodes { config { os } again: config { architecture } } } } }',
  );
  expect(errors).toBeUndefined();
  expect(data.repository.containerTags.nodes.filter(({ config }: { config: unknown }) => config)).toHaveLength(10);
  expect(app.targets().filter((target) => target.endsWith('/config'))).toHaveLength(10);
});

test('the sandbox shows configs without their secrets', async () => {
  const app = await openApp({ upstream: 'sandbox' });
  const response = await app.ask(
    `{ repositories(first: 100) { nodes { containerTags(first: 3) { nodes { manifestMediaType layers { digest } platforms { digest } config { ${CONFIG} } } } } } }`,
  );
  await app.close();
  const text = JSON.stringify(response);
  expect(text.match(/"os":"linux"/g)?.length).toBeGreaterThan(20);
  expect(text.match(/"name":"maintainer"/g)?.length).toBeGreaterThan(5);
  expect(text).not.toContain('sandbox-image-secret');
});
