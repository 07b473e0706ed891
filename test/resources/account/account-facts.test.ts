// The facts of an account: what the services send value for value, what they leave out or spoil, and clouds that do not have the calls.
import { expect, test } from 'vitest';
import { codesOf, startApp } from '../../support/app.ts';
import { goOn, stopClocksForTest } from '../../support/clock.ts';
import type { Reply, Script } from '../../support/upstreams/upstream.ts';
import { imageQuotaRow, osPlatformRow, osVersionRow, overviewRow, registryQuotaRow } from './kind.ts';

const QUOTA = '{ kind used limit minimum maximum unit }';
const ALL = `{ registryOverview { domainName } registryQuotas ${QUOTA} imageQuotas ${QUOTA} osVersions { platform } }`;
const TARGETS = [
  '/v1/cloudimages/os_version',
  '/v1/cloudimages/quota',
  '/v2/manage/overview',
  '/v2/manage/projects/project-1/quotas',
];

const BODIES: Readonly<Record<string, unknown>> = {
  '/v2/manage/overview': overviewRow(),
  '/v2/manage/projects/project-1/quotas': { quotas: [registryQuotaRow()] },
  '/v1/cloudimages/quota': { quotas: { resources: [imageQuotaRow()] } },
  '/v1/cloudimages/os_version': [osPlatformRow()],
};

/** An app on a cloud that sends these bodies. */
const on = (bodies: Readonly<Record<string, unknown>>) =>
  startApp({ upstream: ({ path }) => ({ body: { ...BODIES, ...bodies }[path] }) });

test('all facts of one operation take a call each, and none that is not selected', async () => {
  const app = await on({});
  const { data, errors } = await app.ask(ALL);
  expect(errors).toBeUndefined();
  expect(data).toEqual({
    registryOverview: { domainName: 'account-1' },
    registryQuotas: [{ kind: 'namespace', used: '2', limit: '5', minimum: null, maximum: null, unit: '' }],
    imageQuotas: [{ kind: 'image', used: '13', limit: '50', minimum: '50', maximum: '100', unit: null }],
    osVersions: [{ platform: 'CENTOS' }],
  });
  expect(app.targets().sort()).toEqual(TARGETS);
  await app.ask('{ a: imageQuotas { kind } b: imageQuotas { used } c: osVersions { platform } }');
  expect(app.targets().sort()).toEqual(TARGETS.slice(0, 2));
});

test.each<[what: string, fields: Record<string, unknown>, shown: Record<string, unknown>]>([
  ['numbers as texts', { namspace_num: '8', store_space: '13.25' }, { organizationCount: '8', storage: 13.25 }],
  ['more digits than a double has', { store_space: '0.1000000000000000055511151' }, { storage: 0.1 }],
  [
    'an exponent, and a whole number',
    { store_space: '1.5e3', downflow_size: 7 },
    { storage: 1500, downloadTraffic: 7 },
  ],
  ['nulls and fields left out', { store_space: null, image_num: undefined }, { storage: null, imageCount: null }],
  ['an empty text', { store_space: '', repo_num: '' }, { storage: null, repositoryCount: null }],
  ['what is below zero', { namspace_num: -1, store_space: -0.5 }, { organizationCount: '-1', storage: -0.5 }],
])('the overview has %s', async (_what, fields, shown) => {
  const app = await on({ '/v2/manage/overview': overviewRow(fields) });
  const { data, errors } = await app.ask(`{ registryOverview { ${Object.keys(shown).join(' ')} } }`);
  expect(errors).toBeUndefined();
  expect(data.registryOverview).toEqual(shown);
});

test.each(['much', [1], true, { value: 1 }, '1e999', 'NaN', 'Infinity', '0x10', ' '])(
  'a storage of %j is null with an error, and its siblings are there',
  async (store_space) => {
    const app = await on({ '/v2/manage/overview': overviewRow({ store_space }) });
    const { data, errors } = await app.ask('{ registryOverview { storage imageCount } }');
    expect(data.registryOverview).toEqual({ storage: null, imageCount: '60' });
    expect(errors).toMatchObject([
      { path: ['registryOverview', 'storage'], extensions: { code: 'UPSTREAM_BAD_RESPONSE' } },
    ]);
  },
);

test.each<[what: string, row: Record<string, unknown>, shown: Record<string, unknown>]>([
  ['without limit', { quota: -1, max: null }, { limit: '-1', maximum: null }],
  ['of nothing', { quota: 0, used: 0 }, { limit: '0', used: '0' }],
  ['in texts', { quota: '50', used: '13' }, { limit: '50', used: '13' }],
  ['beyond 64 bits', { quota: '9223372036854775808' }, { limit: '9223372036854775808' }],
  ['of another type', { type: 'image_new' }, { kind: 'image_new' }],
])('a quota %s is shown as it is sent', async (_what, row, shown) => {
  const app = await on({ '/v1/cloudimages/quota': { quotas: { resources: [imageQuotaRow(row)] } } });
  const { data, errors } = await app.ask(`{ imageQuotas { ${Object.keys(shown).join(' ')} } }`);
  expect(errors).toBeUndefined();
  expect(data.imageQuotas).toEqual([shown]);
});

test.each<[field: string, path: string, body: unknown]>([
  ['registryOverview { imageCount }', '/v2/manage/overview', {}],
  ['registryOverview { imageCount }', '/v2/manage/overview', []],
  ['registryQuotas { used }', '/v2/manage/projects/project-1/quotas', [registryQuotaRow()]],
  [
    'registryQuotas { used }',
    '/v2/manage/projects/project-1/quotas',
    { quotas: [registryQuotaRow({ quota_key: '' })] },
  ],
  ['imageQuotas { used }', '/v1/cloudimages/quota', { quotas: [imageQuotaRow()] }],
  ['imageQuotas { used }', '/v1/cloudimages/quota', { quotas: { resources: [imageQuotaRow({ type: null })] } }],
  ['osVersions { platform }', '/v1/cloudimages/os_version', { platform: 'CentOS' }],
  ['osVersions { platform }', '/v1/cloudimages/os_version', [osPlatformRow(), 'CentOS']],
  ['osVersions { platform }', '/v1/cloudimages/os_version', Array.from({ length: 1001 }, () => osPlatformRow())],
])('%s of a response of another shape is null with an error', async (field, path, body) => {
  const app = await on({ [path]: body });
  const response = await app.ask(
    `{ found: ${field} other: ${field.startsWith('image') ? 'osVersions' : 'imageQuotas'} { __typename } }`,
  );
  expect(response.data.found).toBeNull();
  expect(response.data.other).toHaveLength(1);
  expect(codesOf(response)).toEqual(['UPSTREAM_BAD_RESPONSE']);
});

test('a list that is empty, or null, is empty', async () => {
  const app = await on({
    '/v2/manage/projects/project-1/quotas': { quotas: null },
    '/v1/cloudimages/quota': { quotas: { resources: [] } },
    '/v1/cloudimages/os_version': [],
  });
  const { data, errors } = await app.ask('{ registryQuotas { kind } imageQuotas { kind } osVersions { platform } }');
  expect(errors).toBeUndefined();
  expect(data).toEqual({ registryQuotas: [], imageQuotas: [], osVersions: [] });
});

test('the versions of a platform: other words, a platform without any, and a list that cannot be read', async () => {
  const version = osVersionRow({ platform: 'Red Hat', os_bit: '32', os_type: 'Plan 9' });
  const app = await on({
    '/v1/cloudimages/os_version': [
      osPlatformRow({ platform: 'OracleLinux', version_list: [version] }),
      osPlatformRow({ platform: 'Rocky', version_list: null }),
      osPlatformRow({ platform: undefined, version_list: [version, 'CentOS'] }),
    ],
  });
  const { data, errors } = await app.ask(
    '{ osVersions { platform platformRaw versions { platform osVersionKey osBit osType osTypeRaw } } }',
  );
  expect(data.osVersions).toEqual([
    {
      platform: 'ORACLE_LINUX',
      platformRaw: 'OracleLinux',
      versions: [
        { platform: 'REDHAT', osVersionKey: 'CentOS 7.9 64bit', osBit: 32, osType: 'UNKNOWN', osTypeRaw: 'Plan 9' },
      ],
    },
    { platform: 'UNKNOWN', platformRaw: 'Rocky', versions: null },
    { platform: null, platformRaw: null, versions: null },
  ]);
  expect(errors).toMatchObject([
    { path: ['osVersions', 2, 'versions'], extensions: { code: 'UPSTREAM_BAD_RESPONSE' } },
  ]);
});

test.each(['domain_id', 'domain_name', 'namspace_num', 'repo_num', 'image_num', 'store_space', 'downflow_size'])(
  'an overview of %s alone is one',
  async (field) => {
    const app = await on({ '/v2/manage/overview': { [field]: '1' } });
    const { data, errors } = await app.ask(
      '{ registryOverview { domainId domainName organizationCount repositoryCount imageCount storage downloadTraffic } }',
    );
    expect(errors).toBeUndefined();
    expect(Object.values(data.registryOverview).filter((value) => value !== null)).toHaveLength(1);
  },
);

test('tags are sent once each, in one order', async () => {
  const app = await on({});
  await app.ask(
    '{ a: osVersions(tags: [UEFI, ARM, UEFI]) { platform } b: osVersions(tags: [ARM, UEFI]) { platform } }',
  );
  expect(app.targets()).toEqual(['/v1/cloudimages/os_version?tag=arm&tag=uefi']);
});

const VERSIONS = { versions: [{ id: 'v2.15', status: 'CURRENT', links: [{ rel: 'self', href: 'http://x/v2/' }] }] };
test.each<[what: string, reply: Reply]>([
  ['the 300 of Glance, with its versions', { status: 300, body: VERSIONS }],
  ['a 404 in HTML', { status: 404, body: '<html>404 Not Found</html>', headers: { 'content-type': 'text/html' } }],
  ['an empty 404', { status: 404 }],
  ["a 404 in Glance's own words", { status: 404, body: { message: 'x', code: '404 Not Found', title: 'Not Found' } }],
  ["a gateway's 404", { status: 404, body: { error_code: 'APIG.0101', error_msg: 'The API does not exist' } }],
  ['a 405', { status: 405, body: { error_code: 'APIG.0101', error_msg: 'x' } }],
  ['a 501', { status: 501, body: '<html>Not Implemented</html>' }],
])('%s says that the cloud does not have the call, and is remembered for a minute', async (_what, reply) => {
  stopClocksForTest();
  const app = await startApp({ upstream: () => reply });
  const query = '{ imageQuotas { kind } osVersions(tags: [KVM]) { platform } }';
  for (const calls of [2, 0]) {
    const { data, errors } = await app.ask(query);
    expect(data).toEqual({ imageQuotas: null, osVersions: null });
    expect(errors).toMatchObject([
      { path: ['imageQuotas'], extensions: { code: 'NOT_SUPPORTED', service: 'ims' } },
      { path: ['osVersions'], extensions: { code: 'NOT_SUPPORTED', service: 'ims' } },
    ]);
    expect(app.targets()).toHaveLength(calls);
  }
  // Another caller may be somewhere else.
  await app.ask(query, {}, { 'x-auth-token': 'token-of-another' });
  expect(app.targets()).toHaveLength(2);
  goOn(61_000);
  await app.ask(query);
  expect(app.targets()).toHaveLength(2);
});

test('a 501 is not a sign of an outage: whatever the number of callers, the circuit stays closed', async () => {
  const app = await startApp({ upstream: () => ({ status: 501 }) });
  for (let caller = 0; caller < 30; caller++) {
    const response = await app.ask(
      '{ imageQuotas { kind } osVersions { platform } }',
      {},
      { 'x-auth-token': `${caller}` },
    );
    expect(codesOf(response)).toEqual(['NOT_SUPPORTED', 'NOT_SUPPORTED']);
  }
  expect(app.log).toEqual([]);
});

test.each<[status: number, code: string]>([
  [400, 'UPSTREAM_ERROR'],
  [401, 'UNAUTHENTICATED'],
  [403, 'FORBIDDEN'],
  [429, 'RATE_LIMITED'],
  [500, 'UPSTREAM_ERROR'],
])('a %i is %s at each field, and is not remembered', async (status, code) => {
  const fail: Script = () => ({ status, body: status === 500 ? '<html></html>' : { error_code: 'IMG.9999' } });
  const app = await startApp({ upstream: fail });
  for (const _time of [1, 2]) {
    const response = await app.ask(ALL);
    expect(response.data).toEqual({
      registryOverview: null,
      registryQuotas: null,
      imageQuotas: null,
      osVersions: null,
    });
    expect(codesOf(response)).toEqual([code, code, code, code]);
    expect(new Set(app.targets())).toEqual(new Set(TARGETS));
  }
});

test('the quotas of SWR are those of the project that the caller names', async () => {
  const app = await startApp({ upstream: () => ({ body: { quotas: [registryQuotaRow()] } }) });
  await app.ask('{ registryQuotas { kind } }', {}, { 'x-project-id': 'project-of-its-own' });
  expect(app.targets()).toEqual(['/v2/manage/projects/project-of-its-own/quotas']);
});
