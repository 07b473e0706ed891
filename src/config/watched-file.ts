// Reads a file again only when it has changed.
import { readFileSync, statSync } from 'node:fs';

export class WatchedFile {
  readonly #path: string;
  /** Times, size and inode at the last read: every way of replacing a file changes one of them. */
  #stamp = '';

  constructor(path: string) {
    this.#path = path;
  }

  /** The text if it has changed since the last call; undefined otherwise. Errors: throws when the file cannot be read or is not UTF-8. */
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
