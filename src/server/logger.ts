// The log of the server: lines of text on the console.

/** Never gets a header, a token or an upstream body. */
export interface Logger {
  info(message: string): void;
  error(message: string, error?: unknown): void;
}

export const consoleLogger: Logger = {
  info: (message) => console.info(message),
  error: (message, error) => console.error(message, ...(error === undefined ? [] : [traceOf(error)])),
};

/** The stack of an error, without its cause and properties: they may hold secrets. */
const traceOf = (error: unknown) => (error instanceof Error ? error.stack : typeof error);
