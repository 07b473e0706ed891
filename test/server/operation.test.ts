// Which operation of a document is executed, and what is said where there is none.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openApp, type SentResponse, type TestApp } from '../support/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await openApp({ upstream: 'sandbox' });
});
afterAll(() => app.close());

const METHODS = ['POST', 'GET'] as const;
interface Request {
  readonly query: string;
  readonly operationName?: unknown;
}

async function send(method: (typeof METHODS)[number], request: Request): Promise<Omit<SentResponse, 'headers'>> {
  if (method === 'POST') return app.send(request);
  const parameters = new URLSearchParams(request as unknown as Record<string, string>);
  const headers = { accept: 'application/graphql-response+json' };
  const response = await app.fetch(`${app.url}?${parameters}`, { headers });
  return { ...((await response.json()) as object), status: response.status };
}

/** The status and the message of a response that has nothing else. */
function rejectionOf({ status, data, errors }: Omit<SentResponse, 'headers'>) {
  expect(data ?? undefined).toBeUndefined();
  expect(errors?.map(({ extensions }) => extensions)).toEqual([{ code: 'BAD_USER_INPUT' }]);
  return [status, errors?.[0]?.message];
}

const READ_ONLY = (type: string) => `This API is read-only: it has queries, but no ${type}s.`;

describe.each(METHODS)('by %s', (method) => {
  test.each<[title: string, type: string, request: Request]>([
    ['an anonymous mutation', 'mutation', { query: 'mutation { deleteImage(id: 1) { id } }' }],
    ['a named mutation', 'mutation', { query: 'mutation M($id: ID!) { deleteImage(id: $id) { id } }' }],
    ['a mutation of no field', 'mutation', { query: 'mutation { __typename }' }],
    ['a mutation by its name', 'mutation', { query: 'query Q { __typename } mutation M { a }', operationName: 'M' }],
    ['a mutation with a fragment', 'mutation', { query: 'mutation { ...F } fragment F on Mutation { a }' }],
    ['an anonymous subscription', 'subscription', { query: 'subscription { imageCreated { id } }' }],
    ['a subscription by its name', 'subscription', { query: 'query Q { a } subscription S { a }', operationName: 'S' }],
  ])('%s is told that the API is read-only', async (_title, type, request) => {
    const response = await send(method, request);
    const status = method === 'GET' && type === 'mutation' ? 405 : 400;
    expect(rejectionOf(response)).toEqual([status, READ_ONLY(type)]);
    const column = request.query.indexOf(type) + 1;
    expect(response.errors).toMatchObject([{ locations: [{ line: 1, column }] }]);
  });

  test('a query beside a mutation and a subscription is executed', async () => {
    const query = 'query Q { __typename } mutation M { a } subscription S { a }';
    expect(await send(method, { query, operationName: 'Q' })).toMatchObject({
      status: 200,
      data: { __typename: 'Query' },
    });
  });

  test.each<[title: string, request: Request, message: string]>([
    [
      'an unknown name',
      { query: 'query A { __typename } query B { __typename }', operationName: 'C' },
      'The document has no operation named "C": it has "A", "B".',
    ],
    [
      'a name of another case',
      { query: 'query Images { __typename }', operationName: 'images' },
      'The document has no operation named "images": it has "Images".',
    ],
    [
      'a name for an anonymous operation',
      { query: '{ __typename }', operationName: 'C' },
      'The document has no operation named "C": it has none with a name.',
    ],
    [
      'a name for several anonymous operations',
      { query: '{ a: __typename } { b: __typename }', operationName: 'C' },
      'The document has no operation named "C": it has none with a name.',
    ],
    [
      'the name of a fragment',
      { query: 'query A { ...F } fragment F on Query { __typename }', operationName: 'F' },
      'The document has no operation named "F": it has "A".',
    ],
    [
      'several operations without a name',
      { query: 'query A { __typename } query B { __typename } mutation C { a }' },
      'The document has several operations: name one of them in `operationName`: "A", "B", "C".',
    ],
    [
      'several anonymous operations',
      { query: '{ a: __typename } { b: __typename }' },
      'The document has several operations: give each of them a name, and send one of the names as `operationName`.',
    ],
    [
      'an anonymous operation beside a named one',
      { query: '{ a: __typename } mutation M { a }' },
      'The document has several operations: give each of them a name, and send one of the names as `operationName`.',
    ],
    [
      'many operations',
      { query: [...'ABCDEFG'].map((name) => `query ${name} { __typename }`).join(' '), operationName: 'x' },
      'The document has no operation named "x": it has "A", "B", "C", "D", "E" and others.',
    ],
    [
      'a long name',
      { query: `query ${'a'.repeat(5000)} { __typename }`, operationName: 'b'.repeat(5000) },
      `The document has no operation named "${'b'.repeat(64)}...": it has "${'a'.repeat(64)}...".`,
    ],
    [
      'a name that is not printable',
      { query: 'query A { __typename }', operationName: '"\n\u202e\u0000ö😀\u007f' },
      'The document has no operation named "\\"\\n\\u202e\\u0000\\u00f6\\ud83d\\ude00\\u007f": it has "A".',
    ],
    ['fragments alone', { query: 'fragment F on Query { __typename }' }, 'The document has no operation.'],
    ['types alone', { query: 'type Query { a: Int }' }, 'The document has no operation.'],
  ])('%s is explained', async (_title, request, message) => {
    expect(rejectionOf(await send(method, request))).toEqual([400, message]);
  });
});

test.each([7, true, ['A'], { name: 'A' }])('the operationName %j must be a string', async (operationName) => {
  const response = await send('POST', { query: 'query A { __typename }', operationName });
  expect(rejectionOf(response)).toEqual([400, '`operationName` must be a string.']);
});

test('a client without the media type of GraphQL gets 200, and for a mutation by GET 405', async () => {
  const query = 'mutation { a }';
  const accept = 'application/json';
  expect(await app.send({ query }, { accept })).toMatchObject({
    status: 200,
    errors: [{ message: READ_ONLY('mutation') }],
  });
  const response = await app.fetch(`${app.url}?${new URLSearchParams({ query })}`, { headers: { accept } });
  expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
});

test('in a batch each operation has its own message', async () => {
  const { status, batch } = await app.send([
    { query: '{ __typename }' },
    { query: 'mutation { a }' },
    { query: '{ __typename }', operationName: 'C' },
  ]);
  expect(status).toBe(200);
  expect(batch?.map(({ data, errors }) => data?.__typename ?? errors?.[0]?.message)).toEqual([
    'Query',
    READ_ONLY('mutation'),
    'The document has no operation named "C": it has none with a name.',
  ]);
});
