// What proves to the services who asks: the ways of doing so have this one shape. The simplest, the caller's own token, is here.
import { createHash } from 'node:crypto';
import type { Service } from '../../config/config.ts';
import { SERVICE_TITLES, UpstreamError } from '../errors.ts';

/** The caller of one GraphQL request. */
export interface Caller {
  /** His IAM token, as he sent it. */
  readonly token: string | undefined;
  /** The project that he names; the settings' project otherwise. */
  readonly projectId: string | undefined;
  /** The id of his request, for the logs of the clouds. */
  readonly requestId: string;
}

/** A request on its way to a service, as far as it is signed. */
export interface OutgoingRequest {
  readonly service: Service;
  readonly method: 'GET';
  readonly host: string;
  /** The path as it is sent, encoded, with the endpoint's prefix. */
  readonly path: string;
  /** Names and values, not encoded. */
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly headers: Headers;
}

/** Header names in lower case. */
export type Headers = Readonly<Record<string, string>>;

type Later<Value> = Value | Promise<Value>;

/** A way to prove who asks. */
export interface Credentials {
  /**
   * The headers that prove it, beside those that the request has.
   * Errors: throws, or rejects with, UpstreamError when there is nothing to prove it with.
   */
  prove(request: OutgoingRequest, caller: Caller): Later<Headers>;
  /**
   * Another proof after a service has answered 401 to this one; undefined where a second try is not worth it.
   * Errors: rejects with UpstreamError when none can be had.
   */
  proveAgain?(refused: Headers): Promise<Headers | undefined>;
  /** Learns how the second try ended. */
  learn?(second: Headers, accepted: boolean): void;
  /** The project that calls are made in; undefined when nobody names one. */
  projectId(caller: Caller): Later<string | undefined>;
  /** Stands for credentials and project in what outlives a request: nobody reads them from it. */
  identity(caller: Caller): string;
}

/** Stands for secrets in a key: equal only where all parts are equal. */
export const digestOf = (...parts: readonly (string | undefined)[]) =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url');

/** One header value of printable ASCII. No token has a blank or a comma: they join the values of a header that was sent twice. */
const TOKEN = /^[\x21-\x2b\x2d-\x7e]{1,32768}$/;

/** The caller's token goes upstream, and nowhere else; so does the project that he names. */
export class CallerToken implements Credentials {
  readonly #projectId: string | undefined;
  constructor(projectId: string | undefined) {
    this.#projectId = projectId;
  }

  prove({ service }: OutgoingRequest, { token }: Caller): Headers {
    if (!token) {
      const message = `${SERVICE_TITLES[service]} needs a token: send it in X-Auth-Token.`;
      throw new UpstreamError('unauthenticated', message, { service });
    }
    if (!TOKEN.test(token)) {
      const message = 'The value of X-Auth-Token is no token: send one, once, without blanks.';
      throw new UpstreamError('unauthenticated', message, { service });
    }
    return { 'x-auth-token': token };
  }

  projectId(caller: Caller): string | undefined {
    return caller.projectId ?? this.#projectId;
  }

  identity(caller: Caller): string {
    return digestOf(caller.token, this.projectId(caller));
  }
}
