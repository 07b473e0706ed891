// Judges raw upstream requests by the documents: method, target to the last byte, and headers. Written from docs/upstream,
// not from src/.
import type { IncomingMessage } from 'node:http';
import { pathPattern } from '../support/kind.ts';
import { CALLS, parametersOf } from '../support/kinds.ts';

interface Grammar {
  readonly method: 'GET' | 'POST';
  readonly path: RegExp;
  /** Names of the query; each comes once, but for `tag`. */
  readonly names: readonly string[];
}

const DOCUMENTED: readonly Grammar[] = [
  ...CALLS.map(({ path, document, parameters }): Grammar => {
    const names = parameters ?? (document ? parametersOf(document) : []);
    return { method: 'GET', path: pathPattern(path), names };
  }),
  { method: 'POST', path: /^\/v3\/auth\/tokens$/, names: [] },
];

/** A name or value of a query: escapes of well-formed UTF-8, without control characters. */
const ESCAPED = /^(?:[\w.~!*'()-]|%[2-6][0-9A-F]|%7[0-9A-E]|%[89A-F][0-9A-F])*$/;
const VALUE = '(?!:)(?:[^|:]|:(?!:))+(?<!:)';
const FILTER = new RegExp(
  String.raw`^center::(self|thirdparty)(\|name::${VALUE})?(\|namespace::${VALUE})?(\|status::(true|false))?(\|order_column::\w+\|order_type::(asc|desc))?\|limit::\d{1,4}\|offset::\d{1,8}$`,
);

/** The numbers of a page: no page has more than a thousand rows, or lies beyond ten million. */
const PAGE: ReadonlyMap<string, RegExp> = new Map([
  ['limit', /^\d{1,4}$/],
  ['offset', /^\d{1,8}$/],
]);

/** Headers that a request to the cloud may have, and what may stand in them. */
const HEADERS: ReadonlyMap<string, RegExp> = new Map([
  ['host', /^127\.0\.0\.1:\d+$/],
  ['connection', /^keep-alive$/],
  ['accept', /^application\/json$/],
  ['accept-encoding', /^identity$/],
  ['user-agent', /^image-graph\/\d+\.\d+\.\d+$/],
  ['content-type', /^application\/json$/],
  ['content-length', /^\d+$/],
  ['x-request-id', /^[\w.:-]{1,128}$/],
  // Printable ASCII without blanks and commas.
  ['x-auth-token', /^[\x21-\x2b\x2d-\x7e]+$/],
  ['x-security-token', /^[\x21-\x7e]+$/],
  ['x-project-id', /^[\w-]{1,64}$/],
  ['x-sdk-date', /^\d{8}T\d{6}Z$/],
  ['authorization', /^SDK-HMAC-SHA256 [ -~]+$/],
]);

/** What a request has that the documents do not know. */
export function faultsOf({ method = '', url = '', rawHeaders }: IncomingMessage): string[] {
  const faults: string[] = [];
  const [path = '', query, ...more] = url.split('?');
  const call = DOCUMENTED.find((documented) => documented.method === method && documented.path.test(path));
  // Dots that lead elsewhere, before and after SWR has taken `$` for a slash.
  const leads = /(?:^|[/$])(?:%20)*\.(?:\.|%20)*(?:[/$]|$)/.test(path);
  if (!call || leads || more.length > 0) return [`${method} ${url} is not a documented call`];
  const pairs = (query?.split('&') ?? []).map((pair) => pair.split('='));
  for (const [name = '', value = '', ...rest] of pairs) {
    if (!call.names.includes(name)) faults.push(`${name} is not a parameter of ${path}`);
    if (rest.length > 0 || !ESCAPED.test(value)) faults.push(`${name}=${value} is not escaped`);
    else if (PAGE.get(name)?.test(value) === false) faults.push(`${name}=${value} is not a page`);
    else if (name === 'filter' && !FILTER.test(decodeURIComponent(value))) faults.push(`${value} is not a filter`);
    else if (/[\p{Cc}\u2028\u2029]/u.test(decodeURIComponent(value))) faults.push(`${value} has a control character`);
  }
  const names = pairs.map(([name]) => name).filter((name) => name !== 'tag');
  if (new Set(names).size < names.length) faults.push(`${query} has a parameter twice`);
  const headers = rawHeaders.filter((_text, index) => index % 2 === 0).map((name) => name.toLowerCase());
  if (new Set(headers).size < headers.length) faults.push(`a header is sent twice: ${headers}`);
  for (const [index, name] of headers.entries()) {
    const value = rawHeaders[2 * index + 1] ?? '';
    if (!HEADERS.get(name)?.test(value)) faults.push(`${name}: ${value} is not a documented header`);
  }
  return faults;
}
