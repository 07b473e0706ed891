// Reads an upstream request as the source documents describe it: which call it is, and its parameters by their REST names.
import type { SourceDocument } from './source-documents.ts';

const PATHS: readonly (readonly [document: SourceDocument, path: RegExp])[] = [
  ['swr-list-shared-repositories', /^\/v2\/manage\/shared-repositories$/],
  ['swr-show-repository', /^\/v2\/manage\/namespaces\/(?<namespace>[^/]+)\/repos\/(?<repository>[^/]+)$/],
  [
    'swr-list-retention-histories',
    /^\/v2\/manage\/namespaces\/(?<namespace>[^/]+)\/repos\/(?<repository>[^/]+)\/retentions\/histories$/,
  ],
  ['ims-list-images', /^\/v2\/images$/],
  ['modelarts-list-image-groups', /^\/v1\/(?<project_id>[^/]+)\/images\/group$/],
];

export interface DocumentedRequest {
  readonly document: SourceDocument;
  /** Decoded; `$` in a path is a slash again, the shared list's `filter` is taken apart. A list where a name came twice. */
  readonly parameters: Record<string, string | string[]>;
}

/** Reads a raw request target. Throws for a call that no document describes. */
export function documentedRequest(target: string): DocumentedRequest {
  const [path = '', query = ''] = target.split('?');
  for (const [document, pattern] of PATHS) {
    const match = pattern.exec(path);
    if (!match) continue;
    const inPath = Object.entries(match.groups ?? {}).map(
      ([name, value]) => [name, decodeURIComponent(value).replaceAll('$', '/')] as const,
    );
    const inQuery = [...new URLSearchParams(query)];
    const isFilter = document === 'swr-list-shared-repositories';
    return { document, parameters: collect([...inPath, ...(isFilter ? inQuery.flatMap(filterParts) : inQuery)]) };
  }
  throw new Error(`No source document describes ${target}.`);
}

/** `filter=center::{center}|name::{name}|…`; any other parameter stays what it is. */
function filterParts([name, value]: readonly [string, string]): [string, string][] {
  if (name !== 'filter') return [[name, value]];
  return value.split('|').map((part) => {
    const [key = '', ...rest] = part.split('::');
    return [key, rest.join('::')];
  });
}

function collect(entries: readonly (readonly [string, string])[]): DocumentedRequest['parameters'] {
  const parameters: DocumentedRequest['parameters'] = {};
  for (const [name, value] of entries) {
    const before = parameters[name];
    parameters[name] = before === undefined ? value : [before, value].flat();
  }
  return parameters;
}
