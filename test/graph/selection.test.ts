// The look ahead at what a query selects: through fragments and directives, and no slower for hostile ones.
import { expect, test } from 'vitest';
import { repositoryDetail } from '../resources/repository/kind.ts';
import { sharedRow } from '../resources/shared-repository/kind.ts';
import { startApp } from '../support/app.ts';

const script = ({ path }: { path: string }) => ({
  body: path.endsWith('/shared-repositories') ? [sharedRow()] : repositoryDetail(),
});
const DETAIL = '/v2/manage/namespaces/group/repos/busybox';

test.each([
  ['an inline fragment', '... { creatorName }', true],
  ['a fragment on the interface', '... on Node { ... on Repository { creatorName } }', true],
  ['a named fragment', '...Named', true],
  ['an alias', 'who: creatorName', true],
  ['@include(if: true)', 'creatorName @include(if: $yes)', true],
  ['@include(if: false)', 'creatorName @include(if: $no)', false],
  ['@skip(if: true)', 'creatorName @skip(if: $yes)', false],
  ['a skipped fragment', '... @skip(if: $yes) { creatorName }', false],
])('a field that needs the detail is seen behind %s', async (_title, selection, needed) => {
  const app = await startApp({ upstream: script });
  const { data, errors } = await app.ask(
    `query ($yes: Boolean = true, $no: Boolean = false) {
      a: __typename @skip(if: $yes) b: __typename @skip(if: $no)
      sharedRepositories(center: SELF) { nodes { repository { createdAt ${selection} ...Used @include(if: $no) } } }
    }
    fragment Named on Repository { creatorName }
    fragment Used on Repository { ...Named }`,
  );
  expect(errors).toBeUndefined();
  // The row and the detail spell the time differently: the detail's is used as soon as the query needs it.
  expect(data.sharedRepositories.nodes[0].repository.createdAt).toBe(
    needed ? '2017-08-17T12:00:03.915153267Z' : '2021-06-02T09:23:01.751202Z',
  );
  expect(app.targets().filter((target) => target === DETAIL)).toHaveLength(needed ? 1 : 0);
});

test('fragments that spread others twice are looked at once each', async () => {
  const app = await startApp({ upstream: script });
  const depth = 60;
  const fragments = Array.from(
    { length: depth },
    (_, n) => `fragment f${n} on SharedRepositoryConnection { ...f${n + 1} ...f${n + 1} }`,
  );
  const { data, errors } = await app.ask(
    `{ sharedRepositories(center: SELF) { ...f0 } } ${fragments.join(' ')} fragment f${depth} on SharedRepositoryConnection { totalCount }`,
  );
  expect(errors).toBeUndefined();
  expect(data.sharedRepositories).toEqual({ totalCount: null });
});
