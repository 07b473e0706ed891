// Organizations of SWR, and who may use them and their repositories.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../../src/sandbox/cloud.ts';
import { ask, expectSwrError, rowsOf } from '../ask.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const expectError = (target: string, status: number, code: string) => expectSwrError(sandbox, target, status, code);

const LIST = '/v2/manage/namespaces';

describe('organizations', () => {
  it('are the own ones in one response, with counts in all rows but one', async () => {
    const rows = rowsOf(await ask(sandbox, LIST), 'namespaces');
    const group = { id: 0, name: 'group', creator_name: 'admin', auth: 7, access_user_count: 1, repo_count: 21 };
    expect([rows.length, rows[0]]).toEqual([9, group]);
    expect(rows.filter((row) => !('repo_count' in row)).map(({ name }) => name)).toEqual(['root']);
    expect(new Set(rows.map(({ auth }) => auth))).toEqual(new Set([7, 3, 1]));
  });

  it('are found by their exact name, plainly or in filter', async () => {
    for (const query of ['namespace=group', 'filter=namespace::group', 'filter=namespace::group|mode::visible']) {
      const names = rowsOf(await ask(sandbox, `${LIST}?${query}`), 'namespaces').map(({ name }) => name);
      expect([query, names]).toEqual([query, ['group']]);
    }
    expect((await ask(sandbox, `${LIST}?namespace=grou`)).json).toEqual({ namespaces: [] });
    await expectError(`${LIST}?filter=mode::hidden`, 400, '4001025');
  });

  it('have no counts alone', async () => {
    const row = { id: 0, name: 'group', creator_name: 'admin', auth: 7 };
    expect((await ask(sandbox, `${LIST}/group`)).json).toEqual(row);
    expect((await ask(sandbox, `${LIST}/o${'n'.repeat(62)}1`)).text).toContain('"id":9223372036854775807,');
  });

  it('that are unknown, malformed or of another account are denied', async () => {
    for (const end of ['', '/access']) {
      await expectError(`${LIST}/nobody${end}`, 404, '4040058');
      await expectError(`${LIST}/1group${end}`, 400, '4001028');
      await expectError(`${LIST}/namespace${end}`, 403, '4039001');
    }
  });
});

describe('permissions', () => {
  const self = { user_id: expect.any(String), user_name: 'sandbox-user', auth: 3 };

  it('of an organization have its creator, and can name the caller twice', async () => {
    const name = 'root';
    const { json } = await ask(sandbox, `${LIST}/${name}/access`);
    const others_auths = [self, expect.objectContaining({ user_name: 'admin', auth: 7 })];
    expect(json).toEqual({ id: 1204, name, creator_name: 'sandbox-user', self_auth: self, others_auths });
  });

  it('of a repository have none', async () => {
    const { json } = await ask(sandbox, `${LIST}/group/repos/busybox/access`);
    expect(json).toEqual({ id: 0, name: 'busybox', self_auth: { ...self, auth: 7 }, others_auths: [] });
    await expectError(`${LIST}/group/repos/nothing/access`, 404, '4040010');
    await expectError(`${LIST}/namespace/repos/busybox/access`, 403, '4039001');
  });
});
