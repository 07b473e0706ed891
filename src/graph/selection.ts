// Looks ahead: which fields of a resolver's own type does the query select?
import {
  type FieldNode,
  GraphQLIncludeDirective,
  type GraphQLResolveInfo,
  GraphQLSkipDirective,
  getDirectiveValues,
  type SelectionNode,
} from 'graphql';

/** The names of the selected fields. */
export type Selected = Pick<ReadonlySet<string>, 'has'>;

type FieldNodes = readonly FieldNode[];

/** What lies below fields, by name: the nodes of each. */
type Selection = ReadonlyMap<string, FieldNodes>;

/** The execution makes one array of field nodes for a field of all rows of a list: they share the answer. */
const selections = new WeakMap<FieldNodes, Selection>();

/** The names of the fields selected directly below the field being resolved, through fragments, `@skip` and `@include`. */
export function selectedFields(info: GraphQLResolveInfo): Selected {
  return selectionOf(info.fieldNodes, info);
}

/** The same for the rows of a connection, below `nodes` and below the `node` of `edges`. */
export function selectedRowFields(info: GraphQLResolveInfo): Selected {
  const page = selectionOf(info.fieldNodes, info);
  const rows = [page.get('nodes'), selectionOf(page.get('edges') ?? [], info).get('node')];
  return new Set(rows.flatMap((nodes) => [...selectionOf(nodes ?? [], info).keys()]));
}

function selectionOf(nodes: FieldNodes, info: GraphQLResolveInfo): Selection {
  let selection = selections.get(nodes);
  if (!selection) {
    const found = new Map<string, FieldNode[]>();
    const spread = new Set<string>();
    for (const node of nodes) collect(node.selectionSet?.selections ?? [], info, found, spread);
    selections.set(nodes, found);
    selection = found;
  }
  return selection;
}

function collect(
  nodes: readonly SelectionNode[],
  info: GraphQLResolveInfo,
  found: Map<string, FieldNode[]>,
  spread: Set<string>,
): void {
  for (const node of nodes) {
    if (getDirectiveValues(GraphQLSkipDirective, node, info.variableValues)?.if === true) continue;
    if (getDirectiveValues(GraphQLIncludeDirective, node, info.variableValues)?.if === false) continue;
    if (node.kind === 'Field') {
      const same = found.get(node.name.value);
      if (same) same.push(node);
      else found.set(node.name.value, [node]);
    } else if (node.kind === 'InlineFragment') collect(node.selectionSet.selections, info, found, spread);
    else if (!spread.has(node.name.value)) {
      // Once a fragment, as the engine does it: fragments that spread others twice would double the work at each level.
      spread.add(node.name.value);
      collect(info.fragments[node.name.value]?.selectionSet.selections ?? [], info, found, spread);
    }
  }
}
