// Time filters of images: which bound goes upstream, which one ends the walk and which one sifts it.
import { describe, expect, test } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';
import type { WireRow } from '../../support/kind.ts';
import { imageList } from '../../support/upstreams/paged-upstream.ts';
import { imageId, imageRow } from './kind.ts';

/** The n-th day of January: images are numbered by the day on which they were made, and updated ten days later. */
const day = (n: number) => `2026-01-${String(n).padStart(2, '0')}T00:00:00Z`;
const ROWS = Array.from({ length: 20 }, (_, index) => 20 - index).map((n) =>
  imageRow({ id: imageId(n), name: `n${n % 7}`, created_at: day(n), updated_at: day(n + 10) }),
);
const DAYS = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const COMPARE = {
  gt: (time: string, bound: string) => time > bound,
  gte: (time: string, bound: string) => time >= bound,
  lt: (time: string, bound: string) => time < bound,
  lte: (time: string, bound: string) => time <= bound,
  eq: (time: string, bound: string) => time === bound,
  neq: (time: string, bound: string) => time !== bound,
};

/** An upstream that takes one condition a time, as Glance does, and sorts. All times here have seconds alone, so text compares. */
const timed = () =>
  startApp({
    upstream: (call, response) => {
      const key = call.query.get('sort_key') ?? '';
      const holds = (row: WireRow) =>
        ['created_at', 'updated_at'].every((name) => {
          const [operator = '', ...bound] = (call.query.getAll(name).at(-1) ?? '').split(':');
          return operator === '' || COMPARE[operator as 'gt'](String(row[name]), bound.join(':'));
        });
      const sorted = ROWS.filter(holds).toSorted((a, b) =>
        a[key] === b[key] ? (String(a.id) < String(b.id) ? 1 : -1) : String(a[key]) < String(b[key]) ? 1 : -1,
      );
      return imageList(sorted)(call, response);
    },
  });

const QUERY = `query ($filter: ImageFilter, $orderBy: ImageOrder, $first: Int, $after: String, $last: Int, $before: String) {
  images(filter: $filter, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
    nodes { imageId } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;

async function ask(app: TestApp, variables: Record<string, unknown>) {
  const { data, errors } = await app.ask(QUERY, variables);
  expect(errors).toBeUndefined();
  const { nodes, pageInfo } = data.images;
  const days: number[] = nodes.map(({ imageId: id }: { imageId: string }) => Number(id.slice(-4)));
  return { days, pageInfo };
}

/** The conditions on times of the calls since the last look, without repetitions. */
const conditions = (app: TestApp) => {
  const sent = app.calls().map(({ query }) =>
    [...query]
      .filter(([name]) => name.endsWith('ed_at'))
      .map((pair) => pair.join('='))
      .join('&'),
  );
  return [...new Set(sent)];
};

describe('one bound', () => {
  test.each([
    ['gt', DAYS(6, 20)],
    ['gte', DAYS(5, 20)],
    ['lt', DAYS(1, 4)],
    ['lte', DAYS(1, 5)],
    ['eq', [5]],
    ['neq', [...DAYS(1, 4), ...DAYS(6, 20)]],
  ])('%s goes upstream, in either direction', async (operator, expected) => {
    const app = await timed();
    for (const direction of ['ASC', 'DESC']) {
      const order = { field: 'CREATED_AT', direction };
      const { days } = await ask(app, { filter: { createdAt: { [operator]: day(5) } }, orderBy: order });
      expect(days).toEqual(direction === 'ASC' ? expected : expected.toReversed());
      expect(conditions(app)).toEqual([`created_at=${operator}:${day(5)}`]);
    }
  });

  test('of either time goes upstream, both together', async () => {
    const app = await timed();
    const { days } = await ask(app, { filter: { createdAt: { gte: day(3) }, updatedAt: { lt: day(16) } } });
    expect(days).toEqual([5, 4, 3]);
    expect(conditions(app)).toEqual([`created_at=gte:${day(3)}&updated_at=lt:${day(16)}`]);
  });

  test('an offset, a fraction and a lower case are sent in UTC with the fraction kept', async () => {
    const app = await timed();
    for (const gte of ['2026-01-05T02:00:00.123+02:00', '2026-01-05t00:00:00.123z']) {
      await ask(app, { filter: { createdAt: { gte } } });
      expect(conditions(app)).toEqual(['created_at=gte:2026-01-05T00:00:00.123Z']);
    }
  });
});

describe('two bounds', () => {
  const between = { createdAt: { gte: day(5), lt: day(12) } };

  test.each([
    ['newest first', undefined, 'lt', 12],
    ['newest first, as ordered', 'DESC', 'lt', 12],
    ['oldest first', 'ASC', 'gte', 5],
  ])(
    '%s: the bound that the walk meets first goes upstream, the other ends it',
    async (_what, direction, operator, bound) => {
      const app = await timed();
      const orderBy = direction && { field: 'CREATED_AT', direction };
      const { days, pageInfo } = await ask(app, { filter: between, orderBy, first: 25 });
      expect(days).toEqual(direction === 'ASC' ? DAYS(5, 11) : DAYS(5, 11).toReversed());
      expect(pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: false });
      expect(app.upstream.calls.map(({ query }) => query.get('limit'))).toEqual(['26']);
      expect(conditions(app)).toEqual([`created_at=${operator}:${day(bound)}`]);
    },
  );

  test('backwards the other bound is met first', async () => {
    const app = await timed();
    const { days, pageInfo } = await ask(app, { filter: between, last: 3 });
    expect(days).toEqual([7, 6, 5]);
    expect(pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    expect(conditions(app)).toEqual([`created_at=gte:${day(5)}`]);
  });

  test.each([
    ['CREATED_AT', 'ASC'],
    ['CREATED_AT', 'DESC'],
    ['NAME', 'ASC'],
    ['NAME', 'DESC'],
  ])('are walked whole in pages of 1, 2, 3 and 7, forwards and backwards, by %s %s', async (field, direction) => {
    const app = await timed();
    const variables = { filter: { createdAt: { gt: day(4), lte: day(11) } }, orderBy: { field, direction } };
    const whole = await ask(app, { ...variables, first: 100 });
    expect(whole.days.toSorted((a, b) => a - b)).toEqual(DAYS(5, 11));
    for (const size of [1, 2, 3, 7]) {
      const forwards: number[] = [];
      const backwards: number[] = [];
      for (let after: string | undefined, more = true; more; ) {
        const page = await ask(app, { ...variables, first: size, after });
        forwards.push(...page.days);
        [after, more] = [page.pageInfo.endCursor, page.pageInfo.hasNextPage];
      }
      for (let before: string | undefined, more = true; more; ) {
        const page = await ask(app, { ...variables, last: size, before });
        backwards.unshift(...page.days);
        [before, more] = [page.pageInfo.startCursor, page.pageInfo.hasPreviousPage];
      }
      expect(forwards, `pages of ${size}`).toEqual(whole.days);
      expect(backwards, `pages of ${size}`).toEqual(whole.days);
    }
  });

  test.each([
    [{ gte: day(5), lte: day(5) }, [5]],
    [{ gt: day(5), lt: day(6) }, []],
    [{ gt: day(12), lt: day(5) }, []],
    [{ gt: day(19), lte: day(31) }, [20]],
  ])('%j are exact at their ends', async (createdAt, expected) => {
    const app = await timed();
    for (const direction of ['ASC', 'DESC']) {
      const { days, pageInfo } = await ask(app, { filter: { createdAt }, orderBy: { field: 'CREATED_AT', direction } });
      expect(days).toEqual(expected);
      expect(pageInfo.hasNextPage).toBe(false);
    }
  });

  test.each(['NAME', 'ID'])('one bound goes upstream and the other sifts where the order is by %s', async (field) => {
    const app = await timed();
    const { days } = await ask(app, { filter: between, orderBy: { field, direction: 'ASC' } });
    expect(days.toSorted((a, b) => a - b)).toEqual(DAYS(5, 11));
    const [sent, ...others] = conditions(app);
    expect([`created_at=gte:${day(5)}`, `created_at=lt:${day(12)}`]).toContain(sent);
    expect(others).toEqual([]);
  });

  test('of both times: those of the order end the walk, the others sift it', async () => {
    const app = await timed();
    const filter = { createdAt: { gte: day(5), lt: day(12) }, updatedAt: { gt: day(16), lte: day(20) } };
    expect((await ask(app, { filter })).days).toEqual([10, 9, 8, 7]);
    expect(conditions(app)).toEqual([`created_at=lt:${day(12)}&updated_at=lte:${day(20)}`]);
  });

  test('an upstream that has ever more rows to sift ends in an error after a bounded number of calls', async () => {
    let n = 0;
    const app = await startApp({
      upstream: () => {
        n += 2;
        const images = [n, n + 1].map((index) => imageRow({ id: imageId(index), created_at: day(1) }));
        return { body: { images, next: `/v2/images?marker=${imageId(n + 1)}` } };
      },
    });
    const { data, errors } = await app.ask(QUERY, { filter: between, orderBy: { field: 'NAME', direction: 'DESC' } });
    expect(data).toEqual({ images: null });
    expect(errors).toMatchObject([{ path: ['images'], extensions: { service: 'ims' } }]);
    expect(app.targets().length).toBeLessThanOrEqual(20);
  });
});

test.each([
  { gt: day(1), gte: day(2) },
  { lt: day(1), lte: day(2) },
  { eq: day(1), neq: day(2) },
  { eq: day(1), gt: day(2) },
  { gt: day(1), lt: day(2), neq: day(3) },
  { gt: day(1), gte: day(1), lt: day(2) },
])('the mix %j is rejected without a call', async (createdAt) => {
  const app = await timed();
  for (const filter of [{ createdAt }, { updatedAt: createdAt }]) {
    const { data, errors } = await app.ask(QUERY, { filter });
    expect(data).toEqual({ images: null });
    expect(errors).toMatchObject([{ path: ['images'], extensions: { code: 'BAD_USER_INPUT' } }]);
  }
  expect(app.targets()).toEqual([]);
});

test('a row whose time cannot be read stays in a walk with two bounds, with an error at that time', async () => {
  const rows = ROWS.slice(0, 7).map((row, index) => (index === 2 ? { ...row, created_at: 'soon' } : row));
  const app = await startApp({ upstream: imageList(rows) });
  const { data, errors } = await app.ask(
    '{ images(filter: { createdAt: { gt: "2026-01-01T00:00:00Z", lt: "2026-02-01T00:00:00Z" } }) { nodes { imageId createdAt } } }',
  );
  expect(data.images.nodes.map(({ imageId: id }: { imageId: string }) => id)).toEqual(rows.map(({ id }) => id));
  expect(errors).toMatchObject([
    { path: ['images', 'nodes', 2, 'createdAt'], extensions: { code: 'UPSTREAM_BAD_RESPONSE' } },
  ]);
});
