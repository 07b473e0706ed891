// A secret setting: its text, or a file that is read again when it changes.
import { WatchedFile } from './watched-file.ts';

/** Bytes of the largest file: no secret is nearly as long. */
const MAX_BYTES = 65_536;

/** What tells whether a text is a secret of its kind, as a regular expression does. */
export type Grammar = Pick<RegExp, 'test'>;

/** A secret. Its text is in a private field, so that no log shows it, and is read each time it is needed. */
export class Secret {
  readonly #file: WatchedFile | undefined;
  readonly #grammar: Grammar;
  #text = '';

  /** Errors: throws an Error without the text when the file cannot be read or the text does not match the grammar. */
  constructor(source: { readonly text: string } | { readonly file: string }, grammar: Grammar) {
    this.#grammar = grammar;
    this.#file = 'file' in source ? new WatchedFile(source.file, MAX_BYTES) : undefined;
    this.#accept('text' in source ? source.text : this.#file?.changed());
    if (this.#text === '') throw new Error('malformed secret');
  }

  /** The current text. While the file is missing, malformed or not a file, the last text stays. */
  read(): string {
    try {
      this.#accept(this.#file?.changed());
    } catch {
      // It is being replaced; the next use reads it again.
    }
    return this.#text;
  }

  #accept(text: string | undefined): void {
    const line = text === undefined ? undefined : withoutLineBreaks(text);
    if (line !== undefined && this.#grammar.test(line)) this.#text = line;
  }
}

/** A text without the line breaks at its end. A regular expression would look at each of many again and again. */
function withoutLineBreaks(text: string): string {
  let end = text.length;
  while (text[end - 1] === '\n') end -= text[end - 2] === '\r' ? 2 : 1;
  return text.slice(0, end);
}
