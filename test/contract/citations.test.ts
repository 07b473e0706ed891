// The sources that the code cites can be opened: pages of docs/ that exist, whose sections link to public pages. What the pages
// refer to exists.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { anchorsOf, brokenLinks, missingPaths, PAGES, sectionsOf } from '../support/documents/pages.ts';

const ROOT = join(import.meta.dirname, '../..');

/** The files below a folder that end so, by their path from the root. */
const filesOf = (folder: string, ends: RegExp) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => ends.test(name) && !name.includes('node_modules'))
    .map((name) => ({ name: join(folder, name), text: readFileSync(join(ROOT, folder, name), 'utf8') }));

const code = ['src', 'test', 'bench']
  .flatMap((folder) => filesOf(folder, /\.(ts|mjs|py|graphql)$/))
  .filter(({ name }) => name !== relative(ROOT, import.meta.filename));
const pages = PAGES.filter(({ name }) => name.startsWith('docs/'));

/** What a text cites: `docs/page.md`, `docs/page.md#section`, and further sections of the page as `, #section`. */
function citationsOf(text: string): { page: string; anchor: string | undefined }[] {
  return [...text.matchAll(/\b(docs\/[\w/-]+\.md)((?:#[\w-]+)?(?:, #[\w-]+)*)/g)].flatMap(
    ([, page = '', list = '']) => {
      const cited = [...list.matchAll(/#([\w-]+)/g)].map(([, anchor]) => ({ page, anchor }));
      return cited.length > 0 ? cited : [{ page, anchor: undefined }];
    },
  );
}

/** Names of notes that are not in the repository. */
const UNKNOWN_SOURCE = /\b(?:facts|facts-more|glance-behaviour|graph)\.md\b|\b(?:swr|ims|modelarts)-[\w*-]*\.txt\b/;

test('anchors are those of GitHub', () => {
  const page = '# A `b`, c\n\n## Data or "groups"\n\ntext\n\n## É_1-x\n\n```sh\n# no\n```\n\n## Data or groups\n';
  expect(sectionsOf(page).map(({ anchor }) => anchor)).toEqual([
    'a-b-c',
    'data-or-groups',
    'é_1-x',
    'data-or-groups-1',
  ]);
});

test('citations are found, alone and in a list', () => {
  expect(citationsOf('(docs/a.md). Source: docs/b/c.md#d-e, #f; docs/a.md#g.')).toEqual([
    { page: 'docs/a.md', anchor: undefined },
    { page: 'docs/b/c.md', anchor: 'd-e' },
    { page: 'docs/b/c.md', anchor: 'f' },
    { page: 'docs/a.md', anchor: 'g' },
  ]);
});

test('every cited page and section exists', () => {
  const broken = code.flatMap(({ name, text }) =>
    citationsOf(text)
      .filter(({ page, anchor }) => !(anchor === undefined ? anchorsOf(page) : anchorsOf(page)?.includes(anchor)))
      .map(({ page, anchor }) => `${name}: ${page}#${anchor}`),
  );
  expect(broken).toEqual([]);
});

test('no source is cited that is not in the repository', () => {
  expect('facts.md §A, swr-*.txt, swr-show-repository.txt').toMatch(UNKNOWN_SOURCE);
  const unknown = [...code, ...pages].flatMap(({ name, text }) =>
    text
      .split('\n')
      .flatMap((line, index) => (UNKNOWN_SOURCE.test(line) ? [`${name}:${index + 1}: ${line.trim()}`] : [])),
  );
  expect(unknown).toEqual([]);
});

const upstreamSections = pages
  .filter(({ name }) => name.startsWith('docs/upstream/'))
  .flatMap(({ name, text }) =>
    sectionsOf(text)
      .slice(1)
      .map((section) => ({ ...section, page: name })),
  );

test('every section about an upstream names a public source', () => {
  expect(upstreamSections.length).toBeGreaterThan(20);
  const sourceless = upstreamSections.filter(({ text }) => !/\]\(https:\/\/[^\s)]+\)/.test(text));
  expect(sourceless.map(({ page, anchor }) => `${page}#${anchor}`)).toEqual([]);
});

test('every section about an upstream is cited: the pages hold what the code relies on', () => {
  const cited = new Set(code.flatMap(({ text }) => citationsOf(text)).map(({ page, anchor }) => `${page}#${anchor}`));
  const uncited = upstreamSections.map(({ page, anchor }) => `${page}#${anchor}`).filter((name) => !cited.has(name));
  expect(uncited).toEqual([]);
});

test('links of README.md, CONTRIBUTING.md and docs/ lead to a file and a section', () => {
  expect(PAGES.length).toBeGreaterThan(10);
  expect(PAGES.flatMap(brokenLinks)).toEqual([]);
  expect(
    brokenLinks({ name: 'docs/a.md', text: '[a](nothing.md) [b](../README.md#nothing) [c](#nothing)' }),
  ).toHaveLength(3);
});

test('files and folders of src and test that README.md, CONTRIBUTING.md and docs/ name exist', () => {
  expect(PAGES.flatMap(missingPaths)).toEqual([]);
  expect(
    missingPaths({ name: 'docs/a.md', text: '`src/<kind>/nothing.ts`, `test/resources/<kind>/kind.ts`' }),
  ).toHaveLength(1);
});
