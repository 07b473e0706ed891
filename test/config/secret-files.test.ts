// Secrets from files: how a file is read, what is a fault, and how one is replaced while the server runs.
import {
  chmodSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { beforeEach, describe, expect, test } from 'vitest';
import { type Config, loadConfig } from '../../src/config/config.ts';
import type { Secret } from '../../src/config/secret.ts';
import { isSecret, namesOf, settingsIn } from '../../src/config/setting.ts';
import { SETTINGS } from '../../src/config/settings.ts';
import { startApp } from '../support/app.ts';
import { NOT_FILES, newFolder } from '../support/files.ts';
import { errorOf } from './faults.ts';

let folder = '';
beforeEach(() => {
  folder = newFolder();
});

/** Writes a file of the test's own folder. Shape: its path. */
function write(name: string, text: string | Buffer): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

const CLOUD = { IMAGE_GRAPH_CLOUD: 'otc', IMAGE_GRAPH_REGION: 'eu-de', IMAGE_GRAPH_PROJECT_ID: 'p1' };
const PASSWORD = {
  ...CLOUD,
  IMAGE_GRAPH_AUTH: 'password',
  IMAGE_GRAPH_USERNAME: 'u',
  IMAGE_GRAPH_DOMAIN_NAME: 'd',
  IMAGE_GRAPH_PASSWORD: 'password-from-text',
};
const KEY = {
  ...CLOUD,
  IMAGE_GRAPH_AUTH: 'aksk',
  IMAGE_GRAPH_ACCESS_KEY: 'access-from-text',
  IMAGE_GRAPH_SECRET_KEY: 'secret-from-text',
};

const SECRETS = settingsIn(SETTINGS).filter(isSecret);
const wordsOf = (name: string) => SECRETS.find((secret) => secret.name === name)?.words;

interface Case {
  /** Settings with which only this secret is missing, or could be given. */
  readonly settings: Record<string, string>;
  readonly find: (config: Config) => Secret | undefined;
  /** A text of its grammar, and another one of the same length. */
  readonly good: string;
  readonly next: string;
  readonly bad: string;
}

const auth = (name: string) => (config: Config) => (config.cloud.auth as unknown as Record<string, Secret>)[name];

const CASES = {
  IMAGE_GRAPH_PASSWORD: {
    settings: PASSWORD,
    find: auth('password'),
    good: '  päss "word" \\ € ',
    next: '  pöss "word" \\ € ',
    bad: 'hidden\u0007text',
  },
  IMAGE_GRAPH_ACCESS_KEY: {
    settings: KEY,
    find: auth('accessKey'),
    good: 'AK/+=1',
    next: 'AK/+=2',
    bad: 'hidden,text',
  },
  IMAGE_GRAPH_SECRET_KEY: {
    settings: KEY,
    find: auth('secretKey'),
    good: 'SK/+=,1',
    next: 'SK/+=,2',
    bad: 'hidden text',
  },
  IMAGE_GRAPH_SECURITY_TOKEN: {
    settings: KEY,
    find: auth('securityToken'),
    good: 'x'.repeat(16_384),
    next: 'y'.repeat(16_384),
    bad: `hidden text${'x'.repeat(20_000)}`,
  },
  IMAGE_GRAPH_ROUTER_SECRET: {
    settings: {},
    find: ({ callers }) => callers.routerSecret,
    good: 'router-secret-1',
    next: 'router-secret-2',
    bad: 'hidden\ntext',
  },
  IMAGE_GRAPH_REDIS_URL: {
    settings: {},
    find: ({ redisUrl }) => redisUrl,
    good: 'rediss://:pass@redis.example:6380/1',
    next: 'rediss://:word@redis.example:6380/1',
    bad: 'http://:hidden@redis.example',
  },
} satisfies Record<string, Case>;
type SecretName = keyof typeof CASES;

/** The settings with a secret in a file, and in no text. */
function inFile(name: SecretName, file: string): Record<string, string> {
  const { [name]: _text, ...settings }: Record<string, string> = CASES[name].settings;
  return { ...settings, [`${name}_FILE`]: file };
}

/** The faults of the settings; what a log would show of them holds no secret. */
function faultsOf(settings: Record<string, string>): readonly string[] {
  const error = errorOf(settings);
  expect(`${error?.stack}${inspect(error)}`).not.toMatch(/hidden/);
  return error?.faults ?? [];
}

/** Calls a function as a user who is not root: root may read every file. */
function asOtherUser<T>(call: () => T): T {
  if (process.geteuid?.() !== 0) return call();
  process.seteuid?.(65_532);
  try {
    return call();
  } finally {
    process.seteuid?.(0);
  }
}

test('every secret setting can come from a file', () => {
  expect(
    namesOf(SETTINGS)
      .filter((name) => name.endsWith('_FILE') && name !== 'IMAGE_GRAPH_API_KEYS_FILE')
      .sort(),
  ).toEqual(SECRETS.map(({ name }) => `${name}_FILE`).sort());
  expect(Object.keys(CASES)).toEqual(SECRETS.map(({ name }) => name));
});

test('a file of API keys that another user owns is a fault', () => {
  const file = write('keys', '');
  chmodSync(file, 0o000);
  expect(asOtherUser(() => faultsOf({ IMAGE_GRAPH_API_KEYS_FILE: file }))).toEqual([
    'IMAGE_GRAPH_API_KEYS_FILE names a file that this user may not read',
  ]);
});

describe.each(Object.entries(CASES) as [SecretName, Case][])('%s', (name, { settings, find, good, next, bad }) => {
  test.each([
    ['nothing', ''],
    ['a line break', '\n'],
    ['a line break of Windows', '\r\n'],
    ['several line breaks', '\n\r\n\n'],
  ])('is the text of its file without %s at the end', (_title, end) => {
    const secret = find(loadConfig(inFile(name, write('secret', good + end))));
    expect(secret?.read()).toBe(good);
    write('secret', next + end);
    expect(secret?.read()).toBe(next);
  });

  test('is a fault when text and file are given', () => {
    const both = { ...settings, [name]: good, [`${name}_FILE`]: write('secret', good) };
    expect(faultsOf(both)).toEqual([`${name} contradicts ${name}_FILE`]);
  });

  test.each<[string, () => string]>([
    ['the file is a folder', () => folder],
    ['the file is empty', () => write('secret', '')],
    ['the file holds a line break alone', () => write('secret', '\r\n')],
    ['the file holds two lines', () => write('secret', `hidden-one\nhidden-two\n`)],
    ['the file begins with a line break', () => write('secret', `\n${good}`)],
    ['the file holds a NUL', () => write('secret', `${good}\0`)],
    ['the text is not of its grammar', () => write('secret', bad)],
    ['the text is too long', () => write('secret', good.padEnd(20_000, good.at(-1)))],
    ['the file holds line breaks without an end', () => write('secret', `${'\n'.repeat(60_000)}x`)],
    ['the file is not UTF-8', () => write('secret', Buffer.from(`${good}\xfc`, 'latin1'))],
  ])('is a fault, which does not show the text, when %s', (_title, make) => {
    const faults = faultsOf(inFile(name, make()));
    expect(faults).toEqual([`${name}_FILE cannot be read, or its text is not ${wordsOf(name)}`]);
  });

  test.each<[string, () => string]>([
    ['there is no file', () => join(folder, 'none')],
    ['the file is a link that leads nowhere', () => linkTo('none')],
  ])('is a fault when %s', (_title, make) => {
    expect(faultsOf(inFile(name, make()))).toEqual([`${name}_FILE names a file that does not exist`]);
  });

  test('is a fault when another user owns the file', () => {
    const file = write('secret', good);
    chmodSync(file, 0o000);
    expect(asOtherUser(() => faultsOf(inFile(name, file)))).toEqual([
      `${name}_FILE names a file that this user may not read`,
    ]);
  });

  test.each(NOT_FILES)('is a fault at once when its file is %s', (_title, make) => {
    const path = join(folder, 'secret');
    make(path);
    expect(faultsOf(inFile(name, path))).toEqual([`${name}_FILE cannot be read, or its text is not ${wordsOf(name)}`]);
  });

  test.each(NOT_FILES)('keeps its last text while its file is replaced by %s', (_title, make) => {
    const file = write('secret', good);
    const secret = find(loadConfig(inFile(name, file)));
    rmSync(file);
    make(file);
    expect([secret?.read(), secret?.read()]).toEqual([good, good]);
    rmSync(file, { recursive: true });
    writeFileSync(file, next);
    expect(secret?.read()).toBe(next);
  });

  test('is a fault, which does not show the text, when the text of the setting itself is malformed', () => {
    expect(faultsOf({ ...settings, [name]: bad })).toEqual([`${name} must be ${wordsOf(name)}`]);
    expect(faultsOf({ ...settings, [name]: `${good}\n` })).toHaveLength(1);
  });

  const ways: [string, (file: string, text: string) => void][] = [
    ['written again', writeFileSync],
    [
      'replaced by another file',
      (file, text) => {
        writeFileSync(`${file}.next`, text);
        renameSync(`${file}.next`, file);
      },
    ],
    [
      'replaced by another file of the same time',
      (file, text) => {
        const { atime, mtime } = statSync(file);
        writeFileSync(`${file}.next`, text);
        utimesSync(`${file}.next`, atime, mtime);
        renameSync(`${file}.next`, file);
      },
    ],
    [
      'written again with the same time',
      (file, text) => {
        const { atime, mtime } = statSync(file);
        writeFileSync(file, text);
        utimesSync(file, atime, mtime);
      },
    ],
    [
      'taken away and put back',
      (file, text) => {
        rmSync(file);
        writeFileSync(file, text);
      },
    ],
  ];
  test.each(ways)('is read again after its file was %s', (_title, replace) => {
    const file = write('secret', good);
    const secret = find(loadConfig(inFile(name, file)));
    for (const text of [next, good, next]) {
      replace(file, text);
      expect(secret?.read()).toBe(text);
      expect(secret?.read()).toBe(text);
    }
  });

  test('is read again after the folder behind a link was swapped, as containers do it', () => {
    const { secret, swap } = mount(name, good);
    for (const text of [next, good, next]) {
      swap(text);
      expect(secret?.read()).toBe(text);
    }
  });

  test.each<[string, (file: string) => void]>([
    ['removed', (file) => rmSync(file)],
    ['empty', (file) => truncateSync(file)],
    ['a line break alone', (file) => writeFileSync(file, '\n')],
    ['half written', (file) => writeFileSync(file, `${bad}`)],
    [
      'a folder',
      (file) => {
        rmSync(file);
        mkdirSync(file);
      },
    ],
  ])('keeps its last text while its file is %s, and takes the next good one', (_title, harm) => {
    const file = write('secret', good);
    const secret = find(loadConfig(inFile(name, file)));
    harm(file);
    expect(secret?.read()).toBe(good);
    expect(secret?.read()).toBe(good);
    rmSync(file, { recursive: true, force: true });
    expect(secret?.read()).toBe(good);
    writeFileSync(file, next);
    expect(secret?.read()).toBe(next);
    rmSync(file);
    expect(secret?.read()).toBe(next);
  });

  test('is not shown when the settings are printed', () => {
    const config = loadConfig(inFile(name, write('secret', `${good}\n`)));
    expect(find(config)?.read()).toBe(good);
    const shown = inspect(config, { depth: null, showHidden: true }) + JSON.stringify(config) + String(find(config));
    expect(shown).not.toContain(good);
    expect(shown).not.toContain(good.slice(1, 8).trim());
  });
});

/** A link in the test's folder. Shape: its path. */
function linkTo(target: string): string {
  const link = join(folder, 'link');
  symlinkSync(target, link);
  return link;
}

/** A secret in a volume as Kubernetes mounts it: a link to a file behind a link to a folder, which is swapped as a whole. */
function mount(name: SecretName, text: string) {
  let version = 0;
  const put = (content: string) => {
    version += 1;
    mkdirSync(join(folder, `..${version}`));
    write(`..${version}/secret`, content);
    symlinkSync(`..${version}`, join(folder, '..data_tmp'));
    renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
    rmSync(join(folder, `..${version - 1}`), { recursive: true, force: true });
  };
  put(text);
  const file = linkTo('..data/secret');
  return { file, secret: CASES[name].find(loadConfig(inFile(name, file))), swap: put };
}

test('the settings of authentication are faults when they are empty', () => {
  for (const name of ['IMAGE_GRAPH_ROUTER_SECRET', 'IMAGE_GRAPH_ROUTER_SECRET_FILE'])
    expect(faultsOf({ [name]: '' })).toEqual([`${name} is empty`]);
});

test('a router secret is the one in its file at the time of each request', async () => {
  const file = write('secret', 'first\n');
  const app = await startApp({ upstream: 'sandbox', settings: { IMAGE_GRAPH_ROUTER_SECRET_FILE: file } });
  const letsIn = async (secret?: string) => {
    const headers = secret === undefined ? undefined : { 'router-authorization': secret };
    const { errors } = await app.ask('{ __typename }', {}, headers);
    const codes = errors?.map(({ extensions }) => extensions.code);
    if (codes) expect(codes).toEqual(['UNAUTHENTICATED']);
    return codes === undefined;
  };
  const check = async (good: string, ...bad: (string | undefined)[]) => {
    expect(await letsIn(good), good).toBe(true);
    for (const secret of bad) expect(await letsIn(secret), secret).toBe(false);
  };
  await check('first', 'second', 'firs', 'first1', '', undefined);

  write('next', 'second');
  renameSync(join(folder, 'next'), file);
  await check('second', 'first', '', undefined);

  truncateSync(file);
  await check('second', 'first', '', undefined);
  write('secret', 'third and more');
  await check('second', 'third', 'third and more', '', undefined);
  write('secret', 'third\r\n');
  await check('third', 'second', '', undefined);
  rmSync(file);
  await check('third', 'second', '', undefined);
  expect(app.log).toEqual([]);
});

test('a router secret in a mounted volume changes with the volume', async () => {
  const { file, swap } = mount('IMAGE_GRAPH_ROUTER_SECRET', 'first');
  const app = await startApp({ upstream: 'sandbox', settings: { IMAGE_GRAPH_ROUTER_SECRET_FILE: file } });
  const ask = async (secret: string) =>
    (await app.ask('{ __typename }', {}, { 'router-authorization': secret })).data?.__typename;
  expect(await ask('first')).toBe('Query');
  swap('second\n');
  expect(await ask('first')).toBeUndefined();
  expect(await ask('second')).toBe('Query');
});
