// The error for tokens that cannot be verified now.

/** The provider's keys cannot be fetched, so no token can be verified. */
export class KeysUnavailable extends Error {
  /** Whole seconds until they are requested again. */
  readonly retryAfter: number;
  constructor(retryAfter: number) {
    super('keys unavailable');
    this.retryAfter = retryAfter;
  }
}
