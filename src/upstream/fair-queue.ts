// The cap on concurrent calls of one service. Whoever waits is served in turn, so a small query overtakes a large one.

/** One query's place in the queue: its own waiting calls, first in, first out. */
export class Lane {
  readonly waiting: (() => void)[] = [];
}

/** Lets at most `capacity` calls run; the lanes that wait take turns, one call each. */
export class FairQueue {
  #free: number;
  readonly #turns: Lane[] = [];
  constructor(capacity: number) {
    this.#free = capacity;
  }

  /** Runs `start` at once or when the lane's turn comes. Each started call owes one `leave`. */
  enter(lane: Lane, start: () => void): void {
    if (this.#free > 0) {
      this.#free--;
      start();
      return;
    }
    if (lane.waiting.push(start) === 1) this.#turns.push(lane);
  }

  /** Gives the place of a finished call to the next lane. */
  leave(): void {
    for (let lane = this.#turns.shift(); lane; lane = this.#turns.shift()) {
      const start = lane.waiting.shift();
      if (!start) continue;
      if (lane.waiting.length > 0) this.#turns.push(lane);
      start();
      return;
    }
    this.#free++;
  }
}
