// The trace that a request belongs to, from the headers of the W3C's Trace Context. Baggage is never read.
import type { IncomingHttpHeaders } from 'node:http';

/** The span of a caller that a request belongs to. */
export interface TraceParent {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  readonly isSampled: boolean;
  /** What the systems that took part say in `tracestate`; undefined where it is not given or malformed. */
  readonly state: string | undefined;
}

/** The trace of a request: its caller's, or a new one. */
export interface RequestTrace {
  readonly traceId: string;
  /** The span of the request. */
  readonly spanId: string;
  readonly isSampled: boolean;
  readonly parent: TraceParent | undefined;
}

/** Later versions may have more parts. */
const TRACEPARENT = /^(?!ff)([\da-f]{2})-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})(-.*)?$/;
const SAMPLED = 1;

/** Characters and members that `tracestate` has at most. */
const MAX_STATE = 512;
const MAX_MEMBERS = 32;
const MEMBER = /^[a-z\d][\w\-*/@]{0,255}=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;

/** The caller's span. Shape: undefined without one, and where `traceparent` is malformed or was sent twice. */
export function traceParentOf({ traceparent, tracestate }: IncomingHttpHeaders): TraceParent | undefined {
  if (typeof traceparent !== 'string') return undefined;
  const [, version, traceId, spanId, flags, more] = TRACEPARENT.exec(traceparent) ?? [];
  if (traceId === undefined || spanId === undefined || (version === '00' && more !== undefined)) return undefined;
  const isSampled = (Number.parseInt(flags ?? '', 16) & SAMPLED) === SAMPLED;
  return { traceId, spanId, isSampled, state: stateOf(tracestate) };
}

/** The header `traceparent` of a span. */
export const formatTraceParent = (traceId: string, spanId: string, isSampled: boolean): string =>
  `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`;

function stateOf(header: string | string[] | undefined): string | undefined {
  const text = Array.isArray(header) ? header.join() : header;
  if (text === undefined || text.length > MAX_STATE) return undefined;
  const members = text
    .split(',')
    .map((member) => member.trim())
    .filter((member) => member !== '');
  const isValid = members.length > 0 && members.length <= MAX_MEMBERS && members.every((one) => MEMBER.test(one));
  const keys = new Set(members.map((member) => member.split('=', 1)[0]));
  return isValid && keys.size === members.length ? members.join() : undefined;
}
