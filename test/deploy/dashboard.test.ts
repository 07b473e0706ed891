// Every query of every panel returns data from a real Prometheus, after a load that makes it move.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startSandbox } from '../../src/sandbox/cloud.ts';
import {
  PROMETHEUS_IS_INSTALLED,
  type Prometheus,
  type Sample,
  startPrometheus,
} from '../support/processes/prometheus.ts';
import { asUpstream } from '../support/upstreams/sandbox.ts';
import { startUpstream } from '../support/upstreams/upstream.ts';
import { dashboard, PANELS, queryOf } from './dashboard.ts';
import { startObserved, untilData } from './observed-server.ts';

/** Operations that succeed, fail, are rejected, are large, and are sent again. */
const QUERIES = [
  'query Repositories { repositories(first: 3) { nodes { name containerTags(first: 1) { nodes { name } } } } }',
  'query Repositories { repositories(first: 3) { nodes { name containerTags(first: 1) { nodes { name } } } } }',
  '{ images(first: 2) { nodes { name } } imageGroups(first: 1) { nodes { name } } }',
  '{ unknown }',
  '{ repositories(first: 1000) { nodes { containerTags(first: 1000) { nodes { name } } } } }',
];

describe.runIf(PROMETHEUS_IS_INSTALLED)('the dashboard', () => {
  let prometheus: Prometheus;
  beforeAll(async () => {
    prometheus = await startPrometheus();
  });
  afterAll(() => prometheus.close());

  test('every panel shows data', { timeout: 60_000 }, async () => {
    const sandbox = await startSandbox();
    onTestFinished(sandbox.close);
    const { user, domain } = sandbox.world;
    let calls = 0;
    const failing = await startUpstream(() => ({ status: calls++ % 2 === 0 ? 503 : 500, body: {} }));
    onTestFinished(() => failing.close());
    const server = await startObserved(prometheus, 'panels', {
      ...asUpstream(sandbox).settings,
      IMAGE_GRAPH_MODELARTS_ENDPOINT: failing.url,
      IMAGE_GRAPH_AUTH: 'password',
      IMAGE_GRAPH_USERNAME: user.name,
      IMAGE_GRAPH_PASSWORD: user.password,
      IMAGE_GRAPH_DOMAIN_NAME: domain.name,
      IMAGE_GRAPH_CACHE: 'swr=1/60',
      IMAGE_GRAPH_REDIS_URL: 'redis://127.0.0.1:1',
      IMAGE_GRAPH_METRICS_OPERATIONS: 'Repositories',
      IMAGE_GRAPH_FACTS: 'shares,quotas,tags',
      IMAGE_GRAPH_FACTS_INTERVAL_SECONDS: '1',
    });
    const expressions = PANELS.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
    const queries = new Map(expressions.map((expression) => [expression, queryOf(expression, server.job)]));
    const drive = () => Promise.all(QUERIES.map((query) => server.send(query)));
    const found = await untilData(prometheus, [...queries.values()], drive);
    for (const { expr } of dashboard.annotations.list) await prometheus.query(queryOf(expr, server.job));
    expect([...found.values()].flat().length).toBeGreaterThan(expressions.length);
    if (process.env.PANELS_TABLE === 'write')
      writeTable((expression) => found.get(queries.get(expression) ?? '') ?? []);
  });
});

/** Writes the table of deploy/README.md. */
function writeTable(samplesOf: (expression: string) => readonly Sample[]): void {
  const file = join(import.meta.dirname, '../../deploy/README.md');
  const cell = (text: string) => `\`${text.replaceAll('|', '\\|')}\``;
  const rows = PANELS.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => {
      const samples = samplesOf(expr);
      const first = samples.slice(0, 3).map(({ metric, value }) => {
        const { job, instance, ...labels } = metric;
        return `${Object.values(labels).join(' ')} ${Number(value.toPrecision(3))}`.trim();
      });
      return `| ${title} | ${cell(expr)} | ${samples.length} | ${first.join('; ')} |`;
    }),
  );
  const table = ['| panel | query | series | the first of them |', '|---|---|---|---|', ...rows].join('\n');
  const text = readFileSync(file, 'utf8');
  const [begin, end] = ['<!-- begin of the table -->', '<!-- end of the table -->'];
  const [before = ''] = text.split(begin);
  writeFileSync(file, `${before}${begin}\n${table}\n${end}\n`);
}
