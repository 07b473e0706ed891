// The log of the server: lines of JSON, or of text for people. Nothing that a client or an upstream has sent can break or forge a line.
import { pino } from 'pino';
import { type LogConfig, type LogLevel, logConfig } from '../config/log.ts';
import type { Log } from '../upstream/log.ts';
import { openStdout } from './log-output.ts';

/** What a line says beside its message: values that are not secret. docs/logs.md lists them all. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Never gets a header, a token or an upstream body. Never throws, and never waits. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, error?: unknown, fields?: LogFields): void;
}

/** The logger of a process, whose level can be changed. */
export interface ProcessLogger extends Logger {
  readonly level: LogLevel;
  setLevel(level: LogLevel): void;
}

/** Characters of the longest text in a line: lines of several processes stay whole where each is short. */
const MAX_TEXT = 2_000;

/** The logger that gives its lines to `write`; `prettify` makes one for people of an object. */
export function createLogger(
  { level }: { readonly level: LogLevel },
  write: (line: string) => void,
  prettify?: (line: object) => string,
): ProcessLogger {
  const toText = prettify ? (line: string) => prettify(readable(JSON.parse(line)) as object) : escaped;
  const log = pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (line) => write(toText(line)) },
  );
  return {
    get level() {
      return log.level as LogLevel;
    },
    setLevel(next) {
      log.level = next;
    },
    debug: (message, fields) => log.debug(fields, message),
    info: (message, fields) => log.info(fields, message),
    warn: (message, fields) => log.warn(fields, message),
    error(message, error, fields) {
      if (error === undefined) log.error(fields, message);
      else log.error({ ...fields, stack: stackOf(error) }, `${message} ${firstLineOf(error)}`);
    },
  };
}

/** Takes the lines of what happens upstream. */
export const upstreamLog =
  (logger: Logger): Log =>
  (line, level = 'info', fields) =>
    level === 'error' ? logger.error(line, undefined, fields) : logger[level](line, fields);

/** The stack of an error, without its cause and properties: they may hold secrets. */
const stackOf = (error: unknown) =>
  error instanceof Error ? String(error.stack).slice(0, MAX_TEXT) : `${typeof error}, without a stack`;

const firstLineOf = (error: unknown) => stackOf(error).split('\n', 1)[0]?.slice(0, 200);

/** Characters that show as nothing, or change how others are shown, and those that terminals and readers of lines take for commands. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/gu;
const IS_PLAIN = /^[ -~]*\n?$/;

const escapeOf = (character: string) =>
  Array.from(
    { length: character.length },
    (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
  ).join('');

/** A line of JSON in which such characters are escaped: they are inside texts only. */
const escaped = (line: string): string =>
  IS_PLAIN.test(line) ? line : `${line.trimEnd().replace(UNSAFE, escapeOf)}\n`;

/** A value with all its texts as a terminal may get them. Lines of a stack stay lines. */
function readable(value: unknown): unknown {
  if (typeof value === 'string') {
    const lines = value.split(/\n(?= {4}at )/);
    return lines.map((line) => line.replace(UNSAFE, escapeOf)).join('\n');
  }
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, readable(inner)]));
}

/** The logger of this process, which writes to its output. */
async function processLogger(config: LogConfig): Promise<ProcessLogger> {
  const output = openStdout();
  process.once('exit', () => output.end());
  const logger = createLogger(
    config,
    (line) => {
      if (!output.write(line)) return;
      const dropped = output.takeDropped();
      if (dropped > 0) logger.warn('Lines of the log were lost, as they could not be written.', { lines: dropped });
    },
    config.isPretty ? await prettifier(config) : undefined,
  );
  return logger;
}

/** Loaded where it is needed only. */
async function prettifier({ hasColors }: LogConfig): Promise<(line: object) => string> {
  const { prettyFactory } = await import('pino-pretty');
  return prettyFactory({
    colorize: hasColors,
    translateTime: 'SYS:yyyy-mm-dd HH:MM:ss.l',
    ignore: 'pid',
    singleLine: true,
    errorLikeObjectKeys: [],
  });
}

export const consoleLogger: ProcessLogger = await processLogger(logConfig());
