// IAM's tokens and the credentials for them, for the upstreams that tests script.
import type { Reply } from './upstream.ts';

/** The settings of a server with a user and password of its own. */
export const PASSWORD = {
  IMAGE_GRAPH_AUTH: 'password',
  IMAGE_GRAPH_USERNAME: 'reader',
  IMAGE_GRAPH_PASSWORD: 'Secret-Passw0rd',
  IMAGE_GRAPH_DOMAIN_NAME: 'OTC-1',
};

/** The settings of a server with an access key of its own. */
export const ACCESS_KEY = {
  IMAGE_GRAPH_AUTH: 'aksk',
  IMAGE_GRAPH_ACCESS_KEY: 'ACCESSKEY',
  IMAGE_GRAPH_SECRET_KEY: 'secret-of-access-key',
};

export const DAY_MS = 86_400_000;

/** What the response says about a token; `null` leaves a time out. */
export interface TokenFacts {
  readonly issuedAt?: number | null;
  readonly expiresAt?: number | null;
  readonly project?: unknown;
}

/** Keystone's times have six fraction digits that are always zero. */
const print = (time: number) => `${new Date(time).toISOString().slice(0, 19)}.000000Z`;

/** The response of IAM that holds the token `token-n`; it lives a day unless the facts say otherwise. */
export function tokenReply(n: number, facts: TokenFacts = {}): Reply {
  const { issuedAt = Date.now(), expiresAt = Date.now() + DAY_MS, project = { id: 'project-of-token' } } = facts;
  const token = {
    methods: ['password'],
    ...(issuedAt === null ? {} : { issued_at: print(issuedAt) }),
    ...(expiresAt === null ? {} : { expires_at: print(expiresAt) }),
    project,
  };
  return { status: 201, headers: { 'x-subject-token': `token-${n}` }, body: { token } };
}

export const IAM_TOKEN = 'token-of-iam';

/** The response of IAM that holds IAM_TOKEN, without times and project. */
export const bareTokenReply: Reply = {
  status: 201,
  headers: { 'x-subject-token': IAM_TOKEN },
  body: { token: {} },
};
