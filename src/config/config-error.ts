// The error of wrong settings, in a file of its own: what reports it need not load the settings.

/** A text without characters that a terminal takes for commands. */
export const printable = (text: string) => text.replace(/[\p{Cc}\p{Cf}]/gu, '\u{fffd}');

/** The settings are wrong. `faults` has one sentence for each fault. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    const lines = faults.map(printable);
    super(lines.join('\n'));
    this.faults = lines;
  }
}
