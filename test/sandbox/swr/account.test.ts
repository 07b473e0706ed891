// Quotas and overview of SWR agree with what the sandbox has.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../../src/sandbox/cloud.ts';
import { ask, expectSwrError } from '../ask.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const expectError = (target: string, status: number, code: string) => expectSwrError(sandbox, target, status, code);

describe('the account', () => {
  it('has a quota of organizations', async () => {
    const { json } = await ask(sandbox, `/v2/manage/projects/${sandbox.projectId}/quotas`);
    expect(json).toEqual({ quotas: [{ quota_limit: 15, quota_key: 'namespace', unit: '', used: 9 }] });
    await expectError(`/v2/manage/projects/${'0'.repeat(32)}/quotas`, 403, '4039002');
  });

  it('has an overview with the service’s spelling', async () => {
    const { domain, tags, repositories } = sandbox.world;
    const foreign = new Set(repositories.filter(({ isOwn }) => !isOwn).map(({ namespace }) => namespace));
    expect((await ask(sandbox, '/v2/manage/overview')).json).toEqual({
      ...{ domain_id: domain.id, domain_name: domain.name, namspace_num: 9, repo_num: 190 },
      image_num: tags.filter(({ namespace }) => !foreign.has(namespace)).length,
      ...{ store_space: expect.any(Number), downflow_size: 99.21 },
    });
  });
});
