// Compiles operations that are sent again and again to code, which is kept within some megabytes.

import type { DocumentNode, GraphQLSchema } from 'graphql';
import { parse } from 'graphql';
import type { CompiledQuery } from 'graphql-jit';
import { LRUCache } from 'lru-cache';
import { isTurnSpent, nextTurn, noteWork } from '../../upstream/turn.ts';
import type { ExecutionArgs, MaybePromise } from './execution-args.ts';
import {
  conditionsOf,
  conditionVariables,
  hasPlainInput,
  MAX_FIELDS,
  operationOf,
  type PlainOperation,
  plainOperation,
} from './plain-operation.ts';

/** Fields of all operations whose code is kept, where the memory is that of the defaults: one takes some 2 KB. */
const MAX_TOTAL_FIELDS = 15_000;
/** What an operation takes beside its fields, in fields. */
const BASE_FIELDS = 10;
/** Plain operations of one document: by its operations, and the values of their conditions. */
const MAX_VARIANTS = 8;

/** What is known of a document, as long as it is kept elsewhere. */
interface Sight {
  times: number;
  conditions: readonly string[] | undefined;
  /** Its plain operations; null for what is not compiled. */
  readonly variants: Map<string, Variant | null>;
}

interface Variant extends PlainOperation {
  /** Whether what was compiled has failed. */
  isFailed: boolean;
}

/** An operation in compiled form. */
export interface Compiled {
  readonly run: CompiledQuery['query'];
  /** The operation that was compiled. */
  readonly document: DocumentNode;
  /** Is not used again. */
  reject(): void;
}

type Jit = typeof import('graphql-jit');

export class CompiledOperations {
  readonly #schema: GraphQLSchema;
  readonly #compileAfter: number;
  readonly #sights = new WeakMap<DocumentNode, Sight>();
  readonly #compiled: LRUCache<Variant, Compiled>;
  #jit: Jit | undefined;

  /** Compiles at the n-th sight of a document, never where it is 0. `memoryShare` is the part of the cache that the memory allows. */
  constructor(schema: GraphQLSchema, compileAfter: number, memoryShare: number) {
    this.#schema = schema;
    this.#compileAfter = compileAfter;
    this.#compiled = new LRUCache({
      maxSize: BASE_FIELDS + Math.max(MAX_FIELDS, Math.floor(memoryShare * MAX_TOTAL_FIELDS)),
      sizeCalculation: (_compiled, { fields }) => BASE_FIELDS + fields,
    });
  }

  /** The fields of all operations that are kept. */
  get size(): number {
    return this.#compiled.calculatedSize;
  }

  /** Loads the compiler, and compiles a first operation: that takes some 100 ms. */
  async warmUp(): Promise<void> {
    if (this.#compileAfter === 0) return;
    const { compileQuery } = await this.#load();
    compileQuery(this.#schema, parse('{ __typename }'));
  }

  /** An operation in compiled form; undefined where it is not compiled. */
  find(args: ExecutionArgs): MaybePromise<Compiled | undefined> {
    const variant = this.#compileAfter === 0 ? undefined : this.#variantOf(args);
    if (!variant || variant.isFailed) return undefined;
    if (variant.inputs.size > 0 && !hasPlainInput(variant, args.variableValues ?? {})) return undefined;
    return this.#compiled.get(variant) ?? this.#compile(variant);
  }

  #variantOf({ document, operationName, variableValues }: ExecutionArgs): Variant | undefined {
    let sight = this.#sights.get(document);
    if (!sight) {
      sight = { times: 0, conditions: undefined, variants: new Map() };
      this.#sights.set(document, sight);
    }
    if (++sight.times < this.#compileAfter) return undefined;
    sight.conditions ??= conditionVariables(document);
    const { conditions: conditionNames } = sight;
    let key = operationName ?? '';
    if (conditionNames.length === 0) {
      const known = sight.variants.get(key);
      if (known !== undefined) return known ?? undefined;
    }
    const operation = operationOf(document, operationName);
    const conditions = operation && conditionsOf(conditionNames, operation, variableValues ?? {});
    if (!conditions) return undefined;
    for (const [name, value] of conditions) key += ` ${name}=${value}`;
    let variant = sight.variants.get(key);
    if (variant === undefined) {
      if (sight.variants.size === MAX_VARIANTS) return undefined;
      const plain = plainOperation(this.#schema, document, operation, conditions);
      variant = plain ? { ...plain, isFailed: false } : null;
      sight.variants.set(key, variant);
    }
    return variant ?? undefined;
  }

  async #compile(variant: Variant): Promise<Compiled | undefined> {
    const { compileQuery, isCompiledQuery } = this.#jit ?? (await this.#load());
    if (isTurnSpent()) await nextTurn();
    const known = this.#compiled.get(variant);
    if (known || variant.isFailed) return known;
    noteWork();
    const { document } = variant;
    const query = compileQuery(this.#schema, document, undefined, OPTIONS);
    if (!isCompiledQuery(query)) {
      variant.isFailed = true;
      return undefined;
    }
    const reject = () => {
      variant.isFailed = true;
      this.#compiled.delete(variant);
    };
    const compiled: Compiled = { run: query.query, document, reject };
    this.#compiled.set(variant, compiled);
    return compiled;
  }

  async #load(): Promise<Jit> {
    this.#jit ??= await import('graphql-jit');
    return this.#jit;
  }
}

const OPTIONS = { disablingCapturingStackErrors: true } as const;
