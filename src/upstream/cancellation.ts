// Cancels what one operation waits for, when its caller disconnects or its deadline passes.
// An AbortSignal would do the same; its listeners cost eight times as much, and an operation can have hundreds.

/** Why an operation is cancelled: `aborted` when its caller has disconnected. */
export type CancelReason = 'aborted' | 'deadline';

/** What is cancelled with its operation. */
export interface Cancellable {
  cancel(reason: CancelReason): void;
}

/** The cancellation of one operation. */
export class Cancellation {
  readonly #cancellables = new Set<Cancellable>();
  #reason: CancelReason | undefined;
  #timeoutMs = Infinity;
  #deadlineAt = Infinity;

  /** Set once the operation is cancelled. */
  get reason(): CancelReason | undefined {
    return this.#reason;
  }

  /** Milliseconds that the operation has in all. */
  get timeoutMs(): number {
    return this.#timeoutMs;
  }

  /** When the deadline passes, by the clock of `performance.now()`. */
  get deadlineAt(): number {
    return this.#deadlineAt;
  }

  /** Sets the deadline. Shape: the function that stops the timer. */
  cancelAfter(milliseconds: number): () => void {
    this.#timeoutMs = milliseconds;
    this.#deadlineAt = performance.now() + milliseconds;
    const timer = setTimeout(() => this.cancel('deadline'), milliseconds).unref();
    return () => clearTimeout(timer);
  }

  /** Cancels the operation if its deadline has passed: its timer is late where work keeps the event loop busy. Shape: `reason`. */
  check(): CancelReason | undefined {
    if (this.#reason === undefined && performance.now() >= this.#deadlineAt) this.cancel('deadline');
    return this.#reason;
  }

  cancel(reason: CancelReason): void {
    this.#reason ??= reason;
    for (const cancellable of this.#cancellables) cancellable.cancel(reason);
    this.#cancellables.clear();
  }

  /** Cancels it, too, when the operation is cancelled. */
  add(cancellable: Cancellable): void {
    this.#cancellables.add(cancellable);
  }

  delete(cancellable: Cancellable): void {
    this.#cancellables.delete(cancellable);
  }
}
