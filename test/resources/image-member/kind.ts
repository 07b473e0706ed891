// The spec of ImageMember for the suites that read every kind.
import { type KindSpec, pathValues, type TenantValues, type WireRow } from '../../support/kind.ts';
import { ABSENT } from '../../support/upstreams/upstream.ts';
import { imageId } from '../image/kind.ts';

/** A row of an image's members. Source: docs/upstream/ims.md#list-image-members. */
export const memberRow = (fields: WireRow = {}): WireRow => ({
  status: 'accepted',
  created_at: '2021-06-18T07:08:13Z',
  updated_at: '2021-06-19T07:08:13Z',
  image_id: imageId(1),
  member_id: 'tenant-1',
  member_type: 'project',
  schema: '/v2/schemas/member',
  ...fields,
});

const tenantRow = ({ text, time, oneOf }: TenantValues): WireRow => ({
  status: oneOf('accepted', 'pending'),
  member_type: oneOf('project', 'domain'),
  urn: text('urn'),
  created_at: time(1),
  updated_at: time(2),
});

const LIST = '/v2/images/{image_id}/members';
const ONE = `${LIST}/{member_id}`;

const SHARED = '86be1bdb-6275-45a7-a2c7-322a4748bbfd';
const PROJECT = 'f0re1gn0000000000000000000000001';
const ORGANIZATION = 'ou-52e50596611b7976f975ea0a3d7b6429';

/** `node` with the id of a member, written as its format says. */
export const memberNode = (...key: readonly string[]) =>
  `node(id: "${Buffer.from(['1', '', 'ImageMember', ...key].map(encodeURIComponent).join(':')).toString('base64url')}")`;
const onSandbox = (member: string): [string, string] => [
  memberNode(SHARED, member),
  `/v2/images/${SHARED}/members/${member}`,
];

export const kind: KindSpec = {
  type: 'ImageMember',
  contract: `
    extend type Image { members: ImageMemberList }
    type ImageMember implements Node {
      id: ID! imageId: ID! memberId: String! memberStatus: ImageMemberStatus memberStatusRaw: String
      memberType: ImageMemberType memberTypeRaw: String urn: String createdAt: DateTime updatedAt: DateTime
      image: Image
    }
    type ImageMemberList { nodes: [ImageMember]! isComplete: Boolean! }
  `,
  key: {
    imageId: { value: imageId, rest: 'image_id' },
    memberId: { value: (n) => `tenant-${n}`, rest: 'member_id' },
  },
  inSandbox: { imageId: SHARED, memberId: PROJECT },
  calls: [
    {
      path: LIST,
      parameters: [],
      row: memberRow,
      tenantRow,
      reply: (rows) => ({ body: { members: rows, schema: '/v2/schemas/members' } }),
      serve:
        (rows) =>
        ({ path }) => {
          const { image_id } = pathValues(LIST, path) ?? {};
          return { body: { members: rows.filter((row) => row.image_id === image_id), schema: '/v2/schemas/members' } };
        },
    },
    {
      path: ONE,
      parameters: [],
      identity: { image_id: 'image_id', member_id: 'member_id' },
      row: memberRow,
      tenantRow,
      reply: ([row]) => (row ? { body: row } : ABSENT.ims),
      serve:
        (rows) =>
        ({ path }) => {
          const { image_id, member_id } = pathValues(ONE, path) ?? {};
          const row = rows.find((one) => one.image_id === image_id && one.member_id === member_id);
          return row ? { body: row } : ABSENT.ims;
        },
      document: {
        name: 'ims-show-image-member',
        counts: { fields: 8, parameters: 0 },
        fields: [
          ['status', '"rejected"', { 'ImageMember.memberStatus': 'enum', 'ImageMember.memberStatusRaw': 'string' }],
          ['created_at', '"2021-06-18T07:08:13Z"', { 'ImageMember.createdAt': 'dateTime' }],
          ['updated_at', '"2021-06-19T07:08:13Z"', { 'ImageMember.updatedAt': 'dateTime' }],
          ['image_id', `"${imageId(1)}"`, { 'ImageMember.imageId': 'id' }],
          ['member_id', '"tenant-1"', { 'ImageMember.memberId': 'string' }],
          [
            'member_type',
            '"organization"',
            { 'ImageMember.memberType': 'enum', 'ImageMember.memberTypeRaw': 'string' },
          ],
          ['urn', '"organizations::größe:ou:o-1/ou-1"', { 'ImageMember.urn': 'string' }],
          ['schema', '"/v2/schemas/member"', {}],
        ],
        shownBy: memberNode(imageId(1), 'tenant-1'),
        onSandbox: [onSandbox(PROJECT), onSandbox(ORGANIZATION)],
        // The values of its path are the key.
        arguments: [],
        paging: [],
        settings: [],
        always: {},
      },
    },
  ],
  enums: {
    ImageMemberType: {
      isOpen: true,
      values: { PROJECT: 'project', DOMAIN: 'domain', ORGANIZATION: 'organization' },
    },
  },
  texts: {},
  sameForAllTenants: ['ImageMemberList.isComplete'],
  costs: {
    'Image.members': {
      query: `{ image(imageId: "${SHARED}") { members { nodes { memberId } } } }`,
      nodes: 27,
      requested: 2,
      actual: 2,
    },
    'ImageMember.image': {
      query: `{ ${memberNode(SHARED, PROJECT)} { ... on ImageMember { image { name } } } }`,
      nodes: 2,
      requested: 3,
      actual: 2,
    },
  },
};
