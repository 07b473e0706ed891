// Reads every setting from the environment, once, and reports all faults together. The only reader of process.env.
import { accessSync, constants, statSync } from 'node:fs';
import { defaultEndpoints } from './endpoints.ts';
import {
  CLOUD_SETTINGS,
  callerFaults,
  cloudFaults,
  credentialFaults,
  type Given,
  GUARDS,
  isLoopbackOnly,
  plainHttpFaults,
  warningsOf,
} from './rules.ts';
import { Secret } from './secret.ts';
import { SERVICES, type Service } from './services.ts';

export { SERVICES, type Service };

import {
  type CloudKind,
  SECRETS,
  SETTINGS,
  type SecretName,
  type Settings,
  type Signing,
  settingsSchema,
} from './settings.ts';

/** How the calls to a cloud prove who asks: by the caller's token, or by what the server holds. */
export type AuthConfig =
  | { readonly mode: 'passthrough' }
  | {
      readonly mode: 'password';
      readonly username: string;
      readonly password: Secret;
      readonly domainName: string;
      /** The project that tokens are for, by id or by name. */
      readonly project: { readonly id: string } | { readonly name: string };
    }
  | {
      readonly mode: 'aksk';
      readonly accessKey: Secret;
      readonly secretKey: Secret;
      readonly securityToken: Secret | undefined;
      readonly signing: Signing;
    };

/** One cloud: where its services are and how they are spoken to. A service without an endpoint is not configured. */
export interface CloudConfig {
  readonly kind: CloudKind;
  /** Base URLs without trailing slash and without API version. */
  readonly endpoints: Readonly<Partial<Record<Service, string>>>;
  readonly projectId: string | undefined;
  readonly auth: AuthConfig;
  /** Milliseconds that one upstream call may take, from the moment it is sent to the last byte of its answer. */
  readonly timeoutMs: number;
  /** Upstream calls that may be in flight at once, for each service. */
  readonly concurrency: number;
  /** Queries that may wait for that, for each service, before further ones are turned away. */
  readonly waitingQueries: number;
  readonly retry: RetryConfig;
  readonly breaker: BreakerConfig;
}

/** How often a call that failed is made again. */
export interface RetryConfig {
  /** All attempts of one call. */
  readonly attempts: number;
  /** Milliseconds of the longest wait before the second attempt; it doubles. */
  readonly baseMs: number;
  /** Retries of each service as a part of its calls, from 0 to 1. */
  readonly share: number;
}

/** When a service is not asked for a while. */
export interface BreakerConfig {
  /** The fewest calls from which anything is concluded. */
  readonly calls: number;
  /** The part of them that must have failed, from 0 to 1. */
  readonly share: number;
  readonly windowMs: number;
  readonly openMs: number;
}

/** Who may ask, beside the token that goes upstream. */
export interface CallerConfig {
  /** The file that holds the hashes of API keys. */
  readonly apiKeysFile: string | undefined;
  readonly jwt: { readonly issuer: string; readonly audience: string; readonly jwksUrl: string } | undefined;
  /** What requests must carry, where only a supergraph's router may ask. */
  readonly routerSecret: Secret | undefined;
  /** Whether the server lends its credentials to every process of this machine, and therefore to nobody else. */
  readonly loopbackOnly: boolean;
  /** What the Host header may be beside names of loopback, where `loopbackOnly` looks at it. */
  readonly allowedHosts: readonly string[];
}

/** What one request, one operation and one caller may ask for. */
export interface Limits {
  /** Milliseconds from the arrival of an operation to the last upstream answer that it waits for. */
  readonly requestTimeoutMs: number;
  /** Rows and other things with an id that an operation may ask for. */
  readonly nodes: number;
  /** Fields that an operation may have answered, those of all rows; one with fields of its own counts as ten. */
  readonly values: number;
  /** Calls of one service that an operation may make. */
  readonly upstreamCalls: number;
  readonly depth: number;
  readonly aliases: number;
  readonly directives: number;
  readonly tokens: number;
  /** Items of a list argument: ids, references, tags. */
  readonly listLength: number;
  /** Operations of one HTTP request. */
  readonly batch: number;
  readonly bodyBytes: number;
  /** Operations of one caller that may run at once. */
  readonly concurrentRequests: number;
  readonly requestsPerMinute: number;
  /** Milliseconds that the event loop may be late before requests wait. */
  readonly eventLoopDelayMs: number;
  /** Milliseconds that requests may wait so before further ones are refused. */
  readonly queueMs: number;
}

/** How the server ends. */
export interface DrainConfig {
  /** Milliseconds that it goes on taking requests, so that those who send them can hear that it stops. */
  readonly delayMs: number;
  /** Milliseconds that requests in flight then have to finish. */
  readonly timeoutMs: number;
}

/** All settings. `sandbox` means: serve the embedded cloud; `cloud` then has no endpoints yet. */
export interface Config {
  readonly port: number;
  readonly host: string;
  readonly sandbox: boolean;
  /** Processes that answer on the one port. */
  readonly workers: number;
  readonly drain: DrainConfig;
  /** Whether the root fields `node` and `nodes` are offered; in a supergraph one subgraph only can own them. */
  readonly subgraphNode: boolean;
  readonly introspection: boolean;
  readonly graphiql: boolean;
  /** Whose pages may ask from a browser. */
  readonly corsOrigins: readonly string[];
  readonly callers: CallerConfig;
  readonly limits: Limits;
  /** Where callers are counted, when several processes count together. */
  readonly redisUrl: Secret | undefined;
  readonly cloud: CloudConfig;
  /** What is allowed although it is dangerous, a line each, for the log. */
  readonly warnings: readonly string[];
}

/** The settings are wrong. `faults` has one sentence for each of them. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
    this.faults = faults;
  }
}

/**
 * Reads the settings; an empty value counts as not given, but an empty setting that names a cloud does not ask for the sandbox,
 * and an empty one that guards a door does not open it.
 * Errors: throws one ConfigError that names every fault.
 */
export function loadConfig(environment: Record<string, string | undefined> = process.env): Config {
  const entries = Object.entries(environment).filter(([, value]) => value !== undefined && value !== '');
  const given: Given = Object.fromEntries(entries);
  const faults = [
    ...unknownNames(given),
    ...GUARDS.filter((name) => environment[name] === '').map((name) => `${name} is empty`),
  ];
  const settings = settingsSchema.safeParse(given);
  for (const issue of settings.error?.issues ?? []) faults.push(`${String(issue.path[0])} ${issue.message}`);

  const namesCloud = CLOUD_SETTINGS.some((name) => environment[name] !== undefined);
  const sandbox = given.IMAGE_GRAPH_SANDBOX === 'true' || (given.IMAGE_GRAPH_SANDBOX === undefined && !namesCloud);
  if (!settings.error?.issues.some(({ path }) => path[0] === 'IMAGE_GRAPH_SANDBOX'))
    faults.push(...cloudFaults(given, sandbox));
  faults.push(...credentialFaults(given), ...callerFaults(given, canRead), ...plainHttpFaults(given));
  const secrets = readSecrets(given, faults);
  if (!settings.data || faults.length > 0) throw new ConfigError(faults);
  const cloud = cloudConfig(settings.data, secrets);
  if (cloud.auth.mode === 'password' && !cloud.endpoints.iam)
    throw new ConfigError(['IMAGE_GRAPH_AUTH=password needs IMAGE_GRAPH_IAM_ENDPOINT']);
  return Object.freeze({
    port: settings.data.PORT,
    host: settings.data.HOST,
    sandbox,
    workers: settings.data.IMAGE_GRAPH_WORKERS,
    drain: Object.freeze({
      delayMs: settings.data.IMAGE_GRAPH_DRAIN_DELAY_MS,
      timeoutMs: settings.data.IMAGE_GRAPH_DRAIN_TIMEOUT_MS,
    }),
    subgraphNode: settings.data.IMAGE_GRAPH_SUBGRAPH_NODE,
    introspection: settings.data.IMAGE_GRAPH_INTROSPECTION,
    graphiql: settings.data.IMAGE_GRAPH_GRAPHIQL,
    corsOrigins: settings.data.IMAGE_GRAPH_CORS_ORIGINS,
    callers: callerConfig(settings.data, given, secrets),
    limits: limitsOf(settings.data),
    redisUrl: secrets.IMAGE_GRAPH_REDIS_URL,
    cloud,
    warnings: warningsOf(given),
  });
}

function canRead(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** Where the command line puts the hashes of new API keys; undefined when no file is set. */
export const apiKeysFile = () => process.env.IMAGE_GRAPH_API_KEYS_FILE || undefined;

function unknownNames(given: object): string[] {
  return Object.keys(given)
    .filter((name) => name.startsWith('IMAGE_GRAPH_') && !(name in SETTINGS))
    .map((name) => `${name} is not a setting`);
}

type Secrets = Partial<Record<SecretName, Secret>>;

/** Makes the secrets, each from its text or its file. What cannot be read becomes a fault. */
function readSecrets(given: Given, faults: string[]): Secrets {
  const secrets: Secrets = {};
  for (const [name, { grammar, words }] of Object.entries(SECRETS) as [SecretName, (typeof SECRETS)[SecretName]][]) {
    const [text, file] = [given[name], given[`${name}_FILE`]];
    if (text !== undefined && file !== undefined) faults.push(`${name} contradicts ${name}_FILE`);
    else if (text !== undefined && grammar.test(text)) secrets[name] = new Secret({ text }, grammar);
    else if (file !== undefined) {
      try {
        secrets[name] = new Secret({ file }, grammar);
      } catch {
        faults.push(`${name}_FILE cannot be read, or its text is not ${words}`);
      }
    }
  }
  return secrets;
}

function cloudConfig(settings: Settings, secrets: Secrets): CloudConfig {
  const kind = settings.IMAGE_GRAPH_CLOUD ?? 'huaweicloud';
  const named = settings.IMAGE_GRAPH_CLOUD !== undefined && settings.IMAGE_GRAPH_REGION !== undefined;
  const defaults = named ? defaultEndpoints(kind, settings.IMAGE_GRAPH_REGION ?? '') : {};
  const endpoints: Partial<Record<Service, string>> = {};
  for (const service of SERVICES) {
    const url = settings[`IMAGE_GRAPH_${service.toUpperCase() as Uppercase<Service>}_ENDPOINT`] ?? defaults[service];
    if (url) endpoints[service] = url;
  }
  return Object.freeze({
    kind,
    endpoints: Object.freeze(endpoints),
    projectId: settings.IMAGE_GRAPH_PROJECT_ID,
    auth: Object.freeze(authConfig(settings, secrets)),
    timeoutMs: settings.IMAGE_GRAPH_UPSTREAM_TIMEOUT_MS,
    concurrency: settings.IMAGE_GRAPH_UPSTREAM_CONCURRENCY,
    waitingQueries: settings.IMAGE_GRAPH_MAX_WAITING_QUERIES,
    retry: Object.freeze({
      attempts: settings.IMAGE_GRAPH_UPSTREAM_ATTEMPTS,
      baseMs: settings.IMAGE_GRAPH_RETRY_BASE_MS,
      share: settings.IMAGE_GRAPH_RETRY_PERCENT / 100,
    }),
    breaker: Object.freeze({
      calls: settings.IMAGE_GRAPH_BREAKER_CALLS,
      share: settings.IMAGE_GRAPH_BREAKER_PERCENT / 100,
      windowMs: settings.IMAGE_GRAPH_BREAKER_WINDOW_MS,
      openMs: settings.IMAGE_GRAPH_BREAKER_OPEN_MS,
    }),
  });
}

function authConfig(settings: Settings, secrets: Secrets): AuthConfig {
  const {
    IMAGE_GRAPH_PASSWORD: password,
    IMAGE_GRAPH_ACCESS_KEY: accessKey,
    IMAGE_GRAPH_SECRET_KEY: secretKey,
  } = secrets;
  if (settings.IMAGE_GRAPH_AUTH === 'password' && password) {
    const id = settings.IMAGE_GRAPH_PROJECT_ID;
    return {
      mode: 'password',
      username: settings.IMAGE_GRAPH_USERNAME ?? '',
      password,
      domainName: settings.IMAGE_GRAPH_DOMAIN_NAME ?? '',
      project: id === undefined ? { name: settings.IMAGE_GRAPH_PROJECT_NAME ?? '' } : { id },
    };
  }
  if (settings.IMAGE_GRAPH_AUTH === 'aksk' && accessKey && secretKey) {
    return {
      mode: 'aksk',
      accessKey,
      secretKey,
      securityToken: secrets.IMAGE_GRAPH_SECURITY_TOKEN,
      signing: settings.IMAGE_GRAPH_SIGNING ?? 'access',
    };
  }
  return { mode: 'passthrough' };
}

function callerConfig(settings: Settings, given: Given, secrets: Secrets): CallerConfig {
  const {
    IMAGE_GRAPH_JWT_ISSUER: issuer,
    IMAGE_GRAPH_JWT_AUDIENCE: audience,
    IMAGE_GRAPH_JWT_JWKS_URL: jwksUrl,
  } = settings;
  return Object.freeze({
    apiKeysFile: settings.IMAGE_GRAPH_API_KEYS_FILE,
    jwt: issuer && audience && jwksUrl ? { issuer, audience, jwksUrl } : undefined,
    routerSecret: secrets.IMAGE_GRAPH_ROUTER_SECRET,
    loopbackOnly: isLoopbackOnly(given),
    allowedHosts: settings.IMAGE_GRAPH_ALLOWED_HOSTS,
  });
}

const limitsOf = (settings: Settings): Limits =>
  Object.freeze({
    requestTimeoutMs: settings.IMAGE_GRAPH_REQUEST_TIMEOUT_MS,
    nodes: settings.IMAGE_GRAPH_MAX_NODES,
    values: settings.IMAGE_GRAPH_MAX_VALUES,
    upstreamCalls: settings.IMAGE_GRAPH_MAX_UPSTREAM_CALLS,
    depth: settings.IMAGE_GRAPH_MAX_DEPTH,
    aliases: settings.IMAGE_GRAPH_MAX_ALIASES,
    directives: settings.IMAGE_GRAPH_MAX_DIRECTIVES,
    tokens: settings.IMAGE_GRAPH_MAX_TOKENS,
    listLength: settings.IMAGE_GRAPH_MAX_LIST_LENGTH,
    batch: settings.IMAGE_GRAPH_MAX_BATCH,
    bodyBytes: settings.IMAGE_GRAPH_MAX_BODY_BYTES,
    concurrentRequests: settings.IMAGE_GRAPH_MAX_CONCURRENT_REQUESTS,
    requestsPerMinute: settings.IMAGE_GRAPH_MAX_REQUESTS_PER_MINUTE,
    eventLoopDelayMs: settings.IMAGE_GRAPH_MAX_EVENT_LOOP_DELAY_MS,
    queueMs: settings.IMAGE_GRAPH_MAX_QUEUE_MS,
  });
