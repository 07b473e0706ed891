// Limits the variables of an operation before graphql-js coerces them: its errors each print the whole value.
import type { GraphQLError } from 'graphql';
import type { Limits } from '../../config/config.ts';
import { tooComplex } from '../../graph/errors.ts';
import type { ServerPlugin } from '../http/node-context.ts';

/** Values allowed for each item that a list may have: each item and each field of an object is a value. */
const VALUES_PER_ITEM = 40;
/** Fields of one object; no input type has a tenth as many. */
const MAX_FIELDS = 250;

const REMEDY = 'Send several operations.';

/** Says why variables hold more than an operation could use; undefined where they do not. */
export function variablesFault(variables: unknown, listLength: number): GraphQLError | undefined {
  const maxValues = VALUES_PER_ITEM * listLength;
  const open: unknown[] = [variables];
  let values = 0;
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    const items = Object.values(value);
    values += items.length;
    if (values > maxValues) {
      const limit = { name: 'variables', value: values, max: maxValues };
      return tooComplex('The variables hold too many values', limit, REMEDY);
    }
    if (!Array.isArray(value) && items.length > MAX_FIELDS) {
      const limit = { name: 'variables', value: items.length, max: MAX_FIELDS };
      return tooComplex('An object in the variables has too many fields', limit, REMEDY);
    }
    for (const item of items) if (typeof item === 'object' && item !== null) open.push(item);
  }
  return undefined;
}

/** Rejects such variables. */
export function useVariableLimits({ listLength }: Pick<Limits, 'listLength'>): ServerPlugin {
  return {
    onParams({ params }) {
      // Params of an invalid shape are rejected later.
      const fault = variablesFault((params as { variables?: unknown } | null)?.variables, listLength);
      if (fault) throw fault;
    },
  };
}
