// Random queries over five kinds of records: all scalars of each type, pages in both directions, nested lists, lookups of existing and
// absent records, several root fields in one operation.
import { type GraphQLSchema, type OperationDefinitionNode, parse } from 'graphql';
import type { Random } from '../../src/sandbox/world/random.ts';
import { wholeSelection } from '../../test/support/documents/whole-selection.ts';
import { type Expectations, GROUP_LISTS, IMAGE_LISTS } from './expected-graph.ts';
import type { Query, ResponseCheck } from './response-check.ts';

const PAGE = '$first: Int, $after: String, $last: Int, $before: String';
const PAGED = 'first: $first, after: $after, last: $last, before: $before';
const NAMES = [undefined, undefined, 'gateway', 'api', 'team/', 'no-such-name'];
const NAMESPACES = [undefined, 'group', 'data-platform', 'hwstaff_l00283074', 'team.vision__eu'];
const ABSENT = '11111111-1111-4111-8111-111111111111';

/** Returns a function that draws a query. Its cursors and ids are those that `check` has collected. */
export function createQueries(
  schema: GraphQLSchema,
  { repositories, images, groups }: Expectations,
  check: ResponseCheck,
  random: Random,
): () => Query {
  const of = <Item>(items: readonly Item[]) => items[random.integer(items.length)] as Item;
  const all = (type: string) => wholeSelection(schema, type, 0);
  const connection = (type: string, further = '') =>
    `{ totalCount pageInfo { ${all('PageInfo')} } edges { cursor node { ${all(type)} ${further} } } nodes { __typename id } }`;
  const repository = `${all('Repository')} sharing { ${all('SharedRepository')} } imageGroup { ${all('ImageGroup')} }
    retentionLogs(first: 3) { totalCount nodes { ${all('RetentionLog')} repository { name size } } }`;
  const anyNode = ['Repository', 'SharedRepository', 'RetentionLog', 'Image', 'ImageGroup']
    // Only an image's name can be null: under the same response key, its type would conflict with the others.
    .map(
      (type) => `... on ${type} { ${all(type).replace(' name ', type === 'Image' ? ' imageName: name ' : ' name ')} }`,
    )
    .join(' ');

  const page = (list: string, largest: number) => {
    const cursor = random.integer(2) === 0 ? undefined : of(check.cursors.get(list) ?? ['']) || undefined;
    const size = 1 + random.integer(largest);
    return random.integer(3) === 0 ? { last: size, before: cursor } : { first: size, after: cursor };
  };
  const someRepository = () => {
    const { namespace, name } = of(repositories).values;
    return { namespace, name: random.integer(8) === 0 ? 'no/such-repository' : name };
  };
  const searched = (root: string, lists: typeof IMAGE_LISTS) => {
    const [filter, orderBy] = of(lists);
    return { filter, orderBy, ...page(JSON.stringify([root, filter, orderBy]), 15) };
  };

  const templates: readonly (readonly [query: string, variables: () => Record<string, unknown>])[] = [
    [
      `query Shared($center: SharingCenter!, $name: String, ${PAGE}) {
        sharedRepositories(center: $center, name: $name, ${PAGED}) ${connection('SharedRepository')} }`,
      () => {
        const [center, name] = [of(['SELF', 'THIRD_PARTY']), of(NAMES)];
        return { center, name, ...page(`${center} ${name}`, 15) };
      },
    ],
    [
      `query Behind($center: SharingCenter!, $first: Int) { sharedRepositories(center: $center, first: $first) {
        nodes { namespace name repository { ${repository} } } } }`,
      () => ({ center: of(['SELF', 'SELF', 'THIRD_PARTY']), first: 1 + random.integer(4) }),
    ],
    [
      `query Own($namespace: String, $name: String, ${PAGE}) {
        repositories(namespace: $namespace, name: $name, ${PAGED}) ${connection('Repository', 'imageGroup { versionCount }')} }`,
      () => {
        const [namespace, name] = [of(NAMESPACES), of(NAMES)];
        return { namespace, name, ...page(`own ${namespace} ${name}`, 6) };
      },
    ],
    [
      `query One($namespace: String!, $name: String!) { repository(namespace: $namespace, name: $name) { ${repository} } }`,
      someRepository,
    ],
    [
      `query Logs($namespace: String!, $name: String!, ${PAGE}) {
        retentionLogs(namespace: $namespace, repositoryName: $name, ${PAGED}) ${connection('RetentionLog', 'repository { name size creatorName }')} }`,
      () => {
        const busy = { namespace: 'hwstaff_l00283074', name: 'nightly/build-runner' };
        const { namespace, name } = random.integer(2) === 0 ? busy : someRepository();
        return { namespace, name, ...page(`logs ${namespace} ${name}`, 15) };
      },
    ],
    [
      `query Image($id: ID!) { image(imageId: $id) { ${all('Image')} originalImage { imageId name status } } }`,
      () => ({ id: random.integer(8) === 0 ? ABSENT : of(images) }),
    ],
    [
      `query Images($filter: ImageFilter, $orderBy: ImageOrder, ${PAGE}) { images(filter: $filter, orderBy: $orderBy, ${PAGED})
        ${connection('Image').replace('totalCount', '')} }`,
      () => searched('images', IMAGE_LISTS),
    ],
    [
      `query Group($namespace: String!, $name: String!, $workspaceId: String) {
        imageGroup(namespace: $namespace, name: $name, workspaceId: $workspaceId) { ${all('ImageGroup')} repository { ${all('Repository')} } } }`,
      () => {
        const { namespace, name, workspace_id } = of(
          groups.filter(({ values }) => /^[a-z0-9._-]+$/.test(String(values.name))),
        ).values;
        return { namespace, name: random.integer(8) === 0 ? 'no-such-group' : name, workspaceId: workspace_id };
      },
    ],
    [
      `query Groups($filter: ImageGroupFilter, $orderBy: ImageGroupOrder, ${PAGE}) {
        imageGroups(filter: $filter, orderBy: $orderBy, ${PAGED}) ${connection('ImageGroup', 'repository { name size }')} }`,
      () => searched('imageGroups', GROUP_LISTS),
    ],
    [
      `query Nodes($id: ID!, $ids: [ID!]!) { node(id: $id) { ${anyNode} } nodes(ids: $ids) { __typename ${anyNode} } }`,
      () => ({ id: of(check.ids), ids: Array.from({ length: random.integer(6) }, () => of(check.ids)) }),
    ],
    [
      `query Overview($namespace: String!, $name: String!, $image: ID!) {
        mine: sharedRepositories(center: SELF, first: 2) { totalCount nodes { ${all('SharedRepository')} repository { size creatorName } } }
        others: sharedRepositories(center: THIRD_PARTY, last: 2) { nodes { name repository { size priority } } }
        repository(namespace: $namespace, name: $name) { size creatorName }
        images(first: 3) { pageInfo { hasNextPage } nodes { imageId name size } }
        image(imageId: $image) { name platform }
        imageGroups(first: 2) { totalCount nodes { name versionCount } } }`,
      () => ({ ...someRepository(), image: of(images) }),
    ],
  ];
  const parsed = templates.map(([query, variables]) => {
    const [operation] = parse(query, { noLocation: true }).definitions;
    return { query, operation: operation as OperationDefinitionNode, variables };
  });
  return () => {
    // The query for nodes needs ids.
    const { query, operation, variables } = of(
      parsed.filter(({ operation }) => check.ids.length > 0 || operation.name?.value !== 'Nodes'),
    );
    return { query, operation, variables: JSON.parse(JSON.stringify(variables())) };
  };
}
