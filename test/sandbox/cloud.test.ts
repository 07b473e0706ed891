// The server itself: routes, tokens, request ids, the call log, start and stop.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/cloud.ts';
import { ask } from './ask.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const REPOSITORIES = '/v2/manage/repos';
const IMAGES = '/v2/images';

describe('routes', () => {
  it('respond to unknown paths as the gateway does', async () => {
    for (const path of [
      '/',
      '/v2',
      '/v2/manage',
      '/v2/images/x/y',
      '/v2/manage/namespaces/group/repos/a/b',
      '//v2/images',
    ]) {
      const { status, json } = await ask(sandbox, path);
      expect([path, status, json]).toEqual([path, 404, expect.objectContaining({ error_code: 'APIG.0101' })]);
    }
  });

  it('reject other methods with 405 and list the allowed ones', async () => {
    const image = `${IMAGES}/bc6bed6e-ba3a-4447-afcc-449174a3eb52`;
    const head = await ask(sandbox, IMAGES, { method: 'HEAD' });
    expect([head.status, head.headers.allow, head.text]).toEqual([405, 'GET, POST', '']);
    expect((await ask(sandbox, image, { method: 'HEAD' })).headers.allow).toBe('GET, PATCH, DELETE');
    expect((await ask(sandbox, REPOSITORIES, { method: 'PUT' })).status).toBe(405);
    expect((await ask(sandbox, '/v3/auth/tokens')).status).toBe(405);
    expect((await ask(sandbox, `/v1/${sandbox.projectId}/images/group`, { method: 'POST' })).status).toBe(405);
  });
});

describe('tokens', () => {
  it('are checked by the gateway for SWR', async () => {
    const missing = await ask(sandbox, REPOSITORIES, { token: null });
    expect(missing.status).toBe(401);
    expect(missing.headers['content-type']).toBe('application/json');
    expect(missing.json).toEqual({
      error_msg: expect.any(String),
      error_code: 'APIG.0301',
      request_id: missing.headers['x-request-id'],
    });
    expect((await ask(sandbox, REPOSITORIES, { token: 'nonsense' })).json).toMatchObject({ error_code: 'APIG.0301' });
    const expired = await ask(sandbox, REPOSITORIES, { token: 'sandbox-token-expired' });
    expect([expired.status, expired.json]).toEqual([401, expect.objectContaining({ error_code: 'APIG.0307' })]);
  });

  it('are checked by Glance for IMS, whose 401 carries no OpenStack request id', async () => {
    for (const token of [null, 'nonsense', 'sandbox-token-expired']) {
      const reply = await ask(sandbox, IMAGES, { token, headers: { Accept: 'application/json' } });
      expect([reply.status, reply.json]).toEqual([401, expect.objectContaining({ code: '401 Unauthorized' })]);
      expect(reply.headers['www-authenticate']).toContain('Keystone uri=');
      expect(reply.headers['x-openstack-request-id']).toBeUndefined();
      expect(reply.headers['x-request-id']).toBeDefined();
    }
  });

  it('are checked by ModelArts, except the expired one, which stops at its gateway', async () => {
    const path = `/v1/${sandbox.projectId}/images/group`;
    expect((await ask(sandbox, path, { token: null })).json).toMatchObject({ error_code: 'ModelArts.0201' });
    expect((await ask(sandbox, path, { token: 'nonsense' })).json).toMatchObject({ error_code: 'ModelArts.0204' });
    const expired = await ask(sandbox, path, { token: sandbox.world.tokens.expired });
    expect([expired.status, expired.json]).toEqual([401, expect.objectContaining({ error_code: 'APIGW.0307' })]);
  });

  it('sent twice in one request are not a token', async () => {
    const reply = await ask(sandbox, REPOSITORIES, { token: `${sandbox.token}, ${sandbox.token}` });
    expect(reply.status).toBe(401);
  });

  it('of absurd size make Glance give up without a body', async () => {
    const reply = await ask(sandbox, IMAGES, { token: 'x'.repeat(20_000) });
    expect([reply.status, reply.text]).toEqual([400, '']);
  });
});

describe('request ids', () => {
  it('differ between responses and come with every one', async () => {
    const replies = await Promise.all([ask(sandbox, REPOSITORIES), ask(sandbox, IMAGES), ask(sandbox, '/nowhere')]);
    expect(new Set(replies.map(({ headers }) => headers['x-request-id'])).size).toBe(3);
  });

  it('of OpenStack are echoed when the caller sends one in their form', async () => {
    const given = 'req-01234567-89ab-cdef-0123-456789abcdef';
    const echoed = await ask(sandbox, IMAGES, { headers: { 'X-Openstack-Request-Id': given } });
    expect(echoed.headers['x-openstack-request-id']).toBe(given);
    const own = await ask(sandbox, IMAGES, { headers: { 'X-Openstack-Request-Id': 'mine' } });
    expect(own.headers['x-openstack-request-id']).toMatch(/^req-[0-9a-f]{8}-/);
  });
});

describe('the call log', () => {
  it('keeps raw targets, services and statuses in the order of arrival', async () => {
    sandbox.calls.length = 0;
    await ask(sandbox, '/v2/manage/shared-repositories?filter=center%3A%3Aself%7Cname%3A%3Ax');
    await ask(sandbox, '/v2/images/nope');
    await ask(sandbox, '/nowhere');
    expect(sandbox.calls.map(({ service, method, url, status }) => [service, method, url, status])).toEqual([
      ['swr', 'GET', '/v2/manage/shared-repositories?filter=center%3A%3Aself%7Cname%3A%3Ax', 200],
      ['ims', 'GET', '/v2/images/nope', 404],
      ['unknown', 'GET', '/nowhere', 404],
    ]);
    expect(sandbox.calls[0]?.headers['x-auth-token']).toBe(sandbox.token);
  });

  it('is bounded', async () => {
    const call = sandbox.calls[0];
    if (call === undefined) throw new Error('no call to copy');
    while (sandbox.calls.length < 10_000) sandbox.calls.push(call);
    await ask(sandbox, '/newest');
    expect(sandbox.calls).toHaveLength(10_000);
    expect(sandbox.calls.at(-1)?.url).toBe('/newest');
  });
});

describe('start and stop', () => {
  it('rejects a port that is taken', async () => {
    const port = Number(new URL(sandbox.endpoints.swr).port);
    await expect(startSandbox({ port })).rejects.toThrow('EADDRINUSE');
  });

  it('closes idle connections and those that still wait for a response', async () => {
    const slow = await startSandbox({ latencyMs: 60_000, world: sandbox.world });
    const pending = ask(slow, REPOSITORIES).catch((error: unknown) => error);
    while (slow.calls.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await slow.close();
    expect(await pending).toBeInstanceOf(Error);
    await expect(ask(slow, REPOSITORIES)).rejects.toThrow();
  });

  it('is deterministic: two sandboxes respond to the same call with the same bytes', async () => {
    const other = await startSandbox();
    const [left, right] = await Promise.all([ask(sandbox, `${IMAGES}?limit=1000`), ask(other, `${IMAGES}?limit=1000`)]);
    expect(left.text).toBe(right.text);
    await other.close();
  });
});
