// The app on a small upstream that a test writes, for the length of that test.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { startApp, type TestApp } from './app.ts';
import { type Script, settingsForUpstream, startUpstream, type TestUpstream } from './upstreams/upstream.ts';

export interface UpstreamApp extends TestApp {
  readonly upstream: TestUpstream;
  /** The raw targets that the upstream was asked for since the last call of this function, in the order of arrival. */
  targets(): string[];
}

/** All services are the one upstream, unless the settings say otherwise. */
export async function startUpstreamApp(script: Script, settings: Record<string, string> = {}): Promise<UpstreamApp> {
  const upstream = await startUpstream(script);
  const app = startApp({ ...settingsForUpstream(upstream), ...settings });
  onTestFinished(async () => {
    await app.close();
    await upstream.close();
  });
  return { ...app, upstream, targets: () => upstream.calls.splice(0).map(({ url }) => url) };
}

/** An endpoint where nobody listens: its port is kept, on another address of loopback, so that nobody is given it. */
export async function deadEndpoint(): Promise<string> {
  const keeper = createServer().listen(0, '127.0.0.1').unref();
  await once(keeper, 'listening');
  return `http://127.0.0.2:${(keeper.address() as AddressInfo).port}`;
}
