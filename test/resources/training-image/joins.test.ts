// Training images and what SWR and ModelArts have of them: tag, repository and group by the path of an image, and the image of a tag by
// one list for each organization; which calls each join takes.
import { expect, test } from 'vitest';
import { startApp } from '../../support/app.ts';
import type { WireRow } from '../../support/kind.ts';
import { groupList } from '../../support/upstreams/paged-upstream.ts';
import { ABSENT, type Reply } from '../../support/upstreams/upstream.ts';
import { trainingImageId, trainingImageRow } from './kind.ts';

const IMAGES = '/v1/project-1/images';
const REPOSITORY = /^\/v2\/manage\/namespaces\/([^/]+)\/repos\/([^/]+)$/;
const TAG = /^\/v2\/manage\/namespaces\/([^/]+)\/repos\/([^/]+)\/tags\/([^/]+)$/;
const TAGS = /^\/v2\/manage\/namespaces\/([^/]+)\/repos\/([^/]+)\/tags$/;
const list = (...rows: unknown[]): Reply => ({ body: { data: rows, total: rows.length } });
const id = (n: number) => trainingImageId(n);

/** SWR whose records name a registry in their paths; everything exists there. */
function swr(path: string, registry = 'swr.example.com', own: WireRow = {}): Reply | undefined {
  const [, namespace, name = '', tag] = TAG.exec(path) ?? REPOSITORY.exec(path) ?? [];
  if (namespace === undefined) return undefined;
  const slashed = name.replaceAll('$', '/');
  const address = `${registry}/${namespace}/${slashed}`;
  return {
    body: tag === undefined ? { name: slashed, path: address, ...own } : { tag, path: `${address}:${tag}`, ...own },
  };
}

/** What an image's path leads to, and the calls to SWR. */
async function follow(row: WireRow, reply: (path: string) => Reply | undefined) {
  const app = await startApp({
    upstream: ({ path }) =>
      path === IMAGES ? list(trainingImageRow(row)) : (reply(path) ?? { status: 500, body: '' }),
  });
  const { data, errors } = await app.ask(`{ trainingImages { nodes {
    containerTag { namespace repositoryName name } repository { namespace name } } } }`);
  expect(errors).toBeUndefined();
  const [{ containerTag: tag, repository }] = data.trainingImages.nodes;
  const calls = app.targets().filter((target) => !target.startsWith(IMAGES));
  return {
    tag: tag && `${tag.namespace} ${tag.repositoryName} ${tag.name}`,
    repository: repository && `${repository.namespace} ${repository.name}`,
    calls: calls.map((target) => target.replace('/v2/manage/namespaces/', '')).toSorted(),
  };
}

const NOTHING = { tag: null, repository: null, calls: [] };

test.each([
  ['swr.example.com/group/app:1.0', 'group app', '1.0'],
  ['swr.example.com/group/a/b_c.d:v1', 'group a/b_c.d', 'v1'],
  // Without a registry it is that of the cloud.
  ['group/app:a..b', 'group app', 'a..b'],
  ['SWR.Example.com/group/app:1.0', 'group app', '1.0'],
])('%s leads to a tag and its repository', async (path, repository, tag) => {
  const address = repository.replaceAll('/', '$').replace(' ', '/repos/');
  expect(await follow({ swr_path: path }, swr)).toEqual({
    tag: `${repository} ${tag}`,
    repository,
    calls: [address, `${address}/tags/${tag}`],
  });
});

test.each([
  ['a path that is missing', { swr_path: undefined }],
  ['null', { swr_path: null }],
  ['an empty one', { swr_path: '' }],
  ['an object', { swr_path: { path: 'x' } }],
  ['a word', { swr_path: 'app' }],
  ['a blank in a name', { swr_path: 'swr.example.com/group/a b:1' }],
  ['names of more', { swr_path: 'swr.example.com/group/a/../b:1' }],
  ['no repository', { swr_path: 'swr.example.com/group/:1' }],
  ['a name in upper case', { swr_path: 'swr.example.com/group/App:1' }],
  ['an organization that SWR cannot have', { swr_path: 'swr.example.com/9$x/app:1' }],
  ['another alphabet', { swr_path: 'swr.example.com/group/größe:1' }],
  ['a tag that cannot be one', { swr_path: 'swr.example.com/group/app:-x' }],
  ['a path of megabytes', { swr_path: `swr.example.com/group/${'a'.repeat(2_000_000)}:1` }],
  ['an enterprise instance', { swr_instance_id: 'instance-1' }],
])('%s leads nowhere, without a call', async (_title, row) => {
  expect(await follow(row, swr)).toEqual(NOTHING);
});

test('a digest leads to the repository, and to no tag', async () => {
  const digest = `sha256:${'0a'.repeat(32)}`;
  for (const path of [
    `swr.example.com/group/app@${digest}`,
    `swr.example.com/group/app:1@${digest}`,
    'swr.example.com/group/app',
  ])
    expect(await follow({ swr_path: path }, swr)).toEqual({
      tag: null,
      repository: 'group app',
      calls: ['group/repos/app'],
    });
});

const CALLS = ['group/repos/pytorch_1_8', 'group/repos/pytorch_1_8/tags/1.0.0'];

test.each([
  ['another registry', 'swr.other.com', {}, false],
  ['another port', 'swr.example.com:5000', {}, false],
  ['the same registry', 'swr.example.com', {}, true],
  ['a path in upper case', 'SWR.EXAMPLE.COM', {}, true],
  ['no path', '', { path: undefined }, true],
  ['a path that is null', '', { path: null }, true],
  ['a path that is a number', '', { path: 7 }, true],
  ['a path that cannot be read', '', { path: 'x' }, true],
])('where SWR’s record has %s, the join is made or not after the same calls', async (_title, registry, own, isMade) => {
  const found = await follow({}, (path) => swr(path, registry, own));
  expect(found).toEqual({
    tag: isMade ? 'group pytorch_1_8 1.0.0' : null,
    repository: isMade ? 'group pytorch_1_8' : null,
    calls: CALLS,
  });
});

test('a tag and a repository that are gone are null', async () => {
  expect(await follow({}, () => ABSENT.swr)).toEqual({ tag: null, repository: null, calls: CALLS });
});

test('a denial of SWR nulls its own fields; those of ModelArts are there', async () => {
  const denied = { status: 403, body: { errors: [{ errorCode: 'SVCSTG.SWR.4030001' }] } };
  const app = await startApp({ upstream: ({ path }) => (path === IMAGES ? list(trainingImageRow()) : denied) });
  const { data, errors } = await app.ask(
    '{ trainingImages { nodes { name containerTag { size } repository { size } } } }',
  );
  expect(data.trainingImages.nodes).toEqual([{ name: 'pytorch_1_8', containerTag: null, repository: null }]);
  expect(errors?.map(({ path, extensions }) => [path?.at(-1), extensions.code]).toSorted()).toEqual([
    ['containerTag', 'FORBIDDEN'],
    ['repository', 'FORBIDDEN'],
  ]);
});

test('the group of an image is that of its organization, name and workspace', async () => {
  const rows = [
    trainingImageRow(),
    trainingImageRow({ id: id(2), workspace_id: 'w1' }),
    trainingImageRow({ id: id(3), namespace: '' }),
    trainingImageRow({ id: id(4), name: null }),
  ];
  const app = await startApp({
    upstream: ({ path }) => (path === IMAGES ? list(...rows) : list({ namespace: 'group', name: 'pytorch_1_8' })),
  });
  const { data, errors } = await app.ask('{ trainingImages { nodes { imageGroup { name workspaceId } } } }');
  expect(errors).toBeUndefined();
  expect(data.trainingImages.nodes.map(({ imageGroup }: { imageGroup: unknown }) => imageGroup)).toEqual([
    { name: 'pytorch_1_8', workspaceId: '0' },
    { name: 'pytorch_1_8', workspaceId: 'w1' },
    null,
    null,
  ]);
  expect(
    app
      .targets()
      .slice(1)
      .map((target) => target.split('/group?')[1])
      .toSorted(),
  ).toEqual([
    'name=pytorch_1_8&name_fuzzy_match=false&namespace=group&limit=500&offset=0',
    'name=pytorch_1_8&name_fuzzy_match=false&namespace=group&workspace_id=w1&limit=500&offset=0',
  ]);
});

/** An upstream with tags in repositories, and with training images that name some of them. */
function tagged(tags: readonly string[], images: (namespace: string) => readonly unknown[]) {
  return ({ path, query, url }: { path: string; query: URLSearchParams; url: string }) => {
    const [, namespace = '', name = ''] = TAGS.exec(path) ?? [];
    if (path === IMAGES)
      return groupList(images(query.get('namespace') ?? ''))({ path, query, url } as never, undefined as never);
    if (name === '') return swr(path) as Reply;
    const rows = tags.map((Tag) => ({ Tag, path: `swr.example.com/${namespace}/${name}:${Tag}` }));
    return { body: rows, headers: { 'content-range': `0-${rows.length}/${rows.length}` } };
  };
}

const images = (namespaces: readonly string[]) =>
  namespaces.map(
    (namespace, n) => `r${n}: repository(namespace: "${namespace}", name: "app") {
    containerTags(first: 100) { nodes { name trainingImage { trainingImageId } } } }`,
  );

test('the training images of a hundred tags in three organizations take three calls', async () => {
  const tags = Array.from({ length: 34 }, (_, n) => `v${n}`);
  const app = await startApp({
    upstream: tagged(tags, (namespace) =>
      tags.map((tag, n) => trainingImageRow({ id: id(n), swr_path: `swr.example.com/${namespace}/app:${tag}` })),
    ),
  });
  const { data, errors } = await app.ask(`{ ${images(['a1', 'b2', 'c3']).join(' ')} }`);
  expect(errors).toBeUndefined();
  for (const found of [data.r0, data.r1, data.r2])
    expect(found.containerTags.nodes.map(({ trainingImage }: { trainingImage: object }) => trainingImage)).toEqual(
      tags.map((_, n) => ({ trainingImageId: id(n) })),
    );
  expect(
    app
      .targets()
      .filter((target) => target.startsWith(IMAGES))
      .toSorted(),
  ).toEqual(
    ['a1', 'b2', 'c3'].map((namespace) => `${IMAGES}?namespace=${namespace}&type=DEDICATED&limit=500&offset=0`),
  );
});

test('tags of one organization whose lists come one after another take one call together', async () => {
  const serve = tagged(['v1', 'v2'], () => [
    trainingImageRow({ swr_path: 'swr.example.com/o/app:v2' }),
    trainingImageRow({ id: id(2), swr_path: 'swr.example.com/o/other:v1' }),
  ]);
  const isListed = Promise.withResolvers<void>();
  const app = await startApp({
    upstream: async (call) => {
      if (call.path === IMAGES) isListed.resolve();
      if (call.path.includes('other')) await isListed.promise;
      return serve(call);
    },
  });
  const { data, errors } = await app.ask(`{ ${images(['o']).join(' ')} r1: repository(namespace: "o", name: "other") {
    containerTags { nodes { name trainingImage { trainingImageId } } } } }`);
  expect(errors).toBeUndefined();
  const found = [data.r0, data.r1].map(({ containerTags }) => containerTags.nodes);
  expect(found).toEqual([
    [
      { name: 'v1', trainingImage: null },
      { name: 'v2', trainingImage: { trainingImageId: id(1) } },
    ],
    [
      { name: 'v1', trainingImage: { trainingImageId: id(2) } },
      { name: 'v2', trainingImage: null },
    ],
  ]);
  expect(app.targets().filter((target) => target.startsWith(IMAGES))).toHaveLength(1);
});

test('the images of a thousand tags are admitted, as the tags of a page share the calls', async () => {
  const app = await startApp({
    upstream: tagged(['v1'], () => [trainingImageRow({ swr_path: 'swr.example.com/o/app:v1' })]),
  });
  const { data, errors } = await app.ask(`{ repository(namespace: "o", name: "app") {
    containerTags(first: 1000) { nodes { trainingImage { trainingImageId } } } } }`);
  expect(errors).toBeUndefined();
  expect(data.repository.containerTags.nodes).toEqual([{ trainingImage: { trainingImageId: id(1) } }]);
});

test('the scan of an organization ends once all tags are found, after ten pages, or with the list', async () => {
  const rows = Array.from({ length: 6_000 }, (_, n) =>
    trainingImageRow({ id: id(n), swr_path: `swr.example.com/o/app:v${n}` }),
  );
  const scan = async (...tags: string[]) => {
    const app = await startApp({ upstream: tagged(tags, (namespace) => (namespace === 'o' ? rows : [])) });
    const { data, errors } = await app.ask(`{ ${images(['o'])} }`);
    const found = data.r0.containerTags.nodes.map(
      ({ trainingImage }: { trainingImage: { trainingImageId: string } | null }) =>
        trainingImage && Number(trainingImage.trainingImageId.slice(-12)),
    );
    return {
      found,
      codes: errors?.map(({ extensions }) => extensions.code),
      pages: app.targets().filter((t) => t.startsWith(IMAGES)).length,
    };
  };
  expect(await scan('v0', 'v499')).toEqual({ found: [0, 499], codes: undefined, pages: 1 });
  expect(await scan('v0', 'v1200')).toEqual({ found: [0, 1200], codes: undefined, pages: 3 });
  // Whether it is behind them is not known: no null without an error.
  expect(await scan('v0', 'v5999')).toEqual({ found: [0, null], codes: ['UPSTREAM_ERROR'], pages: 10 });
  rows.length = 700;
  expect(await scan('v0', 'nowhere')).toEqual({ found: [0, null], codes: undefined, pages: 2 });
});

test('an image is that of a tag only where it is the project’s own, in the default workspace, and its path names the tag', async () => {
  const path = 'swr.example.com/o/app:v1';
  const digest = `@sha256:${'0a'.repeat(32)}`;
  const others: WireRow[] = [
    { swr_path: 'swr.other.com/o/app:v1' },
    { swr_path: 'swr.example.com:5000/o/app:v1' },
    { swr_path: 'swr.example.com/o/app:v1.0' },
    { swr_path: 'swr.example.com/o/app2:v1' },
    { swr_path: 'swr.example.com/o2/app:v1' },
    { swr_path: `${path}${digest}` },
    { swr_path: path, swr_instance_id: 'instance-1' },
    { swr_path: path, type: 'BUILD_IN' },
    { swr_path: path, workspace_id: 'w1' },
    { swr_path: null },
    { swr_path: {} },
  ];
  const rows = others.map((row, n) => trainingImageRow({ id: id(n), ...row }));
  const find = async (...further: unknown[]) => {
    const app = await startApp({ upstream: tagged(['v1', 'v2'], () => [...further, ...rows]) });
    const { data, errors } = await app.ask(`{ ${images(['o'])} }`);
    const [tag, other] = data.r0.containerTags.nodes;
    expect(other).toEqual({ name: 'v2', trainingImage: null });
    return [tag.trainingImage?.trainingImageId ?? null, errors?.map(({ path: at }) => at?.slice(2).join('.'))];
  };
  expect(await find()).toEqual([null, undefined]);
  expect(await find(trainingImageRow({ id: id(50), swr_path: path }))).toEqual([id(50), undefined]);
  // Of several the first.
  const two = [51, 52].map((n) => trainingImageRow({ id: id(n), swr_path: path }));
  expect(await find(...two)).toEqual([id(51), undefined]);
  // A row without an id fails the tag that it names, and no other.
  expect(await find(trainingImageRow({ id: null, swr_path: path }))).toEqual([null, ['nodes.0.trainingImage']]);
  expect(await find(null, {}, trainingImageRow({ id: null }))).toEqual([null, undefined]);
});

test('a tag whose own path names no registry takes the image of any', async () => {
  const app = await startApp({
    upstream: ({ path }) =>
      path === IMAGES
        ? list(trainingImageRow({ swr_path: 'swr.other.com/group/app:v1' }))
        : { body: { tag: 'v1', path: null } },
  });
  const { data, errors } = await app.ask(
    '{ containerTag(namespace: "group", repositoryName: "app", name: "v1") { trainingImage { trainingImageId } } }',
  );
  expect({ data, errors }).toEqual({
    data: { containerTag: { trainingImage: { trainingImageId: id(1) } } },
    errors: undefined,
  });
});

test('a list that ModelArts denies fails the tags of its organization alone; SWR’s fields are there', async () => {
  const serve = tagged(['v1'], () => [trainingImageRow({ swr_path: 'swr.example.com/b2/app:v1' })]);
  const app = await startApp({
    upstream: (call) =>
      call.query.get('namespace') === 'a1'
        ? { status: 403, body: { error_code: 'ModelArts.0108', error_msg: 'x' } }
        : serve(call),
  });
  const { data, errors } = await app.ask(`{ ${images(['a1', 'b2']).join(' ')} }`);
  expect(data).toEqual({
    r0: { containerTags: { nodes: [{ name: 'v1', trainingImage: null }] } },
    r1: { containerTags: { nodes: [{ name: 'v1', trainingImage: { trainingImageId: id(1) } }] } },
  });
  expect(errors?.map(({ path, extensions }) => [path?.[0], extensions.code])).toEqual([['r0', 'FORBIDDEN']]);
});

test('on the sandbox tags and images lead to each other, and the counts of the groups are those of their versions', async () => {
  const app = await startApp({ upstream: 'sandbox' });
  const { data, errors } = await app.ask(`{ trainingImages(first: 60) { nodes {
    trainingImageId swrPath enterpriseInstanceId
    containerTag { path trainingImage { swrPath } } } } }`);
  expect(errors).toBeUndefined();
  const rows = data.trainingImages.nodes;
  const joined = rows.filter(({ containerTag }: { containerTag: unknown }) => containerTag !== null);
  expect(joined.length).toBeGreaterThan(5);
  for (const { swrPath, enterpriseInstanceId, containerTag } of joined) {
    expect(enterpriseInstanceId).toBeNull();
    expect(containerTag).toEqual({ path: swrPath, trainingImage: { swrPath } });
  }
  const groups = await app.ask(
    '{ imageGroups(filter: { type: DEDICATED }, first: 20) { nodes { versionCount versions(first: 0) { totalCount } } } }',
  );
  for (const { versionCount, versions } of groups.data.imageGroups.nodes)
    expect(versions.totalCount).toBe(versionCount);
});
