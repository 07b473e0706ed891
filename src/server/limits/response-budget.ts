// Bounds the bytes of the responses that are being made or sent, of all callers together and of each.
import type { Limits } from '../../config/config.ts';
import { ResponseSize } from '../../graph/meter.ts';
import type { ByteBudget } from '../../upstream/byte-budget.ts';
import type { CallerName } from '../auth/caller-name.ts';
import type { NodeContext, ServerPlugin } from '../http/node-context.ts';
import { onceSent } from '../http/once-sent.ts';

/** The part of the bytes that one caller may have: more than one operation can have by its limits. */
export const SHARE_OF_CALLER = 1 / 2;

/** Opens the reservation of a request for its caller, and closes it once its response has left. The response may have `maxBytes`. */
export function openReservation(context: NodeContext, budget: ByteBudget, maxBytes: number, caller: string): void {
  const reservation = budget.open(caller);
  context.reservation = reservation;
  context.size = new ResponseSize(maxBytes, reservation);
  onceSent(context, () => reservation.close());
}

/** Opens the reservation of each request that has none. */
export function useResponseBudget(
  budget: ByteBudget,
  limits: Pick<Limits, 'responseBytes'>,
  callerOf: CallerName,
): ServerPlugin {
  return {
    onRequest({ request, serverContext }) {
      if (!serverContext || serverContext.reservation) return;
      const caller = callerOf(request, serverContext.req?.socket.remoteAddress);
      openReservation(serverContext, budget, limits.responseBytes, caller);
    },
    onResponse({ serverContext }) {
      if (!serverContext?.res) serverContext?.reservation?.close();
    },
  };
}
