// Media types: operations come as JSON in UTF-8, responses go out as JSON of the type that the client prefers.
import { MIMEType } from 'node:util';
import { badUserInput } from '../../graph/errors.ts';
import { errorResponse } from './error-response.ts';
import type { ServerPlugin } from './node-context.ts';
import { parseWeightedList, preferenceFor } from './weighted-list.ts';

const JSON_TYPE = 'application/json';

/** The media types of responses. Where a client prefers none it gets the first, which all clients know. */
const RESPONSE_TYPES = [JSON_TYPE, 'application/graphql-response+json'];

/** Responds with 415 to other bodies and with 406 where none of our media types is accepted. */
export function useMediaTypes(): ServerPlugin {
  return {
    onRequest({ request, endResponse }) {
      const { headers, method } = request;
      const fault = method === 'POST' ? faultOfType(headers.get('content-type') ?? '') : undefined;
      if (fault !== undefined) {
        endResponse(errorResponse(badUserInput(fault, { status: 415, headers: { accept: JSON_TYPE } })));
        return;
      }
      const accept = headers.get('accept') ?? '';
      const type = preferredType(accept);
      if (type === undefined) {
        endResponse(errorResponse(badUserInput(notAcceptable(accept), { status: 406 })));
        return;
      }
      // Yoga ignores weights and letter case, and would send events to clients that accept them as well.
      headers.set('accept', type);
      if (method === 'POST') headers.set('content-type', JSON_TYPE);
    },
  };
}

/** A page of another origin can send forms and plain text without a preflight, but not JSON. */
export function faultOfType(text: string): string | undefined {
  if (text === JSON_TYPE) return undefined;
  const type = parseType(text);
  if (type?.essence !== JSON_TYPE) return 'Send the operation as JSON: Content-Type application/json.';
  const charset = type.params.get('charset');
  return !charset || /^utf-?8$/i.test(charset) ? undefined : 'Send the operation in UTF-8: JSON has no other charset.';
}

function parseType(text: string): MIMEType | undefined {
  try {
    return new MIMEType(text);
  } catch {
    return undefined;
  }
}

/** Clients send few different ones. */
const MAX_KEPT = 100;
const MAX_KEPT_LENGTH = 200;
const preferredTypes = new Map<string, string | undefined>();

/** The type of ours with the highest weight, then the one named most exactly, then the one named first. */
export function preferredType(accept: string): string | undefined {
  if (preferredTypes.has(accept)) return preferredTypes.get(accept);
  const type = findPreferredType(accept);
  if (preferredTypes.size < MAX_KEPT && accept.length <= MAX_KEPT_LENGTH) preferredTypes.set(accept, type);
  return type;
}

function findPreferredType(accept: string): string | undefined {
  const ranges = parseWeightedList(accept).filter(({ parameters }) => parameters.every(isUtf8OrOther));
  if (ranges.length === 0) return /[^\s,]/.test(accept) ? undefined : RESPONSE_TYPES[0];
  const candidates = RESPONSE_TYPES.map((type) => ({ type, ...preferenceFor(type, ranges) })).filter(
    ({ weight }) => weight > 0,
  );
  candidates.sort((a, b) => b.weight - a.weight || a.distance - b.distance || a.position - b.position);
  return candidates[0]?.type;
}

/** How the Accept header begins that Java's HttpURLConnection sends unless it is told otherwise: no browser names these types. */
const JAVA_DEFAULT = 'text/html, image/gif, image/jpeg, ';

/**
 * Whether a client names HTML, and prefers it to JSON: by weight, then by what it names more exactly. Browsers do, programs do not, but
 * for those in Java.
 */
export function prefersHtml(accept: string): boolean {
  if (accept.startsWith(JAVA_DEFAULT)) return false;
  const ranges = parseWeightedList(accept);
  const html = preferenceFor('text/html', ranges);
  if (html.distance > 0) return false;
  return RESPONSE_TYPES.map((type) => preferenceFor(type, ranges)).every(
    ({ weight, distance }) => html.weight > weight || (html.weight === weight && distance > 0),
  );
}

const isUtf8OrOther = (parameter: string) => !/^charset=(?!utf-?8$)/.test(parameter);

function notAcceptable(accept: string): string {
  const hint = 'accept application/graphql-response+json or application/json.';
  return /text\/event-stream|multipart\//i.test(accept)
    ? `This graph has no subscriptions, so it sends neither event streams nor multipart responses: ${hint}`
    : `Responses are JSON: ${hint}`;
}
