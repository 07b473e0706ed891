// A receiver of OTLP over HTTP. It decodes Protobuf with the code that is generated from OpenTelemetry's published definitions.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { createRequire } from 'node:module';
import { gunzipSync } from 'node:zlib';
import { onTestFinished } from 'vitest';
import { close, listen } from './listen.ts';
import type { Certificate } from './upstreams/certificate.ts';

const { opentelemetry } = createRequire(import.meta.url)('otlp-definitions/build/src/generated/root.js');
const ExportRequest = opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;

type Value = string | number | boolean | readonly Value[] | undefined;
type Attributes = Readonly<Record<string, Value>>;

/** A span as it was received, in the names of the definitions. */
export interface ReceivedSpan {
  readonly name: string;
  /** `SPAN_KIND_SERVER`. */
  readonly kind: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for a span without one. */
  readonly parentSpanId: string;
  readonly traceState: string;
  readonly flags: number;
  readonly start: bigint;
  readonly end: bigint;
  /** `STATUS_CODE_ERROR`. */
  readonly status: string;
  readonly attributes: Attributes;
  readonly events: readonly { readonly name: string; readonly time: bigint; readonly attributes: Attributes }[];
  /** The attributes of its resource, and the name of its scope. */
  readonly resource: Attributes;
  readonly scope: string;
}

/** A request as it was received. */
export interface ReceivedExport {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly bytes: Buffer;
}

export interface OtlpReceiver {
  readonly url: string;
  readonly exports: ReceivedExport[];
  /** Everything that was received. */
  readonly spans: ReceivedSpan[];
}

// What is read of the definitions, in either mapping to objects: whole numbers of 64 bits are texts, ids texts, enums names.

interface WireValue {
  readonly stringValue?: string | null;
  readonly boolValue?: boolean | null;
  readonly intValue?: string | number | null;
  readonly doubleValue?: number | null;
  readonly arrayValue?: { readonly values: readonly WireValue[] } | null;
}

interface WirePair {
  readonly key: string;
  readonly value: WireValue;
}

interface WireSpan {
  readonly name: string;
  readonly kind: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly traceState?: string;
  readonly flags: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status: { readonly code: string };
  readonly attributes: readonly WirePair[];
  readonly events: readonly {
    readonly name: string;
    readonly timeUnixNano: string;
    readonly attributes: readonly WirePair[];
  }[];
}

interface WireRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly WirePair[] };
    readonly scopeSpans: readonly { readonly scope: { readonly name: string }; readonly spans: readonly WireSpan[] }[];
  }[];
}

/** Starts it for the length of a test; `respond` responds in its place. With a certificate it speaks HTTPS. */
export async function startReceiver(
  respond?: (response: ServerResponse) => void,
  certificate?: Certificate,
): Promise<OtlpReceiver> {
  const exports: ReceivedExport[] = [];
  const spans: ReceivedSpan[] = [];
  const onRequest = (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const sent = Buffer.concat(chunks);
      const { url: path = '', headers } = request;
      const bytes = headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
      exports.push({ path, headers, bytes });
      spans.push(...spansIn(bytes, headers['content-type'] === 'application/json'));
      if (respond) respond(response);
      else response.end();
    });
  };
  const server = certificate ? createSecureServer(certificate, onRequest) : createServer(onRequest);
  const url = (await listen(server)).replace('http:', certificate ? 'https:' : 'http:');
  onTestFinished(() => close(server));
  return { url, exports, spans };
}

/** JSON has the ids as hexadecimal text, where Protobuf's own mapping would have Base64. */
function spansIn(bytes: Buffer, isJson: boolean): ReceivedSpan[] {
  const hex = (id: string) => Buffer.from(id, isJson ? 'hex' : 'base64').toString('hex');
  const request: WireRequest = isJson
    ? withEnums(JSON.parse(bytes.toString()))
    : ExportRequest.toObject(ExportRequest.decode(bytes), {
        bytes: String,
        longs: String,
        enums: String,
        defaults: true,
      });
  return request.resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ scope, spans }) =>
      spans.map((span) => ({
        name: span.name,
        kind: span.kind,
        traceId: hex(span.traceId),
        spanId: hex(span.spanId),
        parentSpanId: hex(span.parentSpanId ?? ''),
        traceState: span.traceState ?? '',
        flags: span.flags,
        start: BigInt(span.startTimeUnixNano),
        end: BigInt(span.endTimeUnixNano),
        status: span.status.code,
        attributes: attributesIn(span.attributes),
        events: span.events.map((event) => ({
          name: event.name,
          time: BigInt(event.timeUnixNano),
          attributes: attributesIn(event.attributes),
        })),
        resource: attributesIn(resource.attributes),
        scope: scope.name,
      })),
    ),
  );
}

/** OTLP's JSON has numbers for enums. */
function withEnums(request: unknown): WireRequest {
  const { SpanKind } = opentelemetry.proto.trace.v1.Span;
  const { StatusCode } = opentelemetry.proto.trace.v1.Status;
  return JSON.parse(JSON.stringify(request), (key, value) =>
    key === 'kind' ? SpanKind[value] : key === 'code' ? StatusCode[value] : value,
  );
}

const attributesIn = (pairs: readonly WirePair[]): Attributes =>
  Object.fromEntries(pairs.map(({ key, value }) => [key, readValue(value)]));

function readValue({ stringValue, boolValue, intValue, doubleValue, arrayValue }: WireValue): Value {
  if (arrayValue) return arrayValue.values.map(readValue);
  if (intValue !== undefined && intValue !== null) return Number(intValue);
  return stringValue ?? boolValue ?? doubleValue ?? undefined;
}
