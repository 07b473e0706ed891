// An identity provider for the tests: signs JWTs and publishes its keys, or responds with something else.
import { exportJWK, exportSPKI, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';
import { type Reply, startUpstream, type UpstreamCall } from './upstream.ts';

export const ISSUER = 'https://login.example';
export const AUDIENCE = 'image-graph';

/** A key pair, and how its public half is published. */
export interface SigningKey {
  readonly alg: string;
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
  /** The public half as PEM. */
  readonly pem: string;
}

export async function makeKey(alg: string, kid: string): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), alg, kid, use: 'sig' };
  return { alg, kid, privateKey, jwk, pem: await exportSPKI(publicKey) };
}

/** Seconds of the clock that the server reads. */
export const now = () => Math.floor(Date.now() / 1000);

/** The claims of a good token. */
export const goodClaims = (): JWTPayload => ({ iss: ISSUER, aud: AUDIENCE, sub: 'somebody', exp: now() + 300 });

/** Signs claims as they are. */
export const sign = ({ alg, kid, privateKey }: SigningKey, claims: JWTPayload = goodClaims()) =>
  new SignJWT(claims).setProtectedHeader({ alg, kid }).sign(privateKey);

export interface IdentityProvider {
  /** The settings of a server that trusts it. */
  readonly settings: Record<string, string>;
  /** Responds with these keys from now on. */
  publish(...keys: readonly SigningKey[]): void;
  /** Responds so from now on; undefined breaks the connection off. */
  respondWith(reply: Reply | undefined): void;
  /** The calls that it got for its keys since the last call of this function. */
  calls(): UpstreamCall[];
  /** The same as a number. */
  callCount(): number;
  close(): Promise<void>;
}

export async function startIdentityProvider(...keys: readonly SigningKey[]): Promise<IdentityProvider> {
  const keySet = (published: readonly SigningKey[]): Reply => ({ body: { keys: published.map(({ jwk }) => jwk) } });
  let reply: Reply | undefined = keySet(keys);
  const server = await startUpstream((_call, response) => {
    if (!reply) response.destroy();
    return reply;
  });
  return {
    settings: {
      IMAGE_GRAPH_JWT_ISSUER: ISSUER,
      IMAGE_GRAPH_JWT_AUDIENCE: AUDIENCE,
      IMAGE_GRAPH_JWT_JWKS_URL: `${server.url}/keys`,
    },
    publish: (...published) => (reply = keySet(published)),
    respondWith: (other) => (reply = other),
    calls: () => server.takeCalls(),
    callCount: () => server.takeCalls().length,
    close: server.close,
  };
}
