// Who asks, and what proves it to the services. The caller's token goes upstream and nowhere else.
import type { Service } from '../config.ts';
import { SERVICE_TITLES, UpstreamError } from './errors.ts';

/** The caller of one GraphQL request. */
export interface Caller {
  /** His IAM token, as he sent it. */
  readonly token: string | undefined;
  /** The project that he names; the settings' project otherwise. */
  readonly projectId: string | undefined;
  /** The id of his request, for the logs of the clouds. */
  readonly requestId: string;
}

/** One header value of printable ASCII; Node joins a header that was sent twice with a blank, which this refuses. */
const TOKEN = /^[\x21-\x7e]{1,32768}$/;

/**
 * The headers of a call.
 * Errors: throws UpstreamError `unauthenticated` when the caller brought no token, or one that is none.
 */
export function authorize(caller: Caller, service: Service): Record<string, string> {
  if (!caller.token) {
    throw new UpstreamError('unauthenticated', `${SERVICE_TITLES[service]} needs a token: send it in X-Auth-Token.`, {
      service,
    });
  }
  if (!TOKEN.test(caller.token)) {
    throw new UpstreamError(
      'unauthenticated',
      'The value of X-Auth-Token is no token: send one, once, without blanks.',
      { service },
    );
  }
  const headers: Record<string, string> = {
    accept: 'application/json',
    'x-auth-token': caller.token,
    'x-request-id': caller.requestId,
  };
  // SWR documents this header as mandatory, on GETs too.
  if (service === 'swr') headers['content-type'] = 'application/json';
  return headers;
}
