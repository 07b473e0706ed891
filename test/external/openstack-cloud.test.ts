// The graph on a real Keystone and Glance: it shows to each user what Glance lists to that user.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { codesOf, openApp, startApp, type TestApp } from '../support/app.ts';
import { type Member, OPENSTACK_IS_INSTALLED, type OpenStack, startOpenStack } from '../support/processes/openstack.ts';

const TOKEN_SECONDS = 6;
const COUNT = '{ images(first: 1000) { nodes { imageId } } }';

interface GlanceImage {
  readonly id: string;
  readonly name: string | null;
  readonly size: number | null;
}

describe.skipIf(!OPENSTACK_IS_INSTALLED)('on a real OpenStack', { timeout: 60_000 }, () => {
  let cloud: OpenStack;
  let app: TestApp;
  beforeAll(async () => {
    cloud = await startOpenStack({ tokenSeconds: TOKEN_SECONDS });
    app = await openApp({ settings: { IMAGE_GRAPH_CLOUD: 'openstack', IMAGE_GRAPH_IMS_ENDPOINT: cloud.glance } });
  }, 130_000);
  afterAll(async () => {
    await app?.close();
    await cloud?.close();
  });

  /** Queries the graph as a user. */
  async function ask(user: Member, query: string, variables: Record<string, unknown> = {}) {
    return app.ask(query, variables, { 'x-auth-token': await cloud.issueToken(user) });
  }

  /** What Glance itself lists to a user, in one page. */
  async function listOf(user: Member, query = ''): Promise<GlanceImage[]> {
    const response = await fetch(`${cloud.glance}/v2/images?limit=1000${query}`, {
      headers: { 'x-auth-token': await cloud.issueToken(user) },
    });
    return ((await response.json()) as { images: GlanceImage[] }).images;
  }

  const PAGE = `query ($orderBy: ImageOrder, $first: Int, $after: String, $last: Int, $before: String) {
    images(orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
      nodes { imageId } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;

  /** The ids of all pages of 7, from the first one on or from the last one back. */
  async function walk(
    backward: boolean,
    orderBy: unknown,
    askPage = (variables: Record<string, unknown>) => ask('demo', PAGE, variables),
  ): Promise<string[]> {
    const ids: string[] = [];
    let cursor: string | null = null;
    for (;;) {
      const page = backward ? { last: 7, before: cursor } : { first: 7, after: cursor };
      const { data, errors } = await askPage({ orderBy, ...page });
      expect(errors).toBeUndefined();
      const { nodes, pageInfo } = data.images;
      ids.splice(backward ? 0 : ids.length, 0, ...nodes.map((node: { imageId: string }) => node.imageId));
      if (!(backward ? pageInfo.hasPreviousPage : pageInfo.hasNextPage)) return ids;
      cursor = backward ? pageInfo.startCursor : pageInfo.endCursor;
    }
  }

  test.each([
    ['without an order', undefined, ''],
    ['by time', { field: 'CREATED_AT', direction: 'ASC' }, '&sort_key=created_at&sort_dir=asc'],
    ['by name, backwards', { field: 'NAME', direction: 'DESC' }, '&sort_key=name&sort_dir=desc'],
    ['by size', { field: 'SIZE', direction: 'ASC' }, '&sort_key=size&sort_dir=asc'],
    ['by size, backwards', { field: 'SIZE', direction: 'DESC' }, '&sort_key=size&sort_dir=desc'],
  ])(
    '%s the pages, from the first on and from the last back, are what Glance lists',
    async (_order, orderBy, query) => {
      const listed = (await listOf('demo', query)).map(({ id }) => id);
      expect(listed.length).toBeGreaterThan(50);
      expect(await walk(false, orderBy)).toEqual(listed);
      expect(await walk(true, orderBy)).toEqual(listed);
    },
  );

  test('an image is shown with all that Glance has of it', async () => {
    const [image] = await listOf('demo', '&name=props');
    const query = `query ($id: ID!) { image(imageId: $id) {
      name status visibility owner size minDisk minRam tags osType platform firmwareType isRegistered
      property(name: "__undocumented") } }`;
    const { data, errors } = await ask('demo', query, { id: image?.id });
    expect(errors).toBeUndefined();
    expect(data.image).toEqual({
      name: 'props',
      status: 'ACTIVE',
      visibility: 'SHARED',
      owner: cloud.projects.demo,
      size: '5',
      minDisk: 0,
      minRam: 4096,
      tags: [],
      osType: 'WINDOWS',
      platform: 'WINDOWS',
      firmwareType: 'UEFI',
      isRegistered: true,
      property: 'x',
    });
  });

  test('an image of another project is null, and is there for its owner', async () => {
    const [image] = await listOf('other', '&name=private');
    const query = 'query ($id: ID!) { image(imageId: $id) { name } }';
    expect(await ask('demo', query, { id: image?.id })).toEqual({ data: { image: null } });
    expect(await ask('other', query, { id: image?.id })).toEqual({ data: { image: { name: 'private' } } });
  });

  /** Calls Glance about members as a user. */
  async function changeMembers(user: Member, method: 'POST' | 'PUT', path: string, body: object): Promise<void> {
    const headers = { 'x-auth-token': await cloud.issueToken(user), 'content-type': 'application/json' };
    const response = await fetch(`${cloud.glance}/v2/images/${path}`, { method, headers, body: JSON.stringify(body) });
    expect(response.status).toBe(200);
  }

  const SHARING = `query ($id: ID!) { image(imageId: $id) { name members {
    isComplete nodes { id memberId memberStatus memberType urn createdAt image { name } } } } }`;

  test('the members of an image are all there for its owner, and itself for a member; in all three states', async () => {
    const [accepted, rejected] = (await listOf('demo', '&name=web 0')).map(({ id }) => id);
    const { other } = cloud.projects;
    const third = 'f'.repeat(32);
    for (const id of [accepted, rejected]) await changeMembers('demo', 'POST', `${id}/members`, { member: other });
    await changeMembers('demo', 'POST', `${accepted}/members`, { member: third });
    await changeMembers('other', 'PUT', `${accepted}/members/${other}`, { status: 'accepted' });
    await changeMembers('other', 'PUT', `${rejected}/members/${other}`, { status: 'rejected' });
    const member = (memberId: string | undefined, memberStatus: string) => ({
      ...{ id: expect.any(String), memberId, memberStatus, memberType: null, urn: null },
      ...{ createdAt: expect.stringMatching(/^20.*Z$/), image: { name: 'web 0' } },
    });
    const asked = async (user: Member, id: string | undefined) => {
      const { data, errors } = await ask(user, SHARING, { id });
      expect(errors).toBeUndefined();
      return data.image.members;
    };
    const whole = await asked('demo', accepted);
    expect(whole.isComplete).toBe(true);
    expect(whole.nodes).toHaveLength(2);
    expect(whole.nodes).toEqual(expect.arrayContaining([member(other, 'ACCEPTED'), member(third, 'PENDING')]));
    expect((await asked('other', accepted)).nodes).toEqual([member(other, 'ACCEPTED')]);
    expect((await asked('other', rejected)).nodes).toEqual([member(other, 'REJECTED')]);
    // Whom an image is not shared with does not see it.
    const [unshared] = await listOf('demo', '&name=web 1');
    expect(await ask('other', SHARING, { id: unshared?.id })).toEqual({ data: { image: null } });

    const NODES = 'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on ImageMember { memberId image { name } } } }';
    const ids = whole.nodes.map(({ id }: { id: string }) => id);
    const found = whole.nodes.map(({ memberId }: { memberId: string }) => ({ memberId, image: { name: 'web 0' } }));
    expect(await ask('demo', NODES, { ids })).toEqual({ data: { nodes: found } });
    expect(await ask('other', NODES, { ids })).toEqual({
      data: { nodes: found.map((node: { memberId: string }) => (node.memberId === other ? node : null)) },
    });
  });

  test.each([
    ['private', 'protected'],
    ['public', 'Debian 12'],
    ['community', 'community of demo'],
  ])('the members of a %s image are FORBIDDEN, and the image is there', async (visibility, name) => {
    const [image] = await listOf('demo', `&visibility=${visibility}&name=${name}`);
    const response = await ask('demo', SHARING, { id: image?.id });
    expect(response.data).toEqual({ image: { name, members: null } });
    expect(codesOf(response)).toEqual(['FORBIDDEN']);
  });

  test('the facts of an account, which Glance does not have, are NOT_SUPPORTED', async () => {
    const query = '{ imageQuotas { kind } osVersions(tags: [ARM]) { platform } registryOverview { imageCount } }';
    const response = await ask('demo', query);
    expect(response.data).toEqual({ imageQuotas: null, osVersions: null, registryOverview: null });
    expect(codesOf(response).sort()).toEqual(['NOT_CONFIGURED', 'NOT_SUPPORTED', 'NOT_SUPPORTED']);
  });

  test('a token that has expired is UNAUTHENTICATED', async () => {
    const headers = { 'x-auth-token': await cloud.issueToken('demo') };
    const query = '{ images(first: 1) { nodes { imageId } } }';
    expect((await app.ask(query, {}, headers)).errors).toBeUndefined();
    await vi.waitFor(
      async () => expect((await fetch(`${cloud.glance}/v2/images?limit=1`, { headers })).status).toBe(401),
      { timeout: 30_000, interval: 500 },
    );
    const { data, errors } = await app.ask(query, {}, headers);
    expect(data).toEqual({ images: null });
    expect(codesOf({ errors })).toEqual(['UNAUTHENTICATED']);
  });

  describe('with a user and password of the server', () => {
    const startWithPassword = (settings: Record<string, string> = { IMAGE_GRAPH_PROJECT_NAME: 'demo' }) =>
      startApp({
        settings: {
          IMAGE_GRAPH_CLOUD: 'openstack',
          IMAGE_GRAPH_IMS_ENDPOINT: cloud.glance,
          IMAGE_GRAPH_IAM_ENDPOINT: `${cloud.keystone}/v3`,
          IMAGE_GRAPH_AUTH: 'password',
          IMAGE_GRAPH_USERNAME: 'demo',
          IMAGE_GRAPH_PASSWORD: cloud.users.demo.password,
          IMAGE_GRAPH_DOMAIN_NAME: 'Default',
          ...settings,
        },
      });

    test('its token is obtained; images are listed, paged through in both directions, and shown by id', async () => {
      const app = await startWithPassword();
      const listed = (await listOf('demo')).map(({ id }) => id);
      for (const backward of [false, true])
        expect(await walk(backward, undefined, (variables) => app.ask(PAGE, variables))).toEqual(listed);
      const { data, errors } = await app.ask('query ($id: ID!) { image(imageId: $id) { imageId } }', { id: listed[3] });
      expect(errors).toBeUndefined();
      expect(data.image).toEqual({ imageId: listed[3] });
    });

    test('the project can be given by its id', async () => {
      const app = await startWithPassword({ IMAGE_GRAPH_PROJECT_ID: cloud.projects.demo });
      const { data, errors } = await app.ask(COUNT);
      expect(errors).toBeUndefined();
      expect(data.images.nodes).toHaveLength((await listOf('demo')).length);
    });

    test('the project can be in another domain than the user', async () => {
      const abroad = { IMAGE_GRAPH_PROJECT_NAME: 'abroad', IMAGE_GRAPH_PROJECT_DOMAIN_NAME: 'Partner' };
      const app = await startWithPassword(abroad);
      const { data, errors } = await app.ask(COUNT);
      expect(errors).toBeUndefined();
      expect(data.images.nodes.length).toBeGreaterThan(0);
      const ready = async ({ fetch, origin }: TestApp) => (await fetch(`${origin}/ready`)).json();
      expect(await ready(app)).toMatchObject({ status: 'ready', credentials: 'accepted' });
      // The user's domain has no such project.
      const astray = await startWithPassword({ IMAGE_GRAPH_PROJECT_NAME: 'abroad' });
      expect(codesOf(await astray.ask(COUNT))).toEqual(['UNAUTHENTICATED']);
      expect(await ready(astray)).toMatchObject({ status: 'ready', credentials: 'rejected' });
      expect(astray.log).toEqual([expect.stringContaining("IAM rejects the server's credentials")]);
    });

    test('it lives through the end of several tokens', async () => {
      const app = await startWithPassword();
      const end = Date.now() + 2.5 * TOKEN_SECONDS * 1000;
      while (Date.now() < end) {
        const { data, errors } = await app.ask(COUNT);
        expect(errors).toBeUndefined();
        expect(data.images.nodes.length).toBeGreaterThan(50);
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
    });

    test.each([
      ['a wrong password', { IMAGE_GRAPH_PASSWORD: 'wrong' }],
      ['an unknown user', { IMAGE_GRAPH_USERNAME: 'nobody' }],
      ['an unknown domain', { IMAGE_GRAPH_DOMAIN_NAME: 'Nowhere' }],
      ['an unknown project', { IMAGE_GRAPH_PROJECT_NAME: 'nothing' }],
      ['a project in which the user has no role', { IMAGE_GRAPH_PROJECT_NAME: 'other' }],
    ])('%s is reported clearly', async (_title, settings) => {
      const { data, errors } = await (await startWithPassword({ IMAGE_GRAPH_PROJECT_NAME: 'demo', ...settings })).ask(
        COUNT,
      );
      expect(data).toEqual({ images: null });
      expect(errors).toEqual([
        {
          message:
            "IAM does not accept the server's own credentials: user, password, domain or project is wrong (create token: HTTP 401).",
          path: ['images'],
          locations: [{ line: 1, column: 3 }],
          extensions: {
            code: 'UNAUTHENTICATED',
            service: 'iam',
            upstreamStatus: 401,
            upstreamCode: '401',
            requestId: expect.stringMatching(/^req-/),
          },
        },
      ]);
    });
  });
});
