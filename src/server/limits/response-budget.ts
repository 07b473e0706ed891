// Bounds the bytes of the responses that are being made or sent, of all callers together and of each.
import type { ByteBudget, Reservation } from '../../upstream/byte-budget.ts';
import type { CallerName } from '../auth/caller-name.ts';
import type { ServerPlugin } from '../http/node-context.ts';
import { onceSent } from '../http/once-sent.ts';

/** The part of the bytes that one caller may have: more than one operation can have by its limits. */
export const SHARE_OF_CALLER = 1 / 2;

const reservations = new WeakMap<Request, Reservation>();

/** What a request holds of the budget for responses; undefined for one that was rejected before it could hold any. */
export const reservationOf = (request: Request): Reservation | undefined => reservations.get(request);

/** Opens the reservation of each request, and closes it once its response has left. */
export function useResponseBudget(budget: ByteBudget, callerOf: CallerName): ServerPlugin {
  return {
    onRequest({ request, serverContext }) {
      const reservation = budget.open(callerOf(request, serverContext?.req?.socket.remoteAddress));
      reservations.set(request, reservation);
      onceSent(serverContext, () => reservation.close());
    },
    onResponse({ request, serverContext }) {
      if (!serverContext?.res) reservations.get(request)?.close();
    },
  };
}
