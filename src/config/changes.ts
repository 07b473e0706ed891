// What a reload of the settings changes, and what it leaves to a restart.
import { type Config, loadConfig } from './config.ts';
import { type Environment, environment } from './environment.ts';
import { namesOf, type Setting, settingsIn } from './setting.ts';
import { RELOADABLE, SETTINGS } from './settings.ts';

/** The change from one environment to another. */
export interface SettingsChange {
  readonly config: Config;
  /** The names of what takes effect. */
  readonly names: readonly string[];
  /** What takes effect, as `NAME from OLD to NEW`. */
  readonly changed: readonly string[];
  /** The names of what needs a restart. */
  readonly needRestart: readonly string[];
}

/** The change to `next` from what applies now. Errors: throws ConfigError when the next settings are wrong. */
export function changeTo(next: Environment): SettingsChange {
  const current = environment();
  // All must be right, as a restart reads them. How many processes share the memory changes with a restart only.
  loadConfig(next);
  const config = loadConfig({ ...next, [SETTINGS.workers.name]: current[SETTINGS.workers.name] });
  const differs = (name: string) => (current[name] ?? '') !== (next[name] ?? '');
  const differing = settingsIn(SETTINGS).filter((setting) => namesOf(setting).some(differs));
  const taken = differing.filter((setting) => RELOADABLE.has(setting));
  const text = (variables: Environment, { name }: Setting) => variables[name] || 'its default';
  return {
    config,
    names: taken.map(({ name }) => name),
    changed: taken.map((setting) => `${setting.name} from ${text(current, setting)} to ${text(next, setting)}`),
    needRestart: [
      ...differing.filter((setting) => !RELOADABLE.has(setting)).flatMap((setting) => namesOf(setting).filter(differs)),
      ...Object.keys({ ...current, ...next }).filter((name) => name.startsWith('OTEL_') && differs(name)),
    ],
  };
}
