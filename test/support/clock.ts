// The two clocks of the process, for tests that move them: the wall clock (Date) and the monotonic one (performance.now).
import { onTestFinished, vi } from 'vitest';

const MINUTE_MS = 60_000;

let monotonic = 0;

/** Stops both clocks until `startClocks`. The monotonic one stands at the beginning of its next minute: it never goes back. */
export function stopClocks(now: Date | number = Date.now()): void {
  monotonic = Math.ceil(performance.now() / MINUTE_MS) * MINUTE_MS;
  vi.useFakeTimers({ toFake: ['Date'], now });
  vi.spyOn(performance, 'now').mockImplementation(() => monotonic);
}

export function startClocks(): void {
  vi.useRealTimers();
  if (vi.isMockFunction(performance.now)) vi.mocked(performance.now).mockRestore();
}

/** Stops both clocks until the test ends. */
export function stopClocksForTest(): void {
  stopClocks();
  onTestFinished(startClocks);
}

/** Moves both clocks on. */
export function goOn(milliseconds: number): void {
  monotonic += milliseconds;
  setWallClock(milliseconds);
}

/** Sets the wall clock forward or back, as an administrator or NTP does; the monotonic clock goes on as before. */
export const setWallClock = (milliseconds: number) => void vi.setSystemTime(Date.now() + milliseconds);

const BEGINNING_OF_A_MINUTE = Date.UTC(2030, 0, 1);

/** Stops both clocks at this many milliseconds after the beginning of a minute. */
export function setClocks(milliseconds: number): void {
  const way = BEGINNING_OF_A_MINUTE + milliseconds - Date.now();
  if (vi.isMockFunction(performance.now) && way >= 0) {
    goOn(way);
    return;
  }
  stopClocks(BEGINNING_OF_A_MINUTE + milliseconds);
  monotonic += milliseconds;
}
