// The table of all settings: their names, grammar and defaults. Knows not what they are used for, nor how they go together.
import { z } from 'zod';

/** The families of clouds: each has default endpoints and manners of its own. */
export const CLOUD_KINDS = ['huaweicloud', 'otc', 'openstack'] as const;
export type CloudKind = (typeof CLOUD_KINDS)[number];

/** How the server proves to the services who asks. */
export const AUTH_MODES = ['passthrough', 'password', 'aksk'] as const;
export type AuthMode = (typeof AUTH_MODES)[number];

/** The two dialects of SDK-HMAC-SHA256. */
export const SIGNINGS = ['access', 'credential-scope'] as const;
export type Signing = (typeof SIGNINGS)[number];

const integer = (minimum: number, maximum: number) =>
  z
    .string()
    .regex(/^\d+$/, `must be a whole number from ${minimum} to ${maximum}`)
    .transform(Number)
    .refine((value) => value >= minimum && value <= maximum, `must be a whole number from ${minimum} to ${maximum}`);

/** A limit, with the value that GraphiQL and ordinary applications never meet. */
const limit = (byDefault: number, minimum = 1) => integer(minimum, 1_000_000_000).default(byDefault);

/** The grammar of project ids, in settings, headers and responses. */
export const PROJECT_ID = /^[A-Za-z0-9_-]{1,64}$/;

const isPlainUrl = (text: string) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // An escape that is none could not be signed.
  const isDecodable = !/%(?![\da-f]{2})/i.test(text);
  return (
    url && isDecodable && ['http:', 'https:'].includes(url.protocol) && !url.username && !url.password && !url.hash
  );
};

const endpoint = z.string().transform((text, context) => {
  if (!isPlainUrl(text) || text.includes('?')) {
    context.addIssue('must be an http or https URL without credentials, query and fragment');
    return z.NEVER;
  }
  // The calls bring their own version: an endpoint copied from a service catalogue may end in one.
  return new URL(text).href
    .replace(/\/+$/, '')
    .replace(/\/v[123]$/, '')
    .replace(/\/+$/, '');
});

const boolean = z.enum(['true', 'false'], 'must be true or false').transform((text) => text === 'true');

/** A list, separated by commas. */
const list = (item: RegExp, message: string) =>
  z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim().toLowerCase()))
    .refine((parts) => parts.every((part) => item.test(part)), message);

/** A text that goes into a JSON body. */
const text = z.string().regex(/^[^\p{Cc}]{1,1024}$/u, 'must be 1 to 1024 characters without control characters');

const path = z.string();

/** What the text of a secret may be, wherever it comes from. */
export const SECRETS = {
  IMAGE_GRAPH_PASSWORD: { grammar: /^[^\p{Cc}]{1,1024}$/u, words: '1 to 1024 characters without control characters' },
  IMAGE_GRAPH_ACCESS_KEY: {
    grammar: /^[\x21-\x2b\x2d-\x7e]{1,256}$/,
    words: 'printable ASCII without blanks and commas',
  },
  IMAGE_GRAPH_SECRET_KEY: { grammar: /^[\x21-\x7e]{1,1024}$/, words: 'printable ASCII without blanks' },
  IMAGE_GRAPH_SECURITY_TOKEN: { grammar: /^[\x21-\x7e]{1,16384}$/, words: 'printable ASCII without blanks' },
  IMAGE_GRAPH_ROUTER_SECRET: { grammar: /^[\x21-\x7e]{1,1024}$/, words: 'printable ASCII without blanks' },
  IMAGE_GRAPH_REDIS_URL: { grammar: /^rediss?:\/\/[\x21-\x7e]{1,1024}$/, words: 'a redis:// or rediss:// URL' },
} as const;

export type SecretName = keyof typeof SECRETS;

const secret = (name: SecretName) =>
  z.string().regex(SECRETS[name].grammar, `must be ${SECRETS[name].words}`).optional();

/** Every setting by its name, in the order of the README's table; what is not listed here is no setting. */
export const SETTINGS = {
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
    .regex(PROJECT_ID, 'must be a project id: 1 to 64 letters, digits, - and _')
    .optional(),
  IMAGE_GRAPH_AUTH: z.enum(AUTH_MODES, `must be one of ${AUTH_MODES.join(', ')}`).optional(),
  IMAGE_GRAPH_USERNAME: text.optional(),
  IMAGE_GRAPH_PASSWORD: secret('IMAGE_GRAPH_PASSWORD'),
  IMAGE_GRAPH_PASSWORD_FILE: path.optional(),
  IMAGE_GRAPH_DOMAIN_NAME: text.optional(),
  IMAGE_GRAPH_PROJECT_NAME: text.optional(),
  IMAGE_GRAPH_ACCESS_KEY: secret('IMAGE_GRAPH_ACCESS_KEY'),
  IMAGE_GRAPH_ACCESS_KEY_FILE: path.optional(),
  IMAGE_GRAPH_SECRET_KEY: secret('IMAGE_GRAPH_SECRET_KEY'),
  IMAGE_GRAPH_SECRET_KEY_FILE: path.optional(),
  IMAGE_GRAPH_SECURITY_TOKEN: secret('IMAGE_GRAPH_SECURITY_TOKEN'),
  IMAGE_GRAPH_SECURITY_TOKEN_FILE: path.optional(),
  IMAGE_GRAPH_SIGNING: z.enum(SIGNINGS, `must be one of ${SIGNINGS.join(', ')}`).optional(),
  IMAGE_GRAPH_ALLOW_PLAIN_HTTP: boolean.default(false),
  IMAGE_GRAPH_API_KEYS_FILE: path.optional(),
  IMAGE_GRAPH_JWT_ISSUER: z.string().optional(),
  IMAGE_GRAPH_JWT_AUDIENCE: z.string().optional(),
  IMAGE_GRAPH_JWT_JWKS_URL: z
    .string()
    .refine(isPlainUrl, 'must be an http or https URL without credentials and fragment')
    .optional(),
  IMAGE_GRAPH_ALLOW_ANONYMOUS: boolean.default(false),
  IMAGE_GRAPH_ALLOWED_HOSTS: list(
    /^[a-z0-9.-]+(:\d{1,5})?$/,
    'must be host names, with or without a port, separated by commas',
  ).default([]),
  IMAGE_GRAPH_ROUTER_SECRET: secret('IMAGE_GRAPH_ROUTER_SECRET'),
  IMAGE_GRAPH_ROUTER_SECRET_FILE: path.optional(),
  IMAGE_GRAPH_CORS_ORIGINS: list(
    /^https?:\/\/[a-z0-9.-]+(:\d{1,5})?$/,
    'must be origins such as https://app.example, separated by commas',
  ).default([]),
  IMAGE_GRAPH_SUBGRAPH_NODE: boolean.default(true),
  IMAGE_GRAPH_INTROSPECTION: boolean.default(true),
  IMAGE_GRAPH_GRAPHIQL: boolean.default(true),
  IMAGE_GRAPH_REQUEST_TIMEOUT_MS: integer(1, 600_000).default(10_000),
  IMAGE_GRAPH_UPSTREAM_TIMEOUT_MS: integer(1, 600_000).default(8_000),
  IMAGE_GRAPH_UPSTREAM_CONCURRENCY: integer(1, 10_000).default(512),
  IMAGE_GRAPH_MAX_WAITING_QUERIES: integer(1, 1_000_000).default(1_024),
  IMAGE_GRAPH_UPSTREAM_ATTEMPTS: integer(1, 3).default(3),
  IMAGE_GRAPH_RETRY_BASE_MS: integer(1, 60_000).default(100),
  IMAGE_GRAPH_RETRY_PERCENT: integer(0, 100).default(20),
  IMAGE_GRAPH_BREAKER_CALLS: integer(1, 1_000_000).default(20),
  IMAGE_GRAPH_BREAKER_PERCENT: integer(1, 100).default(50),
  IMAGE_GRAPH_BREAKER_WINDOW_MS: integer(10, 600_000).default(10_000),
  IMAGE_GRAPH_BREAKER_OPEN_MS: integer(1, 600_000).default(30_000),
  IMAGE_GRAPH_MAX_EVENT_LOOP_DELAY_MS: integer(1, 60_000).default(20),
  IMAGE_GRAPH_MAX_QUEUE_MS: integer(1, 60_000).default(500),
  IMAGE_GRAPH_DRAIN_DELAY_MS: integer(0, 600_000).default(1_000),
  IMAGE_GRAPH_DRAIN_TIMEOUT_MS: integer(0, 600_000).default(10_000),
  IMAGE_GRAPH_WORKERS: integer(1, 256).default(1),
  IMAGE_GRAPH_MAX_NODES: limit(10_000),
  IMAGE_GRAPH_MAX_VALUES: limit(500_000),
  IMAGE_GRAPH_MAX_UPSTREAM_CALLS: limit(500),
  IMAGE_GRAPH_MAX_DEPTH: limit(15),
  IMAGE_GRAPH_MAX_ALIASES: limit(100, 0),
  IMAGE_GRAPH_MAX_DIRECTIVES: limit(50, 0),
  IMAGE_GRAPH_MAX_TOKENS: limit(2_000),
  IMAGE_GRAPH_MAX_LIST_LENGTH: limit(250),
  IMAGE_GRAPH_MAX_BATCH: limit(10),
  IMAGE_GRAPH_MAX_BODY_BYTES: limit(1_000_000),
  IMAGE_GRAPH_MAX_CONCURRENT_REQUESTS: limit(2_000),
  IMAGE_GRAPH_MAX_REQUESTS_PER_MINUTE: limit(120_000),
  IMAGE_GRAPH_REDIS_URL: secret('IMAGE_GRAPH_REDIS_URL'),
  IMAGE_GRAPH_REDIS_URL_FILE: path.optional(),
};

export const settingsSchema = z.object(SETTINGS);
export type Settings = z.output<typeof settingsSchema>;

/** The names of all settings, in the order of the README's table. */
export const SETTING_NAMES = Object.keys(SETTINGS) as (keyof Settings)[];
