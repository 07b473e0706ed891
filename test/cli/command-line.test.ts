// The command line: help, version, the files of --env-file, and the commands that do not serve.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, openSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { parseEnv } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createApiKey } from '../../src/server/auth/api-keys.ts';
import { newFile, newFolder } from '../support/files.ts';
import { listen } from '../support/listen.ts';
import { addressIn, run, runFile } from '../support/processes/command.ts';

const ended = (settings: Record<string, string>, ...args: string[]) => run(settings, ...args).ends();

const COMMANDS = ['serve', 'sandbox', 'config', 'schema', 'key', 'health'];

describe('help', () => {
  test.each([[[]], ...COMMANDS.map((name) => [[name]])])('of %j fits 80 columns, and names its usage', async (args) => {
    const { code, stdout, stderr } = await ended({}, ...args, '--help');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`\nUsage:\n  image-graph ${args[0] === 'serve' ? '[serve]' : (args[0] ?? '[COMMAND]')}`);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(await ended({}, 'help', ...args)).toMatchObject({ code: 0, stdout });
    expect(await ended({}, '-h', ...args)).toMatchObject({ code: 0, stdout });
  });

  test('names every command', async () => {
    const { stdout } = await ended({}, '--help');
    expect(COMMANDS.filter((name) => !stdout.includes(`\n  ${name} `))).toEqual([]);
  });

  test('has colours where they are forced only', async () => {
    expect((await ended({}, '--help')).stdout).not.toContain('\u001b');
    expect((await ended({ FORCE_COLOR: '1' }, '--help')).stdout).toContain('\u001b[1mUsage:');
  });

  test('ends quietly where its reader has ended', () => {
    const text = execFileSync('sh', ['-c', `"${process.execPath}" src/start.js schema print 2>&1 | head -1`], {
      encoding: 'utf8',
    });
    expect(text.split('\n')).toHaveLength(2);
  });
});

test.skipIf(!existsSync('/dev/full')).each([[['config', 'print']], [['schema', 'print']], [['key', 'create', 'ci']]])(
  'the result of %j that a full disk does not take is a failure',
  (args) => {
    const { status, stderr } = spawnSync(process.execPath, ['src/start.js', ...args], {
      env: {},
      encoding: 'utf8',
      stdio: ['ignore', openSync('/dev/full', 'w'), 'pipe'],
    });
    expect([status, stderr]).toEqual([1, expect.stringContaining('The output cannot be written (ENOSPC).\n')]);
  },
);

test('the version is that of the package', async () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  for (const option of ['--version', '-v']) expect(await ended({}, option)).toMatchObject({ stdout: `${version}\n` });
});

test.each<[args: string[], line: string]>([
  [['confg'], 'Unknown command confg: did you mean config?\n'],
  [['help', 'healt'], 'Unknown command healt: did you mean health?\n'],
  [['config'], 'Usage: image-graph config check | config print\n'],
  [['config', 'show'], 'Usage: image-graph config check | config print\n'],
  [['schema'], 'Usage: image-graph schema print [--subgraph]\n'],
  [['key'], 'Usage: image-graph key create NAME | key list | key revoke NAME\n'],
  [['--env-file'], '--env-file needs a file.\n'],
  [['health', '--timeout', '0'], '--timeout must be seconds, such as 3 or 0.5.\n'],
  [['health', '--url', 'ftp://x'], '--url must be an http or https URL.\n'],
])('%j gets one line and code 1', async (args, line) => {
  expect(await ended({}, ...args)).toMatchObject({ code: 1, stdout: '', stderr: line });
});

describe('--env-file', () => {
  const check = (...args: string[]) => ended({ PORT: '4001' }, 'config', 'check', ...args);
  const fileOf = (...lines: string[]) => newFile(lines.map((line) => `${line}\n`).join(''));

  test('has settings, which the environment and later files override', async () => {
    const first = fileOf('# settings', 'PORT=1', 'HOST="127.0.0.2"', 'export IMAGE_GRAPH_WORKERS=3');
    const second = fileOf('', "IMAGE_GRAPH_WORKERS='2'");
    const { code, stdout } = await check('--env-file', first, `--env-file=${second}`);
    expect(code).toBe(0);
    expect(stdout).toMatch(/PORT +4001 +environment\n/);
    expect(stdout).toContain(`127.0.0.2  ${first}:3\n`);
    expect(stdout).toContain(`2          ${second}:2\n`);
    expect(stdout).toMatch(/listens on +http:\/\/127.0.0.2:4001\/graphql\n/);
  });

  test('is read by the server and its workers, before its log is made', async () => {
    const file = fileOf('PORT=0', 'IMAGE_GRAPH_WORKERS=2', 'IMAGE_GRAPH_LOG_FORMAT=pretty', 'IMAGE_GRAPH_MAX_DEPTH=2');
    for (const args of [
      ['--env-file', file],
      ['serve', '--env-file', file],
      ['--env-file', file, 'serve'],
    ]) {
      const server = run({}, ...args);
      const output = await server.says('open http');
      expect(output).toMatch(/INFO: Worker \d+ is ready/);
      const query = '{ repositories(first: 1) { nodes { tags } } }';
      const response = await fetch(addressIn(output), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      });
      expect(JSON.stringify(await response.json())).toContain('too deep: 3, where 2 are allowed');
      server.child.kill('SIGTERM');
      await server.ends();
    }
  });

  test.each<[title: string, make: () => string, code: number, fault: string]>([
    // Node.js looks for the file itself, before the program begins.
    ['is not there', () => join(newFolder(), 'none'), 9, 'not found'],
    ['is a folder', newFolder, 9, 'invalid format'],
    ['has a line without =', () => fileOf('PORT=1', 'HOST'), 1, 'must be NAME=value'],
    ['has YAML', () => fileOf('PORT: 4000'), 1, 'must be NAME=value'],
    ['is too large', () => fileOf(`A=${'x'.repeat(1_000_000)}`), 1, 'cannot be read'],
  ])('that %s is a fault', async (_title, make, code, fault) => {
    const file = make();
    for (const command of [['config', 'check'], ['serve'], []]) {
      const { stdout, stderr, ...rest } = await ended({ PORT: '0' }, ...command, '--env-file', file);
      expect([rest.code, stdout]).toEqual([code, '']);
      expect(stderr).toContain(file);
      expect(stderr).toContain(fault);
    }
  });

  test('may have quotes in comments, and what follows a missing quote is a fault', async () => {
    const file = fileOf('# it\'s A="x', 'IMAGE_GRAPH_WORKERS=2', '# "');
    expect((await check('--env-file', file)).stdout).toContain(`2     ${file}:2\n`);
    const broken = fileOf('HOST="127.0.0.1', 'IMAGE_GRAPH_PASSWORD="pass-phrase"');
    const { code, output } = await check('--env-file', broken);
    expect([code, output]).toEqual([1, `The settings are wrong:\n  line 2 of ${broken} must be NAME=value\n`]);
  });

  test('may have values of several lines', async () => {
    const file = fileOf('A="x', 'not a line', '"', 'IMAGE_GRAPH_WORKERS=2');
    expect((await check('--env-file', file)).stdout).toContain(`${file}:4`);
  });
});

describe('config', () => {
  const SECRETS = {
    IMAGE_GRAPH_PASSWORD: 'pass-phrase-1',
    IMAGE_GRAPH_REDIS_URL: 'redis://user:pass-phrase-2@127.0.0.1:1',
    IMAGE_GRAPH_ROUTER_SECRET: 'pass-phrase-3',
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=pass-phrase-4',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://user:pass-phrase-5@127.0.0.1:1',
  };
  const CLOUD = {
    IMAGE_GRAPH_CLOUD: 'otc',
    IMAGE_GRAPH_REGION: 'eu-de',
    IMAGE_GRAPH_AUTH: 'password',
    IMAGE_GRAPH_USERNAME: 'me # and "you"',
    IMAGE_GRAPH_DOMAIN_NAME: 'OTC',
    IMAGE_GRAPH_PROJECT_NAME: 'eu-de',
  };

  test('check prints what applies, and nothing of a secret', async () => {
    const { code, stdout, stderr } = await ended({ ...CLOUD, ...SECRETS }, 'config', 'check');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('The settings are valid\n');
    expect(stdout).toMatch(/ swr +https:\/\/swr-api\.eu-de\./);
    expect(stdout).toMatch(/callers +send the router secret\n/);
    for (const name of Object.keys(SECRETS))
      expect(stdout).toMatch(new RegExp(`  ${name} +\\(secret\\) +environment\n`));
    expect(stdout).not.toContain('pass-phrase');
  });

  test('check prints no secret that stands in the wrong place, and no commands of terminals', async () => {
    const settings = {
      IMAGE_GRAPH_IMS_ENDPOINT: 'https://user:pass-phrase@ims.example',
      IMAGE_GRAPH_JWT_ISSUER: 'https://pass-phrase@issuer.example/a',
      IMAGE_GRAPH_PASSWORD_FILE: 'pass-phrase',
      IMAGE_GRAPH_ROUTER_SECRET_FILE: '/none/secret',
      'IMAGE_GRAPH_\u001b[31m': '1',
      IMAGE_GRAPH_AUTH: 'password',
      HOST: 'a\u001b[31m',
    };
    for (const args of [['config', 'check'], []]) {
      const { code, output } = await ended(settings, ...args);
      expect(code).toBe(1);
      expect(output).toContain('IMAGE_GRAPH_\ufffd[31m is not a setting');
      for (const text of ['pass-phrase', '\u001b']) expect(output).not.toContain(text);
    }
    const { stdout } = await ended(settings, 'config', 'check');
    expect(stdout).toMatch(/ IMAGE_GRAPH_IMS_ENDPOINT +https:\/\/\(secret\)@ims\.example /);
    expect(stdout).toMatch(/ IMAGE_GRAPH_ROUTER_SECRET_FILE +\/none\/secret /);
  });

  test.each(["it's \\n", 'it\'s "\\n" # so', 'a # b', '`', "it's `so`", '\\n'])(
    'print keeps the value %j',
    async (value) => {
      const { stdout } = await ended({ ...CLOUD, ...SECRETS, IMAGE_GRAPH_USERNAME: value }, 'config', 'print');
      expect(parseEnv(stdout)).toMatchObject({ IMAGE_GRAPH_USERNAME: value });
    },
  );

  test('print says of a value that no file can have where it comes from', async () => {
    const value = `# it's "a" \`b\``;
    const { stdout } = await ended({ ...CLOUD, ...SECRETS, IMAGE_GRAPH_USERNAME: value }, 'config', 'print');
    expect(stdout).toContain(
      '\n# IMAGE_GRAPH_USERNAME has a value that such a file cannot have; it comes from environment\n',
    );
    expect(parseEnv(stdout)).not.toHaveProperty('IMAGE_GRAPH_USERNAME');
  });

  test('check prints every fault, and what is given', async () => {
    const settings = { PORT: 'x', IMAGE_GRAPH_REGOIN: 'eu-de', IMAGE_GRAPH_PASSWORD: 'a\nb', HOST: '\u001b[31m' };
    const { code, stdout } = await ended(settings, 'config', 'check');
    expect(code).toBe(1);
    for (const line of [
      '  PORT must be a whole number from 0 to 65535',
      '  IMAGE_GRAPH_REGOIN is not a setting: did you mean IMAGE_GRAPH_REGION?',
      '  IMAGE_GRAPH_PASSWORD must be 1 to 1024 characters without control characters',
    ])
      expect(stdout.split('\n')).toContain(line);
    expect(stdout).toMatch(/IMAGE_GRAPH_REGOIN +\(secret\)/);
    expect(stdout).not.toContain('\u001b');
  });

  test('print is a file that says the same, but secrets', async () => {
    const { stdout } = await ended({ ...CLOUD, ...SECRETS }, 'config', 'print');
    expect(stdout).not.toContain('pass-phrase');
    expect(stdout).toContain('\n# IMAGE_GRAPH_PASSWORD is secret; it comes from environment\n');
    expect(stdout).toContain('\n# IMAGE_GRAPH_WORKERS=1\n');
    const again = await ended(SECRETS, 'config', 'print', '--env-file', newFile(stdout));
    expect(again).toMatchObject({ code: 0, stdout });
  });

  test('print names every setting once', async () => {
    const { stdout } = await ended({}, 'config', 'print');
    const names = [...readFileSync('docs/settings.md', 'utf8').matchAll(/^\| `(\w+)`(?: ⟳)? \|/gm)].map(
      ([, name]) => name,
    );
    const settings = names.filter((name) => !name?.endsWith('_FILE') || name === 'IMAGE_GRAPH_API_KEYS_FILE');
    const printed = [...stdout.matchAll(/^#? ?(\w+)=/gm)].map(([, name]) => name);
    expect(printed.toSorted()).toEqual(settings.toSorted());
  });
});

test.each([
  [[], 'schema/api.graphql'],
  [['--subgraph'], 'schema/subgraph.graphql'],
])('schema print %j prints %s', async (options, file) => {
  const { stdout } = await ended({}, 'schema', 'print', ...options);
  expect(stdout).toBe(readFileSync(file, 'utf8'));
});

describe('key', () => {
  const lines = ['# keys of the team', `${createApiKey('a').line} since May`, '', createApiKey('b').line, 'malformed'];
  const keys = (file: string, ...args: string[]) => ended({ IMAGE_GRAPH_API_KEYS_FILE: file }, 'key', ...args);

  test('list has the names, and no hash in full', async () => {
    const { code, stdout } = await keys(newFile(lines.join('\n')), 'list');
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/^a {2}sha256:[0-9a-f]{12}… {2}since May\nb {2}sha256:[0-9a-f]{12}…\n$/),
    ]);
  });

  test('revoke removes one, and leaves the other lines and the mode', async () => {
    const folder = newFolder();
    const file = join(folder, 'keys');
    writeFileSync(file, lines.join('\r\n'), { mode: 0o640 });
    const link = join(folder, 'link');
    symlinkSync(file, link);
    const { code, stdout } = await keys(link, 'revoke', 'a');
    expect([code, stdout]).toEqual([0, expect.stringContaining('The key of a is revoked.')]);
    expect(readFileSync(file, 'utf8')).toBe(lines.toSpliced(1, 1).join('\r\n'));
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect((await keys(link, 'list')).stdout).not.toContain('a  ');
  });

  test('changes by several processes at once are all made', { timeout: 60_000 }, async () => {
    const file = newFile('');
    const code = `
      import { addApiKey, createApiKey, revokeApiKey } from '${new URL('../../src/server/auth/api-keys.ts', import.meta.url)}';
      const [file, name] = process.argv.slice(1);
      for (let count = 0; count < 150; count++) {
        addApiKey(file, createApiKey(name + count).line);
        if (count > 0) revokeApiKey(file, name + (count - 1));
      }`;
    const processes = ['a', 'b', 'c'].map((name) => runFile(process.execPath, {}, '-e', code, file, name).ends());
    for (const end of await Promise.all(processes)) expect(end).toMatchObject({ code: 0, stderr: '' });
    const names = (await keys(file, 'list')).stdout.match(/^\S+/gm);
    expect(names?.toSorted()).toEqual(['a149', 'b149', 'c149']);
    expect(readdirSync(dirname(file)).filter((name) => name.startsWith(`${basename(file)}.`))).toEqual([]);
  });

  test('what a command that was killed has left is named', async () => {
    const file = newFile(lines.join('\n'));
    writeFileSync(`${file}.new`, '');
    for (const args of [
      ['revoke', 'a'],
      ['create', 'c'],
    ]) {
      const { code, stdout, stderr } = await keys(file, ...args);
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toContain(`has left ${file}.new, which must be removed then`);
    }
    expect(readFileSync(file, 'utf8')).toBe(lines.join('\n'));
  });

  test.each<[args: string[], make: () => string, line: string]>([
    [
      ['revoke', 'c'],
      () => newFile(lines.join('\n')),
      'No key is called "c": `image-graph key list` has their names.\n',
    ],
    [
      ['revoke', 'a'],
      newFolder,
      'The file of IMAGE_GRAPH_API_KEYS_FILE cannot be read and replaced, so that no key is revoked.\n',
    ],
    [
      ['revoke', 'a'],
      () => join(newFolder(), 'none'),
      'The file of IMAGE_GRAPH_API_KEYS_FILE cannot be read and replaced: it does not exist, so that no key is revoked.\n',
    ],
    [['list'], () => join(newFolder(), 'none'), 'The file of IMAGE_GRAPH_API_KEYS_FILE cannot be read.\n'],
    [['list'], () => '', 'IMAGE_GRAPH_API_KEYS_FILE is not set: it names the file of the keys.\n'],
  ])('%j says in one line why it fails', async (args, make, line) => {
    expect(await keys(make(), ...args)).toMatchObject({ code: 1, stdout: '', stderr: line });
  });
});

describe('health', () => {
  const serve = async (status: number, headers = {}) => {
    const paths: string[] = [];
    const server = createServer((request, response) => {
      paths.push(request.url ?? '');
      response.writeHead(status, headers).end();
    });
    onTestFinished(() => void server.close());
    return { url: await listen(server), paths };
  };

  test('finds the server of its settings', async () => {
    const { url, paths } = await serve(200);
    const { port } = new URL(url);
    for (const HOST of ['127.0.0.1', '0.0.0.0', '']) {
      const { code, stdout } = await ended({ HOST, PORT: port }, 'health');
      expect([code, stdout]).toEqual([0, `Healthy: http://127.0.0.1:${port}/health responds with 200.\n`]);
    }
    expect(await ended({ PORT: port }, 'health', '--ready')).toMatchObject({ code: 0 });
    expect(await ended({}, 'health', '--url', `${url}/base/health?x=1`)).toMatchObject({ code: 0 });
    expect(paths).toEqual(['/health', '/health', '/health', '/ready', '/base/health?x=1']);
  });

  test.each([
    [503, 'responds with 503'],
    [302, 'responds with 302'],
    [404, 'responds with 404'],
  ])('is 1 for %i', async (status, line) => {
    const { url } = await serve(status, { location: '/' });
    expect(await ended({}, 'health', '--url', url)).toMatchObject({
      code: 1,
      stdout: '',
      stderr: `Unhealthy: ${url}/health ${line}.\n`,
    });
  });

  test('is 1 for a server that does not respond, closes the connection, or is away', async () => {
    const silent = createTcpServer(() => {});
    const closing = createTcpServer((socket) => socket.end('nonsense\r\n\r\n'));
    onTestFinished(() => [silent, closing].forEach((server) => void server.close()));
    const late = await ended({}, 'health', '--timeout', '0.3', '--url', await listen(silent));
    expect(late).toMatchObject({ code: 1, stderr: expect.stringContaining('does not respond in time.\n') });
    for (const url of [await listen(closing), 'http://127.0.0.1:1'])
      expect(await ended({}, 'health', '--url', url)).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/^Unhealthy: \S+ cannot be reached \([A-Z_]+\)\.\n$/),
      });
  });

  test('is 1 for a server that speaks another protocol', async () => {
    const other = createTcpServer((socket) => {
      socket.on('error', () => {});
      socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: other\r\n\r\n');
    });
    onTestFinished(() => void other.close());
    const url = await listen(other);
    expect(await ended({}, 'health', '--url', url)).toMatchObject({
      code: 1,
      stderr: `Unhealthy: ${url}/health responds with 101.\n`,
    });
  });

  test('prints no password and no query of the URL', async () => {
    const { url } = await serve(200);
    const secretly = (origin: string) => `${origin.replace('//', '//user:pass-phrase@')}/health?key=pass-phrase`;
    for (const origin of [url, 'http://127.0.0.1:1']) {
      const { output } = await ended({}, 'health', '--url', secretly(origin));
      expect(output).toContain(`ealthy: ${origin}/health `);
      expect(output).not.toContain('pass-phrase');
    }
  });

  test.each([{ PORT: 'http' }, { PORT: '99999' }, { HOST: 'a b' }])('says of %j what is wrong', async (settings) => {
    const stderr = 'PORT and HOST must be the port and the address of the server, or give its --url.\n';
    expect(await ended(settings, 'health')).toMatchObject({ code: 1, stdout: '', stderr });
  });

  test('needs a --url for a port that the system chooses', async () => {
    expect(await ended({ PORT: '0' }, 'health')).toMatchObject({ code: 1, stderr: expect.stringContaining('--url') });
  });
});

describe('docs/command-line.md', () => {
  const page = readFileSync('docs/command-line.md', 'utf8');
  const examples = [...page.matchAll(/```console\n\$ ([^\n]*?)image-graph ?([^\n]*)\n(.*?)```/gs)];

  test('has examples', () => expect(examples).toHaveLength(4));

  test.each(examples.map(([, variables = '', args = '', output = '']) => [args, variables, output]))(
    'shows what %s prints',
    async (args, variables, expected) => {
      const settings = Object.fromEntries(
        variables
          .trim()
          .split(' ')
          .map((pair) => pair.split(/=(.*)/s)),
      );
      const { output } = await ended(variables === '' ? {} : settings, ...args.split(' '));
      expect(output.replace(process.versions.node, '24.21.0')).toBe(expected);
    },
  );
});
