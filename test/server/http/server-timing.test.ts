// The header Server-Timing, on both paths; and docs/costs.md, which has its metrics and the members of each report.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { startApp } from '../../support/app.ts';
import { sendRequest } from '../../support/http-client.ts';
import { oneImage, QUERY } from '../one-image.ts';

const docs = readFileSync('docs/costs.md', 'utf8');

/** The names in the first column of a section's table. */
const documented = (section: string): string[] =>
  (docs.split(`\n## ${section}\n`)[1]?.split('\n## ')[0] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, name = '']) => name));

async function post(body: unknown, settings: Record<string, string> = {}) {
  const app = await startApp({ upstream: oneImage, over: 'http', settings });
  const headers = ['X-Auth-Token', 'token-of-caller', 'Content-Type', 'application/json'];
  return sendRequest(app, { method: 'POST', headers, body: JSON.stringify(body) });
}
const timingOf = ({ headers }: { headers: Readonly<Record<string, unknown>> }) =>
  String(headers['server-timing'] ?? '');
const TIMING = /^queue;dur=[\d.]+, execute;dur=[\d.]+, upstream;dur=[\d.]+$/;

describe('Server-Timing', () => {
  test.each([
    ['one operation', { query: QUERY }, {}],
    ['one operation past the fast path', { query: QUERY }, { IMAGE_GRAPH_FAST_PATH: 'false' }],
    ['a batch', [{ query: QUERY }, { query: QUERY }], {}],
    ['an operation that costs too much', { query: QUERY }, { IMAGE_GRAPH_MAX_NODES: '1' }],
  ])('of %s', async (_what, body, settings) => {
    expect(timingOf(await post(body, settings))).toMatch(TIMING);
  });

  test('is not sent with a response to what does not parse', async () => {
    expect(timingOf(await post({ query: '{' }))).toBe('');
  });
});

test('docs/costs.md has each member of the reports and each metric', async () => {
  const response = await post(
    { query: QUERY, extensions: { cost: true, explain: true } },
    { IMAGE_GRAPH_EXPLAIN: 'true' },
  );
  const { cost, plan, upstream } = JSON.parse(response.body).extensions;
  expect(documented('The cost')).toEqual(Object.keys(cost));
  expect(documented('The plan')).toEqual(Object.keys(plan));
  expect(documented('The calls')).toEqual(Object.keys(upstream[0]));
  expect(documented('Server-Timing')).toEqual([...timingOf(response).matchAll(/(\w+);/g)].map(([, name]) => name));
});
