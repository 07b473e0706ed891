// A cursor of another list, or of another version, has a message of its own.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { imageId } from '../resources/image/kind.ts';
import { openApp, type TestApp } from '../support/app.ts';
import { KINDS, listsOf } from '../support/kinds.ts';

let app: TestApp;
beforeAll(async () => {
  app = await openApp({ upstream: 'sandbox' });
});
afterAll(() => app.close());

const OTHER_LIST = 'This cursor belongs to another list: its arguments, filter or order differ.';
const OTHER_VERSION = 'This cursor belongs to another list: another version of this graph has made it.';
const NO_CURSOR = 'This is not a cursor of this graph.';

/** The lists of every kind that has records in the sandbox, with their arguments; and some with others. */
const LISTS = [
  ...KINDS.flatMap((kind) => listsOf(kind, kind.inSandbox)),
  ['repositories', 'namespace: "group"'],
  ['imageGroups', 'orderBy: { fields: [CREATED_AT], direction: ASC }'],
  ['images', 'filter: { visibility: PUBLIC }'],
  ['images', 'orderBy: { field: NAME, direction: ASC }'],
] as const;

const titleOf = ([name, args]: (typeof LISTS)[number]) => `${name}(${args})`;

async function cursorOf([name, args]: (typeof LISTS)[number]): Promise<string> {
  const { data, errors } = await app.ask(`{ list: ${name}(${[args, 'first: 1'].join(' ')}) { edges { cursor } } }`);
  expect(errors).toBeUndefined();
  return data.list.edges[0].cursor;
}

/** The messages of a list for a cursor, as `after` and as `before`; null where it is accepted. */
const messagesOf = (cursor: string, [name, args]: (typeof LISTS)[number]) =>
  Promise.all(
    ['after', 'before'].map(async (argument) => {
      const query = `query ($cursor: String) { ${name}(${args} ${argument}: $cursor) { nodes { id } } }`;
      const { errors } = await app.ask(query, { cursor });
      return errors?.[0]?.message ?? null;
    }),
  );

test.each(LISTS.map((list) => [titleOf(list), list] as const))(
  'a cursor of %s is accepted by no other list, and each says so',
  async (title, list) => {
    const cursor = await cursorOf(list);
    for (const other of LISTS)
      expect([titleOf(other), ...(await messagesOf(cursor, other))]).toEqual(
        titleOf(other) === title ? [title, null, null] : [titleOf(other), OTHER_LIST, OTHER_LIST],
      );
  },
);

describe('a text that is not one of its cursors', () => {
  const encode = (text: string) => Buffer.from(text).toString('base64url');
  const partsOf = (cursor: string) => Buffer.from(cursor, 'base64url').toString().split(':');

  test.each([
    ['of another version', (digest: string, position: string) => `2::${digest}:${position}`, OTHER_VERSION],
    ['of another version with other parts', () => '12:eu-de:x', OTHER_VERSION],
    ['of a named cloud', (digest: string, position: string) => `1:eu-de:${digest}:${position}`, OTHER_VERSION],
    ['without a version', (digest: string, position: string) => `${digest}:${position}`, NO_CURSOR],
    ['with a position of no list', (_digest: string) => '1::AAAAAAAAAAAA:10000001', NO_CURSOR],
    ['with a position of another dialect', (digest: string) => `1::${digest}:7`, NO_CURSOR],
    ['with a digest of another length', (_digest: string, position: string) => `1::digest:${position}`, NO_CURSOR],
    ['that is a global id', () => `1::Image:${imageId(1)}`, NO_CURSOR],
  ])('%s', async (_title, make, message) => {
    const list = ['images', 'orderBy: { field: NAME, direction: ASC }'] as const;
    const [, , digest = '', position = ''] = partsOf(await cursorOf(list));
    expect(await messagesOf(encode(make(digest, position)), list)).toEqual([message, message]);
  });
});
