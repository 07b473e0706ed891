// Whether the clouds accept the server's own credentials: for /ready and the log.
import { SERVICE_TITLES, type Service } from '../../config/services.ts';
import { UpstreamError, type UpstreamErrorKind } from '../errors.ts';
import type { Log } from '../log.ts';
import { onceAMinute } from '../once-a-minute.ts';

/** `unavailable`: IAM has not responded to the last request for a token, or with something else. `unused`: no call was made yet. */
export type CredentialState = 'unused' | 'accepted' | 'rejected' | 'unavailable';

/** What IAM responds with to credentials that it does not accept. A wrong domain or project is among them. */
const REJECTIONS: readonly UpstreamErrorKind[] = ['unauthenticated', 'forbidden', 'client-error', 'not-found'];

/** Whether IAM rejects the credentials, by its status or by an error under 2xx. A redirect is about its endpoint. */
const isRejectedLogin = ({ kind, details: { status = 0 } }: UpstreamError) =>
  REJECTIONS.includes(kind) && (status < 300 || status >= 400);

/** The gateway's own codes: docs/upstream/gateway.md#errors. */
const GATEWAY_CODE = /^APIGW?\./;

/**
 * Whether a service rejects the credentials of a call. A 401 with a code of SWR itself may be about a repository of another account
 * (docs/upstream/swr.md#errors).
 */
const isRejectedBy = (service: Service, { kind, details }: UpstreamError) =>
  kind === 'unauthenticated' && (service !== 'swr' || details.code === undefined || GATEWAY_CODE.test(details.code));

export class OwnCredentials {
  /** The services that have rejected them last. */
  readonly #rejectedBy = new Set<Service>();
  #rest: CredentialState = 'unused';
  /** Whether IAM has issued no token last, for another reason. */
  #isIamAway = false;
  readonly #log: Log;
  readonly #parts: string;

  /** `parts` are what an operator has to check, by the names of their settings. */
  constructor(parts: readonly string[], log: Log) {
    this.#parts = parts.join(', ');
    this.#log = onceAMinute(log);
  }

  get state(): CredentialState {
    return this.#rejectedBy.size > 0 ? 'rejected' : this.#rest;
  }

  /** Learns from a request for a token; `error` is undefined after a success. */
  onLogin(error: unknown): void {
    const isRejected = error instanceof UpstreamError && isRejectedLogin(error);
    if (error !== undefined && !isRejected) {
      this.#missToken(error);
      return;
    }
    if (this.#isIamAway && !isRejected) this.#log('IAM issues tokens again.', 'info', { service: 'iam' });
    this.#isIamAway = false;
    if (isRejected) this.#reject('iam');
    else this.#accept('iam');
  }

  /** Learns from a call to a service that was made with them; `error` is undefined after a success. */
  onResult(service: Service, error: UpstreamError | undefined): void {
    if (!error) this.#accept(service);
    else if (isRejectedBy(service, error)) this.#reject(service);
  }

  #accept(service: Service): void {
    this.#rest = 'accepted';
    if (this.#rejectedBy.delete(service))
      this.#log(`${SERVICE_TITLES[service]} accepts the server's credentials again.`, 'info', { service });
  }

  #reject(service: Service): void {
    this.#rejectedBy.add(service);
    this.#log(`${SERVICE_TITLES[service]} rejects the server's credentials: check ${this.#parts}.`, 'error', {
      service,
    });
  }

  #missToken(error: unknown): void {
    this.#rest = 'unavailable';
    this.#isIamAway = true;
    const result = error instanceof UpstreamError ? error.kind : 'unknown';
    this.#log(`IAM issues no token for the server's credentials (${result}).`, 'error', { service: 'iam', result });
  }
}
