// Members of images: the calls that they take, rows and responses of every shape, and who is denied them.
import { expect, test } from 'vitest';
import { codesOf, startApp } from '../../support/app.ts';
import { pathValues, type WireRow } from '../../support/kind.ts';
import { ABSENT, type Reply, type Script } from '../../support/upstreams/upstream.ts';
import { imageId, imageRow } from '../image/kind.ts';
import { memberNode, memberRow } from './kind.ts';

const IMAGE = `/v2/images/${imageId(1)}`;
const LIST = `${IMAGE}/members`;
const ONE = '/v2/images/{image_id}/members/{member_id}';
const MEMBERS = `{ image(imageId: "${imageId(1)}") { members { isComplete nodes { memberId memberStatus } } } }`;
const DENIED: Reply = { status: 403, body: { message: 'Only shared images have members.', code: '403 Forbidden' } };

const idOf = (member: string, image = imageId(1)) => /"(.*)"/.exec(memberNode(image, member))?.[1] ?? '';
const member = (n: number) => memberRow({ member_id: `tenant-${n}` });

/** A cloud with one image, whose list of members is this response and whose members are these rows. */
const on = (list: Reply, rows: readonly WireRow[] = []) => {
  const upstream: Script = ({ path }) => {
    if (path === LIST) return list;
    if (path === IMAGE) return { body: imageRow() };
    if (path === '/v2/images') return { body: { images: [1, 2, 3].map((n) => imageRow({ id: imageId(n) })) } };
    const row = rows.find(({ member_id }) => member_id === pathValues(ONE, path)?.member_id);
    return row ? { body: row } : ABSENT.ims;
  };
  return startApp({ upstream });
};
const listOf = (...rows: readonly unknown[]): Reply => ({ body: { members: rows, schema: '/v2/schemas/members' } });

test('the members of an image take one call, once selected, and their image none', async () => {
  const app = await on(listOf(member(1), member(2)));
  await app.ask(`{ image(imageId: "${imageId(1)}") { name } }`);
  expect(app.targets()).toEqual([IMAGE]);
  const { data, errors } = await app.ask(`{ image(imageId: "${imageId(1)}") {
    members { nodes { memberId } } again: members { nodes { image { name members { isComplete } } } } } }`);
  expect(errors).toBeUndefined();
  expect(data.image.members.nodes).toEqual([{ memberId: 'tenant-1' }, { memberId: 'tenant-2' }]);
  expect(data.image.again.nodes[1]).toEqual({ image: { name: 'CentOS', members: { isComplete: true } } });
  expect(app.targets()).toEqual([IMAGE, LIST]);
});

test('the members of the images of a page take a call each, beside the list', async () => {
  const app = await startApp({
    upstream: ({ path }) =>
      path === '/v2/images'
        ? { body: { images: [1, 2, 3].map((n) => imageRow({ id: imageId(n) })) } }
        : listOf(memberRow({ image_id: path.split('/')[3] })),
  });
  const { data, errors } = await app.ask(
    '{ images(first: 3) { nodes { name members { nodes { imageId image { name } } } } } }',
  );
  expect(errors).toBeUndefined();
  expect(data.images.nodes[2].members.nodes).toEqual([{ imageId: imageId(3), image: { name: 'CentOS' } }]);
  expect(app.targets().sort()).toEqual([
    ...[1, 2, 3].map((n) => `/v2/images/${imageId(n)}/members`),
    expect.stringContaining('/v2/images?'),
  ]);
});

test.each<[selection: string, targets: string[]]>([
  ['memberStatus', [`${LIST}/tenant-1`]],
  ['image { id imageId __typename }', [`${LIST}/tenant-1`]],
  ['image { name }', [`${LIST}/tenant-1`, IMAGE]],
  ['image { property(name: "name") }', [`${LIST}/tenant-1`, IMAGE]],
  ['image { originalImage { name } }', [`${LIST}/tenant-1`, IMAGE]],
  ['image { imageId members { nodes { memberId } } }', [`${LIST}/tenant-1`, LIST]],
  ['image { members { nodes { image { name } } } }', [`${LIST}/tenant-1`, LIST, IMAGE]],
])('a member that is found by its id: { %s } takes no further calls', async (selection, targets) => {
  const app = await on(listOf(member(1), member(2)), [member(1)]);
  const { data, errors } = await app.ask(
    `{ ${memberNode(imageId(1), 'tenant-1')} { ... on ImageMember { ${selection} } } }`,
  );
  expect(errors).toBeUndefined();
  expect(JSON.stringify(data)).not.toContain('null,');
  expect(app.targets()).toEqual(targets);
});

const NODES = 'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on ImageMember { memberId memberStatus } } }';

test('several members of an image are found in its list', async () => {
  const app = await on(listOf(member(1), member(2)));
  const ids = ['tenant-2', 'tenant-1', 'tenant-9', 'tenant-2'].map((name) => idOf(name));
  const { data, errors } = await app.ask(NODES, { ids });
  expect(errors).toBeUndefined();
  expect(data.nodes.map((node: { memberId: string } | null) => node?.memberId)).toEqual([
    'tenant-2',
    'tenant-1',
    undefined,
    'tenant-2',
  ]);
  expect(app.targets()).toEqual([LIST]);
});

test.each<[what: string, list: Reply]>([
  ['is denied', DENIED],
  ['is cut', listOf(...Array.from({ length: 300 }, (_, n) => member(n + 1000)))],
  ['has a row that cannot be read', listOf(member(1), null)],
])('a member that the list does not decide, as it %s, is shown alone', async (_what, list) => {
  const app = await on(list, [member(1), member(2)]);
  const { data, errors } = await app.ask(NODES, { ids: ['tenant-2', 'tenant-9'].map((name) => idOf(name)) });
  expect(errors).toBeUndefined();
  expect(data.nodes).toEqual([{ memberId: 'tenant-2', memberStatus: 'ACCEPTED' }, null]);
  expect(app.targets()).toEqual([LIST, `${LIST}/tenant-2`, `${LIST}/tenant-9`]);
});

test('members of an image that is gone, or hidden, are null', async () => {
  const app = await on(ABSENT.ims, [member(1), member(2)]);
  const { data, errors } = await app.ask(NODES, { ids: ['tenant-1', 'tenant-2'].map((name) => idOf(name)) });
  expect([data, errors]).toEqual([{ nodes: [null, null] }, undefined]);
  expect(app.targets()).toEqual([LIST]);
  const again = await app.ask(MEMBERS);
  expect([again.data, again.errors]).toEqual([{ image: { members: null } }, undefined]);
});

const HTML: Reply = { status: 404, body: '<html>404 Not Found</html>', headers: { 'content-type': 'text/html' } };
test.each<[what: string, reply: Reply, code: string]>([
  ['a 403 of an image that is not shared', DENIED, 'FORBIDDEN'],
  ['a 403 of the gateway', { status: 403, body: { error_code: 'APIGW.0302', error_msg: 'denied' } }, 'FORBIDDEN'],
  ['an empty 403', { status: 403 }, 'FORBIDDEN'],
  ['a 401', { status: 401, body: { error_code: 'APIGW.0301' } }, 'UNAUTHENTICATED'],
  ['a 400', { status: 400, body: { message: 'x', code: '400 Bad Request' } }, 'UPSTREAM_ERROR'],
  ['a 404 in HTML', HTML, 'UPSTREAM_ERROR'],
  ['an empty 404', { status: 404 }, 'UPSTREAM_ERROR'],
  ['a 404 of the gateway', { status: 404, body: { error_code: 'APIGW.0101' } }, 'UPSTREAM_ERROR'],
  ['a 429', { status: 429 }, 'RATE_LIMITED'],
  ['a 500', { status: 500, body: 'x' }, 'UPSTREAM_ERROR'],
  ['a body without members', { body: { images: [] } }, 'UPSTREAM_BAD_RESPONSE'],
  ['members that are not a list', { body: { members: { a: 1 } } }, 'UPSTREAM_BAD_RESPONSE'],
  ['a body that is not JSON', { body: '<html></html>' }, 'UPSTREAM_BAD_RESPONSE'],
])('%s nulls `members` with an error, and the image is there', async (_what, reply, code) => {
  const app = await on(reply);
  const response = await app.ask(`{ image(imageId: "${imageId(1)}") { name members { nodes { memberId } } } }`);
  expect(response.data).toEqual({ image: { name: 'CentOS', members: null } });
  expect(response.errors).toMatchObject([{ path: ['image', 'members'], extensions: { code, service: 'ims' } }]);
});

test.each<[what: string, reply: Reply, code: string | undefined]>([
  ['a 404 in its own words', ABSENT.ims, undefined],
  ['a 404 in HTML', HTML, 'UPSTREAM_ERROR'],
  ['a 403', DENIED, 'FORBIDDEN'],
  ['another member', { body: memberRow({ member_id: 'tenant-2' }) }, 'UPSTREAM_BAD_RESPONSE'],
  ['a member of another image', { body: memberRow({ image_id: imageId(2) }) }, 'UPSTREAM_BAD_RESPONSE'],
])('one member: %s', async (_what, reply, code) => {
  const app = await startApp({ upstream: () => reply });
  const response = await app.ask(`{ ${memberNode(imageId(1), 'tenant-1')} { id } }`);
  expect(response.data).toEqual({ node: null });
  expect(codesOf(response)).toEqual(code === undefined ? [] : [code]);
});

test.each<[what: string, row: unknown, shown: Record<string, unknown> | null]>([
  ["Glance's own", { ...memberRow(), member_type: undefined }, { memberType: null, memberTypeRaw: null, urn: null }],
  ['without its image', memberRow({ image_id: undefined }), { imageId: imageId(1) }],
  ['of the image in upper case', memberRow({ image_id: imageId(1).toUpperCase() }), { imageId: imageId(1) }],
  ['with another status', memberRow({ status: 'Invited' }), { memberStatus: 'UNKNOWN', memberStatusRaw: 'Invited' }],
  ['in another case', memberRow({ status: 'ACCEPTED' }), { memberStatus: 'ACCEPTED', memberStatusRaw: 'ACCEPTED' }],
  ['without a status', memberRow({ status: null }), { memberStatus: null, memberStatusRaw: null }],
  [
    'with times in fractions',
    memberRow({ created_at: '2021-06-18T07:08:13.000001' }),
    { createdAt: '2021-06-18T07:08:13.000001Z' },
  ],
  ['without a member', memberRow({ member_id: null }), null],
  ['with an id that no path carries', memberRow({ member_id: 'a/../b' }), null],
  ['with a number as id', memberRow({ member_id: 7 }), null],
  ['of another image', memberRow({ image_id: imageId(2) }), null],
  ['that is a text', 'tenant-1', null],
])('a row %s', async (_what, row, shown) => {
  const app = await on(listOf(row, member(2)));
  const fields = Object.keys(shown ?? { memberId: '' }).join(' ');
  const response = await app.ask(`{ image(imageId: "${imageId(1)}") { members { isComplete nodes { ${fields} } } } }`);
  expect(response.data.image.members.isComplete).toBe(true);
  expect(response.data.image.members.nodes).toHaveLength(2);
  expect(response.data.image.members.nodes[0]).toEqual(shown);
  expect(codesOf(response)).toEqual(shown ? [] : ['UPSTREAM_BAD_RESPONSE']);
});

test.each<[status: unknown, path: string]>([
  [7, 'memberStatus'],
  [{ word: 'accepted' }, 'memberStatus'],
])('a status of %j is null with an error, and its siblings are there', async (status, field) => {
  const app = await on(listOf(memberRow({ status })));
  const { data, errors } = await app.ask(MEMBERS);
  expect(data.image.members.nodes).toEqual([{ memberId: 'tenant-1', memberStatus: null }]);
  expect(errors).toMatchObject([{ path: ['image', 'members', 'nodes', 0, field] }]);
});

test.each<[what: string, body: unknown, length: number, isComplete: boolean]>([
  ['no members', { members: [] }, 0, true],
  ['null members', { members: null }, 0, true],
  ['256 members', { members: Array.from({ length: 256 }, (_, n) => member(n)) }, 256, true],
  ['257 members', { members: Array.from({ length: 257 }, (_, n) => member(n)) }, 256, false],
  ['a further page', { members: [member(1)], page_info: { next_marker: 'bWFya2Vy', current_count: 1 } }, 1, false],
  ['no further page', { members: [member(1)], page_info: { next_marker: '', current_count: 1 } }, 1, true],
  ['a page that says nothing', { members: [member(1)], page_info: null }, 1, true],
])('a list with %s', async (_what, body, length, isComplete) => {
  const app = await on({ body });
  const { data, errors } = await app.ask(MEMBERS);
  expect(errors).toBeUndefined();
  expect(data.image.members.nodes).toHaveLength(length);
  expect(data.image.members.isComplete).toBe(isComplete);
});

test('what the list of one caller shows is not shown to another', async () => {
  const app = await startApp({
    upstream: ({ path, headers }) =>
      path === IMAGE ? { body: imageRow() } : listOf(memberRow({ member_id: String(headers['x-auth-token']) })),
    settings: { IMAGE_GRAPH_CACHE: 'ims=60' },
  });
  const callers = ['token-1', 'token-2', 'token-1'];
  for (const token of callers) {
    const { data } = await app.ask(MEMBERS, {}, { 'x-auth-token': token });
    expect(data.image.members.nodes[0].memberId).toBe(token);
  }
  expect(app.targets()).toHaveLength(4);
});
