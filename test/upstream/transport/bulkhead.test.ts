// Bulkhead: the calls that wait for one service take no turns of another, and past a bound no further query waits for it.
import { expect, test, vi } from 'vitest';
import { imageId, imageRow } from '../../resources/image/kind.ts';
import { detailAt } from '../../resources/repository/kind.ts';
import { startApp } from '../../support/app.ts';
import type { Script } from '../../support/upstreams/upstream.ts';

const image = (n: number) => `i${n}: image(imageId: "${imageId(n)}") { imageId }`;
const repository = (n: number) => `r${n}: repository(namespace: "group", name: "repo-${n}") { creatorName }`;
const numbers = (count: number) => Array.from({ length: count }, (_, n) => n + 1);

/** Responds as SWR and IMS, and counts how many calls of SWR are open at once. */
function countingImages() {
  let open = 0;
  let most = 0;
  const script: Script = async ({ path }) => {
    if (path.startsWith('/v2/images/')) return { body: imageRow({ id: path.split('/').at(-1) }) };
    most = Math.max(most, ++open);
    await new Promise((resolve) => setTimeout(resolve, 2));
    open--;
    return { body: detailAt(path) };
  };
  return { script, most: () => most };
}

test('a query that waits for two services takes no turn of the one with calls to the other', async () => {
  const { script, most } = countingImages();
  const app = await startApp({ upstream: script, settings: { IMAGE_GRAPH_UPSTREAM_CONCURRENCY: '1' } });
  const all = numbers(6);
  const { data, errors } = await app.ask(`{ ${all.map((n) => `${image(n)} ${repository(n)}`).join(' ')} }`);
  expect(errors).toBeUndefined();
  expect(Object.keys(data)).toHaveLength(12);
  expect(most()).toBe(1);
  // All turns are free again.
  expect(await app.ask(`{ ${image(7)} ${repository(7)} }`)).toEqual({
    data: { i7: { imageId: imageId(7) }, r7: { creatorName: 'admin' } },
  });
});

const BOUND = { IMAGE_GRAPH_UPSTREAM_CONCURRENCY: '1', IMAGE_GRAPH_MAX_WAITING_QUERIES: '1' };

/** The app with one call to IMS in flight, and a query that waits with three more. */
async function startFull() {
  let hangs = true;
  const script: Script = ({ path }) => {
    if (!path.startsWith('/v2/images/')) return { body: detailAt(path) };
    return hangs ? undefined : { body: imageRow({ id: path.split('/').at(-1) }) };
  };
  const { send, upstream } = await startApp({ upstream: script, settings: BOUND, over: 'http' });
  const gone = new AbortController();
  send({ query: `{ ${numbers(4).map(image).join(' ')} }` }, {}, gone.signal).catch(() => {});
  await vi.waitFor(() => expect(upstream.calls).toHaveLength(1), 4000);
  const ask = (query: string) => send({ query });
  const recover = () => {
    hangs = false;
    gone.abort();
  };
  return { upstream, ask, recover };
}

test('a query that could only wait is rejected with 503, OVERLOADED and Retry-After, and makes no call', async () => {
  const { upstream, ask } = await startFull();
  const response = await ask(`{ ${image(9)} }`);
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
  expect(response.errors).toMatchObject([{ extensions: { code: 'OVERLOADED', service: null, retryAfter: 1 } }]);
  expect(response).not.toHaveProperty('data');
  expect(response.errors?.[0]?.message).toContain('IMS');
  expect(response.extensions?.cost).toMatchObject({
    requestedQueryCost: 1,
    upstreamCalls: { actual: 0, services: { ims: { requested: 1, actual: 0 } } },
  });
  expect(upstream.calls).toHaveLength(1);
});

test('a query to another service is executed', async () => {
  const { ask } = await startFull();
  const { status, data, errors } = await ask(`{ ${repository(1)} }`);
  expect([status, data, errors]).toEqual([200, { r1: { creatorName: 'admin' } }, undefined]);
});

test('of a query to both, the fields of the full service are null with OVERLOADED, and the others have their values', async () => {
  const { upstream, ask } = await startFull();
  const { status, data, errors } = await ask(`{ ${image(9)} ${repository(1)} }`);
  expect([status, data]).toEqual([200, { i9: null, r1: { creatorName: 'admin' } }]);
  expect(errors).toMatchObject([{ path: ['i9'], extensions: { code: 'OVERLOADED', service: 'ims', retryAfter: 1 } }]);
  expect(upstream.calls.filter(({ path }) => path.startsWith('/v2/images'))).toHaveLength(1);
});

test('a query that is admitted makes all its calls, however many have to wait', async () => {
  const { script } = countingImages();
  const app = await startApp({ upstream: script, settings: BOUND });
  const { data, errors } = await app.ask(`{ ${numbers(20).map(image).join(' ')} }`);
  expect(errors).toBeUndefined();
  expect(Object.keys(data)).toHaveLength(20);
});

test('when the callers that waited have disconnected, others are admitted again', async () => {
  const { ask, recover } = await startFull();
  recover();
  await vi.waitFor(
    async () => expect((await ask(`{ ${image(9)} }`)).data).toEqual({ i9: { imageId: imageId(9) } }),
    4000,
  );
});
