// Proves who asks with a token that IAM gives for a user and password of the server: one token for all requests, renewed before it
// expires and after a service has refused it. Knows the life of a token, and not how a request is sent.
import type { AuthConfig } from '../../config/config.ts';
import { decodeJson, isObject } from '../decoding/json.ts';
import { errorFromAnswer, UpstreamError } from '../errors.ts';
import { type Credentials, digestOf, type Headers } from './credentials.ts';

type Settings = Extract<AuthConfig, { mode: 'password' }>;

/** IAM's answer, as it came. */
export interface IamAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** Sends a JSON body to a path of IAM by POST. Rejects with UpstreamError when there is no answer. */
export type PostToIam = (path: string, body: unknown) => Promise<IamAnswer>;

interface Token {
  readonly text: string;
  /** The project that it is for. */
  readonly projectId: string | undefined;
  /** Epoch milliseconds of this machine's clock. */
  readonly renewAt: number;
  readonly expiresAt: number;
}

/** Milliseconds before its end from which on a token is renewed; of a short-lived one the last fifth. */
const MARGIN_MS = 5 * 60_000;
/** Milliseconds that a token lives of which IAM does not say how long, and the least that one is taken to live. */
const UNKNOWN_LIFE_MS = 10 * 60_000;
const SHORTEST_LIFE_MS = 1_000;
/** Milliseconds until IAM is asked again after it has refused the credentials, as too many attempts lock an account; it doubles. */
const REFUSED_PAUSE_MS = 30_000;
/** The same after it could not be asked. */
const FAILED_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 5 * 60_000;
/** Milliseconds in which a 401 is believed, after a new token has not helped against one. */
const DISTRUST_MS = 60_000;

export class PasswordToken implements Credentials {
  readonly #settings: Settings;
  readonly #post: PostToIam;
  #token: Token | undefined;
  #renewal: Promise<Token> | undefined;
  #failure:
    | { readonly error: unknown; readonly password: string; readonly pauseMs: number; readonly until: number }
    | undefined;
  /** Until then 401s do not lead to a new token. */
  #distrustUntil = 0;

  constructor(settings: Settings, post: PostToIam) {
    this.#settings = settings;
    this.#post = post;
  }

  async prove(): Promise<Headers> {
    return { 'x-auth-token': (await this.#current()).text };
  }

  async proveAgain(refused: Headers): Promise<Headers | undefined> {
    // Another call may have led to a new token meanwhile.
    if (this.#token?.text !== refused['x-auth-token']) return this.prove();
    if (Date.now() < this.#distrustUntil) return undefined;
    try {
      return { 'x-auth-token': (await this.#renew()).text };
    } catch {
      // The old one stays: the 401 need not be about it, and others may still be answered with it.
      return undefined;
    }
  }

  learn(_second: Headers, accepted: boolean): void {
    // The 401 was not about the token: SWR answers so to what others own, Glance when it does not reach its Keystone.
    if (!accepted) this.#distrustUntil = Date.now() + DISTRUST_MS;
  }

  async projectId(): Promise<string> {
    const { project } = this.#settings;
    if ('id' in project) return project.id;
    const { projectId } = await this.#current();
    if (projectId !== undefined) return projectId;
    throw new UpstreamError('bad-response', `The answer of IAM names no project (${OPERATION}).`, { service: 'iam' });
  }

  identity(): string {
    const { username, domainName, project } = this.#settings;
    return digestOf('password', username, domainName, JSON.stringify(project));
  }

  /** The token in force. Calls: one to IAM when there is none, or its end is near; never two at once. */
  async #current(): Promise<Token> {
    const token = this.#token;
    if (token && Date.now() < token.renewAt) return token;
    if (!token || Date.now() >= token.expiresAt) return this.#renew();
    // It still holds: nobody waits for the next one, and a failure is told only once it has ended.
    this.#renew().catch(() => {});
    return token;
  }

  #renew(): Promise<Token> {
    const password = this.#settings.password.read();
    const failure = this.#failure;
    if (failure && failure.password === password && Date.now() < failure.until) return Promise.reject(failure.error);
    this.#renewal ??= this.#request(password)
      .then(
        (token) => {
          this.#failure = undefined;
          this.#token = token;
          return token;
        },
        (error: unknown) => {
          this.#failure = {
            error,
            password,
            ...pauseAfter(error, failure?.password === password ? failure.pauseMs : 0),
          };
          throw error;
        },
      )
      .finally(() => (this.#renewal = undefined));
    return this.#renewal;
  }

  /** Source: POST /v3/auth/tokens; facts.md §F, glance-behaviour.md "Keystone". */
  async #request(password: string): Promise<Token> {
    const { username, domainName, project } = this.#settings;
    const domain = { name: domainName };
    const askedAt = Date.now();
    const answer = await this.#post('/v3/auth/tokens', {
      auth: {
        identity: { methods: ['password'], password: { user: { name: username, password, domain } } },
        // A name is unique within a domain only.
        scope: { project: 'id' in project ? project : { ...project, domain } },
      },
    });
    return readToken(answer, askedAt, password);
  }
}

function pauseAfter(error: unknown, last: number): { pauseMs: number; until: number } {
  const { kind = '', details } = error instanceof UpstreamError ? error : {};
  const shortest = ['unauthenticated', 'forbidden', 'refused', 'not-found'].includes(kind)
    ? REFUSED_PAUSE_MS
    : FAILED_PAUSE_MS;
  const pauseMs = Math.min(LONGEST_PAUSE_MS, Math.max(shortest, 2 * last, 1000 * (details?.retryAfter ?? 0)));
  return { pauseMs, until: Date.now() + pauseMs };
}

const OPERATION = 'create token';

/** It goes into paths: what IAM says is looked at like what a caller says. */
const isProjectId = (id: unknown): id is string => typeof id === 'string' && /^[A-Za-z0-9_-]{1,64}$/.test(id);

function readToken({ status, headers, text }: IamAnswer, askedAt: number, password: string): Token {
  let body: unknown;
  try {
    body = decodeJson(text);
  } catch {
    // The status says enough.
  }
  if (status < 200 || status > 299)
    throw errorFromAnswer({ service: 'iam', operation: OPERATION, status, headers, body, secrets: [password] });
  const subject = headers['x-subject-token'];
  if (typeof subject !== 'string' || !/^[\x21-\x7e]{1,32768}$/.test(subject))
    throw new UpstreamError('bad-response', `The answer of IAM holds no token (${OPERATION}).`, {
      service: 'iam',
      status,
    });
  const token = isObject(body) && isObject(body.token) ? body.token : {};
  const lifeMs = lifeOf(token, askedAt);
  const expiresAt = askedAt + lifeMs;
  return {
    text: subject,
    projectId: isObject(token.project) && isProjectId(token.project.id) ? token.project.id : undefined,
    renewAt: expiresAt - Math.min(MARGIN_MS, lifeMs / 5),
    expiresAt,
  };
}

/** How long a token lives, by the clock of IAM where that says when it began: the clocks need not agree. */
function lifeOf({ issued_at: issued, expires_at: expires }: Record<string, unknown>, askedAt: number): number {
  const end = Date.parse(String(expires));
  const start = Date.parse(String(issued));
  const lifeMs = end - (Number.isNaN(start) ? askedAt : start);
  return Number.isNaN(lifeMs) ? UNKNOWN_LIFE_MS : Math.max(SHORTEST_LIFE_MS, lifeMs);
}
