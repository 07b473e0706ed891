// Finds what a kind.ts lacks, by the published schema, the client's operations and the README: each fault names the part to add.
import { readdirSync } from 'node:fs';
import { getNamedType, isEnumType, isLeafType, isObjectType, Kind, parse, resolveSchemaCoordinate } from 'graphql';
import { readArtifact } from '../support/documents/artifacts.ts';
import { publishedSchema } from '../support/documents/published-schema.ts';
import { wholeSelection } from '../support/documents/whole-selection.ts';
import type { FactsSpec, KindSpec, SliceSpec } from '../support/kind.ts';
import { ENUMS, factsFields, fieldsOf, findingFields, keyOf, keySetsOf, listsOf } from '../support/kinds.ts';

/** A coordinate of a kind's contract, and of what type it is. */
interface Part {
  readonly coordinate: string;
  readonly type: string;
  readonly isArgument: boolean;
}

/** The fields, arguments and input fields of a contract. */
function partsOf({ contract }: SliceSpec): Part[] {
  return parse(contract).definitions.flatMap((definition): Part[] => {
    if (!('fields' in definition) || !definition.fields) return [];
    const isInput = definition.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION;
    return definition.fields.flatMap((field) => {
      const coordinate = `${definition.name.value}.${field.name.value}`;
      const given = field.kind === Kind.FIELD_DEFINITION ? (field.arguments ?? []) : [];
      return [part(coordinate, isInput), ...given.map(({ name }) => part(`${coordinate}(${name.value}:)`, true))];
    });
  });
}

function part(coordinate: string, isArgument: boolean): Part {
  const element = resolveSchemaCoordinate(publishedSchema, coordinate);
  const found =
    element?.kind === 'Field' ? element.field : element?.kind === 'FieldArgument' ? element.fieldArgument : undefined;
  const type = found?.type ?? (element?.kind === 'InputField' ? element.inputField.type : undefined);
  return { coordinate, type: type ? getNamedType(type).name : '', isArgument };
}

/** The coordinates with a `@cost`, and the `@key`s of each type, of the subgraph's SDL. */
function directivesOf(sdl: string) {
  const priced: string[] = [];
  const keys = new Map<string, string[]>();
  for (const definition of parse(sdl).definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
    const { name, fields = [], directives = [] } = definition;
    for (const field of fields)
      if (field.directives?.some((directive) => directive.name.value === 'cost'))
        priced.push(`${name.value}.${field.name.value}`);
    const selections = directives
      .filter((directive) => directive.name.value === 'key')
      .flatMap(({ arguments: given = [] }) => given)
      .flatMap(({ value }) => (value.kind === Kind.STRING ? [value.value] : []));
    keys.set(name.value, selections);
  }
  return { priced, keys };
}

const TEXT_TYPES = ['String', 'ID', 'DateTime', 'BigInt'];
const subgraph = directivesOf(readArtifact('schema/subgraph.graphql'));
/** What users read of the kinds. */
export const DOCS = {
  readme: readArtifact('README.md'),
  operations: readdirSync(new URL('../../src/client/operations', import.meta.url))
    .map((name) => readArtifact(`src/client/operations/${name}`))
    .join('\n'),
};

/** What is missing, or too much, in a kind's spec. */
export function kindFaults(kind: KindSpec, docs = DOCS): string[] {
  const type = publishedSchema.getType(kind.type);
  if (!isObjectType(type) || !type.getInterfaces().some(({ name }) => name === 'Node'))
    return [
      `The schema has no node ${kind.type}: is its slice in src/resources/index.ts, and did \`npm run schema\` run?`,
    ];
  const parts = partsOf(kind);
  const pages = fieldsOf(kind, true);
  const roots = [...fieldsOf(kind, false), ...pages];
  return [
    ...keyFaults(kind),
    ...sliceFaults(kind, parts, pages),
    ...restNameFaults(kind, kind.type, keyCoordinates(kind)),
    ...thrownBy(() => findingFields(kind, keyOf(kind, 1))),
    ...thrownBy(() => listsOf(kind)),
    ...thrownBy(() => wholeSelection(publishedSchema, kind.type, 1)),
    ...docsFaults(kind.type, roots.length > 0 ? roots : edgesTo(kind, parts), docs),
    ...nodeKeyFaults(kind, docs),
  ].map((fault) => `${kind.type}: ${fault}`);
}

/** The same for a slice that is not a kind: its README rows are those of the types of its root fields. */
export function factsFaults(facts: FactsSpec, docs = DOCS): string[] {
  const unknown = facts.types.filter((name) => !isObjectType(publishedSchema.getType(name)));
  return [
    ...unknown.map(
      (name) =>
        `the schema has no type ${name}: is its slice in src/resources/index.ts, and did \`npm run schema\` run?`,
    ),
    ...sliceFaults(facts, partsOf(facts), []),
    ...facts.types.flatMap((type) => restNameFaults(facts, type, [])),
    ...facts.types.flatMap((type) => {
      const roots = factsFields(facts).filter((field) => field.type === type);
      return docsFaults(
        type,
        roots.map(({ name }) => name),
        docs,
      );
    }),
  ].map((fault) => `${facts.slice}: ${fault}`);
}

/** What the spec of any slice lacks. `pages` are its lists. */
const sliceFaults = (slice: SliceSpec, parts: readonly Part[], pages: readonly string[]): string[] => [
  ...compare(
    'costs',
    Object.keys(slice.costs),
    parts.filter(({ coordinate }) => subgraph.priced.includes(coordinate)),
  ),
  ...compare('texts', Object.keys(slice.texts), textsIn(pages, parts)),
  ...parts
    .filter((found) => isEnumType(publishedSchema.getType(found.type)) && !ENUMS[found.type])
    .map((found) => `enums lacks ${found.type}, the type of ${found.coordinate}.`),
];

function keyFaults(kind: KindSpec): string[] {
  const names = Object.keys(kind.key);
  const sets = ['id', ...keySetsOf(kind).map((fields) => fields.join(' '))].sort();
  const published = [...(subgraph.keys.get(kind.type) ?? [])].sort();
  return [
    ...(sets.join() === published.join()
      ? []
      : [`key makes the keys ${sets.join(', ')}; the schema has ${published.join(', ')}.`]),
    ...names.filter((name) => !kind.inSandbox[name]).map((name) => `inSandbox lacks the key field ${name}.`),
    ...(names.some((name) => kind.key[name]?.value(1) !== kind.key[name]?.value(2))
      ? []
      : ['key gives the first and the second record the same key.']),
  ];
}

/** The arguments that take a text; `after` and `before` of its lists are known. */
const textsIn = (pages: readonly string[], parts: readonly Part[]) =>
  parts
    .filter(({ isArgument, type }) => isArgument && TEXT_TYPES.includes(type))
    .filter(
      ({ coordinate }) =>
        !pages.some(
          (list) => /^Query\.\w+\((after|before):\)$/.test(coordinate) && coordinate.startsWith(`Query.${list}(`),
        ),
    );

function compare(part: string, listed: readonly string[], wanted: readonly Part[]): string[] {
  const coordinates = wanted.map(({ coordinate }) => coordinate);
  return [
    ...coordinates
      .filter((coordinate) => !listed.includes(coordinate))
      .map((coordinate) => `${part} lacks ${coordinate}.`),
    ...listed
      .filter((coordinate) => !coordinates.includes(coordinate))
      .map((coordinate) => `${part} has ${coordinate}, which is not a part of its contract that needs it.`),
  ];
}

/** The global id, and the fields of a key that rows do not have. */
const keyCoordinates = ({ type, key }: KindSpec): string[] =>
  ['id', ...Object.keys(key).filter((name) => key[name]?.rest === undefined)].map((name) => `${type}.${name}`);

/** Fields of a type that no document, and no further name, describes. */
function restNameFaults({ calls, restNames = {} }: SliceSpec, name: string, known: readonly string[]): string[] {
  const type = publishedSchema.getType(name);
  if (!isObjectType(type)) return [];
  const described = new Set([
    ...calls.flatMap(({ document }) => document?.fields.flatMap(([, , at]) => Object.keys(at)) ?? []),
    ...Object.keys(restNames),
    ...known,
  ]);
  return Object.values(type.getFields())
    .filter((field) => isLeafType(getNamedType(field.type)) && field.args.length === 0)
    .map((field) => `${name}.${field.name}`)
    .filter((coordinate) => !described.has(coordinate))
    .map((coordinate) => `no document of its calls has ${coordinate}, and restNames has none for it.`);
}

/** The edges that lead to a kind without a root field, as `Type.field`. */
function edgesTo({ type }: KindSpec, parts: readonly Part[]): string[] {
  return parts
    .filter((found) => !found.isArgument && [type, `${type}List`, `${type}Connection`].includes(found.type))
    .map(({ coordinate }) => coordinate)
    .filter((coordinate) => !coordinate.startsWith(type));
}

/** What the README and the client lack. */
function docsFaults(type: string, fields: readonly string[], { readme, operations }: typeof DOCS): string[] {
  const row = readme.split('\n').find((line) => line.startsWith(`| \`${type}\` |`));
  return [
    ...(row === undefined ? ['the table of types in README.md has no row for it.'] : []),
    ...fields
      .filter((name) => row && !row.includes(`\`${name}(`) && !row.includes(`\`${name}\``))
      .map((name) => `its row in README.md does not name ${name}.`),
    ...(fields.some((name) => new RegExp(`^ +(\\w+: )?${name.split('.').at(-1)}\\b`, 'm').test(operations))
      ? []
      : [`no operation in src/client/operations reads one of ${fields.join(', ')}.`]),
  ];
}

/** What the fragment `NodeKey` of the client lacks, with which `node` and `nodes` show what they have found. */
function nodeKeyFaults({ type, key }: KindSpec, { operations }: typeof DOCS): string[] {
  const shown = new RegExp(`^ {2}\\.\\.\\. on ${type} \\{\\n([^}]*)\\}`, 'm').exec(operations)?.[1] ?? '';
  return Object.keys(key)
    .filter((name) => !new RegExp(`\\b${name}$`, 'm').test(shown))
    .map((name) => `NodeKey in src/client/operations/node.graphql lacks its key field ${name}.`);
}

function thrownBy(run: () => unknown): string[] {
  try {
    run();
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}
