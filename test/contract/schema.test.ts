// The published schema: the names and types of the design, described throughout, one type for one name, and nullable
// wherever an upstream call may fail.
import {
  type GraphQLArgument,
  type GraphQLNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isNonNullType,
  isObjectType,
  isSpecifiedScalarType,
  Kind,
  parse,
  print,
} from 'graphql';
import { expect, test } from 'vitest';
import { readArtifact } from '../support/documents/artifacts.ts';
import { publishedSchema } from '../support/documents/published-schema.ts';
import { KINDS, SLICES } from '../support/kinds.ts';
import { GRAPH_CONTRACT } from './graph-contract.ts';

const kindNames = KINDS.map(({ type }) => type);
const types = Object.values(publishedSchema.getTypeMap()).filter(
  (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
);
const fieldsOf = (type: GraphQLNamedType) => ('getFields' in type ? Object.values(type.getFields()) : []);
const argumentsOf = (field: object): readonly GraphQLArgument[] =>
  'args' in field ? (field.args as readonly GraphQLArgument[]) : [];

/** Each type of an SDL with its kind, its interfaces, and its fields with their arguments and types, in no order; extensions are merged. */
function shapesOf(sdl: string): Map<string, string[]> {
  const shapes = new Map<string, string[]>();
  for (const definition of parse(sdl, { noLocation: true }).definitions) {
    if (!('fields' in definition) || !definition.fields) continue;
    const interfaces = 'interfaces' in definition ? (definition.interfaces ?? []).map(print) : [];
    const fields = definition.fields.map((field) => {
      const given = field.kind === Kind.FIELD_DEFINITION ? (field.arguments ?? []) : [];
      const args = given.map(({ name, type }) => `${name.value}: ${print(type)}`).sort();
      return `${field.name.value}(${args.join(', ')}): ${print(field.type)}`;
    });
    const name = definition.name.value;
    const head = definition.kind === Kind.OBJECT_TYPE_EXTENSION ? [] : [`${definition.kind} ${interfaces.join(' ')}`];
    shapes.set(name, [...(shapes.get(name) ?? []), ...head, ...fields].sort());
  }
  return shapes;
}

const published = shapesOf(readArtifact('schema/api.graphql'));
const contract = shapesOf(GRAPH_CONTRACT);

test('the schema has the types of the design and no other', () => {
  expect([...published.keys()].sort()).toEqual([...contract.keys()].sort());
});

test.each([...contract.keys()])('%s has the fields of the design, with its types, and no other', (name) => {
  expect(published.get(name)).toEqual(contract.get(name));
});

test('every type, field, argument, input field and enum value is described', () => {
  const described = types.flatMap((type) => [
    [type.name, type.description],
    ...fieldsOf(type).map((field) => [`${type.name}.${field.name}`, field.description]),
    ...fieldsOf(type).flatMap((field) =>
      argumentsOf(field).map(({ name, description }) => [`${type.name}.${field.name}(${name}:)`, description]),
    ),
    ...(isEnumType(type) ? type.getValues() : []).map(({ name, description }) => [`${type.name}.${name}`, description]),
  ]);
  expect(described.length).toBeGreaterThan(300);
  expect(described.filter(([, description]) => !description?.trim()).map(([coordinate]) => coordinate)).toEqual([]);
});

test('one field name has one type on every kind, as Relay and client caches merge fields by name', () => {
  const fieldsByName = Map.groupBy(
    KINDS.flatMap(({ type: name, otherTypes = {} }) => {
      const type = publishedSchema.getType(name);
      expect(isObjectType(type) && type.getInterfaces().map((implemented) => implemented.name), name).toEqual(['Node']);
      return (type ? fieldsOf(type) : []).map((field) => ({
        name: field.name,
        type: String(field.type),
        kind: name,
        isOther: field.name in otherTypes,
      }));
    }),
    ({ name }) => name,
  );
  expect(fieldsByName.size).toBeGreaterThan(80);
  const several = [...fieldsByName].flatMap(([name, found]) => {
    const types = new Set(found.filter(({ isOther }) => !isOther).map(({ type }) => type));
    const shown = found.map(({ kind, type }) => `${kind}.${name}: ${type}`).join(', ');
    return types.size > 1 ? [`${shown}. Rename the field, or give the reason in otherTypes of kind.ts.`] : [];
  });
  expect(several).toEqual([]);
  // A reason that nothing needs is a mistake.
  const needless = [...fieldsByName].flatMap(([name, found]) =>
    found.some(({ isOther }) => isOther) && new Set(found.map(({ type }) => type)).size === 1 ? [name] : [],
  );
  expect(needless).toEqual([]);
});

test('the nodes of the schema are the kinds', () => {
  const node = publishedSchema.getType('Node');
  const nodes = isInterfaceType(node) ? publishedSchema.getPossibleTypes(node).map(({ name }) => name) : [];
  expect(nodes.sort()).toEqual([...kindNames].sort());
});

test('non-null are only keys, and what a row has without a further upstream call', () => {
  const nonNull = types
    .filter((type) => !isInputObjectType(type))
    .flatMap((type) =>
      fieldsOf(type)
        .filter((field) => isNonNullType(field.type))
        .map((field) => `${type.name}.${field.name}`),
    );
  const connections = kindNames
    .filter((name) => contract.has(`${name}Connection`))
    .flatMap((name) => [
      ...['edges', 'nodes', 'pageInfo'].map((field) => `${name}Connection.${field}`),
      `${name}Edge.cursor`,
    ]);
  expect(connections.length).toBeGreaterThanOrEqual(4 * 5);
  const unpaged = kindNames
    .filter((name) => contract.has(`${name}List`))
    .flatMap((name) => [`${name}List.nodes`, `${name}List.isComplete`]);
  expect(nonNull.sort()).toEqual(
    [
      'Node.id',
      ...kindNames.map((name) => `${name}.id`),
      ...KINDS.flatMap(({ type, key }) => Object.keys(key).map((field) => `${type}.${field}`)),
      ...SLICES.flatMap((slice) => slice.nonNull ?? []),
      ...connections,
      ...unpaged,
      // The Relay specification has these two so.
      ...['PageInfo.hasNextPage', 'PageInfo.hasPreviousPage'],
      // The list is that of the ids; its items are nullable.
      'Query.nodes',
    ].sort(),
  );
  expect(String(publishedSchema.getQueryType()?.getFields().nodes?.type)).toBe('[Node]!');
});
