// What the server says while it runs: one line of text each, to the console.

/** Where log lines go. Nobody passes it a header, a token or an upstream body. */
export interface Logger {
  info(message: string): void;
  error(message: string, error?: unknown): void;
}

export const consoleLogger: Logger = {
  info: (message) => console.info(message),
  error: (message, error) => console.error(message, ...(error === undefined ? [] : [traceOf(error)])),
};

/** Where an error came from, and nothing that hangs on it. */
const traceOf = (error: unknown) => (error instanceof Error ? error.stack : typeof error);
