// What validation errors hint at: fields of rows that are selected on their connection or edge, and the arguments of a field.
import type { GraphQLObjectType } from 'graphql';
import { expect, test } from 'vitest';
import { startApp } from '../support/app.ts';
import { publishedSchema } from '../support/documents/published-schema.ts';
import { KINDS, listsOf } from '../support/kinds.ts';

const repository = (selection: string) => `{ repository(namespace: "a", name: "b") { ${selection} } }`;

test.each<[query: string, hint: string]>([
  ['{ images { name } }', 'Did you mean "nodes { name }"?'],
  ['{ images { id } }', 'Did you mean "nodes { id }"?'],
  ['{ images { alias: name } }', 'Did you mean "nodes { name }"?'],
  ['{ images { originalImage { id } } }', 'Did you mean "nodes { originalImage }"?'],
  ['{ images { edges { name } } }', 'Did you mean "node { name }"?'],
  ['{ images { edges { nodes { id } } } }', 'Did you mean "node"?'],
  ['{ images { node { id } } }', 'Did you mean "nodes"?'],
  ['{ images { hasNextPage } }', 'Did you mean "pageInfo { hasNextPage }"?'],
  ['{ images { cursor } }', 'Did you mean "edges { cursor }"?'],
  ['{ images { nme } }', 'Its fields are "edges", "nodes", "pageInfo".'],
  ['{ images { totalCount } }', 'Its fields are "edges", "nodes", "pageInfo".'],
  ['{ repositories { items { name } } }', 'Its fields are "edges", "nodes", "pageInfo", "totalCount".'],
  ['{ images { edges { pageInfo { endCursor } } } }', 'Its fields are "cursor", "node".'],
  ['{ images { edges { ...F } } } fragment F on ImageEdge { items }', 'Its fields are "cursor", "node".'],
  ['{ images }', 'Did you mean "images { nodes { ... } }"?'],
  ['{ images { ...F } } fragment F on Image { name }', 'Did you mean "nodes { ...F }"?'],
  ['{ images { ... on Image { name } } }', 'Did you mean "nodes { ... on Image { ... } }"?'],
  ['{ images { edges { ... on Image { name } } } }', 'Did you mean "node { ... on Image { ... } }"?'],
  ['{ images { ... on Repository { name } } }', ''],
  ['{ images { ... { ... on ImageConnection { name } } } }', 'Did you mean "nodes { name }"?'],
  ['fragment F on ImageConnection { name } { images { ...F } }', 'Did you mean "nodes { name }"?'],
  [repository('retentionLogs { tag }'), 'Did you mean "nodes { tag }"?'],
  [repository('nodes { id }'), 'Repository is one object, not a list: select its fields directly.'],
  [
    repository('imageGroup { edges { node { id } } }'),
    'ImageGroup is one object, not a list: select its fields directly.',
  ],
  ['{ node(id: "x") { nodes { id } } }', 'Node is one object, not a list: select its fields directly.'],
  [repository('noSuchField'), ''],
  ['{ id }', ''],
  ['{ pageInfo { endCursor } }', ''],
  ['{ imagess { nodes { id } } }', 'Did you mean "images" or "image"?'],
  ['{ images { nodes { nme } } }', 'Did you mean "name"?'],
  ['{ node(id: "x") { status } }', 'Did you mean to use an inline fragment on "Image"?'],
  ['{ images(limit: 3) { nodes { id } } }', 'Did you mean "first" or "last"?'],
  [
    '{ images(sort: "x") { nodes { id } } }',
    'Its arguments are "after", "before", "filter", "first", "last", "orderBy".',
  ],
  ['{ image(id: "x") { id } }', 'Its arguments are "imageId".'],
  ['{ images { nodes(first: 1) { id } } }', 'It has no arguments.'],
])('%s', async (query, hint) => {
  const [shown, hidden] = await Promise.all(
    ['true', 'false'].map(async (introspection) => {
      const app = await startApp({ settings: { IMAGE_GRAPH_INTROSPECTION: introspection } });
      const { errors } = await app.send({ query });
      expect(errors).toMatchObject([
        { locations: [{ line: 1 }], extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } },
        ...(errors?.slice(1) ?? []),
      ]);
      return errors?.[0]?.message ?? '';
    }),
  );
  const [fault = '', ...rest] = (shown ?? '').split(/(?<=\.) /);
  expect(rest.join(' ')).toBe(hint);
  // Without introspection there are no names of the schema that the document does not have.
  expect(hidden).toBe(fault);
});

test('each field of each kind hints at `nodes` on its lists, and at `node` on their edges', async () => {
  const app = await startApp();
  for (const kind of KINDS) {
    const type = publishedSchema.getType(kind.type) as GraphQLObjectType;
    const [found] = listsOf(kind);
    if (!found) continue;
    const [list, args] = found;
    for (const { name } of Object.values(type.getFields())) {
      const field = (selection: string) => `{ ${list}${args && `(${args})`} { ${selection} } }`;
      const messages = [field(name), field(`edges { ${name} }`)].map(async (query) => {
        const { errors } = await app.ask(query);
        return errors?.[0]?.message.replace(/^.*?(?=Did)/, '');
      });
      expect(await Promise.all(messages), `${kind.type}.${name}`).toEqual([
        `Did you mean "nodes { ${name} }"?`,
        `Did you mean "node { ${name} }"?`,
      ]);
    }
  }
});
