// What bounds an operation while it executes: bytes of its response, errors of its fields, turns of the event loop, the deadline by work.
import { describe, expect, test } from 'vitest';
import { imageId, imageRow } from '../../resources/image/kind.ts';
import { codesOf, startApp, type TestApp } from '../../support/app.ts';
import type { WireRow } from '../../support/kind.ts';
import { imageList } from '../../support/upstreams/paged-upstream.ts';

const KB = 1024;
const rowsOf = (count: number, fields: (n: number) => WireRow = () => ({})) =>
  Array.from({ length: count }, (_, n) => imageRow({ id: imageId(count - n), ...fields(n) }));
const aliases = (count: number, field: string) => Array.from({ length: count }, (_, n) => `a${n}: ${field}`).join(' ');

const tooLarge = (max: number) => ({
  code: 'QUERY_TOO_COMPLEX',
  limit: { name: 'responseBytes', value: expect.any(Number), max },
});

describe('bytes of a response', () => {
  const MAX = 200 * KB;
  const settings = { IMAGE_GRAPH_MAX_RESPONSE_BYTES: String(MAX) };
  const text = 'x'.repeat(KB);
  const rows = rowsOf(100, () => ({
    name: text,
    __description: text,
    tags: [text],
    __os_feature_list: JSON.stringify([text, text]),
    owner: text,
  }));
  const start = () => startApp({ settings, upstream: imageList(rows) });

  test.each([
    ['many names of a text', `{ images(first: 100) { nodes { ${aliases(99, 'description')} } } }`],
    ['many texts of edges', `{ images(first: 100) { edges { node { ${aliases(98, 'name')} } } } }`],
    ['lists of texts', `{ images(first: 100) { nodes { ${aliases(60, 'tags')} } } }`],
    ['lists inside texts', `{ images(first: 100) { nodes { ${aliases(30, 'osFeatures')} } } }`],
    ['properties', `{ images(first: 100) { nodes { properties { name value } } } }`],
    ['fields with arguments', `{ images(first: 100) { nodes { ${aliases(20, 'property(name: "name")')} } } }`],
    ['cursors', `{ images(first: 100) { ${aliases(40, 'edges { cursor }')} } }`],
    ['long names of fields', `{ images(first: 100) { nodes { ${'n'.repeat(3000)}: minDisk } } }`],
    ['ids', `{ images(first: 100) { nodes { ${aliases(60, 'id')} } } }`],
    ['introspection', `{ __schema { types { ${aliases(20, 'fields { name description }')} } } }`],
    ['introspection of one type', `{ __type(name: "Image") { ${aliases(90, 'fields { name description }')} } }`],
    ['names of types', `{ images(first: 100) { nodes { ${'n'.repeat(3000)}: __typename } } }`],
    [
      'names of types of a list inside a value',
      `{ images(first: 20) { nodes { properties { ${aliases(90, '__typename')} } } } }`,
    ],
    ['schema text', `{ ${aliases(9, '_service { sdl }')} }`],
  ])('%s end with one error and without data', async (_, query) => {
    const app = await start();
    const { status, data, errors } = await app.send({ query });
    expect(errors?.map(({ extensions }) => extensions)).toEqual([tooLarge(MAX)]);
    expect(data).toBeUndefined();
    expect(status).toBe(400);
    // What it would have been is not made first.
    expect(errors?.[0]?.extensions.limit).toSatisfy(({ value }: { value: number }) => value < 2 * MAX);
    expect(app.log).toEqual([]);
  });

  test.each<[what: string, query: string]>([
    ['numbers and nulls', `{ images(first: 100) { nodes { ${aliases(20, 'minDisk')} maxRam isProtected } } }`],
    ['empty lists', `{ images(first: 100) { nodes { ${aliases(20, 'tags')} } } }`],
    ['errors', '{ images(first: 100) { nodes { minRam owner } } }'],
    ['names of types', `{ images(first: 100) { nodes { ${aliases(20, '__typename')} } edges { node { id } } } }`],
    ['properties', '{ images(first: 100) { nodes { properties { name value } } } }'],
    ['escaped characters', '{ images(first: 100) { nodes { name } } }'],
    ['several bytes for a character', '{ images(first: 100) { nodes { description } } }'],
  ])('a response may have as many as there are: %s', async (_, query) => {
    const upstream = imageList(
      rowsOf(100, () => ({ name: '"\u0001\\', __description: '漢字', tags: [], min_disk: 1, min_ram: 'x' })),
    );
    const bytesOf = async (app: TestApp, body: { query: string } | { query: string }[]) => {
      const response = await app.send(body, { 'accept-encoding': 'identity' });
      return {
        size: Number(response.headers.get('content-length')),
        isData: !JSON.stringify(response).includes('TOO_COMPLEX'),
      };
    };
    for (const body of [{ query }, [{ query }, { query: '{ __typename }' }]]) {
      const { size } = await bytesOf(await startApp({ upstream }), body);
      for (const [max, isData] of [
        [size, true],
        [size - 1, false],
      ] as const) {
        const app = await startApp({ upstream, settings: { IMAGE_GRAPH_MAX_RESPONSE_BYTES: String(max) } });
        expect((await bytesOf(app, body)).isData).toBe(isData);
      }
    }
  });

  test('a response within them has its data', async () => {
    const app = await start();
    const { data, errors } = await app.send({ query: '{ images(first: 100) { nodes { name } } }' });
    expect(errors).toBeUndefined();
    expect(data.images.nodes).toHaveLength(100);
  });

  test('the operations of a batch share them: those that have ended keep their data', async () => {
    const app = await start();
    const query = '{ images(first: 100) { nodes { name } } }';
    const { batch = [] } = await app.send([{ query }, { query }, { query }, { query: '{ __typename }' }]);
    expect(batch.at(-1)?.data).toEqual({ __typename: 'Query' });
    const kept = batch.filter(({ data }) => data);
    expect(kept.map(({ errors }) => errors)).toEqual(kept.map(() => undefined));
    expect(JSON.stringify(kept).length).toBeLessThan(MAX);
    expect(kept.length).toBeGreaterThanOrEqual(1);
    const ended = batch.filter(({ data }) => !data);
    expect(ended.length).toBeGreaterThanOrEqual(1);
    for (const { errors } of ended) expect(errors?.map(({ extensions }) => extensions)).toMatchObject([tooLarge(MAX)]);
  });

  test('an operation of a batch that is too large takes no data from the others', async () => {
    const app = await start();
    const small = { query: '{ images(first: 2) { nodes { name } } }' };
    const large = { query: `{ images(first: 100) { nodes { ${aliases(99, 'description')} } } }` };
    const { batch = [] } = await app.send([small, large, small, { query: '{ __typename }' }]);
    expect(batch.map(({ data }) => Boolean(data))).toEqual([true, false, true, true]);
    expect(batch[1]?.errors?.map(({ extensions }) => extensions)).toMatchObject([tooLarge(MAX)]);
  });

  test.each<[what: string, name: string]>([
    ['several bytes for a character', '漢'.repeat(KB)],
    ['characters that are escaped', '\u0001'.repeat(KB)],
  ])('so does one that is too large when it is written: %s', async (_, name) => {
    const app = await startApp({ settings, upstream: imageList(rowsOf(100, () => ({ name }))) });
    const small = { query: '{ images(first: 2) { nodes { imageId } } }' };
    const large = { query: '{ images(first: 100) { nodes { name } } }' };
    for (const coding of ['identity', 'gzip']) {
      const { batch = [] } = await app.send([small, large, small], { 'accept-encoding': coding });
      expect(batch.map(({ data }) => Boolean(data))).toEqual([true, false, true]);
      expect(batch[1]?.errors?.map(({ extensions }) => extensions)).toMatchObject([tooLarge(MAX)]);
    }
  });

  test('a caller alone is never told to retry', async () => {
    const own = { IMAGE_GRAPH_MAX_TOTAL_RESPONSE_BYTES: '300000' };
    const app = await startApp({ settings: own, upstream: imageList(rows) });
    const large = {
      query: `{ images(first: 100) { nodes { ${aliases(50, 'isProtected')} properties { __typename } } } }`,
    };
    for (const body of [large, [large, large]]) {
      const { errors, batch = [{ errors }] } = await app.send(body);
      expect(batch.map(codesOf)).toEqual(batch.map(() => ['QUERY_TOO_COMPLEX']));
    }
  });

  test('no call is made for what is beyond them', async () => {
    const settings = { IMAGE_GRAPH_MAX_RESPONSE_BYTES: String(50 * KB) };
    const edges = rows.map((row) => ({ ...row, __originalimagename: imageId(1) }));
    const app = await startApp({ settings, upstream: imageList(edges) });
    const query =
      '{ images(first: 100) { nodes { name } } images2: images(first: 100) { nodes { name originalImage { id } } } }';
    const { errors } = await app.send({ query });
    expect(codesOf({ errors })).toEqual(['QUERY_TOO_COMPLEX']);
    expect(app.targets().filter((target) => target.startsWith('/v2/images/'))).toEqual([]);
  });
});

describe('errors', () => {
  const settings = { IMAGE_GRAPH_MAX_ERRORS: '20' };
  const rows = rowsOf(100, () => ({
    min_disk: 'x',
    min_ram: 'x',
    created_at: 'x',
    tags: 'x',
  }));

  test.each([
    ['malformed values', '{ images(first: 100) { nodes { minDisk minRam } } }', 180],
    ['lists', '{ images(first: 100) { nodes { tags } } }', 80],
    ['values of edges', '{ images(first: 100) { edges { node { createdAt } } } }', 80],
    ['ids', `{ nodes(ids: [${Array.from({ length: 100 }, (_, n) => `"x${n}"`).join()}]) { id } }`, 80],
    [
      'representations',
      `{ _entities(representations: [${Array.from({ length: 100 }, () => '{__typename:"X"}').join()}]) { __typename } }`,
      80,
    ],
    ['one more than may be reported', `{ nodes(ids: [${Array.from({ length: 21 }, () => '"x"').join()}]) { id } }`, 1],
  ])('of %s are reported up to a number; one says how many more there are', async (_, query, suppressed) => {
    const app = await startApp({ settings, upstream: imageList(rows) });
    const { data, errors = [] } = await app.send({ query });
    expect(data).toBeTruthy();
    expect(errors).toHaveLength(21);
    expect(errors.slice(0, 20).every(({ path }) => path)).toBe(true);
    const last = errors.at(-1);
    expect(last?.path).toBeUndefined();
    expect(last?.message).toContain(String(suppressed === 1 ? 'One' : suppressed));
    expect(last?.extensions).toEqual({ code: errors[0]?.extensions.code, suppressed });
    expect(app.log).toEqual([]);
  });

  test('of arguments count in the cost, as they fail for each row', async () => {
    const app = await startApp({ settings, upstream: imageList(rows) });
    const operation = (count: number, size: number) => ({
      query: `query ($name: String = "x") { images(first: ${size}) { nodes { ${aliases(count, 'property(name: $name)')} } } }`,
      variables: { name: null },
    });
    const { errors: many } = await app.send(operation(20, 1000));
    expect(many?.[0]?.extensions).toMatchObject({ code: 'QUERY_TOO_COMPLEX', limit: { name: 'nodes' } });
    const { errors: few = [] } = await app.send(operation(1, 50));
    expect(few).toHaveLength(21);
    expect(few.at(-1)?.extensions).toEqual({ code: 'BAD_USER_INPUT', suppressed: 30 });
  });

  test('the operations of a batch have errors of their own', async () => {
    const app = await startApp({ settings, upstream: imageList(rows) });
    const query = '{ images(first: 15) { nodes { minDisk } } }';
    const { batch } = await app.send([{ query }, { query }]);
    expect(batch?.map(({ errors }) => errors?.length)).toEqual([15, 15]);
  });

  test('the code of the last one is that of most values', async () => {
    const app = await startApp({ settings, upstream: imageList(rows) });
    const ids = Array.from({ length: 30 }, () => '"x"').join();
    const query = `{ nodes(ids: [${ids}]) { id } images(first: 100) { nodes { minDisk minRam } } }`;
    const { errors } = await app.send({ query });
    expect(errors?.at(-1)?.extensions).toEqual({ code: 'UPSTREAM_BAD_RESPONSE', suppressed: 210 });
  });
});

test('names of types are values in the cost', async () => {
  const app = await startApp({ settings: { IMAGE_GRAPH_MAX_VALUES: '5000' }, upstream: imageList(rowsOf(100)) });
  const query = `{ images(first: 100) { nodes { ${aliases(50, '__typename')} } } }`;
  const { errors } = await app.send({ query });
  expect(errors?.[0]?.extensions).toMatchObject({ code: 'QUERY_TOO_COMPLEX', limit: { name: 'values' } });
});
