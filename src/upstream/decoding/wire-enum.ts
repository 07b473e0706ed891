// The values of an enum: as the graph has them, as the upstream writes them, and what they mean.

/** For each value of the graph how the upstream writes it, and its meaning. */
export type EnumValues<Value extends string> = Readonly<Record<Value, readonly [wire: string, meaning: string]>>;

/** Characters of the longest text that is compared with the values: theirs are shorter. */
const MAX_LENGTH = 64;

/** An enum of the upstream, read leniently: case, blanks and hyphens do not count. */
export class WireEnum<Value extends string> {
  readonly values: EnumValues<Value>;
  readonly #fromWire: ReadonlyMap<string, Value>;
  constructor(values: EnumValues<Value>) {
    this.values = values;
    this.#fromWire = new Map(
      (Object.keys(values) as Value[]).flatMap((value) => [
        [bare(value), value] as const,
        [bare(values[value][0]), value] as const,
        [values[value][0], value] as const,
      ]),
    );
  }

  /** The value of the graph; `UNKNOWN` for a wire value that is not listed. */
  fromWire(wire: string): Value | 'UNKNOWN' {
    if (wire.length > MAX_LENGTH) return 'UNKNOWN';
    return this.#fromWire.get(wire) ?? (SIGNED.test(wire) ? undefined : this.#fromWire.get(bare(wire))) ?? 'UNKNOWN';
  }

  /** The value as the upstream writes it. */
  toWire(value: Value): string {
    return this.values[value][0];
  }
}

/** A number whose sign or point makes it another one. */
const SIGNED = /^\s*[-+.]+\d/;
const bare = (wire: string) => wire.replace(/[^A-Za-z0-9]/g, '').toUpperCase();
