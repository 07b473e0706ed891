// Global ids and cursors that earlier versions have handed out still name the same records: clients keep them.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openApp, type TestApp } from '../support/app.ts';
import { readArtifact } from '../support/documents/artifacts.ts';
import { KINDS } from '../support/kinds.ts';
import { type HandedOut, type Names, pageQuery } from './handed-out.ts';

const VERSIONS: Record<string, HandedOut> = JSON.parse(readArtifact('test/release/handed-out.json'));
const { version: current } = JSON.parse(readArtifact('package.json'));
const majorOf = (version: string) => version.split('.')[0];

/** What a major hands out is readable in all of it, and in the next one. */
const readable = Object.entries(VERSIONS).filter(
  ([version]) => Number(majorOf(current)) - Number(majorOf(version)) <= 1,
);

let app: TestApp;
beforeAll(async () => {
  app = await openApp({ upstream: 'sandbox' });
});
afterAll(() => app.close());

test('0.1.0 has handed out an id of each of its kinds, and cursors of all forms of positions', () => {
  const { ids, cursors } = VERSIONS['0.1.0'] as HandedOut;
  // Those of 0.1.0 are counted here, as kinds that are new later are not among them.
  expect([ids.length, cursors.length]).toEqual([12, 20]);
  expect(new Set(cursors.map(({ form }) => form))).toEqual(new Set(['offset', 'marker m', 'marker s']));
  expect(KINDS.length).toBeGreaterThanOrEqual(12);
});

describe.each(readable)('of %s', (_version, { ids, cursors }) => {
  test.each(ids)('the global id of $names is that of the same record', async ({ id, names }) => {
    const { __typename: type, ...key } = names;
    const query = `query ($id: ID!) { node(id: $id) { __typename ... on ${type} { ${Object.keys(key).join(' ')} } } }`;
    expect(await app.ask(query, { id })).toEqual({ data: { node: names } });
  });

  test.each(cursors)('a cursor of $list at $form leads to the same rows', async ({ list, cursor, before, after }) => {
    const fields = Object.keys(after ?? before ?? { __typename: '' }).join(' ');
    const query = pageQuery(list, fields);
    expect(await rowsOf(query, { first: 1, after: cursor })).toEqual([after].filter((row) => row !== null));
    expect(await rowsOf(query, { last: 1, before: cursor })).toEqual([before].filter((row) => row !== null));
  });
});

/** The rows of a page, however deep its list is. */
async function rowsOf(query: string, variables: Record<string, unknown>): Promise<Names[]> {
  const { data, errors } = await app.ask(query, variables);
  expect(errors).toBeUndefined();
  let found: unknown = data;
  while (!(found as { edges?: unknown }).edges) [found] = Object.values(found as object);
  return (found as { edges: { node: Names }[] }).edges.map(({ node }) => node);
}
