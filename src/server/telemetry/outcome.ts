// What became of a request or an operation, in one word: for the log and for metrics.
import type { OperationRecord, RequestRecord } from '../http/request-record.ts';

export type RequestOutcome = 'success' | 'partial' | 'failed' | 'rejected' | 'aborted';

/** `partial`: data with errors; `failed`: no data, but an operation was executed; `rejected`: none was. */
export function outcomeOf({ isAborted, operations, codes }: RequestRecord): RequestOutcome {
  if (isAborted) return 'aborted';
  const executed = operations.filter(({ isExecuted }) => isExecuted);
  const hasErrors = codes.size > 0 || operations.some((operation) => operation.codes.size > 0);
  if (!hasErrors) return 'success';
  if (executed.length === 0) return 'rejected';
  return executed.some(({ hasData }) => hasData) ? 'partial' : 'failed';
}

export const outcomeOfOperation = ({ isExecuted, endedAt, hasData, codes }: OperationRecord): RequestOutcome => {
  if (endedAt === undefined) return 'aborted';
  if (codes.size === 0) return 'success';
  if (!isExecuted) return 'rejected';
  return hasData ? 'partial' : 'failed';
};
