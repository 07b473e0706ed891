// Batches look-ups: one DataLoader for each entity and request, results and errors matched by key.
import DataLoader from 'dataloader';
import type { UnpagedList } from '../upstream/paging/page.ts';
import type { Session } from '../upstream/session.ts';

/** Finds the values of keys, in their order; null for a key that does not exist, an error for its key alone. */
export type BatchFunction<Key, Value> = (
  session: Session,
  keys: readonly Key[],
) => readonly (Promise<Value | null> | Error)[];

/** Writes fields of a key as text: equal values give equal texts, others never. */
export const keyTextOf =
  <Key>(...fields: readonly (keyof Key)[]) =>
  (key: Key): string => {
    let text = '';
    for (const field of fields) {
      const value = key[field];
      text += typeof value === 'string' ? `${value.length}:${value}` : `${value ?? null};`;
    }
    return text;
  };

/**
 * Defines a loader: a function that returns the session's own DataLoader, made on first use.
 * Shape: equal keys (by `keyText`) are one key. Calls: those of the batch function.
 */
export function defineLoader<Key, Value>(keyText: (key: Key) => string, batch: BatchFunction<Key, Value>) {
  const loaders = new WeakMap<Session, DataLoader<Key, Value | null, string>>();
  return (session: Session): DataLoader<Key, Value | null, string> => {
    let loader = loaders.get(session);
    if (!loader) {
      // A promise as a value is adopted by DataLoader: a slow key does not keep the others waiting.
      const load = async (keys: readonly Key[]) => batch(session, keys) as readonly (Value | null | Error)[];
      loader = new DataLoader(load, { cacheKeyFn: keyText, maxBatchSize: Infinity });
      loaders.set(session, loader);
    }
    return loader;
  };
}

/**
 * The strategy for calls that show one record: they run concurrently, as many as the service's queue lets through.
 * Calls: n for n keys.
 */
export function fanOut<Key, Value>(
  call: (session: Session, key: Key) => Promise<Value | null>,
): BatchFunction<Key, Value> {
  return (session, keys) => keys.map((key) => call(session, key));
}

/**
 * The strategy for lists that show many records at once.
 * Shape: `load` gets the keys of one group and resolves to a map by `keyText`; a key that the map lacks does not exist.
 * Errors: an Error in the map fails its key, a failed group its own keys. Calls: those of `load`, once for each group.
 */
export function groupedList<Key, Value>(
  keyText: (key: Key) => string,
  groupText: (key: Key) => string,
  load: (session: Session, keys: readonly Key[]) => Promise<ReadonlyMap<string, Value | Error>>,
): BatchFunction<Key, Value> {
  return (session, keys) => {
    const groups = Map.groupBy(keys, groupText);
    const lists = new Map([...groups].map(([group, members]) => [group, load(session, members)]));
    return keys.map(async (key) => {
      const found = (await lists.get(groupText(key)))?.get(keyText(key)) ?? null;
      if (found instanceof Error) throw found;
      return found;
    });
  };
}

/** How records are found that a list of their group shows, and a call for each alone. */
interface ListOrCall<Key, Group, Value> {
  readonly keyText: (key: Key) => string;
  readonly groupOf: (key: Key) => Group;
  readonly groupText: (group: Group) => string;
  /** Whether the list of a group has been called: to read it takes no further call. */
  readonly isListed: (session: Session, group: Group) => boolean;
  /** The list of a group; null where there is no such group. */
  readonly list: (session: Session, group: Group) => Promise<UnpagedList<Value> | null>;
  readonly show: (session: Session, key: Key) => Promise<Value | null>;
}

/**
 * The strategy for records that a list without pages shows at once, and a call for each alone.
 * Shape: null for a key that a complete list lacks. Where the list leaves out rows, or has one that cannot be read, a call decides.
 * Calls: one for each group of several keys, and one for a key that is alone or that the list does not decide.
 */
export function listOrCall<Key, Group, Value>(strategy: ListOrCall<Key, Group, Value>): BatchFunction<Key, Value> {
  const { keyText, groupOf, groupText, isListed, list, show } = strategy;
  const groupTextOf = (key: Key) => groupText(groupOf(key));
  return (session, keys) => {
    const lists = new Map(
      [...Map.groupBy(keys, groupTextOf)]
        .map(([text, members]) => ({ text, group: groupOf(members[0] as Key), isShared: members.length > 1 }))
        .filter(({ group, isShared }) => isShared || isListed(session, group))
        .map(({ text, group }) => [text, list(session, group).then((rows) => rows && byKey(rows, keyText))]),
    );
    return keys.map(async (key) => {
      const rows = await lists.get(groupTextOf(key));
      const found = rows?.found.get(keyText(key));
      return found ?? (rows === null || rows?.isWhole ? null : show(session, key));
    });
  };
}

function byKey<Key, Value>({ nodes, isComplete }: UnpagedList<Value>, keyText: (key: Key) => string) {
  const found = new Map<string, Value>();
  for (const node of nodes) if (!(node instanceof Error)) found.set(keyText(node as Value & Key), node);
  return { found, isWhole: isComplete && nodes.every((node) => !(node instanceof Error)) };
}
