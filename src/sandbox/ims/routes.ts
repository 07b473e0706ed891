// IMS of the sandbox: Glance's image list and one image by id.
// Sources: docs/upstream/ims.md#list-images, #show-an-image, #paging, #errors.

import { decodePart, type SandboxRequest } from '../request.ts';
import { jsonResponse, type SandboxResponse } from '../response.ts';
import type { SandboxState } from '../state.ts';
import type { Image } from '../world/types.ts';
import { glanceError, glanceResponse } from './errors.ts';
import { isVisible, readFilters, readVisibility } from './filters.ts';
import { isAfterMarker, readOrder, sortImages } from './order.ts';

const DEFAULT_LIMIT = 25;
const MAX_LIMIT = 1000;
const MAX_TARGET_LENGTH = 8192;
const MAX_TOKEN_LENGTH = 16_384;

/** Rejects, with an empty body, a request that is too long for Glance's HTTP server. Shape: null for any other. */
export function rejectOversize(request: SandboxRequest): SandboxResponse | null {
  if (request.target.length > MAX_TARGET_LENGTH) return { status: 414, headers: {}, body: '' };
  const token = request.headers['x-auth-token'] ?? '';
  return token.length > MAX_TOKEN_LENGTH ? { status: 400, headers: {}, body: '' } : null;
}

/** Builds the 401 for a token: one message for every problem. */
export function rejectImsToken(state: SandboxState, request: SandboxRequest): SandboxResponse {
  const message =
    'This server could not verify that you are authorized to access the document you requested. Either you supplied ' +
    'the wrong credentials (e.g., bad password), or your browser does not understand how to supply the credentials ' +
    'required.';
  return glanceResponse(request, 401, message, { 'WWW-Authenticate': `Keystone uri="${state.address}"` });
}

/** Removes the first parameter of a name from the list; a second one stays and becomes a property filter. */
function takeFirst(parameters: [string, string][], name: string): string | undefined {
  const index = parameters.findIndex(([given]) => given === name);
  return index < 0 ? undefined : parameters.splice(index, 1)[0]?.[1];
}

function takeAll(parameters: [string, string][], name: string): string[] {
  const values: string[] = [];
  for (let value = takeFirst(parameters, name); value !== undefined; value = takeFirst(parameters, name)) {
    values.push(value.trim());
  }
  return values;
}

/** Lists images. Shape: with `next` when the page is full, so a full last page links to an empty one. */
export function listImages(state: SandboxState, request: SandboxRequest): SandboxResponse {
  if (!request.isDecodable)
    throw glanceError(
      request,
      400,
      'Error decoding your request. Either the URL or the request body contained characters that could not be decoded by Glance',
    );
  const parameters = [...request.parameters];
  const limit = readLimit(request, takeFirst(parameters, 'limit'));
  const markerId = takeFirst(parameters, 'marker');
  const memberStatus = takeFirst(parameters, 'member_status') ?? 'accepted';
  const tags = takeAll(parameters, 'tag');
  const sort = takeFirst(parameters, 'sort');
  const order = readOrder(request, sort, takeAll(parameters, 'sort_key'), takeAll(parameters, 'sort_dir'));
  // From here on the last of a repeated parameter counts.
  const filters = new Map(parameters);
  const isShown = readVisibility(request, filters, memberStatus);
  const tests = readFilters(request, filters, tags);
  const marker = markerId === undefined ? null : findMarker(state, request, markerId);
  const matching = state.world.images.filter(
    (image) =>
      isShown(image) &&
      tests.every((test) => test(image.row)) &&
      (marker === null || isAfterMarker(image.row, marker.row, order)),
  );
  const page = sortImages(matching, order).slice(0, limit);
  const last = page.length > 0 && page.length === limit ? page.at(-1) : undefined;
  const body = { images: page.map(({ row }) => row), ...links(request, last), schema: '/v2/schemas/images' };
  return jsonResponse(200, body);
}

/** Shows one image. An id that is not a UUID, has upper case or belongs to an invisible image is a 404. */
export function showImage(state: SandboxState, request: SandboxRequest): SandboxResponse {
  const raw = request.pathValues.image_id ?? '';
  const id = decodePart(raw) ?? raw;
  const image = state.world.images.find(({ row }) => row.id === id);
  if (image === undefined || !isVisible(image, request.projectId)) {
    throw glanceError(request, 404, `No image found with ID ${id}`);
  }
  return jsonResponse(200, image.row);
}

function readLimit(request: SandboxRequest, text: string | undefined): number {
  if (text === undefined) return DEFAULT_LIMIT;
  if (!/^\s*[+-]?\d+\s*$/.test(text)) throw glanceError(request, 400, 'limit param must be an integer');
  const limit = Number(text);
  if (limit < 0) throw glanceError(request, 400, 'limit param must be positive');
  return Math.min(limit, MAX_LIMIT);
}

/** Finds the marker among all images: hidden ones and those outside the filter have a position in the order, too. */
function findMarker(state: SandboxState, request: SandboxRequest, id: string): Image {
  const marker = state.world.images.find(({ row }) => row.id === id);
  if (marker === undefined) throw glanceError(request, 400, `No image found with ID ${id}`);
  if (isVisible(marker, request.projectId)) return marker;
  throw glanceError(request, 403, `Forbidding request, image ${id} not visible`);
}

/** Encodes like Python's form encoding: a space becomes `+`, and `!'()*` are escaped, too. */
function encode(text: string): string {
  const escaped = encodeURIComponent(text).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return escaped.replaceAll('%20', '+');
}

/** Builds `first` and `next`. Glance builds them from a dictionary: of a repeated parameter they have only the last. */
function links(request: SandboxRequest, last: Image | undefined): { first: string; next: string | undefined } {
  const query = new Map(request.parameters);
  query.delete('marker');
  const link = (): string => {
    const pairs = [...query].map(([name, value]) => `${encode(name)}=${encode(value)}`);
    return pairs.length === 0 ? '/v2/images' : `/v2/images?${pairs.join('&')}`;
  };
  const first = link();
  if (last !== undefined) query.set('marker', last.row.id);
  return { first, next: last === undefined ? undefined : link() };
}
