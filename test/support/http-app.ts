// The former way to start an app on a port, until all suites have left it.
import { openApp, type TestApp } from './app.ts';
import { postQuery, sendRequest, type WireAnswer, type WireRequest } from './http-client.ts';
import { oneImage } from './upstreams/one-image.ts';

export type { WireAnswer, WireRequest } from './http-client.ts';
export { ACCESS_KEY, IAM_TOKEN, PASSWORD } from './upstreams/iam.ts';
export { ANSWER, QUERY } from './upstreams/one-image.ts';

/** @deprecated */
export interface HttpApp extends Omit<TestApp, 'send'> {
  send(request: WireRequest): Promise<WireAnswer>;
  post(query: string, ...headers: string[]): Promise<WireAnswer>;
}

/** @deprecated */
export async function startHttpApp(settings: Record<string, string> = {}, upstream = oneImage): Promise<HttpApp> {
  const app = await openApp({ settings, upstream, over: 'http' });
  return {
    ...app,
    send: (request) => sendRequest(app, request),
    post: (query, ...headers) => postQuery(app, query, ...headers),
  };
}
