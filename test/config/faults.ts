// What is wrong with settings, as the loader reports it.
import { loadConfig } from '../../src/config/config.ts';
import { ConfigError } from '../../src/config/config-error.ts';

/** The error that the settings raise, if any. */
export function errorOf(settings: Record<string, string>): ConfigError | undefined {
  try {
    loadConfig(settings);
    return undefined;
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
}

export const faultsOf = (settings: Record<string, string>): readonly string[] => errorOf(settings)?.faults ?? [];
