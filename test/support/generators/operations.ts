// Random valid operations: fields of every type, under other names, in fragments and behind conditions. Read from the schema.
import fc, { type GeneratorValue } from 'fast-check';
import {
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isLeafType,
  isObjectType,
} from 'graphql';

export interface RandomOperation {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Arguments of fields, by their coordinates: one list is chosen. A field that needs some and has none here is left out. */
export type Arguments = Readonly<Record<string, readonly string[]>>;

const VARIABLES = ['$yes: Boolean!', '$no: Boolean = false', '$first: Int', '$name: String'];
const CONDITIONS = ['@include(if: $yes)', '@skip(if: $no)', '@skip(if: false)', '@include(if: true) @skip(if: $no)'];

/** Draws an operation of one to three root fields. */
export function drawOperation(draw: GeneratorValue, schema: GraphQLSchema, args: Arguments): RandomOperation {
  const fragments: string[] = [];
  let aliases = 0;
  const of = <Item>(items: readonly Item[]) => items[draw(fc.nat, { max: items.length - 1 })] as Item;
  const chance = (percent: number) => draw(fc.nat, { max: 99 }) < percent;

  function selection(type: GraphQLObjectType, depth: number): string {
    const fields = Object.values(type.getFields()).filter(
      (field) => !field.name.startsWith('_') && (depth > 0 || isLeafType(getNamedType(field.type))),
    );
    const parts = Array.from({ length: 1 + draw(fc.nat, { max: 5 }) }, () => part(type, of(fields), depth));
    return `{ ${chance(25) ? '__typename ' : ''}${parts.join(' ') || '__typename'} }`;
  }

  function part(type: GraphQLObjectType, field: GraphQLField<unknown, unknown>, depth: number): string {
    const text = fieldText(type, field, depth);
    if (chance(70)) return text;
    const condition = chance(50) ? of(CONDITIONS) : '';
    if (chance(50)) return `... ${chance(50) ? `on ${type.name} ` : ''}${condition} { ${text} }`;
    const name = `F${fragments.length}`;
    fragments.push(`fragment ${name} on ${type.name} { ${text} }`);
    return `...${name} ${condition} ${chance(20) ? `...${name}` : ''}`;
  }

  function fieldText(type: GraphQLObjectType, field: GraphQLField<unknown, unknown>, depth: number): string {
    const lists = args[`${type.name}.${field.name}`] ?? [''];
    const passed = of(lists);
    // Fields of one name must have the same arguments.
    const isNamed = lists.length > 1 || chance(20);
    const alias = isNamed ? `${of(['a', 'b', 'same'])}${aliases++}: ` : '';
    const condition = chance(15) ? of(CONDITIONS) : '';
    const below = getNamedType(field.type);
    const head = `${alias}${field.name}${passed} ${condition}`;
    if (isLeafType(below)) return head;
    if (isInterfaceType(below)) {
      const types = schema.getPossibleTypes(below);
      const some = Array.from({ length: 3 }, () => of(types));
      return `${head} { id ${some.map((each) => `... on ${each.name} { x${aliases++}: __typename ${leaf(each)} }`).join(' ')} }`;
    }
    return isObjectType(below) ? `${head} ${selection(below, depth - 1)}` : '';
  }

  /** A field under a name of its own: those of several types may differ in type. */
  function leaf(type: GraphQLObjectType): string {
    const leaves = Object.values(type.getFields()).filter(
      (field) => isLeafType(getNamedType(field.type)) && field.args.length === 0,
    );
    return `l${aliases++}: ${of(leaves).name}`;
  }

  const query = schema.getQueryType() as GraphQLObjectType;
  const roots = Object.values(query.getFields()).filter(({ name }) => `Query.${name}` in args);
  const parts = Array.from({ length: 1 + draw(fc.nat, { max: 2 }) }, () => part(query, of(roots), 4));
  const variables = {
    yes: chance(70),
    ...(chance(50) && { no: chance(30) }),
    ...(chance(70) && { first: of([0, 1, 3, null]) }),
    ...(chance(30) && { name: of(['api', null, '']) }),
  };
  const text = `{ __typename ${parts.join(' ')} } ${fragments.join(' ')}`;
  const used = VARIABLES.filter((declaration) => text.includes(declaration.split(':', 1)[0] as string));
  return { query: `query Random${used.length > 0 ? `(${used.join(', ')})` : ''} ${text}`, variables };
}
