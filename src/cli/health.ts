// `image-graph health`: whether a server is healthy, for the health checks of containers. Loads nothing of the server.
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIPv6 } from 'node:net';
import { parseArgs } from 'node:util';
import { environment } from '../config/environment.ts';
import { UsageError } from './errors.ts';

const OPTIONS = {
  url: { type: 'string' },
  ready: { type: 'boolean', default: false },
  timeout: { type: 'string', default: '3' },
} as const;

/** Errors: throws UsageError, with a line that says why, unless the server responds with 200. */
export async function health(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: OPTIONS });
  if (!/^\d{1,4}(\.\d{1,3})?$/.test(values.timeout) || Number(values.timeout) === 0)
    throw new UsageError('--timeout must be seconds, such as 3 or 0.5.');
  const url = targetOf(values.url, values.ready ? '/ready' : '/health');
  const result = await statusOf(url, 1_000 * Number(values.timeout)).catch((error: unknown) => reasonOf(error));
  // Without a password and a query, which may hold a secret: container engines keep what health checks print.
  const shown = url.origin + url.pathname;
  if (result !== 200)
    throw new UsageError(`Unhealthy: ${shown} ${typeof result === 'number' ? `responds with ${result}` : result}.`);
  console.info(`Healthy: ${shown} responds with 200.`);
}

/** Where a server with these settings listens, as its own machine reaches it. */
function ownUrl(): string {
  const { HOST: host = '127.0.0.1', PORT: port = '4000' } = environment();
  if (port === '0') throw new UsageError('The system chooses the port of PORT=0: give its --url.');
  const reached = { '0.0.0.0': '127.0.0.1', '::': '::1', '': '127.0.0.1' }[host] ?? host;
  return `http://${isIPv6(reached) ? `[${reached}]` : reached}:${port || '4000'}`;
}

/** The URL of a check: the path is added to that of an origin. */
function targetOf(given: string | undefined, path: string): URL {
  const text = given ?? ownUrl();
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol))
    throw new UsageError(
      given === undefined
        ? 'PORT and HOST must be the port and the address of the server, or give its --url.'
        : '--url must be an http or https URL.',
    );
  if (url.pathname === '/') url.pathname = path;
  return url;
}

/** Sends a GET. Shape: the status of the response, whose body is not waited for. */
function statusOf(url: URL, timeoutMs: number): Promise<number | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  const signal = AbortSignal.timeout(timeoutMs);
  const request = send(url, { agent: false, signal });
  request.on('response', (response) => {
    resolve(response.statusCode);
    response.destroy();
  });
  request.on('upgrade', ({ statusCode }, socket) => {
    resolve(statusCode);
    socket.destroy();
  });
  request.on('error', reject).end();
  return promise;
}

function reasonOf(error: unknown): string {
  const { name, code, message } = error as NodeJS.ErrnoException;
  if (name === 'AbortError' || name === 'TimeoutError') return 'does not respond in time';
  return `cannot be reached (${code ?? message})`;
}
