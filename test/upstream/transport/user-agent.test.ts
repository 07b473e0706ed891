// Every outgoing request says who sends it, and nothing of the caller's own client.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createApiKey } from '../../../src/server/auth/api-keys.ts';
import { imageId } from '../../resources/image/kind.ts';
import { startApp } from '../../support/app.ts';
import { newFile } from '../../support/files.ts';
import { ACCESS_KEY, bareTokenReply, PASSWORD } from '../../support/upstreams/iam.ts';
import { makeKey, sign, startIdentityProvider } from '../../support/upstreams/identity-provider.ts';
import type { Script } from '../../support/upstreams/upstream.ts';

const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8'));
const QUERY = `{ images(first: 1) { nodes { id } } image(imageId: "${imageId(1)}") { name } imageGroups(first: 1) { nodes { id } }
  repository(namespace: "group", name: "busybox") { size } sharedRepositories(center: SELF, first: 1) { nodes { id } }
  retentionLogs(namespace: "group", repositoryName: "busybox", first: 1) { nodes { id } } }`;
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0';

/** Rejects every call once, so that it is made again with another token, and fails the next one, so that there is a retry. */
const contrary: Script = ({ path, headers }) => {
  if (path === '/v3/auth/tokens') return bareTokenReply;
  return { status: headers['x-auth-token'] ? 401 : 503, body: {} };
};

test.each([
  ['the caller’s token', {}],
  ['a password', PASSWORD],
  ['an access key', ACCESS_KEY],
])('with %s each call has the name and version of this server as its User-Agent', async (_title, settings) => {
  const { key, line } = createApiKey('ci');
  const app = await startApp({
    upstream: contrary,
    settings: { ...settings, IMAGE_GRAPH_API_KEYS_FILE: newFile(`${line}\n`), IMAGE_GRAPH_RETRY_BASE_MS: '5' },
  });
  await app.ask(QUERY, {}, { 'user-agent': FIREFOX, authorization: `Bearer ${key}` });
  const agents = app.calls().map(({ headers }) => headers['user-agent']);
  expect(agents.length).toBeGreaterThanOrEqual(6);
  expect(new Set(agents)).toEqual(new Set([`image-graph/${version}`]));
});

test('the keys of an identity provider are fetched with it, too', async () => {
  const key = await makeKey('ES256', 'one');
  const provider = await startIdentityProvider(key);
  onTestFinished(provider.close);
  const app = await startApp({ settings: provider.settings });
  await app.ask('{ __typename }', {}, { 'user-agent': FIREFOX, authorization: `Bearer ${await sign(key)}` });
  expect(provider.calls().map(({ headers }) => headers['user-agent'])).toEqual([`image-graph/${version}`]);
});
