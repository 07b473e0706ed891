// Reads the `OTEL_` variables that tracing follows. A platform may set them for other programs: none of them keeps the server from starting,
// and what is malformed is passed over with one warning.
import { validateHeaderName, validateHeaderValue } from 'node:http';
import { createSecureContext } from 'node:tls';
import type { Given } from './rules.ts';
import { readSmallFile } from './watched-file.ts';

export const OTLP_PROTOCOLS = ['http/protobuf', 'http/json'] as const;

/** Where spans are sent, and which. */
export interface TracingConfig {
  readonly url: string;
  readonly protocol: (typeof OTLP_PROTOCOLS)[number];
  /** A function, as they may hold a secret: no log shows it. */
  readonly headers: () => Readonly<Record<string, string>>;
  readonly tls: () => Tls;
  /** Milliseconds that one export may take, with its retries. */
  readonly timeoutMs: number;
  readonly compression: 'gzip' | 'none';
  /** The attributes of the resource. */
  readonly resource: Readonly<Record<string, string>>;
  readonly sampler: Sampling;
  /** Spans that wait at most, and those of one export. */
  readonly maxQueueSize: number;
  readonly maxBatchSize: number;
  /** Milliseconds between two exports. */
  readonly delayMs: number;
}

export interface Sampling {
  /** Whether the caller's trace decides, where there is one. */
  readonly isParentBased: boolean;
  /** The share of the traces that begin here, from 0 to 1. */
  readonly ratio: number;
}

interface Tls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** Tracing as the settings want it; undefined where it is off. */
export interface ReadTracing {
  readonly tracing: TracingConfig | undefined;
  readonly warnings: readonly string[];
}

const PREFIX = 'OTEL_EXPORTER_OTLP_';
const PATH = 'v1/traces';
const DEFAULT_ENDPOINT = 'http://localhost:4318';
/** Bytes of the largest certificate or key. */
const MAX_PEM_BYTES = 1_000_000;

/**
 * Reads them. `isWanted` is IMAGE_GRAPH_TRACING: `false` turns tracing off whatever they say, and without it tracing is on where an
 * endpoint is given.
 */
export function readTracing(given: Given, isWanted: boolean | undefined): ReadTracing {
  const hasEndpoint = ['ENDPOINT', 'TRACES_ENDPOINT'].some((name) => given[PREFIX + name] !== undefined);
  if (!(isWanted ?? hasEndpoint)) return { tracing: undefined, warnings: [] };
  return new Variables(given).read(isWanted === true);
}

class Variables {
  readonly #given: Given;
  readonly #faults: string[] = [];

  constructor(given: Given) {
    this.#given = given;
  }

  read(isWanted: boolean): ReadTracing {
    const off = this.#offReason();
    if (off !== undefined) {
      const isFault = off.isFault || isWanted;
      return { tracing: undefined, warnings: isFault ? [`No traces are sent: ${off.reason}.`] : [] };
    }
    const maxQueueSize = this.#integer(['OTEL_BSP_MAX_QUEUE_SIZE'], 1, 65_536, 2_048);
    const tracing: TracingConfig = {
      url: this.#url() ?? '',
      protocol: this.#protocol() === 'http/json' ? 'http/json' : 'http/protobuf',
      headers: this.#headers(),
      tls: this.#tls(),
      timeoutMs: this.#integer(otlp('TIMEOUT'), 1, 600_000, 10_000),
      compression: this.#oneOf(otlp('COMPRESSION'), ['none', 'gzip'], 'none'),
      resource: this.#resource(),
      sampler: this.#sampler(),
      maxQueueSize,
      maxBatchSize: Math.min(maxQueueSize, this.#integer(['OTEL_BSP_MAX_EXPORT_BATCH_SIZE'], 1, 65_536, 512)),
      delayMs: this.#integer(['OTEL_BSP_SCHEDULE_DELAY'], 0, 600_000, 5_000),
    };
    const faults = this.#faults.join('; ');
    return { tracing, warnings: faults ? [`Tracing passes over variables of OpenTelemetry: ${faults}.`] : [] };
  }

  /** Why there can be no tracing. It is a fault unless a variable says that there should be none. */
  #offReason(): { reason: string; isFault: boolean } | undefined {
    const { OTEL_SDK_DISABLED: disabled = 'false', OTEL_TRACES_EXPORTER: exporters = 'otlp' } = this.#given;
    if (disabled.trim().toLowerCase() === 'true') return { reason: 'OTEL_SDK_DISABLED is true', isFault: false };
    const names = exporters.split(',').map((name) => name.trim().toLowerCase());
    if (names.includes('none')) return { reason: 'OTEL_TRACES_EXPORTER is none', isFault: false };
    if (!names.includes('otlp')) return { reason: 'OTEL_TRACES_EXPORTER must be otlp or none', isFault: true };
    const protocol = this.#protocol();
    if (protocol !== undefined && !OTLP_PROTOCOLS.some((one) => one === protocol)) {
      const name = this.#nameOf(otlp('PROTOCOL'));
      const words = protocol === 'grpc' ? 'grpc is not supported' : 'the protocol is unknown';
      const advice = `set ${name} to http/protobuf or http/json, and the endpoint to the port of OTLP over HTTP (mostly 4318)`;
      return { reason: `${words}: ${advice}`, isFault: true };
    }
    if (this.#url() !== undefined) return undefined;
    const reason = `${this.#nameOf(otlp('ENDPOINT'))} must be an http or https URL without a user name and a fragment`;
    return { reason, isFault: true };
  }

  /** The first of these variables that is given, that of traces before that of all signals. */
  #nameOf(names: readonly string[]): string | undefined {
    return names.find((name) => this.#given[name] !== undefined);
  }

  #textOf(names: readonly string[]): string | undefined {
    const name = this.#nameOf(names);
    return name === undefined ? undefined : this.#given[name]?.trim();
  }

  /** Names of OpenTelemetry count in upper case, too. */
  #wordOf(names: readonly string[]): string | undefined {
    return this.#textOf(names)?.toLowerCase();
  }

  #protocol(): string | undefined {
    return this.#wordOf(otlp('PROTOCOL'));
  }

  /** The endpoint of traces as it is given, or that of all signals with the path of traces; undefined where it is malformed. */
  #url(): string | undefined {
    const own = this.#given[`${PREFIX}TRACES_ENDPOINT`]?.trim();
    const text = own ?? this.#given[`${PREFIX}ENDPOINT`]?.trim() ?? DEFAULT_ENDPOINT;
    if (!URL.canParse(text)) return undefined;
    const url = new URL(text);
    if (!/^https?:$/.test(url.protocol) || url.username || url.password || url.hash) return undefined;
    if (own === undefined) url.pathname = `${url.pathname.replace(/\/$/, '')}/${PATH}`;
    return url.href;
  }

  #integer(names: readonly string[], min: number, max: number, byDefault: number): number {
    const name = this.#nameOf(names);
    if (name === undefined) return byDefault;
    const text = this.#given[name]?.trim() ?? '';
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    this.#faults.push(`${name} must be an integer from ${min} to ${max}`);
    return byDefault;
  }

  #oneOf<Value extends string>(names: readonly string[], values: readonly Value[], byDefault: Value): Value {
    const text = this.#wordOf(names);
    const value = text === undefined ? byDefault : values.find((one) => one === text);
    if (value !== undefined) return value;
    this.#faults.push(`${this.#nameOf(names)} must be one of ${values.join(', ')}`);
    return byDefault;
  }

  /** Names and values in the form of the W3C's baggage; undefined where a part is malformed. */
  #pairs(name: string): [name: string, value: string][] {
    const text = this.#given[name];
    if (text === undefined) return [];
    try {
      return text
        .split(',')
        .filter((part) => part.trim() !== '')
        .map((part) => {
          const at = part.indexOf('=');
          const key = decodeURIComponent(part.slice(0, Math.max(at, 0)).trim());
          if (key === '') throw new TypeError('no name');
          return [key, decodeURIComponent(part.slice(at + 1).trim())];
        });
    } catch {
      this.#faults.push(`${name} must be name=value, separated by commas and percent-encoded`);
      return [];
    }
  }

  #headers(): TracingConfig['headers'] {
    const headers: Record<string, string> = {};
    for (const variable of otlp('HEADERS').reverse()) {
      try {
        const pairs = this.#pairs(variable);
        for (const [name, value] of pairs) {
          validateHeaderName(name);
          validateHeaderValue(name, value);
        }
        for (const [name, value] of pairs) headers[name.toLowerCase()] = value;
      } catch {
        this.#faults.push(`${variable} must have names and values of HTTP headers`);
      }
    }
    return () => headers;
  }

  /** Certificates and key, all of them or none. */
  #tls(): TracingConfig['tls'] {
    const tls: Record<string, string> = {};
    const files = [
      ['ca', 'CERTIFICATE'],
      ['cert', 'CLIENT_CERTIFICATE'],
      ['key', 'CLIENT_KEY'],
    ] as const;
    const names = files.flatMap(([, name]) => this.#nameOf(otlp(name)) ?? []);
    try {
      for (const [part, name] of files) {
        const path = this.#textOf(otlp(name));
        if (path !== undefined) tls[part] = readSmallFile(path, MAX_PEM_BYTES);
      }
      createSecureContext(tls);
      return () => tls;
    } catch {
      this.#faults.push(`${names.join(', ')} must be files with certificates and their key as PEM`);
      return () => ({});
    }
  }

  #resource(): Record<string, string> {
    const { OTEL_SERVICE_NAME: name } = this.#given;
    const attributes = Object.fromEntries(this.#pairs('OTEL_RESOURCE_ATTRIBUTES'));
    return { 'service.name': 'image-graph', ...attributes, ...(name === undefined ? {} : { 'service.name': name }) };
  }

  #sampler(): Sampling {
    const all: Sampling = { isParentBased: true, ratio: 1 };
    const [, parent, kind] =
      /^(parentbased_)?(always_on|always_off|traceidratio)$/.exec(
        this.#wordOf(['OTEL_TRACES_SAMPLER']) ?? 'parentbased_always_on',
      ) ?? [];
    if (kind === undefined) {
      this.#faults.push(
        'OTEL_TRACES_SAMPLER must be always_on, always_off or traceidratio, or one of them after parentbased_',
      );
      return all;
    }
    const ratio = kind === 'always_on' ? 1 : kind === 'always_off' ? 0 : this.#ratio();
    return { isParentBased: parent !== undefined, ratio };
  }

  #ratio(): number {
    const text = this.#textOf(['OTEL_TRACES_SAMPLER_ARG']) ?? '1';
    const ratio = /^[\d.]+(e-?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
    if (ratio >= 0 && ratio <= 1) return ratio;
    this.#faults.push('OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1');
    return 1;
  }
}

/** The names of a variable of the exporter: that of traces, and that of all signals. */
const otlp = (name: string): string[] => [`${PREFIX}TRACES_${name}`, PREFIX + name];
