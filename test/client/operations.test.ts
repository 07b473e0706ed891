// The operations of the client: one for each root field with all of its arguments, and each has data of the sandbox.
import { readdirSync } from 'node:fs';
import { getOperationAST, type OperationDefinitionNode, parse, print } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as client from '../../src/client/index.ts';
import { openApp, type TestApp } from '../support/app.ts';
import { readArtifact } from '../support/documents/artifacts.ts';
import { publishedSchema } from '../support/documents/published-schema.ts';

const FOLDER = 'src/client/operations';
const operations = readdirSync(FOLDER).map((file) => {
  const operation = getOperationAST(parse(readArtifact(`${FOLDER}/${file}`)));
  if (!operation) throw new Error(`${file} has no operation.`);
  return { file, operation };
});
const rootFields = Object.values(publishedSchema.getQueryType()?.getFields() ?? {});

/** What an operation takes, and passes to the field; undefined unless that is all that it selects. */
function passedTo(field: string, { variableDefinitions = [], selectionSet }: OperationDefinitionNode) {
  const [selection, ...others] = selectionSet.selections;
  if (selection?.kind !== 'Field' || selection.name.value !== field || others.length > 0) return undefined;
  const types = new Map(variableDefinitions.map(({ variable, type }) => [print(variable), print(type)]));
  return Object.fromEntries(
    (selection.arguments ?? []).map(({ name, value }) => [name.value, types.get(print(value)) ?? 'no variable']),
  );
}

test.each(rootFields.map(({ name, args }) => ({ name, args })))(
  '$name has an operation, which passes all of its arguments',
  ({ name, args }) => {
    const operation = operations.find(({ file }) => file === `${name}.graphql`)?.operation;
    expect(operation?.name?.value).toBe(name.charAt(0).toUpperCase() + name.slice(1));
    const expected = Object.fromEntries(args.map((arg) => [arg.name, String(arg.type)]));
    expect(operation && passedTo(name, operation)).toEqual(expected);
  },
);

test('a file has the name of its operation', () => {
  const names = operations.map(({ operation }) => operation.name?.value ?? '');
  expect(names.map((name) => `${name.charAt(0).toLowerCase()}${name.slice(1)}.graphql`)).toEqual(
    operations.map(({ file }) => file),
  );
});

const REPOSITORY = { namespace: 'data-platform', name: 'huge-counters' };
const IMAGE = { imageId: 'bc6bed6e-ba3a-4447-afcc-449174a3eb52' };
const NODE = 'MTo6UmVwb3NpdG9yeTpkYXRhLXBsYXRmb3JtOmElMkZiX2MuZA';

/** The variables of each operation. */
const VARIABLES: Readonly<Record<string, object>> = {
  Account: {},
  ContainerTag: { namespace: 'data-platform', repositoryName: 'a/b_c.d', name: '1.0' },
  ContainerTags: { namespace: 'data-platform', repositoryName: 'a/b_c.d', first: 2 },
  Image: IMAGE,
  ImageGroup: { namespace: 'op_svc_modelarts_container2', name: 'pytorch_1_8' },
  ImageGroups: { first: 2 },
  ImageMembers: { imageId: '86be1bdb-6275-45a7-a2c7-322a4748bbfd' },
  ImageQuotas: {},
  Images: { first: 2, filter: { platform: 'CentOS' } },
  Node: { id: NODE },
  Nodes: { ids: [NODE] },
  Organization: { namespace: 'data-platform' },
  Organizations: { first: 2 },
  OsVersions: { tags: ['ARM'] },
  Overview: {},
  RegistryOverview: {},
  RegistryQuotas: {},
  Repositories: { namespace: 'data-platform', first: 2, orderBy: { field: 'TAG_COUNT', direction: 'DESC' } },
  Repository: REPOSITORY,
  RepositoryShares: REPOSITORY,
  RepositoryTriggers: { namespace: 'data-platform', name: 'a/b_c.d' },
  RetentionLogs: { namespace: 'data-platform', repositoryName: 'a/b_c.d', first: 2 },
  RetentionOfAll: {},
  RetentionPolicies: REPOSITORY,
  SharedRepositories: { center: 'SELF', first: 2 },
  SharesOfAll: {},
  TrainingImage: { trainingImageId: '278e88d1-5b71-4766-8502-b3ba72e824d9' },
  TrainingImages: { first: 2 },
};

let app: TestApp;
beforeAll(async () => {
  app = await openApp({ upstream: 'sandbox', over: 'http' });
});
afterAll(() => app.close());

/** The paths of root fields that are null, and of rows that are missing in the first two levels. */
const holes = (data: object, path: readonly string[] = []): string[] =>
  Object.entries(data).flatMap(([name, value]) => {
    const here = [...path, name];
    const isHole = path.length === 0 ? value === null : name === 'nodes' && value.length === 0;
    if (isHole) return [here.join('.')];
    return typeof value === 'object' && value !== null && here.length < 3 ? holes(value, here) : [];
  });

test('each operation has variables here', () => {
  expect(operations.map(({ operation }) => operation.name?.value).toSorted()).toEqual(
    Object.keys(VARIABLES).toSorted(),
  );
});

test.each(Object.entries(VARIABLES))('%s has data of the sandbox', async (name, variables) => {
  const document = Object.entries(client).find(([exported]) => exported === `${name}Document`)?.[1];
  if (typeof document !== 'object') throw new Error(`${name}Document is not exported.`);
  const data = await app.client.request<object>(document, variables);
  expect(Object.keys(data).length).toBeGreaterThan(0);
  expect(holes(data)).toEqual([]);
});

test('results and variables have the types of their operation', async () => {
  const variables: client.RepositoryQueryVariables = REPOSITORY;
  const data: client.RepositoryQuery = await app.client.request(client.RepositoryDocument, variables);
  expect(data.repository?.namespace satisfies string | undefined).toBe('data-platform');
  // @ts-expect-error: `name` is missing.
  const wrong = app.client.request(client.RepositoryDocument, { namespace: 'data-platform' });
  await expect(wrong).rejects.toThrow('name');
});
