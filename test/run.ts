// `npm test`: lint, types, the stale-artifact and architecture checks and all suites: some on both paths of a request, those
// about times in three time zones. Ends in
// `N passed, N failed`.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { NGINX } from './cluster/nginx.ts';
import { CHROMIUM } from './support/processes/chromium.ts';
import { CLIENTS_ARE_INSTALLED } from './support/processes/clients.ts';
import { COMPOSE_IS_INSTALLED } from './support/processes/compose.ts';
import { CONTAINERS_CAN_RUN } from './support/processes/container.ts';
import { EXAMPLE_IS_INSTALLED } from './support/processes/example.ts';
import { KUBERNETES_IS_INSTALLED } from './support/processes/kubernetes.ts';
import { OPENSTACK_IS_INSTALLED } from './support/processes/openstack.ts';
import { PROMETHEUS_IS_INSTALLED } from './support/processes/prometheus.ts';
import { REDIS } from './support/processes/redis.ts';
import { SYSTEMD_CAN_RUN } from './support/processes/systemd.ts';

const folder = mkdtempSync(join(tmpdir(), 'image-graph-test-'));

/** The suites that read, write or compare times. */
const TIME_SUITES = [
  'test/upstream/auth/password.test.ts',
  'test/upstream/auth/signature.test.ts',
  'test/upstream/decoding/times.test.ts',
  'test/upstream/errors.test.ts',
  'test/sandbox/iam.test.ts',
];
/** The suites about errors, limits, faults and security, most of which call the app in this process: Yoga, and compiled code. */
const LIMIT_SUITES = ['test/graph', 'test/security', 'test/server/auth', 'test/server/limits'];
const PATH_SUITES = [
  ...LIMIT_SUITES,
  'test/upstream/transport',
  'test/upstream/errors.test.ts',
  'test/upstream/cancellation.test.ts',
];

/** It keeps the machine busy for a minute, and depends on Redis' replies in time: it runs by itself. */
const CLUSTER = 'test/cluster';

/** Each run of suites, with its environment, and what is left out. The suites about times run in two further zones: one far ahead of UTC, and one behind it by half an hour. */
const RUNS: readonly {
  readonly title: string;
  readonly env: Record<string, string>;
  readonly suites: readonly string[];
  readonly without?: string;
}[] = [
  { title: 'all suites', env: { TZ: 'UTC' }, suites: [], without: CLUSTER },
  { title: 'of a cluster', env: { TZ: 'UTC' }, suites: [CLUSTER] },
  { title: 'on the fast path', env: { TZ: 'UTC', OVER: 'http' }, suites: PATH_SUITES },
  {
    title: 'by Yoga alone',
    env: { TZ: 'UTC', FAST_PATH: 'false', COMPILE_AFTER: '0' },
    suites: [...LIMIT_SUITES, 'test/resources'],
  },
  { title: 'in Shanghai', env: { TZ: 'Asia/Shanghai' }, suites: TIME_SUITES },
  { title: "in St John's", env: { TZ: 'America/St_Johns' }, suites: TIME_SUITES },
];

const run = (command: string, args: string[] = [], env = {}) =>
  spawnSync(command, args, { stdio: 'inherit', env: { ...process.env, ...env } }).status === 0;

/** What this reads of Vitest's JSON report. */
interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

/** The failures of a report, each with its suite and message: suites that did not load, and tests. */
const failuresOf = ({ testResults }: Report, title: string): string[] =>
  testResults.flatMap(({ name, status, message, assertionResults }) => {
    const tests = assertionResults.filter((test) => test.status === 'failed');
    const failed = tests.map(({ fullName, failureMessages }) => `${fullName}\n${failureMessages.join('\n')}`);
    const all = status === 'failed' && tests.length === 0 ? [message] : failed;
    return all.map((text) => `FAILED (${title}) ${relative(process.cwd(), name)}: ${text.slice(0, 2_000)}`);
  });

/** Runs suites. Shape: how many tests have passed, how many have failed, and these with their messages. */
function runSuites({ title, env, suites, without }: (typeof RUNS)[number], index: number) {
  const report = join(folder, `${index}.json`);
  console.info(`Suites ${title}: ${suites.join(' ') || 'all'}`);
  const args = ['run', ...suites, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  if (without) args.push(`--exclude=${without}/**`);
  const isPassed = run('vitest', args, env);
  const none: Report = { numPassedTests: 0, numFailedTests: 0, testResults: [] };
  const counts: Report = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : none;
  // A suite that does not load has no failed test of its own.
  const failed = Math.max(counts.numFailedTests, isPassed ? 0 : 1);
  const failures = failuresOf(counts, title);
  if (!isPassed && failures.length === 0)
    failures.push(`FAILED (${title}) outside of any test: see the output of the run`);
  return { passed: counts.numPassedTests, failed, failures };
}

const checks = [
  { title: 'biome check', isPassed: run('biome', ['check', '.']) },
  { title: 'tsc', isPassed: run('tsc') },
];
const suites = RUNS.map(runSuites);
rmSync(folder, { recursive: true });

if (!existsSync(CHROMIUM)) console.info(`Skipped: GraphiQL and CORS in a browser, as ${CHROMIUM} is not installed.`);
if (!OPENSTACK_IS_INSTALLED)
  console.info('Skipped: a real OpenStack, as it lacks the Debian packages that .ci/run installs.');
if (!existsSync(REDIS)) console.info(`Skipped: a real Redis, as ${REDIS} is not installed.`);
if (!existsSync(REDIS) || !existsSync(NGINX))
  console.info(
    `Skipped: a cluster, as ${[REDIS, NGINX].filter((file) => !existsSync(file)).join(' and ')} is missing.`,
  );
if (!PROMETHEUS_IS_INSTALLED) console.info('Skipped: a real Prometheus, as it is not installed.');
if (!EXAMPLE_IS_INSTALLED) console.info('Skipped: the supergraph, as it lacks `npm ci --prefix examples/supergraph`.');
if (!CLIENTS_ARE_INSTALLED)
  console.info('Skipped: Apollo Client, urql and Relay, as they lack `npm ci --prefix test/clients`.');
if (!KUBERNETES_IS_INSTALLED)
  console.info('Skipped: the files for Kubernetes, as they lack `npm ci --prefix test/deploy/kubernetes`.');
if (!CONTAINERS_CAN_RUN) console.info('Skipped: images and their containers, as they need root and buildah.');
if (!COMPOSE_IS_INSTALLED) console.info('Skipped: compose.yaml, as docker-compose is not installed.');
if (!SYSTEMD_CAN_RUN)
  console.info('Skipped: the unit in a real systemd, as it needs root, systemd and its control groups.');
// At the end once more, as the output of a run is longer than many a viewer shows.
const failedChecks = checks.filter(({ isPassed }) => !isPassed).map(({ title }) => `FAILED ${title}`);
for (const failure of [...failedChecks, ...suites.flatMap(({ failures }) => failures)]) console.info(failure);
const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
const passed = sum(suites.map((each) => each.passed)) + checks.length - failedChecks.length;
const failed = sum(suites.map((each) => each.failed)) + failedChecks.length;
console.info(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
