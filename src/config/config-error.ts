// The error of wrong settings, in a file of its own: what reports it need not load the settings.

/** The settings are wrong. `faults` has one sentence for each fault. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
    this.faults = faults;
  }
}
