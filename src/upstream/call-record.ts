// What became of the calls of an operation, in numbers and closed sets of words: for metrics, traces, the log and `extensions.upstream`.
import type { Service } from '../config/services.ts';
import { UpstreamError, type UpstreamErrorKind } from './errors.ts';

export type CallResult = 'success' | UpstreamErrorKind;

/** A call by its name: a closed set. */
export interface NamedCall {
  readonly service: Service;
  /** In the words of its document. */
  readonly operation: string;
}

/** One attempt of a call. Times are those of `performance.now()`. */
export interface AttemptRecord {
  /** When it entered the queue. */
  readonly begunAt: number;
  /** When its turn came; undefined where it did not. */
  readonly sentAt: number | undefined;
  readonly endedAt: number;
  /** HTTP status; undefined without a response. */
  readonly status: number | undefined;
  readonly result: CallResult;
  /** Bytes of the body that were received. */
  readonly bytes: number;
}

/** A call as one operation sees it. Holds nothing of what was sent and received. */
export class CallRecord implements NamedCall {
  readonly service: Service;
  readonly operation: string;
  readonly begunAt = performance.now();
  /** Undefined while the call is made. */
  endedAt: number | undefined;
  result: CallResult | undefined;
  /** Those of a call in flight that another operation has begun, too. Empty where the call was not made. */
  attempts: readonly AttemptRecord[] = [];
  /** Whether it has the result of a call in flight of another operation. */
  isShared = false;
  /** Whether its response was kept from an earlier call. */
  isKept = false;
  /** The id of its span, where the service was told it. */
  spanId: string | undefined;

  constructor({ service, operation }: NamedCall) {
    this.service = service;
    this.operation = operation;
  }

  end(result: CallResult): void {
    this.endedAt = performance.now();
    this.result = result;
  }
}

/** What a response, or the error in its place, is counted as. */
export const resultOf = (result: object): CallResult => (result instanceof UpstreamError ? result.kind : 'success');

/** The trace that the calls of an operation belong to. */
export interface CallTrace {
  /** The header `traceparent` of a call. */
  traceParentOf(call: CallRecord): string;
}
