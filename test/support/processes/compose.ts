// deploy/compose, as Debian's docker-compose reads it, which needs no engine for that.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const DEPLOY = join(import.meta.dirname, '../../../deploy');
const COMPOSE = '/usr/bin/docker-compose';
export const COMPOSE_IS_INSTALLED = existsSync(COMPOSE);

/** What the tests read of a service. */
export interface Service {
  readonly image: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly secrets?: readonly { readonly source: string; readonly target?: string }[];
  readonly ports?: readonly string[];
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly pids_limit?: number;
  readonly networks?: Readonly<Record<string, unknown>>;
  readonly healthcheck?: unknown;
  readonly deploy?: {
    readonly replicas?: number;
    readonly resources?: { readonly limits?: Readonly<Record<string, unknown>> };
  };
}

export interface Project {
  readonly services: Readonly<Record<string, Service>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean } | null>>;
}

/** A copy of deploy/ after its start.sh: with a `docker` that only notes its arguments. Shape: the folder, and these. */
export function startCompose() {
  const folder = mkdtempSync(join(tmpdir(), 'image-graph-compose-'));
  cpSync(DEPLOY, join(folder, 'deploy'), { recursive: true });
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, 'bin/docker'), '#!/bin/sh\necho "$@"\n', { mode: 0o755 });
  const env = { ...process.env, PATH: `${join(folder, 'bin')}${delimiter}${process.env.PATH}` };
  const start = () => execFileSync('sh', [join(folder, 'deploy/compose/start.sh')], { env, encoding: 'utf8' }).trim();
  return { folder, compose: join(folder, 'deploy/compose'), start };
}

/** Reads a project. Errors: throws with what is wrong in it. */
export function readProject(folder: string): Project {
  const text = execFileSync(COMPOSE, ['config'], { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
  // docker-compose itself needs this package.
  const toJson = 'import json, sys, yaml; print(json.dumps(yaml.safe_load(sys.stdin)))';
  return JSON.parse(execFileSync('/usr/bin/python3', ['-c', toJson], { input: text, encoding: 'utf8' }));
}
