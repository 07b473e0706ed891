// A port of its own for what monitors the server: `/metrics`, `/health` and `/ready`, and nothing of the graph.
import { createServer, type Server } from 'node:http';
import { isLoopbackName } from '../../config/loopback.ts';
import { badUserInput } from '../../graph/errors.ts';
import { loopbackCheck, originationOf } from '../auth/loopback-only.ts';
import { errorResponse } from '../http/error-response.ts';
import { sendResponse } from '../http/send-response.ts';
import { listen } from '../http/server.ts';

/** The path of the metrics. */
export const METRICS_PATH = '/metrics';

/** What it serves: the metrics as text, and the responses of the status paths; undefined for any other path. */
export interface MonitoringParts {
  readonly metrics: () => Promise<string>;
  /** With its query. */
  readonly status: (target: string) => Response | undefined | Promise<Response | undefined>;
}

/** The text of the metrics as a response. */
export const metricsResponse = (text: string): Response =>
  new Response(text, { headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' } });

/** Milliseconds in which a request must have arrived. */
const RECEIVE_MS = 5_000;

/** Starts it. Shape: the server, and where it is. Errors: rejects with the system's error for the port. */
export async function startMonitoring(
  { metrics, status }: MonitoringParts,
  port: number,
  host: string,
): Promise<{ readonly server: Server; readonly url: string }> {
  const respond = async (method: string, target: string): Promise<Response> => {
    const [path = ''] = target.split('?', 1);
    if (method !== 'GET' && method !== 'HEAD')
      return errorResponse(badUserInput('Send a GET.', { status: 405, headers: { allow: 'GET, HEAD' } }));
    if (path === METRICS_PATH) return metricsResponse(await metrics());
    const response = await status(target);
    return (
      response ?? errorResponse(badUserInput(`This port has ${METRICS_PATH}, /health and /ready.`, { status: 404 }))
    );
  };
  // A page of the web may reach this machine by a name of its own.
  const check = isLoopbackName(host) ? loopbackCheck([]) : () => undefined;
  const server = createServer(
    { headersTimeout: RECEIVE_MS, requestTimeout: RECEIVE_MS, connectionsCheckingInterval: RECEIVE_MS / 5 },
    (request, response) => {
      request.resume();
      const fault = check(originationOf(request));
      const responding = fault
        ? Promise.resolve(errorResponse(fault))
        : respond(request.method ?? '', request.url ?? '');
      responding.then((made) => sendResponse(response, made)).catch(() => response.destroy());
    },
  );
  server.unref();
  return { server, url: (await listen(server, port, host)) + METRICS_PATH };
}

/** What the log says of it. */
export const metricsNotice = (url: string): string => `Metrics are at ${url}`;
