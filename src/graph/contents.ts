// Tells what an object of a result holds beside what its resolvers count: compiled code reads fields without a resolver by itself.
import {
  type FieldNode,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  getNamedType,
  isAbstractType,
  isObjectType,
} from 'graphql';
import { collectFields, type SelectionContext, selectionSetsOf } from './collect-fields.ts';

/** What an object holds in fields without a resolver, those of objects within it included. */
export interface Contents {
  /** Its fields. */
  readonly values: number;
  /** Objects within it. */
  readonly objects: number;
  /** Bytes of its names, and what a value has at least. */
  readonly bytes: number;
}

/** Bytes of a field beside its name: two quotes, a colon, a comma, and a digit. */
const FIELD_BYTES = 5;

type FieldNodes = readonly FieldNode[];

/** Compiled code has one array of field nodes for a field of all rows of a list. */
const contents = new WeakMap<FieldNodes, Map<string, Contents>>();

/** What an object holds that the field has returned, or an item of its list. */
export function contentsBelow(info: GraphQLResolveInfo, value: unknown): Contents {
  let byType = contents.get(info.fieldNodes);
  if (!byType) {
    byType = new Map();
    contents.set(info.fieldNodes, byType);
  }
  const type = getNamedType(info.returnType);
  const name = isAbstractType(type) ? (value as { readonly __typename: string }).__typename : type.name;
  let below = byType.get(name);
  if (!below) {
    const { schema, fragments, variableValues: variables } = info;
    const own = schema.getType(name);
    below = isObjectType(own) ? sum({ schema, fragments, variables }, own, info.fieldNodes) : NOTHING;
    byType.set(name, below);
  }
  return below;
}

const NOTHING: Contents = { values: 0, objects: 0, bytes: 0 };

function sum(context: SelectionContext, type: GraphQLObjectType, nodes: FieldNodes): Contents {
  let [values, objects, bytes] = [0, 0, 0];
  const fields = type.getFields();
  for (const [key, group] of collectFields(context, selectionSetsOf(nodes), responseKey, type)) {
    const field = fields[group[0].name.value];
    if (field?.resolve) continue;
    values++;
    bytes += key.length + FIELD_BYTES;
    const below = field && getNamedType(field.type);
    if (!isObjectType(below)) continue;
    const inner = sum(context, below, group);
    values += inner.values;
    objects += 1 + inner.objects;
    bytes += inner.bytes;
  }
  return { values, objects, bytes };
}

const responseKey = (field: FieldNode) => field.alias?.value ?? field.name.value;
