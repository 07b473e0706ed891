// Responses are well-formed: whatever half surrogate pairs a cloud or a caller sends, a strict parser reads the whole response.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildSchema } from '../../../src/schema.ts';
import { imageId, imageRow } from '../../resources/image/kind.ts';
import { repositoryDetail } from '../../resources/repository/kind.ts';
import { type GraphQLResponse, openApp, startApp, type TestApp } from '../../support/app.ts';
import { wholeSelection } from '../../support/documents/whole-selection.ts';
import { sendRequest } from '../../support/http-client.ts';
import type { WireRow } from '../../support/kind.ts';
import { pathPattern } from '../../support/kind.ts';
import { CALLS, FACTS, factsFields, KINDS, listsOf, rowsOf } from '../../support/kinds.ts';
import type { Script } from '../../support/upstreams/upstream.ts';

/** Reads a response as strict parsers do: well-formed UTF-8, and no half surrogate pair in any string or name. */
function strictlyParsed(bytes: Uint8Array): unknown {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  return JSON.parse(text, (name, value) => {
    expect([name, value].filter((part) => typeof part === 'string' && !part.isWellFormed())).toEqual([]);
    return value;
  });
}

/** Sends a body as it is, and reads the response strictly. */
async function send(app: TestApp, body: string, headers: Record<string, string> = {}) {
  const response = await app.fetch(app.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-auth-token': app.token ?? '', ...headers },
    body,
  });
  return strictlyParsed(new Uint8Array(await response.arrayBuffer())) as GraphQLResponse['data'];
}

/** JSON text with all escapes of surrogates in upper case. */
const inUpperCase = (json: string) =>
  json.replace(/\\\\|\\u(d[0-9a-f]{3})/g, (whole, hex) => (hex ? `\\u${hex.toUpperCase()}` : whole));

const HALVES: readonly (readonly [what: string, text: string, shown: string])[] = [
  ['a text that is cut', 'logo \ud83d', 'logo \ufffd'],
  ['the second half', '\udc00 x', '\ufffd x'],
  ['halves in the wrong order', '\ude00\ud83d', '\ufffd\ufffd'],
  ['a half before a pair', '\ud83d\ud83d\ude00', '\ufffd\u{1f600}'],
  ['a half after a pair', '\ud83d\ude00\ude00', '\u{1f600}\ufffd'],
  ['a pair', '\ud83d\ude00', '\u{1f600}'],
  ['the text of an escape', '\\ud83d', '\\ud83d'],
  ['the text of an escape before a half', '\\\ud83d', '\\\ufffd'],
  ['Hangul beside the surrogates', '\ud7a3', '\ud7a3'],
];

test.each(HALVES)('%s is shown well-formed: as a value, a name, a key and in JSON text', async (_what, text, shown) => {
  const rule_type = JSON.stringify({ template: 'tag_rule', tag_selectors: [{ kind: text, pattern: text }] });
  const bodies = [
    {
      images: [
        imageRow({
          name: text,
          tags: [text],
          [`x-${text}`]: { [text]: [text] },
          __os_feature_list: JSON.stringify({ [text]: true }),
          __platform: text,
        }),
      ],
    },
    { data: [{ namespace: `n${text}`, name: text, version_count: 1 }], total: 1 },
    { retention_log: [{ id: 1, tag: text, rule_type }], total: 1 },
  ];
  for (const write of [JSON.stringify, (body: unknown) => inUpperCase(JSON.stringify(body))]) {
    const script: Script = ({ path }) => ({
      body: write(bodies[path === '/v2/images' ? 0 : path.endsWith('/group') ? 1 : 2]),
    });
    const app = await startApp({ upstream: script });
    const { data, errors } = await send(
      app,
      JSON.stringify({
        query: `{ images { nodes { name tags osFeatures platform platformRaw property(name: ${JSON.stringify(`x-${shown}`)}) properties { name } } }
          imageGroups { nodes { id namespace name } }
          retentionLogs(namespace: "a", repositoryName: "b") { nodes { tag ruleType rule { tagSelectors { kindRaw pattern } } } } }`,
      }),
    );
    expect(errors).toBeUndefined();
    expect(data.images.nodes[0]).toMatchObject({
      name: shown,
      tags: [shown],
      osFeatures: [shown],
      platform: 'UNKNOWN',
      platformRaw: shown,
      property: JSON.stringify({ [shown]: [shown] }),
    });
    expect(data.images.nodes[0].properties).toContainEqual({ name: `x-${shown}` });
    const [group] = data.imageGroups.nodes;
    expect(group).toMatchObject({ namespace: `n${shown}`, name: shown });
    const again = await send(
      app,
      JSON.stringify({
        query: 'query ($id: ID!) { node(id: $id) { ... on ImageGroup { id namespace name } } }',
        variables: { id: group.id },
      }),
    );
    expect(again).toEqual({ data: { node: group } });
    const [log] = data.retentionLogs.nodes;
    expect(log).toMatchObject({ tag: shown, rule: { tagSelectors: [{ kindRaw: shown, pattern: shown }] } });
    // The rule as it was sent: JSON in a text.
    expect(log.ruleType).toBe(rule_type);
  }
});

/** Texts with half surrogate pairs, and with what looks like them. */
const half = fc.constantFrom(...HALVES.map(([, text]) => text), '\ud800', '\udfff', '"\udbff', '\\u\udc00d83d', 'a');
const broken = fc.array(half, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(''));

const schema = buildSchema({ offersNode: true });
const LISTS = KINDS.flatMap((kind) =>
  listsOf(kind).map(
    ([name, args]) =>
      `${name}${args === '' ? '' : `(${args})`} { ${wholeSelection(schema, `${kind.type}Connection`, 1)} }`,
  ),
).concat(FACTS.flatMap(factsFields).map(({ name, type }) => `${name} { ${wholeSelection(schema, type, 1)} }`));
/** Every list, the facts, and what has no list of its own, as it belongs to a repository. */
const WHOLE = `{ ${LISTS.map((list, n) => `a${n}: ${list}`).join(' ')}
  repository(namespace: "group", name: "busybox") { ${wholeSelection(schema, 'Repository', 1)} } }`;

/** A value with this text in each of its own texts, as deep as they lie, and under a name of its own. */
function spoilt(value: unknown, text: string, isTop = true): unknown {
  if (typeof value === 'string') return `${value}${text}`;
  if (Array.isArray(value)) return value.map((item) => spoilt(item, text, false));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, part]) => [name, spoilt(part, text, false)]);
  return Object.fromEntries(isTop ? [...entries, [`x${text}`, { [text]: text }]] : entries);
}

test('whatever stands in the texts and names of every record', async () => {
  let [text, isUpper] = ['', false];
  /** The fields that keep their texts, so that there are records at all. */
  const keys = ['id', 'name', 'namespace', 'repo', 'repository', 'access_domain'];
  const script: Script = ({ path }) => {
    const call = CALLS.find((known) => pathPattern(known.path).test(path));
    if (!call) return { status: 404, body: { errors: [{ errorCode: text, errorMessage: text }], request_id: text } };
    const row = call.row();
    const kept = Object.fromEntries(keys.filter((key) => key in row).map((key) => [key, row[key]]));
    const reply = call.reply([
      { ...(spoilt(row, text) as WireRow), ...kept },
      { ...(spoilt(row, text) as WireRow), ...kept, name: text },
    ]);
    const json = JSON.stringify(reply.body);
    return { ...reply, body: isUpper ? inUpperCase(json) : json };
  };
  const app = await openApp({ upstream: script, settings: { IMAGE_GRAPH_MAX_DEPTH: '20' } });
  await fc.assert(
    fc.asyncProperty(broken, fc.boolean(), async (next, upper) => {
      [text, isUpper] = [next, upper];
      const { data } = await send(app, JSON.stringify({ query: WHOLE }));
      const { repository, ...lists } = data;
      const all = [...Object.values(lists as object), repository.shares, repository.retentionPolicies];
      expect(all.every((found) => rowsOf(found).some((row: unknown) => row !== null))).toBe(true);
    }),
    { numRuns: 40 },
  );
  await app.close();
  // It sends two rows also where one was requested.
  expect(app.log.filter((line) => !line.includes('more rows than requested'))).toEqual([]);
});

test('whatever stands in the texts of a request', async () => {
  const app = await openApp({ upstream: () => ({ body: { images: [imageRow({ id: imageId(1) })] } }) });
  const queries = [
    'query ($x: ID!) { node(id: $x) { id } }',
    'query ($x: String!) { imageGroup(namespace: $x, name: $x) { name } repository(namespace: $x, name: $x) { name } }',
    'query ($x: ImageFilter) { images(filter: $x) { nodes { name } } }',
    'query ($x: ImageOrder) { images(orderBy: $x) { nodes { name } } }',
    'query ($x: ImageOrderField!) { images(orderBy: { field: $x, direction: ASC }) { nodes { name } } }',
    'query ($x: DateTime) { images(filter: { createdAt: { gt: $x } }) { nodes { name } } }',
    'query ($x: Int, $y: Boolean) { images(first: $x, filter: { isProtected: $y }) { nodes { name } } }',
    'query ($x: String!) { images { nodes { property(name: $x) properties(names: [$x]) { name value } } } }',
    'query ($x: [_Any!]!) { _entities(representations: $x) { __typename } }',
    'query A { __typename } query B { __typename }',
  ];
  const operation = fc.tuple(fc.constantFrom(...queries), broken, fc.nat(5)).map(([query, text, form]) => {
    const values = [
      text,
      { [text]: text },
      { field: text, [text]: 1 },
      [{ __typename: text, [text]: text }],
      [text],
      { name: text, tags: [text] },
    ];
    return {
      query: form === 0 ? query.replace(/\w+\(|B/, (name) => `${text}${name}`) : query,
      operationName: form === 1 ? text : null,
      variables: { x: values[form], [text]: text },
      extensions: { [text]: text },
    };
  });
  const bodies = fc.oneof(
    operation,
    fc.array(operation, { minLength: 1, maxLength: 3 }),
    broken,
    fc.record({ '\ud83d': fc.constant('x') }),
  );
  await fc.assert(
    fc.asyncProperty(
      bodies,
      fc.constantFrom('application/json', 'application/graphql-response+json'),
      async (body, accept) => {
        await send(app, JSON.stringify(body), { accept });
      },
    ),
    { numRuns: 400 },
  );
  await app.close();
});

test('an unknown value of an enum, field and operation are named well-formed', async () => {
  const app = await startApp({ upstream: () => ({ body: { images: [] } }) });
  const order = 'query ($x: ImageOrder) { images(orderBy: $x) { nodes { name } } }';
  const { errors: ofEnum } = await send(
    app,
    JSON.stringify({ query: order, variables: { x: { field: 'N\ud83d', direction: 'ASC' } } }),
  );
  expect(ofEnum[0].message).toContain('N\ufffd');
  const { errors: ofField } = await send(
    app,
    JSON.stringify({ query: order, variables: { x: { field: 'NAME', direction: 'ASC', '\ud83d': 1 } } }),
  );
  expect(ofField[0].message).toContain('\ufffd');
  const { errors: ofOperation } = await send(
    app,
    JSON.stringify({ query: '{ __typename }', operationName: 'A\ud83d' }),
  );
  expect(ofOperation[0].extensions.code).toBe('BAD_USER_INPUT');
});

test('the text of an escape in a request is not changed', async () => {
  const app = await startApp({ upstream: () => ({ body: { images: [imageRow({ '\\ud83d': '\\\\udc00' })] } }) });
  const { data } = await send(
    app,
    JSON.stringify({
      query: 'query ($x: String!) { images { nodes { property(name: $x) } } }',
      variables: { x: '\\ud83d' },
    }),
  );
  expect(data.images.nodes).toEqual([{ property: '\\\\udc00' }]);
});

test('a surrogate half in an argument is BAD_USER_INPUT without a call', async () => {
  const app = await startApp({ upstream: () => ({ body: repositoryDetail() }) });
  for (const field of [
    'repository(namespace: $x, name: "a") { name }',
    'imageGroup(namespace: "a", name: $x) { name }',
    'images(filter: { name: $x }) { nodes { name } }',
    'repositories(name: $x) { nodes { name } }',
  ]) {
    const { errors } = await send(
      app,
      JSON.stringify({ query: `query ($x: String!) { ${field} }`, variables: { x: 'a\ud83d' } }),
    );
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  }
  expect(app.targets()).toEqual([]);
});

test('responses before and beside GraphQL are JSON of the same media type as before', async () => {
  const app = await startApp({ over: 'http' });
  const ready = await sendRequest(app, { path: '/ready' });
  expect([ready.status, ready.headers['content-type'], JSON.parse(ready.body).status]).toEqual([
    200,
    'application/json',
    'ready',
  ]);
  const rejected = await sendRequest(app, { method: 'POST', headers: ['Content-Type', 'text/plain'], body: '\ud83d' });
  expect([rejected.status, rejected.headers['content-type']]).toEqual([415, 'application/json']);
  expect(strictlyParsed(Buffer.from(rejected.body))).toMatchObject({
    errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
  });
});
