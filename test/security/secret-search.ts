// Looks for secrets in texts: whole or any part of eight characters, as they are, in base64 and percent-encoded.
import { createHash } from 'node:crypto';

/** The shortest part of a secret that is looked for. */
const PART = 8;

/** A made-up secret that no other text has a part of, the same in every run. */
export const madeUp = (name: string) => createHash('sha256').update(name).digest('base64url');

/** Secrets, and where parts of them appear. */
export class SecretSearch {
  /** The names of secrets by their parts in all spellings; parts of one length in one map. */
  readonly #parts = new Map<number, Map<string, string>>();

  add(name: string, secret: string): void {
    for (const part of partsOf(secret, PART)) {
      this.#note(name, part);
      this.#note(name, percentEncoded(part));
      this.#note(name, Buffer.from(part).toString('hex'));
    }
    // Where a secret is within a longer text, its base64 depends on what comes before; the characters at both ends on its neighbours.
    for (const before of ['', ' ', '  ']) {
      const encoded = Buffer.from(before + secret)
        .toString('base64url')
        .slice(before.length === 0 ? 0 : before.length + 1, -1);
      for (const part of partsOf(encoded, PART + 3)) {
        this.#note(name, part);
        this.#note(name, part.replaceAll('-', '+').replaceAll('_', '/'));
      }
    }
  }

  /** The names of the secrets that a text has a part of, each with the first such part. */
  foundIn(text: string): ReadonlyMap<string, string> {
    const found = new Map<string, string>();
    for (const [length, parts] of this.#parts)
      for (let at = 0; at + length <= text.length; at++) {
        const part = text.slice(at, at + length);
        const name = parts.get(part);
        if (name !== undefined && !found.has(name)) found.set(name, part);
      }
    return found;
  }

  #note(name: string, part: string): void {
    const parts = this.#parts.get(part.length) ?? new Map<string, string>();
    this.#parts.set(part.length, parts.set(part, name));
  }
}

const partsOf = (text: string, length: number) =>
  Array.from({ length: Math.max(0, text.length - length + 1) }, (_, at) => text.slice(at, at + length));

const percentEncoded = (text: string) =>
  [...Buffer.from(text)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
