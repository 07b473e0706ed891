// Reads metrics as Prometheus does.
import type { TestApp } from './app.ts';

/** The values of all time series, by name and labels: `image_graph_requests_total{outcome="success",status="200"}`. */
export function seriesIn(text: string): Map<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]));
}

/** The metrics of an app that is served over HTTP. */
export async function metricsOf(app: TestApp): Promise<Map<string, number>> {
  const response = await app.fetch(`${app.origin}/metrics`);
  return seriesIn(await response.text());
}

/** The series of one metric that are not 0, without its name. */
export const nonZero = (metrics: ReadonlyMap<string, number>, name: string): Record<string, number> =>
  Object.fromEntries(
    [...metrics]
      .filter(([series, value]) => value !== 0 && series.replace(/\{.*/s, '') === `image_graph_${name}`)
      .map(([series, value]) => [series.slice(`image_graph_${name}`.length), value]),
  );
