// Limits each caller: operations per minute, and requests at once.

import type { GraphQLError } from 'graphql';
import type { Limits } from '../../config/config.ts';
import { rateLimited } from '../../graph/errors.ts';
import type { MaybePromise } from '../../upstream/auth/credentials.ts';
import type { CallerName } from '../auth/caller-name.ts';
import { errorResponse } from '../http/error-response.ts';
import type { NodeContext, ServerPlugin } from '../http/node-context.ts';
import { onceSent } from '../http/once-sent.ts';
import type { RateCounter } from './local-rate.ts';

const addressOf = (context: NodeContext | undefined) => context?.req?.socket.remoteAddress;

/** Counts an operation of a caller. Shape: an error where it has had too many; then the operation is not counted. */
export type CountOperation = (caller: string) => MaybePromise<GraphQLError | undefined>;

/** Counts the operations of a caller in a minute. */
export function operationCount(limits: Pick<Limits, 'requestsPerMinute'>, counter: RateCounter): CountOperation {
  return (caller) => {
    const wait = counter.take(caller, limits.requestsPerMinute);
    return typeof wait === 'number' ? check(wait) : wait.then(check);
  };

  function check(waitMs: number): GraphQLError | undefined {
    if (waitMs === 0) return undefined;
    const { requestsPerMinute: max } = limits;
    const seconds = Math.ceil(waitMs / 1000);
    const limit = { name: 'requestsPerMinute', value: max + 1, max };
    return rateLimited(`More than ${max} operations in a minute: retry after ${seconds} s.`, limit, seconds);
  }
}

/** Rejects the operations of a caller beyond those that it may send in a minute; those of a batch count one by one. */
export function useRateLimit(count: CountOperation, callerOf: CallerName): ServerPlugin {
  const check = (error: GraphQLError | undefined) => {
    if (error) throw error;
  };
  return {
    onParams({ request, context }) {
      const outcome = count(callerOf(request, addressOf(context)));
      return outcome instanceof Promise ? outcome.then(check) : check(outcome);
    },
  };
}

/** The requests of each caller that are handled now. */
export class ConcurrentRequests {
  readonly #limits: Pick<Limits, 'concurrentRequests'>;
  readonly #running = new Map<string, number>();

  constructor(limits: Pick<Limits, 'concurrentRequests'>) {
    this.#limits = limits;
  }

  /** Counts a request of a caller until `leave`. Shape: an error where it has too many. */
  enter(caller: string): GraphQLError | undefined {
    const { concurrentRequests: max } = this.#limits;
    const value = (this.#running.get(caller) ?? 0) + 1;
    if (value > max) {
      const limit = { name: 'concurrentRequests', value, max };
      const message = `More than ${max} requests at once: wait for responses before sending further ones.`;
      return rateLimited(message, limit, 1);
    }
    this.#running.set(caller, value);
    return undefined;
  }

  leave(caller: string): void {
    const left = (this.#running.get(caller) ?? 1) - 1;
    if (left > 0) this.#running.set(caller, left);
    else this.#running.delete(caller);
  }
}

/** Rejects the requests of a caller beyond those that it may send at once: one counts until its response has left. */
export function useConcurrencyLimit(requests: ConcurrentRequests, callerOf: CallerName): ServerPlugin {
  const ends = new WeakMap<Request, () => void>();
  return {
    onRequest({ request, serverContext, endResponse }) {
      if (serverContext?.isCounted) return;
      const caller = callerOf(request, addressOf(serverContext));
      const error = requests.enter(caller);
      if (error) return endResponse(errorResponse(error));
      const end = () => requests.leave(caller);
      if (serverContext?.res) onceSent(serverContext, end);
      else ends.set(request, end);
    },
    onResponse({ request, serverContext }) {
      if (!serverContext?.res) ends.get(request)?.();
    },
  };
}
