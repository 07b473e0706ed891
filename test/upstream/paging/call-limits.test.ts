// Upstreams that send fewer rows than the limit: where a page or a lookup would take too many calls, the error says how many rows came.
import { expect, test } from 'vitest';
import { pack } from '../../../src/graph/opaque.ts';
import { imageId, imageRow } from '../../resources/image/kind.ts';
import { imageGroupRow } from '../../resources/image-group/kind.ts';
import { retentionLogRow } from '../../resources/retention-log/kind.ts';
import { sharedRow } from '../../resources/shared-repository/kind.ts';
import { startApp } from '../../support/app.ts';
import { groupList, retentionList, sharedList } from '../../support/upstreams/paged-upstream.ts';
import type { Script } from '../../support/upstreams/upstream.ts';

const CAP = 5;
const many = <Row>(make: (n: number) => Row) => Array.from({ length: 2000 }, (_, n) => make(n + 1));
const logs = retentionList(
  many((id) => retentionLogRow({ id })),
  { cap: CAP },
);
const shared = sharedList(
  many((n) => sharedRow({ name: `r${n}` })),
  { cap: CAP },
);
const images: Script = ({ query }) => {
  const start = Number((query.get('marker') ?? '0').slice(-12)) + 1;
  const page = Array.from({ length: CAP }, (_, n) => imageRow({ id: imageId(start + n) }));
  return { body: { images: page, next: `/v2/images?marker=${page.at(-1)?.id}` } };
};
const groups = groupList(
  many((n) => imageGroupRow({ name: `g${n}` })),
  { cap: CAP },
);

test.each([
  ['SWR', 'sharedRepositories(center: SELF, first: 1000)', shared],
  ['SWR', 'retentionLogs(namespace: "group", repositoryName: "busybox", first: 1000)', logs],
  ['ModelArts', 'imageGroups(first: 1000)', groups],
  ['IMS', 'images(first: 999)', images],
])('a page of %s that needs more than twenty calls: %s', async (service, field, upstream) => {
  const app = await startApp({ upstream });
  const { data, errors } = await app.ask(`{ list: ${field} { nodes { id } } }`);
  expect(data).toEqual({ list: null });
  const message = `${service} sent 100 rows in 20 pages, and this page is not complete: request fewer rows, or narrow the filter.`;
  expect(errors).toMatchObject([{ path: ['list'], message, extensions: { code: 'UPSTREAM_ERROR' } }]);
  expect(app.targets()).toHaveLength(20);
  // Fewer rows are enough.
  const smaller = await app.ask(`{ list: ${field.replace(/first: \d+/, 'first: 99')} { nodes { id } } }`);
  expect(smaller.errors).toBeUndefined();
  expect(smaller.data.list.nodes).toHaveLength(99);
});

test.each([
  ['SWR', ['SharedRepository', 'SELF', 'group', 'r1999'], shared],
  ['SWR', ['RetentionLog', 'group', 'busybox', '1999'], logs],
  ['ModelArts', ['ImageGroup', 'group', 'g1999', '0'], groups],
])('a lookup in a list of %s that goes on behind ten pages: %j', async (service, key, upstream) => {
  const app = await startApp({ upstream });
  const { data, errors } = await app.ask('query ($id: ID!) { node(id: $id) { id } }', { id: pack(key) });
  expect(data).toEqual({ node: null });
  const message = `The record is not among the first 50 rows of the list, which ${service} sent in 10 pages; no more are read.`;
  expect(errors).toMatchObject([{ path: ['node'], message, extensions: { code: 'UPSTREAM_ERROR' } }]);
  expect(app.targets()).toHaveLength(10);
});
