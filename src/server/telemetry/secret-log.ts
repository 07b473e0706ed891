// Says in the log when the file of a secret has changed, so that an operator sees that a new one is in use.
import type { Secret, SecretChange } from '../../config/secret.ts';
import { onceAMinute } from '../../upstream/once-a-minute.ts';
import type { Logger } from '../logger.ts';

const LINES: Readonly<Record<SecretChange, string>> = {
  changed: 'has changed: the new secret is used',
  unchanged: 'is there again, with the same secret',
  unusable: 'cannot be read, or holds no such secret: the last one is used',
};

/** `secrets` are those that are read from files, by the names of their settings. A file is looked at when its secret is needed. */
export function logSecretChanges(secrets: ReadonlyMap<string, Secret>, logger: Logger): void {
  for (const [setting, secret] of secrets) {
    const log = onceAMinute((line: string, level: 'info' | 'warn') => logger[level](line, { setting }));
    secret.onChange = (change) =>
      log(`The file of ${setting} ${LINES[change]}.`, change === 'unusable' ? 'warn' : 'info');
  }
}
