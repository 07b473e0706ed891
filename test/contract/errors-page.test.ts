// docs/errors.md and the README have every code that an error can have, and no other.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** The codes in the source: of upstream failures, of what is rejected before, and of what is masked. */
const source = read('src/graph/errors.ts');
const codes = [
  ...new Set(source.match(/(?<=')[A-Z]+(?:_[A-Z]+)+(?=')|(?<=')(?:OVERLOADED|FORBIDDEN|UNAUTHENTICATED)(?=')/g)),
]
  // What graphql-yoga calls a malformed body, which is BAD_USER_INPUT to a client.
  .filter((code) => code !== 'BAD_REQUEST')
  .sort();

/** The codes in the first cells of the rows of a table. */
const codesIn = (page: string) =>
  [...page.matchAll(/^\| ((?:`[A-Z_]+`(?:, )?)+) \|/gm)]
    .flatMap(([, cell = '']) => cell.match(/[A-Z_]+/g) ?? [])
    .filter((code) => !code.startsWith('IMAGE_GRAPH'))
    .sort();

test.each(['docs/errors.md', 'README.md'])('%s lists the codes of errors', (path) => {
  expect(codes.length).toBeGreaterThan(15);
  expect(codesIn(read(path))).toEqual(codes);
});
