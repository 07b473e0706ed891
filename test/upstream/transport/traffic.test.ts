// The calls to the upstream: only GETs, always for JSON, never more at once than the cap, in fair turns, and aborted with the caller.
import { expect, onTestFinished, test, vi } from 'vitest';
import { imageId, imageRow } from '../../resources/image/kind.ts';
import { imageGroupRow } from '../../resources/image-group/kind.ts';
import { detailAt } from '../../resources/repository/kind.ts';
import { retentionLogRow } from '../../resources/retention-log/kind.ts';
import { sharedRow } from '../../resources/shared-repository/kind.ts';
import { codesOf, startApp } from '../../support/app.ts';
import { groupList, imageList, retentionList, sharedList } from '../../support/upstreams/paged-upstream.ts';
import { type Script, startUpstream } from '../../support/upstreams/upstream.ts';

const manyImages = (from: number, to: number) =>
  `{ ${Array.from({ length: to - from + 1 }, (_, n) => `i${n}: image(imageId: "${imageId(from + n)}") { imageId }`).join(' ')} }`;

/** An upstream that holds every response back until it is released. */
function holdingScript() {
  const waiting: (() => void)[] = [];
  const order: string[] = [];
  let open = 0;
  let most = 0;
  const script: Script = async ({ path }) => {
    order.push(path.split('/').at(-1) ?? '');
    most = Math.max(most, ++open);
    await new Promise<void>((resolve) => waiting.push(resolve));
    open--;
    return { body: imageRow({ id: path.split('/').at(-1) }) };
  };
  return { script, waiting, order, most: () => most };
}

test('only GETs go upstream, each with Accept: application/json and the caller’s token', async () => {
  const everything: Script = (call, response) => {
    if (call.path.endsWith('/histories')) return retentionList([retentionLogRow()])(call, response);
    if (call.path.includes('/repos/')) return { body: detailAt(call.path) };
    if (call.path.startsWith('/v2/images/')) return { body: imageRow({ id: call.path.split('/').at(-1) }) };
    if (call.path === '/v2/images') return imageList([imageRow({ __originalimagename: imageId(2) })])(call, response);
    return (call.path.startsWith('/v1/') ? groupList([imageGroupRow()]) : sharedList([sharedRow()]))(call, response);
  };
  const app = await startApp({ upstream: everything });
  const { errors } = await app.ask(
    `{ sharedRepositories(center: SELF) { totalCount nodes { id repository { creatorName sharing { id } } } }
       retentionLogs(namespace: "group", repositoryName: "busybox", last: 1) { nodes { id } }
       images(last: 1) { nodes { originalImage { name } } } image(imageId: "${imageId(3)}") { name }
       imageGroups { nodes { repository { name imageGroup { name } } } } imageGroup(namespace: "group", name: "g") { name } }`,
    {},
    { 'x-auth-token': 'token-of-the-caller' },
  );
  expect(errors).toBeUndefined();
  expect(app.upstream.calls.length).toBeGreaterThanOrEqual(8);
  for (const { method, url, headers } of app.upstream.calls) {
    expect(method, url).toBe('GET');
    expect(headers.accept, url).toBe('application/json');
    expect(headers['x-auth-token'], url).toBe('token-of-the-caller');
    expect(headers['content-length'] ?? '0', url).toBe('0');
    expect(url).not.toContain('token-of-the-caller');
  }
});

test('SWR gets the Content-Type that it calls mandatory', async () => {
  const app = await startApp({ upstream: sharedList([sharedRow()]) });
  await app.ask('{ sharedRepositories(center: SELF) { nodes { id } } }');
  expect(app.upstream.calls.map(({ headers }) => headers['content-type'])).toEqual(['application/json']);
});

test('with a concurrency of 2 never more than two calls of a service are in flight, and all are made', async () => {
  const { script, waiting, most } = holdingScript();
  const app = await startApp({ upstream: script, settings: { IMAGE_GRAPH_UPSTREAM_CONCURRENCY: '2' } });
  const responses = [app.ask(manyImages(1, 9)), app.ask(manyImages(11, 15))];
  for (let released = 0; released < 14; released++) {
    await vi.waitFor(() => expect(waiting.length).toBeGreaterThan(0));
    waiting.shift()?.();
  }
  for (const { data, errors } of await Promise.all(responses)) {
    expect(errors).toBeUndefined();
    expect(Object.values(data)).not.toContain(null);
  }
  expect(app.upstream.calls).toHaveLength(14);
  expect(most()).toBe(2);
});

test('a small query overtakes a large one', async () => {
  const { script, waiting, order } = holdingScript();
  // The group is on a service of its own: its call shows that the small query has queued all its calls.
  const groups = await startUpstream(groupList([imageGroupRow({ name: 'g' })]));
  onTestFinished(() => groups.close());
  const app = await startApp({
    upstream: script,
    settings: {
      IMAGE_GRAPH_UPSTREAM_CONCURRENCY: '2',
      IMAGE_GRAPH_MODELARTS_ENDPOINT: groups.url,
    },
  });
  const large = app.ask(manyImages(1, 20));
  await vi.waitFor(() => expect(waiting).toHaveLength(2));
  const small = app.ask(
    `{ image(imageId: "${imageId(99)}") { imageId } imageGroup(namespace: "group", name: "g") { name } }`,
  );
  await vi.waitFor(() => expect(groups.calls).toHaveLength(1));
  for (let released = 0; released < 21; released++) {
    await vi.waitFor(() => expect(waiting.length).toBeGreaterThan(0));
    waiting.shift()?.();
  }
  expect((await small).data).toEqual({ image: { imageId: imageId(99) }, imageGroup: { name: 'g' } });
  expect(Object.keys((await large).data)).toHaveLength(20);
  expect(order.indexOf(imageId(99))).toBeGreaterThanOrEqual(2);
  expect(order.indexOf(imageId(99))).toBeLessThanOrEqual(4);
});

test('a call that timed out gives its turn to the next one', async () => {
  const app = await startApp({
    upstream: ({ path }) => (path.endsWith(imageId(3)) ? { body: imageRow({ id: imageId(3) }) } : undefined),
    settings: { IMAGE_GRAPH_UPSTREAM_CONCURRENCY: '1', IMAGE_GRAPH_UPSTREAM_TIMEOUT_MS: '100' },
  });
  const { data, errors } = await app.ask(manyImages(1, 3));
  expect(data).toEqual({ i0: null, i1: null, i2: { imageId: imageId(3) } });
  expect(codesOf({ errors })).toEqual(['UPSTREAM_TIMEOUT', 'UPSTREAM_TIMEOUT']);
});

test('a caller that disconnects has its calls in flight aborted, its waiting ones are never made, and the turns are free again', async () => {
  let closed = 0;
  let silent = true;
  const { upstream, send, ask, log } = await startApp({
    upstream: ({ path }, response) => {
      if (!silent) return { body: imageRow({ id: path.split('/').at(-1) }) };
      response.on('close', () => closed++);
      return undefined;
    },
    settings: { IMAGE_GRAPH_UPSTREAM_CONCURRENCY: '3' },
    over: 'http',
  });

  const caller = new AbortController();
  send({ query: manyImages(1, 10) }, {}, caller.signal).catch(() => {});
  await vi.waitFor(() => expect(upstream.calls).toHaveLength(3));
  caller.abort();
  await vi.waitFor(() => expect(closed).toBe(3));

  silent = false;
  const response = await ask(manyImages(21, 24));
  expect(response.errors).toBeUndefined();
  expect(Object.keys(response.data)).toHaveLength(4);
  expect(upstream.calls).toHaveLength(7);
  expect(log).toEqual([]);
});
