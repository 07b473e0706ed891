// The README is true: its query gives its answer, its table lists the settings, its example runs.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/config.ts';
import { createApp } from '../../src/server/app.ts';
import { Cloud } from '../../src/upstream/cloud.ts';
import { type SandboxApp, settingsFor, startSandboxApp } from '../support/app.ts';

const root = new URL('../..', import.meta.url);
const readme = readFileSync(new URL('README.md', root), 'utf8');
const block = (language: string) => new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 's').exec(readme)?.[1] ?? '';

let app: SandboxApp;
beforeAll(async () => {
  app = await startSandboxApp();
});
afterAll(() => app.close());

test('the query has the answer and the number of calls that the README shows', async () => {
  const { data, errors } = await app.ask(block('graphql'));
  expect(errors).toBeUndefined();
  expect(data).toEqual(JSON.parse(block('json')));
  expect(app.calls()).toHaveLength(7);
  expect(readme).toContain('It costs seven upstream calls');
});

test('the query is the operation that the curl line sends', () => {
  expect(readFileSync(new URL('src/client/operations/overview.graphql', root), 'utf8')).toBe(block('graphql'));
});

test('every runtime dependency has its reason in docs/security.md', () => {
  const page = readFileSync(new URL('docs/security.md', root), 'utf8');
  const { dependencies } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
  for (const name of Object.keys(dependencies)) expect(page).toMatch(new RegExp(`^\\|[^|]*\`${name}\``, 'm'));
});

test('the example of the client runs', async () => {
  const config = loadConfig(settingsFor(app.sandbox));
  const cloud = new Cloud(config.cloud);
  const server = createServer(createApp({ config, cloud, logger: { info: () => {}, error: () => {} } })).listen(
    0,
    '127.0.0.1',
  );
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module-typescript', '--eval', block('ts')],
    {
      cwd: root,
      env: { IMAGE_GRAPH_URL: `http://127.0.0.1:${port}/graphql`, TOKEN: app.sandbox.token },
    },
  );
  server.close();
  server.closeAllConnections();
  await cloud.close();
  expect(stdout.trim().split('\n')).toHaveLength(2);
  expect(stdout).toMatch(/^[0-9a-f-]{36} .*CentOS/);
  app.calls();
});
