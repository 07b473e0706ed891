// Limits the concurrent calls of one service. Waiting operations take turns, so that a small one is not delayed by a large one.

/** Starts a call. Returns false when it needs no slot any more. */
export type Start = () => boolean;

/** Lets at most `capacity` calls run at once; waiting operations take turns, one call each. */
export class FairQueue {
  #free: number;
  /** The waiting calls of each operation, in the order of their turns. */
  readonly #waiting = new Map<object, Start[]>();

  constructor(capacity: number) {
    this.#free = capacity;
  }

  /** How many operations wait. With fair turns the next one waits for these, however many calls they have. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Runs `start` at once, or when the operation's turn comes. Each started call needs one `leave`. */
  enter(operation: object, start: Start): void {
    if (this.#free > 0) {
      if (start()) this.#free--;
      return;
    }
    const calls = this.#waiting.get(operation);
    if (calls) calls.push(start);
    else this.#waiting.set(operation, [start]);
  }

  /** Gives the slot of a finished call to the next operation. */
  leave(): void {
    for (const [operation, calls] of this.#waiting) {
      this.#waiting.delete(operation);
      const start = calls.shift();
      if (calls.length > 0) this.#waiting.set(operation, calls);
      if (start?.()) return;
    }
    this.#free++;
  }

  /** Drops the waiting calls of an operation. */
  abandon(operation: object): void {
    this.#waiting.delete(operation);
  }
}
