// Keeps a server that lends its credentials without authentication to its own machine. Its socket listens on loopback only; this
// rejects what reaches it indirectly: web pages by DNS rebinding, and proxies.
import type { IncomingMessage } from 'node:http';
import type { GraphQLError } from 'graphql';
import { isLoopbackName } from '../../config/loopback.ts';
import { forbidden } from '../../graph/errors.ts';
import { errorResponse } from '../http/error-response.ts';
import type { ServerPlugin } from '../http/node-context.ts';

const PROXY_HEADER = /^(forwarded|x-forwarded-.*|x-real-ip|via)$/;

/** The hosts that a request was sent to, the names of its headers in lower case, and its version of HTTP where that is known. */
export interface Origination {
  readonly hosts: readonly string[];
  readonly headerNames: Iterable<string>;
  readonly httpVersion: string | undefined;
}

/** The error of a request for another host, or of one that a proxy has forwarded, if a header shows it. */
export function loopbackCheck(allowedHosts: readonly string[]): (from: Origination) => GraphQLError | undefined {
  const isAllowed = (host: string) => {
    const name = host.replace(/:\d+$/, '').toLowerCase();
    return isLoopbackName(name) || allowedHosts.includes(name) || allowedHosts.includes(host.toLowerCase());
  };
  return ({ hosts, headerNames, httpVersion }) => {
    if (!hosts.every(isAllowed))
      return forbidden(
        'This server does not authenticate callers, so it accepts requests for loopback hosts only: list others in IMAGE_GRAPH_ALLOWED_HOSTS.',
      );
    // Proxies that add no header often speak HTTP/1.0 to their upstream.
    const header = [...headerNames].find((name) => PROXY_HEADER.test(name));
    const sign = header ?? (httpVersion === '1.0' ? 'HTTP/1.0' : undefined);
    if (sign === undefined) return undefined;
    return forbidden(
      `This server does not authenticate callers, so it accepts no requests from proxies (${sign}): set up API keys or JWTs.`,
    );
  };
}

/** Where a request of node:http comes from. With a target in absolute form the Host header is another name that it was sent to. */
export const originationOf = ({ headers, headersDistinct, httpVersion }: IncomingMessage): Origination => ({
  hosts: [headers.host ?? '', ...(headersDistinct.host ?? [])],
  headerNames: Object.keys(headers),
  httpVersion,
});

/** Responds with 403 to such requests. */
export function useLoopbackOnly(check: (from: Origination) => GraphQLError | undefined): ServerPlugin {
  return {
    onRequest({ request, url, serverContext, endResponse }) {
      const fault = check({
        hosts: [request.headers.get('host') ?? url.host, ...(serverContext?.req?.headersDistinct.host ?? [])],
        headerNames: request.headers.keys(),
        httpVersion: serverContext?.req?.httpVersion,
      });
      if (fault) endResponse(errorResponse(fault));
    },
  };
}
