// Starts the app as its users have it: in this process, on settings, over real HTTP to an upstream with a call log.
import { createClient } from '../../src/client/index.ts';
import { loadConfig } from '../../src/config/config.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/cloud.ts';
import { createApp } from '../../src/server/app.ts';
import { Cloud } from '../../src/upstream/cloud.ts';

/** A GraphQL answer as it comes over HTTP. */
export interface GraphQLAnswer {
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into freely, and compared whole
  readonly data?: any;
  readonly errors?: readonly { message: string; path?: (string | number)[]; extensions: Record<string, unknown> }[];
}

export interface TestApp {
  /** Asks as an application does. `headers` come on top of the token. */
  ask(query: string, variables?: Record<string, unknown>, headers?: Record<string, string>): Promise<GraphQLAnswer>;
  /** The typed client of src/client, speaking to this app. */
  readonly client: ReturnType<typeof createClient>;
  readonly fetch: typeof fetch;
  /** What the app logged as unforeseen. */
  readonly unforeseen: unknown[];
  close(): Promise<void>;
}

/** The app on settings, as an operator gives them. */
export function startApp(settings: Record<string, string>, token: string | undefined = 'test-token'): TestApp {
  const config = loadConfig(settings);
  const cloud = new Cloud(config.cloud);
  const unforeseen: unknown[] = [];
  const app = createApp({
    config,
    cloud,
    logger: { info: () => {}, error: (_message, error) => unforeseen.push(error) },
  });
  const fetchApp = app.fetch as typeof fetch;
  const url = 'http://127.0.0.1/graphql';
  return {
    client: createClient(url, { token, fetch: fetchApp }),
    fetch: fetchApp,
    unforeseen,
    async ask(query, variables = {}, headers = {}) {
      const response = await fetchApp(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(token === undefined ? {} : { 'x-auth-token': token }),
          ...headers,
        },
        body: JSON.stringify({ query, variables }),
      });
      return (await response.json()) as GraphQLAnswer;
    },
    close: () => cloud.close(),
  };
}

export interface SandboxApp extends TestApp {
  readonly sandbox: Sandbox;
  /** The upstream requests since the last call of this function: `METHOD target`, sorted, as the fan-out has no order. */
  calls(): string[];
}

/** The settings that point at a sandbox. */
export const settingsFor = ({ endpoints, projectId }: Sandbox) => ({
  IMAGE_GRAPH_SWR_ENDPOINT: endpoints.swr,
  IMAGE_GRAPH_IMS_ENDPOINT: endpoints.ims,
  IMAGE_GRAPH_MODELARTS_ENDPOINT: endpoints.modelarts,
  IMAGE_GRAPH_PROJECT_ID: projectId,
});

/** The app on a sandbox of its own. */
export async function startSandboxApp(
  options: SandboxOptions = {},
  settings: Record<string, string> = {},
): Promise<SandboxApp> {
  const sandbox = await startSandbox(options);
  const app = startApp({ ...settingsFor(sandbox), ...settings }, sandbox.token);
  return {
    ...app,
    sandbox,
    calls: () =>
      sandbox.calls
        .splice(0)
        .map(({ method, url }) => `${method} ${url}`)
        .sort(),
    async close() {
      await app.close();
      await sandbox.close();
    },
  };
}
