// A token from a function, which is called once for all requests that need a new one.
export type TokenFunction = () => string | Promise<string>;

/** How long no token is requested after a new one did not help: services respond with 401 for what other accounts own, too. */
const USELESS_MS = 60_000;

export class RenewedToken {
  readonly #request: TokenFunction;
  #current: Promise<string> | undefined;
  #uselessUntil = 0;

  constructor(request: TokenFunction) {
    this.#request = request;
  }

  /** The token that is kept, or a first one. Errors: rejects as the function does, and calls it again the next time. */
  get(): Promise<string> {
    this.#current ??= Promise.resolve()
      .then(this.#request)
      .catch((error: unknown) => {
        this.#current = undefined;
        throw error;
      });
    return this.#current;
  }

  /** Another token than the one that was rejected, if there is one. */
  async renew(rejected: string): Promise<string | undefined> {
    const kept = this.#current;
    // Otherwise another request has renewed it, or is about to.
    if ((await kept) === rejected && this.#current === kept) {
      if (performance.now() < this.#uselessUntil) return undefined;
      this.#current = undefined;
    }
    const renewed = await this.get();
    if (renewed !== rejected) return renewed;
    this.renewedInVain();
    return undefined;
  }

  /** Keeps the token for a while, even if it is rejected. */
  renewedInVain(): void {
    this.#uselessUntil = performance.now() + USELESS_MS;
  }
}
