// Compares a response with the expected one: a value must be equal, and a null must be expected or have an error at its path.
import {
  type FieldNode,
  type GraphQLSchema,
  getArgumentValues,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { DENIED, type Expectations, type ExpectedObject, type Find, OneOf, Opaque } from './expected-graph.ts';

type Values = Record<string, unknown>;

export interface Query {
  readonly query: string;
  readonly operation: OperationDefinitionNode;
  readonly variables: Values;
}

interface ResponseError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: { readonly code?: string };
}

export interface GraphQLResponse {
  readonly data?: Values | null;
  readonly errors?: readonly ResponseError[];
}

/** The error codes of the README that a valid query can get. */
const DOCUMENTED_CODES = new Set([
  ...['UNAUTHENTICATED', 'FORBIDDEN', 'RATE_LIMITED', 'UPSTREAM_ERROR', 'UPSTREAM_TIMEOUT', 'UPSTREAM_UNAVAILABLE'],
  ...['UPSTREAM_BAD_RESPONSE', 'DEADLINE_EXCEEDED', 'OVERLOADED'],
]);

export const codeOf = ({ extensions }: ResponseError) => extensions?.code ?? 'none';

/** Checks the responses of one server. It collects ids and cursors from those without errors. */
export class ResponseCheck {
  readonly #schema: GraphQLSchema;
  readonly #expectations: Expectations;
  readonly #texts = new Map<string, string>();
  readonly #targets = new Map<string, Opaque['target']>();
  /** The collected ids, and the collected cursors of each list. */
  readonly ids: string[] = [];
  readonly cursors = new Map<string, string[]>();

  constructor(schema: GraphQLSchema, expectations: Expectations) {
    this.#schema = schema;
    this.#expectations = expectations;
  }

  /** Lists what is wrong with a response. One that must be `complete` may have no error of a failed upstream call. */
  faultsOf({ operation, variables }: Query, { data, errors = [] }: GraphQLResponse, complete: boolean): string[] {
    const faults = errors
      .map(codeOf)
      .flatMap((code) => (DOCUMENTED_CODES.has(code) ? [] : [`the code ${code} is not documented`]));
    if (!data)
      return errors.length > 0 && errors.every((error) => codeOf(error) === 'OVERLOADED') ? [] : ['there is no data'];
    const matched = new Set<ResponseError>();
    const isExplained = (path: string, isDenied: boolean) => {
      if (complete && !isDenied) return false;
      const found = errors.filter((error) => {
        const at = textOf(error.path);
        if (codeOf(error) === 'FORBIDDEN' && parentOf(at) === parentOf(path)) return true;
        return !complete && `${at}.`.startsWith(`${path}.`);
      });
      for (const error of found) matched.add(error);
      return found.length > 0;
    };

    const checkObject = ({ selections }: SelectionSetNode, of: ExpectedObject, value: Values, path: string): void => {
      const type = this.#schema.getType(of.typename);
      if (!isObjectType(type)) throw new Error(`${of.typename} is not an object type.`);
      for (const selection of selections) {
        if (selection.kind === Kind.INLINE_FRAGMENT) {
          if (selection.typeCondition?.name.value === of.typename) checkObject(selection.selectionSet, of, value, path);
        } else if (selection.kind === Kind.FIELD) {
          const key = selection.alias?.value ?? selection.name.value;
          const at = path === '' ? key : `${path}.${key}`;
          const field = type.getFields()[selection.name.value];
          if (!field) checkValue(selection, of.typename, value[key], at);
          else {
            const args = getArgumentValues(field, selection, variables);
            checkValue(selection, this.#expectations.expected(of, field, args, this.find), value[key], at);
          }
        }
      }
    };
    const checkValue = (selection: FieldNode, wanted: unknown, value: unknown, path: string): void => {
      const isDenied = wanted === DENIED;
      if (value === null) {
        // What does not exist is null without an error; after a failed call, a null has an error.
        if (!isExplained(path, isDenied) && wanted !== null) faults.push(`${path} is null without an error`);
      } else if (isDenied || wanted === null || value === undefined) {
        faults.push(`${path} is ${JSON.stringify(value)}, not ${isDenied ? 'denied' : JSON.stringify(wanted)}`);
      } else if (Array.isArray(wanted) && Array.isArray(value) && wanted.length === value.length) {
        for (const [index, item] of wanted.entries()) checkValue(selection, item, value[index], `${path}.${index}`);
      } else if (typeof wanted === 'object' && 'values' in wanted && selection.selectionSet) {
        checkObject(selection.selectionSet, wanted as ExpectedObject, value as Values, path);
      } else if (!this.#isCorrect(wanted, value, errors.length > 0)) {
        faults.push(`${path} is ${JSON.stringify(value)}, not ${JSON.stringify(wanted)}`);
      }
    };
    checkObject(operation.selectionSet, { typename: 'Query', values: {}, key: '' }, data, '');
    for (const error of errors)
      if (!matched.has(error)) faults.push(`nothing is null for the error ${codeOf(error)} at ${textOf(error.path)}`);
    return faults;
  }

  readonly find: Find = (text) => this.#targets.get(text);

  #isCorrect(wanted: unknown, value: unknown, hasErrors: boolean): boolean {
    if (wanted instanceof OneOf) return wanted.options.includes(value);
    if (!(wanted instanceof Opaque)) return wanted === value;
    const known = this.#texts.get(wanted.key);
    const isCursor = 'index' in wanted.target;
    // After an unreadable row, a cursor may have the row's offset from the last readable one.
    if (typeof value !== 'string' || (hasErrors && (isCursor || known === undefined))) return typeof value === 'string';
    if (known !== undefined || this.#targets.has(value)) return known === value;
    this.#texts.set(wanted.key, value);
    this.#targets.set(value, wanted.target);
    if ('index' in wanted.target)
      this.cursors.set(wanted.target.list, [...(this.cursors.get(wanted.target.list) ?? []), value]);
    else this.ids.push(value);
    return true;
  }
}

const textOf = (path: ResponseError['path'] = []) => path.join('.');
const parentOf = (path: string) => path.replace(/\.?[^.]+$/, '');
