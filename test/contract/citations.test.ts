// The sources that the code cites can be opened: pages of docs/ that exist, whose sections link to public pages.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

/** The files below a folder that end so, by their path from the root. */
const filesOf = (folder: string, ends: RegExp) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => ends.test(name))
    .map((name) => ({ name: join(folder, name), text: readFileSync(join(ROOT, folder, name), 'utf8') }));

const code = ['src', 'test', 'bench']
  .flatMap((folder) => filesOf(folder, /\.(ts|mjs|py|graphql)$/))
  .filter(({ name }) => name !== relative(ROOT, import.meta.filename));
const pages = filesOf('docs', /\.md$/);

interface Section {
  readonly anchor: string;
  readonly text: string;
}

/** The sections of a page by the anchors that GitHub gives to their headings; a `#` in a code block is not one. */
function sectionsOf(page: string): Section[] {
  const seen = new Map<string, number>();
  const prose = page.replace(/^```.*?^```$/gms, '');
  return [...prose.matchAll(/^#{1,6} (.+)\n([\s\S]*?)(?=^#{1,6} |$(?![\s\S]))/gm)].map(
    ([, heading = '', text = '']) => {
      const slug = heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(' ', '-');
      const count = seen.get(slug) ?? 0;
      seen.set(slug, count + 1);
      return { anchor: count === 0 ? slug : `${slug}-${count}`, text };
    },
  );
}

const anchors = new Map(pages.map(({ name, text }) => [name, sectionsOf(text).map(({ anchor }) => anchor)]));

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
      .filter(
        ({ page, anchor }) => !anchors.get(page) || (anchor !== undefined && !anchors.get(page)?.includes(anchor)),
      )
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

test('links between the pages lead to a page and a section', () => {
  const broken = pages.flatMap(({ name, text }) =>
    [...text.matchAll(/\]\(((?!https?:)[^)#\s]*)(?:#([^)\s]+))?\)/g)].flatMap(([link, file = '', anchor]) => {
      const target = file === '' ? name : join(name, '..', file);
      if (!target.endsWith('.md') || !target.startsWith('docs/')) return [];
      const exists = anchors.get(target);
      return exists && (anchor === undefined || exists.includes(anchor)) ? [] : [`${name}: ${link}`];
    }),
  );
  expect(broken).toEqual([]);
});
