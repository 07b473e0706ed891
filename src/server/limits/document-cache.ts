// Keeps what is known of documents, by their text: of as much text as takes some tens of megabytes once it is parsed. Knows no GraphQL.

/** Characters of the longest text that is kept, and of all of them: a character of a dense document takes 150 bytes parsed. */
const LONGEST_TEXT = 10_000;
const ALL_TEXTS = 500_000;

/** What was made of texts, or found out of them; the oldest are forgotten. */
export class DocumentCache<Made> {
  readonly #made = new Map<string, Made>();
  #length = 0;

  get(text: string): Made | undefined {
    return this.#made.get(text);
  }

  set(text: string, made: Made): void {
    if (text.length > LONGEST_TEXT || this.#made.has(text)) return;
    this.#made.set(text, made);
    this.#length += text.length;
    for (const oldest of this.#made.keys()) {
      if (this.#length <= ALL_TEXTS) return;
      this.#made.delete(oldest);
      this.#length -= oldest.length;
    }
  }
}
