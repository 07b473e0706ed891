// Paces lists: their items are as they are while the turn of the event loop lasts, and promises once it has done enough, which resolve in
// later turns. Without promises the engine completes a whole list in one turn.
import type { GraphQLResolveInfo } from 'graphql';
import { contentsBelow } from './contents.ts';
import { SUPPRESSED } from './errors.ts';
import { guarded } from './guarded.ts';
import type { Meter } from './meter.ts';

/** Items after which the clock may say that the turn is spent, however little they add to the response. */
const ASK_ITEMS = 8;
/** Bytes of an item beside those of a text: what a number and its comma have at least, and brackets. */
const ITEM_BYTES = 2;

/** What the items of a list may be. */
export interface ItemKind {
  /** What an item is that nobody reads. */
  readonly empty: unknown;
  readonly isNullable: boolean;
  /** Whether they have no fields of their own: thousands of them take less time than a turn has, and a promise for each more than they do. */
  readonly isLeaf: boolean;
}

/** Meters the items of a list, and paces them. `info` is that of the list. */
export function pacedList(
  items: readonly unknown[],
  meter: Meter,
  kind: ItemKind,
  info: GraphQLResolveInfo,
): Iterable<unknown> {
  if (items.length === 0) return items;
  const list = new PacedList(items, meter, kind, info);
  // Each of them is awaited, whatever becomes of the others.
  const first = items.find((item) => !(item instanceof Error));
  return first instanceof Promise ? items.map((item, at) => guarded(list.await(item, at), meter)) : list;
}

const DONE = { done: true, value: undefined } as const;

class PacedList implements Iterable<unknown>, Iterator<unknown> {
  readonly #items: readonly unknown[];
  readonly #meter: Meter;
  readonly #kind: ItemKind;
  readonly #info: GraphQLResolveInfo;
  #at = 0;
  /** The items that are read in later turns, once there are some. */
  #later: Later[] | undefined;

  constructor(items: readonly unknown[], meter: Meter, kind: ItemKind, info: GraphQLResolveInfo) {
    this.#items = items;
    this.#meter = meter;
    this.#kind = kind;
    this.#info = info;
  }

  [Symbol.iterator](): this {
    return this;
  }

  next(): IteratorResult<unknown, undefined> {
    if (this.#at === this.#items.length || this.#meter.isEnded) return DONE;
    const at = this.#at++;
    if (this.#later) return { done: false, value: this.#postponed(at, this.#later) };
    if (!this.#isTurnSpent(at)) return { done: false, value: this.#read(this.#items[at], at) };
    this.#later = [];
    const value = this.#postponed(at, this.#later);
    void this.#resolve(this.#later);
    return { done: false, value };
  }

  #isTurnSpent(at: number): boolean {
    if (at === 0 || this.#kind.isLeaf) return false;
    return at % ASK_ITEMS === 0 ? this.#meter.askTurn() : this.#meter.isTurnSpent();
  }

  /** An item that is a promise already. */
  async await(item: unknown, at: number): Promise<unknown> {
    try {
      const value = await item;
      if (this.#meter.askTurn()) await this.#meter.nextTurn();
      return this.#read(value, at);
    } catch (error) {
      return this.#failed(error, at);
    }
  }

  /** Resolves the postponed items in their order, as many in each turn as it can take. */
  async #resolve(later: readonly Later[]): Promise<void> {
    for (const [index, { at, resolve }] of later.entries()) {
      if (!this.#meter.isEnded && (index === 0 || this.#meter.askTurn())) await this.#meter.nextTurn(true);
      resolve(this.#read(this.#items[at], at));
      // The engine completes the item in the microtasks before this one goes on.
      await undefined;
    }
  }

  /** An item as the engine gets it: an error where it fails. */
  #read(value: unknown, at: number): unknown {
    // Without one of its items a list that must not have nulls would be null as a whole: it is part of its row.
    const item = (this.#kind.isNullable && this.#meter.lateness) || value;
    if (item instanceof Error) return this.#failed(item, at);
    const bytes = typeof item === 'string' ? item.length + ITEM_BYTES : ITEM_BYTES;
    const isAdded = this.#kind.isLeaf || item === null ? this.#meter.add(bytes) : this.#addObject(item, bytes);
    return isAdded ? item : this.#kind.empty;
  }

  #addObject(item: unknown, bytes: number): boolean {
    return this.#meter.addObject(bytes, item, this.#meter.compiled && contentsBelow(this.#info, item));
  }

  #postponed(at: number, later: Later[]): unknown {
    return guarded(new Promise((resolve) => later.push({ at, resolve })), this.#meter);
  }

  #failed(error: unknown, at: number): unknown {
    if (this.#meter.reports(error, { key: at, prev: this.#info.path, typename: undefined })) return error;
    return this.#meter.isEnded || this.#kind.isNullable ? this.#kind.empty : SUPPRESSED;
  }
}

/** An item that is read in a later turn. */
interface Later {
  readonly at: number;
  resolve(item: unknown): void;
}
