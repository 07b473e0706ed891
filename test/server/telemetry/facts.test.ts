// Facts of the clouds as metrics: read by the server's own credentials, bounded, and dropped when they cannot be read any more.
import { expect, test, vi } from 'vitest';
import { loadConfig } from '../../../src/config/config.ts';
import { createWorld } from '../../../src/sandbox/world/world.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { metricsOf, nonZero } from '../../support/metrics.ts';
import { startSandboxUpstream } from '../../support/upstreams/sandbox.ts';
import type { Script } from '../../support/upstreams/upstream.ts';

const { user, domain } = createWorld();
const PASSWORD = {
  IMAGE_GRAPH_AUTH: 'password',
  IMAGE_GRAPH_USERNAME: user.name ?? '',
  IMAGE_GRAPH_PASSWORD: user.password,
  IMAGE_GRAPH_DOMAIN_NAME: domain.name ?? '',
};

/** SWR with two repositories, each shared with two accounts and with a tag, and quotas; `state` says what it responds with. */
function registry(state: { isDown?: boolean; isDenied?: boolean }): Script {
  const json = (value: unknown, headers = {}) => ({ body: value, headers });
  const inAnHour = new Date(Date.now() + 3_600_000).toISOString();
  return ({ url, method }) => {
    const [path = ''] = url.split('?', 1);
    if (method === 'POST')
      return {
        status: 201,
        headers: { 'x-subject-token': 'issued' },
        body: JSON.stringify({ token: { expires_at: inAnHour, project: { id: 'p1' } } }),
      };
    if (state.isDown) return { status: 500, body: '' };
    if (state.isDenied && path.endsWith('/two/access-domains')) return { status: 403, body: {} };
    const rows = ['one', 'two'].map((name) => ({ name, namespace: 'team', id: name === 'one' ? 1 : 2 }));
    if (path.endsWith('/access-domains'))
      return json([
        { access_domain: 'partner', deadline: inAnHour, permit: 'read', status: true, namespace: 'team' },
        { access_domain: 'friend', deadline: 'forever', permit: 'read', status: true, namespace: 'team' },
      ]);
    if (path.endsWith('/tags')) return json([{ Tag: 'v1', updated: new Date(Date.now() - 60_000).toISOString() }]);
    if (path.endsWith('/quotas')) return json({ quotas: [{ quota_key: 'namespace', quota_limit: 5, used: 3 }] });
    return json(rows, { 'content-range': '0-1/2' });
  };
}

async function read(app: TestApp, name: string) {
  return nonZero(await metricsOf(app), name);
}

const start = (upstream: Script | 'sandbox', settings: Record<string, string>) =>
  startApp({ upstream, over: 'http', settings: { ...PASSWORD, ...settings } });

test('when shares end, quotas and the age of tags are metrics', async () => {
  const app = await start('sandbox', { IMAGE_GRAPH_FACTS: 'shares,quotas,tags' });
  await vi.waitFor(async () => expect(await read(app, 'newest_tag_age_seconds')).not.toEqual({}), 15_000);
  expect(Object.keys(await read(app, 'share_expires_seconds')).length).toBeGreaterThan(5);
  expect(await read(app, 'quota_limit')).toMatchObject({ '{service="swr",kind="namespace"}': expect.any(Number) });
  expect(Object.values(await read(app, 'newest_tag_age_seconds')).every((age) => age > 0)).toBe(true);
  expect(await read(app, 'facts_failures_total')).toEqual({});
  // SWR shows the first 100 shares of one of them.
  expect(await read(app, 'facts_left_out')).toEqual({ '{recipe="shares"}': 1 });
}, 20_000);

test('series beyond the setting are left out, and counted', async () => {
  const app = await start('sandbox', { IMAGE_GRAPH_FACTS: 'shares', IMAGE_GRAPH_MAX_FACTS: '3' });
  await vi.waitFor(async () => expect(await read(app, 'facts_left_out')).toHaveProperty('{recipe="shares"}'), 15_000);
  expect(Object.keys(await read(app, 'share_expires_seconds')).length).toBe(3);
}, 20_000);

test('the values of a reading that fails stay, until three have failed', async () => {
  const state: { isDown?: boolean } = {};
  const app = await start(registry(state), {
    IMAGE_GRAPH_FACTS: 'quotas,shares',
    IMAGE_GRAPH_FACTS_INTERVAL_SECONDS: '1',
  });
  await vi.waitFor(async () => {
    const [seconds] = Object.values(await read(app, 'share_expires_seconds'));
    expect(seconds).toBeGreaterThan(3_000);
  }, 10_000);
  state.isDown = true;
  await vi.waitFor(async () => {
    expect((await read(app, 'facts_failures_total'))['{recipe="shares"}']).toBe(1);
    expect(Object.keys(await read(app, 'share_expires_seconds')).length).toBe(2);
  }, 10_000);
  await vi.waitFor(async () => expect(await read(app, 'share_expires_seconds')).toEqual({}), 10_000);
  expect((await read(app, 'facts_failures_total'))['{recipe="shares"}']).toBeGreaterThanOrEqual(3);
  state.isDown = false;
  await vi.waitFor(async () => expect(await read(app, 'share_expires_seconds')).not.toEqual({}), 10_000);
}, 45_000);

test('what can be read is shown although a part is always denied, and is not taken for old', async () => {
  const app = await start(registry({ isDenied: true }), {
    IMAGE_GRAPH_FACTS: 'shares',
    IMAGE_GRAPH_FACTS_INTERVAL_SECONDS: '1',
  });
  await vi.waitFor(async () => {
    expect((await read(app, 'facts_failures_total'))['{recipe="shares"}']).toBeGreaterThanOrEqual(4);
    expect(Object.keys(await read(app, 'share_expires_seconds'))).toEqual([
      '{namespace="team",repository="one",account="partner"}',
    ]);
    expect((await read(app, 'facts_age_seconds'))['{recipe="shares"}']).toBeLessThan(3);
  }, 15_000);
}, 20_000);

test('a server without credentials of its own does not start with them', async () => {
  const sandbox = await startSandboxUpstream();
  expect(() => loadConfig({ ...sandbox.settings, IMAGE_GRAPH_FACTS: 'shares' })).toThrow(
    'IMAGE_GRAPH_FACTS needs credentials of the server: set IMAGE_GRAPH_AUTH',
  );
  expect(() => loadConfig({ IMAGE_GRAPH_FACTS: 'shares' })).not.toThrow();
  expect(() => loadConfig({ IMAGE_GRAPH_FACTS: 'all' })).toThrow('must be among shares, quotas and tags');
  await sandbox.close();
});
