// The received request as the services read it: raw target, decoded parameters, path values.
import type { IncomingHttpHeaders } from 'node:http';

export interface SandboxRequest {
  method: string;
  /** The request target exactly as received, query included. */
  target: string;
  /** The path as received: still percent-encoded. */
  path: string;
  /** Values of the `{name}` segments of the route, still percent-encoded. */
  pathValues: Record<string, string>;
  /** Decoded query parameters, in order, with repetitions. */
  parameters: [string, string][];
  /** False when the query has a percent sequence that is not valid UTF-8. */
  isDecodable: boolean;
  headers: IncomingHttpHeaders;
  body: string;
  requestId: string;
  /** Project of the token; null for a token without one. Set by the token check. */
  projectId: string | null;
}

/** Decodes one part of a URL. Shape: null when it is not valid percent-encoded UTF-8. */
export function decodePart(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** Splits a raw target into path and decoded parameters; `+` is a space, as in every form-encoded query. */
export function readTarget(target: string): Pick<SandboxRequest, 'path' | 'parameters' | 'isDecodable'> {
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  const query = mark < 0 ? '' : target.slice(mark + 1);
  const parameters: [string, string][] = [];
  let isDecodable = true;
  for (const pair of query.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const [rawName, rawValue] = equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
    const name = decodePart(rawName.replaceAll('+', ' '));
    const value = decodePart(rawValue.replaceAll('+', ' '));
    if (name === null || value === null) isDecodable = false;
    parameters.push([name ?? rawName, value ?? rawValue]);
  }
  return { path, parameters, isDecodable };
}

/** Matches a raw path against a pattern such as `/v2/images/{image_id}`. Shape: the raw values, or null. */
export function matchPath(pattern: string, path: string): Record<string, string> | null {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return null;
  const values: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const segment = given[index] ?? '';
    if (part.startsWith('{')) values[part.slice(1, -1)] = segment;
    else if (part !== segment) return null;
  }
  return values;
}

/** Reads parameters into a map: the first of a repeated name counts, and an empty value counts as absent. */
export function firstParameters(request: SandboxRequest): Map<string, string> {
  const found = new Map<string, string>();
  for (const [name, value] of request.parameters) {
    if (value !== '' && !found.has(name)) found.set(name, value);
  }
  return found;
}
