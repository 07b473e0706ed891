// Sends requests to a running sandbox, through undici's request, which adds no Accept header of its own.
import { request } from 'undici';
import { expect } from 'vitest';
import type { Sandbox } from '../../src/sandbox/cloud.ts';

export interface Reply {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  /** The parsed body; numbers beyond 2^53 are rounded here, so compare `text` for those. */
  json: unknown;
}

export interface Question {
  method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  /** Null sends no token. */
  token?: string | null;
  headers?: Record<string, string>;
  body?: string | null;
}

export async function ask(sandbox: Sandbox, target: string, question: Question = {}): Promise<Reply> {
  const token = question.token === undefined ? sandbox.token : question.token;
  const { statusCode, headers, body } = await request(`${sandbox.endpoints.swr}${target}`, {
    method: question.method ?? 'GET',
    headers: { ...(token === null ? {} : { 'X-Auth-Token': token }), ...question.headers },
    body: question.body ?? null,
  });
  const text = await body.text();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  return { status: statusCode, headers, text, json };
}

/** The rows of a reply whose body is an array, or holds one under `key`. */
export function rowsOf(reply: Reply, key?: string): Record<string, unknown>[] {
  const rows = key === undefined ? reply.json : (reply.json as Record<string, unknown>)[key];
  if (!Array.isArray(rows)) throw new Error(`no rows in ${reply.status} ${reply.text.slice(0, 300)}`);
  return rows as Record<string, unknown>[];
}

/** Expects an error of SWR in its observed envelope. */
export async function expectSwrError(sandbox: Sandbox, target: string, status: number, code: string): Promise<void> {
  const reply = await ask(sandbox, target);
  const error = { errorCode: `SVCSTG.SWR.${code}`, errorMessage: expect.any(String), detail: expect.any(String) };
  expect([target, reply.status, reply.json]).toEqual([target, status, { errors: [error] }]);
}
