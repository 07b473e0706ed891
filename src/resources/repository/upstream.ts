// SWR "show repository": its wire record, the call, and the names that SWR accepts.
// Source: swr-show-repository.txt. The list rows of SWR tell most of the same: swr-list-shared-repositories.txt.
import { isPathSafe, isPathSafeName, pathSegment } from '../../upstream/path.ts';
import { isObject, malformed, Row, type WireObject } from '../../upstream/row.ts';
import type { Session } from '../../upstream/transport.ts';
import { Vocabulary } from '../../upstream/words.ts';

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

/**
 * Shows one repository.
 * Shape: null when it does not exist. Errors: rejects with UpstreamError. Calls: one.
 * Source: GET /v2/manage/namespaces/{namespace}/repos/{repository}.
 */
export async function showRepository(
  session: Session,
  { namespace, name }: RepositoryKey,
): Promise<RepositoryDetail | null> {
  const answer = await session.find({
    service: 'swr',
    operation: 'show repository',
    path: repositoryPath(namespace, name),
  });
  if (!answer) return null;
  if (!isObject(answer.body)) throw malformed('swr', 'the repository is not an object');
  return new RepositoryDetail(answer.body);
}

/** The path of a repository's own calls. */
export const repositoryPath = (namespace: string, name: string) =>
  `/v2/manage/namespaces/${pathSegment(namespace)}/repos/${pathSegment(name)}`;

/** A repository's name as it came, with its slashes again; undefined where it is none. */
export function repositoryName(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const name = value.replaceAll('$', '/');
  return isPathSafeName(name) ? name : undefined;
}

/** An organization's name as it came; undefined where it is none. */
export const namespaceName = (value: unknown) => (typeof value === 'string' && isPathSafe(value) ? value : undefined);

/** The key of a list row; undefined for a row of the wrong shape. */
export function repositoryKeyOf(row: WireObject): RepositoryKey | undefined {
  const namespace = namespaceName(row.namespace);
  const name = repositoryName(row.name);
  return namespace !== undefined && name !== undefined ? { namespace, name } : undefined;
}

/** Whether two texts can be sent as the key of a repository. */
export const isRepositoryKey = (namespace: string, name: string) => isPathSafe(namespace) && isPathSafeName(name);

const NAMESPACE = /^[a-z][a-z0-9]*(?:(?:[._-]|__)[a-z0-9]+)*$/;
const REPOSITORY = /^[a-z0-9]+(?:(?:[._/-]|__)[a-z0-9]+)*$/;

/** The documented grammar of an organization's name. */
export const isNamespaceGrammar = (text: string) => text.length <= 64 && NAMESPACE.test(text);

/** The documented grammar of a repository's name. */
export const isRepositoryGrammar = (text: string) => text.length <= 128 && REPOSITORY.test(text);
