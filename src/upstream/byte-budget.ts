// Bounds what many owners hold in memory together, and the share that one of them may take.

/** Why bytes cannot be taken: all owners together, or this one, would hold too many. */
export type Exhausted = 'total' | 'share';

/** The part of the bytes from which on no new work should begin: what has begun takes more. */
const FULL = 0.75;

/** A bound for bytes. One owner may hold `share` of them, from 0 to 1. */
export class ByteBudget {
  readonly #share: number;
  #max: number;
  readonly #byOwner = new Map<string, number>();
  #used = 0;

  constructor(max: number, share = 1) {
    this.#max = max;
    this.#share = share;
  }

  /** Bytes that all owners may hold. */
  get max(): number {
    return this.#max;
  }

  /** Bytes that one owner may hold. */
  get maxOfOne(): number {
    return this.#share * this.#max;
  }

  /** Sets another bound. What is held beyond it stays until it is given back. */
  resize(max: number): void {
    this.#max = max;
  }

  /** Bytes that all owners hold. */
  get used(): number {
    return this.#used;
  }

  /** Whether so much is held that no new work should begin. */
  get isFull(): boolean {
    return this.#used >= FULL * this.max;
  }

  /** Opens a reservation, which holds nothing yet. Each must be closed. */
  open(owner: string): Reservation {
    return new Reservation(this, owner);
  }

  /** Adds to what an owner holds, for its reservations. Shape: undefined when it was added; otherwise why it was not. */
  add(owner: string, bytes: number): Exhausted | undefined {
    if (this.#used + bytes > this.max) return 'total';
    const ofOwner = (this.#byOwner.get(owner) ?? 0) + bytes;
    if (ofOwner > this.maxOfOne) return 'share';
    this.#used += bytes;
    this.#byOwner.set(owner, ofOwner);
    return undefined;
  }

  /** Subtracts from what an owner holds, for its reservations. */
  subtract(owner: string, bytes: number): void {
    this.#used -= bytes;
    const ofOwner = (this.#byOwner.get(owner) ?? 0) - bytes;
    if (ofOwner > 0) this.#byOwner.set(owner, ofOwner);
    else this.#byOwner.delete(owner);
  }
}

/** Part of what one owner holds, until it is closed. */
export class Reservation {
  readonly #budget: ByteBudget;
  readonly #owner: string;
  #bytes = 0;
  #isClosed = false;

  constructor(budget: ByteBudget, owner: string) {
    this.#budget = budget;
    this.#owner = owner;
  }

  /** Bytes that it holds. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Bytes that its owner may hold. */
  get max(): number {
    return this.#budget.maxOfOne;
  }

  /** Takes further bytes. Shape: undefined when they were taken; otherwise why they were not. */
  take(bytes: number): Exhausted | undefined {
    if (this.#isClosed || bytes === 0) return undefined;
    const exhausted = this.#budget.add(this.#owner, bytes);
    if (!exhausted) this.#bytes += bytes;
    return exhausted;
  }

  /** Gives bytes back, at most those that it holds. */
  give(bytes: number): void {
    const given = Math.min(bytes, this.#bytes);
    if (given <= 0) return;
    this.#bytes -= given;
    this.#budget.subtract(this.#owner, given);
  }

  /** Gives all its bytes back. It takes no more. */
  close(): void {
    this.#isClosed = true;
    this.give(this.#bytes);
  }
}
