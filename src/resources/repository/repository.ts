// Defines the source object of Repository: it reads its list row, and loads the detail when a selected field needs it.

import type { MaybePromise } from '@pothos/core';
import { SERVICE_TITLES } from '../../config/services.ts';
import { type Exposed, exposed } from '../../graph/exposed.ts';
import type { Selected } from '../../graph/selection.ts';
import { isSaidByService, UpstreamError } from '../../upstream/errors.ts';
import type { Session } from '../../upstream/session.ts';
import { detailLoader, repositoryLoader } from './loader.ts';
import {
  type FactSource,
  RepositoryDetail,
  type RepositoryFact,
  RepositoryFacts,
  type RepositoryKey,
  RepositoryRow,
} from './record.ts';

/**
 * Loads a repository, as far as the query selects it.
 * Shape: null when it does not exist. Errors: rejects with UpstreamError.
 * Calls: one for each distinct key; for many of one organization that select only facts, one for all of them.
 */
export async function loadRepository(
  session: Session,
  { namespace, name }: RepositoryKey,
  selected: Selected,
): Promise<Repository | null> {
  const key = { namespace, name, needsDetail: needsDetail(selected) };
  const found = await repositoryLoader(session).load(key);
  if (found instanceof RepositoryRow) {
    return new Repository(key, { session, row: found, needsWhole: true }).expect(selected);
  }
  return found && new Repository(key, { detail: found });
}

/**
 * What a repository was reached from: its detail, or a row that proves that it exists and may have some of its facts.
 */
type Origin =
  | { readonly detail: RepositoryDetail }
  | {
      readonly session: Session;
      readonly row: RepositoryFacts | undefined;
      /**
       * Whether facts that the row leaves out come from the detail. In a list that was selected itself they are null.
       */
      readonly needsWhole?: boolean;
    };

/** The fields that only the detail has. */
type DetailField = Exclude<keyof RepositoryDetail, keyof RepositoryFacts>;

/** The source object of the type. A detail that fails nulls the fields that need it; the facts of the row stay. */
export class Repository implements FactSource {
  readonly __typename = 'Repository';
  readonly namespace: string;
  readonly name: string;
  /** The list row that it was reached from. */
  readonly row: RepositoryFacts | undefined;
  readonly #needsWhole: boolean = false;
  readonly #session: Session | undefined;
  #detail: RepositoryDetail | undefined;
  #loading: Promise<RepositoryDetail> | undefined;
  /** The denial that the first field reports for all of them. */
  #denial: UpstreamError | undefined;
  #isDenialReported = false;

  constructor({ namespace, name }: RepositoryKey, origin: Origin) {
    this.namespace = namespace;
    this.name = name;
    if ('detail' in origin) {
      this.#detail = origin.detail;
    } else {
      this.row = origin.row;
      this.#needsWhole = origin.needsWhole ?? false;
      this.#session = origin.session;
    }
  }

  /** Starts the detail call where the query selects a field that needs it, so that row and detail are not mixed. */
  expect(selected: Selected): this {
    const lacksFact = () => FACT_FIELDS.some((fact) => selected.has(fact) && this.#lacks(fact));
    if (this.row && (needsDetail(selected) || lacksFact())) this.#loadDetail().catch(() => {});
    return this;
  }

  /** A fact: from the detail once the query needs it, else from the row. */
  fact<Fact extends RepositoryFact>(fact: Fact): MaybePromise<Exposed<RepositoryFacts[Fact]> | null> {
    const row = this.row;
    if (!row || this.#lacks(fact)) return this.#fromDetail((detail) => detail.fact(fact));
    if (this.#detail) return this.#detail.fact(fact);
    if (!this.#loading) return row.fact(fact);
    return this.#loading.then(
      (detail) => detail.fact(fact),
      () => row.fact(fact),
    );
  }

  /** A field that only the detail has. */
  detail<Field extends DetailField>(field: Field): MaybePromise<Exposed<RepositoryDetail[Field]> | null> {
    return this.#fromDetail((detail) => exposed(detail[field]));
  }

  /** Whether the row leaves out a fact that the detail may have. */
  #lacks(fact: RepositoryFact): boolean {
    return this.#needsWhole && this.row?.[fact] === undefined;
  }

  #fromDetail<Value>(read: (detail: RepositoryDetail) => Value): MaybePromise<Value | null> {
    if (this.#detail) return read(this.#detail);
    return this.#loadDetail().then(read, (error) => {
      if (error !== this.#denial) throw error;
      if (this.#isDenialReported) return null;
      this.#isDenialReported = true;
      throw error;
    });
  }

  #loadDetail(): Promise<RepositoryDetail> {
    this.#loading ??= this.#load();
    return this.#loading;
  }

  async #load(): Promise<RepositoryDetail> {
    try {
      const detail = this.#session && (await detailLoader(this.#session).load(this));
      if (detail) this.#detail = detail;
      else throw new UpstreamError('not-found', '', { service: 'swr', status: 404 });
      return detail;
    } catch (error) {
      // The row proves that the repository exists: its detail is not absent but denied, as in other accounts.
      if (!isSaidByService(error, 'unauthenticated', 'forbidden', 'not-found')) throw error;
      const message = `${SERVICE_TITLES.swr} does not show the details of this repository to the caller.`;
      this.#denial = new UpstreamError('forbidden', message, error.details);
      throw this.#denial;
    }
  }
}

/** Whether a selection has a field that no list row has. */
export const needsDetail = (selected: Selected) => DETAIL_FIELDS.some((field) => selected.has(field));

/** Whether a selection has a field that is not part of the key. */
export const needsRecord = (selected: Selected) =>
  needsDetail(selected) || FACT_FIELDS.some((field) => selected.has(field));

const FACT_FIELDS = Object.getOwnPropertyNames(RepositoryFacts.prototype) as RepositoryFact[];

const DETAIL_FIELDS = Object.getOwnPropertyNames(RepositoryDetail.prototype).filter(
  (field) => !(field in RepositoryFacts.prototype),
);
