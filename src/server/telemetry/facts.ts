// Facts of the clouds as metrics, so that an alert needs no code: when shares expire, how much of each quota is used, how old the newest tags
// are. Read every now and then by queries of the graph itself, with the server's own credentials.
import type { ExecutionResult } from 'graphql';
import { Counter, Gauge, type Registry } from 'prom-client';

/** Executes a query in this process, for the server itself. */
export type RunQuery = (query: string, variables: Readonly<Record<string, unknown>>) => Promise<ExecutionResult>;

/** A value of a metric, with the values of its labels. */
interface Series {
  readonly metric: string;
  readonly labels: readonly string[];
  /** Takes the milliseconds since 1970: what lasts until a time is less at each look. */
  readonly valueAt: (now: number) => number;
}

/** A metric of a recipe: its meaning, and its labels. */
interface FactMetric {
  readonly help: string;
  readonly labels: readonly string[];
}

type Maybe<Value> = Value | null | undefined;

/** A page of a connection, or a list without pages. */
interface Page<Row> {
  readonly nodes?: Maybe<readonly Maybe<Row>[]>;
  readonly pageInfo?: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** The key of a repository. */
interface Key {
  readonly namespace: string;
  readonly name: string;
}

interface Share {
  readonly accountName: string;
  readonly deadline: string | null;
  readonly isForever: boolean | null;
}

interface Quota {
  readonly kind: string;
  readonly used: string | null;
  readonly limit: string | null;
}

/** The results of the queries: a field that has failed is null. */
interface Shares {
  readonly sharedRepositories: Maybe<
    Page<Key & { readonly shares: Maybe<Page<Share> & { readonly isComplete: boolean }> }>
  >;
}
interface Quotas {
  readonly swr: Maybe<readonly Quota[]>;
  readonly ims: Maybe<readonly Quota[]>;
}
interface Tags {
  readonly repositories: Maybe<
    Page<Key & { readonly containerTags: Maybe<Page<{ readonly updatedAt: string | null }>> }>
  >;
}

/** What is read, and how; `Data` is the result of the query. */
interface Recipe<Data = unknown> {
  readonly metrics: Readonly<Record<string, FactMetric>>;
  /** Pages are read as long as there are more: `$after` is the cursor. */
  readonly query: string;
  /** The connection whose pages are read; undefined where there are none. */
  page?(data: Data): Maybe<Page<unknown>>;
  series(data: Data): Iterable<Series | undefined>;
  /** Whether the cloud shows less than there is. */
  isCut?(data: Data): boolean;
}

/** A series that is left out where its time cannot be read. */
function timed(metric: string, labels: readonly string[], time: unknown, valueAt: (at: number, now: number) => number) {
  const at = Date.parse(String(time));
  return Number.isNaN(at) ? undefined : { metric, labels, valueAt: (now: number) => valueAt(at, now) };
}

const SHARES: Recipe<Shares> = {
  metrics: {
    share_expires_seconds: {
      help: 'Seconds until a share of a repository ends; negative after its end. None for a share without an end.',
      labels: ['namespace', 'repository', 'account'],
    },
  },
  query: `query Shares($after: String) {
      sharedRepositories(center: SELF, first: 50, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes { namespace name shares { isComplete nodes { accountName deadline isForever } } }
      }
    }`,
  page: (data) => data.sharedRepositories,
  *series(data) {
    for (const row of data.sharedRepositories?.nodes ?? [])
      for (const share of row?.shares?.nodes ?? [])
        if (row && share && share.isForever !== true && share.deadline)
          yield timed(
            'share_expires_seconds',
            [row.namespace, row.name, share.accountName],
            share.deadline,
            (at, now) => (at - now) / 1000,
          );
  },
  isCut: (data) => (data.sharedRepositories?.nodes ?? []).some((row) => row?.shares?.isComplete === false),
};

const QUOTAS: Recipe<Quotas> = {
  metrics: {
    quota_used: { help: 'What is used of a quota, in its own unit.', labels: ['service', 'kind'] },
    quota_limit: { help: 'The limit of a quota, in its own unit.', labels: ['service', 'kind'] },
  },
  query: '{ swr: registryQuotas { kind used limit } ims: imageQuotas { kind used limit } }',
  *series(data) {
    for (const service of ['swr', 'ims'] as const)
      for (const { kind, used, limit } of data[service] ?? [])
        for (const [metric, value] of Object.entries({ quota_used: used, quota_limit: limit }))
          if (value !== null) yield { metric, labels: [service, kind], valueAt: () => Number(value) };
  },
};

const TAGS: Recipe<Tags> = {
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
      if (row && tag?.updatedAt)
        yield timed('newest_tag_age_seconds', [row.namespace, row.name], tag.updatedAt, (at, now) => (now - at) / 1000);
    }
  },
};

const RECIPES: Readonly<Record<string, Recipe>> = { shares: SHARES, quotas: QUOTAS, tags: TAGS };

/** What a cloud does not have does not make a reading fail. */
const UNSUPPORTED = 'NOT_SUPPORTED';

/** Readings that may fail before the last values are dropped: they would be taken for new ones. */
const MAX_FAILURES = 3;
/** Pages of a reading: a list that does not end is not read for ever. */
const MAX_PAGES = 200;
/** The code of a failure that is a bug of ours. */
const UNEXPECTED = 'INTERNAL_SERVER_ERROR';

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
}

/** Reads facts until it is stopped. */
export class Facts {
  readonly #options: FactsOptions;
  /** The series of each metric as they are shown, by their labels. */
  readonly #shown = new Map<string, ReadonlyMap<string, Series>>();
  readonly #readAt = new Map<string, number>();
  readonly #failures = new Map<string, number>();
  readonly #leftOut: Gauge<'recipe'>;
  readonly #failed: Counter<'recipe'>;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(registry: Registry, options: FactsOptions) {
    this.#options = options;
    const { recipes } = options;
    const shown = this.#shown;
    const registers = [registry];
    const labelNames = ['recipe'] as const;
    for (const name of recipes)
      for (const [metric, { help, labels: labelNames }] of Object.entries(RECIPES[name]?.metrics ?? {}))
        new Gauge({
          name: PREFIX + metric,
          help,
          labelNames,
          registers,
          collect() {
            this.reset();
            for (const { labels, valueAt } of shown.get(metric)?.values() ?? [])
              this.labels(...labels).set(valueAt(Date.now()));
          },
        });
    this.#leftOut = new Gauge({
      name: `${PREFIX}facts_left_out`,
      help: 'Time series that the last reading has left out, at least: it ends there.',
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
      help: 'Seconds since the last reading that has brought values, or since the start.',
      labelNames,
      registers,
      // Of several workers one reads.
      aggregator: 'min',
      collect() {
        for (const [recipe, at] of readAt) this.set({ recipe }, (performance.now() - at) / 1000);
      },
    });
    for (const recipe of recipes) this.#failed.inc({ recipe }, 0);
    for (const recipe of recipes) readAt.set(recipe, performance.now());
  }

  /** Reads all facts now, and then in intervals. Several servers that start together do not read together for long. */
  start(): void {
    const { intervalSeconds } = this.#options;
    const ended = () => {
      if (this.#isStopped) return;
      this.#timer = setTimeout(() => this.start(), 1000 * intervalSeconds * (0.9 + 0.2 * Math.random())).unref();
    };
    this.read().then(ended, ended);
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  /** Reads all facts, one recipe after the other: they are to delay nobody. */
  async read(): Promise<void> {
    const { recipes, mayRead } = this.#options;
    if (mayRead && !(await mayRead())) return;
    for (const [name, recipe] of Object.entries(RECIPES))
      if (recipes.includes(name) && !this.#isStopped) await this.#readOne(name, recipe);
  }

  async #readOne(name: string, recipe: Recipe): Promise<void> {
    const { fresh, leftOut, code } = await this.#seriesOf(recipe);
    if (this.#isStopped) return;
    const failures = code === undefined ? 0 : (this.#failures.get(name) ?? 0) + 1;
    this.#failures.set(name, failures);
    if (failures > 0) {
      this.#failed.inc({ recipe: name });
      this.#options.log('Facts could not be read.', { recipe: name, code });
    }
    const isEmpty = [...fresh.values()].every((series) => series.size === 0);
    if (failures === 0 || !isEmpty) {
      this.#readAt.set(name, performance.now());
      this.#leftOut.set({ recipe: name }, leftOut);
    }
    // After a failure the last values stay for a while, beside those that were read.
    const keepsLast = failures > 0 && failures < MAX_FAILURES;
    for (const [metric, series] of fresh) this.#show(metric, series, keepsLast);
  }

  /** Reads the pages of a recipe. Shape: the series of each metric by their labels, as many as there may be. */
  async #seriesOf(recipe: Recipe) {
    const { maxSeries } = this.#options;
    const fresh = new Map(Object.keys(recipe.metrics).map((metric) => [metric, new Map<string, Series>()]));
    let leftOut = 0;
    let code: unknown;
    try {
      for await (const { data, errors } of this.#pages(recipe)) {
        const error = errors?.find(({ extensions }) => extensions.code !== UNSUPPORTED);
        if (error) code ??= error.extensions.code ?? UNEXPECTED;
        if (data && recipe.isCut?.(data)) leftOut++;
        for (const series of data ? recipe.series(data) : []) {
          const all = series && fresh.get(series.metric);
          if (!series || !all) continue;
          if (all.size < maxSeries) all.set(JSON.stringify(series.labels), series);
          else leftOut++;
        }
        // The other pages would bring no more.
        if ([...fresh.values()].some((all) => all.size >= maxSeries) && leftOut > 0) break;
      }
    } catch {
      code ??= UNEXPECTED;
    }
    return { fresh, leftOut, code };
  }

  #show(metric: string, fresh: ReadonlyMap<string, Series>, keepsLast: boolean): void {
    const shown = new Map(fresh);
    if (keepsLast)
      for (const [key, series] of this.#shown.get(metric) ?? [])
        if (!shown.has(key) && shown.size < this.#options.maxSeries) shown.set(key, series);
    this.#shown.set(metric, shown);
  }

  async *#pages(recipe: Recipe): AsyncGenerator<ExecutionResult> {
    let after: string | undefined;
    for (let pages = 0; pages < MAX_PAGES && !this.#isStopped; pages++) {
      const { data, errors } = await this.#options.run(recipe.query, { after });
      yield { data: data ?? null, ...(errors ? { errors } : {}) };
      const next = data ? recipe.page?.(data)?.pageInfo : undefined;
      if (!next?.hasNextPage || next.endCursor === null || next.endCursor === after) return;
      after = next.endCursor;
    }
  }
}

const PREFIX = 'image_graph_';
