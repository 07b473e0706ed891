// Reads an ordinary operation from the head and the body of a request. What is not ordinary is Yoga's.
import type { IncomingMessage } from 'node:http';
import { faultOfType, preferredType } from '../http/media-types.ts';
import { textOf, toParams } from '../http/request-body.ts';
import { ENDPOINT } from '../http/routes.ts';

/** The media type of the response to an ordinary POST, by its head; undefined for any other request. */
export function responseTypeOf({ method, url, httpVersion, headers }: IncomingMessage): string | undefined {
  if (method !== 'POST' || url !== ENDPOINT || httpVersion !== '1.1') return undefined;
  if (headers['content-encoding'] !== undefined || headers.expect !== undefined) return undefined;
  if (faultOfType(headers['content-type'] ?? '') !== undefined) return undefined;
  return preferredType(headers.accept ?? '');
}

/** What extensions can request. */
const REQUESTS = ['cost', 'explain'];

export interface OrdinaryOperation {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>> | undefined;
  readonly operationName: string | undefined;
}

/** The operation of a body; undefined for a batch, one that is not well-formed, and one whose extensions request something. */
export function operationOf(body: Buffer): OrdinaryOperation | undefined {
  let sent: unknown;
  try {
    sent = JSON.parse(textOf(body));
  } catch {
    return undefined;
  }
  if (!isObject(sent)) return undefined;
  const { query, variables, operationName, extensions } = toParams(sent) as Readonly<Record<string, unknown>>;
  if (typeof query !== 'string') return undefined;
  if (!isMissing(extensions) && !(isObject(extensions) && REQUESTS.every((name) => extensions[name] === undefined)))
    return undefined;
  if (!isMissing(variables) && !isObject(variables)) return undefined;
  if (!isMissing(operationName) && typeof operationName !== 'string') return undefined;
  return { query, variables: variables ?? undefined, operationName: operationName ?? undefined };
}

const isMissing = (value: unknown) => value === undefined || value === null;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
