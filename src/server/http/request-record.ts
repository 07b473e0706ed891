// What became of a request, on either path: for metrics, traces, the log and Server-Timing. Holds no variables and nothing of the response.
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLError,
  getOperationAST,
} from 'graphql';
import type { Context } from '../../graph/builder.ts';
import type { OperationCost } from '../../graph/estimate.ts';
import type { CallRecord, CallTrace } from '../../upstream/call-record.ts';
import { onceClosed } from './once-sent.ts';
import { type RequestTrace, traceParentOf } from './trace-context.ts';

/** What is read of an error. */
type Coded = Pick<GraphQLError, 'extensions'>;

/** Codes of errors, each once, and the names of the limits that they say were exceeded. */
class ErrorCodes {
  codes = NONE;
  limits = NONE;

  add({ extensions: { code, limit } }: Coded): void {
    if (typeof code === 'string' && !this.codes.has(code)) this.codes = new Set([...this.codes, code]);
    const name = (limit as { readonly name?: unknown } | undefined)?.name;
    if (typeof name === 'string' && !this.limits.has(name)) this.limits = new Set([...this.limits, name]);
  }
}

/** Most requests have none. */
const NONE: ReadonlySet<string> = new Set();

/** One operation of a request. Times are those of `performance.now()`. */
export class OperationRecord extends ErrorCodes {
  readonly document: DocumentNode;
  /** `query`. */
  readonly type: string | undefined;
  /** As its client has named it. */
  readonly name: string | undefined;
  readonly cost: OperationCost | undefined;
  /** The calls that it made, joined or found in the cache. */
  readonly calls: readonly CallRecord[];
  readonly begunAt = performance.now();
  /** Undefined while it is executed. */
  endedAt: number | undefined;
  /** Whether it was executed, and not rejected before. */
  isExecuted = false;
  /** Whether compiled code has executed it. */
  isCompiled = false;
  /** Whether its response has data. */
  hasData = false;
  rowsRead = 0;
  readonly #context: { current: Context | undefined };

  constructor({ document, operationName }: ExecutionArgs, context: Context, cost: OperationCost | undefined) {
    super();
    const operation = getOperationAST(document, operationName);
    this.document = document;
    this.type = operation?.operation;
    this.name = operation?.name?.value;
    this.cost = cost;
    this.calls = context.session.records;
    this.#context = { current: context };
  }

  /** No limit rejects it: it is executed now. */
  onExecute(): void {
    this.isExecuted = true;
  }

  /** It has been executed. */
  onExecuted(): void {
    const { current } = this.#context;
    this.endedAt = performance.now();
    this.isCompiled = current?.meter.compiled !== undefined;
    this.rowsRead = current?.session.rowsRead ?? 0;
    this.#context.current = undefined;
  }

  /** Its result as the client sees it. */
  onResult({ data, errors = [] }: ExecutionResult): void {
    this.endedAt ??= performance.now();
    this.hasData = data !== undefined && data !== null;
    for (const error of errors) this.add(error);
    this.#context.current = undefined;
  }
}

/** One HTTP request: from its head until its response has left. */
export class RequestRecord extends ErrorCodes {
  readonly request: IncomingMessage;
  readonly receivedAt = performance.now();
  /** When it left the admission queue; undefined where it did not, or needs no admission. */
  admittedAt: number | undefined;
  endedAt: number | undefined;
  /** The name of its caller, once that is known. */
  caller: string | undefined;
  /** Undefined where no response was begun. */
  status: number | undefined;
  /** Bytes of the body of the response. */
  bytes = 0;
  /** Whether the connection has closed before the whole response was handed to the system. */
  isAborted = false;
  /** Whether it is for a path that monitors the server. */
  isMonitoring = false;
  /** Whether the admission queue has rejected it. */
  isOverload = false;
  /** Several for a batch. */
  readonly operations: OperationRecord[] = [];
  /** Undefined where traces are not sent. */
  trace: RequestTrace | undefined;
  readonly #callTraceOf: CallTraceOf | undefined;

  constructor(request: IncomingMessage, callTraceOf?: CallTraceOf) {
    super();
    this.request = request;
    this.#callTraceOf = callTraceOf;
  }

  get requestId(): string {
    return String(this.request.headers['x-request-id']);
  }

  begin(args: ExecutionArgs, context: Context, cost: OperationCost | undefined): OperationRecord {
    const operation = new OperationRecord(args, context, cost);
    this.operations.push(operation);
    this.caller = context.session.caller.name;
    context.session.trace = this.#callTraceOf?.(this);
    return operation;
  }

  onMonitored(): void {
    this.isMonitoring = true;
  }

  end(response: ServerResponse): void {
    this.endedAt = performance.now();
    this.isAborted = !response.writableFinished;
    this.status = response.headersSent ? response.statusCode : undefined;
    this.bytes = Number(response.getHeader('content-length') ?? 0);
  }
}

/** Who is told of each request once it has ended. Never throws. */
export type OnRequestEnd = (record: RequestRecord) => void;

/** The trace that the calls of a request are sent with; undefined for none. */
export type CallTraceOf = (record: RequestRecord) => CallTrace | undefined;

/** The trace that a request belongs to, for the log; that of its caller where traces are not sent. */
export const traceIdOf = ({ trace, request }: RequestRecord): string | undefined =>
  (trace ?? traceParentOf(request.headers))?.traceId;

/** The record of a request is a property of it: a WeakMap of all requests would take the garbage collector longer. */
const RECORD = Symbol('record');
type WithRecord = IncomingMessage & { [RECORD]?: RequestRecord };

export const recordOf = (request: WithRecord | undefined): RequestRecord | undefined => request?.[RECORD];

/** Begins the record of a request; `onEnd` gets it when the response has left, or the connection has closed. */
export function openRecord(
  request: WithRecord,
  response: ServerResponse,
  onEnd: OnRequestEnd | undefined,
  callTraceOf: CallTraceOf | undefined,
): void {
  const record = new RequestRecord(request, callTraceOf);
  request[RECORD] = record;
  onceClosed(response, () => {
    record.end(response);
    if (!onEnd) return;
    // What it still does ends after this.
    if (record.isAborted) setImmediate(onEnd, record);
    else onEnd(record);
  });
}
