// Bounds what many owners hold in memory together, and the share that one of them may take.

/** Why bytes cannot be taken: all owners together, or this one, would hold too many. */
export type Exhausted = 'total' | 'share';

/** Part of what one owner holds, until it is closed. */
export interface Reservation {
  /** Bytes that it holds. */
  readonly bytes: number;
  /** Bytes that its owner may hold. */
  readonly max: number;
  /** Takes further bytes. Shape: undefined when they were taken; otherwise why they were not. */
  take(bytes: number): Exhausted | undefined;
  /** Gives bytes back, at most those that it holds. */
  give(bytes: number): void;
  /** Gives all its bytes back. It takes no more. */
  close(): void;
}

/** The part of the bytes from which on no new work should begin: what has begun takes more. */
const FULL = 0.75;

/** A bound for bytes. One owner may hold `share` of them, from 0 to 1. */
export class ByteBudget {
  readonly #max: number;
  readonly #maxOfOne: number;
  readonly #byOwner = new Map<string, number>();
  #used = 0;

  constructor(max: number, share = 1) {
    this.#max = max;
    this.#maxOfOne = share * max;
  }

  /** Bytes that all owners hold. */
  get used(): number {
    return this.#used;
  }

  /** Whether so much is held that no new work should begin. */
  get isFull(): boolean {
    return this.#used >= FULL * this.#max;
  }

  /** Opens a reservation, which holds nothing yet. Each must be closed. */
  open(owner: string): Reservation {
    let held = 0;
    let isClosed = false;
    const add = (bytes: number) => {
      held += bytes;
      this.#used += bytes;
      const ofOwner = (this.#byOwner.get(owner) ?? 0) + bytes;
      if (ofOwner > 0) this.#byOwner.set(owner, ofOwner);
      else this.#byOwner.delete(owner);
    };
    return {
      max: this.#maxOfOne,
      get bytes() {
        return held;
      },
      take: (bytes) => {
        if (isClosed) return undefined;
        if (this.#used + bytes > this.#max) return 'total';
        if ((this.#byOwner.get(owner) ?? 0) + bytes > this.#maxOfOne) return 'share';
        add(bytes);
        return undefined;
      },
      give: (bytes) => {
        if (!isClosed && bytes > 0) add(-Math.min(bytes, held));
      },
      close: () => {
        isClosed = true;
        if (held > 0) add(-held);
      },
    };
  }
}
