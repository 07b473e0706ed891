// Rows beyond those that a call requests are not looked at, whatever they are; they are read where they belong, and the log has a line.
import { expect, test } from 'vitest';
import { imageId, imageRow } from '../../resources/image/kind.ts';
import { imageGroupRow } from '../../resources/image-group/kind.ts';
import { repositoryDetail } from '../../resources/repository/kind.ts';
import { retentionLogRow } from '../../resources/retention-log/kind.ts';
import { sharedRow } from '../../resources/shared-repository/kind.ts';
import { startApp } from '../../support/app.ts';
import type { WireRow } from '../../support/kind.ts';
import { groupList, imageList, ownList, retentionList, sharedList } from '../../support/upstreams/paged-upstream.ts';
import { ABSENT, type Script } from '../../support/upstreams/upstream.ts';

const COUNT = 30;
const rows = (make: (n: number) => WireRow) => Array.from({ length: COUNT }, (_, n) => make(n));

interface List {
  readonly field: (page: string) => string;
  readonly key: string;
  readonly rows: readonly WireRow[];
  /** The rows from the place that the call names on, as many as there are. */
  readonly script: Script;
  readonly line: string;
}

/** Sends all rows from the offset of a call on, or after its marker, whatever its limit. */
const ignoringLimit =
  (list: Script, further: readonly WireRow[]): Script =>
  async (call, response) => {
    const reply = await list(call, response);
    const body = JSON.parse(JSON.stringify(reply?.body));
    const found = Array.isArray(body) ? body : (body.images ?? body.data ?? body.retention_log);
    const { query } = call;
    const filter = /offset::(\d+)/.exec(query.get('filter') ?? '')?.[1];
    const marker = query.get('marker');
    const offset = Number(
      query.get('offset') ?? filter ?? (marker ? further.findIndex(({ id }) => id === marker) + 1 : 0),
    );
    found.push(...further.slice(offset + found.length));
    // The last page has no link.
    delete body.next;
    return { ...reply, body };
  };

const imageRows = rows((n) => imageRow({ id: imageId(n + 1), name: `image-${n}` }));
const sharedRows = rows((n) => sharedRow({ name: `shared-${n}` }));
const groupRows = rows((n) => imageGroupRow({ name: `group-${n}` }));
const logRows = rows((n) => retentionLogRow({ id: n + 1 }));

const LISTS: Readonly<Record<string, List>> = {
  images: {
    field: (page) => `images(${page})`,
    key: 'imageId',
    rows: imageRows,
    script: imageList(imageRows),
    line: 'IMS sent more rows than requested (list images): the others are ignored.',
  },
  sharedRepositories: {
    field: (page) => `sharedRepositories(center: SELF, ${page})`,
    key: 'name',
    rows: sharedRows,
    script: sharedList(sharedRows),
    line: 'SWR sent more rows than requested (list shared repositories): the others are ignored.',
  },
  imageGroups: {
    field: (page) => `imageGroups(${page})`,
    key: 'name',
    rows: groupRows,
    script: groupList(groupRows),
    line: 'ModelArts sent more rows than requested (list image groups): the others are ignored.',
  },
  retentionLogs: {
    field: (page) => `retentionLogs(namespace: "group", repositoryName: "busybox", ${page})`,
    key: 'id',
    rows: logRows,
    script: retentionList(logRows),
    line: 'SWR sent more rows than requested (list retention histories): the others are ignored.',
  },
};

test.each(Object.keys(LISTS))('%s: an upstream that ignores the limit loses no row and repeats none', async (name) => {
  const list = LISTS[name];
  if (!list) throw new Error(name);
  const app = await startApp({ upstream: ignoringLimit(list.script, list.rows) });
  const right = await startApp({ upstream: list.script });
  const walk = async ({ ask }: typeof app) => {
    const seen: unknown[] = [];
    let after = '';
    for (let pages = 0; pages < 10; pages++) {
      const { data, errors } = await ask(
        `{ it: ${list.field(`first: 7${after}`)} { nodes { ${list.key} } pageInfo { hasNextPage endCursor } } }`,
      );
      expect(errors).toBeUndefined();
      seen.push(...data.it.nodes);
      if (!data.it.pageInfo.hasNextPage) break;
      after = `, after: "${data.it.pageInfo.endCursor}"`;
    }
    return seen;
  };
  const seen = await walk(app);
  expect(seen).toHaveLength(COUNT);
  expect(seen).toEqual(await walk(right));
  expect(right.log).toEqual([]);
  expect(app.log).toEqual([list.line]);
});

test.each(Object.keys(LISTS))('%s: rows beyond those requested may be anything', async (name) => {
  const list = LISTS[name];
  if (!list) throw new Error(name);
  const poison = Array.from({ length: 5_000 }, (_, n) => [n, null, {}, 'x', [[]]][n % 5]);
  const upstream: Script = async (call, response) => {
    const reply = await list.script(call, response);
    const body = JSON.parse(JSON.stringify(reply?.body));
    (Array.isArray(body) ? body : (body.images ?? body.data ?? body.retention_log)).push(...poison);
    return { ...reply, body };
  };
  const app = await startApp({ upstream });
  const right = await startApp({ upstream: list.script });
  const query = `{ it: ${list.field('first: 5')} { nodes { id } pageInfo { hasNextPage endCursor } } }`;
  expect(await app.ask(query)).toEqual(await right.ask(query));
  expect(app.log).toEqual([list.line]);
});

test('a list by ids that has others, too, gives those that were requested', async () => {
  const wanted = [1, 2, 3].map(imageId);
  const app = await startApp({
    upstream: ({ path }) =>
      path === '/v2/images' ? { body: { images: [...imageRows.slice(0, 3), ...imageRows, 7, null] } } : ABSENT.ims,
    settings: { IMAGE_GRAPH_CLOUD: 'openstack' },
  });
  const fields = wanted.map((id, n) => `i${n}: image(imageId: "${id}") { imageId }`);
  const { data, errors } = await app.ask(`{ ${fields.join(' ')} }`);
  expect(errors).toBeUndefined();
  expect(Object.values(data)).toEqual(wanted.map((id) => ({ imageId: id })));
});

test('a scan for repositories goes on behind the rows that it requested', async () => {
  const names = rows((n) => ({ name: `busybox-${n}`, namespace: 'group' }));
  const own = names.map((row) => repositoryDetail({ ...row, size: 7 }));
  const list = ignoringLimit(ownList(own), own);
  const app = await startApp({
    upstream: (call, response) => (call.path === '/v2/manage/repos' ? list(call, response) : { status: 403, body: {} }),
  });
  const representations = names.slice(0, 6).map((key) => ({ __typename: 'Repository', ...key }));
  const { data, errors } = await app.ask(
    'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Repository { name size } } }',
    { r: representations },
  );
  expect(errors).toBeUndefined();
  expect(data._entities).toEqual(names.slice(0, 6).map(({ name }) => ({ name, size: '7' })));
});
