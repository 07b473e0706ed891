// JSON text that is written in parts is that which is written at once, byte for byte, in turns that others share.
import fc from 'fast-check';
import { GraphQLError } from 'graphql';
import { expect, test } from 'vitest';
import { jsonText, writeJson } from '../../../src/server/http/json-writer.ts';

/** Texts of all lengths, with what is escaped, what takes several bytes, and half surrogate pairs where they are cut. */
const anyText = fc
  .tuple(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('a', '\u0001', '"\\', 'é', '\u{1f600}', '\ud83d', '\udc00'),
    fc.nat(70_000),
  )
  .map(([text, unit, length]) => (length < 60_000 ? text : text + unit.repeat(length)));

const anyValue = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(null, true, false, undefined, 0, -0, 1e21, 0.1, NaN, Infinity),
    fc.double(),
    anyText,
    fc.array(tie('value')),
    fc.dictionary(fc.string({ unit: 'binary' }), tie('value'), { noNullPrototype: false }),
  ),
})).value;

test('the text is the same for every value', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyValue), async (value) => {
      let counted = 0;
      const parts = await writeJson(value, (bytes) => {
        counted += bytes;
      });
      const whole = Buffer.concat(parts);
      expect(whole.equals(Buffer.from(jsonText(value)))).toBe(true);
      expect(counted).toBe(whole.length);
    }),
    { numRuns: 40 },
  );
});

test('errors are written as they write themselves, and functions are left out', async () => {
  const errors = [
    new GraphQLError('no "value"', { path: ['a', 0, '\ud83d'], extensions: { code: 'X', limit: undefined } }),
  ];
  const value = { errors, data: null, stringify: () => '' };
  expect(String(Buffer.concat(await writeJson(value, () => {})))).toBe(jsonText(value));
});

test.each<[what: string, value: unknown]>([
  ['one text', { text: '\u0001'.repeat(4_000_000) }],
  ['many texts', Array.from({ length: 200 }, () => ({ text: 'é'.repeat(64 * 1024) }))],
  ['many values', Array.from({ length: 300_000 }, (_, n) => ({ n }))],
  ['many empty lists', Array.from({ length: 1_000_000 }, () => [])],
])('no part is large, and it ends where it is told to: %s', async (_what, value) => {
  const bytes: number[] = [];
  const parts = await writeJson(value, (part) => bytes.push(part));
  expect(Buffer.concat(parts).length).toBe(Buffer.byteLength(jsonText(value)));
  expect(Math.max(...bytes)).toBeLessThan(512 * 1024);

  let written = 0;
  const writing = writeJson(value, (part) => {
    written += part;
    if (written > 1_000_000) throw new Error('too large');
  });
  await expect(writing).rejects.toThrow('too large');
  expect(written).toBeLessThan(1_600_000);
});

test('others have their turn while it is written', async () => {
  let turns = 0;
  let isOver = false;
  const count = () => {
    turns++;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  await writeJson(
    Array.from({ length: 500_000 }, (_, n) => ({ name: `n${n}`, n })),
    () => {},
  );
  isOver = true;
  expect(turns).toBeGreaterThan(3);
});
