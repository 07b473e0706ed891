// CORS: pages of the listed origins may send operations from a browser, all others may not.
import type { CORSOptions } from 'graphql-yoga';
import { CALLER_HEADERS } from './caller-headers.ts';
import { REQUEST_ID } from './request-id.ts';

/** Without credentials: no cookie identifies a caller. */
const OPTIONS: CORSOptions = {
  methods: ['GET', 'POST'],
  allowedHeaders: ['Content-Type', REQUEST_ID, ...CALLER_HEADERS].sort(),
  exposedHeaders: ['Retry-After', REQUEST_ID],
  credentials: false,
  maxAge: 600,
};

/** Yoga's CORS options; false where no origin is listed. */
export function corsFor(origins: readonly string[]): false | ((request: Request) => CORSOptions) {
  if (origins.length === 0) return false;
  return (request) => {
    const origin = request.headers.get('origin');
    return origin !== null && origins.includes(origin) ? { ...OPTIONS, origin } : false;
  };
}
