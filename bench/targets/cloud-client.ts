// What the peers share: the records as the cloud sends them, calls by undici's `request`, and how a peer is started.
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'undici';

export interface RepositoryFacts {
  readonly namespace: string;
  readonly name: string;
  readonly category: string;
  readonly description: string;
  readonly size: number;
  readonly is_public: boolean;
  readonly num_images: number;
  readonly num_download: number;
  readonly url: string;
  readonly path: string;
  readonly internal_path: string;
}

export interface RepositoryRow extends RepositoryFacts {
  readonly updated_at: string;
  readonly tags: readonly string[];
}

export interface RepositoryDetail extends RepositoryFacts {
  readonly id: number;
  readonly ns_id: number;
  readonly creator_id: string;
  readonly creator_name: string;
  readonly created: string;
  readonly updated: string;
  readonly domain_id: string;
  readonly priority: number;
}

export interface LogRow {
  readonly id: number;
  readonly tag: string;
  readonly created_at: string;
  readonly rule_type: string;
}

/** The JSON in `rule_type`. */
export interface Rule {
  readonly template: string;
  readonly params: { readonly num?: string; readonly days?: string };
  readonly tag_selectors: readonly { readonly kind: string; readonly pattern: string }[];
}

export interface ImageRow {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly visibility: string;
  readonly min_disk: number;
  readonly min_ram: number;
  readonly created_at: string;
  readonly updated_at: string;
  readonly __os_type: string;
  readonly __platform: string;
  readonly __image_size?: string;
}

export interface GroupRow {
  readonly namespace: string;
  readonly name: string;
  readonly version_count: number;
  readonly create_at: number;
  readonly update_at: number;
}

export interface Key {
  readonly namespace: string;
  readonly name: string;
}

export const pathOf = {
  sharedRepositories: (limit: number) =>
    `/v2/manage/shared-repositories?filter=${encodeURIComponent(`center::self|limit::${limit}|offset::0`)}`,
  repository: ({ namespace, name }: Key) =>
    `/v2/manage/namespaces/${encodeURIComponent(namespace)}/repos/${encodeURIComponent(name.replaceAll('/', '$'))}`,
  logs: (key: Key, limit: number) => `${pathOf.repository(key)}/retentions/histories?limit=${limit}&offset=0`,
  images: (limit: number) => `/v2/images?sort_key=created_at&sort_dir=desc&limit=${limit}`,
  groups: (limit: number) => `/v1/${process.env.PROJECT}/images/group?limit=${limit}&offset=0`,
} as const;

/** The connections to the cloud: as many as image-graph opens to a service. */
export const pool = new Pool(process.env.CLOUD ?? '', { connections: Number(process.env.CONNECTIONS) });

/** A record of the cloud, fetched for a caller. */
export type Get = <Body>(path: string, token: string) => Promise<Body>;

export interface CloudResponse {
  readonly statusCode: number;
  readonly text: string;
}

/** The body of a response that is a success. */
export function parsed<Body>({ statusCode, text }: CloudResponse): Body {
  if (statusCode !== 200) throw new Error(`The cloud responded with ${statusCode}.`);
  return JSON.parse(text);
}

export const headersOf = (token: string) => ({ 'x-auth-token': token, accept: 'application/json' });

export const get: Get = async (path, token) => {
  const { statusCode, body } = await pool.request({ path, method: 'GET', headers: headersOf(token) });
  return parsed({ statusCode, text: await body.text() });
};

/** The global id of a repository. */
export const globalId = ({ namespace, name }: Key) =>
  Buffer.from(`1::Repository:${encodeURIComponent(namespace)}:${encodeURIComponent(name)}`).toString('base64url');

const PLATFORMS: Readonly<Record<string, string>> = {
  'Red Hat': 'REDHAT',
  OracleLinux: 'ORACLE_LINUX',
  'Oracle Linux': 'ORACLE_LINUX',
  'Huawei Cloud EulerOS': 'HUAWEI_CLOUD_EULEROS',
};
export const platformOf = (wire: string) => PLATFORMS[wire] ?? wire.toUpperCase();

export const numberOrNull = (text: string | undefined) => (text === undefined ? null : Number(text));

// An exit of its own lets the profiler write what it has.
process.once('SIGTERM', () => process.exit());

/** Prints the address of a server once it listens. */
export const announce = (server: Server) =>
  server.listen(0, '127.0.0.1', () =>
    console.info(`A peer is ready : open http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`),
  );
