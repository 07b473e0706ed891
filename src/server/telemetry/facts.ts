// Facts of the clouds as metrics, so that an alert needs no code: when shares expire, how much of each quota is used, how old the newest tags
// are. Read every now and then by queries of the graph itself, with the server's own credentials and the limits of any caller.
import type { ExecutionResult } from 'graphql';
import { Counter, Gauge, type Registry } from 'prom-client';

/** Executes a query in this process, for the server itself. */
export type RunQuery = (query: string, variables: Readonly<Record<string, unknown>>) => Promise<ExecutionResult>;

/** A value of a metric, with the values of its labels. */
interface Series {
  readonly metric: string;
  readonly labels: readonly string[];
  readonly value: number;
}

/** A metric of a recipe: its meaning, and its labels. */
interface FactMetric {
  readonly help: string;
  readonly labels: readonly string[];
}

// biome-ignore lint/suspicious/noExplicitAny: the query decides the shape, and its fields may be null
type Data = any;

interface Recipe {
  readonly metrics: Readonly<Record<string, FactMetric>>;
  /** Pages are read as long as there are more: `$after` is the cursor. */
  readonly query: string;
  /** The connection whose pages are read; undefined where there are none. */
  readonly page?: (data: Data) => Data;
  readonly series: (data: Data) => Iterable<Series | undefined>;
}

/** Milliseconds since 1970; the wall clock is what times in the clouds are compared with. */
type Now = () => number;

const secondsUntil = (time: unknown, now: number) => (Date.parse(String(time)) - now) / 1000;

const recipesAt = (now: Now): Readonly<Record<string, Recipe>> => ({
  shares: {
    metrics: {
      share_expires_seconds: {
        help: 'Seconds until a share of a repository ends; negative after its end. None for a share without an end.',
        labels: ['namespace', 'repository', 'account'],
      },
    },
    query: `query Shares($after: String) {
      sharedRepositories(center: SELF, first: 50, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes { namespace name shares { nodes { accountName deadline isForever } } }
      }
    }`,
    page: (data) => data.sharedRepositories,
    *series(data) {
      for (const row of data.sharedRepositories?.nodes ?? [])
        for (const share of row?.shares?.nodes ?? [])
          if (share && share.isForever !== true && share.deadline)
            yield {
              metric: 'share_expires_seconds',
              labels: [row.namespace, row.name, share.accountName],
              value: secondsUntil(share.deadline, now()),
            };
    },
  },
  quotas: {
    metrics: {
      quota_used: { help: 'What is used of a quota, in its own unit.', labels: ['service', 'kind'] },
      quota_limit: { help: 'The limit of a quota, in its own unit.', labels: ['service', 'kind'] },
    },
    query: '{ swr: registryQuotas { kind used limit } ims: imageQuotas { kind used limit } }',
    *series(data) {
      for (const service of ['swr', 'ims'])
        for (const quota of data[service] ?? [])
          for (const [metric, value] of [
            ['quota_used', quota?.used],
            ['quota_limit', quota?.limit],
          ] as const)
            if (value !== null && value !== undefined)
              yield { metric, labels: [service, quota.kind], value: Number(value) };
    },
  },
  tags: {
    metrics: {
      newest_tag_age_seconds: {
        help: 'Seconds since the last update of the newest tag of a repository. None without tags.',
        labels: ['namespace', 'repository'],
      },
    },
    query: `query Tags($after: String) {
      repositories(first: 50, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes {
          namespace
          name
          containerTags(first: 1, orderBy: { field: UPDATED_AT, direction: DESC }) { nodes { updatedAt } }
        }
      }
    }`,
    page: (data) => data.repositories,
    *series(data) {
      for (const row of data.repositories?.nodes ?? []) {
        const [tag] = row?.containerTags?.nodes ?? [];
        if (tag?.updatedAt)
          yield {
            metric: 'newest_tag_age_seconds',
            labels: [row.namespace, row.name],
            value: -secondsUntil(tag.updatedAt, now()),
          };
      }
    },
  },
});

/** Readings that may fail before the last values are dropped: they would be taken for new ones. */
const MAX_FAILURES = 3;
/** Pages of a reading: a list that does not end is not read for ever. */
const MAX_PAGES = 200;

export interface FactsOptions {
  /** Names of recipes. */
  readonly recipes: readonly string[];
  readonly intervalSeconds: number;
  /** Time series of each metric. */
  readonly maxSeries: number;
  readonly run: RunQuery;
  /** Whether this process is to read them; it is where this is not given. */
  readonly mayRead?: (() => Promise<boolean>) | undefined;
  readonly log: (line: string, fields: Readonly<Record<string, unknown>>) => void;
  readonly now?: Now;
}

/** Reads facts until it is stopped. */
export class Facts {
  readonly #options: FactsOptions;
  readonly #gauges = new Map<string, Gauge>();
  readonly #readAt = new Map<string, number>();
  readonly #failures = new Map<string, number>();
  readonly #leftOut: Gauge<'recipe'>;
  readonly #failed: Counter<'recipe'>;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(registry: Registry, options: FactsOptions) {
    this.#options = options;
    const { now = Date.now, recipes } = options;
    const registers = [registry];
    const labelNames = ['recipe'] as const;
    for (const [name, recipe] of Object.entries(recipesAt(now)))
      if (recipes.includes(name))
        for (const [metric, { help, labels }] of Object.entries(recipe.metrics))
          this.#gauges.set(metric, new Gauge({ name: PREFIX + metric, help, labelNames: labels, registers }));
    this.#leftOut = new Gauge({
      name: `${PREFIX}facts_left_out`,
      help: 'Time series that were left out of the last reading, as there were too many.',
      labelNames,
      registers,
    });
    this.#failed = new Counter({
      name: `${PREFIX}facts_failures_total`,
      help: 'Readings that have failed, in whole or in part.',
      labelNames,
      registers,
    });
    const readAt = this.#readAt;
    new Gauge({
      name: `${PREFIX}facts_age_seconds`,
      help: 'Seconds since the last reading that has succeeded.',
      labelNames,
      registers,
      collect() {
        for (const [recipe, at] of readAt) this.set({ recipe }, (performance.now() - at) / 1000);
      },
    });
    for (const recipe of recipes) this.#failed.inc({ recipe }, 0);
  }

  /** Reads all facts now, and then in intervals. Several servers that start together do not read together for long. */
  start(): void {
    const { intervalSeconds } = this.#options;
    void this.read().finally(() => {
      if (this.#isStopped) return;
      this.#timer = setTimeout(() => this.start(), 1000 * intervalSeconds * (0.9 + 0.2 * Math.random())).unref();
    });
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  /** Reads all facts, one recipe after the other: they are to delay nobody. */
  async read(): Promise<void> {
    const { recipes, mayRead, now = Date.now } = this.#options;
    if (mayRead && !(await mayRead())) return;
    for (const [name, recipe] of Object.entries(recipesAt(now)))
      if (recipes.includes(name) && !this.#isStopped) await this.#readOne(name, recipe);
  }

  async #readOne(name: string, recipe: Recipe): Promise<void> {
    const { maxSeries, log } = this.#options;
    const found = new Map<string, Series[]>();
    let leftOut = 0;
    let code: unknown;
    for await (const { data, errors } of this.#pages(recipe)) {
      code ??= errors?.[0]?.extensions.code;
      for (const series of data ? recipe.series(data) : []) {
        if (!series || !Number.isFinite(series.value)) continue;
        const all = found.get(series.metric) ?? [];
        found.set(series.metric, all);
        if (all.length < maxSeries) all.push(series);
        else leftOut++;
      }
    }
    if (this.#isStopped) return;
    const failures = code === undefined ? 0 : (this.#failures.get(name) ?? 0) + 1;
    this.#failures.set(name, failures);
    if (failures > 0) {
      this.#failed.inc({ recipe: name });
      log('Facts could not be read.', { recipe: name, code });
    } else this.#readAt.set(name, performance.now());
    // After a failure the last values stay for a while, beside those that were read.
    if (failures > 0 && failures < MAX_FAILURES && found.size === 0) return;
    this.#leftOut.set({ recipe: name }, leftOut);
    for (const metric of Object.keys(recipe.metrics)) {
      const gauge = this.#gauges.get(metric);
      if (failures === 0 || failures >= MAX_FAILURES) gauge?.reset();
      for (const { labels, value } of found.get(metric) ?? []) gauge?.labels(...labels).set(value);
    }
  }

  async *#pages({ query, page }: Recipe): AsyncGenerator<{ data: Data; errors: ExecutionResult['errors'] }> {
    let after: string | undefined;
    for (let pages = 0; pages < MAX_PAGES && !this.#isStopped; pages++) {
      const { data, errors } = await this.#options.run(query, { after });
      yield { data, errors };
      const { hasNextPage, endCursor } = (data && page?.(data)?.pageInfo) || {};
      if (hasNextPage !== true || endCursor === after || typeof endCursor !== 'string') return;
      after = endCursor;
    }
  }
}

const PREFIX = 'image_graph_';
