// The bounds as a property: whatever a caller requests within the limits and whatever a cloud sends, bytes, errors, calls and memory stay
// below what is stated here. Each run sends a random request to a server process, whose cloud sends random rows in random pieces.
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { getNamedType, isLeafType, isObjectType, isRequiredArgument } from 'graphql';
import { expect, onTestFinished, test } from 'vitest';
import { publishedSchema } from '../support/documents/published-schema.ts';
import type { KindSpec, WireRow } from '../support/kind.ts';
import { idOf, KINDS, keyOf, keyRow, listsOf, replyOf } from '../support/kinds.ts';
import { addressIn, run } from '../support/processes/command.ts';
import { type Script, startUpstream } from '../support/upstreams/upstream.ts';

const KILO = 1024;
const MEGA = KILO * KILO;

/** Small bounds, so that small inputs reach them. */
const MAX_RESPONSE_BYTES = 2 * MEGA;
const MAX_ERRORS = 50;
const LIMITS = {
  IMAGE_GRAPH_MAX_RESPONSE_BYTES: String(MAX_RESPONSE_BYTES),
  IMAGE_GRAPH_MAX_ERRORS: String(MAX_ERRORS),
  // A cloud that sends what cannot be read is called again all the same.
  IMAGE_GRAPH_BREAKER_CALLS: '1000000',
};
/** Bytes of a response that holds no data: errors, headers and costs. */
const ENVELOPE_BYTES = 16 * KILO;
/** What a response of the cloud has at most, before it is compressed. */
const MAX_CLOUD_BYTES = 3 * MEGA;
/** What its responses to a request have together before their rows become small. */
const MANY_CLOUD_BYTES = 6 * MEGA;

/**
 * The most memory that the process takes for a request, beyond what it has had before: a constant for its young generation and for garbage
 * that is not collected yet, and parts that grow with the bytes of the request, of the cloud's responses and of the response.
 */
const maxGrowth = (requestBytes: number, cloudBytes: number) =>
  96 * MEGA + 4 * requestBytes + 8 * cloudBytes + 8 * MAX_RESPONSE_BYTES;
/**
 * The most that it keeps after requests beyond what it has had when it was idle, however many they were, and beside what the largest of them
 * has taken. 50 MB are objects; the rest is freed memory.
 */
const MAX_KEPT = 512 * MEGA;

// What a cloud sends.

/** Values of a field that take so many bytes. */
const VALUES: Readonly<Record<string, (bytes: number) => unknown>> = {
  'a text': (bytes) => 'x'.repeat(bytes),
  'control characters': (bytes) => '\u0001\u0000"\\'.repeat(bytes / 16),
  'halves of surrogate pairs': (bytes) => 'a\ud800b'.repeat(bytes / 8),
  'characters of four bytes': (bytes) => '🦀'.repeat(bytes / 4),
  'a list of texts': (bytes) => Array(Math.ceil(bytes / 4)).fill('t'),
  'a list of lists': (bytes) => Array(Math.ceil(bytes / 3)).fill([]),
  'the wrong type': () => ({ wrong: true }),
  'digits without end': (bytes) => '9'.repeat(bytes),
  'JSON text with many names': (bytes) =>
    JSON.stringify(Object.fromEntries(Array.from({ length: bytes / 16 }, (_, n) => [`f${n}`, 'true']))),
  'JSON text with many objects': (bytes) =>
    JSON.stringify({
      template: 'tag_rule',
      params: { num: '1' },
      tag_selectors: Array(Math.ceil(bytes / 12)).fill({}),
    }),
  'JSON text with brackets': (bytes) => `${'['.repeat(bytes / 2)}${']'.repeat(bytes / 2)}`,
};
const valueNames = Object.keys(VALUES);

/** Fields of rows that the graph reads in ways of their own. */
const FURTHER: Readonly<Record<string, readonly string[]>> = {
  Image: ['__description', '__os_feature_list', '__image_size', '__os_bit', '__support_kvm'],
  RetentionLog: ['rule_type', 'tag'],
};

interface CloudPlan {
  /** Rows of a list for each that is requested. */
  readonly surplus: number;
  /** The value of each field, by its place. */
  readonly values: readonly string[];
  /** Bytes of all rows of a response. */
  readonly bytes: number;
  readonly coding: string;
  /** Bytes of a chunk. */
  readonly chunk: number;
}

const CODINGS: Readonly<Record<string, (body: Buffer) => Buffer>> = {
  identity: (body) => body,
  gzip: (body) => gzipSync(body, { level: 1 }),
  br: (body) => brotliCompressSync(body, { params: {} }),
  deflate: (body) => deflateSync(body, { level: 1 }),
  zstd: (body) => zstdCompressSync(body),
};

const cloudPlan: fc.Arbitrary<CloudPlan> = fc.record({
  surplus: fc.constantFrom(1, 1, 0.3, 3),
  values: fc.array(fc.constantFrom(...valueNames), { minLength: 1, maxLength: 4 }),
  bytes: fc.constantFrom(10 * KILO, 200 * KILO, 1 * MEGA, MAX_CLOUD_BYTES),
  coding: fc.constantFrom('identity', 'identity', ...Object.keys(CODINGS)),
  chunk: fc.constantFrom(1, 7, 1_000, 64 * KILO, 64 * KILO),
});

/** The rows of a list, as many as were requested or not, or one record; each has values of the plan in all fields but those of its key. */
function rowsOf(kind: KindSpec, query: URLSearchParams, identity: WireRow, plan: CloudPlan, bytes: number) {
  const requested = query.get('limit') ?? /limit::(\d+)/.exec(query.get('filter') ?? '')?.[1];
  const count = requested === undefined ? 1 : Math.max(1, Math.ceil(Number(requested) * plan.surplus));
  return Array.from({ length: count }, (_, n) => {
    const key = { ...keyRow(kind, keyOf(kind, n + 1)), ...identity };
    const names = new Set([...Object.keys(kind.calls[0]?.row() ?? {}), ...(FURTHER[kind.type] ?? [])]);
    for (const name of Object.keys(key)) names.delete(name);
    const size = Math.max(16, Math.floor(bytes / count / names.size));
    const value = (index: number) => VALUES[plan.values[index % plan.values.length] ?? '']?.(size);
    return { ...key, ...Object.fromEntries([...names].map((name, index) => [name, value(index)])) };
  });
}

/** A body as chunks of HTTP. */
function chunked(body: Buffer, size: number): Buffer {
  const parts: (Buffer | string)[] = [];
  for (let at = 0; at < body.length; at += size) {
    const chunk = body.subarray(at, at + size);
    parts.push(`${chunk.length.toString(16)}\r\n`, chunk, '\r\n');
  }
  return Buffer.concat([...parts, '0\r\n\r\n'].map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
}

/** Bytes that are sent in one-byte chunks at most: each takes the other side time. */
const MAX_TINY_BYTES = 100 * KILO;
const chunkOf = (size: number, bytes: number) => (bytes > MAX_TINY_BYTES ? Math.max(size, 1_000) : size);

// What a caller requests.

/** The fields of a type without those that are rows of another, as they are selected. */
function fieldsOf(typeName: string): string[] {
  const type = publishedSchema.getType(typeName);
  if (!isObjectType(type)) return [];
  return Object.values(type.getFields()).flatMap((field) => {
    const named = getNamedType(field.type);
    if (isLeafType(named))
      return [field.args.some(isRequiredArgument) ? `${field.name}(name: "__description")` : field.name];
    const isOther = named.name.endsWith('Connection') || (isObjectType(named) && 'id' in named.getFields());
    return isOther ? [] : [`${field.name} { ${fieldsOf(named.name).join(' ')} }`];
  });
}

interface OperationPlan {
  readonly kind: number;
  readonly form: 'nodes' | 'edges' | 'ids' | 'representations';
  readonly rows: number;
  readonly fields: readonly number[];
  readonly aliases: number;
  readonly aliasLength: number;
  readonly shape: 'plain' | 'fragment' | 'inline';
}

const operationPlan: fc.Arbitrary<OperationPlan> = fc.record({
  kind: fc.nat(KINDS.length - 1),
  form: fc.constantFrom('nodes', 'nodes', 'nodes', 'edges', 'ids', 'representations'),
  rows: fc.constantFrom(1, 20, 250, 1_000),
  fields: fc.array(fc.nat(70), { minLength: 1, maxLength: 4 }),
  aliases: fc.constantFrom(0, 1, 20, 95),
  aliasLength: fc.constantFrom(1, 30, 350),
  shape: fc.constantFrom('plain', 'fragment', 'inline'),
});

function operationOf({ kind: index, form, rows, aliases, aliasLength, shape, ...plan }: OperationPlan) {
  const kind = KINDS[index] as KindSpec;
  const known = fieldsOf(kind.type);
  const fields = plan.fields.map((number) => known[number % known.length] ?? 'id');
  const aliased = Array.from(
    { length: aliases },
    (_, n) => `${'a'.repeat(aliasLength)}${n}: ${fields[n % fields.length]}`,
  );
  const selection = ['__typename', ...new Set(fields), ...aliased].join(' ');
  const ofRow = { plain: selection, fragment: '...Row', inline: `... { ${selection} } ... { ${selection} }` }[shape];
  const fragment = shape === 'fragment' ? ` fragment Row on ${kind.type} { ${selection} }` : '';
  const keys = Array.from({ length: Math.min(rows, 100) }, (_, n) => keyOf(kind, n + 1));
  if (form === 'ids' || listsOf(kind).length === 0) {
    const query = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on ${kind.type} { ${ofRow} } } }${fragment}`;
    return { query, variables: { ids: keys.map((key) => idOf(kind, key)) } };
  }
  if (form === 'representations') {
    const query = `query ($all: [_Any!]!) { _entities(representations: $all) { ... on ${kind.type} { ${ofRow} } } }${fragment}`;
    return { query, variables: { all: keys.map((key) => ({ __typename: kind.type, ...key })) } };
  }
  const [name = '', args = ''] =
    listsOf(kind).find(([list]) => list !== 'sharedRepositories') ?? listsOf(kind)[0] ?? [];
  const row =
    form === 'edges' ? `edges { cursor node { ${ofRow} } } pageInfo { endCursor hasNextPage }` : `nodes { ${ofRow} }`;
  return { query: `{ ${name}(first: ${rows}${args === '' ? '' : `, ${args}`}) { ${row} } }${fragment}`, variables: {} };
}

interface Plan {
  readonly operations: readonly OperationPlan[];
  readonly cloud: CloudPlan;
  /** Bytes of a chunk of the request. */
  readonly chunk: number;
}

const plans: fc.Arbitrary<Plan> = fc.record({
  operations: fc.array(operationPlan, { minLength: 1, maxLength: 4 }),
  cloud: cloudPlan,
  chunk: fc.constantFrom(1, 100, MEGA),
});

/** Plans that reach each bound. */
const image = KINDS.findIndex(({ type }) => type === 'Image');
const log = KINDS.findIndex(({ type }) => type === 'RetentionLog');
const placeOf = (kind: number, start: string) =>
  fieldsOf(KINDS[kind]?.type ?? '').findIndex((field) => field === start || field.startsWith(`${start} `));
const worst = (kind: number, field: string, rows: number, value: string, further: Partial<CloudPlan> = {}): Plan => ({
  operations: [
    { kind, form: 'nodes', rows, fields: [placeOf(kind, field)], aliases: 95, aliasLength: 1, shape: 'plain' },
  ],
  cloud: { surplus: 1, values: [value], bytes: MAX_CLOUD_BYTES, coding: 'identity', chunk: 64 * KILO, ...further },
  chunk: MEGA,
});
const longTexts = worst(image, 'description', 1_000, 'a text');
const EXAMPLES: readonly Plan[] = [
  longTexts,
  { ...longTexts, operations: Array(4).fill(longTexts.operations[0]) },
  worst(image, 'osFeatures', 20, 'JSON text with many names'),
  worst(image, 'tags', 20, 'a list of texts'),
  worst(image, 'name', 250, 'the wrong type'),
  worst(
    log,
    'rule { template templateRaw keepCount keepDays tagSelectors { kind kindRaw pattern } }',
    20,
    'JSON text with many objects',
  ),
  worst(image, 'name', 250, 'control characters', { coding: 'gzip' }),
  worst(image, 'name', 20, 'halves of surrogate pairs', { bytes: 90 * KILO, chunk: 1 }),
  worst(image, 'imageId', 25, 'a text', { surplus: 3, coding: 'zstd' }),
];

// The parties.

/** The cloud: it sends what the plan says, and counts bytes. */
function createCloud() {
  const state = { plan: undefined as CloudPlan | undefined, bytes: 0 };
  const script: Script = async ({ path, query }, response) => {
    const { plan } = state;
    if (!plan) return replyOf(path, (call, identity) => call.reply([call.row(identity)]));
    const { body } = replyOf(path, (call, identity) => {
      const kind = KINDS.find(({ calls }) => calls.includes(call)) as KindSpec;
      return call.reply(rowsOf(kind, query, identity, plan, state.bytes > MANY_CLOUD_BYTES ? 0 : plan.bytes));
    });
    const text = Buffer.from(JSON.stringify(body));
    const encoded = CODINGS[plan.coding]?.(text) ?? text;
    state.bytes += text.length;
    const { socket } = response;
    if (!socket) return undefined;
    response.detachSocket(socket);
    socket.on('error', () => {});
    const coding = plan.coding === 'identity' ? '' : `content-encoding: ${plan.coding}\r\n`;
    const head = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n${coding}connection: close\r\ntransfer-encoding: chunked\r\n\r\n`;
    socket.write(head);
    await nextTurn();
    socket.end(chunked(encoded, chunkOf(plan.chunk, encoded.length)));
    return undefined;
  };
  return { script, state };
}

/** Sends operations with a token in chunks of this size. Shape: the status and the body, without the chunks of the response. */
async function post(origin: string, token: string, body: Buffer, chunk: number): Promise<Sent> {
  const socket = connect(Number(new URL(origin).port), '127.0.0.1');
  const head = [
    'POST /graphql HTTP/1.0',
    'Host: 127.0.0.1',
    'Content-Type: application/json',
    `X-Auth-Token: ${token}`,
  ];
  const chunks: Buffer[] = [];
  const closed = new Promise<void>((resolve) => void socket.once('close', () => resolve()).on('error', () => {}));
  socket.on('data', (data) => void chunks.push(data));
  const lines = [
    ...head.map((line) => line.replace('HTTP/1.0', 'HTTP/1.1')),
    'Connection: close',
    'Transfer-Encoding: chunked',
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  socket.write(chunked(body, chunkOf(chunk, body.length)));
  await closed;
  const received = Buffer.concat(chunks);
  const end = received.indexOf('\r\n\r\n');
  const headText = received.subarray(0, end).toString('latin1');
  const content = received.subarray(end + 4);
  const isChunked = /transfer-encoding: chunked/i.test(headText);
  return {
    status: Number(/^HTTP\/1\.1 (\d+)/.exec(headText)?.[1] ?? 0),
    text: (isChunked ? dechunked(content) : content).toString(),
  };
}

interface Sent {
  readonly status: number;
  readonly text: string;
}

function dechunked(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const lineEnd = bytes.indexOf('\r\n', at);
    const size = Number.parseInt(bytes.subarray(at, lineEnd).toString('latin1'), 16);
    if (!(size > 0)) break;
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
  return Buffer.concat(parts);
}

/** The memory of a process that is resident now, or its peak since it was last forgotten. */
const memoryOf = (pid: number, name: 'VmRSS' | 'VmHWM') =>
  KILO * Number(new RegExp(`${name}:\\s*(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
const forgetPeak = (pid: number) => writeFileSync(`/proc/${pid}/clear_refs`, '5');

interface Result {
  readonly data?: unknown;
  readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[];
  readonly extensions?: { readonly cost?: { readonly upstreamCalls: { requested: number; actual: number } } };
}

test.skipIf(process.platform !== 'linux')(
  'no request within the limits, and no cloud, takes more bytes, errors, calls or memory than stated',
  { timeout: 180_000 },
  async () => {
    const { script, state } = createCloud();
    const upstream = await startUpstream(script);
    onTestFinished(() => upstream.close());
    const probe = new URL('../../bench/support/turn-probe.ts', import.meta.url);
    const server = run({ PORT: '0', NODE_OPTIONS: `--import=${probe}`, ...upstream.settings, ...LIMITS });
    const { origin } = new URL(addressIn(await server.says('open http')));
    const { pid = 0 } = server.child;
    const plain = Buffer.from(JSON.stringify({ query: '{ images(first: 1) { nodes { name } } }' }));
    await post(origin, 'plain', plain, MEGA);
    // The probe prints once in a quarter of a second: what it has printed until now is about the start.
    await pause(500);
    const { length: printed } = await server.says('open http');
    const idle = memoryOf(pid, 'VmRSS');
    const most = { memory: 0, growth: 0, ofAllowed: 0, bytes: 0, errors: 0 };
    const seen = new Map<string, number>();
    let count = 0;

    const property = fc.asyncProperty(plans, async ({ operations, cloud, chunk }) => {
      const sent = operations.map((plan) => ({ ...operationOf(plan), extensions: { cost: true } }));
      const body = Buffer.from(JSON.stringify(sent.length === 1 ? sent[0] : sent));
      Object.assign(state, { plan: cloud, bytes: 0 });
      // Calls of the request before, which it has cancelled, may arrive late.
      const token = `token-${++count}`;
      upstream.takeCalls();
      forgetPeak(pid);
      const before = memoryOf(pid, 'VmRSS');
      const { status, text } = await post(origin, token, body, chunk);
      const peak = memoryOf(pid, 'VmHWM');
      const allowed = maxGrowth(body.length, state.bytes);
      const calls = upstream.takeCalls().filter(({ headers }) => headers['x-auth-token'] === token);
      const results: Result[] = [JSON.parse(text)].flat();

      expect([200, 400, 413, 429, 503]).toContain(status);
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_RESPONSE_BYTES + ENVELOPE_BYTES * results.length);
      for (const { errors = [] } of results) expect(errors.length).toBeLessThanOrEqual(MAX_ERRORS + 1);
      const costs = results.map(({ extensions }) => extensions?.cost?.upstreamCalls);
      for (const cost of costs) expect(cost?.actual ?? 0).toBeLessThanOrEqual(cost?.requested ?? 0);
      if (!costs.includes(undefined))
        expect(calls.length).toBeLessThanOrEqual(costs.reduce((sum, cost) => sum + (cost?.requested ?? 0), 0));
      expect(peak - before).toBeLessThanOrEqual(allowed);
      expect(before - idle).toBeLessThanOrEqual(MAX_KEPT + most.growth * MEGA);

      state.plan = undefined;
      const afterwards = await post(origin, 'plain', plain, MEGA);
      expect(afterwards).toMatchObject({ status: 200, text: expect.not.stringContaining('errors') });

      most.memory = Math.max(most.memory, Math.round((peak - idle) / MEGA));
      most.growth = Math.max(most.growth, Math.round((peak - before) / MEGA));
      most.ofAllowed = Math.max(most.ofAllowed, (peak - before) / allowed);
      most.bytes = Math.max(most.bytes, text.length);
      for (const { errors = [], data } of results) {
        most.errors = Math.max(most.errors, errors.length);
        const codes = new Set(errors.map(({ extensions }) => extensions?.code ?? 'none'));
        for (const code of [...codes, ...(data ? ['data'] : [])]) seen.set(code, (seen.get(code) ?? 0) + 1);
      }
    });
    const examples = EXAMPLES.map((plan): [Plan] => [plan]);
    await fc.assert(property, { numRuns: 50, examples, endOnFailure: true, interruptAfterTimeLimit: 40_000 });

    // The examples reach the bounds: otherwise they would show nothing.
    expect([...seen.keys()]).toEqual(expect.arrayContaining(['data', 'QUERY_TOO_COMPLEX', 'UPSTREAM_BAD_RESPONSE']));
    expect(most.bytes).toBeGreaterThan(MAX_RESPONSE_BYTES / 4);
    expect(most.errors).toBeGreaterThan(MAX_ERRORS);
    const stalls = [...(await server.says('open http')).slice(printed).matchAll(/"processorMs":([\d.]+)/g)].map(
      ([, ms]) => Number(ms),
    );
    console.info(
      `Most: ${JSON.stringify(most)}; longest turn ${Math.round(Math.max(0, ...stalls))} ms; ${JSON.stringify([...seen])}`,
    );
  },
);
