// Which pages may ask from a browser: none, until their origins are listed.
import type { CORSOptions } from 'graphql-yoga';

/** What a page may send and read. Cookies are never part of it: nobody is known by them here. */
const HEADERS = {
  methods: ['GET', 'POST'],
  allowedHeaders: ['Authorization', 'Content-Type', 'X-Api-Key', 'X-Auth-Token', 'X-Project-Id', 'X-Request-Id'],
  exposedHeaders: ['Retry-After', 'X-Request-Id'],
  credentials: false,
  maxAge: 600,
};

/** The answer to a browser that asks for a page of some origin. */
export function corsFor(origins: readonly string[]): false | ((request: Request) => CORSOptions) {
  if (origins.length === 0) return false;
  return (request) => {
    const origin = request.headers.get('origin');
    return origin !== null && origins.includes(origin) ? { ...HEADERS, origin } : false;
  };
}
