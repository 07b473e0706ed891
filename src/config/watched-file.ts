// Reads small files without ever waiting: a pipe, a device or an endless file in the place of one is an error. Reads a file again only when
// it has changed.
import {
  chownSync,
  closeSync,
  constants,
  fstatSync,
  openSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';

/** Opening a pipe does not wait for its other end. Windows has neither the pipes nor the flag. */
const NON_BLOCKING = constants.O_NONBLOCK ?? 0;

/** Errors: throws for anything but a regular file, or a link to one. */
function mustBeFile(stats: Stats): Stats {
  if (!stats.isFile()) throw new TypeError('not a regular file');
  return stats;
}

/** The text of a file of at most `maxBytes`. Errors: throws when it cannot be read, is larger, no regular file, or not UTF-8. */
export function readSmallFile(path: string, maxBytes: number): string {
  // To open a device can have effects of its own.
  mustBeFile(statSync(path));
  const file = openSync(path, constants.O_RDONLY | NON_BLOCKING);
  try {
    mustBeFile(fstatSync(file));
    const bytes = Buffer.allocUnsafe(maxBytes + 1);
    let size = 0;
    // Some files, such as those of /proc, have no size before they are read.
    for (let count = -1; count !== 0 && size <= maxBytes; size += count)
      count = readSync(file, bytes, size, bytes.length - size, null);
    if (size > maxBytes) throw new RangeError('the file is too large');
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, size));
  } finally {
    closeSync(file);
  }
}

/** Why a file of a setting cannot be read, as the end of a sentence that begins with the setting; undefined where the system does not say. */
export function whyUnreadable(error: unknown): string | undefined {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'names a file that does not exist';
  if (code === 'EACCES') return 'names a file that this user may not read';
  return undefined;
}

/** Appends text to a file, which is created if needed and is its owner's alone. Errors: throws for anything but a regular file. */
export function appendToFile(path: string, text: string): void {
  const { O_WRONLY, O_APPEND, O_CREAT } = constants;
  const file = openSync(path, O_WRONLY | O_APPEND | O_CREAT | NON_BLOCKING, 0o600);
  try {
    mustBeFile(fstatSync(file));
    writeFileSync(file, text);
  } finally {
    closeSync(file);
  }
}

/**
 * Puts a text in the place of a file, of which a reader sees the old text or the new one. Its owner and mode stay; of a link, what it leads
 * to is replaced. Errors: throws for anything but a regular file, and where its folder cannot be written.
 */
export function replaceFile(path: string, text: string): void {
  const target = realpathSync(path);
  const { mode, uid, gid } = mustBeFile(statSync(target));
  const written = `${target}.${process.pid}.new`;
  try {
    writeFileSync(written, text, { flag: 'wx', mode: mode & 0o777 });
    chownSync(written, uid, gid);
    renameSync(written, target);
  } catch (error) {
    rmSync(written, { force: true });
    throw error;
  }
}

export class WatchedFile {
  readonly #path: string;
  readonly #maxBytes: number;
  /** Times, size, device and inode at the last read: every way of replacing a file changes one of them. */
  #stamp = '';

  constructor(path: string, maxBytes: number) {
    this.#path = path;
    this.#maxBytes = maxBytes;
  }

  /** The text if it has changed since the last call; undefined otherwise. Errors: throws as `readSmallFile` does. */
  changed(): string | undefined {
    try {
      const { mtimeMs, ctimeMs, size, dev, ino } = statSync(this.#path);
      const stamp = [mtimeMs, ctimeMs, size, dev, ino].join();
      if (stamp === this.#stamp) return undefined;
      const text = readSmallFile(this.#path, this.#maxBytes);
      this.#stamp = stamp;
      return text;
    } catch (error) {
      this.#stamp = '';
      throw error;
    }
  }
}
