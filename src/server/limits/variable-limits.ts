// How much the variables of an operation may hold, before the engine looks at them: it writes what is wrong into each of its errors.
import type { Plugin } from 'graphql-yoga';
import type { Limits } from '../../config/config.ts';
import { tooComplex } from '../../graph/errors.ts';

/** Values for each item that a list may have: every item and every field of an object is one, and there are several lists. */
const VALUES_PER_ITEM = 40;
/** Fields of one object; no input type has a tenth of them. */
const MAXIMUM_FIELDS = 250;

const REMEDY = 'Ask in several operations.';

/** Refuses variables that hold more than an operation could use. */
export function useVariableLimits({ listLength }: Pick<Limits, 'listLength'>): Plugin {
  const maximumValues = VALUES_PER_ITEM * listLength;
  return {
    onParams({ params }) {
      // What is no operation is refused later.
      const open: unknown[] = [(params as { variables?: unknown } | null)?.variables];
      let values = 0;
      for (let value = open.pop(); value !== undefined; value = open.pop()) {
        if (typeof value !== 'object' || value === null) continue;
        const items = Object.values(value);
        values += items.length;
        if (values > maximumValues) {
          const limit = { name: 'variables', value: values, max: maximumValues };
          throw tooComplex('The variables hold too many values', limit, REMEDY);
        }
        if (!Array.isArray(value) && items.length > MAXIMUM_FIELDS) {
          const limit = { name: 'variables', value: items.length, max: MAXIMUM_FIELDS };
          throw tooComplex('An object in the variables has too many fields', limit, REMEDY);
        }
        for (const item of items) if (typeof item === 'object' && item !== null) open.push(item);
      }
    },
  };
}
