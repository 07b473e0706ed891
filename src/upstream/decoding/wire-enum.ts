// The words of an enum: the graph's value, the upstream's word for it, and what it means.

/** For each value of the graph the upstream's word and its meaning. */
export type Words<Value extends string> = Readonly<Record<Value, readonly [wire: string, meaning: string]>>;

/** An enum of the upstream, tolerant in what it reads: case, blanks and hyphens do not count. */
export class Vocabulary<Value extends string> {
  readonly words: Words<Value>;
  readonly #values: ReadonlyMap<string, Value>;
  constructor(words: Words<Value>) {
    this.words = words;
    const values = (Object.keys(words) as Value[]).flatMap((value) => [
      [bare(value), value] as const,
      [bare(words[value][0]), value] as const,
    ]);
    this.#values = new Map(values);
  }

  /** The value that a word stands for; `UNKNOWN` for a word that is not listed. */
  valueOf(word: string): Value | 'UNKNOWN' {
    return this.#values.get(bare(word)) ?? 'UNKNOWN';
  }

  /** The upstream's word for a value. */
  wordFor(value: Value): string {
    return this.words[value][0];
  }
}

const bare = (word: string) => word.replace(/[^A-Za-z0-9]/g, '').toUpperCase();
