// The header Server-Timing: how long a request has waited, and its operations have run and waited for clouds. Browsers show it, and pages of
// listed origins can read it.
import type { ServerResponse } from 'node:http';
import type { CallRecord } from '../../upstream/call-record.ts';
import { type OperationRecord, type RequestRecord, recordOf } from './request-record.ts';

const SERVER_TIMING = 'Server-Timing';

/** Sets it on the response to a request whose operations have been executed. */
export function setServerTiming(response: ServerResponse): void {
  const record = recordOf(response.req);
  if (record && record.operations.length > 0 && !response.headersSent)
    response.setHeader(SERVER_TIMING, serverTiming(record));
}

/** Milliseconds; those of a batch are from the beginning of its first operation to the end of its last one. */
function serverTiming({ receivedAt, admittedAt = receivedAt, operations }: RequestRecord): string {
  const [first, ...others] = operations;
  const begunAt = first?.begunAt ?? receivedAt;
  const endedAt = others.length === 0 && first ? endOf(first) : Math.max(...operations.map(endOf));
  const calls =
    others.length === 0
      ? (first?.calls ?? [])
      : operations.flatMap((operation) => operation.calls).sort((one, other) => one.begunAt - other.begunAt);
  const queue = rounded(admittedAt - receivedAt);
  const upstream = rounded(timeOf(calls, endedAt));
  return `queue;dur=${queue}, execute;dur=${rounded(endedAt - begunAt)}, upstream;dur=${upstream}`;
}

const endOf = ({ endedAt = performance.now() }: OperationRecord) => endedAt;

/** The time in which at least one of the calls was waited for. They are in the order in which they began. */
export function timeOf(calls: readonly CallRecord[], until: number): number {
  let sum = 0;
  let countedTo = 0;
  for (const { begunAt, endedAt = until } of calls) {
    sum += Math.max(0, endedAt - Math.max(begunAt, countedTo));
    countedTo = Math.max(countedTo, endedAt);
  }
  return sum;
}

const rounded = (milliseconds: number) => Math.round(100 * milliseconds) / 100;
