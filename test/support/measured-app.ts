// Asks an app under the media type of GraphQL over HTTP, where a refusal has a status of its own, and shows that and what was made of it.
import type { GraphQLAnswer, TestApp } from './app.ts';

/** What `extensions.cost` tells. */
export interface Cost {
  readonly requestedQueryCost: number;
  readonly maximumAvailable: number;
  readonly upstreamCalls: { readonly requested: number; readonly actual: number; readonly maximum: number };
}

export interface MeasuredAnswer extends GraphQLAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly extensions?: { readonly cost?: Cost };
}

/** An operation as it is sent. */
export interface Operation {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
  readonly operationName?: string;
  readonly extensions?: Record<string, unknown>;
}

/** Sends a body, in the form that `JSON.stringify` gives it unless it is a text. */
export async function post<Body = MeasuredAnswer>(
  app: Pick<TestApp, 'fetch'>,
  body: Operation | readonly Operation[] | string,
  headers: Record<string, string> = {},
): Promise<Body & MeasuredAnswer> {
  const response = await app.fetch('http://127.0.0.1/graphql', {
    method: 'POST',
    headers: {
      accept: 'application/graphql-response+json',
      'content-type': 'application/json',
      'x-auth-token': 'test-token',
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const answer = JSON.parse(await response.text());
  return {
    ...(Array.isArray(answer) ? { answers: answer } : answer),
    status: response.status,
    headers: response.headers,
  };
}

/** The codes of all errors of an answer. */
export const codesOf = ({ errors = [] }: GraphQLAnswer) => errors.map(({ extensions }) => extensions.code);
