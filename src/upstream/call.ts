// A call as the resources ask for it, and the target that it makes. Knows not how it is sent.
import type { Service } from '../config/config.ts';
import { SERVICE_TITLES, UpstreamError } from './errors.ts';

/** A GET of one service. */
export interface Call {
  readonly service: Service;
  /** What the call does, in the words of its document; for error messages. */
  readonly operation: string;
  /** Absolute path, encoded, without the endpoint's prefix. */
  readonly path: string;
  readonly query?: readonly (readonly [name: string, value: string])[];
  /** What the call is about, where that is less than its target: all pages of one record's list are about the record. */
  readonly subject?: string;
}

/** Characters of the longest target that is sent: the gateways take 32 KB with all around it. */
const LONGEST_TARGET = 30_000;

/** Path and query as they are sent. Shape: an UpstreamError `too-long` in place of what no service takes. */
export function targetOf(call: Call): string | UpstreamError {
  // Looked at before it is encoded, which takes its time.
  if (lengthOf(call) > LONGEST_TARGET) return tooLong(call);
  const { path, query = [] } = call;
  if (query.length === 0) return path;
  const target = `${path}?${query.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&')}`;
  return target.length > LONGEST_TARGET ? tooLong(call) : target;
}

const lengthOf = ({ path, query = [] }: Call) =>
  query.reduce((length, [name, value]) => length + name.length + value.length, path.length);

function tooLong({ service }: Call): UpstreamError {
  const message = `The arguments make a URL that ${SERVICE_TITLES[service]} does not take: give fewer or shorter ones.`;
  return new UpstreamError('too-long', message, { service });
}
