// The forms in which operations may be sent: a JSON body by POST, or a GET that no other site's page has made a browser send.
import type { Plugin } from 'graphql-yoga';
import { badUserInput, forbidden, tooComplex } from '../../graph/errors.ts';
import { refusal } from './error-response.ts';

/** A page of another site can send forms and plain texts without being asked; JSON it cannot. */
const JSON_TYPE = /^application\/json\s*(;|$)/i;

/** The media types that answers have, and what covers them. */
const ACCEPTABLE = /^(\*\/\*|application\/\*|application\/json|application\/graphql-response\+json)\s*(;|$)/i;

export function useRequestForm(corsOrigins: readonly string[], maximumBatch: number): Plugin {
  return {
    onRequest({ request, endResponse }) {
      const { headers, method } = request;
      const isJson = JSON_TYPE.test(headers.get('content-type') ?? '') && !headers.has('content-encoding');
      if (method === 'POST' && !isJson) {
        const message = 'Send the operation as JSON: Content-Type application/json, without a Content-Encoding.';
        endResponse(refusal(415, badUserInput(message), { accept: 'application/json' }));
        return;
      }
      const accepted = (headers.get('accept') || '*/*').split(',').map((range) => range.trim());
      const acceptable = accepted.filter((range) => ACCEPTABLE.test(range));
      if (acceptable.length === 0) {
        const message = 'Answers are application/graphql-response+json or application/json: accept one of them.';
        endResponse(refusal(406, badUserInput(message)));
        return;
      }
      // The framework compares types letter by letter, and would stream events to whoever takes them as well.
      headers.set('accept', acceptable.join(', '));
      if (method === 'POST') headers.set('content-type', 'application/json');
    },
    onRequestParse({ request, requestParser, setRequestParser, endResponse }) {
      const { headers, method } = request;
      const site = headers.get('sec-fetch-site');
      const isOfOther = site === 'cross-site' || site === 'same-site';
      if (method === 'GET' && isOfOther && !corsOrigins.includes(headers.get('origin') ?? '')) {
        const message = 'A page of another site may not ask: IMAGE_GRAPH_CORS_ORIGINS lists those that may.';
        endResponse(refusal(403, forbidden(message)));
        return undefined;
      }
      if (method === 'GET' && requestParser) setRequestParser(readable(requestParser));
      return {
        onRequestParseDone({ requestParserResult }) {
          if (!Array.isArray(requestParserResult) || requestParserResult.length <= maximumBatch) return;
          const limit = { name: 'batch', value: requestParserResult.length, max: maximumBatch };
          throw tooComplex('The request holds too many operations', limit, 'Send fewer in one request.');
        },
      };
    },
  };
}

type Parser = NonNullable<Parameters<NonNullable<Plugin['onRequestParse']>>[0]['requestParser']>;

/** Yoga's own throws a bare SyntaxError where a parameter is no JSON. */
const readable =
  (parse: Parser): Parser =>
  async (request) => {
    try {
      return await parse(request);
    } catch {
      throw badUserInput('`variables` and `extensions` must be JSON objects.');
    }
  };
