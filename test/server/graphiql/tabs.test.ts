// The tabs of GraphiQL: one for each root field, with a query that finds something on the sandbox.
import { expect, test } from 'vitest';
import { exampleQueries } from '../../../src/graph/example.ts';
import { buildSchema } from '../../../src/schema.ts';
import { startApp } from '../../support/app.ts';
import { publishedSchema } from '../../support/documents/published-schema.ts';

const tabs = exampleQueries(buildSchema({ offersNode: true }));

test('the query of every tab runs as it is on the sandbox and finds something', async () => {
  const app = await startApp({ upstream: 'sandbox' });
  for (const query of tabs) {
    const { data, errors } = await app.ask(query);
    expect(errors, query).toBeUndefined();
    const [found] = Object.values(data) as [{ nodes?: unknown[] } | unknown[] | null];
    const rows = Array.isArray(found) ? found : (found?.nodes ?? [found]);
    expect(rows.length, query).toBeGreaterThan(0);
    expect(rows, query).not.toContain(null);
  }
});

test('there is a tab for each root field', () => {
  const rootFields = Object.keys(publishedSchema.getQueryType()?.getFields() ?? {});
  expect(rootFields.length).toBeGreaterThan(8);
  const queried = tabs.map((query) => /\{\s*(\w+)/.exec(query.replace(/^#.*$/gm, ''))?.[1]);
  expect(queried.sort()).toEqual(rootFields.sort());
});
