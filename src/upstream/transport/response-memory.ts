// Bounds the memory that the responses of a cloud take: from their first bytes until the operations that asked for them have ended.
import { ByteBudget, type Reservation } from '../byte-budget.ts';
import type { ExceededLimit } from '../errors.ts';

/** The part of all memory that one operation may take. */
const SHARE = 1 / 4;

/** The memory for the responses of one cloud. */
export class ResponseMemory {
  readonly #budget: ByteBudget;
  #opened = 0;

  constructor(maxBytes: number) {
    this.#budget = new ByteBudget(maxBytes, SHARE);
  }

  /** Bytes that all operations have taken. */
  get used(): number {
    return this.#budget.used;
  }

  /** Bytes that they may take. */
  get max(): number {
    return this.#budget.max;
  }

  /** Sets another bound for them. */
  resize(maxBytes: number): void {
    this.#budget.resize(maxBytes);
  }

  /** Opens the memory of one operation. It must be closed. */
  open(): OperationMemory {
    return new OperationMemory(this.#budget, this.#budget.open(String(this.#opened++)));
  }
}

/** Where the memory of a response is taken from. */
export interface CallMemory {
  isAmpleFor(bytes: number): boolean;
  take(bytes: number): ExceededLimit | 'overloaded' | undefined;
  give(bytes: number): void;
}

/** What the responses of one operation have taken. */
export class OperationMemory implements CallMemory {
  readonly #budget: ByteBudget;
  readonly #reservation: Reservation;

  constructor(budget: ByteBudget, reservation: Reservation) {
    this.#budget = budget;
    this.#reservation = reservation;
  }

  /** Whether so many further bytes leave half of everything and of this operation's share: then a rough bound is good enough. */
  isAmpleFor(bytes: number): boolean {
    const half = this.#budget.max / 2;
    return this.#budget.used + bytes <= half && this.#reservation.bytes + bytes <= SHARE * half;
  }

  /**
   * Takes bytes. Shape: undefined when they were taken; otherwise the limit that the operation would exceed by itself, or `overloaded`
   * where the others have taken too much.
   */
  take(bytes: number): ExceededLimit | 'overloaded' | undefined {
    const reservation = this.#reservation;
    if (reservation.take(bytes) === undefined) return undefined;
    const value = reservation.bytes + bytes;
    const max = SHARE * this.#budget.max;
    return value > max ? { name: 'upstreamBytes', value, max } : 'overloaded';
  }

  /** Gives bytes back. */
  give(bytes: number): void {
    this.#reservation.give(bytes);
  }

  /** Gives everything back, when the operation has ended. */
  close(): void {
    this.#reservation.close();
  }
}
