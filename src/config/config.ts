// Reads all settings from the environment, once, and reports every fault together.
import { ConfigError } from './config-error.ts';
import { defaultEndpoints } from './endpoints.ts';
import { environment as currentEnvironment, type Environment } from './environment.ts';
import { fitToMemory, type Memory, memoryOfProcess } from './memory.ts';
import {
  callerFaults,
  cloudFaults,
  credentialFaults,
  factsFaults,
  type Given,
  isLoopbackOnly,
  isSandbox,
  plainHttpFaults,
  warningsOf,
} from './rules.ts';
import { Secret } from './secret.ts';
import { SERVICES, type Service } from './services.ts';
import {
  isSecret,
  isSetting,
  namesOf,
  type SecretSetting,
  type Setting,
  type SettingTree,
  type Values,
} from './setting.ts';
import { SETTINGS } from './settings.ts';
import { suggest } from './suggest.ts';
import { readTracing, type TracingConfig } from './tracing.ts';
import { readSmallFile, whyUnreadable } from './watched-file.ts';

type Settings = Values<typeof SETTINGS>;

/** How upstream calls are authenticated: with the caller's token, or with credentials of the server. */
export type AuthConfig =
  | { readonly mode: 'passthrough' }
  | {
      readonly mode: 'password';
      readonly username: string;
      readonly password: Secret;
      readonly domainName: string;
      /** The project that tokens are scoped to, by id, or by name within its domain. */
      readonly project: { readonly id: string } | { readonly name: string; readonly domainName: string };
    }
  | {
      readonly mode: 'aksk';
      readonly accessKey: Secret;
      readonly secretKey: Secret;
      readonly securityToken: Secret | undefined;
      readonly signing: Settings['cloud']['auth']['aksk']['signing'];
    };

/** One cloud: where its services are and how they are called. */
export interface CloudConfig extends Omit<Settings['cloud'], 'region' | 'endpoints' | 'auth' | 'allowPlainHttp'> {
  /** Base URLs without trailing slash and API version. A service without one is not configured. */
  readonly endpoints: Readonly<Partial<Record<Service, string>>>;
  readonly auth: AuthConfig;
  /** The Redis that the processes of the server share. */
  readonly redisUrl?: Secret | undefined;
}

export type RetryConfig = Settings['cloud']['retry'];
export type CacheConfig = Settings['cloud']['cache'];
export type BreakerConfig = Settings['cloud']['breaker'];
export type Limits = Settings['limits'];
export type DrainConfig = Settings['drain'];

/** Who may send requests, apart from the credentials that go upstream. */
export interface CallerConfig {
  readonly apiKeysFile: string | undefined;
  readonly jwt: { readonly issuer: string; readonly audience: string; readonly jwksUrl: string } | undefined;
  readonly routerSecret: Secret | undefined;
  /** Whether the server uses its own credentials for unauthenticated callers, and therefore accepts requests of its own machine only. */
  readonly loopbackOnly: boolean;
  /** Names that Host may have beside those of loopback, where `loopbackOnly` holds. */
  readonly allowedHosts: readonly string[];
}

/** All settings. With `sandbox` the embedded cloud is served, and `cloud` has no endpoints yet. */
export interface Config extends Omit<Settings, 'nodeEnv' | 'sandbox' | 'cloud' | 'callers'> {
  readonly sandbox: boolean;
  readonly corsOrigins: readonly string[];
  readonly callers: CallerConfig;
  readonly cloud: CloudConfig;
  /** Where traces are sent; undefined where they are not. */
  readonly tracing: TracingConfig | undefined;
  /** The part of the memory for the defaults that the process has, at most 1: what is kept between operations is as small. */
  readonly memoryShare: number;
  /** The secrets that are read from files, by the names of their settings. */
  readonly secretFiles: ReadonlyMap<string, Secret>;
  /** What is allowed although it is dangerous, a line each, for the log. */
  readonly warnings: readonly string[];
  /** What the server has decided by itself, a line each, for the log. */
  readonly notices: readonly string[];
}

/**
 * Reads the settings. An empty value counts as not given; but with an empty setting that names a cloud the sandbox is not served,
 * and an empty one that authenticates callers is a fault. Bounds of bytes that are not given are lowered where there is little `memory`.
 * Errors: throws one ConfigError that names every fault.
 */
export function loadConfig(
  environment: Environment = currentEnvironment(),
  memory: Memory = memoryOfProcess(),
): Config {
  const given: Given = Object.fromEntries(
    Object.entries(environment).flatMap(([name, text]) => (text && !isServiceLink(name, text) ? [[name, text]] : [])),
  );
  const faults = [...unknownNames(given), ...emptyAuthentication(environment)];
  const { values, unreadable, secretFiles } = readSettings(given, faults);
  const sandbox = isSandbox(environment, given);
  const isSandboxMalformed = SETTINGS.sandbox.name in given && values.sandbox === undefined;
  if (!isSandboxMalformed) faults.push(...cloudFaults(given, sandbox));
  faults.push(
    ...credentialFaults(given),
    ...factsFaults(given, sandbox),
    ...callerFaults(given, apiKeysFault),
    ...plainHttpFaults(given),
    ...unreadable,
  );
  if (faults.length > 0) throw new ConfigError(faults);
  const { nodeEnv, sandbox: _, cloud: cloudSettings, callers, ...rest } = values;
  const { bodyBytes, ...others } = rest.limits;
  const { bounds, memoryShare, notices, warnings } = fitToMemory(
    { ...others, totalMemoryBytes: cloudSettings.totalMemoryBytes },
    { given, bodyBytes, workers: rest.workers, memory },
  );
  const { totalMemoryBytes, ...limits } = bounds;
  const { maxBytes } = cloudSettings.cache;
  const isCacheGiven = SETTINGS.cloud.cache.maxBytes.name in given;
  const cache = { ...cloudSettings.cache, maxBytes: isCacheGiven ? maxBytes : Math.floor(memoryShare * maxBytes) };
  const cloud = cloudConfig({ ...cloudSettings, totalMemoryBytes, cache }, given, rest.redisUrl);
  if (cloud.auth.mode === 'password' && !cloud.endpoints.iam)
    throw new ConfigError([`${SETTINGS.cloud.auth.mode.name}=password needs ${SETTINGS.cloud.endpoints.iam.name}`]);
  const { authentication, allowedHosts, corsOrigins } = callers;
  const { tracing, warnings: tracingWarnings } = readTracing(given, rest.telemetry.tracing);
  return Object.freeze({
    ...rest,
    limits: Object.freeze({ ...rest.limits, ...limits }),
    sandbox,
    corsOrigins,
    callers: Object.freeze({
      apiKeysFile: authentication.apiKeysFile,
      jwt: jwtConfig(authentication.jwt),
      routerSecret: authentication.routerSecret,
      loopbackOnly: isLoopbackOnly(given),
      allowedHosts,
    }),
    cloud,
    tracing,
    memoryShare,
    secretFiles,
    warnings: [...warningsOf(given), ...warnings, ...tracingWarnings],
    notices,
  });
}

/** Bytes of the largest file of API keys: some ten thousand keys. */
export const MAX_API_KEYS_BYTES = 1_000_000;

/** Where `image-graph key create` puts the hashes of new API keys; undefined when no file is set. */
export const apiKeysFile = () => currentEnvironment()[SETTINGS.callers.authentication.apiKeysFile.name] || undefined;

/** Whether the printed subgraph has `node` and `nodes`. */
export const offersNode = () => currentEnvironment()[SETTINGS.subgraphNode.name] !== 'false';

function unknownNames(given: Given): string[] {
  const known = new Set(namesOf(SETTINGS));
  return Object.keys(given)
    .filter((name) => name.startsWith('IMAGE_GRAPH_') && !known.has(name))
    .map((name) => {
      const suggestion = suggest(name, [...known]);
      return `${name} is not a setting${suggestion === undefined ? '' : `: ${suggestion}`}`;
    });
}

/**
 * Whether Kubernetes has set a variable: it tells each container where the Services of its namespace are, one called `image-graph`
 * or `image-graph-canary` among them. With another value such a name is a mistake.
 * Source: https://kubernetes.io/docs/tutorials/services/connect-applications-service/#environment-variables
 */
const isServiceLink = (name: string, text: string) =>
  name.startsWith('IMAGE_GRAPH_') && SERVICE_LINKS.some(([form, value]) => form.test(name) && value.test(text));

const PORT_NUMBER = /^\d{1,5}$/;
const ADDRESS = /^[\da-fA-F.:]+$/;
const SERVICE_LINKS: readonly (readonly [name: RegExp, value: RegExp])[] = [
  [/_SERVICE_HOST$/, ADDRESS],
  [/_SERVICE_PORT(_[A-Z\d_]+)?$/, PORT_NUMBER],
  [/_PORT(_\d+_(TCP|UDP|SCTP))?$/, /^(tcp|udp|sctp):\/\//],
  [/_PORT_\d+_(TCP|UDP|SCTP)_PROTO$/, /^(tcp|udp|sctp)$/],
  [/_PORT_\d+_(TCP|UDP|SCTP)_PORT$/, PORT_NUMBER],
  [/_PORT_\d+_(TCP|UDP|SCTP)_ADDR$/, ADDRESS],
];

/** An empty authentication setting is a fault, so that a missing secret never disables authentication. */
function emptyAuthentication(environment: Environment): string[] {
  return namesOf(SETTINGS.callers.authentication)
    .filter((name) => environment[name] === '')
    .map((name) => `${name} is empty`);
}

/**
 * Reads the values of all settings; each malformed one adds a fault and has no value.
 * Shape: `unreadable` has the faults of secrets that are given twice or whose file cannot be read.
 */
function readSettings(
  given: Given,
  faults: string[],
): { values: Settings; unreadable: string[]; secretFiles: Map<string, Secret> } {
  const unreadable: string[] = [];
  const secretFiles = new Map<string, Secret>();
  const read = (node: Setting | SettingTree): unknown => {
    if (isSecret(node)) return readSecret(node);
    if (isSetting(node)) return parse(node);
    return Object.freeze(Object.fromEntries(Object.entries(node).map(([key, child]) => [key, read(child)])));
  };
  const parse = ({ name, schema }: Setting): unknown => {
    const { data, error } = schema.safeParse(given[name]);
    for (const { message } of error?.issues ?? []) faults.push(`${name} ${message}`);
    return data;
  };
  const readSecret = (node: SecretSetting): Secret | undefined => {
    const { name, fileName, grammar, words } = node;
    const text = parse(node) as string | undefined;
    const file = given[fileName];
    if (given[name] !== undefined && file !== undefined) unreadable.push(`${name} contradicts ${fileName}`);
    else if (text !== undefined) return new Secret({ text }, grammar);
    else if (file !== undefined) {
      try {
        const read = new Secret({ file }, grammar);
        secretFiles.set(fileName, read);
        return read;
      } catch (error) {
        unreadable.push(`${fileName} ${whyUnreadable(error) ?? `cannot be read, or its text is not ${words}`}`);
      }
    }
    return undefined;
  };
  return { values: read(SETTINGS) as Settings, unreadable, secretFiles };
}

/** What is wrong with a file of API keys, as the end of a sentence that begins with its setting. */
function apiKeysFault(file: string): string | undefined {
  try {
    readSmallFile(file, MAX_API_KEYS_BYTES);
    return undefined;
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return `${whyUnreadable(error) ?? 'cannot be read'}${isMissing ? ': `image-graph key create NAME` creates it' : ''}`;
  }
}

function cloudConfig(cloud: Settings['cloud'], given: Given, redisUrl: Secret | undefined): CloudConfig {
  const { region, endpoints: configured, auth, allowPlainHttp, ...rest } = cloud;
  const isNamed = SETTINGS.cloud.kind.name in given && region !== undefined;
  const defaults = isNamed ? defaultEndpoints(cloud.kind, region) : {};
  const endpoints: Partial<Record<Service, string>> = {};
  for (const service of SERVICES) {
    const url = configured[service] ?? defaults[service];
    if (url) endpoints[service] = url;
  }
  return Object.freeze({
    ...rest,
    endpoints: Object.freeze(endpoints),
    auth: Object.freeze(authConfig(auth, cloud.projectId)),
    redisUrl,
  });
}

/** Errors: throws for incomplete credentials, which `credentialFaults` has rejected before. */
function authConfig(auth: Settings['cloud']['auth'], projectId: string | undefined): AuthConfig {
  const { username, password, domainName, projectName, projectDomainName = domainName } = auth.password;
  const { accessKey, secretKey, securityToken, signing } = auth.aksk;
  if (auth.mode === 'password' && username && password && domainName) {
    const named = projectName && projectDomainName && { name: projectName, domainName: projectDomainName };
    const project = projectId === undefined ? named : { id: projectId };
    if (project) return { mode: 'password', username, password, domainName, project };
  }
  if (auth.mode === 'aksk' && accessKey && secretKey)
    return { mode: 'aksk', accessKey, secretKey, securityToken, signing };
  if (auth.mode === 'passthrough') return { mode: 'passthrough' };
  throw new Error('incomplete credentials');
}

function jwtConfig({ issuer, audience, jwksUrl }: Settings['callers']['authentication']['jwt']): CallerConfig['jwt'] {
  return issuer && audience && jwksUrl ? { issuer, audience, jwksUrl } : undefined;
}
