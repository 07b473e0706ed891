// Looks ahead: the fields that a query selects of the type of the field being resolved.
import { type ASTNode, type FieldNode, type GraphQLResolveInfo, type OperationDefinitionNode, visit } from 'graphql';
import { collectFields, selectionSetsOf } from './collect-fields.ts';

/** The names of the selected fields. */
export type Selected = Pick<ReadonlySet<string>, 'has' | 'size'>;

type FieldNodes = readonly FieldNode[];

/** What is selected below fields: the nodes of each field, by name. */
type Selection = ReadonlyMap<string, FieldNodes>;

/** The execution makes one array of field nodes for a field of all rows of a list: they share the selection. */
const selections = new WeakMap<FieldNodes, Selection>();

/** The names of the fields selected directly below the field being resolved. */
export function selectedFields(info: GraphQLResolveInfo): Selected {
  return selectionOf(info.fieldNodes, info);
}

/** The same for the rows of a connection, below `nodes` and below the `node` of `edges`. */
export function selectedRowFields(info: GraphQLResolveInfo): Selected {
  const page = selectionOf(info.fieldNodes, info);
  const rows = [page.get('nodes'), selectionOf(page.get('edges') ?? [], info).get('node')];
  return new Set(rows.flatMap((nodes) => [...selectionOf(nodes ?? [], info).keys()]));
}

/** The names of the fields that an operation selects anywhere. */
const fieldNames = new WeakMap<OperationDefinitionNode, ReadonlySet<string>>();

/** The names of the fields that the operation selects anywhere, of any type: where all of it has to be served at once. */
export function fieldsOfOperation({ operation, fragments }: GraphQLResolveInfo): Selected {
  const found = fieldNames.get(operation);
  if (found) return found;
  const names = new Set<string>();
  const collect = (node: ASTNode) => visit(node, { Field: ({ name }) => void names.add(name.value) });
  for (const node of [operation, ...Object.values(fragments)]) collect(node);
  fieldNames.set(operation, names);
  return names;
}

function selectionOf(
  nodes: FieldNodes,
  { schema, fragments, variableValues: variables }: GraphQLResolveInfo,
): Selection {
  let selection = selections.get(nodes);
  if (!selection) {
    selection = collectFields({ schema, fragments, variables }, selectionSetsOf(nodes), ({ name }) => name.value);
    selections.set(nodes, selection);
  }
  return selection;
}
