// The headers that every response has, whatever made it.
import type { Plugin } from 'graphql-yoga';
import { STANDARD_HEADERS } from './error-response.ts';

/** Puts them on. */
export function useResponseHeaders(): Plugin {
  return {
    onResponse({ response }) {
      for (const [name, value] of Object.entries(STANDARD_HEADERS)) response.headers.set(name, value);
    },
  };
}
