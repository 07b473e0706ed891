// A call as a resource describes it, the request target that it makes, and the response as it is received.
import type { CallKind } from '../config/cache.ts';
import { SERVICE_TITLES, type Service } from '../config/services.ts';
import { UpstreamError } from './errors.ts';

/** A GET of one service. */
export interface Call {
  readonly service: Service;
  /** The kind by which settings keep its response; not given for a call whose response is never kept. */
  readonly kind?: CallKind;
  /** What the call does, in the words of its document; for error messages. */
  readonly operation: string;
  /** Absolute path, encoded, without the endpoint's own path. */
  readonly path: string;
  readonly query?: readonly (readonly [name: string, value: string])[];
  /** What the call is about, for the circuit breaker; the target where it is not given. All pages of a record's list are about the record. */
  readonly resource?: string;
  /**
   * Finds the rows of a list in the decoded body: null where the list is empty, anything but an array where there is none. Not given for a
   * call that shows one record: the body is the record.
   */
  readonly rowsOf?: (body: unknown, headers: RawResponse['headers']) => unknown;
  /** Finds the record in the decoded body, or what is held of it; undefined where there is none. Not given where the body is the record. */
  readonly recordOf?: (body: unknown) => unknown;
  /** Rows of a list that the call requests: those beyond them are not looked at. Given where `rowsOf` is. */
  readonly maxRows?: number;
  /** Whether a row has its own identity, or a record that of the record that was requested. An error has neither, whatever its status. */
  readonly isRecord: (record: Readonly<Record<string, unknown>>) => boolean;
}

/** A complete response: status, headers, and the body as text. */
export interface RawResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Empty where the body cannot be read. */
  readonly text: string;
  /** Why the body cannot be read, where it cannot: it is in another coding, or exceeds a bound. */
  readonly fault: string | undefined;
  /** Bytes of memory that were taken for it. */
  readonly memory: number;
}

/** Characters of the longest target that is sent: the gateways take 32 KB for the whole request line and headers. */
const MAX_TARGET_LENGTH = 30_000;

/** Path and query as they are sent. Shape: an UpstreamError `too-long` for a target that no service accepts. */
export function targetOf(call: Call): string | UpstreamError {
  // Checked before encoding, which takes time for a long query.
  if (lengthOf(call) > MAX_TARGET_LENGTH) return tooLong(call);
  const { path, query } = call;
  if (!query) return path;
  let target = path;
  for (const [name, value] of query)
    target += `${target === path ? '?' : '&'}${encodeURIComponent(name)}=${encodeURIComponent(value)}`;
  return target.length > MAX_TARGET_LENGTH ? tooLong(call) : target;
}

function lengthOf({ path, query = [] }: Call): number {
  let { length } = path;
  for (const [name, value] of query) length += name.length + value.length;
  return length;
}

function tooLong({ service }: Call): UpstreamError {
  const message = `The arguments make a URL that is too long for ${SERVICE_TITLES[service]}: give fewer or shorter ones.`;
  return new UpstreamError('too-long', message, { service });
}
