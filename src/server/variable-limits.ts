// How much the variables of an operation may hold, before the engine looks at them: it writes what is wrong into each of its errors.
import type { Plugin } from 'graphql-yoga';
import { tooComplex } from '../graph/errors.ts';

/** Values within each other: every item of a list and every field of an object is one. */
const MAXIMUM_VALUES = 10_000;
/** Fields of one object; no input type has a tenth of them. */
const MAXIMUM_FIELDS = 250;

const REMEDY = 'Ask in several operations.';

/** Refuses variables that hold more than any operation could use. */
export function useVariableLimits(): Plugin {
  return {
    onParams({ params }) {
      // What is no operation is refused later.
      const open: unknown[] = [(params as { variables?: unknown } | null)?.variables];
      let values = 0;
      for (let value = open.pop(); value !== undefined; value = open.pop()) {
        if (typeof value !== 'object' || value === null) continue;
        const items = Object.values(value);
        values += items.length;
        if (values > MAXIMUM_VALUES) {
          const limit = { name: 'variables', value: values, max: MAXIMUM_VALUES };
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
