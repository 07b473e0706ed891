// The former way to start an app on a script, until all suites have left it.
import { startApp, type TestApp } from './app.ts';
import type { Script, TestUpstream } from './upstreams/upstream.ts';

export { deadEndpoint } from './upstreams/dead-endpoint.ts';
/** @deprecated */
export interface UpstreamApp extends TestApp {
  readonly upstream: TestUpstream;
}

/** @deprecated */
export async function startUpstreamApp(upstream: Script, settings: Record<string, string> = {}): Promise<UpstreamApp> {
  const app = await startApp({ upstream, settings });
  return { ...app, upstream: app.upstream as TestUpstream };
}
