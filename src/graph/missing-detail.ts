// Says why a record that a row proves to exist has no detail: in the fields that need it.
import { SERVICE_TITLES, type Service } from '../config/services.ts';
import { isSaidByService, UpstreamError } from '../upstream/errors.ts';

export class MissingDetail {
  readonly #failure: UpstreamError;
  /** Whether the service does not show the detail to the caller. */
  readonly #isDenied: boolean;
  /** The field that reports a denial for all of them. */
  #reporter: string | undefined;

  /**
   * `record` is what the detail would describe, such as a repository; `failure` the error of the call, undefined where the service has no
   * such record.
   */
  constructor(
    service: Service,
    record: string,
    failure: unknown = new UpstreamError('not-found', '', { service, status: 404 }),
  ) {
    const error = failure as UpstreamError;
    // The row proves that the record exists: its detail is not absent but denied, as in other accounts.
    this.#isDenied = isSaidByService(error, 'unauthenticated', 'forbidden', 'not-found');
    this.#failure = this.#isDenied
      ? new UpstreamError(
          'forbidden',
          `${SERVICE_TITLES[service]} does not show the details of this ${record} to the caller.`,
          error.details,
        )
      : error;
  }

  /** The error of a field; a denial is reported once. */
  errorOf(field: string): UpstreamError | null {
    this.#reporter ??= field;
    return !this.#isDenied || this.#reporter === field ? this.#failure : null;
  }
}
