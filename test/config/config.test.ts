// Settings: what they mean, and that every fault of them is reported at once.
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/config.ts';
import { faultsOf } from './faults.ts';

test('without settings the sandbox is served on 127.0.0.1:4000', () => {
  expect(loadConfig({})).toMatchObject({ port: 4000, host: '127.0.0.1', sandbox: true, cloud: { endpoints: {} } });
});

test('an empty value counts as not given', () => {
  expect(loadConfig({ PORT: '', IMAGE_GRAPH_UPSTREAM_TIMEOUT_MS: '' })).toMatchObject({ port: 4000, sandbox: true });
});

test('an empty endpoint does not select the sandbox', () => {
  expect(faultsOf({ IMAGE_GRAPH_IMS_ENDPOINT: '' })).toEqual([
    'no endpoint is given: set IMAGE_GRAPH_CLOUD and IMAGE_GRAPH_REGION, or at least one of the endpoints',
  ]);
});

test('the variables that Kubernetes sets for Services called image-graph… are passed over', () => {
  const links = ['IMAGE_GRAPH', 'IMAGE_GRAPH_CANARY', 'IMAGE_GRAPH_2'].flatMap((service) => [
    [`${service}_SERVICE_HOST`, '10.0.0.1'],
    [`${service}_SERVICE_PORT`, '4000'],
    [`${service}_SERVICE_PORT_HTTP_ALT`, '4000'],
    [`${service}_PORT`, 'tcp://10.0.0.1:4000'],
    ...['TCP', 'UDP', 'SCTP'].flatMap((protocol) => [
      [`${service}_PORT_4000_${protocol}`, `${protocol.toLowerCase()}://[fd00::1]:4000`],
      [`${service}_PORT_4000_${protocol}_PROTO`, protocol.toLowerCase()],
      [`${service}_PORT_4000_${protocol}_PORT`, '4000'],
      [`${service}_PORT_4000_${protocol}_ADDR`, 'fd00::1'],
    ]),
  ]);
  expect(loadConfig(Object.fromEntries(links))).toEqual(loadConfig({}));
});

test.each([
  ['IMAGE_GRAPH_PORT', '4000'],
  ['IMAGE_GRAPH_SERVICE_HOST', 'https://ims'],
  ['IMAGE_GRAPH_SERVICE_PORT', 'http'],
  ['IMAGE_GRAPH_PORT_4000_TCP_PROTOCOL', 'tcp'],
  ['IMAGE_GRAPH_ENDPOINT', 'tcp://10.0.0.1:4000'],
])('%s=%s is a mistake, not a variable of Kubernetes', (name, value) => {
  expect(faultsOf({ [name]: value })).toEqual([`${name} is not a setting`]);
});

test('a sandbox setting that is neither true nor false is the only fault', () => {
  expect(faultsOf({ IMAGE_GRAPH_SANDBOX: 'TRUE' })).toEqual(['IMAGE_GRAPH_SANDBOX must be true or false']);
});

test('a cloud and a region give its endpoints, and each can be overridden', () => {
  const { cloud } = loadConfig({
    IMAGE_GRAPH_CLOUD: 'otc',
    IMAGE_GRAPH_REGION: 'eu-de',
    IMAGE_GRAPH_IMS_ENDPOINT: 'https://images.example/glance/v2/',
  });
  expect(cloud.endpoints).toEqual({
    swr: 'https://swr-api.eu-de.otc.t-systems.com',
    ims: 'https://images.example/glance',
    modelarts: 'https://modelarts.eu-de.otc.t-systems.com',
    iam: 'https://iam.eu-de.otc.t-systems.com',
  });
});

test.each([
  [
    'huaweicloud',
    'cn-north-4',
    'https://swr-api.cn-north-4.myhuaweicloud.com',
    'https://iam.cn-north-4.myhuaweicloud.com',
  ],
  [
    'huaweicloud',
    'eu-west-101',
    'https://swr-api.eu-west-101.myhuaweicloud.eu',
    'https://iam.eu-west-101.myhuaweicloud.eu',
  ],
  ['otc', 'eu-ch2', 'https://swr-api.eu-ch2.sc.otc.t-systems.com', 'https://iam-pub.eu-ch2.sc.otc.t-systems.com'],
])('%s in %s has the hosts that it publishes', (cloud, region, swr, iam) => {
  expect(loadConfig({ IMAGE_GRAPH_CLOUD: cloud, IMAGE_GRAPH_REGION: region }).cloud.endpoints).toMatchObject({
    swr,
    iam,
  });
});

test.each([
  ['https://host', 'https://host'],
  ['https://host/', 'https://host'],
  ['https://host/v2', 'https://host'],
  ['https://host/v3/', 'https://host'],
  ['http://host:8080/some/prefix/', 'http://host:8080/some/prefix'],
  ['http://host:8080/some/prefix/v2', 'http://host:8080/some/prefix'],
])('the endpoint %s is the base URL %s', (given, base) => {
  expect(loadConfig({ IMAGE_GRAPH_IMS_ENDPOINT: given }).cloud.endpoints.ims).toBe(base);
});

test('all faults are reported together', () => {
  expect(
    faultsOf({
      PORT: 'http',
      IMAGE_GRAPH_CLOUD: 'aws',
      IMAGE_GRAPH_SWR_ENDPOINT: 'ftp://host',
      IMAGE_GRAPH_IMS_ENDPOINT: 'https://user:secret@host',
      IMAGE_GRAPH_AUTH: 'magic',
      IMAGE_GRAPH_UPSTREAM_CONCURRENCY: '0',
      IMAGE_GRAPH_IMS_ENDPIONT: 'https://host',
    }),
  ).toEqual([
    'IMAGE_GRAPH_IMS_ENDPIONT is not a setting: did you mean IMAGE_GRAPH_IMS_ENDPOINT?',
    'PORT must be a whole number from 0 to 65535',
    'IMAGE_GRAPH_CLOUD must be one of huaweicloud, otc, openstack',
    'IMAGE_GRAPH_SWR_ENDPOINT must be an http or https URL without credentials, query and fragment',
    'IMAGE_GRAPH_IMS_ENDPOINT must be an http or https URL without credentials, query and fragment',
    'IMAGE_GRAPH_AUTH must be one of passthrough, password, aksk',
    'IMAGE_GRAPH_UPSTREAM_CONCURRENCY must be a whole number from 1 to 10000',
  ]);
});

test.each<[string, Record<string, string>, string]>([
  ['a project alone', { IMAGE_GRAPH_PROJECT_ID: 'p1' }, 'no endpoint is given'],
  ['a region alone', { IMAGE_GRAPH_REGION: 'eu-de' }, 'no endpoint is given'],
  ['an IAM endpoint alone', { IMAGE_GRAPH_IAM_ENDPOINT: 'https://iam' }, 'no endpoint is given'],
  ['a cloud without a region', { IMAGE_GRAPH_CLOUD: 'otc' }, 'needs IMAGE_GRAPH_REGION'],
  [
    'OpenStack without an endpoint',
    { IMAGE_GRAPH_CLOUD: 'openstack', IMAGE_GRAPH_REGION: 'one' },
    'needs IMAGE_GRAPH_IMS_ENDPOINT',
  ],
  ['production without a cloud', { NODE_ENV: 'production' }, 'IMAGE_GRAPH_SANDBOX=true'],
  ['a sandbox that is off', { IMAGE_GRAPH_SANDBOX: 'false' }, 'no endpoint is given'],
  [
    'a sandbox beside a cloud',
    { IMAGE_GRAPH_SANDBOX: 'true', IMAGE_GRAPH_CLOUD: 'otc' },
    'contradicts IMAGE_GRAPH_CLOUD',
  ],
])('%s is a fault and does not start the sandbox', (_title, settings, fault) => {
  const faults = faultsOf(settings);
  expect(faults).toHaveLength(1);
  expect(faults[0]).toContain(fault);
});

test('in production the sandbox is served when a setting selects it', () => {
  expect(loadConfig({ NODE_ENV: 'production', IMAGE_GRAPH_SANDBOX: 'true' }).sandbox).toBe(true);
});

test('node, introspection and no router secret are the defaults of the subgraph', () => {
  expect(loadConfig({})).toMatchObject({
    subgraphNode: true,
    introspection: true,
    callers: { routerSecret: undefined },
  });
  const config = loadConfig({
    IMAGE_GRAPH_SUBGRAPH_NODE: 'false',
    IMAGE_GRAPH_INTROSPECTION: 'false',
    IMAGE_GRAPH_ROUTER_SECRET: 's3cr3t',
  });
  expect(config).toMatchObject({ subgraphNode: false, introspection: false, sandbox: true });
  expect(config.callers.routerSecret?.read()).toBe('s3cr3t');
});

test.each([
  ['', 'IMAGE_GRAPH_ROUTER_SECRET is empty'],
  ['two words', 'IMAGE_GRAPH_ROUTER_SECRET must be printable ASCII without blanks'],
  ['schlüssel', 'IMAGE_GRAPH_ROUTER_SECRET must be printable ASCII without blanks'],
])('the router secret %j is a fault, and does not disable authentication', (secret, fault) => {
  expect(faultsOf({ IMAGE_GRAPH_ROUTER_SECRET: secret })).toEqual([fault]);
});

describe('IMAGE_GRAPH_CACHE', () => {
  const rulesOf = (text: string) => Object.fromEntries(loadConfig({ IMAGE_GRAPH_CACHE: text }).cloud.cache.rules);

  test.each<[string, Record<string, { freshMs: number; staleMs: number }>]>([
    ['ims.image=60', { 'ims.image': { freshMs: 60_000, staleMs: 0 } }],
    [
      ' swr.repository=60/300, ims.images=10  modelarts.imageGroups=1/2 ',
      {
        'swr.repository': { freshMs: 60_000, staleMs: 300_000 },
        'ims.images': { freshMs: 10_000, staleMs: 0 },
        'modelarts.imageGroups': { freshMs: 1_000, staleMs: 2_000 },
      },
    ],
    ['modelarts.trainingImages=0,modelarts=5', { 'modelarts.imageGroups': { freshMs: 5_000, staleMs: 0 } }],
    ['', {}],
  ])('%s', (text, rules) => expect(rulesOf(text)).toEqual(rules));

  test.each([
    ['swr.repo=60', 'has swr.repo=60: must begin with one of swr, ims, modelarts, swr.repository, swr.repositories, '],
    ['iam=60', 'has iam=60: must begin with one of '],
    ['toString=1', 'has toString=1: must begin with one of '],
    ['60', 'has 60: must begin with one of '],
    ['swr', 'has swr: must be seconds, or seconds/seconds, each from 0 to 86400'],
    ['swr=', 'has swr=: must be seconds'],
    ['swr=1.5', 'has swr=1.5: must be seconds'],
    ['swr=-1', 'has swr=-1: must be seconds'],
    ['swr=60/', 'has swr=60/: must be seconds'],
    ['swr=60/1/1', 'has swr=60/1/1: must be seconds'],
    ['swr=60=1', 'has swr=60=1: must be seconds'],
    ['swr=86401', 'has swr=86401: must be seconds'],
    ['swr=1/86401', 'has swr=1/86401: must be seconds'],
    ['swr=1 swr=2', 'has swr=2: swr is there twice'],
    [`swr=${'9'.repeat(500)}`, `has swr=${'9'.repeat(56)}: must be seconds`],
  ])('%s is a fault', (text, fault) => {
    const faults = faultsOf({ IMAGE_GRAPH_CACHE: text });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(`IMAGE_GRAPH_CACHE ${fault}`);
  });

  test('all its faults are named', () => {
    expect(faultsOf({ IMAGE_GRAPH_CACHE: 'a=1, swr=x, ims=1' })).toHaveLength(2);
  });

  test('the bytes for it are lowered where there is little memory, unless they are given', () => {
    const memory = { heap: 704 * 1024 * 1024, container: Number.POSITIVE_INFINITY };
    const bytesOf = (given: Record<string, string>) => loadConfig(given, memory).cloud.cache.maxBytes;
    expect(bytesOf({})).toBeLessThan(32 * 1024 * 1024);
    expect(bytesOf({ IMAGE_GRAPH_MAX_CACHE_BYTES: '50000000' })).toBe(50_000_000);
  });
});
