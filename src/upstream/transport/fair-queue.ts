// The cap on concurrent calls of one service. Whoever waits is served in turn, so a small query overtakes a large one.

/** A call that wants a place. Returns false when it does not need one any more. */
type Start = () => boolean;

/** Lets at most `capacity` calls run; the queries that wait take turns, one call each. */
export class FairQueue {
  #free: number;
  /** The waiting calls of each query, in the order of their turns. */
  readonly #lanes = new Map<object, Start[]>();

  constructor(capacity: number) {
    this.#free = capacity;
  }

  /** How many queries wait. With fair turns that, and not how many calls they have, is what the next one waits for. */
  get waiting(): number {
    return this.#lanes.size;
  }

  /** Runs `start` at once or when the query's turn comes. Each started call owes one `leave`. */
  enter(query: object, start: Start): void {
    if (this.#free > 0) {
      if (start()) this.#free--;
      return;
    }
    const lane = this.#lanes.get(query);
    if (lane) lane.push(start);
    else this.#lanes.set(query, [start]);
  }

  /** Gives the place of a finished call to the next query. */
  leave(): void {
    for (const [query, lane] of this.#lanes) {
      this.#lanes.delete(query);
      const start = lane.shift();
      if (lane.length > 0) this.#lanes.set(query, lane);
      if (start?.()) return;
    }
    this.#free++;
  }

  /** Forgets the waiting calls of a query. */
  abandon(query: object): void {
    this.#lanes.delete(query);
  }
}
