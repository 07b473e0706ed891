// The rules of the layout: which file may import which, and which words may stand where.
import { dirname, posix } from 'node:path';
import { expect, test } from 'vitest';
import { type Import, importsOf, readSource } from './support/imports.ts';
import { KINDS } from './support/kinds.ts';

const files = readSource('src');
const imports = importsOf(files);

/** Arrows go leftwards only: a file may import from its own rail and from those before it. */
const RAILS = ['config', 'upstream', 'loading', 'graph', 'resources', 'schema', 'server', 'cli', 'main'];
/** The files of a slice; one of its own lies between loader and type. */
const SLICE = ['enums', 'record', 'upstream', 'input', 'loader', 'type'];

/** The rooms of a rail: an import may go from a room to those on its left in the same chain. Files at the rail's root are named. */
const CHAINS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  upstream: [
    [
      'call call-record path errors denied-calls cancellation log once-a-minute clocks growing-buffer byte-budget turn redis',
      'decoding',
      'auth',
      'transport',
      'shared-calls',
      'cache',
      'cloud',
      'session',
    ],
    ['call path errors', 'decoding', 'paging'],
  ],
  server: [
    [
      'logger log-output',
      'process',
      'http',
      'auth',
      'limits',
      'telemetry',
      'context hints introspection operation',
      'fast',
      'app',
      'service',
    ],
    ['logger', 'http', 'execution', 'fast', 'app', 'service'],
    ['logger', 'http', 'graphiql', 'app'],
  ],
  sandbox: [
    ['world', 'request state', 'response', 'iam', 'ims', 'cloud'],
    ['world', 'request state', 'response', 'iam', 'swr', 'cloud'],
    ['world', 'request state', 'response', 'iam', 'modelarts', 'cloud'],
  ],
};

const railOf = (name: string) => (name.split('/')[0] ?? '').replace('.ts', '');

const say = ({ from, to, line }: Import, rule: string) => `src/${from}:${line} imports src/${to}: ${rule}`;

test('the walk sees the files and their imports', () => {
  expect(files.length).toBeGreaterThan(40);
  expect(imports.length).toBeGreaterThan(100);
});

test('imports point to the left', () => {
  const wrong = imports
    .filter(({ from, to }) => RAILS.includes(railOf(from)) && RAILS.includes(railOf(to)))
    .filter(({ from, to }) => RAILS.indexOf(railOf(to)) > RAILS.indexOf(railOf(from)))
    .map((found) => say(found, 'arrows go leftwards only'));
  expect(wrong).toEqual([]);
});

test('rooms of a rail import only what is on their left', () => {
  const roomOf = (name: string) => (name.split('/')[1] ?? '').replace('.ts', '');
  const place = (chain: readonly string[], room: string) => chain.findIndex((part) => part.split(' ').includes(room));
  const wrong = imports
    .filter(({ from, to }) => railOf(from) === railOf(to) && railOf(from) in CHAINS && roomOf(from) !== roomOf(to))
    .filter(({ from, to }) => {
      const chains = CHAINS[railOf(from)] ?? [];
      return !chains.some(
        (chain) => place(chain, roomOf(to)) >= 0 && place(chain, roomOf(to)) <= place(chain, roomOf(from)),
      );
    })
    .map((found) => say(found, 'a room imports only what is on its left'));
  expect(wrong).toEqual([]);
});

test('no imports go in a circle, those of types included', () => {
  const targets = Map.groupBy(imports, ({ from }) => from);
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (name: string, path: readonly string[]): void => {
    if (path.includes(name)) return void circles.push([...path.slice(path.indexOf(name)), name].join(' -> '));
    if (done.has(name)) return;
    for (const { to } of targets.get(name) ?? []) visit(to, [...path, name]);
    done.add(name);
  };
  for (const { name } of files) visit(name, []);
  expect(circles).toEqual([]);
});

test('within a slice record.ts is left of upstream.ts, that of loader.ts, and that of type.ts', () => {
  const place = (name: string) => {
    const index = SLICE.indexOf(posix.basename(name, '.ts'));
    return index < 0 ? SLICE.indexOf('loader') + 0.5 : index;
  };
  const slices = imports.filter(
    ({ from, to }) => from.startsWith('resources/') && dirname(from) === dirname(to) && from !== 'resources/index.ts',
  );
  expect(slices.length).toBeGreaterThan(10);
  expect(
    slices
      .filter(({ from, to }) => place(to) >= place(from))
      .map((found) => say(found, `the files of a slice are ${SLICE.join(' <- ')}`)),
  ).toEqual([]);
});

test('a slice imports of other slices only record.ts, upstream.ts and type.ts of those above it in index.ts', () => {
  const sliceOf = (name: string) => name.split('/')[1] ?? '';
  const order = imports.filter(({ from }) => from === 'resources/index.ts').map(({ to }) => sliceOf(to));
  const between = imports.filter(
    ({ from, to }) =>
      from.startsWith('resources/') &&
      to.startsWith('resources/') &&
      from !== 'resources/index.ts' &&
      dirname(from) !== dirname(to),
  );
  expect(order.length).toBeGreaterThanOrEqual(5);
  expect(between.length).toBeGreaterThan(5);
  const wrong = between
    .filter(
      ({ from, to }) =>
        !['record.ts', 'upstream.ts', 'type.ts'].includes(posix.basename(to)) ||
        order.indexOf(sliceOf(to)) >= order.indexOf(sliceOf(from)),
    )
    .map((found) => say(found, 'a slice imports record.ts, upstream.ts and type.ts of slices above it in index.ts'));
  expect(wrong).toEqual([]);
});

test('sandbox/ and client/ import no sibling, and only main.ts imports the sandbox', () => {
  const alone = imports.filter(
    ({ from, to }) => ['sandbox', 'client'].includes(railOf(from)) && railOf(to) !== railOf(from),
  );
  const borrowed = imports.filter(
    ({ from, to }) => ['sandbox', 'client'].includes(railOf(to)) && railOf(from) !== railOf(to) && from !== 'main.ts',
  );
  expect(alone.map((found) => say(found, 'it stands alone'))).toEqual([]);
  expect(borrowed.map((found) => say(found, 'only main.ts starts the sandbox'))).toEqual([]);
});

test('test/support/ imports no file of test/resources/: it reads the kinds through kinds.ts, which loads every kind.ts', () => {
  const found = importsOf(readSource('test/support')).filter(({ to }) => to.startsWith('../resources/'));
  expect(found.map(({ from, to, line }) => `test/support/${from}:${line} imports ${to}`)).toEqual([]);
});

/** A word, and the only files that may hold it. */
const PLACES: [rule: string, word: RegExp, allowed: (name: string) => boolean][] = [
  ['process.env is read in config/ only', /process\.env/, (name) => name.startsWith('config/')],
  ['GraphQLError is made in graph/errors.ts only', /new GraphQLError/, (name) => name === 'graph/errors.ts'],
  [
    'HTTP to the clouds is spoken in upstream/transport/ only',
    /from 'undici'/,
    (name) => name.startsWith('upstream/transport/'),
  ],
  [
    'fetch is called in upstream/transport/ and server/ only',
    // Not a method, nor the declaration of one.
    /(?<![\w.])fetch\((?!\w+:)/,
    (name) => name.startsWith('upstream/transport/') || name.startsWith('server/'),
  ],
  [
    'the wall clock is read where a protocol or an expiry speaks it only: durations go by performance.now()',
    /Date\.now\b|new Date\(\)|\bDate\(\)/,
    (name) =>
      [
        'upstream/clocks.ts',
        'upstream/auth/access-key.ts',
        'upstream/decoding/error-envelope.ts',
        'server/limits/redis-rate.ts',
        'server/telemetry/facts.ts',
        'server/telemetry/tracing.ts',
        'sandbox/cloud.ts',
      ].includes(name),
  ],
  [
    'times of upstreams are parsed in upstream/decoding/ only, where those without a zone are UTC',
    /Date\.parse\(/,
    (name) =>
      name.startsWith('upstream/decoding/') ||
      name.startsWith('sandbox/') ||
      // These are those of the graph, in UTC.
      name === 'server/telemetry/facts.ts' ||
      name === 'upstream/auth/password.ts',
  ],
  ['named exports only', /^export default/, () => false],
];

test('graph/ names no kind', () => {
  const kinds = new RegExp(`\\b(${KINDS.map(({ type }) => type).join('|')})\\b`);
  const wrong = files
    .filter(({ name }) => name.startsWith('graph/'))
    .flatMap(({ name, lines }) =>
      lines.flatMap((text, index) => (kinds.test(text) ? [`src/${name}:${index + 1}: ${text.trim()}`] : [])),
    );
  expect(wrong).toEqual([]);
});

test.each(PLACES)('%s', (rule, word, allowed) => {
  const wrong = files.flatMap(({ name, lines }) =>
    lines.flatMap((text, index) =>
      word.test(text) && !text.trimStart().startsWith('//') && !allowed(name)
        ? [`src/${name}:${index + 1}: ${rule}`]
        : [],
    ),
  );
  expect(wrong).toEqual([]);
});

test('every file opens with a line that says what it does', () => {
  expect(
    files
      .filter(({ lines }) => !lines.find((line) => !line.startsWith('#!'))?.startsWith('// '))
      .map(({ name }) => name),
  ).toEqual([]);
});

test('no file has a meaningless name', () => {
  expect(files.filter(({ name }) => /utils|helpers|common|misc|manager/.test(name)).map(({ name }) => name)).toEqual(
    [],
  );
});
