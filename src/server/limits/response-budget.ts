// Bounds the bytes of the responses that are being made or sent, of all callers together and of each.
import { ResponseSize } from '../../graph/meter.ts';
import type { ByteBudget } from '../../upstream/byte-budget.ts';
import type { CallerName } from '../auth/caller-name.ts';
import type { ServerPlugin } from '../http/node-context.ts';
import { onceSent } from '../http/once-sent.ts';

/** The part of the bytes that one caller may have: more than one operation can have by its limits. */
export const SHARE_OF_CALLER = 1 / 2;

/** Opens the reservation of each request, and closes it once its response has left. The response may have `maxBytes`. */
export function useResponseBudget(budget: ByteBudget, maxBytes: number, callerOf: CallerName): ServerPlugin {
  return {
    onRequest({ request, serverContext }) {
      if (!serverContext) return;
      const reservation = budget.open(callerOf(request, serverContext?.req?.socket.remoteAddress));
      serverContext.reservation = reservation;
      serverContext.size = new ResponseSize(maxBytes, reservation);
      onceSent(serverContext, () => reservation.close());
    },
    onResponse({ serverContext }) {
      if (!serverContext?.res) serverContext?.reservation?.close();
    },
  };
}
