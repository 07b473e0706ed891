// Filters of GET /v2/images: operators, times, sizes, tags, visibility, and properties.
// Sources: docs/upstream/ims.md#list-images, #filters, #time-filters.

import type { SandboxRequest } from '../request.ts';
import type { Image, ImageRow } from '../world/types.ts';
import { glanceError } from './errors.ts';

type Test = (row: ImageRow) => boolean;

const WITH_OPERATORS = ['id', 'name', 'status', 'container_format', 'disk_format'];
const TIMES = ['created_at', 'updated_at'];
const VISIBILITIES = ['public', 'private', 'shared', 'community', 'all'];
/** Fields that are compared as they are. */
const PLAIN = ['owner', 'checksum', 'size', 'virtual_size', 'min_ram', 'min_disk', 'os_hash_algo', 'os_hash_value'];
/** Fields of the response that are not properties: as a filter, their names match nothing. */
const NOT_PROPERTIES = ['self', 'file', 'schema', 'tags', 'stores'];

/** True when the project sees the image by its id: a share counts whether it was accepted, rejected or neither. */
export function isVisible(image: Image, projectId: string | null): boolean {
  const { owner, visibility } = image.row;
  if (owner === projectId || visibility === 'public' || visibility === 'community') return true;
  return projectId !== null && image.members[projectId] !== undefined;
}

/** Builds the test for the images that a list shows, from `visibility`, `member_status` and `os_hidden`. */
export function readVisibility(
  request: SandboxRequest,
  filters: Map<string, string>,
  memberStatus: string,
): (image: Image) => boolean {
  const { projectId } = request;
  if (!['accepted', 'pending', 'rejected', 'all'].includes(memberStatus)) {
    throw glanceError(request, 400, `Invalid status: ${memberStatus}`);
  }
  const visibility = filters.get('visibility') ?? '';
  if (visibility !== '' && !VISIBILITIES.includes(visibility)) {
    throw glanceError(request, 400, `Invalid visibility value: '${visibility}'`);
  }
  const isHidden = readBoolean(request, filters, 'os_hidden') ?? false;
  return (image) => {
    const isOwn = image.row.owner === projectId;
    const member = projectId === null ? undefined : image.members[projectId];
    if (image.isHidden !== isHidden || !isVisible(image, projectId)) return false;
    if (member !== undefined && !isOwn && memberStatus !== 'all' && member !== memberStatus) return false;
    // Without `visibility`, images of other projects' communities are left out.
    if (visibility === '') return image.row.visibility !== 'community' || isOwn;
    return visibility === 'all' || image.row.visibility === visibility;
  };
}

/** Builds one test for each remaining filter; an image must pass all. A name that is not a field is a property. */
export function readFilters(request: SandboxRequest, filters: Map<string, string>, tags: string[]): Test[] {
  if (filters.has('changes-since')) {
    throw glanceError(request, 400, 'The "changes-since" filter is no longer available on v2.');
  }
  const tests: Test[] = tags.map((tag) => (row) => row.tags.includes(tag));
  for (const [name, value] of filters) {
    if (name === 'visibility' || name === 'os_hidden' || name === 'deleted') continue;
    tests.push(readFilter(request, filters, name, value));
  }
  return tests;
}

function readFilter(request: SandboxRequest, filters: Map<string, string>, name: string, value: string): Test {
  if (name === 'protected') {
    const wanted = readBoolean(request, filters, name);
    return (row) => row.protected === wanted;
  }
  if (name === 'size_min' || name === 'size_max') return readSize(request, name, value);
  if (TIMES.includes(name)) return readTime(request, name, value);
  if (WITH_OPERATORS.includes(name)) return readOperator(request, name, value);
  if (PLAIN.includes(name)) return (row) => row[name] !== null && String(row[name]) === value;
  if (NOT_PROPERTIES.includes(name)) return () => false;
  // Custom properties are strings: a boolean or a number with the same text does not match.
  return (row) => row[name] === value;
}

function readBoolean(request: SandboxRequest, filters: Map<string, string>, name: string): boolean | undefined {
  const value = filters.get(name);
  if (value === undefined) return undefined;
  if (value === 'true' || value === 'false') return value === 'true';
  const message = `Invalid value '${value}' for '${name}' filter. Valid values are 'true' or 'false'.`;
  throw glanceError(request, 400, message);
}

function readSize(request: SandboxRequest, name: string, value: string): Test {
  if (!/^\s*[+-]?\d+\s*$/.test(value)) {
    throw glanceError(request, 400, 'Unable to filter on a range with a non-numeric value.');
  }
  const bound = BigInt(value.trim().replace('+', ''));
  return ({ size }) => size !== null && (name === 'size_min' ? size >= bound : size <= bound);
}

/** Splits `operator:value`. A plain time has colons, too: it is recognised first and means `eq`. */
function splitOperator(value: string): [operator: string, rest: string] {
  const colon = value.indexOf(':');
  if (colon < 0 || parseTime(value) !== null) return ['eq', value];
  return [value.slice(0, colon), value.slice(colon + 1)];
}

function readOperator(request: SandboxRequest, name: string, value: string): Test {
  const [operator, rest] = splitOperator(value);
  if (operator === 'eq') return (row) => row[name] === rest;
  if (operator !== 'in') throw glanceError(request, 400, `Unable to filter by unknown operator '${operator}'.`);
  const wanted = new Set(splitList(request, rest));
  return (row) => typeof row[name] === 'string' && wanted.has(row[name]);
}

/** Splits the list of an `in:` at its commas. A quoted item may have commas in it; quotes must stand beside a comma. */
function splitList(request: SandboxRequest, list: string): string[] {
  const invalid = (reason: string) => glanceError(request, 400, `Invalid filter value ${list}. ${reason}`);
  let isOpen = false;
  for (const [index, character] of [...list].entries()) {
    if (character !== '"' || list[index - 1] === '\\') continue;
    if (!isOpen && index > 0 && list[index - 1] !== ',') {
      throw invalid('There is no comma before opening quotation mark.');
    }
    if (isOpen && index + 1 < list.length && list[index + 1] !== ',') {
      throw invalid('There is no comma after closing quotation mark.');
    }
    isOpen = !isOpen;
  }
  if (isOpen) throw invalid('The quote is not closed.');
  const parts = list.matchAll(/"((?:[^"\\]|\\.)*)",?|([^,]+),?|,/g);
  return [...parts].map((part) => part[1] ?? part[2] ?? '');
}

/** Reads an ISO 8601 time or date. Shape: epoch milliseconds; null when it is malformed. */
function parseTime(text: string): number | null {
  const time = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:?\d\d)?)?$/.exec(text);
  if (time === null) return null;
  const [, day = '', clock = '00:00', zone = 'Z'] = time;
  const offset = zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone;
  const parsed = Date.parse(`${day}T${clock}${offset}`);
  return Number.isNaN(parsed) ? null : parsed;
}

const COMPARISONS: Record<string, (time: number, bound: number) => boolean> = {
  gt: (time, bound) => time > bound,
  gte: (time, bound) => time >= bound,
  lt: (time, bound) => time < bound,
  lte: (time, bound) => time <= bound,
  eq: (time, bound) => time === bound,
  neq: (time, bound) => time !== bound,
};

function readTime(request: SandboxRequest, name: string, value: string): Test {
  const [operator, text] = splitOperator(value);
  const bound = parseTime(text);
  if (bound === null) {
    throw glanceError(request, 400, `Bad "${name}" query filter format. Use ISO 8601 DateTime notation.`);
  }
  const compare = COMPARISONS[operator];
  if (compare === undefined) throw glanceError(request, 400, 'Unable to filter on a unknown operator.');
  return (row) => compare(Date.parse(String(row[name])), bound);
}
