// Looks ahead: which fields of a resolver's own type does the query select?
import {
  type FieldNode,
  GraphQLIncludeDirective,
  type GraphQLResolveInfo,
  GraphQLSkipDirective,
  getDirectiveValues,
  type SelectionNode,
} from 'graphql';

/** The execution makes one array of field nodes for a field of all rows of a list: they share the answer. */
const selections = new WeakMap<readonly FieldNode[], ReadonlySet<string>>();

/** The names of the fields selected directly below the field being resolved, through fragments, `@skip` and `@include`. */
export function selectedFields(info: GraphQLResolveInfo): ReadonlySet<string> {
  let names = selections.get(info.fieldNodes);
  if (!names) {
    const found = new Set<string>();
    const spread = new Set<string>();
    for (const node of info.fieldNodes) collect(node.selectionSet?.selections ?? [], info, found, spread);
    selections.set(info.fieldNodes, found);
    names = found;
  }
  return names;
}

function collect(
  nodes: readonly SelectionNode[],
  info: GraphQLResolveInfo,
  found: Set<string>,
  spread: Set<string>,
): void {
  for (const node of nodes) {
    if (getDirectiveValues(GraphQLSkipDirective, node, info.variableValues)?.if === true) continue;
    if (getDirectiveValues(GraphQLIncludeDirective, node, info.variableValues)?.if === false) continue;
    if (node.kind === 'Field') found.add(node.name.value);
    else if (node.kind === 'InlineFragment') collect(node.selectionSet.selections, info, found, spread);
    else if (!spread.has(node.name.value)) {
      // Once a fragment, as the engine does it: fragments that spread others twice would double the work at each level.
      spread.add(node.name.value);
      collect(info.fragments[node.name.value]?.selectionSet.selections ?? [], info, found, spread);
    }
  }
}
