// The cloud of the cluster: IAM, whose password changes and whose tokens expire, and IMS, which takes tokens that are valid now.
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { imageRow } from '../resources/image/kind.ts';
import { tokenReply } from '../support/upstreams/iam.ts';
import { type Reply, type Script, startUpstream } from '../support/upstreams/upstream.ts';

/** Milliseconds that IMS takes: with them a client has at most 40 responses a second. */
const IMS_MS = 25;

/** Milliseconds that a token lives: it is renewed after eight seconds. */
const TOKEN_MS = 10_000;

const UNAUTHORIZED: Reply = {
  status: 401,
  body: { error_code: 'APIGW.0301', error_msg: 'Incorrect IAM authentication' },
};
const WRONG_PASSWORD: Reply = { status: 401, body: { error: { code: 401, message: 'x', title: 'Unauthorized' } } };

const DETAIL = /^\/v2\/images\/(.+)$/;

/** The name of an image. */
export const nameOf = (id: string) => `image ${id}`;

export async function startCloud(password: string) {
  /** Until when each token is valid. */
  const tokens = new Map<string, number>();
  const cloud = {
    /** The password that IAM accepts. */
    password,
    /** How many tokens it has issued, for any password and for each. */
    issued: 0,
    issuedFor: {} as Record<string, number>,
    /** How often it was called with another password. */
    rejected: 0,
    /** Calls to IMS with a token that was not valid any more. */
    unauthorized: 0,
    /** Calls for lists of images. */
    lists: 0,
    /** Calls to IMS by the program that made them, with its version. */
    callsOf: {} as Record<string, number>,
    /** Ends all tokens that were issued, as IAM does when the password of a user has leaked. */
    revokeTokens: () => tokens.clear(),
  };
  const script: Script = async ({ path, query, headers }, { req }) => {
    if (path === '/v3/auth/tokens') {
      const { user } = JSON.parse(await text(req)).auth.identity.password;
      if (user.password !== cloud.password) {
        cloud.rejected++;
        return WRONG_PASSWORD;
      }
      const expiresAt = Date.now() + TOKEN_MS;
      tokens.set(`token-${++cloud.issued}`, expiresAt);
      cloud.issuedFor[user.password] = (cloud.issuedFor[user.password] ?? 0) + 1;
      return tokenReply(cloud.issued, { expiresAt });
    }
    const program = headers['user-agent'] ?? '';
    cloud.callsOf[program] = (cloud.callsOf[program] ?? 0) + 1;
    const isValid = Date.now() < (tokens.get(String(headers['x-auth-token'])) ?? 0);
    await sleep(IMS_MS);
    if (!isValid) {
      cloud.unauthorized++;
      return UNAUTHORIZED;
    }
    const [, id] = DETAIL.exec(path) ?? [];
    if (id) return { body: imageRow({ id, name: nameOf(id) }) };
    cloud.lists++;
    return { body: { images: [imageRow({ name: query.get('name') })] } };
  };
  const { url, settings, takeCalls, close } = await startUpstream(script);
  return Object.assign(cloud, { url, settings, takeCalls, close });
}

export type Cloud = Awaited<ReturnType<typeof startCloud>>;
