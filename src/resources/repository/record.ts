// The records of a repository as SWR sends them, in lists and alone, its key, and the names that SWR accepts.
// Sources: swr-show-repository.txt; facts.md §E for the list, whose rows are those of swr-list-shared-repositories.txt.

import { Row, type WireObject } from '../../upstream/decoding/row.ts';
import { Vocabulary } from '../../upstream/decoding/wire-enum.ts';
import { isPathSafe, isPathSafeName } from '../../upstream/path.ts';

/** The key of a repository; its name has slashes. */
export interface RepositoryKey {
  readonly namespace: string;
  readonly name: string;
}

/** What a repository is for. */
export const CATEGORIES = new Vocabulary({
  APP_SERVER: ['app_server', 'Application servers.'],
  LINUX: ['linux', 'Linux systems.'],
  FRAMEWORK_APP: ['framework_app', 'Application frameworks.'],
  DATABASE: ['database', 'Databases.'],
  LANG: ['lang', 'Programming languages.'],
  OTHER: ['other', 'Anything else.'],
  WINDOWS: ['windows', 'Windows systems.'],
  ARM: ['arm', 'Images for ARM processors.'],
});

/** What the detail and the list rows of a repository both tell; they name its times differently. */
export class RepositoryFacts extends Row {
  readonly service = 'swr';
  get category() {
    return this.word('category', CATEGORIES);
  }
  get categoryRaw() {
    return this.text('category');
  }
  get description() {
    return this.text('description');
  }
  get size() {
    return this.long('size');
  }
  get isPublic() {
    return this.flag('is_public');
  }
  get imageCount() {
    return this.long('num_images');
  }
  get downloadCount() {
    return this.long('num_download');
  }
  get logoUrl() {
    return this.text('url');
  }
  get path() {
    return this.text('path');
  }
  get internalPath() {
    return this.text('internal_path');
  }
  get createdAt() {
    return this.time('created_at');
  }
  get updatedAt() {
    return this.time('updated_at');
  }
}

/** The names of the facts. */
export type RepositoryFact = Exclude<keyof RepositoryFacts, keyof Row>;

/** The facts by their REST names in a list row. */
const ROW_NAMES: Readonly<Record<RepositoryFact, string>> = {
  category: 'category',
  categoryRaw: 'category',
  description: 'description',
  size: 'size',
  isPublic: 'is_public',
  imageCount: 'num_images',
  downloadCount: 'num_download',
  logoUrl: 'url',
  path: 'path',
  internalPath: 'internal_path',
  createdAt: 'created_at',
  updatedAt: 'updated_at',
};

const FACTS = Object.keys(ROW_NAMES) as RepositoryFact[];

/** A row of one of SWR's lists of repositories: its facts and its key. */
export class RepositoryRow extends RepositoryFacts implements RepositoryKey {
  readonly namespace: string;
  readonly name: string;
  constructor(wire: WireObject, { namespace, name }: RepositoryKey) {
    super(wire);
    this.namespace = namespace;
    this.name = name;
  }

  /** The facts of which the row says nothing, not even null. */
  untold(): ReadonlySet<RepositoryFact> {
    return new Set(FACTS.filter((fact) => !(ROW_NAMES[fact] in this.wire)));
  }
}

/** The record of "show repository". */
export class RepositoryDetail extends RepositoryFacts {
  get repositoryId() {
    return this.long('id');
  }
  get namespaceId() {
    return this.long('ns_id');
  }
  get creatorId() {
    return this.text('creator_id');
  }
  get creatorName() {
    return this.text('creator_name');
  }
  get domainId() {
    return this.text('domain_id');
  }
  get priority() {
    return this.int('priority');
  }
  override get createdAt() {
    return this.time('created');
  }
  override get updatedAt() {
    return this.time('updated');
  }
}

/** A repository's name as it came, with its slashes again; undefined where it is none. */
export function repositoryName(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const name = value.replaceAll('$', '/');
  return isPathSafeName(name) ? name : undefined;
}

/** An organization's name as it came; undefined where it is none. */
export const namespaceName = (value: unknown) => (typeof value === 'string' && isPathSafe(value) ? value : undefined);

/** Whether two texts can be sent as the key of a repository: no part of a path is empty, or dots or blanks alone. */
export const isRepositoryKey = ({ namespace, name }: RepositoryKey) =>
  isPathSafe(namespace) && isPathSafeName(name) && [namespace, ...name.split('/')].every((part) => /[^. ]/.test(part));

const NAMESPACE = /^[a-z][a-z0-9]*(?:(?:[._-]|__)[a-z0-9]+)*$/;
const REPOSITORY = /^[a-z0-9]+(?:(?:[._/-]|__)[a-z0-9]+)*$/;

/** The documented grammar of an organization's name. */
export const isNamespaceGrammar = (text: string) => text.length <= 64 && NAMESPACE.test(text);

/** The documented grammar of a repository's name. */
export const isRepositoryGrammar = (text: string) => text.length <= 128 && REPOSITORY.test(text);
