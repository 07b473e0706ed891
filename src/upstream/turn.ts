// Divides long work into turns of the event loop, so that no request waits long for another one's: code with much to do asks whether
// this turn has done enough, and goes on in a later one.

/** Milliseconds of work after which a turn has done enough. */
const MAX_TURN_MS = 25;

/** When the work of this turn began, by the clock of `performance.now()`; undefined before the first question. */
let startedAt: number | undefined;
/** What goes on in later turns, the first that asked first. */
const waiting: (() => void)[] = [];
let isScheduled = false;

/** Whether something long was done since the clock was last looked at: who does not ask each time should then. */
export let hasWorked = false;

/** Notes that something long was done, some tenths of a millisecond or more. */
export function noteWork(): void {
  hasWorked = true;
}

/** Whether this turn of the event loop has done enough, for all operations together. */
export function isTurnSpent(): boolean {
  const now = performance.now();
  hasWorked = false;
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
