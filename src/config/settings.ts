// The table of all settings, in the shape of Config. docs/settings.md is printed from it (`npm run docs`).
import { z } from 'zod';
import { CALL_KINDS, cacheRules } from './cache.ts';
import { LOG_FORMATS, LOG_LEVELS } from './log.ts';
import { type Setting, secret, setting, settingsIn } from './setting.ts';

/** The families of clouds: each has default endpoints, and behaviour of its own. */
const CLOUD_KINDS = ['huaweicloud', 'otc', 'openstack'] as const;
export type CloudKind = (typeof CLOUD_KINDS)[number];

/** How upstream calls are authenticated. */
const AUTH_MODES = ['passthrough', 'password', 'aksk'] as const;

/** The two dialects of SDK-HMAC-SHA256. */
const SIGNINGS = ['access', 'credential-scope'] as const;

/** Longer than most load balancers keep idle connections: docs/operations.md. */
export const KEEP_ALIVE_TIMEOUT_MS = 125_000;

/** Milliseconds in which a client must have taken a part of its response, unless they are set. */
export const SEND_TIMEOUT_MS = 30_000;
export const RECEIVE_TIMEOUT_MS = 30_000;

/** Project ids in settings, headers and responses. */
export const PROJECT_ID_GRAMMAR = /^[A-Za-z0-9_-]{1,64}$/;
export const PROJECT_ID_FAULT = 'must be a project id: 1 to 64 letters, digits, - and _';

const integer = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .refine((value) => value >= min && value <= max, `must be a whole number from ${min} to ${max}`);

/** A percentage as a share from 0 to 1. */
const share = (min: number, byDefault: number) =>
  integer(min, 100)
    .prefault(String(byDefault))
    .transform((percent) => percent / 100);

const MEGABYTE = 1024 * 1024;

/** A limit; GraphiQL and ordinary applications never reach the default. */
const limit = (byDefault: number, min = 1) => integer(min, 1_000_000_000).default(byDefault);

/** Scheme, host and the rest as they are written: the parser of URLs also takes backslashes, blanks around them and no `//`. */
const WRITTEN_URL = /^https?:\/\/[^\s\\/?#]+[^\s\\]*$/i;

/** A host that can be looked up (RFC 1035, 2.3.4), or an address. */
const HOST = /^(?!.{254})(\[.+\]|([^.]{1,63}\.)*[^.]{1,63}\.?)$/;

/** Whether its escapes are those of UTF-8, and none of a control character: no other path can be signed. */
function isDecodable(text: string): boolean {
  try {
    return !/\p{Cc}/u.test(decodeURIComponent(text));
  } catch {
    return false;
  }
}

const isPlainUrl = (text: string) => {
  if (!WRITTEN_URL.test(text) || !URL.canParse(text) || !isDecodable(text)) return false;
  const { hostname, port, username, password, hash } = new URL(text);
  return HOST.test(hostname) && port !== '0' && !username && !password && !hash;
};

const endpoint = z
  .string()
  .transform((text, context) => {
    if (!isPlainUrl(text) || text.includes('?')) {
      context.addIssue('must be an http or https URL without credentials, query and fragment');
      return z.NEVER;
    }
    // An endpoint copied from a service catalogue may end in a version, which each call's path has itself.
    return new URL(text).href
      .replace(/\/+$/, '')
      .replace(/\/v[123]$/, '')
      .replace(/\/+$/, '');
  })
  .optional();

const boolean = z.enum(['true', 'false'], 'must be true or false').transform((text) => text === 'true');

/** A list, separated by commas. */
const list = (item: RegExp, message: string) =>
  z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim().toLowerCase()))
    .refine((parts) => parts.every((part) => item.test(part)), message)
    .default([]);

/** A list of distinct names, separated by commas. */
const names = (item: RegExp, message: string, max: number) =>
  z
    .string()
    .transform((text) => [...new Set(text.split(',').map((part) => part.trim()))])
    .refine((parts) => parts.length <= max && parts.every((part) => item.test(part)), message)
    .default([]);

/** An origin without the port that its scheme has anyway. */
const asBrowsersWriteIt = (origin: string) => (URL.canParse(origin) ? new URL(origin).origin : origin);

/** A text that goes into a JSON body. */
const text = z
  .string()
  .regex(/^[^\p{Cc}]{1,1024}$/u, 'must be 1 to 1024 characters without control characters')
  .optional();

const path = z.string().optional();

const REDIS_URL = /^rediss?:\/\/[\x21-\x7e]{1,1024}$/;

/** A URL with a host, which is not the case for all that begin like one, and with the number of a database or none. */
const redisUrl = {
  test: (text: string) => {
    if (!REDIS_URL.test(text) || !URL.canParse(text) || !isDecodable(text)) return false;
    const { hostname, port, pathname } = new URL(text);
    return hostname !== '' && port !== '0' && /^(\/\d{0,5})?$/.test(pathname);
  },
};

const PRINTABLE = /^[\x21-\x7e]{1,1024}$/;

/** The table. What a reload may change is in RELOADABLE below. */
export const SETTINGS = {
  port: setting('PORT', integer(0, 65535).default(4000), 'the port to listen on; 0 lets the system choose one'),
  host: setting('HOST', z.string().default('127.0.0.1'), 'the address to listen on'),
  keepAliveTimeoutMs: setting(
    'IMAGE_GRAPH_KEEP_ALIVE_TIMEOUT_MS',
    integer(1_000, 86_400_000).default(KEEP_ALIVE_TIMEOUT_MS),
    'milliseconds that a connection may be idle before the server closes it: longer than the load balancer in front keeps idle connections ([operations.md](operations.md#idle-connections))',
  ),
  receiveTimeoutMs: setting(
    'IMAGE_GRAPH_RECEIVE_TIMEOUT_MS',
    integer(100, 600_000).default(RECEIVE_TIMEOUT_MS),
    'milliseconds in which a request must have arrived, from its first byte to its last, and in which a new connection must send one; after that 408',
  ),
  sendTimeoutMs: setting(
    'IMAGE_GRAPH_SEND_TIMEOUT_MS',
    integer(100, 600_000).default(SEND_TIMEOUT_MS),
    'milliseconds in which a client must have taken a part of its response; a connection on which it takes nothing, or too little, is closed',
  ),
  compression: setting(
    'IMAGE_GRAPH_COMPRESSION',
    boolean.default(true),
    'whether responses of 2 KB or more are compressed with zstd, br or gzip, as the client accepts; `false` where a proxy in front compresses',
  ),
  fastPath: setting(
    'IMAGE_GRAPH_FAST_PATH',
    boolean.default(true),
    'whether ordinary POSTs of known documents go past graphql-yoga, with the same checks and responses ([lifecycle.md](lifecycle.md#the-fast-path))',
  ),
  nodeEnv: setting(
    'NODE_ENV',
    z.string().optional(),
    'with `production` the sandbox is served only with `IMAGE_GRAPH_SANDBOX=true`',
  ),
  sandbox: setting(
    'IMAGE_GRAPH_SANDBOX',
    boolean.optional(),
    '`true` serves the embedded sandbox cloud, `false` never does',
    '`true` when no setting names a cloud',
  ),
  cloud: {
    kind: setting(
      'IMAGE_GRAPH_CLOUD',
      z.enum(CLOUD_KINDS, `must be one of ${CLOUD_KINDS.join(', ')}`).default('huaweicloud'),
      '`huaweicloud`, `otc` or `openstack`: chooses the default endpoints (OpenStack has none) and how the cloud is called',
    ),
    region: setting(
      'IMAGE_GRAPH_REGION',
      z
        .string()
        .regex(/^[A-Za-z0-9]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?$/, 'must be a region such as eu-de')
        .optional(),
      'the region, such as `eu-de`; not needed where the endpoints are given',
    ),
    endpoints: {
      swr: setting(
        'IMAGE_GRAPH_SWR_ENDPOINT',
        endpoint,
        'the URL of SWR, with or without a path, a trailing slash and `/v2`',
        'by cloud and region',
      ),
      ims: setting('IMAGE_GRAPH_IMS_ENDPOINT', endpoint, 'the URL of IMS, or of Glance', 'by cloud and region'),
      modelarts: setting('IMAGE_GRAPH_MODELARTS_ENDPOINT', endpoint, 'the URL of ModelArts', 'by cloud and region'),
      iam: setting(
        'IMAGE_GRAPH_IAM_ENDPOINT',
        endpoint,
        'the URL of IAM, or of Keystone; needed by `IMAGE_GRAPH_AUTH=password`',
        'by cloud and region',
      ),
    },
    projectId: setting(
      'IMAGE_GRAPH_PROJECT_ID',
      z.string().regex(PROJECT_ID_GRAMMAR, PROJECT_ID_FAULT).optional(),
      "the project, for ModelArts and for the server's own credentials",
    ),
    auth: {
      mode: setting(
        'IMAGE_GRAPH_AUTH',
        z.enum(AUTH_MODES, `must be one of ${AUTH_MODES.join(', ')}`).default('passthrough'),
        "`passthrough`: the caller's own token from `X-Auth-Token`; `password`: a token that IAM issues for the user below; `aksk`: requests signed with the access key below",
      ),
      password: {
        username: setting('IMAGE_GRAPH_USERNAME', text, '`password`: the user'),
        password: secret(
          'IMAGE_GRAPH_PASSWORD',
          /^[^\p{Cc}]{1,1024}$/u,
          '1 to 1024 characters without control characters',
          'the password of the user',
        ),
        domainName: setting(
          'IMAGE_GRAPH_DOMAIN_NAME',
          text,
          'the domain (account) of the user; often `Default` on OpenStack',
        ),
        projectName: setting(
          'IMAGE_GRAPH_PROJECT_NAME',
          text,
          'the project by name, such as `eu-de`, instead of `IMAGE_GRAPH_PROJECT_ID`',
        ),
        projectDomainName: setting(
          'IMAGE_GRAPH_PROJECT_DOMAIN_NAME',
          text,
          'the domain of the project, if it is given by name',
          "the user's",
        ),
      },
      aksk: {
        accessKey: secret(
          'IMAGE_GRAPH_ACCESS_KEY',
          /^[\x21-\x2b\x2d-\x7e]{1,256}$/,
          'printable ASCII without blanks and commas',
          '`aksk`: the access key',
        ),
        secretKey: secret(
          'IMAGE_GRAPH_SECRET_KEY',
          PRINTABLE,
          'printable ASCII without blanks',
          'the secret key of the access key',
        ),
        securityToken: secret(
          'IMAGE_GRAPH_SECURITY_TOKEN',
          /^[\x21-\x7e]{1,16384}$/,
          'printable ASCII without blanks',
          'the security token of a temporary access key',
        ),
        signing: setting(
          'IMAGE_GRAPH_SIGNING',
          z.enum(SIGNINGS, `must be one of ${SIGNINGS.join(', ')}`).default('access'),
          'the dialect of the signature: `access` or `credential-scope`',
        ),
      },
    },
    allowPlainHttp: setting(
      'IMAGE_GRAPH_ALLOW_PLAIN_HTTP',
      boolean.default(false),
      "`true` lets the server's own credentials pass over http beyond this machine",
    ),
    timeoutMs: setting(
      'IMAGE_GRAPH_UPSTREAM_TIMEOUT_MS',
      integer(1, 600_000).default(8_000),
      'milliseconds that one attempt of an upstream call may take. Keep it below `IMAGE_GRAPH_REQUEST_TIMEOUT_MS`, so that the error names the service (`UPSTREAM_TIMEOUT`)',
    ),
    concurrency: setting(
      'IMAGE_GRAPH_UPSTREAM_CONCURRENCY',
      integer(1, 10_000).default(512),
      'calls in flight at once, for each service; waiting operations take turns. More: more sockets. Fewer: less throughput (512 at 100 ms a call are 5,000 calls a second)',
    ),
    waitingOperations: setting(
      'IMAGE_GRAPH_MAX_WAITING_QUERIES',
      integer(1, 1_000_000).default(1_024),
      'operations that may wait for a service; further ones that need it are rejected (`OVERLOADED`). The default is twice the concurrency: a call then waits for about two others. More: longer waits instead of rejections',
    ),
    totalMemoryBytes: setting(
      'IMAGE_GRAPH_MAX_TOTAL_UPSTREAM_BYTES',
      limit(512 * 1024 * 1024),
      'bytes of memory that the responses of the services may take, from their first byte until the operations that asked for them end: calls beyond it fail (`OVERLOADED`). One operation may have a quarter (`QUERY_TOO_COMPLEX`)',
    ),
    shareCalls: setting(
      'IMAGE_GRAPH_SHARE_CALLS',
      boolean.default(true),
      'whether concurrent operations of one caller share a call to a service that all of them need; `false` makes it for each',
    ),
    cache: {
      rules: setting(
        'IMAGE_GRAPH_CACHE',
        cacheRules,
        `the responses that are kept for later operations of the same caller, by service or kind of call, such as \`swr=60/300, ims.images=10\`: seconds that a response is fresh and, after a slash, seconds that it may still be shown after that, while it is renewed in the background. \`0\` keeps a kind out. The kinds are ${CALL_KINDS.map((kind) => `\`${kind}\``).join(', ')}. They are kept in memory, or in Redis where \`IMAGE_GRAPH_REDIS_URL\` is set ([operations.md](operations.md#the-cache))`,
        'none',
      ),
      maxBytes: setting(
        'IMAGE_GRAPH_MAX_CACHE_BYTES',
        limit(64 * MEGABYTE),
        'bytes of memory that the responses kept in memory may take; those that were not used for longest make room. In Redis its own `maxmemory` counts',
      ),
    },
    retry: {
      attempts: setting(
        'IMAGE_GRAPH_UPSTREAM_ATTEMPTS',
        integer(1, 3).default(3),
        'attempts of a call that meets a reset, 502, 503, 504 or 429. Set `1` where a router in front retries: retries on two layers multiply',
      ),
      baseMs: setting(
        'IMAGE_GRAPH_RETRY_BASE_MS',
        integer(1, 60_000).default(100),
        'the bound of the random pause before the second attempt, after `Retry-After`; it doubles for the third',
      ),
      share: setting(
        'IMAGE_GRAPH_RETRY_PERCENT',
        share(0, 20),
        'retries of a service in percent of its calls, beside three that are always allowed: the most that an outage adds to its traffic',
        '`20`',
      ),
    },
    breaker: {
      calls: setting(
        'IMAGE_GRAPH_BREAKER_CALLS',
        integer(1, 1_000_000).default(20),
        'calls of a service within the window from which on its circuit can open; a quarter of them, but at least two, while none has a connection. Fewer: it opens sooner, and for less',
      ),
      share: setting(
        'IMAGE_GRAPH_BREAKER_PERCENT',
        share(1, 50),
        'percent of them that must have failed: no response, or 5xx',
        '`50`',
      ),
      windowMs: setting(
        'IMAGE_GRAPH_BREAKER_WINDOW_MS',
        integer(10, 600_000).default(10_000),
        'milliseconds of the window',
      ),
      openMs: setting(
        'IMAGE_GRAPH_BREAKER_OPEN_MS',
        integer(1, 600_000).default(30_000),
        'milliseconds for which an open circuit sends no calls. Shorter: a recovery is noticed sooner, and a failing service is called more often',
      ),
    },
  },
  callers: {
    authentication: {
      apiKeysFile: setting(
        'IMAGE_GRAPH_API_KEYS_FILE',
        path,
        'callers must authenticate with an API key; the file holds the hashes of valid keys',
      ),
      jwt: {
        issuer: setting(
          'IMAGE_GRAPH_JWT_ISSUER',
          z.string().optional(),
          'callers must authenticate with a JWT of this issuer (or with an API key, where both are set)',
        ),
        audience: setting('IMAGE_GRAPH_JWT_AUDIENCE', z.string().optional(), 'the audience that a JWT must have'),
        jwksUrl: setting(
          'IMAGE_GRAPH_JWT_JWKS_URL',
          z.string().refine(isPlainUrl, 'must be an http or https URL without credentials and fragment').optional(),
          'the URL of the key set that JWTs are verified with',
        ),
      },
      routerSecret: secret(
        'IMAGE_GRAPH_ROUTER_SECRET',
        PRINTABLE,
        'printable ASCII without blanks',
        'requests must carry it in `Router-Authorization`; `/health` and `/ready` stay open',
      ),
    },
    allowAnonymous: setting(
      'IMAGE_GRAPH_ALLOW_ANONYMOUS',
      boolean.default(false),
      "`true` uses the server's own credentials for everybody who can reach it",
    ),
    allowedHosts: setting(
      'IMAGE_GRAPH_ALLOWED_HOSTS',
      list(/^[a-z0-9.-]+(:\d{1,5})?$/, 'must be host names, with or without a port, separated by commas'),
      'further names that `Host` may have, where the server accepts requests of its own machine only',
    ),
    corsOrigins: setting(
      'IMAGE_GRAPH_CORS_ORIGINS',
      list(
        /^https?:\/\/([a-z0-9.-]+|\[[0-9a-f:.]+\])(:\d{1,5})?$/,
        'must be origins such as https://app.example, separated by commas',
      ).transform((origins) => origins.map(asBrowsersWriteIt)),
      'origins whose pages may send operations from a browser, such as `https://app.example`',
    ),
  },
  subgraphNode: setting(
    'IMAGE_GRAPH_SUBGRAPH_NODE',
    boolean.default(true),
    'whether the schema has the root fields `node` and `nodes`; in a supergraph only one subgraph can own them',
  ),
  introspection: setting(
    'IMAGE_GRAPH_INTROSPECTION',
    boolean.default(true),
    'whether clients may query the schema and get suggestions for unknown names; `_service` shows the schema in any case, to everybody unless a router secret is set',
  ),
  graphiql: setting(
    'IMAGE_GRAPH_GRAPHIQL',
    boolean.default(true),
    'whether a browser that opens `/graphql` gets GraphiQL, and one that opens `/` is redirected there',
  ),
  limits: {
    requestTimeoutMs: setting(
      'IMAGE_GRAPH_REQUEST_TIMEOUT_MS',
      integer(1, 600_000).default(10_000),
      'milliseconds until the deadline of an operation; fields that are not resolved by then fail with `DEADLINE_EXCEEDED`. Longer: more fields are resolved when a cloud is slow, and clients wait longer for those that are not',
    ),
    eventLoopDelayMs: setting(
      'IMAGE_GRAPH_MAX_EVENT_LOOP_DELAY_MS',
      integer(1, 60_000).default(20),
      'milliseconds that the event loop may lag; beyond it requests wait in the admission queue. Lower: earlier rejections under overload. Higher: more requests at once, and each takes longer',
    ),
    queueMs: setting(
      'IMAGE_GRAPH_MAX_QUEUE_MS',
      integer(1, 60_000).default(500),
      'milliseconds that a request may be expected to wait in that queue; with a longer wait it is rejected with 503. Longer: larger bursts are served, and all requests wait longer under overload',
    ),
    nodes: setting(
      'IMAGE_GRAPH_MAX_NODES',
      limit(10_000),
      'nodes that an operation may request: rows, multiplied by the rows below them, and single nodes',
    ),
    values: setting(
      'IMAGE_GRAPH_MAX_VALUES',
      limit(500_000),
      'fields in the response of an operation, those of all rows; an object or a list counts as ten',
    ),
    upstreamCalls: setting(
      'IMAGE_GRAPH_MAX_UPSTREAM_CALLS',
      limit(500),
      'calls to each service that an operation may need',
    ),
    depth: setting('IMAGE_GRAPH_MAX_DEPTH', limit(15), "nesting of fields; GraphiQL's introspection query needs 15"),
    aliases: setting('IMAGE_GRAPH_MAX_ALIASES', limit(100, 0), 'aliases of an operation, with its fragments spread'),
    directives: setting(
      'IMAGE_GRAPH_MAX_DIRECTIVES',
      limit(50, 0),
      'directives of an operation, with its fragments spread',
    ),
    tokens: setting(
      'IMAGE_GRAPH_MAX_TOKENS',
      limit(2_000),
      'tokens of a document; it may have twenty times as many characters, twice as many lines and, with its fragments spread, ten times as many selections',
    ),
    listLength: setting(
      'IMAGE_GRAPH_MAX_LIST_LENGTH',
      limit(250),
      'items of a list argument: `nodes(ids)`, `_entities(representations)`, tags; all variables together may hold forty times as many values',
    ),
    batch: setting('IMAGE_GRAPH_MAX_BATCH', limit(10), 'operations in one HTTP request'),
    bodyBytes: setting('IMAGE_GRAPH_MAX_BODY_BYTES', limit(1_000_000), 'bytes of a request body'),
    totalBodyBytes: setting(
      'IMAGE_GRAPH_MAX_TOTAL_BODY_BYTES',
      limit(64 * MEGABYTE),
      'bytes of the request bodies of all callers that have arrived in part; one caller may have a quarter of them. Further ones are rejected with 503, or with 429',
    ),
    responseBytes: setting(
      'IMAGE_GRAPH_MAX_RESPONSE_BYTES',
      limit(32 * MEGABYTE),
      'bytes of the response of an operation, and of a batch together, before compression',
    ),
    totalResponseBytes: setting(
      'IMAGE_GRAPH_MAX_TOTAL_RESPONSE_BYTES',
      limit(256 * MEGABYTE),
      'bytes of the responses of all callers that are being made or sent; one caller may have half of them. Beyond it requests wait in the admission queue',
    ),
    errors: setting(
      'IMAGE_GRAPH_MAX_ERRORS',
      limit(500),
      'errors of the fields of an operation; further fields that fail are null without an error of their own, and one error says how many they are',
    ),
    rowsRead: setting(
      'IMAGE_GRAPH_MAX_ROWS_READ',
      limit(100_000),
      'rows that an operation may read from the services, those included that it only reads to find others',
    ),
    concurrentRequests: setting(
      'IMAGE_GRAPH_MAX_CONCURRENT_REQUESTS',
      limit(2_000),
      'HTTP requests of one caller at once; more than may wait for one service, so that one slow service does not block a caller',
    ),
    requestsPerMinute: setting(
      'IMAGE_GRAPH_MAX_REQUESTS_PER_MINUTE',
      limit(120_000),
      'operations of one caller in a minute; only a flood reaches the default',
    ),
  },
  compileAfter: setting(
    'IMAGE_GRAPH_COMPILE_AFTER',
    integer(0, 1_000_000).default(2),
    'the execution of a document for which it is compiled to code, as it is sent again and again; 0: none is compiled',
  ),
  redisUrl: secret(
    'IMAGE_GRAPH_REDIS_URL',
    redisUrl,
    'a redis:// or rediss:// URL',
    'a Redis in which several processes count the operations of callers together, and keep the responses of `IMAGE_GRAPH_CACHE`; while it does not respond, each counts alone and keeps nothing',
  ),
  drain: {
    delayMs: setting(
      'IMAGE_GRAPH_DRAIN_DELAY_MS',
      integer(0, 600_000).default(1_000),
      'milliseconds after SIGTERM in which requests are still accepted while `/ready` says 503: as long as the load balancer needs to notice it',
    ),
    timeoutMs: setting(
      'IMAGE_GRAPH_DRAIN_TIMEOUT_MS',
      integer(0, 600_000).default(10_000),
      'milliseconds that requests in flight then have to finish',
    ),
  },
  telemetry: {
    metricsPort: setting(
      'IMAGE_GRAPH_METRICS_PORT',
      integer(0, 65535).optional(),
      'the port of `/metrics`, for Prometheus, and of `/health` and `/ready`; 0 lets the system choose one. Without it `/metrics` is at `PORT`, for loopback and for authenticated callers',
    ),
    metricsHost: setting(
      'IMAGE_GRAPH_METRICS_HOST',
      z.string().default('127.0.0.1'),
      'the address that this port listens on',
    ),
    operationNames: setting(
      'IMAGE_GRAPH_METRICS_OPERATIONS',
      names(/^[_A-Za-z]\w{0,63}$/, 'must be names of operations, separated by commas', 100),
      'names of operations that metrics tell apart, at most 100; all others are `other`',
    ),
    facts: setting(
      'IMAGE_GRAPH_FACTS',
      names(/^(shares|quotas|tags)$/, 'must be among shares, quotas and tags, separated by commas', 3),
      "facts of the clouds that are metrics, too: `shares` (seconds until each expires), `quotas` (used and limit), `tags` (age of the newest of each repository). They are read with the server's own credentials",
    ),
    factsIntervalSeconds: setting(
      'IMAGE_GRAPH_FACTS_INTERVAL_SECONDS',
      integer(1, 86_400).default(300),
      'seconds between two readings of them',
    ),
    factSeries: setting(
      'IMAGE_GRAPH_MAX_FACTS',
      limit(1_000),
      'time series of each kind of fact; those beyond it are left out, and counted',
    ),
    tracing: setting(
      'IMAGE_GRAPH_TRACING',
      boolean.optional(),
      'whether traces are sent by OTLP, as the `OTEL_` variables say; unless given, they are where `OTEL_EXPORTER_OTLP_ENDPOINT` or `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT` is set',
    ),
    propagateTrace: setting(
      'IMAGE_GRAPH_PROPAGATE_TRACE',
      boolean.default(false),
      'whether upstream calls have a `traceparent` header',
    ),
    logLevel: setting(
      'IMAGE_GRAPH_LOG_LEVEL',
      z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`).default('info'),
      `the lowest level that is logged: ${LOG_LEVELS.join(', ')}`,
    ),
    logFormat: setting(
      'IMAGE_GRAPH_LOG_FORMAT',
      z.enum(LOG_FORMATS, `must be one of ${LOG_FORMATS.join(', ')}`).optional(),
      '`json` or `pretty`; unless given, it is pretty on a terminal',
    ),
    logRequests: setting(
      'IMAGE_GRAPH_LOG_REQUESTS',
      share(0, 100),
      'the percentage of requests that are logged; requests that fail or are slow always are, unless it is 0',
    ),
    slowRequestMs: setting(
      'IMAGE_GRAPH_SLOW_REQUEST_MS',
      integer(1, 600_000).default(2_000),
      'milliseconds after which a request is slow: it is logged as a warning, with its slowest calls',
    ),
    explain: setting(
      'IMAGE_GRAPH_EXPLAIN',
      boolean.optional(),
      'whether clients may request the calls of an operation by `extensions: { explain: true }`, or its plan by `{ explain: "plan" }`',
      'true on the sandbox, otherwise false',
    ),
  },
  workers: setting(
    'IMAGE_GRAPH_WORKERS',
    integer(1, 256).default(1),
    'processes that share the port, one for each core. Limits, circuits and retry budgets are those of each worker',
  ),
};

/** The settings that a SIGHUP reloads; all others need a restart. */
export const RELOADABLE: ReadonlySet<Setting> = new Set([
  ...settingsIn(SETTINGS.limits),
  SETTINGS.cloud.totalMemoryBytes,
  SETTINGS.callers.corsOrigins,
  SETTINGS.telemetry.logLevel,
]);
