// The generated files that are committed are those that the code generates now.
import { generate } from '@graphql-codegen/cli';
import { expect, test } from 'vitest';
import codegen from '../../codegen.ts';
import { printSettings } from '../../src/config/settings-page.ts';
import { buildSchema, printApi, printSubgraph } from '../../src/schema.ts';
import { readArtifact } from '../support/documents/artifacts.ts';

test('schema/api.graphql is what npm run schema writes', () => {
  expect(readArtifact('schema/api.graphql')).toBe(printApi());
});

test('schema/subgraph.graphql is what npm run schema writes', () => {
  expect(readArtifact('schema/subgraph.graphql')).toBe(printSubgraph(buildSchema({ offersNode: true })));
});

test('docs/settings.md is what npm run docs writes', () => {
  expect(readArtifact('docs/settings.md')).toBe(printSettings());
});

test('src/client/generated is what npm run codegen writes', async () => {
  const files: { filename: string; content: string }[] = await generate({ ...codegen, silent: true }, false);
  expect(files.length).toBeGreaterThan(0);
  for (const { filename, content } of files) expect(readArtifact(filename), filename).toBe(content);
});
