// Keeps the log readable: what happens with every request is logged once a minute.

const MINUTE_MS = 60_000;

/** Logs each line at most once a minute. The lines are a closed set: each is remembered. */
export function onceAMinute<Rest extends unknown[]>(
  log: (line: string, ...rest: Rest) => void,
): (line: string, ...rest: Rest) => void {
  const nextAt = new Map<string, number>();
  return (line, ...rest) => {
    const now = performance.now();
    if (now < (nextAt.get(line) ?? 0)) return;
    nextAt.set(line, now + MINUTE_MS);
    log(line, ...rest);
  };
}
