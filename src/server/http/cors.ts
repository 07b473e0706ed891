// CORS: pages of the listed origins may send operations from a browser, all others may not.
import type { CORSOptions } from 'graphql-yoga';
import { CALLER_HEADERS } from './caller-headers.ts';
import { REQUEST_ID } from './request-id.ts';

const EXPOSED_HEADERS = ['Retry-After', REQUEST_ID];

/** Without credentials: no cookie identifies a caller. */
const OPTIONS: CORSOptions = {
  methods: ['GET', 'POST'],
  allowedHeaders: ['Content-Type', REQUEST_ID, ...CALLER_HEADERS].sort(),
  exposedHeaders: EXPOSED_HEADERS,
  credentials: false,
  maxAge: 600,
};

/** The headers of a response that Yoga has no part in, for a page of a listed origin. */
export const corsHeaders = (origins: readonly string[], origin: string | undefined): Record<string, string> =>
  origin !== undefined && origins.includes(origin)
    ? { 'access-control-allow-origin': origin, 'access-control-expose-headers': EXPOSED_HEADERS.join(', ') }
    : {};

/** Yoga's CORS options; false where no origin is listed. */
export function corsFor(origins: readonly string[]): false | ((request: Request) => CORSOptions) {
  if (origins.length === 0) return false;
  return (request) => {
    const origin = request.headers.get('origin');
    return origin !== null && origins.includes(origin) ? { ...OPTIONS, origin } : false;
  };
}
