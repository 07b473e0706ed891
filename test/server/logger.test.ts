// The lines of the log: nothing that a client or an upstream has sent can break one, forge one, or speak to a terminal.
import { prettyFactory } from 'pino-pretty';
import { expect, test } from 'vitest';
import { logConfig } from '../../src/config/log.ts';
import { createLogger } from '../../src/server/logger.ts';

const prettify = prettyFactory({ colorize: false, singleLine: true, ignore: 'pid' });

/** What is printed for one call of a logger. */
function printed(format: 'json' | 'pretty', use: (logger: ReturnType<typeof createLogger>) => void): string {
  let output = '';
  const logger = createLogger(
    { level: 'debug' },
    (line) => (output += line),
    format === 'pretty' ? prettify : undefined,
  );
  use(logger);
  return output;
}

const FORGED = '{"level":"info","msg":"forged"}';

const TEXTS: readonly (readonly [what: string, text: string])[] = [
  ['a line break', `a\n${FORGED}`],
  ['a carriage return', `a\r\n${FORGED}\r`],
  ['line separators of Unicode', `a\u2028${FORGED}\u2029\u0085`],
  ['commands for a terminal', '\u001b[2J\u001b]0;title\u0007\u009b31m\b\u007f'],
  ['text that runs the other way', 'a\u202egnp.exe\u2066x\u2069\u200f\u061c'],
  ['characters that show as nothing', 'a\u200b\u2060\ufeff\u00ad\u{e0041}\u{e007f}'],
  ['halves of characters', 'a\ud800b\udc00'],
  ['quotes and backslashes', '","level":"fatal","x":"\\'],
  ['a null byte', 'a\u0000b'],
];

test.each(TEXTS)('%s in a message, a value, a name of a value or an error stays within its line', (_what, text) => {
  for (const format of ['json', 'pretty'] as const) {
    for (const use of [
      (logger: ReturnType<typeof createLogger>) => logger.info(text),
      (logger: ReturnType<typeof createLogger>) =>
        logger.warn('x', { value: text, list: [text], inner: { value: text } }),
      (logger: ReturnType<typeof createLogger>) =>
        logger.error('x', Object.assign(new Error(text), { stack: `Error: ${text}` })),
    ]) {
      const output = printed(format, use);
      expect(output).toMatch(/^[ -~]+\n$/);
      if (format === 'json')
        expect(JSON.parse(output)).toMatchObject({ level: expect.stringMatching(/^(info|warn|error)$/) });
    }
  }
});

test('texts are not lost in JSON', () => {
  for (const [, text] of TEXTS) {
    const { msg, value } = JSON.parse(printed('json', (logger) => logger.info(text, { value: text })));
    expect([msg, value]).toEqual([text, text]);
  }
  const { value } = JSON.parse(printed('json', (logger) => logger.info('x', { value: '镜像 Ünïcode 😀' })));
  expect(value).toBe('镜像 Ünïcode 😀');
});

test('an error is its stack, of a bounded length, without its other properties', () => {
  const error = Object.assign(new Error('boom '.repeat(2_000)), { secret: 'kept-out', cause: new Error('kept-out') });
  const output = printed('json', (logger) => logger.error('Unexpected error:', error, { requestId: 'r-1' }));
  expect(output.length).toBeLessThan(4_096);
  expect(output).not.toContain('kept-out');
  expect(JSON.parse(output)).toMatchObject({
    level: 'error',
    requestId: 'r-1',
    msg: expect.stringMatching(/^Unexpected error: Error: boom /),
    stack: expect.stringMatching(/^Error: boom /),
  });
});

test.each([
  ['debug', ['debug', 'info', 'warn', 'error']],
  ['info', ['info', 'warn', 'error']],
  ['warn', ['warn', 'error']],
  ['error', ['error']],
  ['silent', []],
] as const)('with the level %s these are logged: %j', (level, expected) => {
  const lines: string[] = [];
  const logger = createLogger({ level }, (line) => lines.push(line));
  for (const each of ['debug', 'info', 'warn', 'error'] as const) logger[each](each);
  expect(lines.map((line) => JSON.parse(line).msg)).toEqual(expected);
});

test('the log is there before its settings are read: a malformed one counts as not given', () => {
  expect(logConfig({ IMAGE_GRAPH_LOG_LEVEL: 'loud', IMAGE_GRAPH_LOG_FORMAT: 'xml' })).toEqual(logConfig({}));
  expect(logConfig({ IMAGE_GRAPH_LOG_LEVEL: 'warn', IMAGE_GRAPH_LOG_FORMAT: 'pretty' })).toMatchObject({
    level: 'warn',
    isPretty: true,
  });
});
