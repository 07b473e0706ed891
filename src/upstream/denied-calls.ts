// Remembers which call a cloud refuses to which caller, so that it is not tried again for a while. Knows not what the calls are for.

/** Milliseconds that a refusal is remembered: a right that is granted meanwhile counts a minute later. */
const MEMORY_MS = 60_000;
/** Refusals kept at once; beyond it the oldest is forgotten. */
const MAXIMUM_SIZE = 10_000;

/** The refusals of one cloud, each under a text that names call and caller. */
export class Refusals {
  readonly #until = new Map<string, number>();

  note(key: string): void {
    this.#until.delete(key);
    this.#until.set(key, Date.now() + MEMORY_MS);
    const [oldest] = this.#until.keys();
    if (oldest !== undefined && this.#until.size > MAXIMUM_SIZE) this.#until.delete(oldest);
  }

  stands(key: string): boolean {
    const until = this.#until.get(key) ?? 0;
    if (until <= Date.now()) this.#until.delete(key);
    return until > Date.now();
  }
}
