// Moments by two clocks: the wall clock may be set while the process runs, and the monotonic one may stand still while the machine sleeps.
// What only waits, such as a pause after a failure, goes by `performance.now()` alone.

/** A moment by the monotonic clock and by the wall clock. */
export interface Moment {
  readonly monotonic: number;
  readonly wall: number;
}

/** This moment. */
export const thisMoment = (): Moment => ({ monotonic: performance.now(), wall: Date.now() });

/** The moment `milliseconds` after another one. */
export const later = ({ monotonic, wall }: Moment, milliseconds: number): Moment => ({
  monotonic: monotonic + milliseconds,
  wall: wall + milliseconds,
});

/**
 * Whether a moment is over by one of the clocks: what expires then lives no longer when the wall clock is set back or the machine has
 * slept, and ends early when the wall clock is set forward.
 */
export const isOver = ({ monotonic, wall }: Moment): boolean => performance.now() >= monotonic || Date.now() >= wall;
