// Limits the concurrent calls of one service. Waiting operations take turns, so that a small one is not delayed by a large one.

/** A call that waits for its turn. */
export interface Waiting {
  /** Starts it. Returns false when it needs no slot any more. */
  start(): boolean;
}

/** The waiting calls of one operation; those before `next` have had their turn. */
interface Line {
  readonly operation: object;
  readonly calls: Waiting[];
  next: number;
  /** The line whose turn is after this one's. */
  following: Line | undefined;
}

/** Lets at most `capacity` calls run at once; waiting operations take turns, one call each. */
export class FairQueue {
  readonly #capacity: number;
  #free: number;
  readonly #lines = new Map<object, Line>();
  /** The lines in the order of their turns, with those that were abandoned. */
  #first: Line | undefined;
  #last: Line | undefined;

  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#free = capacity;
  }

  /** How many operations wait. With fair turns the next one waits for these, however many calls they have. */
  get waiting(): number {
    return this.#lines.size;
  }

  /** Calls that were started and have not left. */
  get running(): number {
    return this.#capacity - this.#free;
  }

  /** Starts a call at once, or when the operation's turn comes. Each started call needs one `leave`. */
  enter(operation: object, call: Waiting): void {
    if (this.#free > 0) {
      if (call.start()) this.#free--;
      return;
    }
    const line = this.#lines.get(operation);
    if (line) {
      line.calls.push(call);
      return;
    }
    const opened: Line = { operation, calls: [call], next: 0, following: undefined };
    this.#lines.set(operation, opened);
    this.#append(opened);
  }

  /** Gives the slot of a finished call to the next operation. */
  leave(): void {
    for (let line = this.#first; line; line = this.#first) {
      this.#first = line.following;
      if (!this.#first) this.#last = undefined;
      line.following = undefined;
      // It was abandoned.
      if (this.#lines.get(line.operation) !== line) continue;
      const call = line.calls[line.next++];
      if (line.next < line.calls.length) this.#append(line);
      else this.#lines.delete(line.operation);
      if (call?.start()) return;
    }
    this.#free++;
  }

  /** Drops the waiting calls of an operation. */
  abandon(operation: object): void {
    this.#lines.delete(operation);
  }

  #append(line: Line): void {
    if (this.#last) this.#last.following = line;
    else this.#first = line;
    this.#last = line;
  }
}
