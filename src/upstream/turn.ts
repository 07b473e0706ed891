// Divides long work into turns of the event loop, so that no request waits long for another one's: work that takes long checks whether
// this turn has done enough, and goes on in a later one.

/** Milliseconds of work after which a turn has done enough. */
const MAX_TURN_MS = 25;

/** When the work of this turn began, by the clock of `performance.now()`; undefined before the first question. */
let startedAt: number | undefined;
/** What goes on in later turns, the first that asked first. */
const waiting: (() => void)[] = [];
let isScheduled = false;

/** Whether this turn of the event loop has done enough, by all its work together. */
export function isTurnSpent(): boolean {
  const now = performance.now();
  if (startedAt === undefined) {
    startedAt = now;
    schedule();
  }
  return now - startedAt >= MAX_TURN_MS;
}

/** Resolves in a later turn, once those that asked before have gone on. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    schedule();
  });
}

function schedule(): void {
  if (isScheduled) return;
  isScheduled = true;
  setImmediate(begin);
}

/** Begins a turn: one goes on in each, as what it does next may take several microtasks. */
function begin(): void {
  isScheduled = false;
  startedAt = undefined;
  waiting.shift()?.();
  if (waiting.length > 0) schedule();
}
