// Caches what was made of documents, by their text, within some tens of megabytes. Invalid documents are not kept: their errors take far
// more memory than their texts, and nobody needs them again.
import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { ServerPlugin } from '../http/node-context.ts';

/** Characters of the longest text that is kept, and of all of them: a character of a dense document takes 170 bytes once parsed. */
const MAX_TEXT_LENGTH = 10_000;
const MAX_TOTAL_LENGTH = 500_000;
/** What a document takes beside that, in characters: 3 KB. */
const BASE_LENGTH = 20;

/** Bytes that a character of it takes, with what was made of it. */
export const BYTES_PER_CHARACTER = 170;

/** A cache by document text; the least recently used are dropped first. `share` is the part of its size that the memory allows. */
export const createDocumentCache = <Value extends object | true>(share: number) =>
  new LRUCache<string, Value>({
    maxSize: BASE_LENGTH + Math.max(MAX_TEXT_LENGTH, Math.floor(share * MAX_TOTAL_LENGTH)),
    maxEntrySize: BASE_LENGTH + MAX_TEXT_LENGTH,
    sizeCalculation: (_value, text) => BASE_LENGTH + text.length,
  });

/** Drops a document from the cache when it turns out to be invalid, and with it the errors that Yoga keeps for it. */
export function useValidDocuments(documents: LRUCache<string, DocumentNode>): ServerPlugin {
  return {
    onValidate({ params: { documentAST } }) {
      return ({ valid }) => {
        if (!valid) documents.delete(documentAST.loc?.source.body ?? '');
      };
    },
  };
}

/** In the place of a cache of syntax errors. */
export const NO_CACHE = { get: () => undefined, set: () => {} };
