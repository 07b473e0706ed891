// Relay against the server: its compiler on both forms of the schema, and its runtime with what the compiler makes.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { buildClientSchema, getIntrospectionQuery, printSchema } from 'graphql';
import {
  type ConcreteRequest,
  createOperationDescriptor,
  Environment,
  getPaginationMetadata,
  getPaginationVariables,
  getSingularSelector,
  handlePotentialSnapshotErrors,
  Network,
  type OperationDescriptor,
  type ReaderFragment,
  RecordSource,
  type SingularReaderSelector,
  Store,
} from 'relay-runtime';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestApp } from '../support/app.ts';
import { readArtifact } from '../support/documents/artifacts.ts';
import { CLIENTS } from '../support/processes/clients.ts';
import {
  headersOf,
  LISTS,
  type List,
  PAGE_SIZE,
  rowsOf,
  SWR_FAILURE,
  served,
  type WithList,
  withoutSwr,
} from './served.ts';

/** The module of a list. */
const nameOf = ({ type, field }: List) => `${field}Of${type}`;

/** What an application has in its modules: by the name of the module, with which Relay wants all names to begin. */
const MODULES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    LISTS.map((list) => {
      const { type, field, args, parent } = list;
      const name = nameOf(list);
      const fragment = `...${name}_page @arguments(first: $first, after: $after, last: $last, before: $before)`;
      return [
        name,
        `query ${name}Query($first: Int, $after: String, $last: Int, $before: String) {
          ${parent ? `parent: ${parent} { ${fragment} }` : fragment}
        }
        fragment ${name}_page on ${type}
        @argumentDefinitions(first: { type: "Int" }, after: { type: "String" }, last: { type: "Int" }, before: { type: "String" })
        @refetchable(queryName: "${name}PageQuery") {
          list: ${field}(first: $first, after: $after, last: $last, before: $before, ${args}) @connection(key: "${name}_list") {
            edges { node { id } }
            pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
          }
        }`,
      ];
    }),
  ),
  detail: `query detailQuery { images(first: 2) { nodes { id name ...detail_image } } }
    fragment detail_image on Image
    @argumentDefinitions(whole: { type: "Boolean", defaultValue: false })
    @refetchable(queryName: "detailImageQuery") {
      name
      size @include(if: $whole)
      createdAt @include(if: $whole)
    }`,
  partial: `query partialQuery { images(first: 2) { nodes { id name } } repositories(first: 2) { nodes { id name } } }
    query partialCatchQuery { images(first: 2) { nodes { id } } repositories(first: 2) @catch { nodes { id } } }
    query partialThrowQuery @throwOnFieldError { images(first: 2) { nodes { id } } repositories(first: 2) { nodes { id } } }`,
};

/** The configuration that docs/clients.md shows. */
const DOCUMENTED = JSON.parse(/```json\n(.*?)```/s.exec(readArtifact('docs/clients.md'))?.[1] ?? '');

const app = served();
/** What the compiler has made, in a folder for each form of the schema. */
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'image-graph-relay-'));
  await compile('published', readArtifact('schema/api.graphql'), {});
  const { data } = await app().ask(getIntrospectionQuery());
  await compile('served', printSchema(buildClientSchema(data)), { _Any: 'unknown' });
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

async function compile(name: string, schema: string, scalars: Record<string, string>): Promise<void> {
  const project = join(folder, name);
  mkdirSync(join(project, '__generated__'), { recursive: true });
  writeFileSync(join(project, 'schema.graphql'), schema);
  for (const [module, documents] of Object.entries(MODULES)) {
    // One document for each tag.
    const tags = documents.split(/(?=\bquery |\bfragment )/).map((text) => `graphql\`${text}\`;`);
    writeFileSync(join(project, `${module}.ts`), tags.join('\n'));
  }
  const config = {
    ...DOCUMENTED,
    src: '.',
    artifactDirectory: '__generated__',
    noSourceControl: true,
    useImportTypeSyntax: true,
    customScalarTypes: { ...DOCUMENTED.customScalarTypes, ...scalars },
  };
  writeFileSync(join(project, 'relay.config.json'), JSON.stringify(config));
  const compiler = fileURLToPath(new URL('node_modules/relay-compiler/cli.js', CLIENTS));
  await promisify(execFile)(process.execPath, [compiler, 'relay.config.json'], { cwd: project });
}

/** The files that the compiler has made, by their names. */
function artifactsOf(name: string): Record<string, string> {
  const generated = join(folder, name, '__generated__');
  return Object.fromEntries(readdirSync(generated).map((file) => [file, readFileSync(join(generated, file), 'utf8')]));
}

const artifact = async <Node>(name: string): Promise<Node> =>
  (await import(join(folder, 'published/__generated__', `${name}.graphql.ts`))).default;

function environmentOf(app: TestApp): Environment {
  const network = Network.create(async ({ text: query }, variables) => {
    const headers = { ...headersOf(app), 'content-type': 'application/json' };
    const response = await fetch(app.url, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
    return response.json();
  });
  return new Environment({ network, store: new Store(new RecordSource()) });
}

/** Executes a query and keeps its records, as a component does that is on the screen. */
async function load(environment: Environment, name: string, variables: Record<string, unknown> = {}) {
  const operation = createOperationDescriptor(await artifact<ConcreteRequest>(name), variables);
  environment.retain(operation);
  await environment.execute({ operation }).toPromise();
  return operation;
}

/** What a component reads from the store. */
const read = <Data>(environment: Environment, { fragment }: OperationDescriptor) =>
  environment.lookup(fragment).data as Data;

test('the compiler makes the same of the published schema and of the one that is served', () => {
  const published = artifactsOf('published');
  expect(Object.keys(published).length).toBeGreaterThan(10);
  expect(artifactsOf('served')).toEqual(published);
  expect(published['detail_image.graphql.ts']).toMatch(/readonly createdAt\?: string \| null/);
  expect(published['detail_image.graphql.ts']).toMatch(/readonly size\?: string \| null/);
});

describe.each(LISTS)('a connection of $type.$field', (list) => {
  const name = nameOf(list);

  test.each(['forward', 'backward'] as const)('has all rows %s, each once and in order', async (direction) => {
    const isForward = direction === 'forward';
    const environment = environmentOf(app());
    const operation = await load(environment, `${name}Query`, { [isForward ? 'first' : 'last']: PAGE_SIZE });
    const fragment = await artifact<ReaderFragment>(`${name}_page`);
    const selector = () => {
      const data = read<{ parent?: unknown }>(environment, operation);
      return getSingularSelector(fragment, data.parent ?? data) as SingularReaderSelector;
    };
    const current = () => environment.lookup(selector()).data as unknown as WithList & { readonly id?: string };
    const idsOf = ({ list }: WithList) => list.edges.map(({ node }) => node?.id);
    const { paginationRequest, paginationMetadata } = getPaginationMetadata(fragment, 'the test');
    const rows = await rowsOf(app(), list);
    let count = 1;
    for (; ; count++) {
      const { id, list: page } = current();
      const { hasNextPage, hasPreviousPage, startCursor, endCursor } = page.pageInfo;
      if (!(isForward ? hasNextPage : hasPreviousPage)) break;
      // What loadNext and loadPrevious of usePaginationFragment do.
      const cursor = isForward ? endCursor : startCursor;
      const variables = getPaginationVariables(
        direction,
        PAGE_SIZE,
        cursor,
        selector().owner.variables,
        // The list of an object is fetched again through `node`.
        id === undefined ? {} : { id },
        paginationMetadata,
      );
      await environment.execute({ operation: createOperationDescriptor(paginationRequest, variables) }).toPromise();
      const known = Math.min((count + 1) * PAGE_SIZE, rows.length);
      expect(idsOf(current())).toEqual(isForward ? rows.slice(0, known) : rows.slice(-known));
    }
    expect(count).toBe(Math.ceil(rows.length / PAGE_SIZE));
    expect(idsOf(current())).toEqual(rows);
  });
});

test('a fragment is fetched again by its global id, into the record that the list has', async () => {
  const environment = environmentOf(app());
  interface Images {
    readonly images: { readonly nodes: readonly { readonly id: string; readonly name: string }[] };
  }
  const { images } = read<Images>(environment, await load(environment, 'detailQuery'));
  const [image, other] = images.nodes;
  expect(image?.name).toBeTruthy();
  await load(environment, 'detailImageQuery', { id: image?.id, whole: true });
  const source = environment.getStore().getSource();
  expect(source.get(String(image?.id))).toMatchObject({
    __typename: 'Image',
    name: image?.name,
    size: expect.stringMatching(/^\d+$/),
    createdAt: expect.stringMatching(/Z$/),
  });
  const ids = source.getRecordIDs().filter((id) => source.get(id)?.__typename === 'Image');
  expect(ids.sort()).toEqual([image?.id, other?.id].sort());
});

describe('where a service fails', () => {
  const failing = served(withoutSwr);

  const two = [{ id: expect.any(String) }, { id: expect.any(String) }];

  /** What a component gets that reads the result of a query. */
  async function readPartial(query: string): Promise<unknown> {
    const environment = environmentOf(failing());
    const { data, fieldErrors } = environment.lookup(
      (await load(environment, query)).fragment,
    ) as unknown as PartialSnapshot;
    throwFieldErrors(environment, fieldErrors, false);
    return data;
  }

  test('the field is null, and the others have their data', async () => {
    expect(await readPartial('partialQuery')).toMatchObject({ images: { nodes: two }, repositories: null });
  });

  test('@catch has the error, with our code, in place of the field', async () => {
    const { message: _message, path: _path, ...error } = SWR_FAILURE;
    expect(await readPartial('partialCatchQuery')).toMatchObject({
      images: { nodes: two },
      repositories: { ok: false, errors: [error] },
    });
  });

  test('@throwOnFieldError throws', async () => {
    await expect(readPartial('partialThrowQuery')).rejects.toThrow('Relay: Unexpected response payload');
  });
});

// Of these two the types that come with the runtime are those of an older one.
interface PartialSnapshot {
  readonly data: unknown;
  readonly fieldErrors: unknown;
}
const throwFieldErrors = handlePotentialSnapshotErrors as unknown as (
  environment: Environment,
  fieldErrors: unknown,
  throwsAll: boolean,
) => void;
