// Refuses clients the schema, also piece by piece. `_service` still gives it to a router, and to whoever may ask: the router's secret
// closes that door.
import { NoSchemaIntrospectionCustomRule } from 'graphql';
import type { Plugin } from 'graphql-yoga';

/** What the engine guesses when a name is wrong: a name that there is. */
const SUGGESTION = /,? ?Did you mean .*\?$/s;

/** Refuses queries for `__schema` and `__type`, and takes the suggestions out of errors. */
export function useNoIntrospection(): Plugin {
  return {
    onValidate({ addValidationRule }) {
      addValidationRule(NoSchemaIntrospectionCustomRule);
    },
    onResultProcess({ result }) {
      for (const part of [result].flat()) {
        if (!('errors' in part)) continue;
        for (const error of part.errors ?? []) error.message = error.message.replace(SUGGESTION, '');
      }
    },
  };
}
