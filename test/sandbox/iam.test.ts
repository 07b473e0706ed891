// IAM: password tokens, their scope and expiry, the one 401 and the 400s.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/cloud.ts';
import { ask, type Reply, rowsOf } from './ask.ts';

let sandbox: Sandbox;
let time = Date.parse('2026-11-20T14:50:19.500Z');
beforeAll(async () => {
  sandbox = await startSandbox({ now: () => time });
});
afterAll(() => sandbox.close());

const TOKENS = '/v3/auth/tokens';
const JSON_TYPE = { 'Content-Type': 'application/json;charset=utf8' };

interface Login {
  user?: unknown;
  scope?: unknown;
  methods?: string[];
  query?: string;
}

function login(change: Login = {}): Promise<Reply> {
  const { user, domain } = sandbox.world;
  const known = { name: user.name, password: user.password, domain: { name: domain.name } };
  const identity = { methods: change.methods ?? ['password'], password: { user: change.user ?? known } };
  const scope = 'scope' in change ? change.scope : { project: { name: 'eu-de' } };
  const body = JSON.stringify({ auth: { identity, scope } });
  return ask(sandbox, `${TOKENS}${change.query ?? ''}`, { method: 'POST', token: null, headers: JSON_TYPE, body });
}

const tokenOf = (reply: Reply): string => String(reply.headers['x-subject-token']);
const bodyOf = (reply: Reply): Record<string, unknown> => (reply.json as { token: Record<string, unknown> }).token;

describe('a token', () => {
  it('comes in the header, with its times and its project in the body', async () => {
    const reply = await login();
    expect(reply.status).toBe(201);
    expect(tokenOf(reply)).toMatch(/^sandbox-token-issued-/);
    expect(reply.text).not.toContain('sandbox-token-issued-');
    expect(reply.headers.vary).toBe('X-Auth-Token');
    expect(bodyOf(reply)).toMatchObject({
      methods: ['password'],
      issued_at: '2026-11-20T14:50:19.000000Z',
      expires_at: '2026-11-21T14:50:19.000000Z',
      project: { id: sandbox.projectId, name: 'eu-de', domain: sandbox.world.domain },
      user: { name: 'sandbox-user', domain: sandbox.world.domain },
    });
  });

  it('is taken by every service', async () => {
    const token = tokenOf(await login({ scope: { project: { id: sandbox.projectId } } }));
    for (const path of ['/v2/manage/repos', '/v2/images', `/v1/${sandbox.projectId}/images/group`]) {
      expect((await ask(sandbox, path, { token })).status).toBe(200);
    }
  });

  it('expires at its time, and does not end older ones', async () => {
    const old = tokenOf(await login());
    time += 12 * 60 * 60 * 1000;
    const young = tokenOf(await login());
    expect(young).not.toBe(old);
    expect((await ask(sandbox, '/v2/images', { token: old })).status).toBe(200);
    time += 12 * 60 * 60 * 1000;
    expect((await ask(sandbox, '/v2/images', { token: old })).status).toBe(401);
    expect((await ask(sandbox, '/v2/images', { token: young })).status).toBe(200);
  });

  it('carries a catalog without SWR, or none on request', async () => {
    const services = (bodyOf(await login()).catalog as { type: string }[]).map(({ type }) => type);
    expect(services).toEqual(['image', 'identity', 'modelarts']);
    expect(bodyOf(await login({ query: '?nocatalog=true' }))).not.toHaveProperty('catalog');
  });

  it('for another project sees other images and no groups', async () => {
    const token = tokenOf(await login({ scope: { project: { name: 'eu-de_empty' } } }));
    const images = rowsOf(await ask(sandbox, '/v2/images?limit=1000', { token }), 'images');
    expect(images.length).toBeGreaterThan(0);
    expect(images.every(({ visibility }) => visibility === 'public')).toBe(true);
    const id = sandbox.world.projects[1].id;
    expect((await ask(sandbox, `/v1/${id}/images/group?limit=1`, { token })).json).toMatchObject({ total: 0 });
    expect((await ask(sandbox, `/v1/${sandbox.projectId}/images/group`, { token })).status).toBe(403);
  });

  it('without a project sees public images only', async () => {
    const reply = await login({ scope: undefined });
    expect(bodyOf(reply)).not.toHaveProperty('project');
    const token = tokenOf(reply);
    expect((await ask(sandbox, '/v2/images', { token })).status).toBe(200);
    expect((await ask(sandbox, '/v2/manage/repos', { token })).status).toBe(401);
    const modelarts = await ask(sandbox, `/v1/${sandbox.projectId}/images/group`, { token });
    expect([modelarts.status, modelarts.json]).toEqual([
      401,
      expect.objectContaining({ error_code: 'ModelArts.0212' }),
    ]);
  });
});

describe('a rejection', () => {
  it('is the same 401 for every fault', async () => {
    const { name, password } = sandbox.world.user;
    const domain = { name: sandbox.world.domain.name };
    const wrong: Login[] = [
      { user: { name, password: 'wrong', domain } },
      { user: { name: 'nobody', password, domain } },
      { user: { name, password, domain: { name: 'nowhere' } } },
      { user: { name, password } },
      { scope: { project: { name: 'eu-nl' } } },
      { scope: { project: { name: 'eu-de', domain: { name: 'nowhere' } } } },
      { methods: ['token'] },
    ];
    const replies = await Promise.all(wrong.map(login));
    expect(new Set(replies.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    const [first] = replies;
    expect(first?.status).toBe(401);
    expect(first?.json).toEqual({
      error: { code: 401, message: 'The request you have made requires authentication.', title: 'Unauthorized' },
    });
    expect(first?.text.endsWith('\n')).toBe(true);
    expect(first?.headers['www-authenticate']).toMatch(/^Keystone uri="http:.*\/v3"$/);
  });

  it('is a 400 for malformed token requests', async () => {
    const post = (body: string | null, headers: Record<string, string>) =>
      ask(sandbox, TOKENS, { method: 'POST', token: null, headers, body });
    const good = JSON.stringify({ auth: { identity: { methods: ['password'] } } });
    const replies = [
      await post(null, JSON_TYPE),
      await post('not json', JSON_TYPE),
      await post('{}', JSON_TYPE),
      await post('[]', JSON_TYPE),
      await post(good, {}),
      await post(good, { 'Content-Type': 'text/plain' }),
    ];
    for (const reply of replies) {
      expect([reply.status, reply.json]).toEqual([
        400,
        { error: expect.objectContaining({ code: 400, title: 'Bad Request' }) },
      ]);
    }
  });
});
