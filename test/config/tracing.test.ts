// The variables of OpenTelemetry: what they mean for tracing, and that none of them keeps the server from starting.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/config.ts';
import { readTracing } from '../../src/config/tracing.ts';
import { newFile, newFolder } from '../support/files.ts';

const URL = 'http://collector:4318';
const ON = { OTEL_EXPORTER_OTLP_ENDPOINT: URL };

type Given = Record<string, string>;

function read(given: Given) {
  const { tracing, warnings } = loadConfig(given);
  return { tracing, warnings };
}

describe('whether traces are sent', () => {
  test.each<[Given, string | undefined]>([
    [{}, undefined],
    [ON, `${URL}/v1/traces`],
    [{ IMAGE_GRAPH_TRACING: 'true' }, 'http://localhost:4318/v1/traces'],
    [{ ...ON, IMAGE_GRAPH_TRACING: 'false' }, undefined],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: '' }, undefined],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'https://x/otlp/' }, 'https://x/otlp/v1/traces'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'https://x/otlp?key=1' }, 'https://x/otlp/v1/traces?key=1'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: ' http://[::1]:4318 ' }, 'http://[::1]:4318/v1/traces'],
    [{ ...ON, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://other/path' }, 'https://other/path'],
    [{ OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: URL }, undefined],
    // Others are not looked at while tracing is off.
    [{ OTEL_EXPORTER_OTLP_TIMEOUT: 'x', OTEL_TRACES_SAMPLER: 'x' }, undefined],
    [{ IMAGE_GRAPH_TRACING: 'false', OTEL_EXPORTER_OTLP_ENDPOINT: 'not a URL' }, undefined],
    // What says that there should be none is not a fault.
    [{ ...ON, OTEL_SDK_DISABLED: 'TRUE' }, undefined],
    [{ ...ON, OTEL_SDK_DISABLED: 'false' }, `${URL}/v1/traces`],
    [{ ...ON, OTEL_TRACES_EXPORTER: 'none' }, undefined],
    [{ ...ON, OTEL_TRACES_EXPORTER: 'console, otlp' }, `${URL}/v1/traces`],
  ])('%j: %s', (given, url) => {
    const { tracing, warnings } = read(given);
    expect([tracing?.url, warnings]).toEqual([url, []]);
  });

  test.each<[Given, string]>([
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' }, 'OTEL_EXPORTER_OTLP_ENDPOINT must be an http or https URL'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'grpc://collector' }, 'OTEL_EXPORTER_OTLP_ENDPOINT must be an http or https URL'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://user:word@collector' }, 'without a user name'],
    [{ ...ON, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: '/v1' }, 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT must be'],
    [{ ...ON, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, 'set OTEL_EXPORTER_OTLP_PROTOCOL to http/protobuf or http/json'],
    [{ ...ON, OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'grpc' }, 'set OTEL_EXPORTER_OTLP_TRACES_PROTOCOL to'],
    [{ ...ON, OTEL_EXPORTER_OTLP_PROTOCOL: 'udp' }, 'the protocol is unknown'],
    [{ ...ON, OTEL_TRACES_EXPORTER: 'zipkin' }, 'OTEL_TRACES_EXPORTER must be otlp or none'],
    [{ IMAGE_GRAPH_TRACING: 'true', OTEL_SDK_DISABLED: 'true' }, 'OTEL_SDK_DISABLED is true'],
    [{ IMAGE_GRAPH_TRACING: 'true', OTEL_TRACES_EXPORTER: 'none' }, 'OTEL_TRACES_EXPORTER is none'],
  ])('%j: none, and one warning', (given, words) => {
    const { tracing, warnings } = read(given);
    expect(tracing).toBeUndefined();
    expect(warnings).toEqual([expect.stringMatching(/^No traces are sent: .+\.$/)]);
    expect(warnings[0]).toContain(words);
    expect(warnings[0]).not.toMatch(/word|collector/);
  });
});

test('without further variables the defaults of OpenTelemetry hold', () => {
  const { tracing } = read(ON);
  expect(tracing).toMatchObject({
    protocol: 'http/protobuf',
    timeoutMs: 10_000,
    compression: 'none',
    resource: { 'service.name': 'image-graph' },
    sampler: { isParentBased: true, ratio: 1 },
    maxQueueSize: 2_048,
    maxBatchSize: 512,
    delayMs: 5_000,
  });
  expect(tracing?.headers()).toEqual({});
});

describe('variables', () => {
  test.each<[Given, object]>([
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }, { protocol: 'http/json' }],
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: ' HTTP/JSON ', OTEL_TRACES_EXPORTER: 'OTLP' }, { protocol: 'http/json' }],
    [{ OTEL_TRACES_SAMPLER: 'Always_Off' }, { sampler: { isParentBased: false, ratio: 0 } }],
    [
      { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/protobuf' },
      { protocol: 'http/protobuf' },
    ],
    [{ OTEL_EXPORTER_OTLP_TIMEOUT: '5000' }, { timeoutMs: 5_000 }],
    [{ OTEL_EXPORTER_OTLP_TIMEOUT: 'x', OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: '7' }, { timeoutMs: 7 }],
    [{ OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip' }, { compression: 'gzip' }],
    [{ OTEL_BSP_MAX_QUEUE_SIZE: '100' }, { maxQueueSize: 100, maxBatchSize: 100 }],
    [
      { OTEL_BSP_SCHEDULE_DELAY: '0', OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '1' },
      { delayMs: 0, maxBatchSize: 1 },
    ],
    [{ OTEL_TRACES_SAMPLER: 'always_off' }, { sampler: { isParentBased: false, ratio: 0 } }],
    [
      { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.25' },
      { sampler: { isParentBased: true, ratio: 0.25 } },
    ],
    [{ OTEL_TRACES_SAMPLER: 'traceidratio' }, { sampler: { isParentBased: false, ratio: 1 } }],
    [
      { OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=prod%2Ceu, service.name=a,', OTEL_SERVICE_NAME: 'b' },
      { resource: { 'deployment.environment.name': 'prod,eu', 'service.name': 'b' } },
    ],
    [{ OTEL_RESOURCE_ATTRIBUTES: 'service.name=a' }, { resource: { 'service.name': 'a' } }],
  ])('%j', (given, expected) => {
    const { tracing, warnings } = read({ ...ON, ...given });
    expect(tracing).toMatchObject(expected);
    expect(warnings).toEqual([]);
  });

  test('the headers of traces go before those of all signals, and no log shows them', () => {
    const { tracing } = read({
      ...ON,
      OTEL_EXPORTER_OTLP_HEADERS: 'Authorization=Basic c2VjcmV0==,x-one=1',
      OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'x-one=a%20b%2Cc',
    });
    expect(tracing?.headers()).toEqual({ authorization: 'Basic c2VjcmV0==', 'x-one': 'a b,c' });
    expect(inspect(tracing, { depth: 9 }) + JSON.stringify(tracing)).not.toContain('c2VjcmV0');
  });

  test.each<[name: string, text: string]>([
    ['OTEL_EXPORTER_OTLP_TIMEOUT', '10s'],
    ['OTEL_EXPORTER_OTLP_TIMEOUT', '0'],
    ['OTEL_EXPORTER_OTLP_TIMEOUT', '1e99'],
    ['OTEL_EXPORTER_OTLP_TRACES_TIMEOUT', '-1'],
    ['OTEL_EXPORTER_OTLP_COMPRESSION', 'brotli'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'sEcret-without-value'],
    ['OTEL_EXPORTER_OTLP_HEADERS', '=sEcret'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'a=%E0%A4sEcret'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'a=sEcret%0d%0aX: y'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'a b=sEcret'],
    ['OTEL_EXPORTER_OTLP_TRACES_HEADERS', 'é=sEcret'],
    ['OTEL_EXPORTER_OTLP_CERTIFICATE', '/does/not/exist'],
    ['OTEL_EXPORTER_OTLP_CERTIFICATE', '/dev/zero'],
    ['OTEL_EXPORTER_OTLP_CLIENT_KEY', '/'],
    ['OTEL_RESOURCE_ATTRIBUTES', 'sEcret'],
    ['OTEL_RESOURCE_ATTRIBUTES', 'a=%'],
    ['OTEL_TRACES_SAMPLER', 'jaeger_remote'],
    ['OTEL_BSP_MAX_QUEUE_SIZE', 'many'],
    ['OTEL_BSP_MAX_QUEUE_SIZE', '99999999'],
    ['OTEL_BSP_MAX_EXPORT_BATCH_SIZE', '0'],
    ['OTEL_BSP_SCHEDULE_DELAY', '-5'],
  ])('%s=%s is passed over, with one warning', (name, text) => {
    const { tracing, warnings } = read({ ...ON, [name]: text });
    const byDefault = read(ON).tracing;
    expect({ ...tracing, headers: tracing?.headers(), tls: tracing?.tls() }).toEqual({
      ...byDefault,
      headers: {},
      tls: {},
    });
    expect(warnings).toEqual([expect.stringMatching(/^Tracing passes over variables of OpenTelemetry: .+\.$/)]);
    expect(warnings[0]).toContain(name);
    expect(warnings[0]).not.toContain('sEcret');
  });

  test.each(['2', '-1', 'half', '', 'NaN', '.'])('OTEL_TRACES_SAMPLER_ARG=%s samples all', (text) => {
    const { tracing } = read({ ...ON, OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: text });
    expect(tracing?.sampler.ratio).toBe(1);
  });

  test('several faults are one warning', () => {
    const given = { ...ON, OTEL_EXPORTER_OTLP_TIMEOUT: 'x', OTEL_TRACES_SAMPLER: 'x', OTEL_RESOURCE_ATTRIBUTES: 'x' };
    expect(read(given).warnings.length).toBe(1);
  });

  test('a file that is not a certificate is passed over', () => {
    const { tracing, warnings } = read({ ...ON, OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: newFile('no PEM') });
    expect(tracing?.tls()).toEqual({});
    expect(warnings.length).toBe(1);
    expect(read({ ...ON, OTEL_EXPORTER_OTLP_CERTIFICATE: newFolder() }).warnings.length).toBe(1);
  });
});

test('docs/tracing.md has every variable that is read', () => {
  const names = new Set<string>();
  const given = new Proxy<Given>(
    { OTEL_TRACES_SAMPLER: 'traceidratio' },
    {
      get(all, name) {
        names.add(String(name));
        return all[String(name)];
      },
    },
  );
  readTracing(given, true);
  readTracing(given, undefined);
  const page = readFileSync(join(import.meta.dirname, '../../docs/tracing.md'), 'utf8');
  const rows = page.split('\n').filter((line) => line.startsWith('| `OTEL_'));
  const listed = rows.flatMap((row) => [...(row.split(' | ')[0] ?? '').matchAll(/OTEL_\w+/g)].map(([name]) => name));
  // Those of the exporter have a form for traces, which the page tells of once.
  const read = [...names].map((name) => name.replace('OTLP_TRACES_', 'OTLP_'));
  expect(listed.sort()).toEqual([...new Set(read)].sort());
});
