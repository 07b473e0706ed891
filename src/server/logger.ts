// What the server says while it runs: one line of text each, to the console.

/** Where log lines go. Nobody passes it a header, a token or an upstream body. */
export interface Logger {
  info(message: string): void;
  error(message: string, error?: unknown): void;
}

export const consoleLogger: Logger = {
  info: (message) => console.info(message),
  error: (message, error) => console.error(message, ...(error === undefined ? [] : [error])),
};
