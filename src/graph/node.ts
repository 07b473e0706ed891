// Registers types as Nodes and Federation entities with one key, and finds records by global id or representation.
import type { MaybePromise, ObjectRef } from '@pothos/core';
import type { GraphQLResolveInfo } from 'graphql';
import { isObject } from '../upstream/decoding/json.ts';
import { builder, type Context, type Types } from './builder.ts';
import { CALL_COST, DEFAULT_SIZE, type Estimate } from './cost.ts';
import { badUserInput } from './errors.ts';
import { withExample } from './example.ts';
import { pack, unpack } from './opaque.ts';

/** How an entity is found by its key. */
export interface Entity<Source, Field extends string> {
  /** The fields that make the key, in the order in which the global id holds them. */
  readonly key: readonly Field[];
  /** Values of key fields that another subgraph may leave out. */
  readonly defaults?: Readonly<Partial<Record<Field, string>>>;
  /** What it costs to find one. */
  readonly estimate: Estimate;
  /** The key of a record of the sandbox, for the example queries of `node` and `nodes`. */
  readonly example?: Readonly<Record<Field, string>>;
  /** Whether the values can be a key: the path-safety rule, not the whole grammar. */
  isKey(key: Readonly<Record<Field, string>>): boolean;
  /** Finds the record, as far as the query selects it; null when it does not exist. Rejects with UpstreamError. */
  load(context: Context, key: Readonly<Record<Field, string>>, info: GraphQLResolveInfo): MaybePromise<Source | null>;
}

const ID_DESCRIPTION = 'The global id: opaque, for `node` and `nodes`.';

const entities = new Map<string, Entity<object, string>>();

/** What it costs to find one entity of a type; undefined when the type is not an entity. */
export const entityEstimate = (type: string): Estimate | undefined => entities.get(type)?.estimate;

/** The names of all types that are entities. */
export const entityTypes = (): readonly string[] => [...entities.keys()];

/** The entity type that a global id or a representation names; undefined when it names none. */
export function entityTypeOf(lookup: unknown): string | undefined {
  const name = isObject(lookup) ? lookup.__typename : typeof lookup === 'string' && unpack(lookup)?.[0];
  return typeof name === 'string' && entities.has(name) ? name : undefined;
}

/** The interface of all types that have a global id. */
export const Node = builder.interfaceRef<object>('Node').implement({
  description: 'An object that has a global id, by which it can be fetched again.',
  fields: (t) => ({
    id: t.id({
      nullable: false,
      description: ID_DESCRIPTION,
      // Each entity resolves its own.
      resolve: () => '',
    }),
  }),
});

/**
 * Makes a type a Node and an entity: gives it `id` and its `@key`s, and lets `node`, `nodes` and `_entities` find it.
 */
export function registerNode<Source extends object, Field extends keyof Source & string>(
  ref: ObjectRef<Types, Source>,
  entity: Entity<Source, Field>,
): void {
  const { name } = ref;
  entities.set(name, entity);
  builder.objectField(ref, 'id', (t) =>
    t.id({
      nullable: false,
      description: ID_DESCRIPTION,
      resolve: (source) => pack([name, ...entity.key.map((field) => String(source[field]))]),
    }),
  );
  const required = entity.key.filter((field) => entity.defaults?.[field] === undefined);
  const selections = [...new Set([required.join(' '), entity.key.join(' '), 'id'])];
  builder.configStore.onTypeConfig(ref, (config) => {
    const directives = selections.map((fields) => ({ name: 'key', args: { fields } }));
    config.extensions = { ...config.extensions, directives };
  });
}

/**
 * Finds a record by its global id; null when it does not exist.
 * Errors: rejects with BAD_USER_INPUT for a malformed global id and for one of an unwanted type; with UpstreamError.
 */
async function loadNode(
  context: Context,
  id: string,
  info: GraphQLResolveInfo,
  wanted?: string,
): Promise<object | null> {
  const [name = '', ...parts] = unpack(id) ?? [];
  const entity = entities.get(name);
  const key = Object.fromEntries(entity?.key.map((field, index) => [field, parts[index] ?? '']) ?? []);
  if (!entity || parts.length !== entity.key.length || !entity.isKey(key))
    throw badUserInput('This is not a global id of this graph.');
  if (wanted !== undefined && name !== wanted) throw badUserInput(`This global id is of type ${name}, not ${wanted}.`);
  return entity.load(context, key, info);
}

/**
 * Finds the entities that other subgraphs represent, by any of their keys.
 * Shape: in the order of the representations; null for what does not exist.
 * Errors: one that is malformed, denied or failed fails alone.
 */
export function findEntities(
  representations: readonly unknown[],
  context: Context,
  info: GraphQLResolveInfo,
): Promise<object | null>[] {
  return representations.map((representation) => findEntity(representation, context, info));
}

async function findEntity(representation: unknown, context: Context, info: GraphQLResolveInfo): Promise<object | null> {
  const { __typename: name, ...fields } = isObject(representation) ? representation : {};
  const entity = typeof name === 'string' ? entities.get(name) : undefined;
  if (typeof name !== 'string' || !entity)
    throw badUserInput('Unknown entity type in representation: `__typename` must be an entity of this subgraph.');
  if (typeof fields.id === 'string') return loadNode(context, fields.id, info, name);
  const key: Record<string, string> = {};
  for (const field of entity.key) {
    const value = keyValue(fields[field] ?? entity.defaults?.[field]);
    if (value !== undefined) key[field] = value;
  }
  if (Object.keys(key).length < entity.key.length || !entity.isKey(key))
    throw badUserInput(`Invalid key in representation: this is not a key of ${name}.`);
  return entity.load(context, key, info);
}

/** The value of a key field as text; numeric ones come as JSON numbers from subgraphs whose scalar writes them so. */
function keyValue(value: unknown): string | undefined {
  if (Number.isSafeInteger(value)) return String(value);
  return typeof value === 'string' ? value : undefined;
}

/** The entities that have an example, each with the global id of that. */
const examples = () =>
  [...entities].flatMap(([type, { key, example }]) =>
    example ? [{ type, key, id: pack([type, ...key.map((field) => example[field] ?? '')]) }] : [],
  );

function objectById(): string {
  const [first] = examples();
  return `# Any object by its global id, from an \`id\` field.
query ObjectById {
  node(id: "${first?.id}") {
    id
    ... on ${first?.type} { ${first?.key.join(' ')} }
  }
}
`;
}

const objectsById = () => `# Several objects by their global ids, in the order of the ids.
query ObjectsById {
  nodes(
    ids: [
${examples()
  .map(({ id }) => `      "${id}"`)
  .join('\n')}
    ]
  ) {
    __typename
    id
  }
}
`;

builder.queryFields((t) => ({
  node: t.field({
    type: Node,
    description: 'The object that has this global id; null when it does not exist.',
    args: { id: t.arg.id({ required: true, description: 'The global id, from an `id` field.' }) },
    ...withExample(objectById, { directives: { cost: { weight: CALL_COST } } }),
    resolve: (_root, { id }, context, info) => loadNode(context, id, info),
  }),
  nodes: t.field({
    type: [Node],
    nullable: { list: false, items: true },
    description:
      'The objects that have these global ids, in the order of the ids; null in the place of one that does not exist.',
    args: { ids: t.arg.idList({ required: true, description: 'The global ids, from `id` fields.' }) },
    ...withExample(objectsById, {
      directives: { cost: { weight: CALL_COST }, listSize: { assumedSize: DEFAULT_SIZE } },
    }),
    // An id that fails rejects in its own place of the list, so that the others resolve.
    resolve: (_root, { ids }, context, info) => ids.map((id) => loadNode(context, id, info)),
  }),
}));
