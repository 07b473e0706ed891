// Validates node:http requests before they become Fetch requests: Host, request target, expectations, and headers that must not be repeated.
import type { IncomingMessage } from 'node:http';
import type { GraphQLError } from 'graphql';
import { badUserInput } from '../../graph/errors.ts';
import { CALLER_HEADERS, ROUTER_SECRET } from './caller-headers.ts';

/** Headers that may be sent once: with two of them it is open which one counts. */
const SINGLE_HEADERS = new Set(
  ['Content-Encoding', 'Content-Type', 'Host', 'Origin', ROUTER_SECRET, ...CALLER_HEADERS].map((name) =>
    name.toLowerCase(),
  ),
);

/** The last host and target that were found valid: most requests have the same. */
let lastHost: string | undefined;
let lastTarget: string | undefined;

const HOST = /^([\w.-]+|\[[\da-f:.]+\])(:\d{1,5})?$/i;
const isHost = (host: string) => HOST.test(host) && URL.canParse(`http://${host}`);

/** A request target as clients send it to proxies. */
const ABSOLUTE_FORM = /^https?:\/\/([^/?#]*)(.*)$/i;

/**
 * What is wrong with a request; undefined for a valid one.
 * A target in absolute form becomes a path, and its host the Host of the request (RFC 9112, 3.2.2).
 */
export function checkRequest(request: IncomingMessage): GraphQLError | undefined {
  const { httpVersion, rawHeaders, headers } = request;
  // HTTP/1.0 has no Host.
  const sentTo = headers.host ?? (httpVersion === '1.0' ? 'localhost' : '');
  if (sentTo !== lastHost && !isHost(sentTo)) return badRequest('Invalid Host header.');
  lastHost = sentTo;
  if (request.url !== lastTarget) {
    const fault = checkTarget(request);
    if (fault) return fault;
    lastTarget = request.url;
  }
  const seen = new Set<string>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    if (!SINGLE_HEADERS.has(name)) continue;
    if (seen.has(name)) return badRequest(`The header ${name} is sent twice.`);
    seen.add(name);
  }
  if (httpVersion === '1.1' && headers.expect !== undefined && !expectsContinue(request))
    return badUserInput('The only expectation that is met is 100-continue.', { status: 417 });
  if (isWebSocketHandshake(request))
    return badRequest('This graph has no subscriptions, so there is no WebSocket: send queries by POST.');
  return undefined;
}

/** Whether a client waits with its body until it gets `100 Continue`. */
export const expectsContinue = ({ httpVersion, headers }: IncomingMessage): boolean =>
  httpVersion === '1.1' && headers.expect !== undefined && /(^|\W)100-continue($|\W)/i.test(headers.expect);

/** Other protocols that a client offers to upgrade to, such as h2c, are ignored. */
const isWebSocketHandshake = ({ method, headers }: IncomingMessage) =>
  method === 'GET' && /(^|[,\s])websocket([/,\s]|$)/i.test(headers.upgrade ?? '');

/** A target in absolute form becomes a path. */
function checkTarget(request: IncomingMessage): GraphQLError | undefined {
  const [, host, path = ''] = ABSOLUTE_FORM.exec(request.url ?? '') ?? [];
  if (host !== undefined) {
    if (!isHost(host)) return badRequest('Invalid request target: its host is malformed.');
    request.headers.host = host;
    request.url = path.startsWith('/') ? path : `/${path}`;
  }
  const { url = '' } = request;
  if (!url.startsWith('/') || !URL.canParse(`http://localhost${url}`))
    return badRequest('Invalid request target: it must be an absolute path or URL.');
  return undefined;
}

const badRequest = (message: string) => badUserInput(message, { status: 400 });
