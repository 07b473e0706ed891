// `npm test`: lint, types, the stale-artifact and architecture checks and all suites. Ends in `N passed, N failed`.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHROMIUM } from './support/processes/chromium.ts';
import { CLIENTS_ARE_INSTALLED } from './support/processes/clients.ts';
import { EXAMPLE_IS_INSTALLED } from './support/processes/example.ts';
import { OPENSTACK_IS_INSTALLED } from './support/processes/openstack.ts';
import { REDIS } from './support/processes/redis.ts';

const folder = mkdtempSync(join(tmpdir(), 'image-graph-test-'));
const report = join(folder, 'report.json');

const run = (command: string, ...args: string[]) => spawnSync(command, args, { stdio: 'inherit' }).status === 0;

const checks = [run('biome', 'check', '.'), run('tsc')];
const suitesPassed = run('vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`);
const suites = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : { numPassedTests: 0, numFailedTests: 0 };
rmSync(folder, { recursive: true });

if (!existsSync(CHROMIUM)) console.info(`Skipped: GraphiQL and CORS in a browser, as ${CHROMIUM} is not installed.`);
if (!OPENSTACK_IS_INSTALLED)
  console.info('Skipped: a real OpenStack, as it lacks the Debian packages that .ci/run installs.');
if (!existsSync(REDIS)) console.info(`Skipped: a real Redis, as ${REDIS} is not installed.`);
if (!EXAMPLE_IS_INSTALLED) console.info('Skipped: the supergraph, as it lacks `npm ci --prefix examples/supergraph`.');
if (!CLIENTS_ARE_INSTALLED)
  console.info('Skipped: Apollo Client, urql and Relay, as they lack `npm ci --prefix test/clients`.');
const passed = suites.numPassedTests + checks.filter(Boolean).length;
// A suite that does not load has no failed test of its own.
const failed = Math.max(suites.numFailedTests, suitesPassed ? 0 : 1) + checks.filter((check) => !check).length;
console.info(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
