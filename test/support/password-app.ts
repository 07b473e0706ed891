// The app with a user and password of its own, on an IAM and on services that a test writes. Knows not what they answer.
import type { ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { startUpstreamApp, type UpstreamApp } from './upstream-app.ts';
import { type Reply, type Script, startUpstream, type TestUpstream } from './upstreams/upstream.ts';

export const LOGIN = {
  IMAGE_GRAPH_AUTH: 'password',
  IMAGE_GRAPH_USERNAME: 'reader',
  IMAGE_GRAPH_PASSWORD: 'Secret-Passw0rd',
  IMAGE_GRAPH_DOMAIN_NAME: 'OTC-1',
};

/** Answers the n-th request for a token, or takes the response into its own hands by returning undefined. */
export type Issue = (n: number, response: ServerResponse) => Reply | undefined | Promise<Reply | undefined>;

/** What a token's answer may differ in; `null` leaves a time out. */
export interface TokenFacts {
  readonly issuedAt?: number | null;
  readonly expiresAt?: number | null;
  readonly project?: unknown;
}

export const DAY_MS = 86_400_000;

/** Keystone's times have six fraction digits that are always zero. */
const print = (time: number) => `${new Date(time).toISOString().slice(0, 19)}.000000Z`;

/** The answer of IAM that holds the token `token-n`; it lives a day unless told otherwise. */
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

export interface PasswordApp extends UpstreamApp {
  readonly iam: TestUpstream;
  /** The bodies that IAM got. */
  readonly bodies: unknown[];
  /** The tokens that the services got since the last call of this function, in the order of arrival. */
  tokens(): unknown[];
}

/** Starts all three for the length of a test; the project is `project-1`, unless the settings say otherwise. */
export async function startPasswordApp(
  services: Script,
  issue: Issue = (n) => tokenReply(n),
  settings: Record<string, string> = {},
): Promise<PasswordApp> {
  const bodies: unknown[] = [];
  const iam = await startUpstream(async (_call, response) => {
    const n = iam.calls.length;
    bodies.push(await json(response.req));
    return issue(n, response);
  });
  onTestFinished(() => iam.close());
  const app = await startUpstreamApp(services, { ...LOGIN, IMAGE_GRAPH_IAM_ENDPOINT: iam.url, ...settings });
  return {
    ...app,
    iam,
    bodies,
    tokens: () => app.upstream.calls.splice(0).map(({ headers }) => headers['x-auth-token']),
  };
}
