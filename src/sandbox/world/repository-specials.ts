// Hand-made repositories: the documents' example rows, and edge cases of names and numbers that tests rely on.
import type { Repository } from './types.ts';

/** A repository whose remaining fields are filled in from its index. */
export type SpecialRepository = Partial<Repository> & { namespace: string; name: string };

const PLAIN = { is_public: false, num_download: 0n, logo: '', url: '', sharing: 'valid' } satisfies Partial<Repository>;

/** The example rows of the documents, with the world's registry addresses and account name. */
function documentedRepositories(): SpecialRepository[] {
  const shown = '2017-08-17T12:00:03.915153267Z';
  const listed = '2017-08-17T12:00:03.915153Z';
  const nginxTimes = { created: '2017-01-01T00:00:00Z', updated: '2017-09-11T03:00:02.542841141Z' };
  return [
    // docs/upstream/swr.md#show-a-repository. Shared by me, so that the shared list's example request finds exactly
    // one row.
    {
      ...{ ...PLAIN, namespace: 'group', name: 'busybox', category: 'other', description: 'containerops' },
      ...{ size: 2099575n, num_images: 0n, tags: [], id: 0n, creator_id: '1', creator_name: 'admin', priority: 0 },
      ...{ created: shown, updated: shown, created_at: listed, updated_at: listed },
    },
    // docs/upstream/swr.md#list-shared-repositories. Its status is true, so it is shared with me.
    {
      ...{ ...PLAIN, namespace: 'namespace', name: 'busybox', category: 'other', description: '' },
      ...{ size: 115645792n, num_images: 1n, tags: ['v1', 'v2'] },
      ...{ created_at: '2021-06-02T09:23:01.751202Z', updated_at: '2021-06-10T07:24:35.204517Z' },
    },
    // The newer page of the same list (docs/upstream/swr.md#list-shared-repositories): the one row without total_range.
    {
      ...{ ...PLAIN, namespace: 'namespace', name: 'demo', category: 'other', description: '', hasTotalRange: false },
      ...{ size: 115645792n, num_images: 1n, tags: ['latest'] },
      ...{ created_at: '2018-03-21T12:22:37Z', updated_at: '2018-03-21T12:22:37Z' },
    },
    // The own list's page (docs/upstream/swr.md#list-own-repositories): neither description nor logo; the list spells nine
    // digits here.
    {
      ...{ ...PLAIN, namespace: 'root', name: 'nginx', category: 'linux', description: undefined, logo: undefined },
      ...{ size: 200977474n, num_images: 2n, tags: ['latest', 'log'] },
      ...{ ...nginxTimes, created_at: nginxTimes.created, updated_at: nginxTimes.updated },
    },
    // docs/upstream/swr.md#list-retention-histories.
    { namespace: 'hwstaff_l00283074', name: 'experience_2048', sharing: 'valid' },
    // docs/upstream/modelarts.md#list-image-groups.
    { namespace: 'xxxxx-infer-model-dev', name: '123', tags: ['1'], num_images: 1n },
    { namespace: 'op_svc_modelarts_container2', name: 'pytorch_1_8', tags: ['train-1.0.0'], num_images: 1n },
    { namespace: 'mock-service1', name: 'mock-service-python', tags: ['0.1'], num_images: 1n },
  ];
}

/** Names at the limits of the grammar, and numbers that a double cannot represent. */
function edgeCaseRepositories(): SpecialRepository[] {
  const namespace = 'data-platform';
  const digits = '{"build":12345678901234567890,"size":9007199254740993}';
  const tags = ['1.0', '1.1', 'latest'];
  return [
    { namespace: 'hwstaff_l00283074', name: 'nightly/build-runner', sharing: 'valid' },
    { namespace, name: 'a/b_c.d', sharing: 'valid', tags, num_images: 3n },
    { namespace, name: 'double__underscore', sharing: 'valid' },
    { namespace, name: 'base/images/ubuntu/22.04', sharing: 'valid' },
    { namespace, name: '0', sharing: 'none' },
    { namespace, name: `long/${'x'.repeat(122)}9`, sharing: 'valid' },
    { namespace, name: 'never-pushed', size: 0n, num_images: 0n, num_download: 0n, tags: [], sharing: 'none' },
    { namespace, name: 'digits-in-text', sharing: 'valid', description: digits },
    {
      ...{ namespace, name: 'huge-counters', sharing: 'valid', id: 9007199254740997n, size: 9007199254740993n },
      ...{ num_images: 9223372036854775807n, num_download: 9007199254740995n },
    },
    {
      ...{ namespace: 'vendor_images', name: 'huge/third-party', sharing: 'valid', size: 9223372036854775807n },
      ...{ num_images: 9007199254740993n, num_download: 9007199254740995n },
    },
  ];
}

/** Returns all special repositories, the documented ones first. */
export function specialRepositories(): SpecialRepository[] {
  return [...documentedRepositories(), ...edgeCaseRepositories()];
}
