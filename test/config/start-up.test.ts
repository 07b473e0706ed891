// Settings with which the server does not start, and why: they contradict each other, lack something, or would expose credentials.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/config.ts';
import { isSecret, settingsIn } from '../../src/config/setting.ts';
import { SETTINGS } from '../../src/config/settings.ts';
import { run } from '../support/processes/command.ts';
import { faultsOf } from './faults.ts';

type Given = Record<string, string>;

const folder = mkdtempSync(join(tmpdir(), 'image-graph-start-up-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A file with this text. */
function fileOf(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}
const KEYS = fileOf('keys', '');
const NOWHERE = join(folder, 'nowhere');

/** What no message may hold: the secrets of all settings below. */
const [PASSWORD, SECRET_KEY, SECURITY_TOKEN, ROUTER_SECRET] = [
  'pA55w0rd',
  's3cretK3y',
  's3curityT0ken',
  'r0uterS3cret',
];
const SECRET_TEXTS = [PASSWORD, SECRET_KEY, SECURITY_TOKEN, ROUTER_SECRET];

const cloud: Given = { IMAGE_GRAPH_CLOUD: 'otc', IMAGE_GRAPH_REGION: 'eu-de' };
const password: Given = {
  ...cloud,
  IMAGE_GRAPH_AUTH: 'password',
  IMAGE_GRAPH_USERNAME: 'reader',
  IMAGE_GRAPH_PASSWORD: PASSWORD,
  IMAGE_GRAPH_DOMAIN_NAME: 'domain',
  IMAGE_GRAPH_PROJECT_NAME: 'eu-de',
};
const aksk: Given = {
  ...cloud,
  IMAGE_GRAPH_AUTH: 'aksk',
  IMAGE_GRAPH_ACCESS_KEY: 'ACCESSKEY',
  IMAGE_GRAPH_SECRET_KEY: SECRET_KEY,
  IMAGE_GRAPH_PROJECT_ID: 'project-1',
};
const jwt: Given = {
  IMAGE_GRAPH_JWT_ISSUER: 'https://login.example',
  IMAGE_GRAPH_JWT_AUDIENCE: 'image-graph',
  IMAGE_GRAPH_JWT_JWKS_URL: 'https://login.example/keys',
};
const keys: Given = { IMAGE_GRAPH_API_KEYS_FILE: KEYS };
const router: Given = { IMAGE_GRAPH_ROUTER_SECRET: ROUTER_SECRET };
const anonymous: Given = { IMAGE_GRAPH_ALLOW_ANONYMOUS: 'true' };

/** Settings without some of them. */
const without = (settings: Given, ...names: readonly string[]): Given =>
  Object.fromEntries(Object.entries(settings).filter(([name]) => !names.includes(name)));

type Case = [title: string, settings: Given, faults: string[]];

const NO_ENDPOINT =
  'no endpoint is given: set IMAGE_GRAPH_CLOUD and IMAGE_GRAPH_REGION, or at least one of the endpoints';
const clouds: Case[] = [
  [
    'the sandbox beside a cloud',
    { ...cloud, IMAGE_GRAPH_SANDBOX: 'true' },
    ['IMAGE_GRAPH_SANDBOX=true contradicts IMAGE_GRAPH_CLOUD, IMAGE_GRAPH_REGION'],
  ],
  [
    'the sandbox beside credentials',
    { ...without(aksk, ...Object.keys(cloud)), IMAGE_GRAPH_SANDBOX: 'true' },
    ['IMAGE_GRAPH_SANDBOX=true contradicts IMAGE_GRAPH_PROJECT_ID, IMAGE_GRAPH_AUTH'],
  ],
  [
    'made-up data in production',
    { NODE_ENV: 'production' },
    ['with NODE_ENV=production set an endpoint, or IMAGE_GRAPH_SANDBOX=true'],
  ],
  ['credentials without a cloud', without(password, ...Object.keys(cloud)), [NO_ENDPOINT]],
  ['a way of authentication without a value and nothing else', { IMAGE_GRAPH_AUTH: '' }, [NO_ENDPOINT]],
  ['an IAM endpoint alone', { IMAGE_GRAPH_IAM_ENDPOINT: 'https://iam.example' }, [NO_ENDPOINT]],
  [
    'OpenStack without an endpoint',
    { IMAGE_GRAPH_CLOUD: 'openstack', IMAGE_GRAPH_REGION: 'one' },
    ['IMAGE_GRAPH_CLOUD=openstack needs IMAGE_GRAPH_IMS_ENDPOINT'],
  ],
  [
    'a cloud without a region',
    { IMAGE_GRAPH_CLOUD: 'huaweicloud' },
    ['IMAGE_GRAPH_CLOUD needs IMAGE_GRAPH_REGION or an endpoint'],
  ],
  [
    'a password without an IAM endpoint',
    {
      ...without(password, ...Object.keys(cloud)),
      IMAGE_GRAPH_CLOUD: 'openstack',
      IMAGE_GRAPH_IMS_ENDPOINT: 'https://glance.example',
    },
    ['IMAGE_GRAPH_AUTH=password needs IMAGE_GRAPH_IAM_ENDPOINT'],
  ],
];

/** What each mode of authentication needs, and the faults without it. */
const needed: [settings: Given, name: string, alternatives: string][] = [
  [password, 'IMAGE_GRAPH_USERNAME', 'IMAGE_GRAPH_USERNAME'],
  [password, 'IMAGE_GRAPH_PASSWORD', 'IMAGE_GRAPH_PASSWORD or IMAGE_GRAPH_PASSWORD_FILE'],
  [password, 'IMAGE_GRAPH_DOMAIN_NAME', 'IMAGE_GRAPH_DOMAIN_NAME'],
  [password, 'IMAGE_GRAPH_PROJECT_NAME', 'IMAGE_GRAPH_PROJECT_ID or IMAGE_GRAPH_PROJECT_NAME'],
  [aksk, 'IMAGE_GRAPH_ACCESS_KEY', 'IMAGE_GRAPH_ACCESS_KEY or IMAGE_GRAPH_ACCESS_KEY_FILE'],
  [aksk, 'IMAGE_GRAPH_SECRET_KEY', 'IMAGE_GRAPH_SECRET_KEY or IMAGE_GRAPH_SECRET_KEY_FILE'],
  [aksk, 'IMAGE_GRAPH_PROJECT_ID', 'IMAGE_GRAPH_PROJECT_ID'],
];
const incomplete = needed.flatMap(([settings, name, alternatives]): Case[] => {
  const fault = `IMAGE_GRAPH_AUTH=${settings.IMAGE_GRAPH_AUTH} needs ${alternatives}`;
  return [
    [`${settings.IMAGE_GRAPH_AUTH} without ${name}`, without(settings, name), [fault]],
    [`${settings.IMAGE_GRAPH_AUTH} with an empty ${name}`, { ...settings, [name]: '' }, [fault]],
  ];
});

/** Settings that one way of authentication alone looks at. */
const owned: [owner: string, settings: Given][] = [
  ['password', { IMAGE_GRAPH_USERNAME: 'reader' }],
  ['password', { IMAGE_GRAPH_PASSWORD: PASSWORD }],
  ['password', { IMAGE_GRAPH_PASSWORD_FILE: fileOf('password', PASSWORD) }],
  ['password', { IMAGE_GRAPH_DOMAIN_NAME: 'domain' }],
  ['password', { IMAGE_GRAPH_PROJECT_NAME: 'eu-de' }],
  ['password', { IMAGE_GRAPH_PROJECT_DOMAIN_NAME: 'domain' }],
  ['aksk', { IMAGE_GRAPH_ACCESS_KEY: 'ACCESSKEY' }],
  ['aksk', { IMAGE_GRAPH_ACCESS_KEY_FILE: fileOf('access-key', 'ACCESSKEY') }],
  ['aksk', { IMAGE_GRAPH_SECRET_KEY: SECRET_KEY }],
  ['aksk', { IMAGE_GRAPH_SECRET_KEY_FILE: fileOf('secret-key', SECRET_KEY) }],
  ['aksk', { IMAGE_GRAPH_SECURITY_TOKEN: SECURITY_TOKEN }],
  ['aksk', { IMAGE_GRAPH_SECURITY_TOKEN_FILE: fileOf('security-token', SECURITY_TOKEN) }],
  ['aksk', { IMAGE_GRAPH_SIGNING: 'access' }],
];
const foreign = owned.flatMap(([owner, settings]): Case[] => {
  const [name = ''] = Object.keys(settings);
  const faults = [`${name} needs IMAGE_GRAPH_AUTH=${owner}`];
  return [
    [`${name} without IMAGE_GRAPH_AUTH`, { ...cloud, ...settings }, faults],
    [`${name} with passthrough`, { ...cloud, IMAGE_GRAPH_AUTH: 'passthrough', ...settings }, faults],
    [`${name} in the wrong mode`, { ...(owner === 'password' ? aksk : password), ...settings }, faults],
  ];
});

const JWT_NAMES = Object.keys(jwt);
const callers: Case[] = [
  ...JWT_NAMES.map(
    (name): Case => [
      `JWTs without ${name}`,
      { ...cloud, ...without(jwt, name) },
      [`${name} is missing: a token is checked by issuer, audience and key set together`],
    ],
  ),
  ...JWT_NAMES.map(
    (name): Case => [
      `JWTs with ${name} alone`,
      { ...password, [name]: jwt[name] ?? '', HOST: '0.0.0.0' },
      JWT_NAMES.filter((other) => other !== name).map(
        (other) => `${other} is missing: a token is checked by issuer, audience and key set together`,
      ),
    ],
  ),
  ...[keys, jwt, router, { IMAGE_GRAPH_ROUTER_SECRET_FILE: fileOf('router-secret', ROUTER_SECRET) }].map(
    (settings): Case => [
      `everybody let in beside ${Object.keys(settings)[0]}`,
      { ...password, ...anonymous, ...settings },
      [`IMAGE_GRAPH_ALLOW_ANONYMOUS=true contradicts ${Object.keys(settings).join(', ')}`],
    ],
  ),
  [
    'a file of API keys that is not there',
    { ...password, IMAGE_GRAPH_API_KEYS_FILE: NOWHERE, HOST: '0.0.0.0' },
    ['IMAGE_GRAPH_API_KEYS_FILE names a file that does not exist: `image-graph key create NAME` creates it'],
  ],
  [
    'a folder in the place of the API keys',
    { ...password, IMAGE_GRAPH_API_KEYS_FILE: folder, HOST: '0.0.0.0' },
    ['IMAGE_GRAPH_API_KEYS_FILE cannot be read'],
  ],
  ...['IMAGE_GRAPH_API_KEYS_FILE', ...JWT_NAMES, 'IMAGE_GRAPH_ROUTER_SECRET', 'IMAGE_GRAPH_ROUTER_SECRET_FILE'].map(
    (name): Case => [`an empty ${name}`, { ...password, [name]: '' }, [`${name} is empty`]],
  ),
];

const exposed = (host: string, mode: string) =>
  `HOST=${host} with IMAGE_GRAPH_AUTH=${mode} would lend the server's credentials to everybody who can reach it: set IMAGE_GRAPH_API_KEYS_FILE or IMAGE_GRAPH_JWT_ISSUER, or HOST=127.0.0.1, or IMAGE_GRAPH_ALLOW_ANONYMOUS=true`;
const ELSEWHERE = ['0.0.0.0', '::', '0', '10.0.0.1', '128.0.0.1', '::2', 'images.example', 'localhost.example'];
const addresses = ELSEWHERE.flatMap((HOST): Case[] => [
  [`a password on ${HOST}`, { ...password, HOST }, [exposed(HOST, 'password')]],
  [`an access key on ${HOST}`, { ...aksk, HOST }, [exposed(HOST, 'aksk')]],
  [
    `a password on ${HOST} for almost everybody`,
    { ...password, HOST, IMAGE_GRAPH_ALLOW_ANONYMOUS: 'false', IMAGE_GRAPH_ALLOWED_HOSTS: 'images.example' },
    [exposed(HOST, 'password')],
  ],
]);

const ENDPOINTS = ['SWR', 'IMS', 'MODELARTS', 'IAM'].map((service) => `IMAGE_GRAPH_${service}_ENDPOINT`);
const clear = (name: string) =>
  `${name} is http: credentials would pass in clear text; use https, or set IMAGE_GRAPH_ALLOW_PLAIN_HTTP=true`;
const plain: Case[] = [
  ...ENDPOINTS.flatMap((name): Case[] => [
    [`a password and ${name} by http`, { ...password, [name]: 'http://cloud.example' }, [clear(name)]],
    [`an access key and ${name} by http`, { ...aksk, [name]: 'HTTP://10.0.0.1:8080/v2' }, [clear(name)]],
  ]),
  [
    'keys of JWTs by http',
    { ...cloud, ...jwt, IMAGE_GRAPH_JWT_JWKS_URL: 'http://login.example/keys' },
    [clear('IMAGE_GRAPH_JWT_JWKS_URL')],
  ],
  [
    'http to a host that looks like loopback',
    { ...aksk, IMAGE_GRAPH_IMS_ENDPOINT: 'http://127.0.0.1.evil.example' },
    [clear('IMAGE_GRAPH_IMS_ENDPOINT')],
  ],
];

const SECRETS = settingsIn(SETTINGS).filter(isSecret);
/** Settings in which a secret is the only one in question. */
const around: Record<string, Given> = {
  IMAGE_GRAPH_PASSWORD: without(password, 'IMAGE_GRAPH_PASSWORD'),
  IMAGE_GRAPH_ACCESS_KEY: without(aksk, 'IMAGE_GRAPH_ACCESS_KEY'),
  IMAGE_GRAPH_SECRET_KEY: without(aksk, 'IMAGE_GRAPH_SECRET_KEY'),
  IMAGE_GRAPH_SECURITY_TOKEN: aksk,
};
const good = (name: string) => (name === 'IMAGE_GRAPH_REDIS_URL' ? `redis://:${PASSWORD}@redis.example` : PASSWORD);
const secrets = SECRETS.flatMap(({ name, words }): Case[] => {
  const settings = around[name] ?? cloud;
  const file = `${name}_FILE`;
  const unreadable = [`${file} cannot be read, or its text is not ${words}`];
  const text = (title: string, content: string): Case => [
    `${file} with ${title}`,
    { ...settings, [file]: fileOf(`${name} ${title}`, content) },
    unreadable,
  ];
  return [
    [
      `${name} beside its file`,
      { ...settings, [name]: good(name), [file]: fileOf(name, good(name)) },
      [`${name} contradicts ${file}`],
    ],
    [`${name} with a line break`, { ...settings, [name]: `${good(name)}\n${PASSWORD}` }, [`${name} must be ${words}`]],
    [`${file} that is not there`, { ...settings, [file]: NOWHERE }, [`${file} names a file that does not exist`]],
    [`${file} that is a folder`, { ...settings, [file]: folder }, unreadable],
    text('no text', ''),
    text('line breaks only', '\n\n'),
    text('two lines', `${good(name)}\n${PASSWORD}\n`),
    text('a control character', `${good(name)}\u0007`),
  ];
});

const others: Case[] = [
  [
    'two projects',
    { ...password, IMAGE_GRAPH_PROJECT_ID: 'project-1' },
    ['IMAGE_GRAPH_PROJECT_NAME contradicts IMAGE_GRAPH_PROJECT_ID'],
  ],
  [
    'an endpoint that holds a password',
    { IMAGE_GRAPH_IMS_ENDPOINT: `https://reader:${PASSWORD}@cloud.example` },
    ['IMAGE_GRAPH_IMS_ENDPOINT must be an http or https URL without credentials, query and fragment'],
  ],
  [
    'keys of JWTs at a URL that holds a password',
    { ...cloud, ...jwt, IMAGE_GRAPH_JWT_JWKS_URL: `https://reader:${PASSWORD}@login.example` },
    ['IMAGE_GRAPH_JWT_JWKS_URL must be an http or https URL without credentials and fragment'],
  ],
  [
    'an unknown setting',
    { IMAGE_GRAPH_PASSWROD: PASSWORD },
    ['IMAGE_GRAPH_PASSWROD is not a setting: did you mean IMAGE_GRAPH_PASSWORD?'],
  ],
  [
    'a secret as a choice',
    { ...cloud, IMAGE_GRAPH_AUTH: SECRET_KEY },
    ['IMAGE_GRAPH_AUTH must be one of passthrough, password, aksk'],
  ],
  ...['constructor', '__proto__', 'toString'].map(
    (mode): Case => [
      `a way of authentication by the name ${mode}, which every object has`,
      { ...cloud, IMAGE_GRAPH_AUTH: mode },
      ['IMAGE_GRAPH_AUTH must be one of passthrough, password, aksk'],
    ],
  ),
  ...['*', 'https://images.example', 'images.example/', 'a,,b', '[::1]'].map(
    (hosts): Case => [
      `the hosts ${hosts}`,
      { ...password, IMAGE_GRAPH_ALLOWED_HOSTS: hosts },
      ['IMAGE_GRAPH_ALLOWED_HOSTS must be host names, with or without a port, separated by commas'],
    ],
  ),
  ...['*', 'null', 'app.example', 'https://app.example/', 'https://*.example', 'https://a.example,', 'file://'].map(
    (origins): Case => [
      `the origins ${origins}`,
      { IMAGE_GRAPH_CORS_ORIGINS: origins },
      ['IMAGE_GRAPH_CORS_ORIGINS must be origins such as https://app.example, separated by commas'],
    ],
  ),
  ...['yes', '1', 'TRUE', ' true'].map(
    (value): Case => [
      `everybody let in by ${JSON.stringify(value)}`,
      { ...password, HOST: '0.0.0.0', IMAGE_GRAPH_ALLOW_ANONYMOUS: value },
      ['IMAGE_GRAPH_ALLOW_ANONYMOUS must be true or false', exposed('0.0.0.0', 'password')],
    ],
  ),
];

describe.each<[string, Case[]]>([
  ['which cloud', clouds],
  ['credentials that are not complete', incomplete],
  ['credentials of two modes', foreign],
  ['authentication of callers', callers],
  ['from where', addresses],
  ['clear text', plain],
  ['secrets', secrets],
  ['the rest', others],
])('it does not start: %s', (_title, cases) => {
  test.each(cases)('%s', (_name, settings, faults) => {
    const said = faultsOf(settings);
    expect(said).toEqual(faults);
    for (const secret of SECRET_TEXTS) expect(said.join()).not.toContain(secret);
  });
});

test('all faults are reported at once', () => {
  expect(
    faultsOf({
      IMAGE_GRAPH_AUTH: 'password',
      IMAGE_GRAPH_SECRET_KEY: SECRET_KEY,
      IMAGE_GRAPH_JWT_ISSUER: 'https://login.example',
      IMAGE_GRAPH_SWR_ENDPOINT: 'http://cloud.example',
      HOST: '0.0.0.0',
    }),
  ).toEqual([
    'IMAGE_GRAPH_AUTH=password needs IMAGE_GRAPH_USERNAME',
    'IMAGE_GRAPH_AUTH=password needs IMAGE_GRAPH_PASSWORD or IMAGE_GRAPH_PASSWORD_FILE',
    'IMAGE_GRAPH_AUTH=password needs IMAGE_GRAPH_DOMAIN_NAME',
    'IMAGE_GRAPH_AUTH=password needs IMAGE_GRAPH_PROJECT_ID or IMAGE_GRAPH_PROJECT_NAME',
    'IMAGE_GRAPH_SECRET_KEY needs IMAGE_GRAPH_AUTH=aksk',
    'IMAGE_GRAPH_JWT_AUDIENCE is missing: a token is checked by issuer, audience and key set together',
    'IMAGE_GRAPH_JWT_JWKS_URL is missing: a token is checked by issuer, audience and key set together',
    clear('IMAGE_GRAPH_SWR_ENDPOINT'),
  ]);
});

describe('it starts', () => {
  const everywhere = { HOST: '0.0.0.0' };
  test.each<[string, Given, loopbackOnly: boolean, warnings: number]>([
    ['with a password, for this machine', password, true, 0],
    ['with an access key, for this machine', aksk, true, 0],
    ['with a password on another name of loopback', { ...password, HOST: 'LOCALHOST' }, true, 0],
    ['with a password on IPv6', { ...password, HOST: '::1' }, true, 0],
    ['with an access key on 127.0.0.53', { ...aksk, HOST: '127.0.0.53' }, true, 0],
    ['with a password and API keys, everywhere', { ...password, ...keys, ...everywhere }, false, 0],
    ['with an access key and JWTs, everywhere', { ...aksk, ...jwt, ...everywhere }, false, 0],
    ['with a password and a router, everywhere', { ...password, ...router, ...everywhere }, false, 0],
    ['with API keys and JWTs', { ...password, ...keys, ...jwt, ...router, ...everywhere }, false, 0],
    ['with a password for everybody', { ...password, ...anonymous, ...everywhere }, false, 1],
    ['with an access key for everybody', { ...aksk, ...anonymous }, false, 1],
    ['with tokens of callers, everywhere', { ...cloud, ...everywhere }, false, 0],
    ['with tokens of callers and API keys', { ...cloud, ...keys }, false, 0],
    ['on the sandbox, everywhere', everywhere, false, 0],
    ['on the sandbox with JWTs', jwt, false, 0],
    [
      'with a password by http on this machine',
      {
        ...password,
        IMAGE_GRAPH_IAM_ENDPOINT: 'http://127.0.0.1:5000/v3',
        IMAGE_GRAPH_IMS_ENDPOINT: 'http://[::1]:9292',
      },
      true,
      0,
    ],
    [
      'with a password by http, when that is allowed',
      { ...password, IMAGE_GRAPH_IMS_ENDPOINT: 'http://glance.example', IMAGE_GRAPH_ALLOW_PLAIN_HTTP: 'true' },
      true,
      1,
    ],
    [
      'for everybody and by http',
      {
        ...aksk,
        ...anonymous,
        IMAGE_GRAPH_IMS_ENDPOINT: 'http://glance.example',
        IMAGE_GRAPH_ALLOW_PLAIN_HTTP: 'true',
      },
      false,
      2,
    ],
    ['with tokens of callers by http', { IMAGE_GRAPH_IMS_ENDPOINT: 'http://glance.example' }, false, 1],
    [
      'with keys of JWTs by http on this machine',
      { ...jwt, IMAGE_GRAPH_JWT_JWKS_URL: 'http://localhost:1/' },
      false,
      0,
    ],
  ])('%s', (_title, settings, loopbackOnly, warnings) => {
    const config = loadConfig(settings);
    expect([config.callers.loopbackOnly, config.warnings.length]).toEqual([loopbackOnly, warnings]);
    for (const secret of SECRET_TEXTS) expect(inspect(config, { depth: null, showHidden: true })).not.toContain(secret);
  });

  test.each(SECRETS)('with $name from a file, without its last line break', ({ name }) => {
    const settings = { ...around[name], [`${name}_FILE`]: fileOf('secret', `${good(name)}\r\n`) };
    expect(faultsOf(settings)).toEqual([]);
  });
});

describe('the process', { timeout: 20_000 }, () => {
  test.each<[string, Given, string[]]>([
    ['a password on every address', { ...password, HOST: '0.0.0.0' }, [exposed('0.0.0.0', 'password')]],
    [
      'a secret of two lines and one both in a text and in a file',
      { ...aksk, IMAGE_GRAPH_SECRET_KEY: `${SECRET_KEY}\n${SECRET_KEY}`, IMAGE_GRAPH_PASSWORD: PASSWORD },
      [
        'IMAGE_GRAPH_SECRET_KEY must be printable ASCII without blanks',
        'IMAGE_GRAPH_PASSWORD needs IMAGE_GRAPH_AUTH=password',
      ],
    ],
    [
      'an endpoint with a password by http',
      { ...aksk, IMAGE_GRAPH_SWR_ENDPOINT: `http://reader:${PASSWORD}@cloud.example` },
      [
        'IMAGE_GRAPH_SWR_ENDPOINT must be an http or https URL without credentials, query and fragment',
        clear('IMAGE_GRAPH_SWR_ENDPOINT'),
      ],
    ],
  ])('ends with code 1 and a reason: %s', async (_title, settings, faults) => {
    const { code, stdout, stderr } = await run({ PORT: '0', ...settings }).ends();
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toBe(['The settings are wrong:', ...faults.map((fault) => `  ${fault}`), ''].join('\n'));
    for (const secret of SECRET_TEXTS) expect(stderr).not.toContain(secret);
  });
});
