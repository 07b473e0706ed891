// What happens upstream, as lines of the log.

/** Gets a line, its level (`info` unless given), and values that are not secret. */
export type Log = (
  line: string,
  level?: 'info' | 'warn' | 'error',
  fields?: Readonly<Record<string, string | number>>,
) => void;
