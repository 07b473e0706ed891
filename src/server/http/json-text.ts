// Responses are JSON that strict parsers read: half a surrogate pair that a caller sent, or an upstream, is U+FFFD in them.
import { wellFormedJson } from '../../upstream/decoding/json.ts';
import type { ServerPlugin } from './node-context.ts';

/** The JSON text of a body. */
export const jsonText = (body: unknown) => wellFormedJson(JSON.stringify(body));

/** Makes Yoga write its results so, each of a batch alike. */
export function useJsonText(): ServerPlugin {
  return {
    onResultProcess({ result }) {
      for (const part of [result].flat()) if (!(Symbol.asyncIterator in part)) part.stringify = jsonText;
    },
  };
}
