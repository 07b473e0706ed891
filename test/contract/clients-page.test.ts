// docs/clients.md names what the schema has: the arguments that make another list, and the types without an id.
import { isObjectType } from 'graphql';
import { expect, test } from 'vitest';
import { readArtifact } from '../support/documents/artifacts.ts';
import { publishedSchema } from '../support/documents/published-schema.ts';

const page = readArtifact('docs/clients.md');
const textsIn = (pattern: RegExp) => [...(pattern.exec(page)?.[1] ?? '').matchAll(/'(\w+)'/g)].map(([, name]) => name);
const types = Object.values(publishedSchema.getTypeMap())
  .filter(isObjectType)
  .filter(({ name }) => !name.startsWith('__'));
const PAGING = ['first', 'after', 'last', 'before'];

test('the key arguments of lists are those of all connections, without those of paging', () => {
  const fields = types.flatMap((type) => Object.values(type.getFields()));
  const inSchema = fields.flatMap(({ type, args }) =>
    String(type).endsWith('Connection') ? args.map(({ name }) => name).filter((name) => !PAGING.includes(name)) : [],
  );
  expect(textsIn(/relayStylePagination\(\[(.*?)\]\)/).sort()).toEqual([...new Set(inSchema)].sort());
});

test('the types without an id are all but those of connections, which the caches know by their names', () => {
  const isKnown = (name: string) => /Connection$|Edge$|^PageInfo$|^Query$/.test(name);
  const inSchema = types.filter((type) => !type.getFields().id && !isKnown(type.name)).map(({ name }) => name);
  expect(textsIn(/const WITHOUT_ID = \[(.*?)\];/s)).toEqual(inSchema.sort());
});
