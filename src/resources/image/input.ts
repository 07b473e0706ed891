// Defines the filter and the order of images, and turns them into query parameters of IMS.
// Sources: docs/upstream/ims.md#list-images, #filters, #time-filters.

import type { CloudKind } from '../../config/settings.ts';
import { builder } from '../../graph/builder.ts';
import type { FurtherReading } from '../../graph/cost.ts';
import { closedEnum, OrderDirection, openEnum } from '../../graph/enums.ts';
import { badUserInput } from '../../graph/errors.ts';
import { checkTexts } from '../../graph/input.ts';
import { compareTimes } from '../../upstream/decoding/date-time.ts';
import type { Decoded } from '../../upstream/decoding/row.ts';
import type { WireEnum } from '../../upstream/decoding/wire-enum.ts';
import { IMAGE_TYPES, MAY_BE_EMPTY, MEMBER_STATUSES, OS_TYPES, SORT_KEYS, STATUSES, VISIBILITIES } from './enums.ts';
import { type Image, isImageId } from './record.ts';
import type { ImageSelection, TimeConditions } from './upstream.ts';

export const ImageStatus = openEnum(
  'ImageStatus',
  'The status of an image, from the creation of its metadata to its deletion.',
  STATUSES,
);
export const ImageVisibility = openEnum('ImageVisibility', 'Which projects can use an image.', VISIBILITIES);
export const ImageType = openEnum('ImageType', 'Where an image comes from.', IMAGE_TYPES);
export const ImageOsType = openEnum('ImageOsType', 'The family of an operating system.', OS_TYPES);
export const ImageMemberStatus = openEnum(
  'ImageMemberStatus',
  'Whether a member that an image is shared with has accepted it.',
  MEMBER_STATUSES,
);
const OrderField = closedEnum('ImageOrderField', 'A field that images can be ordered by.', SORT_KEYS);

const ImageTimeFilter = builder.inputType('ImageTimeFilter', {
  description:
    'A condition on a time: one operator, or one lower bound (`gt`, `gte`) and one upper bound (`lt`, `lte`).',
  fields: (t) => ({
    gt: t.field({ type: 'DateTime', description: 'After this time. `gt`' }),
    gte: t.field({ type: 'DateTime', description: 'At or after this time. `gte`' }),
    lt: t.field({ type: 'DateTime', description: 'Before this time. `lt`' }),
    lte: t.field({ type: 'DateTime', description: 'At or before this time. `lte`' }),
    eq: t.field({ type: 'DateTime', description: 'At this time. `eq`' }),
    neq: t.field({ type: 'DateTime', description: 'Not at this time. `neq`' }),
  }),
});

const onlyTrue = 'Only true can be given, as IMS has no filter for false.';

export const ImageFilter = builder.inputType('ImageFilter', {
  description: 'Conditions on images, all of which must hold. Texts match exactly, in the same case.',
  fields: (t) => ({
    isRegistered: t.boolean({ description: `Whether the image is available. ${onlyTrue} \`__isregistered\`` }),
    imageType: t.field({
      type: ImageType,
      description: 'Where it comes from: the cloud, a project, or the marketplace. `__imagetype`',
    }),
    isProtected: t.boolean({ description: 'Whether it is protected from deletion. `protected`' }),
    visibility: t.field({ type: ImageVisibility, description: 'Which projects can use it. `visibility`' }),
    owner: t.string({ description: 'The id of the project that owns it. `owner`' }),
    imageId: t.id({ description: 'The id, a UUID. `id`' }),
    status: t.field({ type: ImageStatus, description: 'The status. `status`' }),
    name: t.string({ description: 'The whole name. `name`' }),
    containerFormat: t.string({ description: 'The container format, such as bare. `container_format`' }),
    diskFormat: t.string({
      description: 'The format of the image file as IMS spells it: zvhd2, vhd, zvhd, raw or qcow2. `disk_format`',
    }),
    minRam: t.int({ description: 'The minimum memory that it needs, in MB. `min_ram`' }),
    minDisk: t.int({ description: 'The minimum disk size that it needs, in GB. `min_disk`' }),
    osBit: t.int({ description: 'The word size of the operating system, in bits: 32 or 64. `__os_bit`' }),
    platform: t.string({
      description:
        'The platform of the operating system as IMS spells it, such as CentOS or Oracle Linux. `__platform`',
    }),
    osType: t.field({ type: ImageOsType, description: 'The family of the operating system. `__os_type`' }),
    tags: t.stringList({ description: 'Tags, written `key=value`; the image must have all of them. `tag`' }),
    memberStatus: t.field({
      type: ImageMemberStatus,
      description: 'Whether the sharing has been accepted; only together with the visibility `SHARED`. `member_status`',
    }),
    supportsKvm: t.boolean({ description: `Whether it supports KVM. ${onlyTrue} \`__support_kvm\`` }),
    supportsXen: t.boolean({ description: `Whether it supports Xen. ${onlyTrue} \`__support_xen\`` }),
    supportsLargeMemory: t.boolean({
      description: `Whether it supports large-memory servers. ${onlyTrue} \`__support_largememory\``,
    }),
    supportsDiskIntensive: t.boolean({
      description: `Whether it supports disk-intensive servers. ${onlyTrue} \`__support_diskintensive\``,
    }),
    supportsHighPerformance: t.boolean({
      description: `Whether it supports high-performance servers. ${onlyTrue} \`__support_highperformance\``,
    }),
    xenGpuType: t.string({
      description: 'The GPU type that it supports on Xen, such as M60_vGPU. `__support_xen_gpu_type`',
    }),
    kvmGpuType: t.string({
      description: 'The GPU type that it supports on KVM, such as V100_vGPU. `__support_kvm_gpu_type`',
    }),
    supportsXenHana: t.boolean({
      description: `Whether it supports HANA servers on Xen. ${onlyTrue} \`__support_xen_hana\``,
    }),
    supportsKvmInfiniband: t.boolean({
      description: `Whether it supports servers with InfiniBand on KVM. ${onlyTrue} \`__support_kvm_infiniband\``,
    }),
    createdAt: t.field({ type: ImageTimeFilter, description: 'When it was created. `created_at`' }),
    updatedAt: t.field({ type: ImageTimeFilter, description: 'When it was last updated. `updated_at`' }),
  }),
});

export const ImageOrder = builder.inputType('ImageOrder', {
  description: 'The order of images; IMS breaks ties by creation time and id.',
  fields: (t) => ({
    field: t.field({ type: OrderField, required: true, description: 'The field to order by. `sort_key`' }),
    direction: t.field({ type: OrderDirection, required: true, description: 'The direction. `sort_dir`' }),
  }),
});

type Filter = typeof ImageFilter.$inferInput;
type Order = typeof ImageOrder.$inferInput;
type TimeFilter = typeof ImageTimeFilter.$inferInput;

/**
 * How much further a list may have to be read: IMS takes one bound for a time, and continues wrongly after a row
 * without a value to sort by.
 */
export function furtherReading({ filter, orderBy }: Readonly<Record<string, unknown>>): FurtherReading {
  const { createdAt, updatedAt } = (filter ?? {}) as Filter;
  const { field = 'CREATED_AT' } = (orderBy ?? {}) as Partial<Order>;
  const hasTwoBounds = (time: TimeFilter | null | undefined) => Object.keys(time ?? {}).length > 1;
  // Two bounds of the time of the order end the walk; all others leave out rows.
  if (hasTwoBounds(updatedAt) || (hasTwoBounds(createdAt) && field !== 'CREATED_AT')) return 'always';
  return hasTwoBounds(createdAt) || MAY_BE_EMPTY.has(SORT_KEYS.toWire(field)) ? 'possible' : 'none';
}

/** Turns filter and order into a request of IMS. Errors: throws BAD_USER_INPUT for values that IMS cannot filter by. */
export function imageSelection(filter: Filter, order: Order | null | undefined, cloud: CloudKind): ImageSelection {
  checkTexts(filter, 'filter');
  const sortKey = order ? SORT_KEYS.toWire(order.field) : 'created_at';
  const times = {
    created_at: timeBounds('createdAt', filter.createdAt),
    updated_at: timeBounds('updatedAt', filter.updatedAt),
  };
  const query = filterQuery(filter, cloud);
  const descending = order?.direction !== 'ASC';
  const upwards = timeConditions(times, sortKey, false);
  const downwards = timeConditions(times, sortKey, true);
  return {
    identity: [query, upwards.query, downwards.query, sortKey, descending],
    query,
    sortKey,
    descending,
    times: { ascending: upwards, descending: downwards },
  };
}

function filterQuery(filter: Filter, cloud: CloudKind): [name: string, value: string][] {
  if (typeof filter.imageId === 'string' && !isImageId(filter.imageId))
    throw badUserInput('`filter.imageId` must be a UUID.');
  if (typeof filter.osBit === 'number' && ![32, 64].includes(filter.osBit))
    throw badUserInput('`filter.osBit` must be 32 or 64.');
  const text = cloud === 'openstack' ? openStackText : (value: string | null | undefined) => value;
  const parameters: [name: string, value: string | number | boolean | null | undefined][] = [
    ['__isregistered', onlyIfTrue(filter, 'isRegistered')],
    ['__imagetype', wireValue(filter, 'imageType', IMAGE_TYPES)],
    ['protected', filter.isProtected],
    ['visibility', wireValue(filter, 'visibility', VISIBILITIES)],
    ['owner', filter.owner],
    ['id', filter.imageId],
    ['status', wireValue(filter, 'status', STATUSES)],
    ['name', text(filter.name)],
    ['container_format', text(filter.containerFormat)],
    ['disk_format', text(filter.diskFormat)],
    ['min_ram', filter.minRam],
    ['min_disk', filter.minDisk],
    ['__os_bit', filter.osBit],
    ['__platform', filter.platform],
    ['__os_type', wireValue(filter, 'osType', OS_TYPES)],
    ...(filter.tags ?? []).map((tag): [string, string] => ['tag', tag]),
    ['member_status', wireValue(filter, 'memberStatus', MEMBER_STATUSES)],
    ['__support_kvm', onlyIfTrue(filter, 'supportsKvm')],
    ['__support_xen', onlyIfTrue(filter, 'supportsXen')],
    ['__support_largememory', onlyIfTrue(filter, 'supportsLargeMemory')],
    ['__support_diskintensive', onlyIfTrue(filter, 'supportsDiskIntensive')],
    ['__support_highperformance', onlyIfTrue(filter, 'supportsHighPerformance')],
    ['__support_xen_gpu_type', filter.xenGpuType],
    ['__support_kvm_gpu_type', filter.kvmGpuType],
    ['__support_xen_hana', onlyIfTrue(filter, 'supportsXenHana')],
    ['__support_kvm_infiniband', onlyIfTrue(filter, 'supportsKvmInfiniband')],
  ];
  return parameters.flatMap(([name, value]) => (value === null || value === undefined ? [] : [[name, String(value)]]));
}

function onlyIfTrue(filter: Filter, name: keyof Filter): true | undefined {
  if (filter[name] === false)
    throw badUserInput(`\`filter.${name}\` must be true or left out: IMS has no filter for false.`);
  return filter[name] === true || undefined;
}

function wireValue<Value extends string>(
  filter: Filter,
  name: keyof Filter,
  wireEnum: WireEnum<Value>,
): string | undefined {
  const value = filter[name] as Value | 'UNKNOWN' | null | undefined;
  if (value === 'UNKNOWN') throw badUserInput(`\`filter.${name}\` must not be UNKNOWN: IMS has no such value.`);
  return value ? wireEnum.toWire(value) : undefined;
}

/**
 * Glance reads a text with a colon as an operator: such a text is quoted; one with a quote gets an explicit operator.
 */
function openStackText(text: string | null | undefined): string | null | undefined {
  if (!text?.includes(':')) return text;
  return /["\\]/.test(text) ? `eq:${text}` : `in:"${text}"`;
}

type Operator = 'gt' | 'gte' | 'lt' | 'lte' | 'eq' | 'neq';

interface Condition {
  readonly operator: Operator;
  readonly time: string;
}

/** The conditions on one time: none, one, or a lower and an upper bound. */
type Bounds = { readonly only?: Condition; readonly lower?: Condition; readonly upper?: Condition };

function timeBounds(name: string, filter: TimeFilter | null | undefined): Bounds {
  const conditions = Object.entries(filter ?? {}).flatMap(([operator, time]) =>
    time ? [{ operator: operator as Operator, time }] : [],
  );
  const [first, second, ...more] = conditions;
  if (!first) return {};
  if (!second) return { only: first };
  const lower = conditions.find(({ operator }) => operator === 'gt' || operator === 'gte');
  const upper = conditions.find(({ operator }) => operator === 'lt' || operator === 'lte');
  if (!lower || !upper || more.length > 0) {
    throw badUserInput(
      `\`filter.${name}\` must have one operator, or one lower bound (gt, gte) and one upper bound (lt, lte).`,
    );
  }
  return { lower, upper };
}

/**
 * IMS takes one condition for each time. Of two bounds, the one that the walk meets first is sent, and the other ends
 * the walk; where the walk is not in the order of that time, the other one leaves out rows.
 */
function timeConditions(
  times: Record<'created_at' | 'updated_at', Bounds>,
  sortKey: string,
  descending: boolean,
): TimeConditions {
  const query: [name: string, value: string][] = [];
  const checks: ((image: Image) => boolean)[] = [];
  let ends: ((image: Image) => boolean) | undefined;
  for (const [name, { only, lower, upper }] of Object.entries(times)) {
    const [sent, kept] = descending ? [only ?? upper, lower] : [only ?? lower, upper];
    if (sent) query.push([name, `${sent.operator}:${sent.time}`]);
    if (!kept) continue;
    const holds = (image: Image) => meetsCondition(name === 'created_at' ? image.createdAt : image.updatedAt, kept);
    if (name === sortKey) ends = holds;
    else checks.push(holds);
  }
  if (!ends && checks.length === 0) return { query, skipsRows: false };
  return {
    query,
    skipsRows: checks.length > 0,
    verdict: (image) => (ends && !ends(image) ? 'stop' : checks.every((check) => check(image)) ? 'keep' : 'skip'),
  };
}

function meetsCondition(time: Decoded<string>, { operator, time: bound }: Condition): boolean {
  // A row whose time cannot be read stays, with an error at that time.
  if (typeof time !== 'string') return true;
  const order = compareTimes(time, bound);
  return operator === 'gt' ? order > 0 : operator === 'gte' ? order >= 0 : operator === 'lt' ? order < 0 : order <= 0;
}
