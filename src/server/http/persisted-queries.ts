// Requests that name an operation instead of sending it. None is stored here: clients of automatic persisted queries are told to send it.
import { badUserInput, persistedQueryNotSupported } from '../../graph/errors.ts';
import type { ServerPlugin } from './node-context.ts';

/** What a client may have sent; Yoga checks its shape later. */
type Sent = { readonly query?: unknown; readonly extensions?: { readonly persistedQuery?: unknown } | null } | null;

/** Rejects an operation without a query: with a hash as Apollo's protocol has it, or else with what to send. */
export function usePersistedQueries(): ServerPlugin {
  return {
    onParams({ params }) {
      const sent = params as Sent;
      if (typeof sent !== 'object' || sent === null) return;
      const { query, extensions } = sent;
      if (extensions?.persistedQuery != null && (query == null || query === '')) throw persistedQueryNotSupported();
      if (query == null) throw badUserInput(NO_QUERY, { status: 400 });
    },
  };
}

const NO_QUERY =
  'Send the operation as `query`: this server stores no operations that a `documentId` or `id` could name.';
