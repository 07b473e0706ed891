// Answers and how they are printed: exact JSON (64-bit integers included) and the gateway's error envelope.
// Knows no service and no world.
import type { SandboxRequest } from './request.ts';

export interface Answer {
  status: number;
  /** Reason phrase where the service writes its own (`201 CREATED`). */
  reason?: string;
  headers: Record<string, string>;
  body: string;
}

/** Thrown by the rooms to end a request with an error answer. */
export class Refusal extends Error {
  readonly answer: Answer;

  constructor(answer: Answer) {
    super(`refused with status ${answer.status}`);
    this.answer = answer;
  }
}

/** Prints a value as JSON; a bigint becomes a plain number with all its digits, which JSON.stringify cannot do. */
export function printJson(value: unknown): string {
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return `[${value.map(printJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${printJson(member)}`).join(',')}}`;
  }
  return JSON.stringify(value) ?? 'null';
}

/** Builds a JSON answer. */
export function jsonAnswer(status: number, value: unknown, headers: Record<string, string> = {}): Answer {
  return { status, headers: { 'Content-Type': 'application/json', ...headers }, body: printJson(value) };
}

/** Builds the API gateway's error: its body repeats the X-Request-Id header. Source: docs/upstream/gateway.md#errors. */
export function gatewayError(
  request: SandboxRequest,
  status: number,
  code: string,
  message: string,
  headers: Record<string, string> = {},
): Answer {
  const body = { error_msg: message, error_code: code, request_id: request.requestId };
  return jsonAnswer(status, body, headers);
}

/**
 * Answers as the gateway does for a path that no service registered.
 * Source: docs/upstream/gateway.md#errors, code 0101.
 */
export function unknownRoute(request: SandboxRequest): Answer {
  const message = 'The API does not exist or has not been published in the environment';
  return gatewayError(request, 404, 'APIG.0101', message);
}
