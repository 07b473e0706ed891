// API keys of callers: a file of names and SHA-256 hashes, re-read when it changes. The keys themselves are not stored.
import { hash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { MAX_API_KEYS_BYTES } from '../../config/config.ts';
import { appendToFile, readSmallFile, replaceFile, WatchedFile } from '../../config/watched-file.ts';
import { onceAMinute } from '../../upstream/once-a-minute.ts';
import type { Logger } from '../logger.ts';

/** A line of the file; text after the hash is a comment. */
const ENTRY = /^([\w.@-]{1,64}):sha256:([0-9a-f]{64})(\s.*)?$/;
/** Malformed lines that are logged one by one. */
const MAX_LOGGED_LINES = 10;
/** Marks API keys, so that secret scanners find leaked ones. */
const PREFIX = 'igk_';

export const isApiKey = (text: string) => text.startsWith(PREFIX);

/** A fast hash is enough for a key of 256 random bits. */
const hashOf = (key: string) => hash('sha256', key, 'hex');

/** The keys that are valid now. */
export class ApiKeys {
  readonly #file: WatchedFile;
  readonly #logger: Logger;
  readonly #logUnreadable: (line: string) => void;
  #names: ReadonlyMap<string, string> = new Map();
  /** Whether it was read before. */
  #isRead = false;
  #isUnreadable = false;

  constructor(file: string, logger: Logger) {
    this.#file = new WatchedFile(file, MAX_API_KEYS_BYTES);
    this.#logger = logger;
    this.#logUnreadable = onceAMinute((line) => logger.error(line));
  }

  /** The name of a key; undefined for one that is not in the file. */
  nameOf(key: string): string | undefined {
    this.refresh();
    return this.#names.get(hashOf(key));
  }

  /** Reads the file if it has changed. One that cannot be read holds no keys. */
  refresh(): void {
    try {
      const text = this.#file.changed();
      if (text !== undefined) this.#accept(text);
      this.#isUnreadable = false;
    } catch {
      if (!this.#isUnreadable) this.#logUnreadable('The API key file cannot be read: no key is accepted.');
      this.#names = new Map();
      this.#isUnreadable = true;
    }
  }

  #accept(text: string): void {
    this.#names = this.#read(text);
    if (this.#isRead) this.#logger.info('The API key file has changed.', { keys: this.#names.size });
    this.#isRead = true;
  }

  #read(text: string): ReadonlyMap<string, string> {
    const names = new Map<string, string>();
    let malformed = 0;
    for (const [index, line] of linesOf(text).entries()) {
      if (line.trim() === '' || line.startsWith('#')) continue;
      const [, name, hash] = ENTRY.exec(line) ?? [];
      if (name && hash) names.set(hash, name);
      else if (++malformed <= MAX_LOGGED_LINES)
        this.#logger.warn(`Line ${index + 1} of the API key file is malformed and ignored.`);
    }
    const others = malformed - MAX_LOGGED_LINES;
    if (others > 0) this.#logger.warn(`So are ${others} further lines of the API key file.`);
    return names;
  }
}

const linesOf = (text: string) => text.split(/\r?\n/);

/** Creates a key and its line for the file. Errors: throws RangeError for an invalid name. */
export function createApiKey(name: string): { key: string; line: string } {
  const key = PREFIX + randomBytes(32).toString('base64url');
  const line = `${name}:sha256:${hashOf(key)}`;
  if (!ENTRY.test(line)) throw new RangeError('a name must be 1 to 64 letters, digits and . _ @ -');
  return { key, line };
}

/** Appends a line to the file, and creates the file if needed. Errors: throws RangeError when the name is taken, or as `appendToFile`. */
export function addApiKey(file: string, line: string): void {
  const name = line.slice(0, line.indexOf(':') + 1);
  appendToFile(file, () => {
    const text = existsSync(file) ? readSmallFile(file, MAX_API_KEYS_BYTES - line.length - 2) : '';
    if (text.split('\n').some((other) => other.startsWith(name))) throw new RangeError('the name is taken');
    return `${text === '' || text.endsWith('\n') ? '' : '\n'}${line}\n`;
  });
}

/** A key of a file, as people tell it from others. */
export interface ListedKey {
  readonly name: string;
  /** The first digits of its hash. */
  readonly fingerprint: string;
  /** What the line has after the hash. */
  readonly comment: string;
}

/** The keys of a file. Errors: throws when it cannot be read. */
export const listApiKeys = (file: string): ListedKey[] =>
  linesOf(readSmallFile(file, MAX_API_KEYS_BYTES)).flatMap((line) => {
    const [, name, hash, comment = ''] = ENTRY.exec(line) ?? [];
    return name && hash ? [{ name, fingerprint: hash.slice(0, 12), comment: comment.trim() }] : [];
  });

/** Removes the keys of a name; other lines stay as they are. Shape: how many. Errors: throws as `readSmallFile` and `replaceFile`. */
export function revokeApiKey(file: string, name: string): number {
  let count = 0;
  replaceFile(file, () => {
    // Each line with its end.
    const lines = readSmallFile(file, MAX_API_KEYS_BYTES).split(/(?<=\n)/);
    const kept = lines.filter((line) => ENTRY.exec(line.trimEnd())?.[1] !== name);
    count = lines.length - kept.length;
    return count > 0 ? kept.join('') : undefined;
  });
  return count;
}
