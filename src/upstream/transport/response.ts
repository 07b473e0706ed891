// What became of a call: its answer, or the error that stands for it; whether another attempt is worth it, and what it says of the service.

import type { Headers } from '../auth/credentials.ts';
import type { Call } from '../call.ts';
import { decodeJson } from '../decoding/json.ts';
import { errorFromAnswer, SERVICE_TITLES, UpstreamError } from '../errors.ts';
import type { Outcome } from './circuit-breaker.ts';
import type { ExchangeFailure, RawAnswer } from './exchange.ts';

/** A successful answer: the decoded JSON and the headers. */
export interface Answer {
  readonly body: unknown;
  readonly headers: RawAnswer['headers'];
}

/** How a call ended. */
export type Result = Answer | UpstreamError;

/** Whether another attempt may end better. */
export const isRetryable = (result: Result): result is UpstreamError =>
  result instanceof UpstreamError && result.details.isRetryable === true;

/** Milliseconds to wait before an attempt, the second being number 2: up to a time that doubles, after what the service asks for. */
export function pauseBefore(attempt: number, { details }: UpstreamError, baseMs: number): number {
  return 1000 * (details.retryAfter ?? 0) + Math.random() * baseMs * 2 ** (attempt - 2);
}

/** What a call says of its service: what it refused, and what cannot be read, was answered all the same. */
export function outcomeOf(result: Result): Outcome {
  if (!(result instanceof UpstreamError)) return 'healthy';
  if (result.details.isOutage) return 'failed';
  return ['aborted', 'deadline', 'unavailable', 'overloaded'].includes(result.kind) ? 'neutral' : 'healthy';
}

/** Reads what came back. `proof` is what the call proved its caller with. */
export function readAnswer(call: Call, { status, headers, text }: RawAnswer, proof: Headers): Result {
  const success = status === 200;
  let body: unknown;
  try {
    body = decodeJson(text);
  } catch {
    if (success) return unreadable(call, text === '' ? 'it is empty' : 'it is not JSON');
  }
  if (success) return { body, headers };
  if (status < 300) return unreadable(call, `HTTP ${status} is not expected`);
  return errorFromAnswer({ ...call, status, headers, body, secrets: Object.values(proof) });
}

function unreadable({ service, operation }: Call, why: string): UpstreamError {
  const message = `The answer of ${SERVICE_TITLES[service]} cannot be read: ${why} (${operation}).`;
  return new UpstreamError('bad-response', message, { service });
}

/** The error of a call that nobody answered. `wasAsked` says whether the service had most of its time to answer. */
export function errorFromFailure(
  { service, operation }: Call,
  failure: ExchangeFailure,
  { timeoutMs, wasAsked }: { readonly timeoutMs: number; readonly wasAsked: boolean },
): UpstreamError {
  const title = SERVICE_TITLES[service];
  const fail = (kind: UpstreamError['kind'], message: string, isOutage = false, retryable = false) =>
    new UpstreamError(kind, `${message} (${operation}).`, { service, isOutage, isRetryable: retryable });
  switch (failure) {
    case 'timeout':
      return fail('timeout', `${title} did not answer within ${timeoutMs} ms`, true);
    case 'unreachable':
      return fail('unavailable', `${title} cannot be reached`, true, true);
    case 'broken':
      return fail('bad-response', `The answer of ${title} cannot be read: it was cut off`, true, true);
    case 'too-large':
      return fail('bad-response', `The answer of ${title} cannot be read: it is too large`);
    case 'crowded':
      return fail(
        'overloaded',
        `The answers of ${title} that are being read are too many and too large for a further one`,
      );
    case 'deadline':
      return fail('deadline', `The time of this request is over; ${title} was still asked`, wasAsked);
    case 'aborted':
      return fail('aborted', `The call to ${title} was given up`);
  }
}

/** The error of a call that is not made, as its service has failed too often. */
export function outOfOrder({ service, operation }: Call, retryAfter: number): UpstreamError {
  const message = `${SERVICE_TITLES[service]} has failed too often: it is not asked for another ${retryAfter} s (${operation}).`;
  return new UpstreamError('unavailable', message, { service, retryAfter });
}
