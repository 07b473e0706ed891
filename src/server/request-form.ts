// The forms in which operations may be sent: a JSON body by POST, or a GET that no other site's page has made a browser send.
import type { Plugin } from 'graphql-yoga';
import { badUserInput, forbidden, tooComplex } from '../graph/errors.ts';
import { refusal } from './refusal.ts';

/** A page of another site can send forms and plain texts without being asked; JSON it cannot. */
const JSON_TYPE = /^application\/json\s*(;|$)/i;

export function useRequestForm(corsOrigins: readonly string[], maximumBatch: number): Plugin {
  return {
    onRequestParse({ request, requestParser, setRequestParser, endResponse }) {
      const { headers, method } = request;
      if (
        method === 'POST' &&
        (!JSON_TYPE.test(headers.get('content-type') ?? '') || headers.has('content-encoding'))
      ) {
        const message = 'Send the operation as JSON: Content-Type application/json, without a Content-Encoding.';
        endResponse(refusal(415, badUserInput(message), { accept: 'application/json' }));
        return undefined;
      }
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
