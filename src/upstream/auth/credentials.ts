// Authenticates upstream calls. Authenticator is what the three ways have in common; the simplest, the caller's own token, is here.
import { digestOf } from '../../config/digest.ts';
import { SERVICE_TITLES, type Service } from '../../config/services.ts';
import { UpstreamError } from '../errors.ts';
import type { OwnCredentials } from './own-credentials.ts';

/** The caller of one GraphQL request. */
export interface Caller {
  /** What no other caller has: that of its API key or its JWT, or a digest of its token, or its address. Not a secret. */
  readonly name: string;
  /** The IAM token from X-Auth-Token. */
  readonly token: string | undefined;
  /** Whether there is none, and the request has an Authorization header that nothing reads. */
  readonly hasUnreadAuthorization?: boolean;
  /** The project from X-Project-Id; without one the settings' project counts. */
  readonly projectId: string | undefined;
  /** The id of the request, for the logs of the clouds. */
  readonly requestId: string;
}

/** A request as far as it is signed. */
export interface OutgoingRequest {
  readonly service: Service;
  readonly method: 'GET';
  readonly host: string;
  /** The path as it is sent, encoded, with the endpoint's own path. */
  readonly path: string;
  /** Names and values, not encoded. */
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly headers: Headers;
}

/** Header names in lower case. */
export type Headers = Readonly<Record<string, string>>;

export type MaybePromise<Value> = Value | Promise<Value>;

/** A way to authenticate upstream calls. */
export interface Authenticator {
  /** What is known of the server's own credentials, where calls are made with them. */
  readonly ownCredentials?: OwnCredentials;
  /** The headers that authenticate a request. Errors: throws or rejects with UpstreamError where there are no credentials. */
  authenticate(request: OutgoingRequest, caller: Caller): MaybePromise<Headers>;
  /**
   * Other headers after a service has responded with 401; undefined where a second attempt is not worth it.
   * Errors: rejects with UpstreamError.
   */
  reauthenticate?(rejected: Headers): Promise<Headers | undefined>;
  /** Called with the result of the second attempt. */
  onReauthenticated?(second: Headers, isAccepted: boolean): void;
  /** The project that calls are made in; undefined when there is none. */
  projectId(caller: Caller): MaybePromise<string | undefined>;
  /** A digest of credentials and project, for keys that outlive an operation. */
  identity(caller: Caller): string;
}

/** Bytes of all headers of a message with a token: a token that lists many roles exceeds Node's default of 16 KB. */
export const MAX_HEADER_BYTES = 65_536;

/** One header value of printable ASCII. A token has no blank and no comma: both mark a header that was sent twice. */
const TOKEN = /^[\x21-\x2b\x2d-\x7e]{1,32768}$/;

/** Sends the caller's own token and project upstream. */
export class CallerToken implements Authenticator {
  readonly #projectId: string | undefined;
  /** The headers of each caller, whose token is checked once. */
  readonly #headers = new WeakMap<Caller, Headers>();
  constructor(projectId: string | undefined) {
    this.#projectId = projectId;
  }

  authenticate({ service }: OutgoingRequest, caller: Caller): Headers {
    let headers = this.#headers.get(caller);
    if (!headers) {
      headers = { 'x-auth-token': tokenOf(caller, service) };
      this.#headers.set(caller, headers);
    }
    return headers;
  }

  projectId(caller: Caller): string | undefined {
    return caller.projectId ?? this.#projectId;
  }

  identity(caller: Caller): string {
    return digestOf(caller.token, this.projectId(caller));
  }
}

/** The token of a caller. Errors: throws UpstreamError where it has none, or none that can be sent. */
function tokenOf({ token, hasUnreadAuthorization }: Caller, service: Service): string {
  if (!token) {
    const where = hasUnreadAuthorization ? 'X-Auth-Token, not in Authorization' : 'X-Auth-Token';
    const message = `${SERVICE_TITLES[service]} needs a token: send it in ${where}.`;
    throw new UpstreamError('unauthenticated', message, { service });
  }
  if (!TOKEN.test(token)) {
    const message = 'X-Auth-Token must be one token without blanks and commas.';
    throw new UpstreamError('unauthenticated', message, { service });
  }
  return token;
}
