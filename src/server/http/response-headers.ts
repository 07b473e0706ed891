// Sets the standard headers on every response of Yoga and its plugins. One that browsers may store in public caches keeps its own.
import { STANDARD_HEADERS } from './error-response.ts';
import type { ServerPlugin } from './node-context.ts';

export function useResponseHeaders(): ServerPlugin {
  return {
    onResponse({ response }) {
      const isPublic = response.headers.get('cache-control')?.startsWith('public') ?? false;
      for (const [name, value] of Object.entries(STANDARD_HEADERS))
        if (!isPublic || !response.headers.has(name)) response.headers.set(name, value);
    },
  };
}
