// Load shedding: while the event loop is late, requests are turned away at once, and let in again when it is not.
import { setTimeout as wait } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { imageId, imageRow } from './support/rows.ts';
import { serveApp } from './support/served-app.ts';
import { settingsForUpstream, startUpstream } from './support/upstream.ts';

const QUERY = { body: JSON.stringify({ query: `{ image(imageId: "${imageId(1)}") { name } }` }) };
const HEADERS = { 'x-auth-token': 'test-token' };

function keepBusy(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

/** The app in this process, whose event loop the test can keep busy. */
async function start() {
  const upstream = await startUpstream(() => ({ body: imageRow() }));
  onTestFinished(() => upstream.close());
  const app = await serveApp({ ...settingsForUpstream(upstream), IMAGE_GRAPH_MAX_EVENT_LOOP_DELAY_MS: '10' });
  const probe = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${app.port}${path}`);
    return { status: response.status, text: await response.text() };
  };
  return { upstream, ask: () => app.send({ ...QUERY, headers: HEADERS }), probe };
}

/** Makes every turn of the event loop a long one; returns the function that ends it. */
function slowDown(): () => void {
  let isSlow = true;
  const turn = () => {
    keepBusy(30);
    if (isSlow) setImmediate(turn);
  };
  turn();
  return () => {
    isSlow = false;
  };
}

test('while the event loop is late, requests get 503, OVERLOADED and Retry-After; no call is made for them', async () => {
  const { upstream, ask, probe } = await start();
  expect((await ask()).data).toEqual({ image: { name: 'CentOS' } });
  upstream.calls.length = 0;
  const recover = slowDown();
  onTestFinished(recover);
  await wait(100);
  const { status, headers, errors, ...rest } = await ask();
  expect([status, headers['retry-after'], headers['cache-control']]).toEqual([503, '1', 'private, no-store']);
  expect(errors).toMatchObject([{ extensions: { code: 'OVERLOADED', service: null, retryAfter: 1 } }]);
  expect(rest).toEqual({});
  expect(upstream.calls).toEqual([]);
  // The probes are answered: the process lives, and wants no more work.
  expect(await probe('/health')).toEqual({ status: 200, text: '' });
  const ready = await probe('/ready');
  expect([ready.status, JSON.parse(ready.text).status]).toEqual([503, 'overloaded']);

  recover();
  await vi.waitFor(async () => expect((await ask()).data).toEqual({ image: { name: 'CentOS' } }));
  await vi.waitFor(async () => expect((await probe('/ready')).status).toBe(200), 5000);
});

test('one long pause alone turns nobody away', async () => {
  const { ask } = await start();
  await ask();
  for (let n = 0; n < 3; n++) {
    await wait(50);
    keepBusy(60);
    expect((await ask()).status).toBe(200);
  }
});

test('a server that was idle for long lets the first request in', async () => {
  const { ask } = await start();
  await ask();
  const recover = slowDown();
  await wait(100);
  recover();
  await wait(1200);
  expect((await ask()).status).toBe(200);
});
