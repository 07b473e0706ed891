// The source object of Repository: it answers from the list row that it was reached from, and loads the detail only when a selected
// field needs it.
import type { Selected } from '../../graph/selection.ts';
import type { Session } from '../../upstream/cloud.ts';
import { SERVICE_TITLES, UpstreamError } from '../../upstream/errors.ts';
import { detailLoader, repositoryLoader } from './loader.ts';
import { RepositoryDetail, type RepositoryFact, RepositoryFacts, type RepositoryKey, RepositoryRow } from './record.ts';

/**
 * Loads a repository, as far as the query selects it.
 * Shape: null when it does not exist. Errors: rejects with UpstreamError.
 * Calls: one for each distinct key; for many of one organization that select only what a list tells, one for all of them.
 */
export async function loadRepository(
  session: Session,
  { namespace, name }: RepositoryKey,
  selected: Selected,
): Promise<Repository | null> {
  const key = { namespace, name, needsDetail: needsDetail(selected) };
  const found = await repositoryLoader(session).load(key);
  if (found instanceof RepositoryRow) {
    return new Repository(key, { session, row: found, untold: found.untold() }).expect(selected);
  }
  return found && new Repository(key, { detail: found });
}

type Later<Value> = Value | Promise<Value>;

/** Where a repository was reached from: its detail, or a row that proves it and may tell a part of it. */
type Origin =
  | { readonly detail: RepositoryDetail }
  | {
      readonly session: Session;
      readonly row: RepositoryFacts | undefined;
      /** Facts that the row does not tell although it stands for the detail. In a list that was asked for itself they are null. */
      readonly untold?: ReadonlySet<RepositoryFact>;
    };

const NOTHING: ReadonlySet<RepositoryFact> = new Set();

/** The source object of the type. A failed detail nulls the fields that need it; the row's facts still answer. */
export class Repository {
  readonly __typename = 'Repository';
  readonly namespace: string;
  readonly name: string;
  /** The list row that it was reached from. */
  readonly row: RepositoryFacts | undefined;
  readonly #untold: ReadonlySet<RepositoryFact>;
  readonly #session: Session | undefined;
  #detail: RepositoryDetail | undefined;
  #asked: Promise<RepositoryDetail> | undefined;
  /** The denial that the first field reports for all of them. */
  #denial: UpstreamError | undefined;
  #denialReported = false;

  constructor({ namespace, name }: RepositoryKey, origin: Origin) {
    this.namespace = namespace;
    this.name = name;
    if ('detail' in origin) {
      this.#detail = origin.detail;
      this.#untold = NOTHING;
    } else {
      this.row = origin.row;
      this.#untold = origin.untold ?? NOTHING;
      this.#session = origin.session;
    }
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
    return this.#detailed('repositoryId');
  }
  get namespaceId() {
    return this.#detailed('namespaceId');
  }
  get creatorId() {
    return this.#detailed('creatorId');
  }
  get creatorName() {
    return this.#detailed('creatorName');
  }
  get domainId() {
    return this.#detailed('domainId');
  }
  get priority() {
    return this.#detailed('priority');
  }

  /** Starts the detail call where the query selects a field that needs it, so that row and detail are not mixed. */
  expect(selected: Selected): this {
    const isUntold = () => [...this.#untold].some((fact) => selected.has(fact));
    if (this.row && (needsDetail(selected) || isUntold())) this.#ask().catch(() => {});
    return this;
  }

  /** What row and detail both tell: from the detail once the query asks for it, else from the row. */
  #fact<Fact extends RepositoryFact>(fact: Fact): Later<RepositoryFacts[Fact] | null> {
    const row = this.row;
    if (!row || this.#untold.has(fact)) return this.#detailed(fact);
    if (this.#detail) return this.#detail[fact];
    if (!this.#asked) return row[fact];
    return this.#asked.then(
      (detail) => detail[fact],
      () => row[fact],
    );
  }

  #detailed<Field extends keyof RepositoryDetail>(field: Field): Later<RepositoryDetail[Field] | null> {
    if (this.#detail) return this.#detail[field];
    return this.#ask().then(
      (detail) => detail[field],
      (error) => {
        if (error !== this.#denial) throw error;
        if (this.#denialReported) return null;
        this.#denialReported = true;
        throw error;
      },
    );
  }

  #ask(): Promise<RepositoryDetail> {
    this.#asked ??= this.#load();
    return this.#asked;
  }

  async #load(): Promise<RepositoryDetail> {
    try {
      const detail = this.#session && (await detailLoader(this.#session).load(this));
      if (detail) this.#detail = detail;
      else throw new UpstreamError('not-found', '', { service: 'swr', status: 404 });
      return detail;
    } catch (error) {
      // The row proves that the repository exists: whatever hides its detail is a denial, other accounts' repositories above all.
      if (!(error instanceof UpstreamError) || !['unauthenticated', 'forbidden', 'not-found'].includes(error.kind))
        throw error;
      const message = `${SERVICE_TITLES.swr} does not show the details of this repository to the caller.`;
      this.#denial = new UpstreamError('forbidden', message, error.details);
      throw this.#denial;
    }
  }
}

/** Whether a selection has a field that no list row tells. */
export const needsDetail = (selected: Selected) => DETAIL_FIELDS.some((field) => selected.has(field));

/** Whether a selection has a field that the key alone does not tell. */
export const needsRecord = (selected: Selected) =>
  needsDetail(selected) || FACT_FIELDS.some((field) => selected.has(field));

const FACT_FIELDS = Object.getOwnPropertyNames(RepositoryFacts.prototype);

/** The fields that no list row tells. */
const DETAIL_FIELDS = Object.getOwnPropertyNames(RepositoryDetail.prototype).filter(
  (field) => !(field in RepositoryFacts.prototype),
);
