// Selects everything that a type has, read from the schema: a field that is added later is selected, too.
import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';
import { KINDS } from '../kinds.ts';

/** Selections of fields that need arguments, or whose names all rows share. */
const SELECTIONS: Readonly<Record<string, string>> = Object.assign({}, ...KINDS.map(({ selections }) => selections));

/** The arguments of a field that needs some, from the selection that its kind has of it; undefined where it needs none. */
export const argumentsAt = (coordinate: string): string | undefined =>
  /^\w+\(([^)]*)\)/.exec(SELECTIONS[coordinate] ?? '')?.[1];

/** All fields of a type, and of what lies up to so many edges away from it; the rows of a page lie one away. */
export const wholeSelection = (schema: GraphQLSchema, typeName: string, edges: number): string =>
  `__typename ${wholeFields(schema, typeName, edges).join(' ')}`;

/** The same field by field. */
export function wholeFields(schema: GraphQLSchema, typeName: string, edges: number): string[] {
  const type = schema.getType(typeName);
  if (!isObjectType(type)) throw new Error(`${typeName} is not an object type`);
  return Object.values(type.getFields()).map((field) => {
    const selection = SELECTIONS[`${typeName}.${field.name}`];
    if (selection !== undefined) return selection;
    if (field.args.some(isRequiredArgument))
      throw new Error(`${typeName}.${field.name} needs arguments: its kind.ts has no selection of it.`);
    return selectionOf(schema, field, edges);
  });
}

function selectionOf(schema: GraphQLSchema, { name, type }: GraphQLField<unknown, unknown>, edges: number): string {
  const named = getNamedType(type);
  if (isLeafType(named)) return name;
  const [isRow, isPage] = [hasId(named), /(Connection|List)$/.test(named.name)];
  if ((isRow || isPage) && edges === 0) return '';
  return `${name} { ${wholeSelection(schema, named.name, isRow ? edges - 1 : edges)} }`;
}

const hasId = (type: GraphQLNamedType) => isObjectType(type) && 'id' in type.getFields();
