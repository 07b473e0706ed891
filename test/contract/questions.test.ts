// docs/questions.md: each query has data on the sandbox for every field, without errors, and makes the calls that the page names.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openApp, type TestApp } from '../support/app.ts';
import { readArtifact } from '../support/documents/artifacts.ts';

const QUESTIONS = [
  ...readArtifact('docs/questions.md').matchAll(
    /^### ([^\n]+)\n(?:(?!^#).)*?```graphql\n(.*?)```\n\nUpstream calls: (\d+)\.$/gms,
  ),
].map(([, question = '', query = '', calls = '']) => ({ question, query, calls: Number(calls) }));

let app: TestApp;
beforeAll(async () => {
  app = await openApp({ upstream: 'sandbox' });
});
afterAll(() => app.close());

test('the page has a query below nearly every question', () => {
  const questions = readArtifact('docs/questions.md').match(/^### .*\?$/gm) ?? [];
  expect(questions.length).toBeGreaterThanOrEqual(25);
  expect(QUESTIONS.length).toBeGreaterThanOrEqual(questions.length - 2);
});

/** What nothing has on the sandbox: the page says why for the one, and the others are private images that are not encrypted. */
const EMPTY = ['containerTag.config', 'images.nodes.encryptionKeyId'];

/** The selected fields, as paths without indexes, that are null or empty in the whole response. */
function emptyFields(data: unknown): string[] {
  const hasValue = new Map<string, boolean>();
  const visit = (value: unknown, path: string): void => {
    const isEmpty = value === null || (Array.isArray(value) && value.length === 0);
    hasValue.set(path, hasValue.get(path) === true || !isEmpty);
    if (Array.isArray(value)) for (const item of value) visit(item, path);
    else if (typeof value === 'object' && value !== null)
      for (const [name, inner] of Object.entries(value)) visit(inner, path === '' ? name : `${path}.${name}`);
  };
  visit(data, '');
  return [...hasValue].flatMap(([path, has]) => (has ? [] : [path]));
}

test.each(QUESTIONS)('$question', async ({ query, calls }) => {
  const { data, errors } = await app.ask(query);
  expect(errors).toBeUndefined();
  expect(emptyFields(data).filter((path) => !EMPTY.includes(path))).toEqual([]);
  expect(app.calls()).toHaveLength(calls);
});
