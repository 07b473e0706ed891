// URLs in settings: each is either a fault at start, or one with which every call works.
import { expect, test } from 'vitest';
import { startApp } from '../support/app.ts';
import { ACCESS_KEY } from '../support/upstreams/iam.ts';
import { startUpstream } from '../support/upstreams/upstream.ts';
import { verifySignature } from '../upstream/auth/signature-verifier.ts';
import { faultsOf } from './faults.ts';

const KEY = { accessKey: 'ACCESSKEY', secretKey: 'secret-of-access-key' };

const NAMES = [
  'IMAGE_GRAPH_SWR_ENDPOINT',
  'IMAGE_GRAPH_IMS_ENDPOINT',
  'IMAGE_GRAPH_MODELARTS_ENDPOINT',
  'IMAGE_GRAPH_IAM_ENDPOINT',
];
const JWT = { IMAGE_GRAPH_JWT_ISSUER: 'https://login.example', IMAGE_GRAPH_JWT_AUDIENCE: 'image-graph' };
const JWKS = 'IMAGE_GRAPH_JWT_JWKS_URL';

const BROKEN = [
  ['an escape that is not UTF-8', 'https://host/%ff'],
  ['a part of a character', 'https://host/%e2%82'],
  ['half a surrogate pair', 'https://host/%ed%a0%80'],
  ['an escape of letters', 'https://host/%zz'],
  ['an escape that is cut off', 'https://host/%'],
  ['an escaped NUL', 'https://host/%00'],
  ['an escaped line break', 'https://host/a%0d%0ab'],
  ['an escaped DEL', 'https://host/%7f'],
  ['a blank', 'https://host/a b'],
  ['a blank at its beginning', ' https://host'],
  ['a line break at its end', 'https://host\n'],
  ['a tab within its host', 'https://ho\tst'],
  ['backslashes', 'https:\\\\host\\path'],
  ['a backslash in its path', 'https://host/a\\b'],
  ['no host', 'https://'],
  ['no host before its path', 'https:///path'],
  ['no slashes', 'https:host'],
  ['one slash', 'https:/host'],
  ['a port alone', 'https://:443'],
  ['the port 0', 'https://host:0'],
  ['the port 65536', 'https://host:65536'],
  ['a word as its port', 'https://host:http'],
  ['two dots in its host', 'https://ho..st'],
  ['a long label in its host', `https://${'a'.repeat(64)}.example`],
  ['a long host', `https://${'a.'.repeat(130)}example`],
  ['an address with a zone', 'https://[fe80::1%25eth0]'],
  ['a half address', 'https://[::1'],
  ['an address beyond its range', 'https://256.0.0.1'],
  ['a user', 'https://reader@host'],
  ['a fragment', 'https://host/#keys'],
  ['another scheme', 'ftp://host'],
] as const;

test.each(BROKEN)('a URL with %s is a fault that names the setting', (_title, url) => {
  for (const name of NAMES)
    expect(faultsOf({ IMAGE_GRAPH_CLOUD: 'otc', IMAGE_GRAPH_REGION: 'eu-de', [name]: url })).toEqual([
      `${name} must be an http or https URL without credentials, query and fragment`,
    ]);
  expect(faultsOf({ ...JWT, [JWKS]: url })).toEqual([
    `${JWKS} must be an http or https URL without credentials and fragment`,
  ]);
});

test.each([
  ['a query', 'https://host/?a=b'],
  ['an empty query', 'https://host/?'],
])('an endpoint with %s is a fault that names the setting', (_title, url) => {
  for (const name of NAMES)
    expect(faultsOf({ IMAGE_GRAPH_CLOUD: 'otc', IMAGE_GRAPH_REGION: 'eu-de', [name]: url })).toHaveLength(1);
});

test.each([
  'redis://',
  'redis:///0',
  'redis://:password@',
  'redis://host:0',
  'redis://host:65536',
  'redis://host:port',
  'redis://[::1',
  'redis:host',
  'redis://:%ff@host',
  'redis://:%@host',
  'redis://user%00:p@host',
  'redis://%ff',
  'redis://host/%ff',
  'redis://host/name',
  'redis://host/1/2',
  'http://host',
])('the Redis URL %s is a fault', (url) => {
  expect(faultsOf({ IMAGE_GRAPH_REDIS_URL: url })).toEqual([
    'IMAGE_GRAPH_REDIS_URL must be a redis:// or rediss:// URL',
  ]);
});

test.each(['redis://host', 'rediss://user:p%40ss@host:6380/1', 'redis://[::1]:6379', 'redis://:p@10.0.0.1'])(
  'the Redis URL %s is good',
  (url) => {
    expect(faultsOf({ IMAGE_GRAPH_REDIS_URL: url })).toEqual([]);
  },
);

test('a region longer than a label of a host is a fault', () => {
  const faults = (length: number) => faultsOf({ IMAGE_GRAPH_CLOUD: 'otc', IMAGE_GRAPH_REGION: 'a'.repeat(length) });
  expect([faults(63), faults(64)]).toEqual([[], ['IMAGE_GRAPH_REGION must be a region such as eu-de']]);
});

const PATHS = [
  '',
  '/',
  '//',
  '//a',
  '/a//b',
  '/ü',
  '/%C3%BC',
  '/%e2%82%ac',
  '/a%2Fb',
  '/a%5Cb',
  '/a%20b',
  '/a+b',
  '/%41',
  '/~a',
  '/%7Ea',
  "/a'b",
  '/a(b)*!',
  '/a;b=c',
  '/a:b@c',
  '/a|b',
  '/[a]',
  '/a^b',
  '/{a}',
  '/a"b',
  '/<a>',
  '/`a`',
  '/%3F',
  '/%23',
  '/%25',
  '/%2541',
  '/a,b&c=d$e',
  '/../a',
  '/%2e%2e/a',
  '/a/./b',
  '/🙂',
];

test.each(PATHS)(
  'with an endpoint of the path %s every service is called, and its signatures are good',
  async (path) => {
    const verdicts: (readonly string[])[] = [];
    const upstream = await startUpstream(({ path: target }, response) => {
      verdicts.push(verifySignature(response.req, KEY, Date.now()).faults);
      return target.endsWith('/image-group') || target.includes('/v1/')
        ? { body: { total: 0, data: [] } }
        : { body: target.endsWith('/images') ? { images: [] } : [], headers: { 'content-range': '0-0/0' } };
    });
    const settings = Object.fromEntries(NAMES.map((name) => [name, upstream.url + path]));
    const app = await startApp({ upstream, settings: { ...settings, ...ACCESS_KEY, IMAGE_GRAPH_PROJECT_ID: 'p' } });
    const response = await app.ask(
      '{ images(first: 1) { nodes { id } } imageGroups(first: 1) { nodes { id } } sharedRepositories(center: SELF, first: 1) { nodes { id } } }',
    );
    expect(response.errors).toBeUndefined();
    expect(verdicts).toEqual([[], [], []]);
    await app.close();
    await upstream.close();
  },
);
