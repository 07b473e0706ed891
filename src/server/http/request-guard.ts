// Validates node:http requests before they become Fetch requests: Host, request target, and headers that must not be repeated.
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

const HOST = /^([\w.-]+|\[[\da-f:.]+\])(:\d{1,5})?$/i;

/** What is wrong with a request; undefined for a valid one. */
export function checkRequest({
  httpVersion,
  rawHeaders,
  headers,
  url = '',
}: IncomingMessage): GraphQLError | undefined {
  // HTTP/1.0 has no Host.
  const host = headers.host ?? (httpVersion === '1.0' ? 'localhost' : '');
  if (!HOST.test(host) || !URL.canParse(`http://${host}`)) return badRequest('Invalid Host header.');
  if (!url.startsWith('/') || !URL.canParse(`http://localhost${url}`))
    return badRequest('Invalid request target: it must be an absolute path.');
  const seen = new Set<string>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    if (!SINGLE_HEADERS.has(name)) continue;
    if (seen.has(name)) return badRequest(`The header ${name} is sent twice.`);
    seen.add(name);
  }
  return undefined;
}

const badRequest = (message: string) => badUserInput(message, { status: 400 });
