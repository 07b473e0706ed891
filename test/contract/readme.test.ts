// The README is true: its query gives its answer, its table lists the settings, its example runs.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SETTING_NAMES, settingsSchema } from '../../src/config/settings.ts';
import { openApp, startApp, type TestApp } from '../support/app.ts';

const root = new URL('../..', import.meta.url);
const readme = readFileSync(new URL('README.md', root), 'utf8');
const block = (language: string) => new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 's').exec(readme)?.[1] ?? '';

let app: TestApp;
beforeAll(async () => {
  app = await openApp({ upstream: 'sandbox' });
});
afterAll(() => app.close());

test('the query has the result and the number of calls that the README shows', async () => {
  const { data, errors } = await app.ask(block('graphql'));
  expect(errors).toBeUndefined();
  expect(data).toEqual(JSON.parse(block('json')));
  expect(app.calls()).toHaveLength(7);
  expect(readme).toContain('It costs seven upstream calls');
});

test('the query is the operation that the curl line sends', () => {
  expect(readFileSync(new URL('src/client/operations/overview.graphql', root), 'utf8')).toBe(block('graphql'));
});

test('the tables of docs/settings.md list all settings, in their order, with their defaults', () => {
  const page = readFileSync(new URL('docs/settings.md', root), 'utf8');
  const rows = [...page.matchAll(/^\| `([A-Z_]+)` \| (?:`([^`]+)`)?/gm)];
  expect(rows.map(([, name]) => name)).toEqual(SETTING_NAMES);
  const defaults = settingsSchema.parse({});
  const numbers = rows.filter(([, name]) => typeof defaults[name as keyof typeof defaults] === 'number');
  expect(numbers.length).toBeGreaterThan(10);
  for (const [, name, value] of numbers) expect(Number(value), name).toBe(defaults[name as keyof typeof defaults]);
});

test('every runtime dependency has its reason in docs/security.md', () => {
  const page = readFileSync(new URL('docs/security.md', root), 'utf8');
  const { dependencies } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
  for (const name of Object.keys(dependencies)) expect(page).toMatch(new RegExp(`^\\|[^|]*\`${name}\``, 'm'));
});

test('the example of the client runs', async () => {
  const { url, upstream } = await startApp({ upstream: app.upstream, over: 'http' });
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module-typescript', '--eval', block('ts')],
    {
      cwd: root,
      env: { IMAGE_GRAPH_URL: url, TOKEN: upstream.token },
    },
  );
  expect(stdout.trim().split('\n')).toHaveLength(2);
  expect(stdout).toMatch(/^[0-9a-f-]{36} .*CentOS/);
  app.calls();
});
