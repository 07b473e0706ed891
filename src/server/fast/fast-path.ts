// The fast path: takes ordinary POSTs of known documents from the socket to the executor, past Yoga, with every check that Yoga's plugins
// make. All else it hands to Yoga, with what it has done so far.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DocumentNode, ExecutionResult, GraphQLError, GraphQLSchema } from 'graphql';
import type { Limits } from '../../config/config.ts';
import type { Context } from '../../graph/builder.ts';
import { internalError } from '../../graph/errors.ts';
import type { MaybePromise } from '../../upstream/auth/credentials.ts';
import type { ByteBudget } from '../../upstream/byte-budget.ts';
import type { Session } from '../../upstream/session.ts';
import { isTurnSpent, nextTurn } from '../../upstream/turn.ts';
import type { Authenticate } from '../auth/authenticate.ts';
import type { AnonymousName } from '../auth/caller-name.ts';
import { type ContextOptions, createContext } from '../context.ts';
import type { Executor } from '../execution/executor.ts';
import { headerOf } from '../http/caller-headers.ts';
import { errorResponse } from '../http/error-response.ts';
import type { NodeContext } from '../http/node-context.ts';
import { onceSent } from '../http/once-sent.ts';
import { bodyOf } from '../http/received-body.ts';
import type { RequestBodies } from '../http/request-body.ts';
import { type OperationRecord, recordOf } from '../http/request-record.ts';
import { sendResponse } from '../http/send-response.ts';
import type { ConcurrentRequests, CountOperation } from '../limits/caller-limits.ts';
import { costOf, costRejection, withCostReport } from '../limits/cost-limit.ts';
import { openReservation } from '../limits/response-budget.ts';
import { variablesFault } from '../limits/variable-limits.ts';
import type { KnownDocuments } from './known-documents.ts';
import { type OrdinaryOperation, operationOf, responseTypeOf } from './operation.ts';
import type { ResultSender } from './result-sender.ts';

/** What the fast path is made of: the checks of Yoga's plugins, and what executes and sends. */
export interface FastPathParts {
  readonly schema: GraphQLSchema;
  readonly limits: Limits;
  /** The checks of the head, in their order. */
  readonly headChecks: readonly ((request: IncomingMessage) => GraphQLError | undefined)[];
  /** Undefined where callers are not authenticated. */
  readonly authenticate: Authenticate | undefined;
  readonly anonymousName: AnonymousName;
  readonly requests: ConcurrentRequests;
  readonly responseBudget: ByteBudget;
  readonly bodies: RequestBodies;
  readonly countOperation: CountOperation;
  readonly documents: KnownDocuments;
  /** Makes a document known at its first sight, if it is valid; without it Yoga handles the first sight. */
  readonly learn: ((operation: OrdinaryOperation) => DocumentNode | undefined) | undefined;
  readonly contextOptions: ContextOptions;
  readonly executor: Executor;
  readonly toClientError: (error: unknown) => GraphQLError;
  readonly sender: ResultSender;
  /** Yoga. */
  readonly handOver: (request: IncomingMessage, response: ServerResponse, context: NodeContext) => void;
}

export class FastPath {
  readonly #parts: FastPathParts;

  constructor(parts: FastPathParts) {
    this.#parts = parts;
  }

  /** Handles a request, or hands it over. Never rejects. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { authenticate, anonymousName, bodies, sender, handOver } = this.#parts;
    const context: NodeContext = { req: request, res: response };
    const type = responseTypeOf(request);
    if (type === undefined || !bodyOf(request)) return handOver(request, response, context);
    try {
      const header = headerOf(request);
      let name = this.#checkHead(request);
      name ??= authenticate ? authenticate(header) : anonymousName(header, request.socket.remoteAddress);
      const caller = name instanceof Promise ? await name : name;
      const error =
        typeof caller === 'string' ? (this.#admit(context, caller) ?? (await bodies.receive(context, caller))) : caller;
      if (error) return sendResponse(response, errorResponse(error));
      const result = request.socket.readableEnded ? undefined : await this.#execute(context, request);
      const { reservation } = context;
      if (result && reservation) await sender.send({ req: request, res: response, reservation }, type, result);
      else handOver(request, response, context);
    } catch (error) {
      this.#fail(response, error);
    }
  }

  /** A bug of ours. What sends requests past Yoga must not end the process. */
  #fail(response: ServerResponse, error: unknown): void {
    if (response.headersSent) response.destroy();
    else void sendResponse(response, errorResponse(internalError()));
    this.#parts.toClientError(error);
  }

  #checkHead(request: IncomingMessage): MaybePromise<string | GraphQLError> | undefined {
    for (const check of this.#parts.headChecks) {
      const error = check(request);
      if (error) return error;
    }
    return undefined;
  }

  /** Counts the request of a caller, and opens the reservation of its response. Shape: the error that ends the request. */
  #admit(context: NodeContext, caller: string): GraphQLError | undefined {
    const { requests, responseBudget, limits } = this.#parts;
    context.caller = caller;
    const record = recordOf(context.req);
    if (record) record.caller = caller;
    const error = requests.enter(caller);
    if (error) return error;
    context.isCounted = true;
    onceSent(context, () => requests.leave(caller));
    openReservation(context, responseBudget, limits.responseBytes, caller);
    return undefined;
  }

  /** Shape: undefined where the operation is not executed, as it is not known, or exceeds a limit. */
  async #execute(context: NodeContext, request: IncomingMessage): Promise<ExecutionResult | undefined> {
    const { received, size, caller } = context;
    const operation = received && operationOf(received.bytes);
    if (!operation || !size || caller === undefined) return undefined;
    const { schema, limits, documents, learn, contextOptions, countOperation } = this.#parts;
    const { query, variables, operationName } = operation;
    if (variables && variablesFault(variables, limits.listLength)) return undefined;
    const document = documents.get(query, operationName) ?? learn?.(operation);
    if (!document) return undefined;
    if (isTurnSpent()) await nextTurn();
    const asked = { schema, document, operationName, variableValues: variables };
    const cost = costOf(asked);
    if (!cost) return undefined;
    let contextValue: Context;
    try {
      contextValue = createContext(
        headerOf(request),
        String(request.headers['x-request-id']),
        caller,
        size,
        contextOptions,
      );
    } catch {
      return undefined;
    }
    const { session, meter } = contextValue;
    const args = { ...asked, contextValue };
    let rejection: MaybePromise<GraphQLError | undefined> = costRejection(cost, args, limits) ?? countOperation(caller);
    if (rejection instanceof Promise) rejection = await rejection;
    if (rejection) {
      meter.close();
      session.end();
      return undefined;
    }
    received.reservation.close();
    context.received = undefined;
    // What waits for the response to leave must not keep what the session has read.
    let running: Session | undefined = session;
    onceSent(context, () => running?.cancel('aborted'));
    const stopTimer = session.startDeadline(limits.requestTimeoutMs);
    const record = recordOf(request)?.begin(args, contextValue, cost);
    record?.onExecute();
    try {
      const executed = await this.#parts.executor.execute(args);
      const ended = meter.close();
      record?.onExecuted();
      if (ended) return this.#forClient({ errors: [ended] }, record);
      if (!executed.errors) return this.#forClient(executed, record);
      const { errors, ...rest } = executed;
      return this.#forClient(withCostReport({ errors: meter.report(errors), ...rest }, cost, limits, session), record);
    } catch (error) {
      return this.#forClient({ errors: [error as GraphQLError] }, record);
    } finally {
      stopTimer();
      session.end();
      running = undefined;
    }
  }

  #forClient(result: ExecutionResult, record: OperationRecord | undefined): ExecutionResult {
    const { errors } = result;
    const visible = errors ? { ...result, errors: errors.map(this.#parts.toClientError) } : result;
    record?.onResult(visible);
    return visible;
  }
}
