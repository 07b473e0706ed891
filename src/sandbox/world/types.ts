// The types of the sandbox's data: records with the names, values and shapes of the wire.

export interface Named {
  id: string;
  name: string;
}

export interface Organization {
  id: bigint;
  name: string;
  /** The account that owns it; `world.domain.name` for own ones. */
  domainName: string;
}

/** One SWR repository: the fields of the list row and of the detail together. */
export interface Repository {
  isOwn: boolean;
  /** Own: whether it is shared. Of another account: whether its sharing with this one is valid or has expired. */
  sharing: 'none' | 'valid' | 'expired';
  /** False for the one documented example row that lacks `total_range`. */
  hasTotalRange: boolean;
  namespace: string;
  name: string;
  category: string;
  /** Absent in the documented nginx row, as is `logo`. */
  description?: string | undefined;
  size: bigint;
  is_public: boolean;
  num_images: bigint;
  num_download: bigint;
  created_at: string;
  updated_at: string;
  logo?: string | undefined;
  url: string;
  path: string;
  internal_path: string;
  domain_name: string;
  tags: string[];
  id: bigint;
  ns_id: bigint;
  creator_id: string;
  creator_name: string;
  /** `created_at` as the detail has it: with up to nine fraction digits. */
  created: string;
  updated: string;
  domain_id: string;
  priority: number;
}

/** One tag: the fields of the list row. */
export interface TagRow {
  id: bigint;
  repo_id: bigint;
  Tag: string;
  /** The digest of the config, without `sha256:`. Empty for a manifest list, which has none. */
  image_id: string;
  /** JSON inside a text. */
  manifest: string;
  digest: string;
  schema: number;
  path: string;
  internal_path: string;
  size: bigint;
  is_trusted: boolean;
  created: string;
  updated: string;
  deleted: string | null;
  domain_id: string;
  scanned: boolean;
  /** 0: manifest, 1: manifest list. */
  tag_type: number;
}

export interface RepositoryTag {
  namespace: string;
  repository: string;
  row: TagRow;
  /** True for the tags whose list row lacks `manifest`, `repo_id` and `size`. */
  isShort: boolean;
  /** The image config as JSON text; null for a manifest list and for schema 1. */
  config: string | null;
}

export interface Accessory {
  id: bigint;
  domain_id: string;
  namespace_name: string;
  repo_name: string;
  sig_tag: string;
  sig_digest: string;
  target_digest: string;
  size: bigint;
  type: string;
  created_at: string;
  updated_at: string;
}

export interface UserAuth {
  user_id: string;
  user_name: string;
  /** 7: manage, 3: edit, 1: read. */
  auth: number;
}

/** Who may use an organization or a repository. */
export interface Permissions {
  namespace: string;
  /** Null for the organization itself. */
  repository: string | null;
  creator_name: string;
  self: UserAuth;
  others: UserAuth[];
}

export interface Share {
  namespace: string;
  repository: string;
  access_domain: string;
  /** Days until its deadline, counted from the sandbox's clock; null for one without end. */
  endsInDays: number | null;
  /** Whether the deadline is printed with milliseconds. */
  hasMilliseconds: boolean;
  description: string;
  creator_id: string;
  creator_name: string;
  created: string;
  updated: string;
}

export interface RetentionPolicy {
  namespace: string;
  repository: string;
  row: { algorithm: string; id: bigint | string; rules: unknown[]; scope: string };
}

export interface TriggerRow {
  name: string;
  action: string;
  app_type: string;
  application: string;
  cluster_id: string;
  cluster_name: string;
  cluster_ns: string;
  condition: string;
  container: string;
  trigger_type: string;
  trigger_mode: string;
  creator_name: string;
  created_at: string;
  /** A text, `true` or `false`. */
  enable: string;
}

export interface Trigger {
  namespace: string;
  repository: string;
  row: TriggerRow;
  /** What it has done, newest first. */
  history: (Omit<TriggerRow, 'name' | 'enable' | 'trigger_type' | 'trigger_mode'> & {
    result: string;
    detail: string;
    tag: string;
  })[];
}

export interface RetentionLog {
  created_at: string;
  id: bigint;
  namespace: string;
  repo: string;
  retention_id: bigint;
  rule_type: string;
  tag: string;
}

export type MemberStatus = 'accepted' | 'pending' | 'rejected';
export type ImageValue = string | number | bigint | boolean | null | string[];

/** One row of `GET /v2/images`, with the custom properties (`__os_bit`, …) beside the standard fields. */
export interface ImageRow {
  [property: string]: ImageValue;
  id: string;
  name: string | null;
  status: string;
  visibility: string;
  owner: string;
  protected: boolean;
  size: number | bigint | null;
  created_at: string;
  updated_at: string;
  tags: string[];
}

export interface Image {
  row: ImageRow;
  /** The projects that it is shared with, and their member status. */
  members: Record<string, MemberStatus>;
  isHidden: boolean;
}

/** One row of `GET /v2/images/{image_id}/members`. */
export interface ImageMember {
  status: MemberStatus;
  created_at: string;
  updated_at: string;
  image_id: string;
  member_id: string;
  /** Absent where the service is Glance alone. */
  member_type?: string;
  /** Of an organization alone. */
  urn?: string;
  schema: string;
}

export interface ImageQuota {
  type: string;
  quota: number;
  min: number;
  max: number;
}

export interface OsVersion {
  row: { platform: string; os_version_key: string; os_version: string; os_bit: number; os_type: string };
  /** What `tag` finds it by. No row shows them. */
  tags: string[];
}

export interface ImageGroup {
  row: { create_at: number; name: string; namespace: string; update_at: number; version_count: number };
  projectId: string;
  type: string;
  serviceType: string;
  workspaceId: string;
}

/** One ModelArts image: the row of the list; the detail adds `supportedCategories`. */
export interface TrainingImage {
  row: {
    id: string;
    name: string;
    /** Absent in built-in images, as are `size` and `visibility`. */
    namespace?: string;
    tag: string;
    swr_path: string;
    arch: string;
    type: string;
    visibility?: string;
    origin?: string;
    service_type: string;
    dev_services: string[];
    resource_categories: string[];
    /** KB. */
    size?: number | bigint;
    status: string;
    status_message?: string;
    description?: string;
    /** Epoch milliseconds. */
    create_at: number;
    update_at: number;
    workspace_id?: string;
    flavor_type?: string;
    swr_instance_id?: string;
    show_name?: string;
    show_tag?: string;
    tags?: { key: string; value: string }[];
  };
  /** Null for a built-in image, which every project sees. */
  projectId: string | null;
  supportedCategories: string[];
}

export interface World {
  domain: Named;
  user: Named & { password: string };
  /** The first project has the fixed tokens and all groups; the second is empty. */
  projects: [Named, Named];
  tokens: { valid: string; expired: string };
  organizations: Organization[];
  repositories: Repository[];
  tags: RepositoryTag[];
  accessories: Accessory[];
  permissions: Permissions[];
  shares: Share[];
  retentionPolicies: RetentionPolicy[];
  retentionLogs: RetentionLog[];
  triggers: Trigger[];
  images: Image[];
  imageMembers: ImageMember[];
  imageQuotas: ImageQuota[];
  osVersions: OsVersion[];
  imageGroups: ImageGroup[];
  trainingImages: TrainingImage[];
  workspaceIds: string[];
}
