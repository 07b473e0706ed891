// docs/logs.md has every line of the log, and no line that the code does not write.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readSource } from '../../support/imports.ts';

const page = readFileSync(new URL('../../../docs/logs.md', import.meta.url), 'utf8');
const documented = [...(page.split(/^## All other lines$/m)[1] ?? '').matchAll(/^\| `(.+?)` \*? ?\|/gm)].map(
  ([, message = '']) => message,
);

/** A text with parts that vary as a pattern for others. */
const patternOf = (message: string) =>
  new RegExp(
    `^${message
      .split('…')
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')}$`,
    's',
  );

/** Texts within calls of a log, with … for what varies. */
const CALL = /(?:\b|#)(?:\w*[lL]og\w*|\w*[lL]ogger\.\w+)\(\s*(?:(['"])((?:(?!\1).)+)\1|`([^`]+)`)/gs;

const files = readSource('src').filter(({ name }) => /^(server|upstream|cli)\//.test(name));
const written = files.flatMap(({ name, lines }) =>
  [...lines.join('\n').matchAll(CALL)].map(([, , plain, template = '']) => ({
    name,
    message: plain ?? template.replace(/\$\{[^{}]*(\{[^{}]*\}[^{}]*)*\}/g, '…'),
  })),
);

test('each line that the code writes is documented', () => {
  expect(written.length).toBeGreaterThan(25);
  const known = [...documented, 'Request', 'Slow request'].map((message) => message.replace(/: …$/, ':…'));
  const missing = written.filter(({ message }) => {
    const withoutEnd = message.endsWith(':') ? `${message}…` : message;
    return !known.some((each) => patternOf(each).test(withoutEnd) || patternOf(withoutEnd).test(each));
  });
  expect(missing).toEqual([]);
});

test('each line that is documented is written by the code', () => {
  expect(documented.length).toBeGreaterThan(30);
  const code = readSource('src')
    .flatMap(({ lines }) => lines)
    .join('\n');
  const unknown = documented.filter((message) => {
    const parts = message.split('…').map((part) => part.replace(/^[.:)\s]+|[.:(\s]+$/g, ''));
    return !parts.every((part) => code.includes(part));
  });
  expect(unknown).toEqual([]);
});
