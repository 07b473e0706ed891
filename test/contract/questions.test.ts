// docs/questions.md: each query has data on the sandbox, without errors, and makes the calls that the page names.
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

/** Whether nothing is null or empty: every connection, list and object of the first level has something. */
const hasData = (data: object) =>
  Object.values(data).every((value) => value !== null && (value.nodes ?? [value]).length !== 0);

test.each(QUESTIONS)('$question', async ({ query, calls }) => {
  const { data, errors } = await app.ask(query);
  expect(errors).toBeUndefined();
  expect(hasData(data)).toBe(true);
  expect(app.calls()).toHaveLength(calls);
});
