// The alerts and the dashboard as files: promtool accepts them, their metrics exist, and the runbook has them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PROMETHEUS_IS_INSTALLED, promtool, RULES } from '../support/processes/prometheus.ts';
import { dashboard, PANELS } from './dashboard.ts';

const read = (path: string) => readFileSync(join(import.meta.dirname, '../..', path), 'utf8');
const rules = read('deploy/prometheus/alerts.yml');
const ruleTests = read('deploy/prometheus/alerts.test.yml');
const runbook = read('docs/runbook.md');
const ALERTS = [...rules.matchAll(/- alert: (\w+)/g)].map(([, name = '']) => name);
const expressions = [
  ...PANELS.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
  ...dashboard.annotations.list.map(({ expr }) => expr),
];
/** The names of our metrics in a text, without what Prometheus adds to that of a histogram. */
const metricsIn = (text: string) =>
  new Set([...text.matchAll(/\bimage_graph_\w+/g)].map(([name]) => name.replace(/_(bucket|count|sum)$/, '')));

/** The anchors of the headings of a page. */
const anchors = [...runbook.matchAll(/^##+ (.*)$/gm)].map(([, title = '']) =>
  title
    .toLowerCase()
    .replaceAll(/[^\w -]/g, '')
    .replaceAll(' ', '-'),
);

describe.runIf(PROMETHEUS_IS_INSTALLED)('promtool', { timeout: 60_000 }, () => {
  test.each([
    ['accepts the example of a configuration', ['check', 'config', 'prometheus.yml']],
    ['accepts the rules', ['check', 'rules', 'alerts.yml']],
    ['sees the alerts fire and stay quiet', ['test', 'rules', 'alerts.test.yml']],
  ])('%s', (_what, args) => {
    const { status, output } = promtool(...args);
    expect(output).not.toContain('FAILED');
    expect(status).toBe(0);
  });
});

test('the walk sees the files', () => {
  expect(RULES).toMatch(/deploy\/prometheus$/);
  expect(ALERTS.length).toBeGreaterThan(20);
  expect(new Set(ALERTS).size).toBe(ALERTS.length);
  expect(expressions.length).toBeGreaterThan(40);
});

test('each alert is tested, and leads to an incident of the runbook that names it', () => {
  expect(ALERTS.filter((name) => !ruleTests.includes(`"${name}"`))).toEqual([]);
  expect(ALERTS.filter((name) => !runbook.includes(`\`${name}\``))).toEqual([]);
  const links = [...rules.matchAll(/runbook: docs\/runbook\.md#(\S+)/g)].map(([, anchor = '']) => anchor);
  expect(links).toHaveLength(ALERTS.length);
  expect(links.filter((anchor) => !anchors.includes(anchor))).toEqual([]);
});

test('the runbook names no alert and no panel that does not exist', () => {
  const alerts = [...runbook.matchAll(/`(ImageGraph\w+)`/g)].map(([, name = '']) => name);
  expect(alerts.filter((name) => !ALERTS.includes(name))).toEqual([]);
  const titles = PANELS.map(({ title }) => title);
  const panels = [...runbook.matchAll(/^\| panel \| (.*) \|$/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/\*([^*]+)\*/g)].map(([, title = '']) => title),
  );
  expect(panels.length).toBeGreaterThan(10);
  expect(panels.filter((title) => !titles.includes(title))).toEqual([]);
});

test('every metric is on the dashboard, and alerts and dashboard use no other', () => {
  // A test of its own compares this page with the code.
  const documented = metricsIn(read('docs/metrics.md'));
  const shown = metricsIn(expressions.join('\n'));
  const used = [...shown, ...metricsIn(rules)];
  expect([...documented].filter((name) => !shown.has(name))).toEqual([]);
  expect(used.filter((name) => !documented.has(name))).toEqual([]);
});

test('panels have a title of their own, a description and room', () => {
  expect(new Set(PANELS.map(({ title }) => title)).size).toBe(PANELS.length);
  expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
  expect(PANELS.filter(({ description }) => !description).map(({ title }) => title)).toEqual([]);
  const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, index) => `${x + (index % w)} ${y + Math.floor(index / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  expect(dashboard.panels.filter(({ gridPos: { x, w } }) => x + w > 24)).toEqual([]);
});
