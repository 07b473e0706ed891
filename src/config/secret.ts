// A secret setting: its text, or a file that is read again when it changes.
import { WatchedFile } from './watched-file.ts';

/** A secret. Its text is in a private field, so that no log shows it, and is read each time it is needed. */
export class Secret {
  readonly #file: WatchedFile | undefined;
  readonly #grammar: RegExp;
  #text = '';

  /** Errors: throws an Error without the text when the file cannot be read or the text does not match the grammar. */
  constructor(source: { readonly text: string } | { readonly file: string }, grammar: RegExp) {
    this.#grammar = grammar;
    this.#file = 'file' in source ? new WatchedFile(source.file) : undefined;
    this.#accept('text' in source ? source.text : this.#file?.changed());
    if (this.#text === '') throw new Error('malformed secret');
  }

  /** The current text. While the file is missing or malformed, the last text stays. */
  read(): string {
    try {
      this.#accept(this.#file?.changed());
    } catch {
      // It is being replaced; the next use reads it again.
    }
    return this.#text;
  }

  #accept(text: string | undefined): void {
    const line = text?.replace(/(\r?\n)+$/, '');
    if (line !== undefined && this.#grammar.test(line)) this.#text = line;
  }
}
