// The spans of a request, of its operations and of their upstream calls. Their names come from closed sets; nothing of documents, variables,
// URLs and responses is in a span: docs/tracing.md.
import { type Attributes, type AttributeValue, SpanKind } from '@opentelemetry/api';
import type { AttemptRecord, CallRecord } from '../../upstream/call-record.ts';
import type { OperationRecord, RequestRecord } from '../http/request-record.ts';
import { ENDPOINT, isEndpoint } from '../http/routes.ts';

/** The attributes of each kind of span, and of the events of attempts. */
export const SPAN_ATTRIBUTES = {
  request: [
    'http.request.method',
    'http.route',
    'url.path',
    'url.scheme',
    'network.protocol.version',
    'http.response.status_code',
    'http.response.body.size',
    'image_graph.request_id',
    'image_graph.caller',
    'image_graph.error_codes',
    'image_graph.limits',
    'error.type',
  ],
  operation: [
    'graphql.operation.type',
    'graphql.operation.name',
    'image_graph.executor',
    'image_graph.nodes',
    'image_graph.rows_read',
    'image_graph.upstream_calls',
    'image_graph.calls_left_out',
    'image_graph.error_codes',
    'image_graph.limits',
    'error.type',
  ],
  call: [
    'http.request.method',
    'server.address',
    'server.port',
    'http.response.status_code',
    'http.response.body.size',
    'http.request.resend_count',
    'image_graph.service',
    'image_graph.call',
    'image_graph.is_shared',
    'image_graph.is_kept',
    'error.type',
  ],
  attempt: [
    'http.request.resend_count',
    'http.response.status_code',
    'http.response.body.size',
    'image_graph.wait_ms',
    'image_graph.duration_ms',
    'error.type',
  ],
} as const;

type Kind = keyof typeof SPAN_ATTRIBUTES;

/** Characters of a name that a client has chosen. */
const MAX_NAME_LENGTH = 128;
/** The methods that a span is named by. */
const METHODS = new Set(['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'QUERY', 'TRACE']);

/** What makes a span. */
export interface MadeSpan {
  readonly name: string;
  readonly kind: SpanKind;
  readonly begunAt: number;
  /** Undefined where the request has ended before. */
  readonly endedAt: number | undefined;
  readonly attributes: Attributes;
  readonly events?: readonly { readonly name: string; readonly at: number; readonly attributes?: Attributes }[];
}

export function requestSpan(record: RequestRecord): MadeSpan {
  const { request, receivedAt, endedAt, admittedAt, status, isAborted, bytes, caller } = record;
  const { method = '', httpVersion } = request;
  const isKnown = METHODS.has(method);
  const path = pathOf(record);
  const route = isEndpoint(path) ? ENDPOINT : undefined;
  const statusError = status !== undefined && status >= 500 ? String(status) : undefined;
  return {
    name: [isKnown ? method : 'HTTP', ...(route ? [route] : [])].join(' '),
    kind: SpanKind.SERVER,
    begunAt: receivedAt,
    endedAt,
    attributes: attributes('request', {
      'error.type': isAborted ? 'aborted' : statusError,
      'http.request.method': isKnown ? method : '_OTHER',
      'http.route': route,
      'url.path': route && path,
      'url.scheme': 'http',
      'network.protocol.version': httpVersion,
      'http.response.status_code': status,
      'http.response.body.size': bytes || undefined,
      'image_graph.request_id': record.requestId,
      'image_graph.caller': caller,
      'image_graph.error_codes': listOf(record.codes),
      'image_graph.limits': listOf(record.limits),
    }),
    events: admittedAt === undefined ? [] : [{ name: 'admitted', at: admittedAt }],
  };
}

export function operationSpan(operation: OperationRecord, callsLeftOut: number): MadeSpan {
  const { type, name, begunAt, endedAt, isExecuted, isCompiled, hasData, rowsRead, cost } = operation;
  const [code = endedAt === undefined ? 'aborted' : undefined] = operation.codes;
  return {
    name: type ?? 'GraphQL Operation',
    kind: SpanKind.SERVER,
    begunAt,
    endedAt,
    attributes: attributes('operation', {
      'error.type': hasData ? undefined : code,
      'graphql.operation.type': type,
      'graphql.operation.name': name?.slice(0, MAX_NAME_LENGTH),
      'image_graph.executor': isExecuted ? (isCompiled ? 'compiled' : 'interpreted') : undefined,
      'image_graph.nodes': cost?.nodes,
      'image_graph.rows_read': rowsRead,
      'image_graph.upstream_calls': operation.calls.length,
      'image_graph.calls_left_out': callsLeftOut || undefined,
      'image_graph.error_codes': listOf(operation.codes),
      'image_graph.limits': listOf(operation.limits),
    }),
  };
}

export function callSpan(call: CallRecord, host: Values<'call'> | undefined): MadeSpan {
  const { service, operation, begunAt, endedAt, result, attempts, isShared, isKept } = call;
  const sent = attempts.filter(({ sentAt }) => sentAt !== undefined);
  const last = sent.at(-1);
  const isMade = last !== undefined && !isShared;
  const name = `${service} ${operation}`;
  return {
    name: isMade ? `GET ${name}` : name,
    kind: isMade ? SpanKind.CLIENT : SpanKind.INTERNAL,
    begunAt,
    endedAt,
    attributes: attributes('call', {
      'error.type': result === 'success' ? undefined : (result ?? 'aborted'),
      ...(isMade && {
        'http.request.method': 'GET',
        ...host,
        'http.response.status_code': last.status,
        'http.response.body.size': last.bytes,
        'http.request.resend_count': sent.length - 1 || undefined,
      }),
      'image_graph.service': service,
      'image_graph.call': operation,
      'image_graph.is_shared': isShared || undefined,
      'image_graph.is_kept': isKept || undefined,
    }),
    events: attempts.map((attempt, index) => attemptEvent(attempt, index)),
  };
}

/** When an attempt has ended, and how. */
const attemptEvent = ({ begunAt, sentAt, endedAt, status, result, bytes }: AttemptRecord, index: number) => ({
  name: 'attempt',
  at: endedAt,
  attributes: attributes('attempt', {
    'http.request.resend_count': index || undefined,
    'http.response.status_code': status,
    'http.response.body.size': bytes,
    'error.type': result === 'success' ? undefined : result,
    'image_graph.wait_ms': millisecondsOf((sentAt ?? endedAt) - begunAt),
    'image_graph.duration_ms': millisecondsOf(endedAt - (sentAt ?? endedAt)),
  }),
});

type Values<Of extends Kind> = Partial<Record<(typeof SPAN_ATTRIBUTES)[Of][number], AttributeValue | undefined>>;

/** Those that have a value. */
function attributes<Of extends Kind>(_kind: Of, all: Values<Of>): Attributes {
  const given: Attributes = {};
  for (const [name, value] of Object.entries<AttributeValue | undefined>(all))
    if (value !== undefined) given[name] = value;
  return given;
}

const listOf = (names: ReadonlySet<string>) => (names.size > 0 ? [...names] : undefined);
const millisecondsOf = (milliseconds: number) => Math.round(1000 * milliseconds) / 1000;

/** The path of a request, without its query. */
export const pathOf = ({ request }: RequestRecord) => (request.url ?? '').split('?', 1)[0] ?? '';

/** The host of an endpoint, as attributes of the calls to it. */
export function hostOf(url: string): Values<'call'> {
  const { hostname, port, protocol } = new URL(url);
  return { 'server.address': hostname, 'server.port': Number(port) || (protocol === 'https:' ? 443 : 80) };
}
