// Reads small files without ever waiting: a pipe, a device or an endless file in the place of one is an error. Reads a file again only when
// it has changed.
import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  existsSync,
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

/** Pauses of a process that waits for another one to have changed a file, and their milliseconds. */
const PAUSES = 100;
const PAUSE_MS = 20;

/** The file is being changed by another process, or one that was killed has left the file `path`. */
export class BeingChanged extends Error {
  readonly path: string;
  constructor(path: string) {
    super('the file is being changed');
    this.path = path;
  }
}

/** The file beside one that is being changed: it keeps other processes from changing it meanwhile, and may have its next text. */
const nextOf = (target: string) => `${target}.new`;

/** Creates an empty file that is not there. Errors: throws BeingChanged while it is, after some time. */
function createNext(path: string): void {
  for (let pauses = 0; !create(path); pauses++) {
    if (pauses === PAUSES) throw new BeingChanged(path);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
  }
}

/** Creates an empty file. Shape: whether it was not there. */
function create(path: string): boolean {
  try {
    closeSync(openSync(path, 'wx', 0o600));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Appends the text that `make` returns to a file, which is created if needed and is its owner's alone. Errors: throws for anything but a
 * regular file, what `make` throws, and BeingChanged.
 */
export function appendToFile(path: string, make: () => string): void {
  const isThere = existsSync(path);
  const target = isThere ? realpathSync(path) : path;
  if (isThere) mustBeFile(statSync(target));
  const next = nextOf(target);
  let isLocked = true;
  try {
    createNext(next);
  } catch (error) {
    // Where this user cannot write into the folder, it cannot replace the file either.
    if (!isThere || error instanceof BeingChanged) throw error;
    isLocked = false;
  }
  try {
    append(target, make());
  } finally {
    if (isLocked) rmSync(next, { force: true });
  }
}

function append(path: string, text: string): void {
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
 * Puts the text that `make` returns, if any, in the place of a file, of which a reader sees the old text or the new one. Its owner and mode
 * stay; of a link, what it leads to is replaced. Errors: throws for anything but a regular file, where its folder cannot be written, what
 * `make` throws, and BeingChanged.
 */
export function replaceFile(path: string, make: () => string | undefined): void {
  const target = realpathSync(path);
  mustBeFile(statSync(target));
  const next = nextOf(target);
  createNext(next);
  try {
    const text = make();
    if (text !== undefined) {
      const { mode, uid, gid } = mustBeFile(statSync(target));
      writeFileSync(next, text, { flush: true });
      chownSync(next, uid, gid);
      chmodSync(next, mode & 0o777);
      renameSync(next, target);
      return;
    }
  } catch (error) {
    rmSync(next, { force: true });
    throw error;
  }
  rmSync(next, { force: true });
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
