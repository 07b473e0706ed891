// The meter of an operation and the lists that it paces, without the time that work takes: a turn that is spent, a deadline that has passed.
import { GraphQLError, type GraphQLResolveInfo } from 'graphql';
import { beforeEach, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/config.ts';
import { Meter, ResponseSize } from '../../src/graph/meter.ts';
import { pacedList } from '../../src/graph/paced.ts';
import { ByteBudget, type Reservation } from '../../src/upstream/byte-budget.ts';
import { Cloud } from '../../src/upstream/cloud.ts';
import { decodeJson } from '../../src/upstream/decoding/json.ts';
import { Session } from '../../src/upstream/session.ts';
import { isTurnSpent } from '../../src/upstream/turn.ts';
import { settingsAt } from '../support/upstreams/upstream.ts';

const cloud = new Cloud(loadConfig(settingsAt('http://127.0.0.1:9')).cloud, () => {});
const open = ({
  maxBytes = 1_000_000,
  maxErrors = 500,
  maxValues = 500_000,
  reservation = undefined as Reservation | undefined,
} = {}) => {
  const caller = {
    name: 'caller',
    token: 'token',
    projectId: undefined,
    requestId: 'request',
    hasUnreadAuthorization: false,
  };
  const session = new Session(cloud, caller);
  const size = new ResponseSize(maxBytes, reservation);
  return { session, size, meter: new Meter(session, size, { errors: maxErrors, values: maxValues }) };
};
const info = { path: { key: 'nodes', prev: undefined, typename: 'Connection' } } as GraphQLResolveInfo;
const OBJECTS = { empty: null, isNullable: true, isLeaf: false };
const rows = Array.from({ length: 1000 }, (_, n) => ({ n }));
/** Works until the turn of the event loop has done enough. */
const spendTurn = () => {
  while (!isTurnSpent());
};
const codeOf = (error: unknown) => (error instanceof GraphQLError ? error.extensions.code : undefined);

beforeEach(() => new Promise<void>((resolve) => void setImmediate(resolve)));

test('a list is as it is while the turn lasts', () => {
  const { meter } = open();
  expect([...pacedList(rows.slice(0, 100), meter, OBJECTS, info)]).toEqual(rows.slice(0, 100));
});

test('once the turn is spent its further items come in later turns, in their order', async () => {
  const { meter } = open();
  spendTurn();
  const items = [...pacedList(rows, meter, OBJECTS, info)];
  const firstPromise = items.findIndex((item) => item instanceof Promise);
  expect(firstPromise).toBeGreaterThan(0);
  expect(firstPromise).toBeLessThanOrEqual(8);
  expect(items.slice(firstPromise).every((item) => item instanceof Promise)).toBe(true);
  let resolved = 0;
  for (const item of items.slice(firstPromise)) void (item as Promise<unknown>).then(() => resolved++);
  await Promise.resolve();
  expect(resolved).toBe(0);
  expect(await Promise.all(items)).toEqual(rows);
});

test('an item that is much work ends the turn for those behind it', async () => {
  const { meter } = open();
  spendTurn();
  const items = [...pacedList(rows.slice(0, 20), meter, OBJECTS, info)];
  const order: string[] = [];
  const work = items.map(async (item, n) => {
    await item;
    spendTurn();
    order.push(`row ${n}`);
  });
  const other = new Promise<void>((resolve) =>
    setImmediate(() => setImmediate(() => resolve(void order.push('other')))),
  );
  await Promise.all([...work, other]);
  expect(order.indexOf('other')).toBeLessThan(order.length - 1);
});

test('a turn that is spent stays so for all that is read in it', () => {
  const { meter } = open();
  spendTurn();
  expect([meter.askTurn(), meter.isTurnSpent(), meter.isTurnSpent()]).toEqual([true, true, true]);
});

test('the clock is looked at after a long text was read, however little of it is in the response', () => {
  const { meter } = open();
  expect(meter.askTurn()).toBe(false);
  spendTurn();
  expect(meter.isTurnSpent()).toBe(false);
  expect(decodeJson(`[${' '.repeat(20_000)}]`)).toEqual([]);
  expect(meter.isTurnSpent()).toBe(true);
});

test('a list that has begun is read to its end before another one begins', async () => {
  const { meter } = open();
  const order: string[] = [];
  const list = async (name: string) => {
    if (meter.isTurnSpent()) await meter.nextTurn();
    const items = [...pacedList(rows.slice(0, 30), meter, OBJECTS, info)];
    order.push(`${name} begins`);
    await Promise.all(items.map(async (item) => (await item) && spendTurn()));
    order.push(`${name} ends`);
  };
  spendTurn();
  meter.askTurn();
  await Promise.all(['one', 'two', 'three'].map(list));
  expect(order).toEqual(['one', 'two', 'three'].flatMap((name) => [`${name} begins`, `${name} ends`]));
});

test('items behind a deadline are errors, though its timer could not fire', async () => {
  const { meter, session } = open({ maxErrors: 3 });
  session.startDeadline(1);
  spendTurn();
  const items = await Promise.all(pacedList(rows, meter, OBJECTS, info));
  const late = items.filter((item) => codeOf(item) === 'DEADLINE_EXCEEDED');
  expect(late).toHaveLength(3);
  expect(items.filter((item) => item === null).length).toBeGreaterThan(900);
  expect(meter.report([]).map(({ extensions }) => extensions.code)).toEqual(['DEADLINE_EXCEEDED']);
});

test('nothing is read for a caller that has disconnected', async () => {
  const { meter, session } = open();
  session.cancel('aborted');
  expect(meter.add(100)).toBe(true);
  expect(meter.add(100_000)).toBe(false);
  expect(meter.add(1)).toBe(false);
  expect([...pacedList(rows, meter, OBJECTS, info)]).toEqual([]);
  expect(meter.close()).toBeUndefined();
});

test('an operation ends where its response would take more memory than all of them, or those of its caller, may', () => {
  const budget = new ByteBudget(1_000_000, 0.5);
  budget.open('other').take(400_000);
  budget.open('caller').take(200_000);
  const { meter } = open({ maxBytes: 10_000_000, reservation: budget.open('caller') });
  while (meter.add(1000));
  expect(meter.close()?.extensions).toMatchObject({ code: 'RATE_LIMITED', service: null, http: { status: 429 } });
  expect(budget.used).toBe(600_000);
  const third = open({ maxBytes: 10_000_000, reservation: budget.open('third') });
  while (third.meter.add(1000));
  expect(third.meter.close()?.extensions).toMatchObject({ code: 'OVERLOADED', http: { status: 503 } });
});

test('an operation that alone takes more memory than its caller may have is too complex', () => {
  const limit = { name: 'totalResponseBytes', max: 50_000 };
  const { meter } = open({ reservation: new ByteBudget(100_000, 0.5).open('caller') });
  while (meter.addObject(1000, {}));
  expect(meter.close()?.extensions).toMatchObject({ code: 'QUERY_TOO_COMPLEX', limit });
});

test('of the operations of a request the one with the most bytes ends', () => {
  const { size, meter } = open({ maxBytes: 100_000 });
  const small = new Meter(open().session, size, { errors: 1, values: 1000 });
  expect([meter.add(60_000), small.add(50_000), meter.add(1)]).toEqual([true, true, false]);
  expect(small.close()).toBeUndefined();
  expect(meter.close()?.extensions).toMatchObject({ code: 'QUERY_TOO_COMPLEX', limit: { name: 'responseBytes' } });
});

test('a value that must not be null and fails without an error of its own leaves no error', () => {
  const { meter } = open({ maxErrors: 1 });
  const kind = { empty: {}, isNullable: false, isLeaf: false };
  const items = [...pacedList([new Error('one'), new Error('two')], meter, kind, info)] as GraphQLError[];
  expect(items[0]?.message).toBe('one');
  expect(meter.report(items).map(({ message }) => message)).toEqual([
    'one',
    expect.stringContaining('One further value'),
  ]);
});

test('promises of a list are awaited, whatever becomes of the operation', async () => {
  const { meter, session } = open();
  const items = [Promise.reject(new Error('one')), Promise.resolve(rows[0])];
  session.cancel('aborted');
  meter.add(100_000);
  expect(await Promise.all(pacedList(items, meter, OBJECTS, info))).toEqual([null, null]);
});
