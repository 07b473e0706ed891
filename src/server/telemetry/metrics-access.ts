// Who may read the metrics at the port of the graph: this machine, and callers that authenticate.
import type { IncomingMessage } from 'node:http';
import type { GraphQLError } from 'graphql';
import { isLoopbackName } from '../../config/loopback.ts';
import type { Secret } from '../../config/secret.ts';
import { unauthenticated } from '../../graph/errors.ts';
import type { Authenticate } from '../auth/authenticate.ts';
import { loopbackCheck, originationOf } from '../auth/loopback-only.ts';
import { routerSecretFault } from '../auth/router-secret.ts';
import { headerOf } from '../http/caller-headers.ts';

const checkLoopback = loopbackCheck([]);

/** Whether a request comes from this machine, and through no proxy. */
const isLocal = (request: IncomingMessage): boolean =>
  isLoopbackName((request.socket.remoteAddress ?? '').replace(/^::ffff:/, '')) &&
  !checkLoopback(originationOf(request));

/** How callers of the graph authenticate; undefined for a way that is not configured. */
export interface CallerChecks {
  readonly routerSecret: Secret | undefined;
  readonly authenticate: Authenticate | undefined;
}

/** The error of a request that may not read the metrics. */
export async function metricsFault(
  request: IncomingMessage,
  { routerSecret, authenticate }: CallerChecks,
): Promise<GraphQLError | undefined> {
  if (isLocal(request)) return undefined;
  const header = headerOf(request);
  const fault = routerSecret && routerSecretFault(routerSecret, header);
  if (fault) return fault;
  if (authenticate) {
    const caller = await authenticate(header);
    return typeof caller === 'string' ? undefined : caller;
  }
  if (routerSecret) return undefined;
  return unauthenticated(
    'Metrics are for this machine, and for callers that authenticate: set IMAGE_GRAPH_METRICS_PORT.',
  );
}
