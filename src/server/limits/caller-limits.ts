// Limits each caller: operations per minute, and requests at once.
import { rateLimited } from '../../graph/errors.ts';
import type { CallerName } from '../auth/caller-name.ts';
import { errorResponse } from '../http/error-response.ts';
import type { NodeContext, ServerPlugin } from '../http/node-context.ts';
import { onceSent } from '../http/once-sent.ts';
import type { RateCounter } from './local-rate.ts';

const addressOf = (context: NodeContext | undefined) => context?.req?.socket.remoteAddress;

/** Rejects the operations of a caller beyond `max` in a minute; those of a batch count one by one. */
export function useRateLimit(max: number, counter: RateCounter, callerOf: CallerName): ServerPlugin {
  return {
    onParams({ request, context }) {
      const wait = counter.take(callerOf(request, addressOf(context)), max);
      return typeof wait === 'number' ? check(wait) : wait.then(check);
    },
  };

  function check(waitMs: number): void {
    if (waitMs === 0) return;
    const seconds = Math.ceil(waitMs / 1000);
    const limit = { name: 'requestsPerMinute', value: max + 1, max };
    throw rateLimited(`More than ${max} operations in a minute: retry after ${seconds} s.`, limit, seconds);
  }
}

/** Rejects the requests of a caller beyond `max` at once: one counts until its response has left. */
export function useConcurrencyLimit(max: number, callerOf: CallerName): ServerPlugin {
  const running = new Map<string, number>();
  const ends = new WeakMap<Request, () => void>();
  return {
    onRequest({ request, serverContext, endResponse }) {
      const caller = callerOf(request, addressOf(serverContext));
      const value = (running.get(caller) ?? 0) + 1;
      if (value > max) {
        const limit = { name: 'concurrentRequests', value, max };
        const message = `More than ${max} requests at once: wait for responses before sending further ones.`;
        endResponse(errorResponse(rateLimited(message, limit, 1)));
        return;
      }
      running.set(caller, value);
      const end = () => {
        const left = (running.get(caller) ?? 1) - 1;
        if (left > 0) running.set(caller, left);
        else running.delete(caller);
      };
      if (serverContext?.res) onceSent(serverContext, end);
      else ends.set(request, end);
    },
    onResponse({ request, serverContext }) {
      if (!serverContext?.res) ends.get(request)?.();
    },
  };
}
