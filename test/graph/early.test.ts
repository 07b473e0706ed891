// Fields that are started before their object is there.
import { queryObjects } from 'node:v8';
import { expect, test } from 'vitest';
import { Session } from '../../src/upstream/session.ts';
import { startApp } from '../support/app.ts';

/** Bytes in use; to look for objects collects all others. */
function used(): number {
  queryObjects(Session);
  return process.memoryUsage().heapUsed;
}

test('nothing of an operation is kept with its document', { timeout: 30_000 }, async () => {
  const app = await startApp({ upstream: 'sandbox', over: 'http' });
  const send = async (alias: string, after: string) => {
    const query = `query ($after: String) { sharedRepositories(center: SELF, first: 1) { nodes {
      repository { creatorName ${alias}: retentionLogs(first: 1, after: $after) { totalCount } } } } }`;
    const { data, errors } = await app.send({ query, variables: { after } });
    expect(data.sharedRepositories.nodes[0].repository.creatorName).toEqual(expect.any(String));
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
  };
  for (let index = 0; index < 3; index++) await send(`warm${index}`, 'x');
  const before = used();
  for (let index = 0; index < 17; index++) await send(`logs${index}`, 'x'.repeat(900_000));
  // A third of them.
  expect(used() - before).toBeLessThan(6_000_000);
});

test.each([
  [
    'fields that need the key alone',
    'retentionLogs(first: 1) { totalCount } sharing { center } imageGroup { name }',
    3,
  ],
  [
    'one field under several names',
    'one: retentionLogs(first: 1) { totalCount } two: retentionLogs(first: 2) { totalCount }',
    2,
  ],
  ['a field in a fragment', '... on Repository { retentionLogs(first: 1) { totalCount } }', 2],
])('%s are called for beside the detail: none of them twice', async (_title, fields, calls) => {
  const app = await startApp({ upstream: 'sandbox' });
  const query = `{ retentionLogs(namespace: "data-platform", repositoryName: "a/b_c.d", first: 1) { nodes {
    repository { creatorName ${fields} } } } }`;
  const { data, errors } = await app.ask(query);
  expect({ data, errors }).toEqual({ data: expect.any(Object), errors: undefined });
  const targets = app.targets();
  expect(new Set(targets).size).toBe(targets.length);
  expect(targets).toHaveLength(calls);
});

test.each([
  ['organization', 'repositories(filter: { namespace: "another" }) { totalCount }'],
  ['organization', 'repositories(filter: { category: UNKNOWN }) { totalCount }'],
  ['organization', 'imageGroups(filter: { namespace: "another" }) { totalCount }'],
  ['repository', 'containerTags(name: "\\u0000") { totalCount }'],
  ['repository', 'containerTag(name: "..") { name }'],
  ['repository', 'retentionLogs(first: -1) { totalCount }'],
])('below a loaded %s, %s is rejected at its own path, its siblings are not', async (edge, field) => {
  const app = await startApp({ upstream: 'sandbox' });
  const { data, errors } = await app.ask(
    `{ sharedRepositories(center: SELF, first: 2) { nodes { found: ${edge} { creatorName wrong: ${field} } } } }`,
  );
  const found = { creatorName: expect.any(String), wrong: null };
  expect(data.sharedRepositories.nodes).toEqual([{ found }, { found }]);
  expect(errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual(
    [0, 1].map((index) => [['sharedRepositories', 'nodes', index, 'found', 'wrong'], 'BAD_USER_INPUT']),
  );
});
