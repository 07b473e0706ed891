// What the default limits admit: a hundred rows, each with one further edge and all that its records hold, in the calls that these take; and
// that ten times as many are rejected before the first call.
import { type GraphQLField, getNamedType, isLeafType, isObjectType, isRequiredArgument } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildSchema } from '../../src/schema.ts';
import { codesOf, openApp, type TestApp } from '../support/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await openApp({ upstream: 'sandbox' });
});
afterAll(() => app.close());

const schema = buildSchema({ offersNode: true });

/** All that a record of a type holds itself, without what costs a call and what other records hold. */
function own(typeName: string): string {
  const type = schema.getType(typeName);
  if (!isObjectType(type)) throw new Error(`${typeName} is not an object type`);
  return `{ ${Object.values(type.getFields())
    .filter((field) => !field.args.some(isRequiredArgument) && !field.extensions.estimate)
    .flatMap(ownField)
    .join(' ')} }`;
}

function ownField({ name, type: fieldType }: GraphQLField<unknown, unknown>): string[] {
  const type = getNamedType(fieldType);
  if (isLeafType(type)) return [name];
  return isObjectType(type) && !type.getFields().id ? [`${name} ${own(type.name)}`] : [];
}

const TAGS = (first: number, edge: string) =>
  `{ repository(namespace: "data-platform", name: "huge-counters") { containerTags(first: ${first}) { nodes { name ${edge} } } } }`;
const rowsOf = (list: string) => (first: number, edge: string) =>
  `{ ${list.replace('FIRST', `first: ${first}`)} { nodes { id ${edge} } } }`;
const REPOSITORIES = rowsOf('repositories(FIRST)');
const SHARED = rowsOf('sharedRepositories(center: SELF, FIRST)');

/** An edge of rows, the rows, and the calls for a hundred of them, those for the rows included. The sandbox has 84 image groups. */
const EDGES: [edge: string, query: typeof TAGS, calls: number][] = [
  [`shares { isComplete nodes ${own('RepositoryShare')} }`, REPOSITORIES, 101],
  [`retentionPolicies { isComplete nodes ${own('RetentionPolicy')} }`, REPOSITORIES, 101],
  [`triggers { isComplete nodes ${own('RepositoryTrigger')} }`, REPOSITORIES, 101],
  [`containerTags(first: 5) { totalCount nodes ${own('ContainerTag')} }`, REPOSITORIES, 101],
  [`retentionLogs(first: 5) { totalCount nodes ${own('RetentionLog')} }`, REPOSITORIES, 101],
  [`userPermissions ${own('UserPermission')}`, REPOSITORIES, 101],
  [`sharing ${own('SharedRepository')}`, REPOSITORIES, 101],
  [`imageGroup ${own('ImageGroup')}`, REPOSITORIES, 10],
  [`shares { isComplete nodes ${own('RepositoryShare')} }`, SHARED, 101],
  [`config ${own('ContainerConfig')}`, TAGS, 102],
  [`signatures(first: 5) { nodes ${own('ContainerSignature')} }`, TAGS, 102],
  [`members { isComplete nodes ${own('ImageMember')} }`, rowsOf('images(FIRST)'), 101],
  [`versions { totalCount nodes ${own('TrainingImage')} }`, rowsOf('imageGroups(FIRST)'), 85],
  ['supportedResourceCategories', rowsOf('trainingImages(FIRST)'), 101],
];

test.each(EDGES)('a hundred rows with $0 are admitted, a thousand are not', async (edge, query, calls) => {
  app.calls();
  const { data, errors, extensions } = await app.send({ query: query(100, edge), extensions: { cost: true } });
  expect(data).toBeDefined();
  // The members of images that are not shared are denied.
  expect(codesOf({ errors }).filter((code) => code !== 'FORBIDDEN')).toEqual([]);
  const made = app.calls().length;
  expect(made).toBe(calls);
  expect(made).toBeLessThanOrEqual(extensions?.cost?.upstreamCalls.requested ?? 0);
  expect(codesOf(await app.send({ query: query(1000, edge) }))).toEqual(['QUERY_TOO_COMPLEX']);
  expect(app.calls()).toEqual([]);
});

test.each<[edge: string, query: typeof TAGS, calls: number]>([
  [`organization ${own('Organization')}`, REPOSITORIES, 2],
  [`trainingImage ${own('TrainingImage')}`, TAGS, 5],
])('a thousand rows that share the calls for $0 are admitted', async (edge, query, calls) => {
  app.calls();
  const { data, errors } = await app.send({ query: query(1000, edge) });
  expect(errors).toBeUndefined();
  expect(data).toBeDefined();
  expect(app.calls()).toHaveLength(calls);
});

test('the runs of all triggers of ten repositories are admitted: a list without pages counts as one of the default size', async () => {
  const runs = (first: number) => REPOSITORIES(first, 'triggers { nodes { name runs { __typename } } }');
  expect(codesOf(await app.send({ query: runs(10) }))).toEqual([]);
  app.calls();
  expect(codesOf(await app.send({ query: runs(100) }))).toEqual(['QUERY_TOO_COMPLEX']);
  expect(app.calls()).toEqual([]);
});
