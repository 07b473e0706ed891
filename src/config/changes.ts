// What a reload of the settings changes, and what it leaves to a restart.
import { type Config, loadConfig } from './config.ts';
import { type Environment, environment } from './environment.ts';
import { namesOf, type Setting, settingsIn } from './setting.ts';
import { RELOADABLE, SETTINGS } from './settings.ts';

/** A change of the settings. */
export interface SettingsChange {
  readonly config: Config;
  /** The settings that take effect, each with its texts before and after. */
  readonly changed: readonly { readonly name: string; readonly from: string; readonly to: string }[];
  /** The names of what needs a restart. */
  readonly needRestart: readonly string[];
}

/** The change to `next` from what applies now. Errors: throws ConfigError when the next settings are wrong. */
export function changeTo(next: Environment): SettingsChange {
  const config = loadConfig(next);
  const current = environment();
  const differs = (name: string) => (current[name] ?? '') !== (next[name] ?? '');
  const differing = settingsIn(SETTINGS).filter((setting) => namesOf(setting).some(differs));
  const text = (variables: Environment, { name }: Setting) => variables[name] || 'its default';
  return {
    config,
    changed: differing
      .filter((setting) => RELOADABLE.has(setting))
      .map((setting) => ({ name: setting.name, from: text(current, setting), to: text(next, setting) })),
    needRestart: [
      ...differing.filter((setting) => !RELOADABLE.has(setting)).flatMap((setting) => namesOf(setting).filter(differs)),
      ...Object.keys({ ...current, ...next }).filter((name) => name.startsWith('OTEL_') && differs(name)),
    ],
  };
}
