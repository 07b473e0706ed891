// Checks a response: what is not null must be exactly right, and what is null must be so, or have an error that says why.
import {
  type FieldNode,
  type GraphQLSchema,
  getArgumentValues,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { DENIED, type Expectations, type Find, OneOf, Opaque, type Thing } from './expected-graph.ts';

type Values = Record<string, unknown>;

export interface Question {
  readonly query: string;
  readonly operation: OperationDefinitionNode;
  readonly variables: Values;
}

interface AnswerError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: { readonly code?: string };
}

export interface GraphQLAnswer {
  readonly data?: Values | null;
  readonly errors?: readonly AnswerError[];
}

/** The codes that the README lists, for a question that has no fault of its own. */
const DOCUMENTED = new Set([
  ...['UNAUTHENTICATED', 'FORBIDDEN', 'RATE_LIMITED', 'UPSTREAM_ERROR', 'UPSTREAM_TIMEOUT', 'UPSTREAM_UNAVAILABLE'],
  ...['UPSTREAM_BAD_RESPONSE', 'DEADLINE_EXCEEDED', 'OVERLOADED'],
]);

export const codeOf = ({ extensions }: AnswerError) => extensions?.code ?? 'none';

/** Checks the responses of one server, whose ids and cursors it learns from those without errors. */
export class AnswerCheck {
  readonly #schema: GraphQLSchema;
  readonly #expectations: Expectations;
  readonly #texts = new Map<string, string>();
  readonly #targets = new Map<string, Opaque['target']>();
  /** The learnt ids, and the learnt cursors of each list. */
  readonly ids: string[] = [];
  readonly cursors = new Map<string, string[]>();

  constructor(schema: GraphQLSchema, expectations: Expectations) {
    this.#schema = schema;
    this.#expectations = expectations;
  }

  /** Returns what is wrong with a response; nothing when it is right. Where it must be `whole`, no upstream call may have failed. */
  faultsOf({ operation, variables }: Question, { data, errors = [] }: GraphQLAnswer, whole: boolean): string[] {
    const faults = errors
      .map(codeOf)
      .flatMap((code) => (DOCUMENTED.has(code) ? [] : [`${code} is not a documented code`]));
    if (!data)
      return errors.length > 0 && errors.every((error) => codeOf(error) === 'OVERLOADED') ? [] : ['there is no data'];
    const told = new Set<AnswerError>();
    const isExplained = (path: string, isDenied: boolean) => {
      if (whole && !isDenied) return false;
      const found = errors.filter((error) => {
        const at = textOf(error.path);
        if (codeOf(error) === 'FORBIDDEN' && parentOf(at) === parentOf(path)) return true;
        return !whole && `${at}.`.startsWith(`${path}.`);
      });
      for (const error of found) told.add(error);
      return found.length > 0;
    };

    const checkObject = ({ selections }: SelectionSetNode, of: Thing, value: Values, path: string): void => {
      const type = this.#schema.getType(of.kind);
      if (!isObjectType(type)) throw new Error(`${of.kind} is not an object type`);
      for (const selection of selections) {
        if (selection.kind === Kind.INLINE_FRAGMENT) {
          if (selection.typeCondition?.name.value === of.kind) checkObject(selection.selectionSet, of, value, path);
        } else if (selection.kind === Kind.FIELD) {
          const key = selection.alias?.value ?? selection.name.value;
          const at = path === '' ? key : `${path}.${key}`;
          const field = type.getFields()[selection.name.value];
          if (!field) checkValue(selection, of.kind, value[key], at);
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
        // What does not exist is null without an error; where a call failed, with one.
        if (!isExplained(path, isDenied) && wanted !== null) faults.push(`${path} is null without a reason`);
      } else if (isDenied || wanted === null || value === undefined) {
        faults.push(`${path} is ${JSON.stringify(value)}, not ${isDenied ? 'denied' : JSON.stringify(wanted)}`);
      } else if (Array.isArray(wanted) && Array.isArray(value) && wanted.length === value.length) {
        for (const [index, item] of wanted.entries()) checkValue(selection, item, value[index], `${path}.${index}`);
      } else if (typeof wanted === 'object' && 'facts' in wanted && selection.selectionSet) {
        checkObject(selection.selectionSet, wanted as Thing, value as Values, path);
      } else if (!this.#isRight(wanted, value, errors.length > 0)) {
        faults.push(`${path} is ${JSON.stringify(value)}, not ${JSON.stringify(wanted)}`);
      }
    };
    checkObject(operation.selectionSet, { kind: 'Query', facts: {}, key: '' }, data, '');
    for (const error of errors)
      if (!told.has(error)) faults.push(`nothing is null for the error ${codeOf(error)} at ${textOf(error.path)}`);
    return faults;
  }

  readonly find: Find = (text) => this.#targets.get(text);

  #isRight(wanted: unknown, value: unknown, hasErrors: boolean): boolean {
    if (wanted instanceof OneOf) return wanted.values.includes(value);
    if (!(wanted instanceof Opaque)) return wanted === value;
    const known = this.#texts.get(wanted.key);
    const isCursor = 'index' in wanted.target;
    // Beside a row that cannot be read a cursor may count the rows from the last one that can.
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

const textOf = (path: AnswerError['path'] = []) => path.join('.');
const parentOf = (path: string) => path.replace(/\.?[^.]+$/, '');
