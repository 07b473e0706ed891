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

/** What a field that was started returned, by its first node. */
interface Started {
  readonly node: unknown;
  readonly value: unknown;
}

/** A source object whose fields may be started. */
export interface EarlySource {
  early: readonly Started[];
}

/** What has been started of most source objects. */
export const NOTHING_STARTED: readonly Started[] = [];

/** The options of a field that `startEarlyFields` may start, with those of its cost. */
export function startsEarly<Source extends EarlySource, Args, Value, Cost extends { readonly extensions: object }>(
  cost: Cost,
  resolve: (source: Source, args: Args, context: Context, info: GraphQLResolveInfo) => Value,
) {
  return {
    ...cost,
    extensions: { ...cost.extensions, early: resolve },
    resolve: (source: Source, args: Args, context: Context, info: GraphQLResolveInfo): Value => {
      const [node] = info.fieldNodes;
      for (const started of source.early) if (started.node === node) return started.value as Value;
      return resolve(source, args, context, info);
    },
  };
}

/** A field to start for each object that one edge leads to. */
interface Start {
  readonly resolve: Resolver;
  readonly args: Record<string, unknown>;
  readonly info: GraphQLResolveInfo;
}

/**
 * The fields to start, by the variables of the operation, which decide their arguments, and by the nodes of the edge, which all rows of a
 * list share. Compiled code keeps the nodes: nothing of an operation may be kept with them.
 */
const starts = new WeakMap<object, WeakMap<object, readonly Start[]>>();

/** Starts the early fields that are selected of an object, which the edge being resolved leads to. */
export function startEarlyFields(source: EarlySource, context: Context, info: GraphQLResolveInfo): void {
  let ofOperation = starts.get(info.variableValues);
  if (!ofOperation) {
    ofOperation = new WeakMap();
    starts.set(info.variableValues, ofOperation);
  }
  let fields = ofOperation.get(info.fieldNodes);
  if (!fields) {
    fields = earlyFieldsBelow(info);
    ofOperation.set(info.fieldNodes, fields);
  }
  if (fields.length === 0) return;
  const started = fields.map(({ resolve, args, info: own }) => {
    const value = outcomeOf(() => resolve(source, args, context, own));
    // It is handled where the field is completed, unless nobody waits for that any more.
    if (value instanceof Promise) value.catch(noop);
    return { node: own.fieldNodes[0], value };
  });
  source.early = source.early.length === 0 ? started : [...source.early, ...started];
}

/** What a resolver returns, or a promise of the error that it throws: that is the error of its field, not of the object. */
function outcomeOf(resolve: () => unknown): unknown {
  try {
    return resolve();
  } catch (error) {
    return Promise.reject(error);
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

const noop = () => {};
