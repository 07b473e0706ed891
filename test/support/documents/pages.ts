// Reads README.md, CONTRIBUTING.md and the pages of docs/: their sections, and what they refer to that does not exist.
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../..');

export interface Page {
  /** The path in the repository. */
  readonly name: string;
  readonly text: string;
}

export interface Section {
  readonly anchor: string;
  readonly text: string;
}

const readPage = (name: string): Page => ({ name, text: readFileSync(join(ROOT, name), 'utf8') });

export const PAGES: readonly Page[] = [
  ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md'],
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
].map(readPage);

/** The sections of a page by the anchors that GitHub gives to their headings; a `#` in a code block is not one. */
export function sectionsOf(text: string): Section[] {
  const seen = new Map<string, number>();
  const prose = text.replace(/^```.*?^```$/gms, '');
  return [...prose.matchAll(/^#{1,6} (.+)\n([\s\S]*?)(?=^#{1,6} |$(?![\s\S]))/gm)].map(
    ([, heading = '', body = '']) => {
      const slug = heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(' ', '-');
      const count = seen.get(slug) ?? 0;
      seen.set(slug, count + 1);
      return { anchor: count === 0 ? slug : `${slug}-${count}`, text: body };
    },
  );
}

/** The anchors of a page; undefined when it does not exist. */
export const anchorsOf = (name: string): readonly string[] | undefined =>
  existsSync(join(ROOT, name)) ? sectionsOf(readPage(name).text).map(({ anchor }) => anchor) : undefined;

/** The links of a page that lead to no file, or to no section of a page. */
export const brokenLinks = ({ name, text }: Page): string[] =>
  [...text.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)].flatMap(([link, path = '', anchor]) => {
    const target = path === '' ? name : join(name, '..', path);
    const exists = existsSync(join(ROOT, target)) && (anchor === undefined || anchorsOf(target)?.includes(anchor));
    return exists ? [] : [`${name}: ${link}`];
  });

/** The paths below src/ and test/ that a page names in backticks, as `src/graph/`, and that do not exist; `<kind>` may be any name. */
export const missingPaths = ({ name, text }: Page): string[] =>
  [...text.matchAll(/`((?:src|test)\/[^`\s]*)`/g)]
    .filter(([, path = '']) => globSync(path.replaceAll(/<\w+>/g, '*'), { cwd: ROOT }).length === 0)
    .map(([, path]) => `${name}: ${path}`);
