// What README.md and docs/ show is what the server does: queries, responses, dependencies, and the client example.
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { isObjectType } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openApp, startApp, type TestApp } from '../support/app.ts';
import { publishedSchema } from '../support/documents/published-schema.ts';
import { newFolder } from '../support/files.ts';
import { KINDS } from '../support/kinds.ts';
import { installTarball } from '../support/processes/tarball.ts';

const root = new URL('../..', import.meta.url);
const readPage = (name: string) => readFileSync(new URL(name, root), 'utf8');
const readme = readPage('README.md');
const queries = readPage('docs/queries.md');
const blocksOf = (page: string, language: string) =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 'gs'))].map(([, text = '']) => text);

let app: TestApp;
beforeAll(async () => {
  app = await openApp({ upstream: 'sandbox' });
});
afterAll(() => app.close());

test('the query of the README has the response and the number of calls that it shows', async () => {
  const [, query = ''] = /--data-urlencode 'query=(.*?)'/s.exec(readme) ?? [];
  const [response = ''] = blocksOf(readme, 'json');
  expect(await app.ask(query)).toEqual(JSON.parse(response));
  expect(app.calls()).toHaveLength(3);
  expect(readme).toContain('The query makes three upstream calls');
});

test('the README has who leads to whom: the fields of every kind that are of a kind, or a list of one', () => {
  const kinds = KINDS.map(({ type }) => type);
  const inSchema = kinds.flatMap((kind) => {
    const type = publishedSchema.getType(kind);
    const fields = isObjectType(type) ? Object.values(type.getFields()) : [];
    const edges = fields.filter((field) => kinds.includes(String(field.type).replace(/Connection$|List$/, '')));
    return edges.length > 0 ? [[kind, edges.map(({ name }) => name).sort()]] : [];
  });
  const [, table = ''] = /^\| from \| to \|\n\|---\|---\|\n((?:\|.*\n)+)/m.exec(readme) ?? [];
  const shown = table.split('\n').flatMap((row) => {
    const [, from, to = ''] = /^\| `(\w+)` \| (.*) \|$/.exec(row) ?? [];
    return from ? [[from, [...to.matchAll(/`([a-z]\w+)`/g)].map(([, name]) => name).sort()]] : [];
  });
  expect(Object.fromEntries(shown)).toEqual(Object.fromEntries(inSchema));
});

test('each query of docs/queries.md has the data that follows it', async () => {
  const shown = blocksOf(queries, 'graphql');
  const results = blocksOf(queries, 'json');
  expect(shown.length).toBeGreaterThan(2);
  for (const [index, query] of shown.entries()) {
    const { data, errors } = await app.ask(query);
    expect(errors).toBeUndefined();
    expect(data).toEqual(JSON.parse(results[index] ?? ''));
    const calls = app.calls();
    if (index === 0) expect(calls).toHaveLength(7);
  }
  expect(queries).toContain('It costs seven upstream calls');
});

test('the first query of docs/queries.md is the operation that its curl line sends', () => {
  expect(readPage('src/client/operations/overview.graphql')).toBe(blocksOf(queries, 'graphql')[0]);
});

test('the request for the cost in docs/queries.md has the extensions that follow it', async () => {
  const [, body = ''] = /-d '(.*?)'/s.exec(queries) ?? [];
  const headers = { 'content-type': 'application/json', 'x-auth-token': String(app.token) };
  const response = await app.fetch(app.url, { method: 'POST', headers, body });
  const { extensions } = (await response.json()) as { extensions: unknown };
  expect(extensions).toEqual(JSON.parse(blocksOf(queries, 'json').at(-1) ?? ''));
  app.calls();
});

test('the README links every page of docs/', () => {
  const pages = readdirSync(new URL('docs', root)).filter((name) => name.endsWith('.md'));
  for (const name of pages) expect(readme).toContain(`(docs/${name})`);
});

test('the phases in docs/lifecycle.md are its sections in their order, with all statuses of their tables', () => {
  const [overview = '', ...sections] = readPage('docs/lifecycle.md').split(/^## /m);
  const phases = [...overview.matchAll(/^\| (\d+) \| \[(.*?)\]\(#(.*?)\) \| (.*?) ?\|$/gm)];
  expect(phases.length).toBeGreaterThan(20);
  for (const [index, [, number, title = '', anchor, listed = '']] of phases.entries()) {
    expect([Number(number), anchor]).toEqual([index + 1, title.toLowerCase().replaceAll(' ', '-')]);
    const [heading = '', ...lines] = (sections[index] ?? '').split('\n');
    expect(heading.toLowerCase()).toBe(title.toLowerCase());
    const cells = lines.flatMap((line) => line.split(' | ')).map((cell) => cell.replace(/^\| ?/, '').trim());
    const missing = cells.filter((cell) => /^\d{3}(\\\*)?$/.test(cell) && !listed.split(', ').includes(cell));
    expect(missing, title).toEqual([]);
  }
});

test('every runtime dependency has its reason in docs/security.md', () => {
  const page = readPage('docs/security.md');
  const { dependencies } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
  for (const name of Object.keys(dependencies)) expect(page).toMatch(new RegExp(`^\\|[^|]*\`${name}\``, 'm'));
});

test('the example of the client runs, with the package', { timeout: 60_000 }, async () => {
  const folder = newFolder();
  installTarball(folder);
  const { url, upstream } = await startApp({ upstream: app.upstream, over: 'http' });
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module-typescript', '--eval', blocksOf(readme, 'ts')[0] ?? ''],
    {
      cwd: folder,
      env: { IMAGE_GRAPH_URL: url, TOKEN: upstream.token },
    },
  );
  expect(stdout.trim().split('\n')).toHaveLength(2);
  expect(stdout).toMatch(/^[0-9a-f-]{36} .*CentOS/);
  app.calls();
});
