// One service fails while the others respond, with several failing fields (every fault: transport/faults.test.ts); aliases of one field
// with other arguments.
import { expect, test } from 'vitest';
import { imageId, imageRow } from '../resources/image/kind.ts';
import { imageGroupRow } from '../resources/image-group/kind.ts';
import { detailAt, repositoryDetail } from '../resources/repository/kind.ts';
import { retentionLogRow } from '../resources/retention-log/kind.ts';
import { sharedRow } from '../resources/shared-repository/kind.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { ABSENT, type Script } from '../support/upstreams/upstream.ts';

const IMAGE = imageId(1);
const OVERVIEW = `{
  sharedRepositories(center: SELF) { totalCount nodes { name } }
  repository(namespace: "group", name: "busybox") { name retentionLogs { nodes { tag } } imageGroup { name } }
  images { nodes { imageId } }
  image(imageId: "${IMAGE}") { name }
  imageGroups { nodes { name } } }`;
const WHOLE = {
  sharedRepositories: { totalCount: 1, nodes: [{ name: 'busybox' }] },
  repository: { name: 'busybox', retentionLogs: { nodes: [{ tag: '4' }] }, imageGroup: { name: 'busybox' } },
  images: { nodes: [{ imageId: IMAGE }] },
  image: { name: 'CentOS' },
  imageGroups: { nodes: [{ name: 'busybox' }] },
};
type Service = 'swr' | 'ims' | 'modelarts';
const WITHOUT: Record<Service, Record<string, unknown>> = {
  swr: { ...WHOLE, sharedRepositories: null, repository: null },
  ims: { ...WHOLE, images: null, image: null },
  modelarts: { ...WHOLE, repository: { ...WHOLE.repository, imageGroup: null }, imageGroups: null },
};
const PATHS: Record<Service, string[]> = {
  swr: ['repository', 'sharedRepositories'],
  ims: ['image', 'images'],
  modelarts: ['imageGroups', 'repository.imageGroup'],
};

const serviceOf = (path: string): Service =>
  path.startsWith('/v2/images') ? 'ims' : path.startsWith('/v1/') ? 'modelarts' : 'swr';
const healthy: Script = ({ path }) => {
  if (path.endsWith('/histories')) return { body: { retention_log: [retentionLogRow()], total: 1 } };
  if (path.includes('/repos/')) return { body: repositoryDetail() };
  if (path === '/v2/images') return { body: { images: [imageRow()] } };
  if (path.startsWith('/v2/images/')) return { body: imageRow() };
  if (path.startsWith('/v1/')) return { body: { data: [imageGroupRow({ name: 'busybox' })], total: 1 } };
  return { headers: { 'content-range': '0-1/1' }, body: [sharedRow()] };
};
/** Healthy but for one service, which responds as `script` says. */
const ailing =
  (service: Service, script: Script): Script =>
  (call, response) =>
    (serviceOf(call.path) === service ? script : healthy)(call, response);

const SERVICES: Service[] = ['swr', 'ims', 'modelarts'];
const AILMENTS: [what: string, code: string, script: Script, extensions?: Record<string, unknown>][] = [
  ['responds with HTML and 200', 'UPSTREAM_BAD_RESPONSE', () => ({ body: '<html>login</html>' })],
  ['responds with 300', 'UPSTREAM_ERROR', () => ({ status: 300, body: { versions: [] } }), { upstreamStatus: 300 }],
];

async function expectPartial(app: Pick<TestApp, 'ask'>, service: Service, extensions: object) {
  const { data, errors } = await app.ask(OVERVIEW);
  expect(data).toEqual(WITHOUT[service]);
  expect(errors?.map(({ path }) => path?.join('.')).sort()).toEqual(PATHS[service]);
  for (const error of errors ?? []) expect(error.extensions).toMatchObject({ service, ...extensions });
}

test('the overview is whole when every service responds', async () => {
  const app = await startApp({ upstream: healthy });
  expect(await app.ask(OVERVIEW)).toEqual({ data: WHOLE });
});

test.each(
  SERVICES.flatMap((service) =>
    AILMENTS.map(([what, code, script, extensions = {}]) => ({ service, what, code, script, extensions })),
  ),
)(
  '$service $what: its fields are null with $code, the others have their values',
  async ({ service, code, script, extensions }) => {
    const app = await startApp({ upstream: ailing(service, script) });
    await expectPartial(app, service, { code, ...extensions });
    expect(app.log).toEqual([]);
  },
);

test('a service that is left out of the settings is NOT_CONFIGURED at its own fields', async () => {
  const app = await startApp({ upstream: healthy, settings: { IMAGE_GRAPH_MODELARTS_ENDPOINT: '' } });
  await expectPartial(app, 'modelarts', { code: 'NOT_CONFIGURED' });
});

test('one failing image of several nulls its own alias alone', async () => {
  const app = await startApp({
    upstream: ({ path }) => {
      if (path.endsWith(imageId(2))) return { status: 500, body: {} };
      if (path.endsWith(imageId(3))) return ABSENT.ims;
      return { body: imageRow({ id: path.split('/').at(-1) }) };
    },
  });
  const { data, errors } = await app.ask(
    `{ ${[1, 2, 3, 4].map((n) => `i${n}: image(imageId: "${imageId(n)}") { imageId }`).join(' ')} }`,
  );
  expect(data).toEqual({ i1: { imageId: imageId(1) }, i2: null, i3: null, i4: { imageId: imageId(4) } });
  expect(errors).toMatchObject([{ path: ['i2'], extensions: { code: 'UPSTREAM_ERROR', upstreamStatus: 500 } }]);
  expect(errors).toHaveLength(1);
});

test('aliases of one field that differ only in their arguments have values of their own', async () => {
  const app = await startApp({
    upstream: ({ path, query, url }) => {
      if (path.endsWith('/histories')) {
        const rows = Array.from({ length: Number(query.get('limit')) }, (_, index) =>
          retentionLogRow({ id: index, tag: path.split('/')[6] }),
        );
        return { body: { retention_log: rows, total: 50 } };
      }
      if (path === '/v2/images')
        return { body: { images: [imageRow({ name: query.get('name') ?? query.get('sort_key') })] } };
      if (path.startsWith('/v1/'))
        return { body: { data: [imageGroupRow({ name: query.get('namespace') })], total: 1 } };
      if (path.includes('/repos/')) return { body: detailAt(path, { description: path }) };
      return { headers: { 'content-range': '0-1/1' }, body: [sharedRow({ description: decodeURIComponent(url) })] };
    },
  });
  const { data, errors } = await app.ask(`{
    self: sharedRepositories(center: SELF, first: 1) { nodes { description } }
    third: sharedRepositories(center: THIRD_PARTY, first: 1) { nodes { description } }
    one: repository(namespace: "group", name: "one") { description
      few: retentionLogs(first: 1) { nodes { tag } } more: retentionLogs(first: 3) { nodes { tag } } }
    two: repository(namespace: "group", name: "two") { description few: retentionLogs(first: 2) { nodes { tag } } }
    named: images(first: 1, filter: { name: "a" }) { nodes { name sort: property(name: "status") raw: property(name: "id") } }
    other: images(first: 1, filter: { name: "b" }) { nodes { name } }
    sorted: images(first: 1, orderBy: { field: STATUS, direction: ASC }) { nodes { name } }
    g: imageGroups(filter: { namespace: "g1" }) { nodes { name } } h: imageGroups(filter: { namespace: "h1" }) { nodes { name } } }`);
  expect(errors).toBeUndefined();
  expect(data.self.nodes[0].description).toContain('center::self');
  expect(data.third.nodes[0].description).toContain('center::thirdparty');
  const tags = (tag: string, count: number) => ({ nodes: Array(count).fill({ tag }) });
  expect(data.one).toEqual({ description: expect.stringMatching(/one$/), few: tags('one', 1), more: tags('one', 3) });
  expect(data.two).toEqual({ description: expect.stringMatching(/two$/), few: tags('two', 2) });
  expect(data.named.nodes).toEqual([{ name: 'a', sort: 'active', raw: imageId(1) }]);
  expect([data.other, data.sorted]).toEqual([{ nodes: [{ name: 'b' }] }, { nodes: [{ name: 'status' }] }]);
  expect([data.g, data.h]).toEqual([{ nodes: [{ name: 'g1' }] }, { nodes: [{ name: 'h1' }] }]);
});
