// A secret setting: its text, or a file that is read again when it changes.
import { WatchedFile } from './watched-file.ts';

/** Bytes of the largest file: no secret is nearly as long. */
const MAX_BYTES = 65_536;

/** What tells whether a text is a secret of its kind, as a regular expression does. */
export type Grammar = Pick<RegExp, 'test'>;

/** What became of a secret as its file was read again; `unusable` where there is no file, or none with a secret. */
export type SecretChange = 'changed' | 'unchanged' | 'unusable';

/** A secret. Its text is in a private field, so that no log shows it, and is read each time it is needed. */
export class Secret {
  readonly #file: WatchedFile | undefined;
  readonly #grammar: Grammar;
  #text = '';
  #isUnusable = false;
  /** Is told when the file holds another secret, when it is unusable, and when it is not any more. */
  onChange: (change: SecretChange) => void = () => {};

  /** Errors: throws an Error without the text when the file cannot be read or the text does not match the grammar. */
  constructor(source: { readonly text: string } | { readonly file: string }, grammar: Grammar) {
    this.#grammar = grammar;
    this.#file = 'file' in source ? new WatchedFile(source.file, MAX_BYTES) : undefined;
    this.#accept('text' in source ? source.text : this.#file?.changed());
    if (this.#text === '') throw new Error('malformed secret');
  }

  /** The current text. While the file is missing, malformed or not a file, the last text stays. */
  read(): string {
    if (!this.#file) return this.#text;
    try {
      const text = this.#file.changed();
      if (text !== undefined) this.#report(this.#accept(text));
    } catch {
      // It is being replaced; the next use reads it again.
      this.#report('unusable');
    }
    return this.#text;
  }

  /** Shape: what became of the secret. */
  #accept(text: string | undefined): SecretChange {
    const line = text === undefined ? '' : withoutLineBreaks(text);
    if (!this.#grammar.test(line)) return 'unusable';
    const change = line === this.#text ? 'unchanged' : 'changed';
    this.#text = line;
    return change;
  }

  #report(change: SecretChange): void {
    const isUnusable = change === 'unusable';
    if (change === 'changed' || isUnusable !== this.#isUnusable) this.onChange(change);
    this.#isUnusable = isUnusable;
  }
}

/** A text without the line breaks at its end. A regular expression would look at each of many again and again. */
function withoutLineBreaks(text: string): string {
  let end = text.length;
  while (text[end - 1] === '\n') end -= text[end - 2] === '\r' ? 2 : 1;
  return text.slice(0, end);
}
