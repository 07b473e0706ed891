// Keeps a server that lends its credentials without asking who the caller is to the machine that it runs on. Its socket listens on
// loopback only; this keeps out what reaches that by a detour: web pages by a name of their own, and proxies.
import type { IncomingMessage } from 'node:http';
import type { Plugin } from 'graphql-yoga';
import { isLoopbackName } from '../../config/loopback.ts';
import { forbidden } from '../../graph/errors.ts';
import { refusal } from '../http/error-response.ts';

const PROXY_HEADER = /^(forwarded|x-forwarded-.*|x-real-ip|via)$/;

/** Answers 403 to requests for another host and to those that a proxy has passed on, as far as one can tell. */
export function useLoopbackOnly(allowedHosts: readonly string[]): Plugin {
  const isAllowed = (host: string) => {
    const name = host.replace(/:\d+$/, '').toLowerCase();
    return isLoopbackName(name) || allowedHosts.includes(name) || allowedHosts.includes(host.toLowerCase());
  };
  return {
    onRequest({ request, url, serverContext, endResponse }) {
      const host = request.headers.get('host') ?? url.host;
      if (!isAllowed(host)) {
        const message =
          'This server answers on loopback only, as it asks no caller who he is: the Host is another one.';
        endResponse(refusal(403, forbidden(`${message} IMAGE_GRAPH_ALLOWED_HOSTS lists further ones.`)));
        return;
      }
      // Proxies that say nothing of themselves often speak the old HTTP to those behind them.
      const { httpVersion } = (serverContext as { req?: IncomingMessage }).req ?? {};
      const header = [...request.headers.keys()].find((name) => PROXY_HEADER.test(name));
      const proxy = header ?? (httpVersion === '1.0' ? 'HTTP 1.0' : undefined);
      if (proxy !== undefined) {
        const message = `This server asks no caller who he is, and therefore takes no requests from proxies (${proxy}).`;
        endResponse(refusal(403, forbidden(`${message} Let callers show an API key or a JWT.`)));
      }
    },
  };
}
