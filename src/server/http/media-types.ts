// Media types: operations come as JSON, responses go out as JSON.
import { badUserInput } from '../../graph/errors.ts';
import { errorResponse } from './error-response.ts';
import type { ServerPlugin } from './node-context.ts';

/** A page of another origin can send forms and plain text without a preflight, but not JSON. */
const JSON_TYPE = /^application\/json\s*(;|$)/i;

/** The media types of responses, and the ranges that cover them. */
const ACCEPTABLE = /^(\*\/\*|application\/\*|application\/json|application\/graphql-response\+json)\s*(;|$)/i;

/** Responds with 415 to other bodies and with 406 where none of our media types is accepted. */
export function useMediaTypes(): ServerPlugin {
  return {
    onRequest({ request, endResponse }) {
      const { headers, method } = request;
      const isJson = JSON_TYPE.test(headers.get('content-type') ?? '') && !headers.has('content-encoding');
      if (method === 'POST' && !isJson) {
        const message = 'Send the operation as JSON: Content-Type application/json, without a Content-Encoding.';
        const http = { status: 415, headers: { accept: 'application/json' } };
        endResponse(errorResponse(badUserInput(message, http)));
        return;
      }
      const accepted = (headers.get('accept') || '*/*').split(',').map((range) => range.trim());
      const acceptable = accepted.filter((range) => ACCEPTABLE.test(range));
      if (acceptable.length === 0) {
        const message = 'Responses are application/graphql-response+json or application/json: accept one of them.';
        endResponse(errorResponse(badUserInput(message, { status: 406 })));
        return;
      }
      // Yoga compares types letter by letter, and would send events to clients that accept them as well.
      headers.set('accept', acceptable.join(', '));
      if (method === 'POST') headers.set('content-type', 'application/json');
    },
  };
}
