// How much one caller may ask: operations a minute, and requests at once. Whoever asks for more hears when to come again.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Plugin } from 'graphql-yoga';
import { rateLimited } from '../../graph/errors.ts';
import type { CallerName } from '../auth/callers.ts';
import { refusal } from '../http/error-response.ts';
import type { RateCounter } from './local-rate.ts';

/** What the HTTP server hands in beside the request; a caller within the process has neither. */
interface NodeParts {
  readonly req?: IncomingMessage;
  readonly res?: ServerResponse;
}

const addressOf = (context: unknown) => (context as NodeParts).req?.socket.remoteAddress;

/** Counts the operations of each caller, those of a batch one by one. */
export function useRateLimit(max: number, counter: RateCounter, callerOf: CallerName): Plugin {
  return {
    onParams({ request, context }) {
      const wait = counter.take(callerOf(request, addressOf(context)), max, Date.now());
      return typeof wait === 'number' ? check(wait) : wait.then(check);
    },
  };

  function check(wait: number): void {
    if (wait === 0) return;
    const seconds = Math.ceil(wait / 1000);
    const limit = { name: 'requestsPerMinute', value: max + 1, max };
    throw rateLimited(`More than ${max} operations within a minute: come again in ${seconds} s.`, limit, seconds);
  }
}

/** Counts the requests of each caller that are being answered. */
export function useConcurrencyLimit(max: number, callerOf: CallerName): Plugin {
  const running = new Map<string, number>();
  const ends = new WeakMap<Request, () => void>();
  return {
    onRequest({ request, serverContext, endResponse }) {
      const caller = callerOf(request, addressOf(serverContext));
      const value = (running.get(caller) ?? 0) + 1;
      if (value > max) {
        const limit = { name: 'concurrentRequests', value, max };
        const error = rateLimited(
          `More than ${max} requests at once: wait for answers before you ask again.`,
          limit,
          1,
        );
        endResponse(refusal(429, error, { 'retry-after': '1' }));
        return;
      }
      running.set(caller, value);
      let isOver = false;
      const end = () => {
        if (isOver) return;
        isOver = true;
        const left = (running.get(caller) ?? 1) - 1;
        if (left > 0) running.set(caller, left);
        else running.delete(caller);
      };
      ends.set(request, end);
      (serverContext as NodeParts).res?.once('close', end);
    },
    onResponse({ request }) {
      ends.get(request)?.();
    },
  };
}
