import fc from 'fast-check';
import { expect, it } from 'vitest';
import { GrowingBuffer } from '../../src/upstream/growing-buffer.ts';

/** Chunks as a socket delivers them: some are small parts of a large piece of memory, which they keep alive. */
const chunk = fc
  .tuple(fc.nat(20_000), fc.constantFrom(1, 2, 65_536))
  .map(([length, memory]) => new Uint8Array(Math.max(memory, length)).subarray(0, length))
  .map((bytes) => Buffer.from(bytes.buffer, 0, bytes.length).fill(bytes.length % 251));

it('gives back what was appended, whatever the chunks, and begins anew', () => {
  const buffer = new GrowingBuffer();
  fc.assert(
    fc.property(fc.array(chunk, { maxLength: 40 }), (chunks) => {
      for (const each of chunks) buffer.append(each);
      const whole = Buffer.concat(chunks);
      expect(buffer.size).toBe(whole.length);
      expect(buffer.take().equals(whole)).toBe(true);
      expect(buffer.size).toBe(0);
    }),
    { numRuns: 200 },
  );
});

it('keeps no small chunk alive: it holds at most twice the bytes, and a block', () => {
  const kept = new Set<ArrayBufferLike>();
  const buffer = new GrowingBuffer();
  for (let count = 0; count < 100_000; count++) {
    const small = Buffer.from(new ArrayBuffer(64), 0, 1);
    kept.add(small.buffer);
    buffer.append(small);
  }
  const bytes = buffer.take();
  expect(bytes.length).toBe(100_000);
  expect(kept.has(bytes.buffer)).toBe(false);
  expect(bytes.buffer.byteLength).toBeLessThanOrEqual(2 * bytes.length);
});
