// A Prometheus of its own on loopback, as Debian packages it: it scrapes what a test serves, and evaluates the alerts of deploy/.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const PROMETHEUS = '/usr/bin/prometheus';
const PROMTOOL = '/usr/bin/promtool';
export const PROMETHEUS_IS_INSTALLED = [PROMETHEUS, PROMTOOL].every((path) => existsSync(path));

/** The folder of its files in this repository. */
export const RULES = join(import.meta.dirname, '../../../deploy/prometheus');

/** One sample of a query. */
export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: number;
}

/** An alert that fires. */
export interface Alert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface Prometheus {
  /** Adds a server, under a job of its own. */
  scrape(job: string, host: string): void;
  /** What a query returns now. NaN counts as nothing. Errors: rejects where the query is invalid. */
  query(expression: string): Promise<Sample[]>;
  /** The alerts of a job that fire. */
  alerts(job: string): Promise<Alert[]>;
  close(): Promise<void>;
}

/** Runs promtool in the folder of the rules. Shape: its exit code, and its output. */
export function promtool(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(PROMTOOL, args, { cwd: RULES, encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

/** The alerts as they are, but without the time for which they have to hold: a test need not wait for it. */
const impatientRules = () => readFileSync(join(RULES, 'alerts.yml'), 'utf8').replaceAll(/^ +for: .*\n/gm, '');

const CONFIG = `
global: { scrape_interval: 250ms, evaluation_interval: 250ms }
rule_files: [alerts.yml]
scrape_configs:
  - job_name: files
    file_sd_configs: [{ files: [targets.json], refresh_interval: 1s }]
`;

/** Starts it on a port that the system chooses. The kernel ends it with this process, however that ends. */
export async function startPrometheus(): Promise<Prometheus> {
  const folder = mkdtempSync(join(tmpdir(), 'image-graph-prometheus-'));
  const targets: { targets: string[]; labels: { job: string } }[] = [];
  const writeTargets = () => writeFileSync(join(folder, 'targets.json'), JSON.stringify(targets));
  writeTargets();
  writeFileSync(join(folder, 'alerts.yml'), impatientRules());
  writeFileSync(join(folder, 'prometheus.yml'), CONFIG);
  const args = ['--config.file=prometheus.yml', '--storage.tsdb.path=data', '--web.listen-address=127.0.0.1:0'];
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', PROMETHEUS, ...args], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'exit');
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  const addressIn = () => /msg="Listening on" address=(\S+)/.exec(log)?.[1];
  while (!addressIn() || !log.includes('ready to receive')) {
    if (child.exitCode !== null) throw new Error(`${PROMETHEUS} has not started: ${log}`);
    await pause(20);
  }
  const api = `http://${addressIn()}/api/v1`;
  const get = async (path: string) => {
    const response = await fetch(`${api}/${path}`);
    const { data, error } = (await response.json()) as { data: never; error?: string };
    if (error !== undefined) throw new Error(`${path}: ${error}`);
    return data;
  };
  return {
    scrape(job, host) {
      targets.push({ targets: [host], labels: { job } });
      writeTargets();
    },
    async query(expression) {
      const { result }: { result: { metric: Sample['metric']; value: [number, string] }[] } = await get(
        `query?query=${encodeURIComponent(expression)}`,
      );
      const samples = result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }));
      return samples.filter(({ value }) => !Number.isNaN(value));
    },
    async alerts(job) {
      const { alerts }: { alerts: (Alert & { state: string })[] } = await get('alerts');
      return alerts.filter(({ state, labels }) => state === 'firing' && labels.job === job);
    },
    async close() {
      child.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}
