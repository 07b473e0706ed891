// Wire rows for the upstreams that tests write themselves: spelled as the source documents spell them, one default each.

export type WireRow = Record<string, unknown>;

/** The n-th image id of a test. */
export const imageId = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

/** A row of the shared list. Source: docs/upstream/swr.md#repository-rows. */
export const sharedRow = (fields: WireRow = {}): WireRow => ({
  name: 'busybox',
  category: 'other',
  description: '',
  size: 115645792,
  is_public: false,
  num_images: 1,
  num_download: 0,
  created_at: '2021-06-02T09:23:01.751202Z',
  updated_at: '2021-06-10T07:24:35.204517Z',
  logo: '',
  url: '',
  path: 'registry/group/busybox',
  internal_path: 'internal/group/busybox',
  domain_name: 'domain',
  namespace: 'group',
  tags: ['v1', 'v2'],
  status: true,
  ...fields,
});

/** The record of one repository. Source: docs/upstream/swr.md#show-a-repository. */
export const repositoryDetail = (fields: WireRow = {}): WireRow => ({
  id: 1,
  ns_id: 2,
  name: 'busybox',
  category: 'other',
  description: 'containerops',
  creator_id: '1',
  creator_name: 'admin',
  size: 2099575,
  is_public: false,
  num_images: 0,
  num_download: 0,
  url: '',
  path: 'registry/group/busybox',
  internal_path: 'internal/group/busybox',
  created: '2017-08-17T12:00:03.915153267Z',
  updated: '2017-08-17T12:00:03.915153267Z',
  domain_id: 'da44776c316c4a99b3683bb174f8821b',
  priority: 0,
  ...fields,
});

/** A row of the retention histories. Source: docs/upstream/swr.md#list-retention-histories. */
export const retentionLogRow = (fields: WireRow = {}): WireRow => ({
  created_at: '2020-04-17T08:01:09.658309Z',
  id: 9088,
  namespace: 'group',
  repo: 'busybox',
  retention_id: 91,
  rule_type: '{"template":"tag_rule","params":{"num":"7"},"tag_selectors":[]}',
  tag: '4',
  ...fields,
});

/** A row of the image list. Source: docs/upstream/ims.md#image-fields. */
export const imageRow = (fields: WireRow = {}): WireRow => ({
  id: imageId(1),
  name: 'CentOS',
  status: 'active',
  visibility: 'private',
  owner: 'project-1',
  protected: false,
  container_format: 'bare',
  disk_format: 'zvhd2',
  min_disk: 40,
  min_ram: 0,
  size: 0,
  virtual_size: null,
  checksum: 'd41d8cd98f00b204e9800998ecf8427e',
  tags: [],
  created_at: '2021-06-18T07:08:13Z',
  updated_at: '2021-06-18T07:08:13Z',
  ...fields,
});

/** A row of the image groups. Source: docs/upstream/modelarts.md#list-image-groups. */
export const imageGroupRow = (fields: WireRow = {}): WireRow => ({
  create_at: 1652878011643,
  name: 'pytorch_1_8',
  namespace: 'group',
  update_at: 1652878531791,
  version_count: 1,
  ...fields,
});

/** JSON text in which a bigint is a number with all its digits, as the clouds write it. */
export const exactJson = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) => (typeof part === 'bigint' ? `<${part}>` : part)).replace(
    /"<(-?\d+)>"/g,
    '$1',
  );
