// Collects the chunks of a body in memory that depends on its bytes alone: one-byte chunks, kept as they come, take hundreds of bytes each.

/** Bytes of the first block; each further one is twice as large, up to the maximum. */
const MIN_BLOCK_BYTES = 4 * 1024;
const MAX_BLOCK_BYTES = 256 * 1024;

export class GrowingBuffer {
  #size = 0;
  /** Blocks that are full, or chunks that fill most of their own memory. */
  readonly #whole: Buffer[] = [];
  /** The block that is being filled, and how much of it is. */
  #block: Buffer | undefined;
  #filled = 0;

  /** Bytes collected so far. */
  get size(): number {
    return this.#size;
  }

  append(chunk: Buffer): void {
    this.#size += chunk.length;
    // It takes less than twice its bytes, and need not be copied: a long one, or the first, which often is the only one.
    const isWorth = chunk.length >= MIN_BLOCK_BYTES || this.#size === chunk.length;
    if (isWorth && 2 * chunk.length > chunk.buffer.byteLength) {
      this.#close();
      this.#whole.push(chunk);
      return;
    }
    for (let copied = 0; copied < chunk.length; ) {
      this.#block ??= Buffer.allocUnsafeSlow(Math.min(MAX_BLOCK_BYTES, Math.max(MIN_BLOCK_BYTES, this.#size)));
      const count = chunk.copy(this.#block, this.#filled, copied);
      this.#filled += count;
      copied += count;
      if (this.#filled === this.#block.length) this.#close();
    }
  }

  /** All bytes, in one piece. The buffer is empty afterwards. */
  take(): Buffer {
    this.#close();
    const [first] = this.#whole;
    const bytes = first && this.#whole.length === 1 ? first : Buffer.concat(this.#whole, this.#size);
    this.clear();
    return bytes;
  }

  /** Drops what was collected. */
  clear(): void {
    this.#whole.length = 0;
    this.#block = undefined;
    this.#filled = 0;
    this.#size = 0;
  }

  /** Ends the block that is being filled. */
  #close(): void {
    if (this.#block && this.#filled > 0) this.#whole.push(this.#block.subarray(0, this.#filled));
    this.#block = undefined;
    this.#filled = 0;
  }
}
