// The panels of the dashboard, with their queries as Grafana would send them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const FILE = join(import.meta.dirname, '../../deploy/grafana/image-graph.json');

interface Dashboard {
  readonly panels: readonly {
    readonly id: number;
    readonly type: string;
    readonly title: string;
    readonly description?: string;
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
    readonly targets?: readonly { readonly expr: string }[];
  }[];
  readonly annotations: { readonly list: readonly { readonly expr: string }[] };
}

export const dashboard: Dashboard = JSON.parse(readFileSync(FILE, 'utf8'));

/** The panels that have queries. */
export const PANELS = dashboard.panels.filter(({ type }) => type !== 'row');

/** A query with its variables replaced. `rateInterval` is what rates are over. */
export const queryOf = (expression: string, job = '.*', rateInterval = '1m') =>
  expression.replaceAll('$__rate_interval', rateInterval).replaceAll('$job', job).replaceAll('$instance', '.*');

/** The queries of a panel, by its title. */
export function queriesOf(title: string, job?: string): string[] {
  const panel = PANELS.find((each) => each.title === title);
  if (!panel) throw new Error(`The dashboard has no panel "${title}".`);
  return (panel.targets ?? []).map(({ expr }) => queryOf(expr, job));
}
