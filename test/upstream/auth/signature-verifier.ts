// Verifies the signature of a request as a gateway does, in both dialects of SDK-HMAC-SHA256: from the raw target and the raw headers.
// Written from the documented rules alone.
import { createHash, createHmac } from 'node:crypto';

/** A request without a body, as node:http got it. */
export interface ReceivedRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly rawHeaders: readonly string[];
}

export interface KnownKey {
  readonly accessKey: string;
  readonly secretKey: string;
}

export interface Verdict {
  /** What is wrong; empty when the signature is good. */
  readonly faults: readonly string[];
  readonly dialect: 'access' | 'credential-scope' | undefined;
  /** The names that are signed. */
  readonly signed: readonly string[];
  /** Hex SHA-256 of the canonical request. */
  readonly canonicalHash: string;
}

const AUTHORIZATION =
  /^SDK-HMAC-SHA256 (?:Access=([^\s,/]+)|Credential=([^\s,/]+)\/(\d{8})\/([^\s,/]*)\/([^\s,/]*)\/sdk_request), SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})$/;

/** Headers that must be signed where they are sent. */
const SENSITIVE = ['content-type', 'x-project-id', 'x-domain-id', 'x-security-token'];

const CLOCK_TOLERANCE_MS = 15 * 60_000;

/** Verifies a request against the one key of the gateway, at a time in epoch milliseconds. */
export function verifySignature(request: ReceivedRequest, key: KnownKey, now: number): Verdict {
  const faults: string[] = [];
  const headers = new Map<string, string>();
  for (let index = 0; index + 1 < request.rawHeaders.length; index += 2) {
    const name = (request.rawHeaders[index] ?? '').toLowerCase();
    if (headers.has(name)) faults.push(`${name} is sent twice`);
    headers.set(name, request.rawHeaders[index + 1] ?? '');
  }
  const match = AUTHORIZATION.exec(headers.get('authorization') ?? '');
  if (!match) return { faults: [...faults, 'no authorization'], dialect: undefined, signed: [], canonicalHash: '' };
  const [, plainKey, scopedKey, day = '', region = '', service = '', names = '', signature] = match;
  const signed = names.split(';');

  if ((plainKey ?? scopedKey) !== key.accessKey) faults.push('another access key');
  if (signed.join() !== [...new Set(signed)].sort().join())
    faults.push('signed names are not sorted, or not different');
  for (const name of ['host', 'x-sdk-date']) if (!signed.includes(name)) faults.push(`${name} is not signed`);
  for (const name of signed) if (!headers.has(name)) faults.push(`${name} is signed and not sent`);
  for (const name of SENSITIVE) if (headers.has(name) && !signed.includes(name)) faults.push(`${name} is not signed`);

  const date = headers.get('x-sdk-date') ?? '';
  const [, year, month, dayOfMonth, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date)?.map(Number) ?? [];
  const sentAt = year === undefined ? Number.NaN : Date.UTC(year, (month ?? 0) - 1, dayOfMonth, hour, minute, second);
  if (!(Math.abs(now - sentAt) <= CLOCK_TOLERANCE_MS)) faults.push('the date is more than 15 minutes off');
  if (scopedKey !== undefined && !date.startsWith(day)) faults.push('the scope is of another day');

  const canonicalHash = sha256(canonical(request, signed, headers));
  const scope = `${day}/${region}/${service}/sdk_request`;
  const derived = [day, region, service, 'sdk_request'].reduce<Buffer>(
    (secret, part) => hmac(secret, part),
    Buffer.from(`SDK${key.secretKey}`),
  );
  const expected =
    scopedKey === undefined
      ? hmac(Buffer.from(key.secretKey), `SDK-HMAC-SHA256\n${date}\n${canonicalHash}`)
      : hmac(derived, `SDK-HMAC-SHA256\n${date}\n${scope}\n${canonicalHash}`);
  if (expected.toString('hex') !== signature) faults.push('another signature');
  return { faults, dialect: scopedKey === undefined ? 'access' : 'credential-scope', signed, canonicalHash };
}

function canonical(
  { method = '', url = '' }: ReceivedRequest,
  signed: readonly string[],
  headers: Map<string, string>,
) {
  const mark = url.indexOf('?');
  const [path, query] = mark < 0 ? [url, ''] : [url.slice(0, mark), url.slice(mark + 1)];
  const segments = path.split('/').map((segment) => percentEncode(percentDecode(segment)));
  const uri = segments.at(-1) === '' ? segments.join('/') : `${segments.join('/')}/`;
  const pairs = query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.includes('=') ? pair.indexOf('=') : pair.length;
      return [pair.slice(0, equals), pair.slice(equals + 1)].map((part) => percentEncode(percentDecode(part)));
    });
  pairs.sort((one, other) => compare(one[0], other[0]) || compare(one[1], other[1]));
  const lines = signed.map((name) => `${name}:${(headers.get(name) ?? '').trim()}\n`).join('');
  const parts = [method, uri, pairs.map((pair) => pair.join('=')).join('&'), lines, signed.join(';'), sha256('')];
  return parts.join('\n');
}

/** The bytes that a part of a target stands for. */
function percentDecode(text: string): Buffer {
  const bytes: number[] = [];
  const raw = Buffer.from(text, 'latin1');
  for (let index = 0; index < raw.length; index += 1) {
    const hex = raw.toString('latin1', index, index + 3);
    const isEscape = /^%[0-9A-Fa-f]{2}$/.test(hex);
    bytes.push(isEscape ? Number.parseInt(hex.slice(1), 16) : (raw[index] ?? 0));
    if (isEscape) index += 2;
  }
  return Buffer.from(bytes);
}

const percentEncode = (bytes: Buffer) =>
  Array.from(bytes, (byte) => {
    const character = String.fromCharCode(byte);
    return /[A-Za-z0-9\-_.~]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }).join('');

const compare = (one = '', other = '') => (one === other ? 0 : one < other ? -1 : 1);
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (secret: Buffer, text: string) => createHmac('sha256', secret).update(text).digest();
