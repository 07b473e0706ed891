// A file whose text is asked for often and changes seldom. Knows not what is in it.
import { readFileSync, statSync } from 'node:fs';

export class WatchedFile {
  readonly #path: string;
  /** What the file looked like when it was read: any way of replacing it changes this. */
  #stamp = '';

  constructor(path: string) {
    this.#path = path;
  }

  /** The text, where it has changed since the last call. Errors: throws when the file cannot be read, or is no UTF-8. */
  changed(): string | undefined {
    try {
      const { mtimeMs, ctimeMs, size, ino } = statSync(this.#path);
      const stamp = [mtimeMs, ctimeMs, size, ino].join();
      if (stamp === this.#stamp) return undefined;
      const text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(this.#path));
      this.#stamp = stamp;
      return text;
    } catch (error) {
      this.#stamp = '';
      throw error;
    }
  }
}
