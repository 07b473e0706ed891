// Further plugins: their hooks run for every request, as the fast path is off where it would pass by one of them.
import { expect, onTestFinished, test, vi } from 'vitest';
import { loadConfig } from '../../../src/config/config.ts';
import { createApp } from '../../../src/server/app.ts';
import { ResultSender } from '../../../src/server/fast/result-sender.ts';
import type { ServerPlugin } from '../../../src/server/http/node-context.ts';
import { createHttpServer } from '../../../src/server/http/server.ts';
import { Cloud } from '../../../src/upstream/cloud.ts';
import { close, listen } from '../../support/listen.ts';
import { startUpstream } from '../../support/upstreams/upstream.ts';
import { oneImage, QUERY, RESPONSE } from '../one-image.ts';

/** How often a hook has run. */
let runs = 0;
const count = () => void runs++;

/**
 * A plugin for each hook that Yoga knows: the compiler says where a version of Yoga has further ones. `undefined` where no request of the
 * fast path meets the hook: it takes neither subscriptions nor the end of the server.
 */
const PLUGINS: { readonly [Hook in keyof ServerPlugin]-?: ServerPlugin | undefined } = {
  onRequest: { onRequest: count },
  onRequestParse: { onRequestParse: count },
  onParams: { onParams: count },
  onEnveloped: { onEnveloped: count },
  onParse: { onParse: count },
  onValidate: { onValidate: count },
  onContextBuilding: { onContextBuilding: count },
  onExecute: { onExecute: count },
  onExecutionResult: { onExecutionResult: count },
  onResultProcess: { onResultProcess: count },
  onResponse: { onResponse: count },
  instrumentation: {
    instrumentation: {
      request: (_payload, wrapped) => {
        count();
        return wrapped();
      },
    },
  },
  onYogaInit: { onYogaInit: count },
  onPluginInit: { onPluginInit: ({ addPlugin }) => addPlugin({ onExecute: count }) },
  onSchemaChange: { onSchemaChange: count },
  onSubscribe: undefined,
  onDispose: undefined,
  [Symbol.dispose]: undefined,
  [Symbol.asyncDispose]: undefined,
};

/** Hooks that run when the server is made, or the first time that it needs something, and not again. */
const ONCE: ReadonlySet<unknown> = new Set(['onYogaInit', 'onSchemaChange', 'onParse', 'onValidate']);

async function start(plugins?: readonly ServerPlugin[]) {
  const upstream = await startUpstream(oneImage);
  onTestFinished(upstream.close);
  const config = loadConfig({ ...upstream.settings, IMAGE_GRAPH_MAX_EVENT_LOOP_DELAY_MS: '60000' });
  const log: string[] = [];
  const cloud = new Cloud(config.cloud, () => {});
  const keep = (line: string) => void log.push(line);
  const logger = { debug: keep, info: keep, warn: keep, error: keep };
  const server = createHttpServer(createApp({ config, cloud, logger, ...(plugins ? { plugins } : {}) }), config);
  const origin = await listen(server);
  onTestFinished(async () => {
    await close(server);
    await cloud.close();
  });
  const sender = vi.spyOn(ResultSender.prototype, 'send');
  onTestFinished(() => sender.mockRestore());
  const ask = async () => {
    const headers = { 'content-type': 'application/json', 'x-auth-token': 'token' };
    const response = await fetch(`${origin}/graphql`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ query: QUERY }),
    });
    expect([response.status, await response.json()]).toEqual([200, RESPONSE]);
  };
  return { ask, log, isFast: () => sender.mock.calls.length > 0 };
}

const HOOKED = Reflect.ownKeys(PLUGINS).flatMap((hook) => {
  const plugin = PLUGINS[hook as keyof ServerPlugin];
  return plugin ? [[String(hook), plugin] as const] : [];
});

test.each(HOOKED)(
  'a plugin with %s turns the fast path off, and its hook runs for every request',
  async (hook, plugin) => {
    runs = 0;
    for (const plugins of [[plugin], [{}, plugin], [Object.create(plugin) as ServerPlugin]]) {
      const { ask, log, isFast } = await start(plugins);
      await ask();
      const first = runs;
      for (let turn = 0; turn < 3; turn++) await ask();
      expect(isFast()).toBe(false);
      expect(log).toEqual([`The fast path is off: plugins have hooks that it does not call (${hook}).`]);
      if (!ONCE.has(hook)) expect(runs).toBeGreaterThanOrEqual(first + 3);
      else expect(runs).toBeGreaterThan(0);
    }
  },
);

test('the log names all such hooks', async () => {
  const { log } = await start([{ onExecute: count }, { onRequest: count, onResponse: count }]);
  expect(log).toEqual([
    'The fast path is off: plugins have hooks that it does not call (onRequest, onExecute, onResponse).',
  ]);
});

test.each<[string, readonly ServerPlugin[] | undefined]>([
  ['no plugins', undefined],
  ['plugins without hooks', [{}, {}]],
  ['a plugin that ends with the server', [{ [Symbol.dispose]: count }]],
  ['a plugin for subscriptions', [{ onSubscribe: count }]],
])('%s: it stays on', async (_title, plugins) => {
  const { ask, log, isFast } = await start(plugins);
  for (let turn = 0; turn < 3; turn++) await ask();
  expect(isFast()).toBe(true);
  expect(log).toEqual([]);
});
