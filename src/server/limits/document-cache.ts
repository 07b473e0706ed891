// Caches what was made of documents, by their text, within some tens of megabytes.
import { LRUCache } from 'lru-cache';

/** Characters of the longest text that is kept, and of all of them: a character of a dense document takes 150 bytes once parsed. */
const MAX_TEXT_LENGTH = 10_000;
const MAX_TOTAL_LENGTH = 500_000;

/** A cache by document text; the least recently used are dropped first. */
export const createDocumentCache = <Value extends object | true>() =>
  new LRUCache<string, Value>({
    maxSize: MAX_TOTAL_LENGTH,
    maxEntrySize: MAX_TEXT_LENGTH,
    sizeCalculation: (_value, text) => text.length || 1,
  });
