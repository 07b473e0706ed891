// The categories of repositories: the documented values, and those that are not listed.
import { expect, test } from 'vitest';
import { codesOf, startApp } from '../../support/app.ts';
import { sharedRow } from '../shared-repository/kind.ts';
import { repositoryDetail } from './kind.ts';

const WORDS = ['app_server', 'linux', 'framework_app', 'database', 'lang', 'other', 'windows', 'arm'];

async function ask(category: unknown) {
  const app = await startApp({
    upstream: ({ path }) =>
      path.includes('/repos/')
        ? { body: repositoryDetail({ category }) }
        : { headers: { 'content-range': '0-1/1' }, body: [sharedRow({ category })] },
  });
  const { data, errors } = await app.ask(`{
    repository(namespace: "group", name: "busybox") { category categoryRaw }
    sharedRepositories(center: SELF) { nodes { category categoryRaw repository { category categoryRaw } } } }`);
  const [row] = data.sharedRepositories.nodes;
  const { repository, ...own } = row;
  return { categories: [data.repository, own, repository], errors };
}

test.each(WORDS)('%s is its value in upper case, in detail and row', async (word) => {
  const { categories, errors } = await ask(word);
  expect(errors).toBeUndefined();
  expect(categories).toEqual(Array(3).fill({ category: word.toUpperCase(), categoryRaw: word }));
});

test.each(['quantum', 'UNKNOWN', 'constructor', '__proto__', ' '])(
  'the unlisted value %j is UNKNOWN, with its raw value beside it',
  async (word) => {
    const { categories, errors } = await ask(word);
    expect(errors).toBeUndefined();
    expect(categories).toEqual(Array(3).fill({ category: 'UNKNOWN', categoryRaw: word }));
  },
);

test('a category that is not a string is null with an error for each field that reads it', async () => {
  const { categories, errors } = await ask(7);
  expect(categories).toEqual(Array(3).fill({ category: null, categoryRaw: null }));
  expect(codesOf({ errors })).toEqual(Array(6).fill('UPSTREAM_BAD_RESPONSE'));
});
