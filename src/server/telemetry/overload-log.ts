// Says in the log that the admission queue rejects requests, and when it does no longer: a line for each would make the overload worse.
import type { Logger } from '../logger.ts';

/** Milliseconds without a rejection after which the overload is over, and until the next one is logged. */
const OVER_MS = 5_000;
const PAUSE_MS = 60_000;

/** Shape: a function to be called at each rejection. */
export function createOverloadLog(logger: Logger): () => void {
  let rejected = 0;
  let isLogged = false;
  let beginsAt = -Infinity;
  let lastAt = 0;
  let timer: NodeJS.Timeout | undefined;
  const look = () => {
    if (performance.now() - lastAt < OVER_MS) return;
    clearInterval(timer);
    timer = undefined;
    if (!isLogged) return;
    logger.info('The server is not overloaded any more.', { rejected });
    isLogged = false;
    rejected = 0;
  };
  return () => {
    rejected++;
    lastAt = performance.now();
    timer ??= setInterval(look, OVER_MS / 5).unref();
    if (isLogged || lastAt - beginsAt < PAUSE_MS) return;
    isLogged = true;
    beginsAt = lastAt;
    logger.warn('The server is overloaded: requests are rejected with 503.', { rejected });
  };
}
