// References of other subgraphs: each key finds its thing, and a bad one fails alone.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pack } from '../src/graph/opaque.ts';
import { type SandboxApp, startSandboxApp } from './support/app.ts';

let app: SandboxApp;
beforeAll(async () => {
  app = await startSandboxApp();
});
afterAll(() => app.close());

const QUERY = `query ($representations: [_Any!]!) { _entities(representations: $representations) { __typename ... on Node { id } } }`;
const CENTOS = 'bc6bed6e-ba3a-4447-afcc-449174a3eb52';

test.each([
  ['Repository', { namespace: 'group', name: 'busybox' }, ['group', 'busybox']],
  ['SharedRepository', { center: 'SELF', namespace: 'group', name: 'busybox' }, ['SELF', 'group', 'busybox']],
  [
    'RetentionLog',
    { namespace: 'hwstaff_l00283074', repositoryName: 'experience_2048', logId: '9088' },
    ['hwstaff_l00283074', 'experience_2048', '9088'],
  ],
  ['Image', { imageId: CENTOS }, [CENTOS]],
  [
    'ImageGroup',
    { namespace: 'op_svc_modelarts_container2', name: 'pytorch_1_8' },
    ['op_svc_modelarts_container2', 'pytorch_1_8', '0'],
  ],
])('a reference to a %s is resolved by its key, by its id, and fails alone', async (__typename, key, parts) => {
  const id = pack([__typename, ...parts]);
  const bad = Object.fromEntries(Object.keys(key).map((field) => [field, '../..']));
  const representations = [
    { __typename, ...key },
    { __typename, ...bad },
    { __typename, id },
    { __typename, id: 'garbled' },
    { __typename, id: null, ...key },
  ];
  const { data, errors } = await app.ask(QUERY, { representations });
  const found = { __typename, id };
  expect(data._entities).toEqual([found, null, found, null, found]);
  expect(errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual([
    [['_entities', 1], 'BAD_USER_INPUT'],
    [['_entities', 3], 'BAD_USER_INPUT'],
  ]);
});

test('the id of another type fails alone', async () => {
  const { data, errors } = await app.ask(QUERY, {
    representations: [
      { __typename: 'Image', id: pack(['Repository', 'group', 'busybox']) },
      { __typename: 'Image', imageId: CENTOS },
    ],
  });
  expect(data._entities).toEqual([null, { __typename: 'Image', id: pack(['Image', CENTOS]) }]);
  expect(errors).toMatchObject([
    { path: ['_entities', 0], message: 'This global id is of type Repository, not Image.' },
  ]);
});
