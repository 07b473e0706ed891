// What npm says to the programs that it starts.

/** Whether a script of npm, or npx, has started this process. */
export const isStartedByNpm = () => process.env.npm_lifecycle_event !== undefined;
