// The request parameters of the source documents: arguments, paging and settings, each described by its REST name and
// received by the upstream, decoded and alone.
import { isInputObjectType } from 'graphql';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openApp, type TestApp } from '../support/app.ts';
import { descriptionAt, publishedSchema } from '../support/documents/published-schema.ts';
import type { Argument } from '../support/kind.ts';
import { DOCUMENTS, emptyLists, parametersOf, reading } from '../support/kinds.ts';
import { documentedRequest } from './documented-request.ts';

const documents = DOCUMENTS.map(({ document }) => document);
const documentNamed = (name: string) => documents.find((document) => document.name === name);
const documentedArguments = documents.flatMap(({ name, always, arguments: listed }) =>
  listed.map(([rest, at, rootField, sent]) => ({ document: name, rest, at, rootField, sent, always })),
);
const furtherArguments = documents.flatMap(({ name, further = [] }) =>
  further.map(([rest, at, rootField, sent]) => ({ document: name, rest, at, rootField, sent })),
);

test('each table holds the request parameters of its document, each once', () => {
  for (const document of documents) {
    const names = [...parametersOf(document), ...document.settings, ...(document.notSent ?? [])];
    expect(names.length, document.name).toBe(document.counts.parameters);
    expect(new Set(names).size, document.name).toBe(names.length);
  }
  expect(documents.reduce((sum, { counts }) => sum + counts.parameters, 0)).toBeGreaterThanOrEqual(58);
});

test.each([...documentedArguments, ...furtherArguments])('the description of $at ends in `$rest`', ({ at, rest }) => {
  expect(descriptionAt(at).endsWith(` \`${rest}\``), descriptionAt(at)).toBe(true);
});

/** The inputs that are arguments of a root field. */
const inputs = Object.values(publishedSchema.getQueryType()?.getFields() ?? {}).flatMap(({ args }) =>
  args.flatMap(({ type }) => (isInputObjectType(type) ? [type] : [])),
);

test.each(inputs.map((input) => [input.name, input] as const))('the table leaves no field of %s out', (name, input) => {
  const fields = Object.keys(input.getFields()).map((field) => `${name}.${field}`);
  const inTable = documentedArguments.map(({ at }) => at).filter((at) => at.startsWith(`${name}.`));
  expect(fields.sort()).toEqual(inTable.sort());
});

describe('what reaches the upstream', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await openApp({ upstream: emptyLists });
  });
  afterEach(() => void app.calls());
  afterAll(() => app.close());

  const read = (rootField: string) => `{ ${reading(rootField)} }`;

  /** The one request that a root field makes. */
  async function requestOf(rootField: string) {
    const { errors } = await app.ask(read(rootField));
    expect(errors).toBeUndefined();
    const [call, ...more] = app.calls();
    expect(more).toEqual([]);
    return documentedRequest(call?.url ?? '');
  }

  test.each(documentedArguments)(
    '$at is sent as `$rest`, and no other argument',
    async ({ document, rest, rootField, sent, always }) => {
      expect(Object.keys(sent)).toContain(rest);
      expect(await requestOf(rootField)).toEqual({ document, parameters: { ...always, ...sent } });
    },
  );

  test.each(furtherArguments)('$at is sent as `$rest`, too', async ({ document, rootField, sent }) => {
    const request = await requestOf(rootField);
    expect(request.document).toBe(document);
    expect(request.parameters).toMatchObject(sent);
  });

  test.each(
    documents.flatMap(({ name, always, unsent = [] }) => unsent.map((rootField) => [rootField, name, always] as const)),
  )('no argument, null, an empty list and a default send nothing: %s', async (rootField, document, always) => {
    expect(await requestOf(rootField)).toEqual({ document, parameters: always });
  });

  test.each(['gt', 'gte', 'lt', 'lte', 'eq', 'neq'])(
    'the time operator %s is sent before the time',
    async (operator) => {
      const rootField = `images(filter: { createdAt: { ${operator}: "2018-10-28T12:00:00+02:00" } })`;
      expect((await requestOf(rootField)).parameters.created_at).toBe(`${operator}:2018-10-28T10:00:00Z`);
      expect(descriptionAt(`ImageTimeFilter.${operator}`).endsWith(` \`${operator}\``)).toBe(true);
    },
  );

  test('all filters and the order are sent together', async () => {
    const { arguments: all = [], always } = documentNamed('ims-list-images') ?? {};
    const filters = all.filter(([, at]) => at.startsWith('ImageFilter.'));
    const inside = ([, , rootField]: Argument) => rootField.slice('images(filter: { '.length, -' })'.length);
    const rootField = `images(filter: { ${filters.map(inside).join(', ')} }, orderBy: { field: NAME, direction: ASC })`;
    const sent = Object.assign({}, always, ...filters.map(([, , , parameters]) => parameters));
    expect((await requestOf(rootField)).parameters).toEqual({ ...sent, sort_key: 'name', sort_dir: 'asc' });
  });

  test('the shared list is requested with its filter alone, in the documented order', async () => {
    await app.ask('{ sharedRepositories(center: THIRD_PARTY, name: "x/y") { nodes { id } } }');
    const [call] = app.calls();
    expect([...(call?.query ?? [])]).toEqual([['filter', 'center::thirdparty|name::x/y|limit::25|offset::0']]);
    expect(call?.url).not.toMatch(/[|:]/);
  });

  test('a slash in a repository name goes into the path as a raw $', async () => {
    await app.ask('{ repository(namespace: "o1", name: "team/app.v2") { id } }');
    expect(app.targets()).toEqual(['/v2/manage/namespaces/o1/repos/team$app.v2']);
  });

  test.each(
    documents
      .filter(({ settings }) => settings.includes('X-Auth-Token'))
      .map(({ name, shownBy }) => [name, shownBy] as const),
  )('the caller’s token and the content type reach %s', async (name, rootField) => {
    await app.ask(read(rootField), {}, { 'x-auth-token': 'token-of-its-own' });
    const [call, ...more] = app.calls();
    expect(more).toEqual([]);
    expect(documentedRequest(call?.url ?? '').document).toBe(name);
    expect(call?.headers).toMatchObject({
      'x-auth-token': 'token-of-its-own',
      'content-type': 'application/json',
    });
  });

  test('project_id is the project of the settings, or the one that the caller names', async () => {
    expect(documentNamed('modelarts-list-image-groups')?.settings).toEqual(['project_id']);
    await app.ask('{ imageGroups { nodes { id } } }');
    await app.ask('{ imageGroups { nodes { id } } }', {}, { 'x-project-id': 'project-of-its-own' });
    const projects = app.targets().map((target) => documentedRequest(target).parameters.project_id);
    expect(projects).toEqual(['project-1', 'project-of-its-own']);
  });
});

describe('paging', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await openApp({ upstream: 'sandbox' });
  });
  afterAll(() => app.close());

  const lists = DOCUMENTS.filter(({ document }) => document.paging.length > 0).map(({ kind, document }) => ({
    name: document.name,
    // The list without the size of its page.
    rootField: (document.onSandbox[0]?.[0] ?? '').replace(/,? ?first: \d+\)$/, ''),
    field: Object.keys(kind?.key ?? {}).at(-1) ?? '',
    kind,
    document,
  }));

  test.each(lists)('first and after reach $name as its paging parameters', async ({ name, rootField, ...list }) => {
    const read = async (page: string) => {
      const { data, errors } = await app.ask(
        `{ found: ${rootField}${rootField.endsWith('(') ? '' : ', '}${page}) { nodes { ${list.field} } pageInfo { endCursor } } }`,
      );
      expect(errors).toBeUndefined();
      const requests = app.targets().map(documentedRequest);
      expect(requests.map((request) => request.document)).toEqual([name]);
      return { ...data.found, parameters: requests[0]?.parameters ?? {} };
    };
    const { nodes, pageInfo, parameters: first } = await read('first: 3');
    const { parameters: second } = await read(`first: 3, after: "${pageInfo.endCursor}"`);
    // A list that is paged by marker is read with one row more, as it has no total.
    const isMarker = list.kind?.paging === 'marker';
    expect(first).toMatchObject(isMarker ? { limit: '4' } : { limit: '3', offset: '0' });
    expect(second).toMatchObject(isMarker ? { limit: '4', marker: nodes[2][list.field] } : { limit: '3', offset: '3' });
    expect(first.marker).toBeUndefined();
    // The `filter` of the histories says the same two again, and is not sent beside them.
    expect(list.document.paging.filter((parameter) => parameter !== 'filter' && !(parameter in second))).toEqual([]);
  });
});
