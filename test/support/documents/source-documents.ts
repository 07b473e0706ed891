// What the five source documents name, and where the graph has it. Written from the documents, not from src/.
// For names the graph's design counts; for facts the documents do, and where they are wrong, what is known to correct them.

export type SourceDocument =
  | 'swr-list-shared-repositories'
  | 'swr-show-repository'
  | 'swr-list-retention-histories'
  | 'ims-list-images'
  | 'modelarts-list-image-groups';

/** How the value of the graph follows from the value on the wire; each rule is a function of the test. */
export type Rule =
  | 'text'
  | 'id'
  | 'long'
  | 'int'
  | 'flag'
  | 'opposite flag'
  | 'word'
  | 'time'
  | 'epoch milliseconds'
  | 'list'
  | 'list in text'
  | 'retention rule'
  | 'total';

/** A field of a row: its REST name, a value of its own as JSON text, and the coordinates that answer it. */
export type RowField = readonly [rest: string, wire: string, at: Readonly<Record<string, Rule>>];

/** The rows of docs/upstream/swr.md#list-shared-repositories. The total of the list is the connection's. */
const SHARED_REPOSITORY: readonly RowField[] = [
  ['name', '"busybox/shared.v1"', { 'SharedRepository.name': 'text' }],
  ['category', '"framework_app"', { 'SharedRepository.category': 'word', 'SharedRepository.categoryRaw': 'text' }],
  ['description', '"A description: \\"quoted\\", 9007199254740993"', { 'SharedRepository.description': 'text' }],
  ['size', '9007199254740993', { 'SharedRepository.size': 'long' }],
  ['is_public', 'true', { 'SharedRepository.isPublic': 'flag' }],
  ['num_images', '9223372036854775807', { 'SharedRepository.imageCount': 'long' }],
  ['num_download', '9007199254740995', { 'SharedRepository.downloadCount': 'long' }],
  ['created_at', '"2021-06-02T09:23:01.751202Z"', { 'SharedRepository.createdAt': 'time' }],
  ['updated_at', '"2021-06-10T07:24:35.20451Z"', { 'SharedRepository.updatedAt': 'time' }],
  ['logo', '"logo-1.png"', { 'SharedRepository.logo': 'text' }],
  ['url', '"https://logos.example.com/logo-2.png"', { 'SharedRepository.logoUrl': 'text' }],
  ['path', '"swr.example.com/shared-space/busybox"', { 'SharedRepository.path': 'text' }],
  ['internal_path', '"10.125.0.198:20202/shared-space/busybox"', { 'SharedRepository.internalPath': 'text' }],
  ['domain_name', '"domain-1"', { 'SharedRepository.domainName': 'text' }],
  ['namespace', '"shared-space"', { 'SharedRepository.namespace': 'text' }],
  ['tags', '["v1","v2"]', { 'SharedRepository.tags': 'list' }],
  ['status', 'false', { 'SharedRepository.isSharingValid': 'flag' }],
  ['total_range', '43', { 'SharedRepositoryConnection.totalCount': 'total' }],
];

/** The record of docs/upstream/swr.md#show-a-repository. */
const REPOSITORY: readonly RowField[] = [
  ['id', '9007199254740997', { 'Repository.repositoryId': 'long' }],
  ['ns_id', '9007199254740999', { 'Repository.namespaceId': 'long' }],
  ['name', '"base/busybox"', { 'Repository.name': 'text' }],
  ['category', '"app_server"', { 'Repository.category': 'word', 'Repository.categoryRaw': 'text' }],
  ['description', '"containerops\\nin two lines"', { 'Repository.description': 'text' }],
  ['creator_id', '"12345678901234567890"', { 'Repository.creatorId': 'text' }],
  ['creator_name', '"admin"', { 'Repository.creatorName': 'text' }],
  ['size', '9007199254741001', { 'Repository.size': 'long' }],
  ['is_public', 'false', { 'Repository.isPublic': 'flag' }],
  ['num_images', '9223372036854775805', { 'Repository.imageCount': 'long' }],
  ['num_download', '9007199254741003', { 'Repository.downloadCount': 'long' }],
  ['url', '"https://logos.example.com/logo-3.png"', { 'Repository.logoUrl': 'text' }],
  ['path', '"swr.example.com/shown-space/busybox"', { 'Repository.path': 'text' }],
  ['internal_path', '"10.125.0.198:20202/shown-space/busybox"', { 'Repository.internalPath': 'text' }],
  ['created', '"2017-08-17T12:00:03.915153267Z"', { 'Repository.createdAt': 'time' }],
  ['updated', '"2017-08-18T13:01:04Z"', { 'Repository.updatedAt': 'time' }],
  ['domain_id', '"da44776c316c4a99b3683bb174f8821b"', { 'Repository.domainId': 'text' }],
  ['priority', '17', { 'Repository.priority': 'int' }],
];

const RETENTION_RULE = {
  template: 'date_rule',
  params: { days: '30' },
  tag_selectors: [{ kind: 'regexp', pattern: '^v"1"' }],
};

/** The rows under `retention_log` of docs/upstream/swr.md#list-retention-histories. */
const RETENTION_LOG: readonly RowField[] = [
  ['created_at', '"2020-04-17T08:01:09.658309Z"', { 'RetentionLog.createdAt': 'time' }],
  ['id', '9007199254741005', { 'RetentionLog.logId': 'long' }],
  ['namespace', '"logged-space"', { 'RetentionLog.namespace': 'text' }],
  ['repo', '"experience/2048"', { 'RetentionLog.repositoryName': 'text' }],
  ['retention_id', '9007199254741007', { 'RetentionLog.retentionId': 'long' }],
  [
    'rule_type',
    JSON.stringify(JSON.stringify(RETENTION_RULE)),
    { 'RetentionLog.ruleType': 'text', 'RetentionLog.rule': 'retention rule' },
  ],
  ['tag', '"4"', { 'RetentionLog.tag': 'text' }],
];

/** The rows of docs/upstream/modelarts.md#list-image-groups. */
const IMAGE_GROUP: readonly RowField[] = [
  ['name', '"pytorch_1_8"', { 'ImageGroup.name': 'text' }],
  ['create_at', '1652878011643', { 'ImageGroup.createdAt': 'epoch milliseconds' }],
  ['namespace', '"grouped-space"', { 'ImageGroup.namespace': 'text' }],
  ['update_at', '1652878531070', { 'ImageGroup.updatedAt': 'epoch milliseconds' }],
  ['version_count', '2147483647', { 'ImageGroup.versionCount': 'int' }],
];

/** The rows of docs/upstream/ims.md#image-fields. */
const IMAGE: readonly RowField[] = [
  ['__backup_id', '"backup-1"', { 'Image.backupId': 'text' }],
  ['__data_origin', '"instance,5f1a"', { 'Image.dataOrigin': 'text' }],
  ['__description', '"Größe, 12345678901234567890"', { 'Image.description': 'text' }],
  ['__image_location', '"192.149.46.134:5443:images:x.zvhd2"', { 'Image.imageLocation': 'text' }],
  ['__image_size', '"9007199254741009"', { 'Image.imageSize': 'long' }],
  ['__image_source_type', '"uds"', { 'Image.imageSourceType': 'text' }],
  ['__is_config_init', '"true"', { 'Image.isConfigInit': 'flag' }],
  ['__isregistered', '"True"', { 'Image.isRegistered': 'flag' }],
  ['__lazyloading', '"False"', { 'Image.supportsLazyLoading': 'flag' }],
  ['__originalimagename', '"0328c25e-c840-4496-81ac-c4e01b214b1f"', { 'Image.originalImageId': 'id' }],
  ['__imagetype', '"gold"', { 'Image.imageType': 'word', 'Image.imageTypeRaw': 'text' }],
  ['protected', 'true', { 'Image.isProtected': 'flag' }],
  ['virtual_env_type', '"IsoImage"', { 'Image.virtualEnvType': 'word', 'Image.virtualEnvTypeRaw': 'text' }],
  ['virtual_size', '9007199254741011', { 'Image.virtualSize': 'long' }],
  ['visibility', '"shared"', { 'Image.visibility': 'word', 'Image.visibilityRaw': 'text' }],
  ['owner', '"1bed856811654c1cb661a6ca845ebc77"', { 'Image.owner': 'text' }],
  ['id', '"bc6bed6e-ba3a-4447-afcc-449174a3eb52"', { 'Image.imageId': 'id' }],
  ['status', '"saving"', { 'Image.status': 'word', 'Image.statusRaw': 'text' }],
  ['name', '"CentOS 7.3 64bit vivado"', { 'Image.name': 'text' }],
  ['container_format', '"bare"', { 'Image.containerFormat': 'text' }],
  ['disk_format', '"qcow2"', { 'Image.diskFormat': 'word', 'Image.diskFormatRaw': 'text' }],
  ['min_ram', '2049', { 'Image.minRam': 'int' }],
  ['max_ram', '"524289"', { 'Image.maxRam': 'int' }],
  ['min_disk', '101', { 'Image.minDisk': 'int' }],
  ['__os_bit', '"32"', { 'Image.osBit': 'int' }],
  [
    '__os_feature_list',
    '"[\\"ipv6\\",\\"a,b\\"]"',
    { 'Image.osFeatures': 'list in text', 'Image.osFeatureListRaw': 'text' },
  ],
  ['__platform', '"Huawei Cloud EulerOS"', { 'Image.platform': 'word', 'Image.platformRaw': 'text' }],
  ['schema', '"/v2/schemas/image"', { 'Image.schema': 'text' }],
  ['self', '"/v2/images/bc6bed6e"', { 'Image.self': 'text' }],
  ['size', '9007199254741013', { 'Image.size': 'long' }],
  ['__os_type', '"Other"', { 'Image.osType': 'word', 'Image.osTypeRaw': 'text' }],
  ['__os_version', '"CentOS 7.3 64bit"', { 'Image.osVersion': 'text' }],
  ['tags', '["key=value","key.old","bare-tag"]', { 'Image.tags': 'list' }],
  ['__support_kvm', '"true"', { 'Image.supportsKvm': 'flag' }],
  ['__support_xen', '"false"', { 'Image.supportsXen': 'flag' }],
  ['__support_largememory', '"True"', { 'Image.supportsLargeMemory': 'flag' }],
  ['__support_diskintensive', '"False"', { 'Image.supportsDiskIntensive': 'flag' }],
  ['__support_highperformance', '"true"', { 'Image.supportsHighPerformance': 'flag' }],
  ['__support_xen_gpu_type', '"M60_vGPU"', { 'Image.xenGpuType': 'text' }],
  ['__support_kvm_gpu_type', '"P2V_V100"', { 'Image.kvmGpuType': 'text' }],
  ['__support_xen_hana', '"false"', { 'Image.supportsXenHana': 'flag' }],
  ['__support_kvm_infiniband', '"true"', { 'Image.supportsKvmInfiniband': 'flag' }],
  ['__root_origin', '"file"', { 'Image.rootOrigin': 'text' }],
  ['__sequence_num', '"7"', { 'Image.sequenceNumber': 'int' }],
  ['__support_fc_inject', '"true"', { 'Image.supportsPasswordInjection': 'opposite flag' }],
  ['created_at', '"2018-09-06T14:03:27Z"', { 'Image.createdAt': 'time' }],
  ['updated_at', '"2018-09-07T15:17:33Z"', { 'Image.updatedAt': 'time' }],
  ['active_at', '"2018-09-08T16:18:34Z"', { 'Image.activeAt': 'time' }],
  ['checksum', '"d41d8cd98f00b204e9800998ecf8427e"', { 'Image.checksum': 'text' }],
  ['hw_firmware_type', '"uefi"', { 'Image.firmwareType': 'word', 'Image.firmwareTypeRaw': 'text' }],
  ['file', '"/v2/images/bc6bed6e/file"', { 'Image.file': 'text' }],
  ['enterprise_project_id', '"0"', { 'Image.enterpriseProjectId': 'text' }],
  ['__support_amd', '"false"', { 'Image.supportsAmd': 'flag' }],
  ['__system__cmkid', '"b3c4d5e6-0000-4000-8000-00000000c0de"', { 'Image.encryptionKeyId': 'text' }],
  ['hw_vif_multiqueue_enabled', '"True"', { 'Image.supportsVifMultiqueue': 'flag' }],
];

/** Every row field that the documents name. */
export const ROW_FIELDS: Readonly<Record<SourceDocument, readonly RowField[]>> = {
  'swr-list-shared-repositories': SHARED_REPOSITORY,
  'swr-show-repository': REPOSITORY,
  'swr-list-retention-histories': RETENTION_LOG,
  'ims-list-images': IMAGE,
  'modelarts-list-image-groups': IMAGE_GROUP,
};
