// The hand-written server: node:http, undici and JSON, without GraphQL. It responds to the operations of the jobs, by their names.
// Argument: `request` for undici's `request`, `dispatch` for its `dispatch`.
import { createServer } from 'node:http';
import {
  announce,
  type Get,
  type GroupRow,
  get as getByRequest,
  globalId,
  headersOf,
  type ImageRow,
  type LogRow,
  numberOrNull,
  parsed,
  pathOf,
  platformOf,
  pool,
  type RepositoryDetail,
  type RepositoryRow,
  type Rule,
} from './cloud-client.ts';

const getByDispatch: Get = (path, token) =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let statusCode = 0;
    pool.dispatch(
      { path, method: 'GET', headers: headersOf(token) },
      {
        onRequestStart() {},
        onResponseStart(_controller, status) {
          statusCode = status;
        },
        onResponseData(_controller, chunk) {
          chunks.push(chunk);
        },
        onResponseEnd() {
          try {
            const bytes = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
            resolve(parsed({ statusCode, text: bytes.toString() }));
          } catch (error) {
            reject(error);
          }
        },
        onResponseError(_controller, error) {
          reject(error);
        },
      },
    );
  });

const get = process.argv[2] === 'dispatch' ? getByDispatch : getByRequest;

interface Variables {
  readonly first: number;
  readonly namespace: string;
  readonly name: string;
}

interface Logs {
  readonly retention_log: readonly LogRow[];
  readonly total: number;
}

const shared = (first: number, token: string) =>
  get<readonly (RepositoryRow & { total_range: number })[]>(pathOf.sharedRepositories(first), token);

const rowOf = ({ namespace, name, size, tags, updated_at }: RepositoryRow) => ({
  namespace,
  name,
  size: String(size),
  tags,
  updatedAt: updated_at,
});

async function detailWithLogs(row: RepositoryRow, token: string) {
  const [detail, logs] = await Promise.all([
    get<RepositoryDetail>(pathOf.repository(row), token),
    get<Logs>(pathOf.logs(row, 5), token),
  ]);
  return {
    ...rowOf(row),
    repository: {
      repositoryId: String(detail.id),
      namespaceId: String(detail.ns_id),
      creatorId: detail.creator_id,
      creatorName: detail.creator_name,
      createdAt: detail.created,
      updatedAt: detail.updated,
      domainId: detail.domain_id,
      priority: detail.priority,
      retentionLogs: {
        nodes: logs.retention_log.map(({ id, tag, created_at, rule_type }) => ({
          logId: String(id),
          tag,
          createdAt: created_at,
          ruleType: rule_type,
        })),
      },
    },
  };
}

async function detailOf(row: RepositoryRow, token: string) {
  const { id, creator_name, created, priority } = await get<RepositoryDetail>(pathOf.repository(row), token);
  const repository = { repositoryId: String(id), creatorName: creator_name, createdAt: created, priority };
  return { ...rowOf(row), repository };
}

function logOf({ id, tag, created_at, rule_type }: LogRow) {
  const { template, params, tag_selectors } = JSON.parse(rule_type) as Rule;
  const tagSelectors = tag_selectors.map(({ kind, pattern }) => ({ kind: kind.toUpperCase(), pattern }));
  const [keepCount, keepDays] = [numberOrNull(params.num), numberOrNull(params.days)];
  const rule = { template: template.toUpperCase(), keepCount, keepDays, tagSelectors };
  return { logId: String(id), tag, createdAt: created_at, rule };
}

const OPERATIONS: Readonly<Record<string, (variables: Variables, token: string) => Promise<object>>> = {
  SharedRows: async ({ first }, token) => {
    const rows = await shared(first, token);
    const nodes = await Promise.all(rows.map((row) => detailWithLogs(row, token)));
    return { sharedRepositories: { totalCount: rows[0]?.total_range ?? 0, nodes } };
  },
  Images: async ({ first }, token) => {
    const { images } = await get<{ images: readonly ImageRow[] }>(pathOf.images(first), token);
    const nodes = images.map((image) => ({
      imageId: image.id,
      name: image.name,
      status: image.status.toUpperCase(),
      visibility: image.visibility.toUpperCase(),
      minDisk: image.min_disk,
      minRam: image.min_ram,
      createdAt: image.created_at,
      updatedAt: image.updated_at,
      platform: platformOf(image.__platform),
      imageSize: image.__image_size ?? null,
    }));
    return { images: { nodes } };
  },
  Repository: async (key, token) => {
    const detail = await get<RepositoryDetail>(pathOf.repository(key), token);
    const repository = {
      id: globalId(key),
      namespace: key.namespace,
      name: detail.name,
      category: detail.category.toUpperCase(),
      categoryRaw: detail.category,
      description: detail.description,
      size: String(detail.size),
      isPublic: detail.is_public,
      imageCount: String(detail.num_images),
      downloadCount: String(detail.num_download),
      logoUrl: detail.url,
      path: detail.path,
      internalPath: detail.internal_path,
      repositoryId: String(detail.id),
      namespaceId: String(detail.ns_id),
      creatorId: detail.creator_id,
      creatorName: detail.creator_name,
      createdAt: detail.created,
      updatedAt: detail.updated,
      domainId: detail.domain_id,
      priority: detail.priority,
    };
    return { repository };
  },
  Mixed: async ({ first, ...key }, token) => {
    const [rows, { images }, { data }, logs] = await Promise.all([
      shared(first, token).then((list) => Promise.all(list.map((row) => detailOf(row, token)))),
      get<{ images: readonly ImageRow[] }>(pathOf.images(first), token),
      get<{ data: readonly GroupRow[] }>(pathOf.groups(first), token),
      get<Logs>(pathOf.logs(key, first), token),
    ]);
    return {
      sharedRepositories: { nodes: rows },
      images: {
        nodes: images.map((image) => ({
          imageId: image.id,
          name: image.name,
          status: image.status.toUpperCase(),
          createdAt: image.created_at,
          osType: image.__os_type.toUpperCase(),
          imageSize: image.__image_size ?? null,
        })),
      },
      imageGroups: {
        nodes: data.map((group) => ({
          namespace: group.namespace,
          name: group.name,
          versionCount: group.version_count,
          createdAt: new Date(group.create_at).toISOString(),
          updatedAt: new Date(group.update_at).toISOString(),
        })),
      },
      retentionLogs: { totalCount: logs.total, nodes: logs.retention_log.map(logOf) },
    };
  },
};

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', async () => {
    try {
      const { operationName, variables } = JSON.parse(Buffer.concat(chunks).toString());
      const data = await OPERATIONS[operationName]?.(variables, request.headers['x-auth-token'] as string);
      const body = JSON.stringify({ data });
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
      response.end(body);
    } catch (error) {
      response.writeHead(500, { 'content-type': 'application/json' }).end(JSON.stringify({ error: String(error) }));
    }
  });
});
announce(server);
