// Reads an upstream request as the source documents describe it: which call it is, and its parameters by their REST names.
import { pathValues } from '../support/kind.ts';
import { DOCUMENTS } from '../support/kinds.ts';

export interface DocumentedRequest {
  /** The name of the document. */
  readonly document: string;
  /** Decoded; `$` in a path is a slash again, the `filter` of SWR is split. A list where a name came twice. */
  readonly parameters: Record<string, string | string[]>;
}

/** Reads a raw request target. Throws for a call that no source document describes. */
export function documentedRequest(target: string): DocumentedRequest {
  const [path = '', query = ''] = target.split('?');
  for (const { call, document } of DOCUMENTS) {
    const inPath = pathValues(call.path, path);
    if (!inPath) continue;
    return { document: document.name, parameters: collect([...Object.entries(inPath), ...partsOf(query)]) };
  }
  throw new Error(`No source document describes ${target}.`);
}

/** The parameters in the query of a raw request target, whatever call it is. */
export const queryOf = (target: string) => collect(partsOf(target.split('?')[1] ?? ''));

const partsOf = (query: string) => [...new URLSearchParams(query)].flatMap(filterParts);

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
