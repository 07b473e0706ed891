// Registers a type as Node and as federation entity in one call, with one composite key for both, and finds things by global
// ids and by the references of other subgraphs. Knows no resource.
import type { ObjectRef } from '@pothos/core';
import type { GraphQLResolveInfo } from 'graphql';
import { isObject } from '../upstream/decoding/row.ts';
import { builder, type Context } from './builder.ts';
import { CALL_COST, DEFAULT_SIZE, type Estimate } from './cost.ts';
import { badUserInput } from './errors.ts';
import { pack, unpack } from './opaque.ts';

type Types = typeof builder.$inferSchemaTypes;

/** How a kind is found by its key. */
export interface NodeKind<Source> {
  /** The fields that make the key, in the order in which the global id holds them. */
  readonly key: readonly (keyof Source & string)[];
  /** Values of key fields that another subgraph may leave out. */
  readonly defaults?: Readonly<Record<string, string>>;
  /** What it costs to find one. */
  readonly estimate: Estimate;
  /** Whether the parts can be a key: the path-safety rule, not the whole grammar. */
  isKey(parts: readonly string[]): boolean;
  /** Finds the thing, as far as the query selects it; null when it does not exist. Rejects with UpstreamError. */
  load(context: Context, parts: readonly string[], info: GraphQLResolveInfo): Promise<Source | null>;
}

const ID_DESCRIPTION = 'The global id: opaque, valid for `node` and `nodes`.';

const kinds = new Map<string, NodeKind<object>>();

/** What it costs to find one thing of a kind; undefined for what is no kind. */
export const kindEstimate = (name: string): Estimate | undefined => kinds.get(name)?.estimate;

/** The kind that a global id, or the reference of another subgraph, says it is of; undefined where it says none. */
export function kindOfReference(reference: unknown): string | undefined {
  const name = isObject(reference) ? reference.__typename : typeof reference === 'string' && unpack(reference)?.[0];
  return typeof name === 'string' && kinds.has(name) ? name : undefined;
}

/** Everything that has a global id. */
export const Node = builder.interfaceRef<object>('Node').implement({
  description: 'Something that has a global id and can be fetched again by it.',
  fields: (t) => ({
    id: t.id({
      nullable: false,
      description: ID_DESCRIPTION,
      // Each kind resolves its own.
      resolve: () => null as never,
    }),
  }),
});

/** Makes a type a Node and an entity: gives it `id` and its `@key`s, and `node`, `nodes` and `_entities` the way to it. */
export function registerNode<Source extends object>(
  ref: ObjectRef<Types, Source, Source>,
  kind: NodeKind<Source>,
): void {
  const { name } = ref;
  kinds.set(name, kind as unknown as NodeKind<object>);
  builder.objectField(ref, 'id', (t) =>
    t.id({
      nullable: false,
      description: ID_DESCRIPTION,
      resolve: (source) => pack([name, ...kind.key.map((field) => String(source[field]))]),
    }),
  );
  const required = kind.key.filter((field) => kind.defaults?.[field] === undefined);
  const selections = [...new Set([required.join(' '), kind.key.join(' '), 'id'])];
  // References are resolved by findEntities: the plugin's way nulls the whole list where one of them is no reference at all.
  builder.asEntity(ref, {
    key: selections.map((fields) => builder.selection<Record<string, string>>(fields as never)),
  } as never);
}

/**
 * Finds a thing by its global id; null when it does not exist.
 * Errors: rejects with BAD_USER_INPUT for a text that is no global id, or none of the wanted type; with UpstreamError.
 */
async function loadNode(
  context: Context,
  id: string,
  info: GraphQLResolveInfo,
  wanted?: string,
): Promise<object | null> {
  const [name = '', ...parts] = unpack(id) ?? [];
  const kind = kinds.get(name);
  if (!kind || parts.length !== kind.key.length || !kind.isKey(parts))
    throw badUserInput('This is not a global id of this graph.');
  if (wanted !== undefined && name !== wanted) throw badUserInput(`This global id is of type ${name}, not ${wanted}.`);
  return kind.load(context, parts, info);
}

/**
 * Finds the things that other subgraphs refer to, by any of their keys.
 * Shape: in the order of the references; null for what does not exist. Errors: one that is malformed, denied or failed rejects alone.
 */
export function findEntities(
  references: readonly unknown[],
  context: Context,
  info: GraphQLResolveInfo,
): Promise<object | null>[] {
  return references.map((reference) => findEntity(reference, context, info));
}

async function findEntity(reference: unknown, context: Context, info: GraphQLResolveInfo): Promise<object | null> {
  const { __typename: name, ...fields } = isObject(reference) ? reference : {};
  const kind = typeof name === 'string' ? kinds.get(name) : undefined;
  if (typeof name !== 'string' || !kind) throw badUserInput('This is no reference: its __typename names no entity.');
  if (typeof fields.id === 'string') return loadNode(context, fields.id, info, name);
  const parts = kind.key.map((field) => keyPart(fields[field] ?? kind.defaults?.[field]));
  if (!parts.every((part) => part !== undefined) || !kind.isKey(parts))
    throw badUserInput(`This is no key of ${name}.`);
  return kind.load(context, parts, info);
}

/** A part of a key as text; numeric ones come as JSON numbers from subgraphs whose scalar writes them so. */
function keyPart(value: unknown): string | undefined {
  if (Number.isSafeInteger(value)) return String(value);
  return typeof value === 'string' ? value : undefined;
}

builder.queryFields((t) => ({
  node: t.field({
    type: Node,
    description: 'Fetches anything again by its global id; null when it does not exist.',
    args: { id: t.arg.id({ required: true, description: 'The global id, as some `id` field gave it.' }) },
    cost: CALL_COST,
    resolve: (_root, { id }, context, info) => loadNode(context, id, info),
  }),
  nodes: t.field({
    type: [Node],
    nullable: { list: false, items: true },
    description:
      'Fetches many things again by their global ids, in the order of the ids; null at the place of one that does not exist.',
    args: { ids: t.arg.idList({ required: true, description: 'The global ids, in the order wanted.' }) },
    cost: CALL_COST,
    listSize: { assumedSize: DEFAULT_SIZE },
    // An id that fails rejects at its own place in the list, so that the others answer.
    resolve: (_root, { ids }, context, info) => ids.map((id) => loadNode(context, id, info)),
  }),
}));
