// The sandbox's responses: exact JSON (64-bit integers included) and the error envelope of the API gateway.
import type { SandboxRequest } from './request.ts';

export interface SandboxResponse {
  status: number;
  /** Reason phrase where the service writes its own (`201 CREATED`). */
  reason?: string;
  headers: Record<string, string>;
  body: string;
}

/** Thrown to end a request with an error response. */
export class HttpError extends Error {
  readonly response: SandboxResponse;

  constructor(response: SandboxResponse) {
    super(`HTTP ${response.status}`);
    this.response = response;
  }
}

/** Prints a value as JSON; a bigint becomes a plain number with all its digits, which JSON.stringify cannot do. */
function printJson(value: unknown): string {
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return `[${value.map(printJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${printJson(member)}`).join(',')}}`;
  }
  return JSON.stringify(value) ?? 'null';
}

/** Builds a JSON response. */
export function jsonResponse(status: number, value: unknown, headers: Record<string, string> = {}): SandboxResponse {
  return { status, headers: { 'Content-Type': 'application/json', ...headers }, body: printJson(value) };
}

/** Builds the API gateway's error: its body repeats the X-Request-Id header. Source: docs/upstream/gateway.md#errors. */
export function gatewayResponse(
  request: SandboxRequest,
  status: number,
  code: string,
  message: string,
  headers: Record<string, string> = {},
): SandboxResponse {
  const body = { error_msg: message, error_code: code, request_id: request.requestId };
  return jsonResponse(status, body, headers);
}

/** Responds as the gateway does for a path that no service registered. Source: docs/upstream/gateway.md#errors. */
export function unknownRoute(request: SandboxRequest): SandboxResponse {
  const message = 'The API does not exist or has not been published in the environment';
  return gatewayResponse(request, 404, 'APIG.0101', message);
}
