// Loads repositories by their key. Strategy: fan-out, as the detail has fields that no list carries.
// A repository that was reached from a list row answers from that row, and is loaded only when a selected field needs it.
import { defineLoader, fanOut } from '../../loading/batch.ts';
import { SERVICE_TITLES, UpstreamError } from '../../upstream/errors.ts';
import type { Session } from '../../upstream/transport.ts';
import { RepositoryDetail, RepositoryFacts, type RepositoryKey, showRepository } from './upstream.ts';

/** Shape: null for a repository that does not exist. Calls: one for each distinct key. */
export const repositoryLoader = defineLoader<RepositoryKey, RepositoryDetail>(
  ({ namespace, name }) => `${namespace}|${name}`,
  fanOut(showRepository),
);

type Later<Value> = Value | Promise<Value>;

/** Where a repository was reached from: its detail, or a row that proves it and may tell a part of it. */
type Origin =
  | { readonly detail: RepositoryDetail }
  | { readonly session: Session; readonly row: RepositoryFacts | undefined };

/** The source object of the type. A failed detail nulls the fields that need it; the row's facts still answer. */
export class Repository {
  readonly __typename = 'Repository';
  readonly namespace: string;
  readonly name: string;
  /** The list row that it was reached from. */
  readonly row: RepositoryFacts | undefined;
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
    } else {
      this.row = origin.row;
      this.#session = origin.session;
    }
  }

  get category() {
    return this.#fact((facts) => facts.category);
  }
  get categoryRaw() {
    return this.#fact((facts) => facts.categoryRaw);
  }
  get description() {
    return this.#fact((facts) => facts.description);
  }
  get size() {
    return this.#fact((facts) => facts.size);
  }
  get isPublic() {
    return this.#fact((facts) => facts.isPublic);
  }
  get imageCount() {
    return this.#fact((facts) => facts.imageCount);
  }
  get downloadCount() {
    return this.#fact((facts) => facts.downloadCount);
  }
  get logoUrl() {
    return this.#fact((facts) => facts.logoUrl);
  }
  get path() {
    return this.#fact((facts) => facts.path);
  }
  get internalPath() {
    return this.#fact((facts) => facts.internalPath);
  }
  get createdAt() {
    return this.#fact((facts) => facts.createdAt);
  }
  get updatedAt() {
    return this.#fact((facts) => facts.updatedAt);
  }
  get repositoryId() {
    return this.#detailed((detail) => detail.repositoryId);
  }
  get namespaceId() {
    return this.#detailed((detail) => detail.namespaceId);
  }
  get creatorId() {
    return this.#detailed((detail) => detail.creatorId);
  }
  get creatorName() {
    return this.#detailed((detail) => detail.creatorName);
  }
  get domainId() {
    return this.#detailed((detail) => detail.domainId);
  }
  get priority() {
    return this.#detailed((detail) => detail.priority);
  }

  /** Starts the detail call where the query selects a field that needs it, so that row and detail are not mixed. */
  expect(selected: ReadonlySet<string>): this {
    if (this.row && DETAIL_FIELDS.some((field) => selected.has(field))) this.#ask().catch(() => {});
    return this;
  }

  /** What row and detail both tell: from the detail once the query asks for it, else from the row. */
  #fact<Value>(read: (facts: RepositoryFacts) => Value): Later<Value | null> {
    const row = this.row;
    if (!row) return this.#detailed(read);
    if (this.#detail) return read(this.#detail);
    return this.#asked ? this.#asked.then(read, () => read(row)) : read(row);
  }

  #detailed<Value>(read: (detail: RepositoryDetail) => Value): Later<Value | null> {
    if (this.#detail) return read(this.#detail);
    return this.#ask().then(read, (error) => {
      if (error !== this.#denial) throw error;
      if (this.#denialReported) return null;
      this.#denialReported = true;
      throw error;
    });
  }

  #ask(): Promise<RepositoryDetail> {
    this.#asked ??= this.#load();
    return this.#asked;
  }

  async #load(): Promise<RepositoryDetail> {
    try {
      const detail = this.#session && (await repositoryLoader(this.#session).load(this));
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

/** The fields that no list row tells. */
const DETAIL_FIELDS = Object.getOwnPropertyNames(RepositoryDetail.prototype).filter(
  (field) => !(field in RepositoryFacts.prototype),
);
