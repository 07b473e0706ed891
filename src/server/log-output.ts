// Writes the lines of the log. A reader that does not read, or a disk that is full, costs lines and never a request: nothing here waits.
import { constants, fstatSync, openSync, writeSync } from 'node:fs';

const STDOUT = 1;
/** Characters of the lines that wait to be written; further lines are dropped. */
const MAX_WAITING = 1_000_000;
/** Milliseconds until a reader that does not read is tried again. */
const RETRY_MS = 50;
/** Milliseconds that it has at the end of the process. */
const END_MS = 200;

/** Writes bytes, as many as are taken at once. Shape: their number. Errors: throws EAGAIN for a reader that does not read. */
export type WriteBytes = (bytes: Uint8Array) => number;

export class LogOutput {
  readonly #writeBytes: WriteBytes;
  #lines: string[] = [];
  #waiting = 0;
  /** What is left of lines that were written in part. */
  #rest: Uint8Array = new Uint8Array();
  #dropped = 0;
  #turn: NodeJS.Immediate | undefined;
  #retry: NodeJS.Timeout | undefined;

  constructor(writeBytes: WriteBytes) {
    this.#writeBytes = writeBytes;
  }

  /** Writes a line at the end of this turn of the event loop, with the others of it. Shape: false where it is dropped. */
  write(line: string): boolean {
    if (this.#waiting + this.#rest.length + line.length > MAX_WAITING) {
      this.#dropped++;
      return false;
    }
    this.#lines.push(line);
    this.#waiting += line.length;
    if (!this.#retry) this.#turn ??= setImmediate(() => this.#flush());
    return true;
  }

  /** Lines that were dropped since the last call. */
  takeDropped(): number {
    const dropped = this.#dropped;
    this.#dropped = 0;
    return dropped;
  }

  /** Writes what is left as the process ends, as far as it is taken soon. */
  end(): void {
    const deadline = performance.now() + END_MS;
    this.#flush();
    while (this.#retry && performance.now() < deadline) {
      Atomics.wait(SLEEP, 0, 0, 1);
      this.#flush();
    }
  }

  #flush(): void {
    clearImmediate(this.#turn);
    clearTimeout(this.#retry);
    this.#turn = undefined;
    this.#retry = undefined;
    while (this.#rest.length > 0 || this.#lines.length > 0) {
      if (this.#rest.length === 0) this.#rest = this.#takeLines();
      try {
        this.#rest = this.#rest.subarray(this.#writeBytes(this.#rest));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EAGAIN') {
          this.#retry = setTimeout(() => this.#flush(), RETRY_MS).unref();
          return;
        }
        // The reader has gone, or the disk is full: the lines are lost, and the next ones are tried.
        this.#dropped += this.#rest.filter((byte) => byte === NEWLINE).length;
        this.#rest = new Uint8Array();
      }
    }
  }

  #takeLines(): Uint8Array {
    const text = this.#lines.join('');
    this.#lines = [];
    this.#waiting = 0;
    return Buffer.from(text);
  }
}

const NEWLINE = 0x0a;
const SLEEP = new Int32Array(new SharedArrayBuffer(4));

/** The output of this process, so that a write never waits for its reader. */
export function openStdout(): LogOutput {
  const file = nonBlockingStdout();
  return new LogOutput((bytes) => writeSync(file, bytes));
}

/**
 * A pipe or a terminal is opened once more: whether writes wait belongs to what was opened, which other processes share. Where
 * that is not allowed, and with a socket, Node.js makes the shared one non-blocking.
 */
function nonBlockingStdout(): number {
  const { O_WRONLY, O_NONBLOCK = 0, O_NOCTTY = 0 } = constants;
  try {
    if (fstatSync(STDOUT).isFile()) return STDOUT;
    return openSync(`/proc/self/fd/${STDOUT}`, O_WRONLY | O_NONBLOCK | O_NOCTTY);
  } catch {
    void process.stdout;
    return STDOUT;
  }
}
