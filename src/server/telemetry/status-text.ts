// `/ready?verbose`: what the server knows of itself, for people.
import { VERSION } from '../../config/user-agent.ts';
import type { Cloud } from '../../upstream/cloud.ts';
import type { Readiness } from '../http/routes.ts';
import type { AppLoad } from './metrics.ts';

const MEGABYTE = 1024 * 1024;
const megabytes = (bytes: number) => `${(bytes / MEGABYTE).toFixed(1)} MB`;

/** The lines of the text. Holds no endpoint, no caller and no secret. */
export function statusText({ status, circuits, credentials, cache }: Readiness, cloud: Cloud, load: AppLoad): string {
  const { requests, memory, documents, compiledFields } = load;
  const services = Object.entries(circuits).map(([service, circuit]) => {
    const { inFlight = 0, waiting = 0 } = [...cloud.loads].find(([name]) => name === service)?.[1] ?? {};
    return `${service}: circuit ${circuit}, ${inFlight} calls in flight, ${waiting} operations waiting`;
  });
  const lines = [
    `${status}: image-graph ${VERSION}, process ${process.pid}, up for ${Math.floor(process.uptime())} s`,
    `requests: ${requests.running} running, ${requests.waiting} waiting for admission`,
    ...services,
    ...(credentials === undefined ? [] : [`credentials of the server: ${credentials}`]),
    ...(cache ? [`cache: ${cache.hits} hits, ${cache.stale} stale, ${cache.misses} misses`] : []),
    ...(cloud.redis ? [`redis: ${cloud.redis.isUp ? 'responds' : 'does not respond'}`] : []),
    ...Object.entries(memory).map(
      ([budget, { used, max }]) => `memory of ${budget}: ${megabytes(used)} of ${megabytes(max)}`,
    ),
    `memory of the process: ${megabytes(process.memoryUsage.rss())}`,
    `documents: ${documents.count} known, ${compiledFields} fields compiled`,
  ];
  return `${lines.join('\n')}\n`;
}
