// Shares of SWR: deadlines by the sandbox's clock, the first 100, and the 400 that means none.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../../src/sandbox/cloud.ts';
import { ask, expectSwrError, rowsOf } from '../ask.ts';

const NOW = Date.UTC(2030, 4, 17, 23, 59);

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ now: () => NOW });
});
afterAll(() => sandbox.close());

const expectError = (target: string, status: number, code: string) => expectSwrError(sandbox, target, status, code);

const ORGANIZATION = '/v2/manage/namespaces/data-platform';
const SHARES = `${ORGANIZATION}/repositories/a$b_c.d/access-domains`;

describe('shares', () => {
  it('end soon, have ended, or never end', async () => {
    const rows = rowsOf(await ask(sandbox, SHARES));
    expect(rows.map(({ access_domain, deadline, status }) => [access_domain, deadline, status])).toEqual([
      ['partner_account', '2030-05-20T16:00:00.000Z', true],
      ['vendor-account', '2030-04-17T16:00:00Z', false],
      ['OTC-EU-DE-00000000001000000077', 'forever', true],
    ]);
    const fields = ['namespace', 'repository', 'access_domain', 'permit', 'deadline', 'description', 'creator_id'];
    expect(Object.keys(rows[0] ?? {})).toEqual([...fields, 'creator_name', 'created', 'updated', 'status']);
  });

  it('have exist alone', async () => {
    const [row] = rowsOf(await ask(sandbox, SHARES));
    expect((await ask(sandbox, `${SHARES}/partner_account`)).json).toEqual({ exist: true, ...row });
  });

  it('are a 400 with its code at the top where the account is unknown', async () => {
    const { status, json } = await ask(sandbox, `${SHARES}/nobody`);
    const error = { errorCode: 'SVCSTG.SWR.4001090', errorMessage: expect.any(String), detail: '' };
    expect([status, json]).toEqual([400, error]);
  });

  it('stop at 100 in the list, and not alone', async () => {
    for (const name of ['base$images$ubuntu$22.04', 'double__underscore']) {
      expect(rowsOf(await ask(sandbox, `${ORGANIZATION}/repositories/${name}/access-domains`))).toHaveLength(100);
    }
    const beyond = `${ORGANIZATION}/repositories/base$images$ubuntu$22.04/access-domains/account-102`;
    expect((await ask(sandbox, beyond)).json).toMatchObject({ exist: true });
  });

  it('are of own repositories that are shared, each with one in force', async () => {
    const { repositories, shares } = sandbox.world;
    for (const { namespace, name, isOwn, sharing } of repositories) {
      const found = shares.filter((share) => share.namespace === namespace && share.repository === name);
      const isShared = found.some(({ endsInDays }) => endsInDays === null || endsInDays > 0);
      expect([name, isShared]).toEqual([name, isOwn && sharing === 'valid']);
    }
    expect((await ask(sandbox, `${ORGANIZATION}/repositories/never-pushed/access-domains`)).json).toEqual([]);
  });

  it('are denied for others, and not known below repos', async () => {
    await expectError('/v2/manage/namespaces/namespace/repositories/busybox/access-domains', 403, '4039001');
    await expectError(`${ORGANIZATION}/repositories/nothing/access-domains`, 404, '4040010');
    const wrong = await ask(sandbox, SHARES.replace('/repositories/', '/repos/'));
    expect([wrong.status, wrong.json]).toEqual([404, expect.objectContaining({ error_code: 'APIG.0101' })]);
  });
});
