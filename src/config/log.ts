// How the log is written: read by itself, as the log is there before the other settings are read, and in processes that never read them.
import { isatty } from 'node:tty';
import { environment as currentEnvironment, type Environment } from './environment.ts';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
export const LOG_FORMATS = ['json', 'pretty'] as const;

const STDOUT = 1;

/** What the log holds, and how it is written. */
export interface LogConfig {
  readonly level: LogLevel;
  readonly isPretty: boolean;
  readonly hasColors: boolean;
}

/** A malformed value counts as not given here: it is reported with the faults of all settings. */
export function logConfig(environment: Environment = currentEnvironment()): LogConfig {
  const { IMAGE_GRAPH_LOG_LEVEL: level, IMAGE_GRAPH_LOG_FORMAT: format, NO_COLOR: noColor } = environment;
  const isTerminal = isatty(STDOUT);
  return {
    level: LOG_LEVELS.find((known) => known === level) ?? 'info',
    isPretty: (LOG_FORMATS.find((known) => known === format) ?? (isTerminal ? 'pretty' : 'json')) === 'pretty',
    hasColors: isTerminal && !noColor,
  };
}
