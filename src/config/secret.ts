// A secret setting: its text, or the file that holds it and is read again when it changes. Knows not what the secret is for.
import { WatchedFile } from './watched-file.ts';

/** A secret that is asked for each time it is needed, and shown by no log: its text is in a private field. */
export class Secret {
  readonly #file: WatchedFile | undefined;
  readonly #grammar: RegExp;
  #text = '';

  /** Errors: throws Error, without the text, when the file cannot be read or the text is not of the grammar. */
  constructor(source: { readonly text: string } | { readonly file: string }, grammar: RegExp) {
    this.#grammar = grammar;
    this.#file = 'file' in source ? new WatchedFile(source.file) : undefined;
    this.#accept('text' in source ? source.text : this.#file?.changed());
    if (this.#text === '') throw new Error('not of the grammar');
  }

  /** The text that holds now. A file that is gone, or half written, leaves the last one in force. */
  read(): string {
    try {
      this.#accept(this.#file?.changed());
    } catch {
      // It is being replaced, and looked at again at the next use.
    }
    return this.#text;
  }

  #accept(text: string | undefined): void {
    const line = text?.replace(/(\r?\n)+$/, '');
    if (line !== undefined && this.#grammar.test(line)) this.#text = line;
  }
}
