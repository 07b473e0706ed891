// Defines the source object of Repository: it reads its list row, and loads the detail when a selected field needs it.

import { type EarlySource, NOTHING_STARTED } from '../../graph/early.ts';
import { MissingDetail } from '../../graph/missing-detail.ts';
import type { Selected } from '../../graph/selection.ts';
import type { UpstreamError } from '../../upstream/errors.ts';
import type { Session } from '../../upstream/session.ts';
import { factsLoader } from './loader.ts';
import { RepositoryDetail, type RepositoryFact, RepositoryFacts, type RepositoryKey, RepositoryRow } from './record.ts';
import { showRepository } from './upstream.ts';

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
  const key = { namespace, name };
  const found = await (needsDetail(selected) ? showRepository(session, key) : factsLoader(session).load(key));
  if (found instanceof RepositoryRow) {
    const repository = new Repository(key, { session, row: found, needsWhole: true }).expect(selected);
    return repository.loading ?? repository;
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
export class Repository implements RepositoryKey, EarlySource {
  readonly __typename = 'Repository';
  readonly namespace: string;
  readonly name: string;
  /** The list row that it was reached from. */
  readonly row: RepositoryFacts | undefined;
  readonly #needsWhole: boolean = false;
  readonly #session: Session | undefined;
  early = NOTHING_STARTED;
  #detail: RepositoryDetail | undefined;
  #loading: Promise<this> | undefined;
  /** Why there is no detail, once it has been requested. */
  #missing: MissingDetail | undefined;

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

  /** Starts the detail call where the query selects a field that needs it: then all fields come from it, and none can be read before. */
  expect(selected: Selected): this {
    if (!this.#detail && this.#needsDetail(selected)) this.#loading ??= this.#load();
    return this;
  }

  /** Resolves when all fields can be read; undefined when they can be now. Never rejects. */
  get loading(): Promise<this> | undefined {
    return this.#loading;
  }

  #needsDetail(selected: Selected): boolean {
    if (!this.row) return needsRecord(selected);
    return needsDetail(selected) || FACT_FIELDS.some((fact) => selected.has(fact) && this.#lacksFact(fact));
  }

  async #load(): Promise<this> {
    try {
      const detail = this.#session && (await showRepository(this.#session, this));
      if (detail) this.#detail = detail;
      else this.#missing = new MissingDetail('swr', 'repository');
    } catch (error) {
      this.#missing = new MissingDetail('swr', 'repository', error);
    }
    return this;
  }

  /** The record that was loaded or that it was reached from, whatever the query selects. */
  get loaded(): RepositoryFacts | undefined {
    return this.#detail ?? this.row;
  }

  get category() {
    return this.#fact('category');
  }
  get categoryRaw() {
    return this.#fact('categoryRaw');
  }
  get description() {
    return this.#fact('description');
  }
  get size() {
    return this.#fact('size');
  }
  get isPublic() {
    return this.#fact('isPublic');
  }
  get imageCount() {
    return this.#fact('imageCount');
  }
  get downloadCount() {
    return this.#fact('downloadCount');
  }
  get logoUrl() {
    return this.#fact('logoUrl');
  }
  get path() {
    return this.#fact('path');
  }
  get internalPath() {
    return this.#fact('internalPath');
  }
  get createdAt() {
    return this.#fact('createdAt');
  }
  get updatedAt() {
    return this.#fact('updatedAt');
  }
  get repositoryId() {
    return this.#ofDetail('repositoryId');
  }
  get namespaceId() {
    return this.#ofDetail('namespaceId');
  }
  get creatorId() {
    return this.#ofDetail('creatorId');
  }
  get creatorName() {
    return this.#ofDetail('creatorName');
  }
  get domainId() {
    return this.#ofDetail('domainId');
  }
  get priority() {
    return this.#ofDetail('priority');
  }

  /** A fact: from the detail once the query needs it, else from the row. */
  #fact<Fact extends RepositoryFact>(fact: Fact): RepositoryFacts[Fact] {
    if (this.#detail) return this.#detail[fact];
    return this.row && !this.#lacksFact(fact) ? this.row[fact] : this.#failed(fact);
  }

  /** A field that only the detail has. */
  #ofDetail<Field extends DetailField>(field: Field): RepositoryDetail[Field] {
    return this.#detail ? this.#detail[field] : this.#failed(field);
  }

  /** Whether the row leaves out a fact that the detail may have. */
  #lacksFact(fact: RepositoryFact): boolean {
    return this.#needsWhole && this.row?.[fact] === undefined;
  }

  /** The error of a field without a detail. */
  #failed(field: string): UpstreamError | null {
    if (!this.#missing) throw new Error(`The detail was not loaded for ${field}.`);
    return this.#missing.errorOf(field);
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
