// Refuses clients the schema, also piece by piece. `_service` still gives it to a router, and to whoever may ask: the router's secret
// closes that door.
import { NoSchemaIntrospectionCustomRule } from 'graphql';
import type { Plugin } from 'graphql-yoga';

/** What the engine guesses when a name is wrong: names that there are, and nothing that a caller has written. */
const SUGGESTION = /^Did you mean [^?]*\?$/;

function withoutSuggestion(message: string): string {
  const at = message.lastIndexOf('Did you mean ');
  return at > 0 && SUGGESTION.test(message.slice(at)) ? message.slice(0, at).trimEnd() : message;
}

/** Refuses queries for `__schema` and `__type`, and takes the suggestions out of errors. */
export function useNoIntrospection(): Plugin {
  return {
    onValidate({ addValidationRule }) {
      addValidationRule(NoSchemaIntrospectionCustomRule);
    },
    onResultProcess({ result }) {
      for (const part of [result].flat()) {
        if (!('errors' in part)) continue;
        for (const error of part.errors ?? []) error.message = withoutSuggestion(error.message);
      }
    },
  };
}
