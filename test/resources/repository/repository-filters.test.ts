// Filters and orders of the lists of repositories, own and shared: what is sent, what is rejected, and whose cursors are valid.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { codesOf, openApp, type TestApp } from '../../support/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await openApp({ upstream: 'sandbox' });
});
afterAll(() => app.close());
beforeEach(() => void app.calls());

const PAGE = '{ totalCount nodes { namespace name imageCount isPublic category } pageInfo { endCursor } }';
const ask = (field: string) => app.ask(`{ found: ${field} ${PAGE} }`);
const OWN = '/v2/manage/repos';
const SHARED = '/v2/manage/shared-repositories';
/** The query of each call, decoded, without the path. */
const queries = () => app.targets().map((target) => decodeURIComponent(target.replace(/^[^?]*\?/, '')));

describe('own repositories', () => {
  test.each<[args: string, sent: string]>([
    ['', ''],
    ['(filter: {})', ''],
    ['(namespace: "group")', 'namespace=group&'],
    ['(filter: { namespace: "group" })', 'namespace=group&'],
    ['(namespace: "group", filter: { namespace: "group", name: "a" })', 'namespace=group&name=a&'],
    ['(namespace: "group", name: null, filter: { name: "a" })', 'namespace=group&name=a&'],
    ['(filter: { category: LINUX })', 'category=linux&'],
    ['(filter: { isPublic: true })', 'is_public=true&'],
    ['(filter: { isPublic: false, category: FRAMEWORK_APP })', 'category=framework_app&is_public=false&'],
    ['(orderBy: { field: UPDATED_AT, direction: DESC })', 'order_column=updated_time&order_type=desc&'],
    [
      '(name: "b", filter: { isPublic: false }, orderBy: { field: IS_PUBLIC, direction: ASC })',
      'name=b&is_public=false&order_column=is_public&order_type=asc&',
    ],
  ])('repositories%s sends %s', async (args, sent) => {
    const { errors } = await ask(`repositories${args}`);
    expect(errors).toBeUndefined();
    expect(queries()).toEqual([`${sent}limit=25&offset=0`]);
  });

  test('are those that SWR finds, in its order', async () => {
    const { data } = await ask(
      'repositories(filter: { isPublic: true }, orderBy: { field: TAG_COUNT, direction: DESC }, first: 1000)',
    );
    const { nodes, totalCount } = data.found;
    expect([nodes.length, totalCount > 0]).toEqual([totalCount, true]);
    expect(nodes.every(({ isPublic }: { isPublic: boolean }) => isPublic)).toBe(true);
    const counts = nodes.map(({ imageCount }: { imageCount: string }) => BigInt(imageCount));
    expect(counts).toEqual(counts.toSorted((a: bigint, b: bigint) => (a < b ? 1 : a > b ? -1 : 0)));
  });

  test.each([
    '(namespace: "group", filter: { namespace: "data-platform" })',
    '(namespace: "", filter: { namespace: "group" })',
    '(name: "a", filter: { name: "b" })',
    '(filter: { category: UNKNOWN })',
    '(filter: { name: "a$b" })',
    '(filter: { namespace: "a\\u0000b" })',
  ])('repositories%s is rejected without a call', async (args) => {
    const response = await ask(`repositories${args}`);
    expect([response.data.found, codesOf(response)]).toEqual([null, ['BAD_USER_INPUT']]);
    expect(queries()).toEqual([]);
  });

  test('half an order and a category as a text are rejected', async () => {
    for (const args of ['orderBy: { field: NAME }', 'orderBy: { direction: ASC }', 'filter: { category: "linux" }'])
      expect(codesOf(await ask(`repositories(${args})`))).toEqual(['GRAPHQL_VALIDATION_FAILED']);
    expect(queries()).toEqual([]);
  });
});

describe('shared repositories', () => {
  test.each<[args: string, sent: string]>([
    ['center: SELF', 'center::self'],
    ['center: SELF, filter: null, orderBy: null', 'center::self'],
    ['center: SELF, filter: { namespace: "group" }', 'center::self|namespace::group'],
    ['center: THIRD_PARTY, filter: { isSharingValid: false }', 'center::thirdparty|status::false'],
    [
      'center: THIRD_PARTY, name: "a", filter: { isSharingValid: true, namespace: "n" }, orderBy: { field: DOMAIN_NAME, direction: DESC }',
      'center::thirdparty|name::a|namespace::n|status::true|order_column::domain_name|order_type::desc',
    ],
  ])('sharedRepositories(%s) sends %s', async (args, sent) => {
    const { errors } = await ask(`sharedRepositories(${args})`);
    expect(errors).toBeUndefined();
    expect(queries()).toEqual([`filter=${sent}|limit::25|offset::0`]);
  });

  test('are those that SWR finds: valid and expired ones are all', async () => {
    const count = async (filter: string) =>
      (await ask(`sharedRepositories(center: THIRD_PARTY ${filter})`)).data.found.totalCount;
    const [all, valid, expired] = [
      await count(''),
      await count('filter: { isSharingValid: true }'),
      await count('filter: { isSharingValid: false }'),
    ];
    expect(valid).toBeGreaterThan(0);
    expect(expired).toBeGreaterThan(0);
    expect(valid + expired).toBe(all);
  });

  test.each([
    'center: SELF, filter: { isSharingValid: true }',
    'center: SELF, filter: { isSharingValid: false }',
    ...['', ' ', '..', 'a/b', 'a|b', 'a::b', 'x|status::true', 'a$b', 'a\\u0007b'].map(
      (namespace) => `center: SELF, filter: { namespace: "${namespace}" }`,
    ),
  ])('sharedRepositories(%s) is rejected without a call', async (args) => {
    const response = await ask(`sharedRepositories(${args})`);
    expect([response.data.found, codesOf(response)]).toEqual([null, ['BAD_USER_INPUT']]);
    expect(queries()).toEqual([]);
  });
});

describe('a cursor', () => {
  const [FILTERED, ORDERED] = ['filter: { isPublic: false }', 'orderBy: { field: NAME, direction: ASC }'];
  const LISTS: [title: string, list: string, same: string[], others: string[]][] = [
    [
      'own repositories',
      'repositories(namespace: "group"',
      ['repositories(filter: { namespace: "group" }', 'repositories(namespace: "group", filter: {}, orderBy: null'],
      [
        'repositories(name: "a"',
        `repositories(namespace: "group", ${FILTERED}`,
        `repositories(namespace: "group", ${ORDERED}`,
        'repositories(namespace: "group", filter: { category: LINUX }',
      ],
    ],
    [
      'an order',
      `repositories(${ORDERED}`,
      [`repositories(filter: { name: null }, ${ORDERED}`],
      ['repositories(orderBy: { field: NAME, direction: DESC }', 'repositories(filter: {}'],
    ],
    [
      'shared repositories',
      `sharedRepositories(center: SELF, ${ORDERED}`,
      [`sharedRepositories(center: SELF, filter: {}, ${ORDERED}`],
      [
        'sharedRepositories(center: SELF',
        `sharedRepositories(center: THIRD_PARTY, ${ORDERED}`,
        `sharedRepositories(center: SELF, filter: { namespace: "group" }, ${ORDERED}`,
      ],
    ],
  ];

  test.each(LISTS)('of %s is valid for its own filter and order alone', async (_title, list, same, others) => {
    const { data } = await ask(`${list}, first: 1)`);
    const after = data.found.pageInfo.endCursor;
    const read = async (other: string) => codesOf(await ask(`${other}, after: "${after}")`));
    for (const other of [list, ...same]) expect(await read(other), other).toEqual([]);
    for (const other of others) expect(await read(other), other).toEqual(['BAD_USER_INPUT']);
  });
});

test('no filter and no order leave the calls as they were', async () => {
  await ask('repositories(namespace: "group", name: "b", first: 3)');
  await ask('sharedRepositories(center: SELF, name: "b", first: 3)');
  expect(app.targets()).toEqual([
    `${OWN}?namespace=group&name=b&limit=3&offset=0`,
    `${SHARED}?filter=center%3A%3Aself%7Cname%3A%3Ab%7Climit%3A%3A3%7Coffset%3A%3A0`,
  ]);
});
