// Reads every setting from the environment, once, and reports all faults together. The only reader of process.env.
import { z } from 'zod';

/** The services that a cloud offers, by their names in settings and errors. */
export const SERVICES = ['swr', 'ims', 'modelarts', 'iam'] as const;
export type Service = (typeof SERVICES)[number];

/** The families of clouds: each has default endpoints and manners of its own. */
export const CLOUD_KINDS = ['huaweicloud', 'otc', 'openstack'] as const;
export type CloudKind = (typeof CLOUD_KINDS)[number];

/** One cloud: where its services are and how they are spoken to. A service without an endpoint is not configured. */
export interface CloudConfig {
  readonly kind: CloudKind;
  /** Base URLs without trailing slash and without API version. */
  readonly endpoints: Readonly<Partial<Record<Service, string>>>;
  readonly projectId: string | undefined;
  readonly auth: 'passthrough';
  /** Milliseconds that one upstream call may take, from the moment it is sent to the last byte of its answer. */
  readonly timeoutMs: number;
  /** Upstream calls that may be in flight at once, for each service. */
  readonly concurrency: number;
}

/** All settings. `sandbox` means: serve the embedded cloud; `cloud` then has no endpoints yet. */
export interface Config {
  readonly port: number;
  readonly host: string;
  readonly sandbox: boolean;
  /** Whether the root fields `node` and `nodes` are offered; in a supergraph one subgraph only can own them. */
  readonly subgraphNode: boolean;
  readonly introspection: boolean;
  /** What requests must carry, where only a supergraph's router may ask. */
  readonly routerSecret: string | undefined;
  readonly cloud: CloudConfig;
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

const integer = (minimum: number, maximum: number) =>
  z
    .string()
    .regex(/^\d+$/, `must be a whole number from ${minimum} to ${maximum}`)
    .transform(Number)
    .refine((value) => value >= minimum && value <= maximum, `must be a whole number from ${minimum} to ${maximum}`);

const endpoint = z.string().transform((text, context) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const plain = url && !url.username && !url.password && !url.search && !url.hash && !text.includes('?');
  if (!plain || !['http:', 'https:'].includes(url.protocol)) {
    context.addIssue('must be an http or https URL without credentials, query and fragment');
    return z.NEVER;
  }
  // The calls bring their own version: an endpoint copied from a service catalogue may end in one.
  return url.href
    .replace(/\/+$/, '')
    .replace(/\/v[123]$/, '')
    .replace(/\/+$/, '');
});

const boolean = z.enum(['true', 'false'], 'must be true or false').transform((text) => text === 'true');

/** Every setting by its name; what is not listed here is no setting. */
const SETTINGS = {
  PORT: integer(0, 65535).default(4000),
  HOST: z.string().default('127.0.0.1'),
  NODE_ENV: z.string().optional(),
  IMAGE_GRAPH_SANDBOX: boolean.optional(),
  IMAGE_GRAPH_CLOUD: z.enum(CLOUD_KINDS, `must be one of ${CLOUD_KINDS.join(', ')}`).optional(),
  IMAGE_GRAPH_REGION: z
    .string()
    .regex(/^[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?$/, 'must be a region such as eu-de')
    .optional(),
  IMAGE_GRAPH_SWR_ENDPOINT: endpoint.optional(),
  IMAGE_GRAPH_IMS_ENDPOINT: endpoint.optional(),
  IMAGE_GRAPH_MODELARTS_ENDPOINT: endpoint.optional(),
  IMAGE_GRAPH_IAM_ENDPOINT: endpoint.optional(),
  IMAGE_GRAPH_PROJECT_ID: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be a project id: 1 to 64 letters, digits, - and _')
    .optional(),
  IMAGE_GRAPH_AUTH: z.enum(['passthrough'], 'must be passthrough').optional(),
  IMAGE_GRAPH_UPSTREAM_TIMEOUT_MS: integer(1, 600_000).default(8_000),
  IMAGE_GRAPH_UPSTREAM_CONCURRENCY: integer(1, 10_000).default(512),
  IMAGE_GRAPH_SUBGRAPH_NODE: boolean.default(true),
  IMAGE_GRAPH_INTROSPECTION: boolean.default(true),
  IMAGE_GRAPH_ROUTER_SECRET: z
    .string()
    .regex(/^[\x21-\x7e]{1,1024}$/, 'must be printable ASCII without blanks')
    .optional(),
};
const settingsSchema = z.object(SETTINGS);
type Settings = z.output<typeof settingsSchema>;

/** The names of all settings, in the order of the README's table. */
export const SETTING_NAMES = Object.keys(SETTINGS) as (keyof Settings)[];

/** Any of these says which cloud to serve, so that the sandbox is never taken for it. */
const CLOUD_SETTINGS = [
  'IMAGE_GRAPH_CLOUD',
  'IMAGE_GRAPH_REGION',
  'IMAGE_GRAPH_SWR_ENDPOINT',
  'IMAGE_GRAPH_IMS_ENDPOINT',
  'IMAGE_GRAPH_MODELARTS_ENDPOINT',
  'IMAGE_GRAPH_IAM_ENDPOINT',
  'IMAGE_GRAPH_PROJECT_ID',
  'IMAGE_GRAPH_AUTH',
] as const;

/**
 * Reads the settings; an empty value counts as not given, but an empty setting that names a cloud does not ask for the sandbox,
 * and an empty secret does not open the door.
 * Errors: throws one ConfigError that names every fault.
 */
export function loadConfig(environment: Record<string, string | undefined> = process.env): Config {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const faults = unknownNames(given);
  if (environment.IMAGE_GRAPH_ROUTER_SECRET === '') faults.push('IMAGE_GRAPH_ROUTER_SECRET is empty');
  const settings = settingsSchema.safeParse(given);
  for (const issue of settings.error?.issues ?? []) faults.push(`${String(issue.path[0])} ${issue.message}`);

  const namesCloud = CLOUD_SETTINGS.some((name) => environment[name] !== undefined);
  const sandbox = given.IMAGE_GRAPH_SANDBOX === 'true' || (given.IMAGE_GRAPH_SANDBOX === undefined && !namesCloud);
  if (!settings.error?.issues.some(({ path }) => path[0] === 'IMAGE_GRAPH_SANDBOX'))
    faults.push(...conflicts(given, sandbox));
  if (!settings.data || faults.length > 0) throw new ConfigError(faults);
  return Object.freeze({
    port: settings.data.PORT,
    host: settings.data.HOST,
    sandbox,
    subgraphNode: settings.data.IMAGE_GRAPH_SUBGRAPH_NODE,
    introspection: settings.data.IMAGE_GRAPH_INTROSPECTION,
    routerSecret: settings.data.IMAGE_GRAPH_ROUTER_SECRET,
    cloud: cloudConfig(settings.data),
  });
}

function unknownNames(given: Record<string, unknown>): string[] {
  return Object.keys(given)
    .filter((name) => name.startsWith('IMAGE_GRAPH_') && !(name in SETTINGS))
    .map((name) => `${name} is not a setting`);
}

/** The faults that lie between settings. */
function conflicts(given: Record<string, string | undefined>, sandbox: boolean): string[] {
  const cloudSettings = CLOUD_SETTINGS.filter((name) => name in given);
  if (sandbox) {
    if (cloudSettings.length > 0) return [`IMAGE_GRAPH_SANDBOX=true contradicts ${cloudSettings.join(', ')}`];
    if (given.NODE_ENV === 'production' && given.IMAGE_GRAPH_SANDBOX === undefined) {
      return [
        'with NODE_ENV=production an endpoint must be given, or the sandbox asked for with IMAGE_GRAPH_SANDBOX=true',
      ];
    }
    return [];
  }
  const endpoints = cloudSettings.filter((name) => name.endsWith('_ENDPOINT') && name !== 'IMAGE_GRAPH_IAM_ENDPOINT');
  if (endpoints.length > 0) return [];
  if (given.IMAGE_GRAPH_CLOUD === 'openstack') return ['IMAGE_GRAPH_CLOUD=openstack needs IMAGE_GRAPH_IMS_ENDPOINT'];
  if (given.IMAGE_GRAPH_CLOUD === undefined) {
    return ['no endpoint is given: set IMAGE_GRAPH_CLOUD and IMAGE_GRAPH_REGION, or at least one of the endpoints'];
  }
  return given.IMAGE_GRAPH_REGION === undefined ? ['IMAGE_GRAPH_CLOUD needs IMAGE_GRAPH_REGION or an endpoint'] : [];
}

function cloudConfig(settings: Settings): CloudConfig {
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
    auth: settings.IMAGE_GRAPH_AUTH ?? 'passthrough',
    timeoutMs: settings.IMAGE_GRAPH_UPSTREAM_TIMEOUT_MS,
    concurrency: settings.IMAGE_GRAPH_UPSTREAM_CONCURRENCY,
  });
}

/** The endpoints that a cloud publishes for a region. OpenStack has none: every installation has its own. */
function defaultEndpoints(kind: CloudKind, region: string): Partial<Record<Service, string>> {
  if (kind === 'openstack') return {};
  const domain = kind === 'otc' ? otcDomain(region) : huaweiDomain(region);
  return {
    swr: `https://swr-api.${region}.${domain}`,
    ims: `https://ims.${region}.${domain}`,
    modelarts: `https://modelarts.${region}.${domain}`,
    iam: `https://${region === 'eu-ch2' ? 'iam-pub' : 'iam'}.${region}.${domain}`,
  };
}

const otcDomain = (region: string) => (region === 'eu-ch2' ? 'sc.otc.t-systems.com' : 'otc.t-systems.com');
const huaweiDomain = (region: string) => (region === 'eu-west-101' ? 'myhuaweicloud.eu' : 'myhuaweicloud.com');
