// Turns introspection off, suggestions in errors included. `_service` still shows the schema, to routers and to every other caller: the
// router secret keeps others out.
import { NoSchemaIntrospectionCustomRule } from 'graphql';
import type { ServerPlugin } from './http/node-context.ts';

/** What graphql-js suggests for an unknown name: names of the schema, without input of the caller. */
const SUGGESTION = /^Did you mean [^?]*\?$/;

function withoutSuggestion(message: string): string {
  const at = message.lastIndexOf('Did you mean ');
  return at > 0 && SUGGESTION.test(message.slice(at)) ? message.slice(0, at).trimEnd() : message;
}

/** Rejects `__schema` and `__type`, and removes the suggestions from errors. */
export function useNoIntrospection(): ServerPlugin {
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
