// API keys of callers: a file of names and hashes, read again when it changes. The keys themselves are nowhere but with their callers.
import { createHash, randomBytes } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { WatchedFile } from '../../config/watched-file.ts';
import type { Logger } from '../logger.ts';

/** A line of the file; what follows the hash is a remark. */
const LINE = /^([\w.@-]{1,64}):sha256:([0-9a-f]{64})(\s.*)?$/;
/** By what a key is known for one, in a log or a repository where it should not be. */
const PREFIX = 'igk_';

export const isApiKey = (text: string) => text.startsWith(PREFIX);

/** A key has 256 random bits: nobody finds it by its hash, however quick the hash is. */
const hashOf = (key: string) => createHash('sha256').update(key).digest('hex');

/** The keys that hold now. */
export class ApiKeys {
  readonly #file: WatchedFile;
  readonly #logger: Logger;
  #names: ReadonlyMap<string, string> = new Map();
  #isUnreadable = false;

  constructor(file: string, logger: Logger) {
    this.#file = new WatchedFile(file);
    this.#logger = logger;
  }

  /** The name of a key; undefined for one that is not, or no longer, in the file. */
  nameOf(key: string): string | undefined {
    this.#refresh();
    return this.#names.get(hashOf(key));
  }

  /** A file that cannot be read holds no keys: nobody comes in by a list that nobody can look at. */
  #refresh(): void {
    try {
      const text = this.#file.changed();
      if (text !== undefined) this.#names = this.#read(text);
      this.#isUnreadable = false;
    } catch {
      if (!this.#isUnreadable) this.#logger.error('The file of API keys cannot be read: no key is accepted.');
      this.#names = new Map();
      this.#isUnreadable = true;
    }
  }

  #read(text: string): ReadonlyMap<string, string> {
    const names = new Map<string, string>();
    for (const [index, line] of text.split(/\r?\n/).entries()) {
      if (line.trim() === '' || line.startsWith('#')) continue;
      const [, name, hash] = LINE.exec(line) ?? [];
      if (name && hash) names.set(hash, name);
      else this.#logger.error(`Line ${index + 1} of the file of API keys is none: it is passed over.`);
    }
    return names;
  }
}

/** A new key, which is shown once, and the line that stands for it in the file. Errors: throws RangeError for a name that is none. */
export function createApiKey(name: string): { key: string; line: string } {
  const key = PREFIX + randomBytes(32).toString('base64url');
  const line = `${name}:sha256:${hashOf(key)}`;
  if (!LINE.test(line)) throw new RangeError('not a name');
  return { key, line };
}

/** Adds a line to the file, which is made where there is none. Errors: throws RangeError when the name is taken. */
export function addApiKey(file: string, line: string): void {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const name = line.slice(0, line.indexOf(':') + 1);
  if (text.split('\n').some((other) => other.startsWith(name))) throw new RangeError('the name is taken');
  appendFileSync(file, `${text === '' || text.endsWith('\n') ? '' : '\n'}${line}\n`, { mode: 0o600 });
}
