// Starts fields that make calls of their own before the object that they belong to has been loaded: they need its key alone.
import {
  type GraphQLFieldResolver,
  type GraphQLResolveInfo,
  getArgumentValues,
  getNamedType,
  isObjectType,
} from 'graphql';
import type { Context } from './builder.ts';
import { collectFields, responseKey, selectionSetsOf } from './collect-fields.ts';

type Resolver = GraphQLFieldResolver<object, Context>;

/** What an early field returned, by its first node, for the source object of its type. */
const started = new WeakMap<object, Map<unknown, unknown>>();

/** The options of a field that `startEarlyFields` may start, with those of its cost. */
export function startsEarly<Source extends object, Args, Value, Cost extends { readonly extensions: object }>(
  cost: Cost,
  resolve: (source: Source, args: Args, context: Context, info: GraphQLResolveInfo) => Value,
) {
  return {
    ...cost,
    extensions: { ...cost.extensions, early: resolve },
    resolve: (source: Source, args: Args, context: Context, info: GraphQLResolveInfo): Value => {
      const values = started.get(source);
      const [node] = info.fieldNodes;
      return values?.has(node) ? (values.get(node) as Value) : resolve(source, args, context, info);
    },
  };
}

/** A field to start for each object that one edge leads to. */
interface Start {
  readonly resolve: Resolver;
  readonly args: Record<string, unknown>;
  readonly info: GraphQLResolveInfo;
}

/** The fields to start, by the nodes of the edge, which all rows of a list share. Their arguments are those of one operation. */
const starts = new WeakMap<object, { readonly variables: unknown; readonly fields: readonly Start[] }>();

/** Starts the early fields that are selected of an object, which the edge being resolved leads to. */
export function startEarlyFields(source: object, context: Context, info: GraphQLResolveInfo): void {
  let known = starts.get(info.fieldNodes);
  if (known?.variables !== info.variableValues) {
    known = { variables: info.variableValues, fields: earlyFieldsBelow(info) };
    starts.set(info.fieldNodes, known);
  }
  if (known.fields.length === 0) return;
  const values = started.get(source) ?? new Map<unknown, unknown>();
  started.set(source, values);
  for (const { resolve, args, info: own } of known.fields) {
    const value = resolve(source, args, context, own);
    // It is handled where the field is completed, unless nobody waits for that any more.
    if (value instanceof Promise) value.catch(() => {});
    values.set(own.fieldNodes[0], value);
  }
}

function earlyFieldsBelow(info: GraphQLResolveInfo): readonly Start[] {
  const { schema, fragments, variableValues: variables } = info;
  const parentType = getNamedType(info.returnType);
  if (!isObjectType(parentType)) return [];
  const fields: Start[] = [];
  for (const nodes of collectFields(
    { schema, fragments, variables },
    selectionSetsOf(info.fieldNodes),
    responseKey,
    parentType,
  ).values()) {
    const [node] = nodes;
    const field = parentType.getFields()[node.name.value];
    const resolve = field?.extensions.early as Resolver | undefined;
    if (!field || !resolve) continue;
    try {
      const args = getArgumentValues(field, node, variables);
      fields.push({
        resolve,
        args,
        info: { ...info, fieldName: field.name, fieldNodes: nodes, returnType: field.type, parentType },
      });
    } catch {
      // The execution reports what is wrong with the arguments.
    }
  }
  return fields;
}
