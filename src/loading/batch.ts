// The batching rail: one DataLoader a kind and request, answers matched by key, an error for its own key alone.
import DataLoader from 'dataloader';
import type { Session } from '../upstream/cloud.ts';
import { isAbsent } from '../upstream/errors.ts';

/** Answers every key by itself: an error, also as a rejected promise, belongs to its key; null means that it does not exist. */
export type BatchFunction<Key, Value> = (
  session: Session,
  keys: readonly Key[],
) => readonly (Promise<Value | null> | Error)[];

/** Writes fields of a key as text: equal values give equal texts, others never. */
export const keyTextOf =
  <Key>(...fields: readonly (keyof Key)[]) =>
  (key: Key): string =>
    JSON.stringify(fields.map((field) => key[field]));

/** The value; `absent` where the upstream has no such record, or none that it could belong to. */
export async function unlessAbsent<Value, Absent>(value: Promise<Value>, absent: Absent): Promise<Value | Absent> {
  try {
    return await value;
  } catch (error) {
    if (isAbsent(error)) return absent;
    throw error;
  }
}

/**
 * Makes the loader of a kind: a function that hands out each session's own DataLoader, made on first use.
 * Shape: equal keys (by `keyText`) are one key. Calls: those of the batch function.
 */
export function defineLoader<Key, Value>(keyText: (key: Key) => string, batch: BatchFunction<Key, Value>) {
  const loaders = new WeakMap<Session, DataLoader<Key, Value | null, string>>();
  return (session: Session): DataLoader<Key, Value | null, string> => {
    let loader = loaders.get(session);
    if (!loader) {
      // A promise as a value is adopted by DataLoader: a slow key does not keep the others waiting.
      const answer = async (keys: readonly Key[]) => batch(session, keys) as readonly (Value | null | Error)[];
      loader = new DataLoader(answer, { cacheKeyFn: keyText, maxBatchSize: Infinity });
      loaders.set(session, loader);
    }
    return loader;
  };
}

/** The strategy where the upstream answers one key a call: the calls run beside each other, under the service's cap. Calls: n for n keys. */
export function fanOut<Key, Value>(
  call: (session: Session, key: Key) => Promise<Value | null>,
): BatchFunction<Key, Value> {
  return (session, keys) => keys.map((key) => call(session, key));
}

/**
 * The strategy where one list answers many keys.
 * Shape: `load` gets the keys of one group and answers a map by `keyText`; a key that the map lacks does not exist.
 * Errors: an Error in the map fails its key, a failed group its own keys. Calls: those of `load`, once a group.
 */
export function groupedList<Key, Value>(
  keyText: (key: Key) => string,
  groupText: (key: Key) => string,
  load: (session: Session, keys: readonly Key[]) => Promise<ReadonlyMap<string, Value | Error>>,
): BatchFunction<Key, Value> {
  return (session, keys) => {
    const groups = Map.groupBy(keys, groupText);
    const answers = new Map([...groups].map(([group, members]) => [group, load(session, members)]));
    return keys.map(async (key) => {
      const answer = (await answers.get(groupText(key)))?.get(keyText(key)) ?? null;
      if (answer instanceof Error) throw answer;
      return answer;
    });
  };
}
