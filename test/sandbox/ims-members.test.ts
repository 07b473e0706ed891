// IMS: who sees which members of an image, one member, and the errors of both, as Glance has them.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/cloud.ts';
import { CENTOS_ID, quirkId } from '../../src/sandbox/world/image-quirks.ts';
import { ask, type Reply, rowsOf } from './ask.ts';

let sandbox: Sandbox;
let ownShared: string;
beforeAll(async () => {
  sandbox = await startSandbox();
  ownShared = ownImage('shared');
});
afterAll(() => sandbox.close());

const get = (path: string): Promise<Reply> =>
  ask(sandbox, `/v2/images/${path}`, { headers: { Accept: 'application/json' } });
const message = ({ json }: Reply): unknown => (json as Record<string, unknown>).message;

function ownImage(visibility: string): string {
  const isWanted = sandbox.world.images.find(
    ({ row }) => row.owner === sandbox.projectId && row.visibility === visibility,
  );
  return String(isWanted?.row.id);
}

describe('the member list', () => {
  it('shows the owner every member: projects in each status, a domain, an organization with its URN', async () => {
    const reply = await get(`${ownShared}/members`);
    expect(reply.json).toMatchObject({ schema: '/v2/schemas/members' });
    const members = rowsOf(reply, 'members');
    const kinds = new Set(members.map(({ member_type, status }) => `${member_type} ${status}`));
    expect([...kinds].sort()).toEqual([
      'domain accepted',
      'organization accepted',
      'project accepted',
      'project pending',
      'project rejected',
    ]);
    for (const row of members) {
      expect(row).toMatchObject({ image_id: ownShared, schema: '/v2/schemas/member' });
      expect(`${row.created_at} ${row.updated_at}`).toMatch(/^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ ?){2}$/);
      expect('urn' in row).toBe(row.member_type === 'organization');
    }
    expect(new Set(members.map(({ member_id }) => member_id)).size).toBe(members.length);
  });

  it('shows a member its own row alone, whatever its status', async () => {
    for (const [number, status] of [
      [31, 'accepted'],
      [32, 'pending'],
      [33, 'rejected'],
    ] as const) {
      const members = rowsOf(await get(`${quirkId(number)}/members`), 'members');
      expect(members).toEqual([expect.objectContaining({ member_id: sandbox.projectId, status })]);
    }
  });

  it('ignores parameters: it has one page', async () => {
    expect((await get(`${ownShared}/members?limit=1`)).text).toBe((await get(`${ownShared}/members`)).text);
  });

  it('is a 403 for an image that is not shared, own ones among them, and a 404 for what the caller may not see', async () => {
    for (const id of [CENTOS_ID, ownImage('private'), ownImage('community'), quirkId(34)]) {
      const reply = await get(`${id}/members`);
      expect([id, reply.status, message(reply)]).toEqual([
        id,
        403,
        `Not allowed to list members for image ${id}: Only shared images have members.<br /><br />\n\n\n`,
      ]);
    }
    for (const id of [quirkId(41), quirkId(43), 'nope', ownShared.toUpperCase()]) {
      const reply = await get(`${id}/members`);
      expect([id, reply.status, message(reply)]).toEqual([id, 404, expect.stringContaining(`Image ${id} not found.`)]);
    }
  });

  it('checks the token and the method', async () => {
    const path = `/v2/images/${ownShared}/members`;
    expect((await ask(sandbox, path, { token: null })).status).toBe(401);
    const post = await ask(sandbox, path, { method: 'DELETE' });
    expect([post.status, post.headers.allow]).toEqual([405, 'GET, POST']);
  });
});

describe('one member', () => {
  it('is the row of the list', async () => {
    const members = rowsOf(await get(`${ownShared}/members`), 'members');
    for (const row of members) expect((await get(`${ownShared}/members/${row.member_id}`)).json).toEqual(row);
    expect((await get(`${quirkId(31)}/members/${sandbox.projectId}`)).json).toMatchObject({ status: 'accepted' });
  });

  it('is a 404 where the image has no such member, is not shared, or is another’s of which the caller sees only itself', async () => {
    const foreign = sandbox.world.images.find(({ row }) => row.id === quirkId(31))?.row.owner;
    for (const [path, expected] of [
      [`${ownShared}/members/nope`, `nope not found in the member list of the image ${ownShared}.`],
      [`${quirkId(31)}/members/${foreign}`, `${foreign} not found in the member list`],
      [`${CENTOS_ID}/members/${sandbox.projectId}`, 'Only shared images have members.'],
      [`${quirkId(43)}/members/${sandbox.projectId}`, `Image ${quirkId(43)} not found.`],
    ] as const) {
      const reply = await get(path);
      expect([path, reply.status, message(reply)]).toEqual([path, 404, expect.stringContaining(expected)]);
    }
  });
});
