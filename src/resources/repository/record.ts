// Decodes the records of a repository, as SWR sends them in lists and alone, and checks its key.
// Sources: docs/upstream/swr.md#show-a-repository, #list-own-repositories, #repository-rows.

import type { WireObject } from '../../upstream/decoding/json.ts';
import { Row } from '../../upstream/decoding/row.ts';
import { WireEnum } from '../../upstream/decoding/wire-enum.ts';
import { isPathSafe, isPathSafeName, isPlainText, MAX_NAME_LENGTH } from '../../upstream/path.ts';

/** The key of a repository; slashes in its name are slashes. */
export interface RepositoryKey {
  readonly namespace: string;
  readonly name: string;
}

/** The part of a key that says which repository something belongs to. */
export interface ParentKey {
  readonly namespace: string;
  readonly repositoryName: string;
}

/** The repository that something belongs to. */
export const parentOf = ({ namespace, repositoryName }: ParentKey): RepositoryKey => ({
  namespace,
  name: repositoryName,
});

/** The categories of repositories. */
export const CATEGORIES = new WireEnum({
  APP_SERVER: ['app_server', 'Application servers.'],
  LINUX: ['linux', 'Linux systems.'],
  FRAMEWORK_APP: ['framework_app', 'Application frameworks.'],
  DATABASE: ['database', 'Databases.'],
  LANG: ['lang', 'Programming languages.'],
  OTHER: ['other', 'Anything else.'],
  WINDOWS: ['windows', 'Windows systems.'],
  ARM: ['arm', 'Images for ARM processors.'],
});

/** The columns that the list of own repositories can be sorted by. */
export const SORT_KEYS = new WireEnum({
  UPDATED_AT: ['updated_time', 'The time of the last update.'],
  NAME: ['name', 'The name.'],
  TAG_COUNT: ['tag_count', 'The number of image tags.'],
  NAMESPACE: ['namespace', 'The organization.'],
  IS_PUBLIC: ['is_public', 'Whether every account can pull from it.'],
});

/** The facts: the fields that the detail and the list rows both have. They name its times differently. */
export abstract class RepositoryFacts extends Row {
  readonly service = 'swr';
  get category() {
    return this.enum('category', CATEGORIES);
  }
  get categoryRaw() {
    return this.string('category');
  }
  get description() {
    return this.string('description');
  }
  get size() {
    return this.int64('size');
  }
  get isPublic() {
    return this.boolean('is_public');
  }
  get imageCount() {
    return this.int64('num_images');
  }
  get downloadCount() {
    return this.int64('num_download');
  }
  get logoUrl() {
    return this.string('url');
  }
  get path() {
    return this.string('path');
  }
  get internalPath() {
    return this.string('internal_path');
  }
  get createdAt() {
    return this.dateTime('created_at');
  }
  get updatedAt() {
    return this.dateTime('updated_at');
  }
}

/** The names of the facts. */
export type RepositoryFact = Exclude<keyof RepositoryFacts, keyof Row>;

/** A row of one of SWR's lists of repositories: its facts and its key. */
export class RepositoryRow extends RepositoryFacts implements RepositoryKey {
  readonly namespace: string;
  readonly name: string;
  constructor(wire: WireObject, { namespace, name }: RepositoryKey) {
    super(wire);
    this.namespace = namespace;
    this.name = name;
  }
}

/** The record of "show repository". */
export class RepositoryDetail extends RepositoryFacts {
  get repositoryId() {
    return this.int64('id');
  }
  get namespaceId() {
    return this.int64('ns_id');
  }
  get creatorId() {
    return this.string('creator_id');
  }
  get creatorName() {
    return this.string('creator_name');
  }
  get domainId() {
    return this.string('domain_id');
  }
  get priority() {
    return this.int32('priority');
  }
  override get createdAt() {
    return this.dateTime('created');
  }
  override get updatedAt() {
    return this.dateTime('updated');
  }
}

/** The name of a repository, its slashes restored; undefined when it cannot be part of a key. */
export function repositoryName(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > MAX_NAME_LENGTH) return undefined;
  const name = value.includes('$') ? value.replaceAll('$', '/') : value;
  return isNameKey(name) ? name : undefined;
}

/** The name of an organization; undefined when it cannot be part of a key. */
export const namespaceName = (value: unknown) =>
  typeof value === 'string' && isNamespaceKey(value) ? value : undefined;

/**
 * The repository that a row of a list about one repository names: the requested one where the row leaves it out. Undefined where it
 * cannot be a key.
 */
export function repositoryOf(namespace: unknown, name: unknown, requested: RepositoryKey): RepositoryKey | undefined {
  const isSame = isRepeated(namespace, requested.namespace);
  // Nearly all rows repeat what was requested, which is checked.
  if (isSame && isRepeated(name, requested.name)) return requested;
  const ownNamespace = isSame ? requested.namespace : namespaceName(namespace);
  const ownName = isRepeated(name, requested.name) ? requested.name : repositoryName(name);
  return ownNamespace === undefined || ownName === undefined ? undefined : { namespace: ownNamespace, name: ownName };
}

const isRepeated = (value: unknown, requested: string) => (value ?? requested) === requested;

/** The name of what belongs to a repository, which may have characters that no path carries; undefined where it has none. */
export const childName = (value: unknown) =>
  typeof value === 'string' && value.length <= MAX_NAME_LENGTH && isFilled(value) && isPlainText(value)
    ? value
    : undefined;

const isFilled = (part: string) => /\S/.test(part);
const isNameKey = (name: string) =>
  isPathSafeName(name) && (name.includes('/') ? name.split('/').every(isFilled) : isFilled(name));

/** Whether the name of what belongs to a repository can be sent in a path. */
export const isChildKey = (name: string) => isPathSafe(name) && isFilled(name);

/** Whether the name of an organization can be sent in a path. */
export const isNamespaceKey = isChildKey;

/** Whether a key can be sent in a path: no part of it is empty or blank. */
export const isRepositoryKey = ({ namespace, name }: RepositoryKey) => isNamespaceKey(namespace) && isNameKey(name);

const NAMESPACE = /^[a-z][a-z0-9]*(?:(?:[._-]|__)[a-z0-9]+)*$/;
const REPOSITORY = /^[a-z0-9]+(?:(?:[._/-]|__)[a-z0-9]+)*$/;

/** The documented grammar of an organization's name. */
export const isNamespaceGrammar = (text: string) => text.length <= 64 && NAMESPACE.test(text);

/** The documented grammar of a repository's name. */
export const isRepositoryGrammar = (text: string) => text.length <= 128 && REPOSITORY.test(text);
