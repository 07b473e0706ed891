// Lists as the four upstream dialects page them, strict where a service is: scripts for startUpstream.
// Written from docs/upstream/swr.md#paging-and-totals, docs/upstream/modelarts.md#list-image-groups and
// docs/upstream/ims.md#paging, not from the client.
import type { WireRow } from '../kind.ts';
import type { Reply, Script } from './upstream.ts';

interface OffsetQuirks {
  /** Rows that one response has at most, whatever the limit. */
  readonly cap?: number;
  /** Whether the total is in `Content-Range`. */
  readonly header?: boolean;
  /** The total to send, where it is not the length. */
  readonly total?: number;
}

const rejection = (code: string): Reply => ({
  status: 400,
  body: { errors: [{ errorCode: code, errorMessage: 'bad paging', detail: '' }] },
});

/** Checks the pair as SWR does: both or none, and the offset a multiple of the limit. */
function swrPage(rows: readonly unknown[], limit: string | null, offset: string | null, quirks: OffsetQuirks) {
  const [size, start] = [Number(limit), Number(offset)];
  if (limit === null || offset === null) return rejection('SVCSTG.SWR.4001072');
  if (!(size >= 1 && size <= 1000)) return rejection('SVCSTG.SWR.4000056');
  if (start % size !== 0) return rejection('SVCSTG.SWR.4001072');
  const page = rows.slice(start, start + Math.min(size, quirks.cap ?? 1000));
  const range = `${start}-${page.length}/${quirks.total ?? rows.length}`;
  const headers: Record<string, string> = quirks.header === false ? {} : { 'content-range': range };
  return { page, headers };
}

/** GET /v2/manage/shared-repositories: a bare array, the paging inside `filter`. */
export function sharedList(rows: readonly unknown[], quirks: OffsetQuirks = {}): Script {
  return ({ query }) => {
    const filter = new Map((query.get('filter') ?? '').split('|').map((part) => part.split('::') as [string, string]));
    const response = swrPage(rows, filter.get('limit') ?? null, filter.get('offset') ?? null, quirks);
    return 'page' in response ? { headers: response.headers, body: response.page } : response;
  };
}

/** GET /v2/manage/repos: a bare array, the paging as parameters of its own. */
export function ownList(rows: readonly unknown[], quirks: OffsetQuirks = {}): Script {
  return ({ query }) => {
    const response = swrPage(rows, query.get('limit'), query.get('offset'), quirks);
    return 'page' in response ? { headers: response.headers, body: response.page } : response;
  };
}

/** GET …/retentions/histories: the total in the body too. */
export function retentionList(rows: readonly unknown[], quirks: OffsetQuirks = {}): Script {
  return ({ query }) => {
    const response = swrPage(rows, query.get('limit'), query.get('offset'), quirks);
    if (!('page' in response)) return response;
    return { headers: response.headers, body: { retention_log: response.page, total: rows.length } };
  };
}

/** GET …/tags: a bare array; `tag` matches parts of names. */
export const tagList =
  (rows: readonly WireRow[], quirks: OffsetQuirks = {}): Script =>
  (call, response) => {
    const part = call.query.get('tag') ?? '';
    return ownList(
      rows.filter(({ Tag }) => String(Tag).includes(part)),
      quirks,
    )(call, response);
  };

/** GET …/accessories: any offset; null where there are none. */
export function signatureList(rows: readonly unknown[]): Script {
  return ({ query }) => {
    const [limit, offset] = [Number(query.get('limit')), Number(query.get('offset'))];
    if (!(limit >= 1 && limit <= 100)) return rejection('SVCSTG.SWR.4000056');
    return { body: { total: rows.length, accessories: rows.length > 0 ? rows.slice(offset, offset + limit) : null } };
  };
}

/** GET /v1/{project_id}/images/group: any offset; rows under `data`. */
export function groupList(rows: readonly unknown[], quirks: OffsetQuirks = {}): Script {
  return ({ query }) => {
    const [limit, offset] = [Number(query.get('limit')), Number(query.get('offset'))];
    const data = rows.slice(offset, offset + Math.min(limit, quirks.cap ?? 500));
    return { body: { current: 1, data, pages: 1, size: data.length, total: quirks.total ?? rows.length } };
  };
}

/** GET /v2/images: rows in descending order; `next` whenever the page is full; an unknown marker is a 400. */
export function imageList(rows: readonly WireRow[]): Script {
  return ({ query, path }) => {
    if (path !== '/v2/images')
      return { status: 404, body: { message: 'x', code: '404 Not Found', title: 'Not Found' } };
    const order = query.get('sort_dir') === 'asc' ? rows.toReversed() : rows;
    const limit = Math.min(Number(query.get('limit') ?? 25), 1000);
    const marker = query.get('marker');
    const at = marker === null ? 0 : order.findIndex(({ id }) => id === marker) + 1;
    if (marker !== null && at === 0)
      return { status: 400, body: { message: 'x', code: '400 Bad Request', title: 'x' } };
    const images = order.slice(at, at + limit);
    const last = images.length === limit ? images.at(-1) : undefined;
    return { body: { images, ...(last ? { next: `/v2/images?marker=${last.id}` } : {}) } };
  };
}
