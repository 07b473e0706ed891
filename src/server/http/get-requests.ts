// Operations by GET: CSRF prevention, and errors for parameters that are not UTF-8 or not JSON.
import { badUserInput, forbidden } from '../../graph/errors.ts';
import { errorResponse } from './error-response.ts';
import type { ServerPlugin } from './node-context.ts';

/** Responds with 403 to a GET that a browser sends for a page of another site, unless its origin is listed. */
export function useGetRequests(corsOrigins: readonly string[]): ServerPlugin {
  return {
    onRequestParse({ request, requestParser, setRequestParser, endResponse }) {
      const { headers, method } = request;
      if (method !== 'GET') return;
      const site = headers.get('sec-fetch-site');
      const isOtherSite = site === 'cross-site' || site === 'same-site';
      if (isOtherSite && !corsOrigins.includes(headers.get('origin') ?? '')) {
        const message =
          'Pages of other sites may not send operations by GET: list their origins in IMAGE_GRAPH_CORS_ORIGINS.';
        endResponse(errorResponse(forbidden(message)));
        return;
      }
      if (!requestParser) return;
      if (isGarbled(request.url)) {
        endResponse(errorResponse(badUserInput('The query string is not valid UTF-8.', { status: 400 })));
        return;
      }
      setRequestParser(async (parsed) => {
        try {
          return await requestParser(parsed);
        } catch {
          // Yoga's parser throws a bare SyntaxError.
          throw badUserInput('`variables` and `extensions` must be JSON objects.', { status: 400 });
        }
      });
    },
  };
}

const REPLACEMENT = /%ef%bf%bd/i;

/** Whether a URL has percent-encoded bytes that are not UTF-8: they would be read as replacement characters. */
const isGarbled = (url: string) =>
  /%[89a-f]/i.test(url) &&
  !REPLACEMENT.test(url) &&
  REPLACEMENT.test(String(new URLSearchParams(url.slice(url.indexOf('?') + 1))));
