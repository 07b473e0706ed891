// Signs requests with an access key: SDK-HMAC-SHA256 in both of its dialects.
// Source: docs/upstream/gateway.md#request-signing.
import { createHmac, hash } from 'node:crypto';
import type { Headers } from './credentials.ts';

const ALGORITHM = 'SDK-HMAC-SHA256';

/** What is signed; the body is empty. */
export interface SignableRequest {
  readonly method: string;
  /** The path as it is sent; it is decoded and re-encoded for the signature. */
  readonly path: string;
  readonly query: readonly (readonly [name: string, value: string])[];
  /** All of them are signed; names in lower case, `host` and `x-sdk-date` among them. */
  readonly headers: Headers;
}

export interface AccessKey {
  readonly accessKey: string;
  readonly secretKey: string;
}

/** The time of `X-Sdk-Date`: UTC to the second. */
export const sdkDate = (time: Date) => time.toISOString().replace(/[-:]|\.\d{3}/g, '');

/** The value of `Authorization` in the dialect of Huawei Cloud: the secret key signs directly. */
export function signWithAccess(request: SignableRequest, { accessKey, secretKey }: AccessKey): string {
  const toSign = [ALGORITHM, request.headers['x-sdk-date'], sha256(canonicalRequest(request))].join('\n');
  const signature = hmac(secretKey, toSign).toString('hex');
  return `${ALGORITHM} Access=${accessKey}, SignedHeaders=${signedNames(request)}, Signature=${signature}`;
}

/** The same in the dialect with a credential scope: the key is derived from the date, with region and service left empty. */
export function signWithScope(request: SignableRequest, { accessKey, secretKey }: AccessKey): string {
  const date = request.headers['x-sdk-date'] ?? '';
  const scope = [date.slice(0, 8), '', '', 'sdk_request'];
  const key = scope.reduce<string | Buffer>((derived, part) => hmac(derived, part), `SDK${secretKey}`);
  const toSign = [ALGORITHM, date, scope.join('/'), sha256(canonicalRequest(request))].join('\n');
  const credential = `${accessKey}/${scope.join('/')}`;
  const signature = hmac(key, toSign).toString('hex');
  return `${ALGORITHM} Credential=${credential}, SignedHeaders=${signedNames(request)}, Signature=${signature}`;
}

function canonicalRequest(request: SignableRequest): string {
  const path = request.path
    .split('/')
    .map((segment) => encode(decodeURIComponent(segment)))
    .join('/');
  const query = request.query
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([nameA, valueA], [nameB, valueB]) => byCode(nameA, nameB) || byCode(valueA, valueB))
    .map((pair) => pair.join('='));
  const headers = names(request).map((name) => `${name}:${(request.headers[name] ?? '').trim()}\n`);
  return [
    request.method,
    path.endsWith('/') ? path : `${path}/`,
    query.join('&'),
    headers.join(''),
    signedNames(request),
    EMPTY_BODY,
  ].join('\n');
}

const names = ({ headers }: SignableRequest) => Object.keys(headers).sort(byCode);
const signedNames = (request: SignableRequest) => names(request).join(';');

/** RFC 3986: everything but the unreserved characters is escaped. */
const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

const byCode = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);
const sha256 = (text: string) => hash('sha256', text, 'hex');
const EMPTY_BODY = sha256('');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
