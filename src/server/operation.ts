// Finds the operation of a request in its document, and says why where there is none that can be executed.
import { type DocumentNode, getOperationAST, Kind, OperationTypeNode } from 'graphql';
import { badUserInput } from '../graph/errors.ts';
import type { ServerPlugin } from './http/node-context.ts';

/** Rejects a document without the operation that the request names, and operations other than queries. */
export function useOperation(): ServerPlugin {
  return {
    onParse:
      () =>
      ({ result, context: { params, request } }) => {
        // A syntax error has its own message.
        if (!result || result instanceof Error) return;
        const operation = getOperationAST(result, params.operationName);
        if (!operation) throw badUserInput(whatIsMissing(result, params.operationName), REJECTED);
        const { operation: type } = operation;
        if (type === OperationTypeNode.QUERY) return;
        const http =
          type === OperationTypeNode.MUTATION && request.method === 'GET'
            ? { status: 405, headers: { allow: 'POST' } }
            : REJECTED;
        throw badUserInput(`This API is read-only: it has queries, but no ${type}s.`, http, { nodes: operation });
      },
  };
}

const REJECTED = { status: 400, spec: true };

function whatIsMissing({ definitions }: DocumentNode, wanted: unknown): string {
  const operations = definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  if (operations.length === 0) return 'The document has no operation.';
  const names = operations.flatMap(({ name }) => (name ? [quoted(name.value)] : []));
  const listed = names.slice(0, MAX_LISTED).join(', ') + (names.length > MAX_LISTED ? ' and others' : '');
  if (wanted === undefined || wanted === null) {
    const remedy =
      names.length < operations.length
        ? 'give each of them a name, and send one of the names as `operationName`'
        : `name one of them in \`operationName\`: ${listed}`;
    return `The document has several operations: ${remedy}.`;
  }
  if (typeof wanted !== 'string') return '`operationName` must be a string.';
  const which = names.length === 0 ? 'it has none with a name' : `it has ${listed}`;
  return `The document has no operation named ${quoted(wanted)}: ${which}.`;
}

/** Names that a message lists, and characters of a name that it shows. */
const MAX_LISTED = 5;
const MAX_SHOWN = 64;

/** A text of the caller as a JSON string of printable ASCII, shortened. */
function quoted(text: string): string {
  const shown = text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}...` : text;
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(shown).replace(/[^\x20-\x7e]/g, escaped);
}
