// Authenticates calls with a token that IAM issues for the server's user and password: one token for all requests, renewed before it
// expires and after a service has rejected it.
import type { AuthConfig } from '../../config/config.ts';
import { digestOf } from '../../config/digest.ts';
import { namesOf } from '../../config/setting.ts';
import { PROJECT_ID_GRAMMAR, SETTINGS } from '../../config/settings.ts';
import type { RawResponse } from '../call.ts';
import { isOver, later, type Moment, thisMoment } from '../clocks.ts';
import { dateTime } from '../decoding/date-time.ts';
import { errorFromResponse, holdsError } from '../decoding/error-envelope.ts';
import { httpDate } from '../decoding/http-date.ts';
import { decodeJson, isObject } from '../decoding/json.ts';
import { UpstreamError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Authenticator, Headers, MaybePromise } from './credentials.ts';
import { OwnCredentials } from './own-credentials.ts';

type PasswordConfig = Extract<AuthConfig, { mode: 'password' }>;

/** Sends a JSON body to a path of IAM by POST. Rejects with UpstreamError when there is no response. */
export type PostToIam = (operation: string, path: string, body: unknown) => Promise<RawResponse>;

interface Token {
  readonly text: string;
  /** Those of a call with it. */
  readonly headers: Headers;
  /** The project that it is scoped to. */
  readonly projectId: string | undefined;
  readonly renewAt: Moment;
  readonly expiresAt: Moment;
}

/** A token is renewed this long before it expires, or in the last fifth of a shorter life. */
const RENEWAL_MARGIN_MS = 5 * 60_000;
/** The lifetime of a token when IAM sends none, or one that is over: then the clocks differ. */
const DEFAULT_LIFETIME_MS = 10 * 60_000;
/** The shortest lifetime that is assumed. */
const MIN_LIFETIME_MS = 1_000;
/** Milliseconds until the next attempt after IAM has rejected the credentials, as too many lock an account; it doubles. */
const REJECTED_PAUSE_MS = 30_000;
/** The same after IAM failed or could not be reached. */
const FAILED_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 5 * 60_000;
/** Milliseconds in which a 401 leads to no renewal, after a new token was rejected too. */
const NO_RENEWAL_MS = 60_000;

export class PasswordToken implements Authenticator {
  readonly #config: PasswordConfig;
  readonly #post: PostToIam;
  readonly ownCredentials: OwnCredentials;
  #token: Token | undefined;
  #renewal: Promise<Token> | undefined;
  #failure:
    | { readonly error: unknown; readonly password: string; readonly pauseMs: number; readonly until: number }
    | undefined;
  /** The pauses end by the monotonic clock. */
  #noRenewalUntil = 0;

  /** `log` gets a line when the credentials are rejected or IAM issues no token, and when that is over. */
  constructor(config: PasswordConfig, post: PostToIam, log: Log) {
    this.#config = config;
    this.#post = post;
    this.ownCredentials = new OwnCredentials(
      [...namesOf(SETTINGS.cloud.auth.password), SETTINGS.cloud.projectId.name],
      log,
    );
  }

  authenticate(): MaybePromise<Headers> {
    const token = this.#token;
    return token && !isOver(token.renewAt) ? token.headers : this.#current().then(({ headers }) => headers);
  }

  async reauthenticate(rejected: Headers): Promise<Headers | undefined> {
    // Another call may have renewed the token meanwhile.
    if (this.#token?.text !== rejected['x-auth-token']) return this.authenticate();
    if (performance.now() < this.#noRenewalUntil) return undefined;
    try {
      return (await this.#renew()).headers;
    } catch {
      // The old token stays: the 401 need not be about it, and other calls may still succeed with it.
      return undefined;
    }
  }

  onReauthenticated(_second: Headers, isAccepted: boolean): void {
    // The 401 was not about the token: SWR sends one for what other accounts own, Glance while it cannot reach its Keystone.
    if (!isAccepted) this.#noRenewalUntil = performance.now() + NO_RENEWAL_MS;
  }

  async projectId(): Promise<string> {
    const { project } = this.#config;
    if ('id' in project) return project.id;
    const { projectId } = await this.#current();
    if (projectId !== undefined) return projectId;
    throw new UpstreamError('bad-response', `The response of IAM names no project (${OPERATION}).`, { service: 'iam' });
  }

  identity(): string {
    const { username, domainName, project } = this.#config;
    return digestOf('password', username, domainName, JSON.stringify(project));
  }

  /** The current token. Calls: one to IAM without a token or near its expiry; never two at once. */
  async #current(): Promise<Token> {
    const token = this.#token;
    if (token && !isOver(token.renewAt)) return token;
    if (!token || isOver(token.expiresAt)) return this.#renew();
    // Still valid: the renewal runs in the background, and its failure shows only once this token has expired.
    this.#renew().catch(() => {});
    return token;
  }

  #renew(): Promise<Token> {
    const password = this.#config.password.read();
    const failure = this.#failure;
    if (failure && failure.password === password && performance.now() < failure.until)
      return Promise.reject(failure.error);
    this.#renewal ??= this.#request(password)
      .then(
        (token) => {
          this.#failure = undefined;
          this.#token = token;
          this.ownCredentials.onLogin(undefined);
          return token;
        },
        (error: unknown) => {
          this.ownCredentials.onLogin(error);
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

  /** Source: POST /v3/auth/tokens; docs/upstream/iam.md#create-a-token. */
  async #request(password: string): Promise<Token> {
    const { username, domainName, project } = this.#config;
    const sentAt = thisMoment();
    const response = await this.#post(OPERATION, '/v3/auth/tokens', {
      auth: {
        identity: {
          methods: ['password'],
          password: { user: { name: username, password, domain: { name: domainName } } },
        },
        // A name is unique within a domain only.
        scope: { project: 'id' in project ? project : { name: project.name, domain: { name: project.domainName } } },
      },
    });
    return readToken(response, sentAt, password);
  }
}

function pauseAfter(error: unknown, last: number): { pauseMs: number; until: number } {
  const { kind = '', details } = error instanceof UpstreamError ? error : {};
  const minimum = ['unauthenticated', 'forbidden', 'client-error', 'not-found'].includes(kind)
    ? REJECTED_PAUSE_MS
    : FAILED_PAUSE_MS;
  const pauseMs = Math.min(MAX_PAUSE_MS, Math.max(minimum, 2 * last, 1000 * (details?.retryAfter ?? 0)));
  return { pauseMs, until: performance.now() + pauseMs };
}

const OPERATION = 'create token';

/** It goes into paths, so IAM's is validated like a caller's. */
const isProjectId = (id: unknown): id is string => typeof id === 'string' && PROJECT_ID_GRAMMAR.test(id);

function readToken({ status, headers, text }: RawResponse, sentAt: Moment, password: string): Token {
  let body: unknown;
  try {
    body = decodeJson(text);
  } catch {
    // The status is enough for an error, and the header for a token.
  }
  const isSuccess = status >= 200 && status <= 299;
  const issued = headers['x-subject-token'];
  const isIssued = typeof issued === 'string' && /^[\x21-\x7e]{1,32768}$/.test(issued);
  if (!isSuccess || (!isIssued && holdsError(body)))
    throw errorFromResponse({ service: 'iam', operation: OPERATION, status, headers, body, secrets: [password] });
  if (!isIssued)
    throw new UpstreamError('bad-response', `The response of IAM holds no token (${OPERATION}).`, {
      service: 'iam',
      status,
    });
  const token = isObject(body) && isObject(body.token) ? body.token : {};
  const lifetimeMs = lifetimeOf(token, [httpDate(headers.date), sentAt.wall]);
  return {
    text: issued,
    headers: { 'x-auth-token': issued },
    projectId: isObject(token.project) && isProjectId(token.project.id) ? token.project.id : undefined,
    renewAt: later(sentAt, lifetimeMs - Math.min(RENEWAL_MARGIN_MS, lifetimeMs / 5)),
    expiresAt: later(sentAt, lifetimeMs),
  };
}

/**
 * The lifetime of a token, by IAM's clock where the response says when it was issued: the clocks may differ. Otherwise it counts from
 * one of `others`: the response's `Date`, then this machine's time. Times without a zone are UTC.
 */
function lifetimeOf(
  { issued_at: issued, expires_at: expires }: Record<string, unknown>,
  others: readonly (number | undefined)[],
): number {
  const end = instantOf(expires);
  const lifetimes = [instantOf(issued), ...others].map((start = Number.NaN) => end - start);
  const lifetimeMs = lifetimes.find((milliseconds) => milliseconds > 0) ?? DEFAULT_LIFETIME_MS;
  return Math.max(MIN_LIFETIME_MS, lifetimeMs);
}

/** Milliseconds since 1970; NaN for what is not a time. */
const instantOf = (value: unknown) => Date.parse((typeof value === 'string' && dateTime(value)) || '');
