// Registers a type as Node and as federation entity in one call, with one composite key for both. Knows no resource.
import type { ObjectRef } from '@pothos/core';
import { builder, type Context } from './builder.ts';
import { badUserInput } from './errors.ts';
import { pack, unpack } from './opaque.ts';

type Types = typeof builder.$inferSchemaTypes;

/** How a kind is found by its key. */
export interface NodeKind<Source> {
  /** The fields that make the key, in the order in which the global id holds them. */
  readonly key: readonly (keyof Source & string)[];
  /** Values of key fields that another subgraph may leave out. */
  readonly defaults?: Readonly<Record<string, string>>;
  /** Whether the parts can be a key: the path-safety rule, not the whole grammar. */
  isKey(parts: readonly string[]): boolean;
  /** Finds the thing; null when it does not exist. Rejects with UpstreamError. */
  load(context: Context, parts: readonly string[]): Promise<Source | null>;
}

const ID_DESCRIPTION = 'The global id: opaque, valid for `node` and `nodes`.';

const kinds = new Map<string, NodeKind<object>>();

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
  builder.asEntity(ref, {
    key: selections.map((fields) => builder.selection<Record<string, string>>(fields as never)),
    // async: a synchronous throw would null the whole list of entities.
    resolveReference: async (reference: Record<string, string | null | undefined>, context: Context) => {
      const { id } = reference;
      if (typeof id === 'string') return (await loadNode(context, id, name)) as Source | null;
      const parts = kind.key.map((field) => reference[field] ?? kind.defaults?.[field]);
      if (!parts.every((part) => typeof part === 'string') || !kind.isKey(parts))
        throw badUserInput(`This is no key of ${name}.`);
      return kind.load(context, parts);
    },
  } as never);
}

/**
 * Finds a thing by its global id; null when it does not exist.
 * Errors: rejects with BAD_USER_INPUT for a text that is no global id, or none of the wanted type; with UpstreamError.
 */
async function loadNode(context: Context, id: string, wanted?: string): Promise<object | null> {
  const [name = '', ...parts] = unpack(id) ?? [];
  const kind = kinds.get(name);
  if (!kind || parts.length !== kind.key.length || !kind.isKey(parts))
    throw badUserInput('This is not a global id of this graph.');
  if (wanted !== undefined && name !== wanted) throw badUserInput(`This global id is of type ${name}, not ${wanted}.`);
  return kind.load(context, parts);
}

builder.queryFields((t) => ({
  node: t.field({
    type: Node,
    description: 'Fetches anything again by its global id; null when it does not exist.',
    args: { id: t.arg.id({ required: true, description: 'The global id, as some `id` field gave it.' }) },
    resolve: (_root, { id }, context) => loadNode(context, id),
  }),
  nodes: t.field({
    type: [Node],
    nullable: { list: false, items: true },
    description:
      'Fetches many things again by their global ids, in the order of the ids; null at the place of one that does not exist.',
    args: { ids: t.arg.idList({ required: true, description: 'The global ids, in the order wanted.' }) },
    // An id that fails is an Error at its own place in the list, so that the others answer.
    resolve: (_root, { ids }, context) =>
      ids.map((id) => loadNode(context, id).catch((error: Error) => error as never)),
  }),
}));
