// Calls SWR for container tags: "list tags", "show tag", "show tag config" and "list accessories".
// Sources: docs/upstream/swr.md#list-tags, #show-a-tag, #show-a-tag-config, #list-accessories.

import { keyTextOf } from '../../loading/batch.ts';
import type { Call, RawResponse } from '../../upstream/call.ts';
import { isObject, type WireObject } from '../../upstream/decoding/json.ts';
import { decodeRow } from '../../upstream/decoding/row.ts';
import {
  type OffsetList,
  type OffsetPaging,
  type OffsetRows,
  totalOf,
  totalOfHeader,
} from '../../upstream/paging/offset-page.ts';
import { pathSegment } from '../../upstream/path.ts';
import type { Session } from '../../upstream/session.ts';
import { isTurnSpent, nextTurn } from '../../upstream/turn.ts';
import { parentOf, type RepositoryKey } from '../repository/record.ts';
import { type ListQuery, repositoryPath } from '../repository/upstream.ts';
import {
  ContainerConfig,
  ContainerSignature,
  ContainerTag,
  type ContainerTagKey,
  shownConfig,
  shownManifest,
  signatureKeyOf,
  tagNameOf,
} from './record.ts';

/** How SWR pages the list. It takes pages of 1000, but each row has its manifest: this is its own default, some megabytes mostly. */
export const PAGING: OffsetPaging = { service: 'swr', maxPageSize: 100, dialect: 'aligned' };

/** How SWR pages the signatures of a tag. */
export const SIGNATURE_PAGING: OffsetPaging = { service: 'swr', maxPageSize: 100, dialect: 'offset' };

/** The key of a tag as text. */
export const keyText = keyTextOf<ContainerTagKey>('namespace', 'repositoryName', 'name');

/**
 * The list of the tags of a repository, with nothing of the manifests but what is shown, or with none of it: the memory of the rest is
 * given back. An operation needs the manifests of all its lists, or of none.
 * SWR matches `tag` with parts of names.
 * Errors: a row without a name is an UpstreamError in its place; a repository that does not exist is `not-found`.
 * Calls: one for each page; the same page is read once.
 * Source: GET /v2/manage/namespaces/{namespace}/repos/{repository}/tags?{query}&limit={limit}&offset={offset}.
 */
export function listContainerTags(
  session: Session,
  repository: RepositoryKey,
  query: ListQuery,
  needsManifest: boolean,
): OffsetList<ContainerTag> {
  return {
    ...PAGING,
    fetch: (offset, limit) => {
      const call = pageCall(repository, query, offset, limit);
      const pages = smallPages.get(session) ?? new Map<string, Promise<OffsetRows>>();
      smallPages.set(session, pages);
      const key = JSON.stringify([call.path, call.query]);
      const page = pages.get(key) ?? fetchPage(session, call, needsManifest);
      pages.set(key, page);
      return page;
    },
    onFurtherCall: (rows) => session.addFurtherCall('swr', rows),
    keyText: ({ name }) => name,
    decode: (row) =>
      decodeRow(
        'swr',
        row,
        tagNameOf,
        (wire, name) =>
          new ContainerTag(wire, { namespace: repository.namespace, repositoryName: repository.name, name }),
      ),
  };
}

/** The pages without manifests that a session has read: the session forgets the responses. */
const smallPages = new WeakMap<Session, Map<string, Promise<OffsetRows>>>();

function pageCall({ namespace, name }: RepositoryKey, query: ListQuery, offset: number, limit: number): Call {
  const resource = repositoryPath(namespace, name);
  return {
    service: 'swr',
    operation: 'list tags',
    path: `${resource}/tags`,
    resource,
    query: [...query, ['limit', String(limit)], ['offset', String(offset)]],
    rowsOf: (body) => body,
    maxRows: limit,
    isRecord: (row) => tagNameOf(row) !== undefined,
  };
}

async function fetchPage(session: Session, call: Call, needsManifest: boolean): Promise<OffsetRows> {
  const { rows, headers, keepOnly } = await session.get(call);
  const small: unknown[] = [];
  for (const row of rows) {
    // A hundred manifests take longer to decode than a turn of the event loop may last.
    if (needsManifest && isTurnSpent()) await nextTurn();
    small.push(isObject(row) ? smallRow(row, needsManifest) : row);
  }
  keepOnly(small);
  return { rows: small, total: totalOfHeader(headers['content-range']) };
}

const smallRow = ({ manifest, ...rest }: WireObject, needsManifest: boolean): WireObject =>
  needsManifest ? { ...rest, manifest: shownManifest(manifest) } : rest;

/**
 * Shows one tag.
 * Shape: null when it, or its repository, does not exist. Errors: rejects with UpstreamError. Calls: one.
 * Source: GET /v2/manage/namespaces/{namespace}/repos/{repository}/tags/{tag}.
 */
export async function showContainerTag(session: Session, key: ContainerTagKey): Promise<ContainerTag | null> {
  const call = tagCall(key, 'show tag', '', (wire) => tagNameOf(wire) === key.name);
  const found = await session.find(call);
  return found && new ContainerTag(found.body, key);
}

/**
 * Shows the config of a tag's image.
 * Shape: null when there is none. Errors: rejects with UpstreamError, `not-supported` where the cloud has no such call. Calls: one.
 * Source: GET /v2/manage/namespaces/{namespace}/repos/{repository}/tags/{tag}/config.
 */
export async function showContainerConfig(session: Session, key: ContainerTagKey): Promise<ContainerConfig | null> {
  const call = tagCall(key, 'show tag config', '/config', () => true);
  const found = await session.ifSupported('swr', call.operation, () =>
    session.find({ ...call, recordOf: shownConfig }),
  );
  return found && new ContainerConfig(found.body);
}

function tagCall(key: ContainerTagKey, operation: string, rest: string, isRecord: Call['isRecord']): Call {
  const path = `${pathOf(key)}/tags/${pathSegment(key.name)}${rest}`;
  return { service: 'swr', operation, path, isRecord };
}

const pathOf = (key: ContainerTagKey) => {
  const { namespace, name } = parentOf(key);
  return repositoryPath(namespace, name);
};

/**
 * The list of the signatures of a tag's image.
 * Errors: a row that identifies no signature is an UpstreamError in its place; a tag that does not exist is `not-found`.
 * Calls: one for each page.
 * Source: GET /v2/manage/namespaces/{namespace}/repos/{repository}/{tag}/accessories?limit={limit}&offset={offset}.
 */
export function listSignatures(session: Session, key: ContainerTagKey): OffsetList<ContainerSignature> {
  return {
    ...SIGNATURE_PAGING,
    fetch: async (offset, limit) => {
      const resource = pathOf(key);
      const { rows, body, keepOnly } = await session.get({
        service: 'swr',
        kind: 'swr.signatures',
        operation: 'list accessories',
        path: `${resource}/${pathSegment(key.name)}/accessories`,
        resource,
        query: [
          ['limit', String(limit)],
          ['offset', String(offset)],
        ],
        rowsOf: signaturesOf,
        maxRows: limit,
        isRecord: (row) => signatureKeyOf(row) !== undefined,
      });
      return { rows, total: totalOf(body.total), keepOnly };
    },
    onFurtherCall: (rows) => session.addFurtherCall('swr', rows),
    keyText: ({ wire }) => signatureKeyOf(wire) ?? '',
    decode: (row) => decodeRow('swr', row, signatureKeyOf, (wire: WireObject) => new ContainerSignature(wire)),
  };
}

/** `accessories` is null where there are none. */
function signaturesOf(body: unknown, _headers: RawResponse['headers']): unknown {
  if (!isObject(body)) return undefined;
  const { accessories, total } = body;
  return accessories ?? (accessories === null || totalOf(total) === 0 ? null : undefined);
}
