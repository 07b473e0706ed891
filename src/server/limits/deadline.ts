// Gives every operation an end: at its deadline, or when its client disconnects, calls that are not finished are cancelled, and what has been
// resolved is sent.
import type { Limits } from '../../config/config.ts';
import type { ServerPlugin } from '../http/node-context.ts';

export function useDeadline(limits: Pick<Limits, 'requestTimeoutMs'>): ServerPlugin {
  return {
    onExecute({ args }) {
      const { session, request } = args.contextValue;
      const stopTimer = session.startDeadline(limits.requestTimeoutMs);
      const cancel = () => session.cancel('aborted');
      if (request.signal.aborted) cancel();
      else request.signal.addEventListener('abort', cancel, { once: true });
      return {
        onExecuteDone() {
          stopTimer();
          // The signal lives until the response has left: what the session has read need not.
          request.signal.removeEventListener('abort', cancel);
        },
      };
    },
  };
}
