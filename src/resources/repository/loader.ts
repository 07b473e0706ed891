// Loads repositories by their key. Strategy: grouped list where that is cheaper and tells enough, else fan-out.
// - A detail tells everything; details run beside each other, one call a key.
// - One list of an organization tells the facts of up to a thousand repositories. It weighs hundreds of times what a detail weighs, so it
//   is asked from five keys of an organization on, and only for those that need no field of the detail.
// - What the list leaves out, rows or fields, the detail answers; so it does altogether where the cloud refuses the list, for a minute.
// A repository that was reached from a list row answers from that row, and is loaded only when a selected field needs it.
import type { Selected } from '../../graph/selection.ts';
import { defineLoader, fanOut, groupedList } from '../../loading/batch.ts';
import { SERVICE_TITLES, UpstreamError } from '../../upstream/errors.ts';
import type { Session } from '../../upstream/transport.ts';
import {
  listRepositories,
  RepositoryDetail,
  RepositoryFacts,
  type RepositoryKey,
  RepositoryRow,
  showRepository,
} from './upstream.ts';

/** Keys of one organization from which on its list is asked. */
const LIST_FROM = 5;

const keyText = ({ namespace, name }: RepositoryKey) => `${namespace}|${name}`;

/** Shape: null for a repository that does not exist. Calls: one for each distinct key. */
const detailLoader = defineLoader<RepositoryKey, RepositoryDetail>(keyText, fanOut(showRepository));

/** Shape: null where no list tells. Calls: one for each organization with enough keys. */
const rowLoader = defineLoader<RepositoryKey, RepositoryRow>(
  keyText,
  groupedList(
    keyText,
    ({ namespace }) => namespace,
    async (session, keys) => (keys.length < LIST_FROM ? NO_ROWS : listOrganization(session, keys[0] as RepositoryKey)),
  ),
);

const NO_ROWS: ReadonlyMap<string, RepositoryRow> = new Map();

async function listOrganization(session: Session, { namespace }: RepositoryKey) {
  const list = listRepositories(session, { namespace, name: undefined });
  const answer = await session.attempt('list repositories', () => list.fetch(0, list.maximum));
  const rows = (answer?.rows ?? []).map(list.decode).filter((row) => row instanceof RepositoryRow);
  return new Map(rows.map((row) => [keyText(row), row]));
}

/**
 * Loads a repository, as far as the query selects it.
 * Shape: null when it does not exist. Errors: rejects with UpstreamError.
 * Calls: one for each distinct key; for many of one organization that select only what a list tells, one for all of them.
 */
export async function loadRepository(
  session: Session,
  key: RepositoryKey,
  selected: Selected,
): Promise<Repository | null> {
  const row = needsDetail(selected) ? null : await rowLoader(session).load(key);
  if (row?.tells(selected)) return new Repository(key, { session, row });
  const detail = await detailLoader(session).load(key);
  return detail && new Repository(key, { detail });
}

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
  expect(selected: Selected): this {
    if (this.row && needsDetail(selected)) this.#ask().catch(() => {});
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

const needsDetail = (selected: Selected) => DETAIL_FIELDS.some((field) => selected.has(field));

/** The fields that no list row tells. */
const DETAIL_FIELDS = Object.getOwnPropertyNames(RepositoryDetail.prototype).filter(
  (field) => !(field in RepositoryFacts.prototype),
);
