// Keeps a server that lends its credentials without authentication to its own machine. Its socket listens on loopback only; this
// rejects what reaches it indirectly: web pages by DNS rebinding, and proxies.
import { isLoopbackName } from '../../config/loopback.ts';
import { forbidden } from '../../graph/errors.ts';
import { errorResponse } from '../http/error-response.ts';
import type { ServerPlugin } from '../http/node-context.ts';

const PROXY_HEADER = /^(forwarded|x-forwarded-.*|x-real-ip|via)$/;

/** Responds with 403 to requests for another host, and to those that a proxy has forwarded, if a header shows it. */
export function useLoopbackOnly(allowedHosts: readonly string[]): ServerPlugin {
  const isAllowed = (host: string) => {
    const name = host.replace(/:\d+$/, '').toLowerCase();
    return isLoopbackName(name) || allowedHosts.includes(name) || allowedHosts.includes(host.toLowerCase());
  };
  return {
    onRequest({ request, url, serverContext, endResponse }) {
      // With a target in absolute form the Host header is another name that it was sent to.
      const hosts = [request.headers.get('host') ?? url.host, ...(serverContext?.req?.headersDistinct.host ?? [])];
      if (!hosts.every(isAllowed)) {
        const message =
          'This server does not authenticate callers, so it accepts requests for loopback hosts only: list others in IMAGE_GRAPH_ALLOWED_HOSTS.';
        endResponse(errorResponse(forbidden(message)));
        return;
      }
      // Proxies that add no header often speak HTTP/1.0 to their upstream.
      const header = [...request.headers.keys()].find((name) => PROXY_HEADER.test(name));
      const sign = header ?? (serverContext?.req?.httpVersion === '1.0' ? 'HTTP/1.0' : undefined);
      if (sign !== undefined) {
        const message = `This server does not authenticate callers, so it accepts no requests from proxies (${sign}): set up API keys or JWTs.`;
        endResponse(errorResponse(forbidden(message)));
      }
    },
  };
}
