// The schema as clients read it from the running server: nothing in it is newer than strict clients know, and typed clients are
// generated from it.
import { execFile } from 'node:child_process';
import { cpSync, globSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  buildClientSchema,
  getIntrospectionQuery,
  type IntrospectionOptions,
  type IntrospectionQuery,
  isIntrospectionType,
  isScalarType,
  isSpecifiedScalarType,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openApp, type TestApp } from '../support/app.ts';
import { readArtifact } from '../support/documents/artifacts.ts';
import { publishedSchema } from '../support/documents/published-schema.ts';
import { newFolder } from '../support/files.ts';

const root = join(import.meta.dirname, '../..');
const ALL: IntrospectionOptions = {
  specifiedByUrl: true,
  directiveIsRepeatable: true,
  schemaDescription: true,
  inputValueDeprecation: true,
};

let app: TestApp;
beforeAll(async () => {
  app = await openApp({ upstream: 'sandbox', over: 'http' });
});
afterAll(() => app.close());

const introspect = async (options: IntrospectionOptions = ALL): Promise<IntrospectionQuery> =>
  (await app.ask(getIntrospectionQuery(options))).data;

test('introspection has the directives of the October 2021 edition, in places that it has', async () => {
  const { directives } = (await introspect()).__schema;
  expect(Object.fromEntries(directives.map(({ name, locations }) => [name, [...locations].sort()]))).toEqual({
    // Those of arguments and input fields came later, as places of this directive and not as new places.
    deprecated: ['ARGUMENT_DEFINITION', 'ENUM_VALUE', 'FIELD_DEFINITION', 'INPUT_FIELD_DEFINITION'],
    include: ['FIELD', 'FRAGMENT_SPREAD', 'INLINE_FRAGMENT'],
    skip: ['FIELD', 'FRAGMENT_SPREAD', 'INLINE_FRAGMENT'],
    specifiedBy: ['SCALAR'],
  });
});

test('a client that uses newer fields of introspection gets them', async () => {
  const schema = buildClientSchema(await introspect({ ...ALL, oneOf: true, experimentalDirectiveDeprecation: true }));
  expect(schema.getDirectives()).toHaveLength(4);
});

test('both texts of the schema have no newer directive or place either', () => {
  for (const text of ['schema/api.graphql', 'schema/subgraph.graphql'])
    expect(readArtifact(text)).not.toMatch(/DIRECTIVE_DEFINITION|@oneOf|^directive /m);
});

test('each scalar of our own says where its grammar is, in introspection and in both texts', async () => {
  const { types } = (await introspect()).__schema;
  const ours = Object.values(publishedSchema.getTypeMap())
    .filter((type) => isScalarType(type) && !isSpecifiedScalarType(type))
    .map(({ name }) => name);
  const urls = Object.fromEntries(
    types.flatMap((type) =>
      type.kind === 'SCALAR' && ours.includes(type.name) ? [[type.name, type.specifiedByURL]] : [],
    ),
  );
  expect(urls).toEqual({
    BigInt: 'https://www.w3.org/TR/xmlschema-2/#integer',
    DateTime: 'https://www.rfc-editor.org/rfc/rfc3339',
  });
  for (const text of ['schema/api.graphql', 'schema/subgraph.graphql'])
    for (const [name, url] of Object.entries(urls))
      expect(readArtifact(text)).toMatch(new RegExp(`^scalar ${name}\\s+@specifiedBy\\(url: "${url}"\\)$`, 'm'));
});

test('the running server has the types of schema/api.graphql, and those of routers', async () => {
  const served = buildClientSchema(await introspect());
  const names = (schema: typeof served) =>
    Object.values(schema.getTypeMap())
      .filter((type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type))
      .map(({ name }) => name);
  const published = new Set(names(publishedSchema));
  expect(
    names(served)
      .filter((name) => !published.has(name))
      .sort(),
  ).toEqual(['_Any', '_Entity', '_Service']);
  expect(names(publishedSchema).filter((name) => !served.getType(name))).toEqual([]);
});

describe('the configuration of graphql-codegen in docs/clients.md', () => {
  const [, config = ''] =
    /```ts\n(\/\/ codegen\.ts\n.*?)```/s.exec(readFileSync(join(root, 'docs/clients.md'), 'utf8')) ?? [];

  /** What it generates from a schema: the files by their names. */
  async function generate(schema: string): Promise<Record<string, string>> {
    const folder = newFolder();
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    cpSync(join(root, 'src/client/operations'), join(folder, 'operations'), { recursive: true });
    writeFileSync(join(folder, 'codegen.ts'), config);
    const command = join(root, 'node_modules/.bin/graphql-codegen');
    await promisify(execFile)(process.execPath, [command, '--config', 'codegen.ts'], {
      cwd: folder,
      env: { PATH: process.env.PATH, IMAGE_GRAPH_URL: schema },
    });
    const names = globSync('generated/*.ts', { cwd: folder });
    return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
  }

  test('generates from the running server what it generates from schema/api.graphql', { timeout: 60_000 }, async () => {
    const generated = await generate(app.url);
    expect(Object.keys(generated)).toContain('generated/graphql.ts');
    expect(generated).toEqual(await generate(join(root, 'schema/api.graphql')));
  });
});
