// Sets the standard headers on every response of Yoga and its plugins.
import { STANDARD_HEADERS } from './error-response.ts';
import type { ServerPlugin } from './node-context.ts';

export function useResponseHeaders(): ServerPlugin {
  return {
    onResponse({ response }) {
      for (const [name, value] of Object.entries(STANDARD_HEADERS)) response.headers.set(name, value);
    },
  };
}
