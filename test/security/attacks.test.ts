// Input that attacks: a table of attacks with the response to each and the upstream calls made for it (none); then properties of any input.
import fc from 'fast-check';
import {
  type GraphQLNamedInputType,
  getNamedType,
  isInputObjectType,
  isObjectType,
  resolveSchemaCoordinate,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildSchema } from '../../src/schema.ts';
import { imageId } from '../resources/image/kind.ts';
import { codesOf as allCodesOf, type GraphQLResponse, openApp, startApp, type TestApp } from '../support/app.ts';
import { wholeSelection } from '../support/documents/whole-selection.ts';
import { hostileOperations } from '../support/generators/hostile-operations.ts';
import { ATTACKS, BROKEN, hostileText, LOOK_ALIKES } from '../support/generators/hostile-texts.ts';
import { PAGE, pathPattern, type ResponseExtras, type WireRow } from '../support/kind.ts';
import { CALLS, DOCUMENTS, KINDS, keyOf, listsOf, oneOfEverything, TEXTS } from '../support/kinds.ts';
import { addressIn, run } from '../support/processes/command.ts';
import { requestBytes, sendBytes } from '../support/raw-http.ts';
import { ACCESS_KEY, bareTokenReply, IAM_TOKEN, PASSWORD } from '../support/upstreams/iam.ts';
import { type Reply, type Script, startUpstream, type Upstream } from '../support/upstreams/upstream.ts';
import { faultsOf } from './documented-targets.ts';
import { AMBER, BIRCH, NAMES, NAMESPACE, ONLY_OF_AMBER, tenantCloud } from './tenant-cloud.ts';

const schema = buildSchema({ offersNode: true });
const IMAGE = imageId(1);

/** The same cloud with an IAM, and a list of all that the documents do not know about the requests. */
function watch(script: Script): { readonly script: Script; readonly faults: string[] } {
  const faults: string[] = [];
  return {
    faults,
    script(call, response) {
      faults.push(...faultsOf(response.req));
      return call.path === '/v3/auth/tokens' ? bareTokenReply : script(call, response);
    },
  };
}

let upstream: Upstream;
let app: TestApp;
beforeAll(async () => {
  upstream = await startUpstream(oneOfEverything());
  app = await openApp({ upstream });
});
afterAll(async () => {
  await app.close();
  await upstream.close();
});

/** The raw targets of the calls since the last call of this function. */
const targets = () => app.targets();

/** A row of the table: what is tried, the code of the response (`no error` where there is none), and the upstream calls. */
type Outcome = readonly [attack: string, response: string, calls: number];

/** Sends an operation and notes the outcome. */
async function outcomeOf(
  attack: string,
  query: string,
  variables: Record<string, unknown>,
  headers: Record<string, string> = {},
): Promise<Outcome> {
  const response = await app.ask(query, variables, headers);
  return [attack, codesOf(response) || 'no error', targets().length];
}

const codesOf = (response: GraphQLResponse) => allCodesOf(response).join();

/** The rows of attacks that are all rejected as input. */
const rejected = (attacks: readonly (readonly [attack: string, ...rest: unknown[]])[]): Outcome[] =>
  attacks.map(([attack]) => [attack, 'BAD_USER_INPUT', 0]);

/** The text that a global id or a cursor is made of, written from its format: a version, room for a cloud, and parts. */
const forge = (parts: readonly string[], head: readonly string[] = ['1', '']) =>
  Buffer.from([...head, ...parts].map((part) => encodeURIComponent(part.toWellFormed())).join(':')).toString(
    'base64url',
  );

const texts = Object.entries(TEXTS).map(([coordinate, text]) => ({ coordinate, calls: 0, ...text }));
/** Where a text has a grammar, as it goes into a path or a filter of SWR, names a record, or is decoded here. */
const GRAMMATICAL = texts.filter(({ sentAs, lookedUpIn }) => sentAs === undefined && lookedUpIn === undefined);
/** Where any plain text is valid: it is sent as the value of one parameter, escaped. */
const FREE = texts.filter(({ sentAs }) => sentAs !== undefined);
/** Where a text is looked up in what the cloud has sent, and is sent nowhere. */
const LOCAL = texts.filter(({ lookedUpIn }) => lookedUpIn !== undefined);

/** The arguments of no kind. */
const COMMON = [
  { coordinate: 'Query.node(id:)', selection: 'node(id: $text) { id }', calls: 0, isName: false },
  { coordinate: 'Query.nodes(ids:)', selection: 'nodes(ids: [$text]) { id }', calls: 0, isName: false },
];

/** A text as the argument at a coordinate. */
function queryOf({ coordinate, selection }: { readonly coordinate: string; readonly selection: string }): string {
  const element = resolveSchemaCoordinate(schema, coordinate);
  const input =
    element?.kind === 'FieldArgument'
      ? element.fieldArgument
      : element?.kind === 'InputField'
        ? element.inputField
        : undefined;
  if (!input) throw new Error(`The schema has no argument at ${coordinate}.`);
  return `query ($text: ${getNamedType(input.type).name}!) { ${selection} }`;
}

/** The key of each kind, its fields in the order of the id. */
const KEYS: Readonly<Record<string, Readonly<Record<string, string>>>> = Object.fromEntries(
  KINDS.map((kind) => [kind.type, keyOf(kind, 1)]),
);

const REPRESENTATIONS = 'query ($all: [_Any!]!) { _entities(representations: $all) { __typename } }';
const NODES = 'query ($all: [ID!]!) { nodes(ids: $all) { id __typename } }';
const NODE = 'query ($text: ID!) { node(id: $text) { __typename } }';

test('the table has every argument and every input field that takes a text', () => {
  const isText = (type: GraphQLNamedInputType) => ['String', 'ID', 'DateTime', 'BigInt', '_Any'].includes(type.name);
  const wanted = Object.values(schema.getTypeMap()).flatMap((type) => {
    if (type.name.startsWith('__')) return [];
    if (isInputObjectType(type))
      return Object.values(type.getFields())
        .filter((field) => isText(getNamedType(field.type)))
        .map(({ name }) => `${type.name}.${name}`);
    if (!isObjectType(type)) return [];
    return Object.values(type.getFields()).flatMap(({ name, args }) =>
      args.filter((arg) => isText(getNamedType(arg.type))).map((arg) => `${type.name}.${name}(${arg.name}:)`),
    );
  });
  const listed = [...texts, ...COMMON].map(({ coordinate }) => coordinate);
  expect([...listed, 'Query._entities(representations:)'].sort()).toEqual(wanted.sort());
});

/** The attacks on a text: names take characters of all alphabets. */
const attacksOn = ({ isName = false }: { readonly isName?: boolean }) =>
  isName ? [...ATTACKS, ...BROKEN] : [...ATTACKS, ...LOOK_ALIKES, ...BROKEN];

describe('texts that try to be more than a text: each is rejected before it is sent', () => {
  test.each([...COMMON, ...GRAMMATICAL])('an attack in $coordinate is BAD_USER_INPUT', async (argument) => {
    const query = queryOf(argument);
    const attacks = attacksOn(argument);
    const outcomes: Outcome[] = [];
    for (const [attack, text] of attacks) outcomes.push(await outcomeOf(attack, query, { text }));
    expect(outcomes).toEqual(attacks.map(([attack]) => [attack, 'BAD_USER_INPUT', argument.calls]));
  });

  const keyFields = KINDS.flatMap(({ type, key }) =>
    Object.entries(key)
      .filter(([, { sentAs }]) => sentAs === undefined)
      .map(([name, field]) => [type, name, attacksOn(field)] as const),
  );
  test.each(keyFields)(
    'an attack in %s.%s is BAD_USER_INPUT, by global id and by representation',
    async (type, name, attacks) => {
      const outcomes: Outcome[] = [];
      for (const [attack, text] of attacks) {
        const key = { ...KEYS[type], [name]: text };
        outcomes.push(await outcomeOf(attack, NODE, { text: forge([type, ...Object.values(key)]) }));
        outcomes.push(await outcomeOf(attack, REPRESENTATIONS, { all: [{ __typename: type, ...key }] }));
      }
      expect(outcomes).toEqual(rejected(attacks.flatMap((attack) => [attack, attack])));
    },
  );

  test.each(GRAMMATICAL.filter(({ isName }) => isName))(
    'a character that looks like another one is escaped in $coordinate',
    async (argument) => {
      for (const [, text] of [...LOOK_ALIKES, ['', 'Upper-Case'], ['', 'a b'], ['', 'größe'], ['', 'a..b']] as const) {
        expect(codesOf(await app.ask(queryOf(argument), { text }))).not.toContain('BAD_USER_INPUT');
        const [target = '', ...more] = targets();
        expect([more, target]).toEqual([[], expect.stringMatching(/^[!-~]+$/)]);
        expect(target.split(encodeURIComponent(text))).toHaveLength(2);
      }
    },
  );

  test.each(['./x', 'a/./b', '/x', 'a//b', 'x/', '/', ' ', 'a/ /b', '. .'])(
    'the repository name %j, which a path would change, is BAD_USER_INPUT, by global id and by representation',
    async (name) => {
      const key = { ...KEYS.Repository, name };
      expect([
        await outcomeOf(name, NODE, { text: forge(['Repository', ...Object.values(key)]) }),
        await outcomeOf(name, REPRESENTATIONS, { all: [{ __typename: 'Repository', ...key }] }),
      ]).toEqual(rejected([[name], [name]]));
    },
  );
});

describe('texts that are free: what is not a text is rejected, everything else is one escaped value', () => {
  const byArgument = FREE.map((argument) => ({
    ...argument,
    attacks: [...ATTACKS, ...LOOK_ALIKES].filter(([, text]) => text !== argument.invalid),
    query: queryOf(argument),
    variables: (text: string): object => ({ text }),
  }));
  const byKey = KINDS.flatMap((kind) =>
    Object.entries(kind.key).map(([name, { sentAs }]) => ({
      coordinate: `${kind.type}.${name} by representation`,
      attacks: [...ATTACKS, ...LOOK_ALIKES],
      query: REPRESENTATIONS,
      variables: (text: string): object => ({ all: [{ __typename: kind.type, ...keyOf(kind, 1), [name]: text }] }),
      sentAs,
      calls: 0,
    })),
  ).filter(({ sentAs }) => sentAs !== undefined);

  test.each([...byArgument, ...byKey])(
    'an attack in $coordinate is sent as one escaped value',
    async ({ query, variables, attacks, sentAs = '', calls }) => {
      const ask = (text: string) => ({ ...variables(text) });
      for (const [attack, text] of BROKEN)
        expect(await outcomeOf(attack, query, ask(text))).toEqual([attack, 'BAD_USER_INPUT', calls]);
      for (const [, text] of attacks) {
        const { errors } = await app.ask(query, ask(text));
        const all = targets();
        const [target = '', ...more] = all.filter((one) => one.includes(`${sentAs}=`));
        const [path = '', search, ...rests] = target.split('?');
        expect([errors, all.length - 1, more, rests]).toEqual([undefined, calls, [], []]);
        expect(CALLS.filter((call) => pathPattern(call.path).test(path)).length, path).toBe(1);
        expect(new URLSearchParams(search).getAll(sentAs)).toEqual([text]);
      }
    },
  );

  test.each(FREE)('in $coordinate a text that makes a URL too long is rejected', async (argument) => {
    const outcome = await outcomeOf('', queryOf(argument), { text: 'a'.repeat(40_000) });
    expect(outcome).toEqual(['', 'BAD_USER_INPUT', argument.calls]);
  });

  test.each(LOCAL)('in $coordinate nothing but the record itself is requested', async (argument) => {
    for (const [, text] of [...ATTACKS, ...LOOK_ALIKES, ...BROKEN, ['', '__proto__'], ['', 'constructor']]) {
      const { errors } = await app.ask(queryOf(argument), { text });
      expect([errors, targets()]).toEqual([undefined, [argument.lookedUpIn]]);
    }
  });
});

/** A megabyte of base64, as far as the body may be so long. */
const MEGABYTE = 'TWF1'.repeat(240_000);

describe('cursors and global ids that were never given out', () => {
  const lists = [
    [
      'an offset',
      '0',
      (after: string) => `sharedRepositories(center: SELF, after: "${after}")`,
      'sharedRepositories(center: SELF)',
    ],
    ['a marker', `m${imageId(9)}`, (after: string) => `images(after: "${after}")`, 'images'],
  ] as const;

  /** The digest that the cursors of a list begin with. */
  async function digestOf(field: string): Promise<string> {
    const { data } = await app.ask(`{ list: ${field} { edges { cursor } } }`);
    targets();
    const [, , digest = ''] = Buffer.from(data.list.edges[0].cursor, 'base64url').toString().split(':');
    return decodeURIComponent(digest);
  }

  const positions: Record<string, readonly (readonly [attack: string, position: string])[]> = {
    'an offset': [
      ['an offset above ten million', '10000001'],
      ['an offset of nine digits', '100000000'],
      ['a negative offset', '-1'],
      ['an offset with a sign', '+1'],
      ['an offset with a leading zero', '01'],
      ['an offset with a fraction', '1.5'],
      ['an offset with an exponent', '1e3'],
      ['an offset in hexadecimal', '0x1'],
      ['an offset with a blank', ' 1'],
      ['an offset with a line break', '1\n'],
      ['an offset in Arabic digits', '١'],
      ['an offset that smuggles', '1|limit::1000'],
      ['an offset that is infinite', 'Infinity'],
      ['no offset', ''],
      ['a marker', `m${IMAGE}`],
    ],
    'a marker': [
      ['a marker in the folder above', 'm..'],
      ['a marker that leaves its segment', 'm../../v3/auth/tokens'],
      ['a marker with an escaped slash', 'ma%2fb'],
      ['a marker with a query', 'ma?limit=1'],
      ['a marker with a further parameter', 'ma&limit=1'],
      ['a marker with a line break', 'ma\r\nb'],
      ['a marker beyond ASCII', 'mа'],
      ['a marker of ten thousand characters', `m${'a'.repeat(10_000)}`],
      ['a marker without an id', 'm'],
      ['a place of a kind that there is not', `x${IMAGE}`],
      ['an id at the start of the list', `f${IMAGE}`],
      ['too many rows beyond a marker', `m${IMAGE}|99999`],
      ['rows beyond a marker below zero', `m${IMAGE}|-1`],
      ['an offset', '1'],
    ],
  };

  test.each(lists)(
    'a cursor with %s is rejected before an upstream call, unless it is one of this list',
    async (kind, good, field, bare) => {
      const digest = await digestOf(bare);
      const cursors: (readonly [attack: string, cursor: string])[] = [
        ...(positions[kind] ?? []).map(([attack, position]) => [attack, forge([digest, position])] as const),
        ['a cursor of another list', forge([`${digest.slice(0, -1)}-`, good])],
        ['a cursor of no list', forge(['', good])],
        ['a cursor without a position', forge([digest])],
        ['a cursor with a further part', forge([digest, good, ''])],
        ['a cursor of another version', forge([digest, good], ['2', ''])],
        ['a cursor of a named cloud', forge([digest, good], ['1', 'eu-de'])],
        ['a cursor without a version', forge([digest, good], [])],
        ['a cursor in other base64', `${forge([digest, good])}=`],
        ['a cursor with a blank', ` ${forge([digest, good])}`],
        ['a cursor with escapes that are not needed', Buffer.from(`1::${digest}:%6d`).toString('base64url')],
        ['bytes that are not UTF-8', Buffer.from([0xff, 0xfe, 0x3a, 0x3a]).toString('base64url')],
        ['a broken escape', Buffer.from(`1::${digest}:%`).toString('base64url')],
        ['a global id', forge(['Image', IMAGE])],
        ['an empty text', ''],
      ];
      const outcomes: Outcome[] = [];
      for (const [attack, cursor] of cursors)
        outcomes.push(await outcomeOf(attack, `{ ${field(cursor)} ${PAGE} }`, {}));
      expect(outcomes).toEqual(rejected(cursors));
      const megabyte = await outcomeOf('a megabyte of base64', `{ ${field(MEGABYTE)} ${PAGE} }`, {});
      expect(megabyte).toEqual(['a megabyte of base64', 'QUERY_TOO_COMPLEX', 0]);
      const accepted = await outcomeOf('', `{ ${field(forge([digest, good]))} { nodes { id } } }`, {});
      expect(accepted).toEqual(['', 'no error', 1]);
    },
  );

  test.each([
    ['sharedRepositories(center: THIRD_PARTY)', 'sharedRepositories(center: SELF)'],
    ['sharedRepositories(center: SELF, name: "a")', 'sharedRepositories(center: SELF)'],
    ['repositories', 'sharedRepositories(center: SELF)'],
    ['repositories(namespace: "a")', 'repositories(name: "a")'],
    ['retentionLogs(namespace: "a", repositoryName: "b")', 'retentionLogs(namespace: "a", repositoryName: "c")'],
    ['imageGroups', 'repositories'],
    ['imageGroups(filter: { workspaceId: "a" })', 'imageGroups(filter: { namespace: "a" })'],
    ['images', 'images(filter: { name: "a" })'],
    ['images(orderBy: { field: NAME, direction: ASC })', 'images(orderBy: { field: NAME, direction: DESC })'],
    ['images', 'imageGroups'],
  ])('a cursor of %s is rejected by %s', async (given, other) => {
    const { data } = await app.ask(`{ list: ${given} { edges { cursor } } }`);
    const { cursor } = data.list.edges[0];
    targets();
    const field = other.includes('(') ? other.replace(/\)$/, `, after: "${cursor}")`) : `${other}(after: "${cursor}")`;
    expect(await outcomeOf('', `{ ${field} ${PAGE} }`, {})).toEqual(['', 'BAD_USER_INPUT', 0]);
  });

  const ids: readonly (readonly [attack: string, id: string])[] = [
    ['a type that there is not', forge(['Secret', 'x'])],
    ['a type without ids', forge(['Query'])],
    ['a name that every object has', forge(['constructor', 'x'])],
    ['the prototype', forge(['__proto__', 'x'])],
    ['a type of another case', forge(['image', IMAGE])],
    ['no type', forge([''])],
    ['a part too few', forge(['Repository', 'group'])],
    ['a part too many', forge(['Image', IMAGE, 'x'])],
    ['an empty part', forge(['Repository', 'group', ''])],
    ['a center that there is not', forge(['SharedRepository', 'toString', 'group', 'app'])],
    ['a log id that is not a number', forge(['RetentionLog', 'group', 'app', '1e3'])],
    ['a log id of another spelling', forge(['RetentionLog', 'group', 'app', '-0'])],
    ['a log id of a hundred digits', forge(['RetentionLog', 'group', 'app', '1'.repeat(100)])],
    ['a group name of a thousand characters', forge(['ImageGroup', 'group', 'a'.repeat(1000), '0'])],
    ['another version', forge(['Image', IMAGE], ['2', ''])],
    ['a named cloud', forge(['Image', IMAGE], ['1', 'eu-de'])],
    ['other base64', `${forge(['Image', IMAGE])}=`],
    ['a cursor', forge(['digest', '0'])],
    ['an empty text', ''],
    ['a megabyte of base64', MEGABYTE],
  ];

  test('a malformed global id is rejected before an upstream call', async () => {
    const outcomes: Outcome[] = [];
    for (const [attack, text] of ids) outcomes.push(await outcomeOf(attack, NODE, { text }));
    expect(outcomes).toEqual(rejected(ids));
  });

  test('a malformed representation is rejected before an upstream call', async () => {
    const representations: readonly (readonly [attack: string, representation: unknown])[] = [
      ...ids.map(([attack, id]) => [attack, { __typename: 'Image', id }] as const),
      ['an id of another type', { __typename: 'Image', id: forge(['Repository', 'group', 'app']) }],
      ['a text', 'Image'],
      ['a number', 1],
      ['a list', [{ __typename: 'Image', imageId: IMAGE }]],
      ['no type', { imageId: IMAGE }],
      ['a type that there is not', { __typename: 'Secret', imageId: IMAGE }],
      ['a type that is not an entity', { __typename: 'PageInfo' }],
      ['a name that every object has', { __typename: 'constructor' }],
      ['a type that is not a string', { __typename: { toString: 'Image' }, imageId: IMAGE }],
      ['no key', { __typename: 'Repository' }],
      ['half a key', { __typename: 'Repository', namespace: 'group' }],
      ['a key that is null', { __typename: 'Image', imageId: null }],
      ['a key that is a list', { __typename: 'Image', imageId: [IMAGE] }],
      ['a key that is an object', { __typename: 'Image', imageId: { toString: IMAGE } }],
      ['a key that is true', { __typename: 'Image', imageId: true }],
      [
        'a log id with a fraction',
        { __typename: 'RetentionLog', namespace: 'group', repositoryName: 'app', logId: 1.5 },
      ],
    ];
    const outcomes: Outcome[] = [];
    for (const [attack, representation] of representations)
      outcomes.push(await outcomeOf(attack, REPRESENTATIONS, { all: [representation] }));
    expect(outcomes).toEqual(rejected(representations));
  });
});

describe('variables that are null where the engine finds out late: rejected at their path, after the calls for what stands above', () => {
  const operations = [
    ['an argument', 'ID = "a"', 'node(id: $x) { id }', 0],
    ['an argument of a row', 'String = "a"', 'images { nodes { property(name: $x) } }', 1],
    ['a field of an input', 'ImageOrderField = NAME', `images(orderBy: { field: $x, direction: ASC }) ${PAGE}`, 0],
    ['an item of a list', 'String = "a"', `images(filter: { tags: [$x] }) ${PAGE}`, 0],
    ['a condition', 'Boolean = true', `image(imageId: "${IMAGE}") { name @include(if: $x) }`, 1],
    ['a condition of a row', 'Boolean = true', 'images { nodes { name @skip(if: $x) } }', 1],
  ] as const;

  test.each(operations)('%s that is null is BAD_USER_INPUT', async (attack, type, field, calls) => {
    const outcome = await outcomeOf(attack, `query ($x: ${type}) { ${field} }`, { x: null });
    expect(outcome).toEqual([attack, 'BAD_USER_INPUT', calls]);
  });

  test.each(operations)('%s that is null hides no nodes from the limit', async (attack, type, field) => {
    const pages = Array.from(
      { length: 11 },
      (_, n) => `a${n}: images(first: 1000, filter: { minDisk: ${n} }) { nodes { id } }`,
    );
    const outcome = await outcomeOf(attack, `query ($x: ${type}) { ${field} ${pages.join(' ')} }`, { x: null });
    expect(outcome).toEqual([attack, 'QUERY_TOO_COMPLEX', 0]);
  });

  test('a variable may be named like the prototype of all objects', async () => {
    const variables = JSON.parse(`{ "__proto__": ${JSON.stringify(forge(['Image', IMAGE]))} }`);
    const outcome = await outcomeOf('', 'query ($__proto__: ID!) { node(id: $__proto__) { id } }', variables);
    expect(outcome[1]).not.toContain('INTERNAL_SERVER_ERROR');
  });
});

test('the cursor and the ids of another tenant show what the caller may see', async () => {
  const { ask, targets } = await startApp({ upstream: tenantCloud() });
  const as = ({ token }: typeof AMBER, query: string) => ask(query, {}, { 'x-auth-token': token });
  const rows = '{ edges { cursor node { id description } } }';
  const { data: ofAmber } = await as(AMBER, `{ list: repositories(first: 2) ${rows} }`);
  const { cursor } = ofAmber.list.edges[0];
  const { id } = ofAmber.list.edges[1].node;
  const { data: alone } = await as(AMBER, `{ repository(namespace: "${NAMESPACE}", name: "${ONLY_OF_AMBER}") { id } }`);
  targets();

  const query = `{
    list: repositories(first: 1, after: "${cursor}") ${rows}
    node(id: "${id}") { ... on Repository { name description } }
    hidden: node(id: "${alone.repository.id}") { id }
  }`;
  expect(ofAmber.list.edges[1].node.description).toBe(`${AMBER.word} description 2`);
  expect(await as(BIRCH, query)).toEqual({
    data: {
      list: {
        edges: [{ cursor: ofAmber.list.edges[1].cursor, node: { id, description: `${BIRCH.word} description 2` } }],
      },
      node: { name: NAMES[1], description: `${BIRCH.word} description 2` },
      hidden: null,
    },
  });
});

/** Starts the command on the upstream of this file, as it is deployed, and returns its origin. It ends with the test. */
async function deploy(): Promise<string> {
  const command = run({ ...upstream.settings, PORT: '0' });
  return addressIn(await command.says('ready'));
}

const BODY = JSON.stringify({ query: `{ images ${PAGE} }` });

test('headers that attack are rejected before an upstream call', async () => {
  const origin = await deploy();
  const [token, project, requestId] = ['X-Auth-Token: good', 'X-Project-Id: good', 'X-Request-Id: good'];
  const rows: readonly (readonly [attack: string, outcome: string, ...headers: string[]])[] = [
    ['no token', '200 UNAUTHENTICATED'],
    ['an empty token', '200 UNAUTHENTICATED', 'X-Auth-Token:'],
    ['a token of blanks', '200 UNAUTHENTICATED', 'X-Auth-Token:   \t '],
    ['a token with a blank', '200 UNAUTHENTICATED', 'X-Auth-Token: a b'],
    ['a token with a tab', '200 UNAUTHENTICATED', 'X-Auth-Token: a\tb'],
    ['two tokens with a comma and a blank', '200 UNAUTHENTICATED', 'X-Auth-Token: a, b'],
    ['two tokens', '400 BAD_USER_INPUT', token, 'X-Auth-Token: b'],
    ['a token twice', '400 BAD_USER_INPUT', token, token],
    ['a token twice, in other letters', '400 BAD_USER_INPUT', token, token.toUpperCase()],
    ['a token and an empty one', '400 BAD_USER_INPUT', token, 'X-Auth-Token:'],
    ['a token that goes on in the next line', '400', 'X-Auth-Token: a', ' b'],
    ['a token with CR and a header', '400', 'X-Auth-Token: a\rX-Project-Id: b'],
    ['a token with LF and a header', '400', 'X-Auth-Token: a\nX-Project-Id: b'],
    ['a token with NUL', '400', 'X-Auth-Token: a\0b'],
    ['a token with DEL', '400', 'X-Auth-Token: a\x7fb'],
    ['a token in Latin-1', '200 UNAUTHENTICATED', 'X-Auth-Token: \xe4'],
    ['a token with a fullwidth letter', '200 UNAUTHENTICATED', `X-Auth-Token: ${Buffer.from('ａ').toString('latin1')}`],
    ['a token of 33,000 characters', '200 UNAUTHENTICATED', `X-Auth-Token: ${'a'.repeat(33_000)}`],
    ['a token of 70,000 characters', '431', `X-Auth-Token: ${'a'.repeat(70_000)}`],
    ['a header name with a blank', '400', token, 'X-Project-Id : a'],
    ['a header without a name', '400', token, ': a'],
    ['an empty project', '200 no error', token, 'X-Project-Id:'],
    ['the folder above as project', '200 BAD_USER_INPUT', token, 'X-Project-Id: ..'],
    ['a project with a slash', '200 BAD_USER_INPUT', token, 'X-Project-Id: a/b'],
    ['a project with an escaped slash', '200 BAD_USER_INPUT', token, 'X-Project-Id: a%2fb'],
    ["a project with SWR's slash", '200 BAD_USER_INPUT', token, 'X-Project-Id: a$b'],
    ['a project with a query', '200 BAD_USER_INPUT', token, 'X-Project-Id: a?b'],
    ['a project with a blank', '200 BAD_USER_INPUT', token, 'X-Project-Id: a b'],
    ['a project with a comma', '200 BAD_USER_INPUT', token, 'X-Project-Id: a,b'],
    ['a project in Latin-1', '200 BAD_USER_INPUT', token, 'X-Project-Id: \xe4'],
    ['a project of 65 characters', '200 BAD_USER_INPUT', token, `X-Project-Id: ${'a'.repeat(65)}`],
    ['two projects', '400 BAD_USER_INPUT', token, project, 'X-Project-Id: b'],
    ['a project with NUL', '400', token, 'X-Project-Id: a\0b'],
    ['a project that goes on in the next line', '400', token, 'X-Project-Id: a', ' b'],
    ['a request id with NUL', '400', token, 'X-Request-Id: a\0b'],
    ['nothing', '200 no error', token, project, requestId],
  ];
  const outcomes: Outcome[] = [];
  for (const [attack, , ...headers] of rows) {
    const response = await sendBytes(origin, requestBytes('POST /graphql HTTP/1.1', headers, BODY));
    outcomes.push([attack, outcomeIn(response), targets().length]);
  }
  expect(outcomes).toEqual(rows.map(([attack, outcome]) => [attack, outcome, outcome === '200 no error' ? 1 : 0]));
});

/** The status of a response, and the code of its error where it has a body. */
function outcomeIn(response: string): string {
  const status = /^HTTP\/1\.1 (\d{3})/.exec(response)?.[1] ?? 'none';
  const body = /\{.*\}/.exec(response)?.[0];
  return body === undefined ? status : `${status} ${codesOf(JSON.parse(body)) || 'no error'}`;
}

test('two tokens with a comma are rejected before an upstream call: a proxy has joined a header that was sent twice', async () => {
  const outcome = await outcomeOf('', `{ images ${PAGE} }`, {}, { 'x-auth-token': 'a,b' });
  expect(outcome).toEqual(['', 'UNAUTHENTICATED', 0]);
});

test('a malformed request id is not passed on: a new one takes its place', async () => {
  const origin = await deploy();
  const ids = ['a b', 'a,b', 'a\tb', '\xe4', `\${jndi:ldap://x}`, '<script>', '%0d%0a', 'a'.repeat(129), '../..', ''];
  const made = new Set<unknown>();
  for (const id of ids) {
    const headers = ['X-Auth-Token: a', `X-Request-Id: ${id}`];
    const response = await sendBytes(origin, requestBytes('POST /graphql HTTP/1.1', headers, BODY));
    const [call] = upstream.takeCalls();
    const sent = String(call?.headers['x-request-id']);
    expect(sent).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(response.toLowerCase()).toContain(`\r\nx-request-id: ${sent}\r\n`);
    made.add(sent);
  }
  expect(made.size).toBe(ids.length);
});

/** Valid texts by the names of the arguments and key fields that take them. */
const VALID: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(KINDS.flatMap((kind) => Object.entries(keyOf(kind, 1)).map(([name, text]) => [name, [text]]))),
  ...{ name: ['app', 'team/app.v2'], repositoryName: ['app', 'team/app.v2'], workspaceId: ['0', 'w1'] },
  ...{ center: ['SELF', 'THIRD_PARTY'], tags: ['key=value'], id: [forge(['Image', IMAGE])] },
  ids: Object.entries(KEYS).map(([type, key]) => forge([type, ...Object.values(key)])),
};

/** Keys of a kind with some of their parts replaced; as an id, and as a representation. */
const hostileKey = fc.constantFrom(...Object.entries(KEYS)).chain(([kind, key]) => {
  const partOf = (good: string) =>
    fc.oneof({ weight: 2, arbitrary: fc.constant(good) }, { weight: 1, arbitrary: hostileText([good]) });
  const parts = fc.record(Object.fromEntries(Object.entries(key).map(([name, good]) => [name, partOf(good)])));
  return parts.map((replaced) => ({ kind, parts: replaced }));
});
const hostileId = fc.oneof(
  hostileKey.map(({ kind, parts }) => forge([kind, ...Object.values(parts)])),
  hostileText(VALID.ids ?? []),
  fc
    .tuple(fc.array(hostileText(['Image', IMAGE]), { maxLength: 5 }), fc.array(hostileText(['1', ''])))
    .map(([parts, head]) => forge(parts, head)),
);
const hostileRepresentation = fc.oneof(
  hostileKey.map(({ kind, parts }) => ({ __typename: kind, ...parts })),
  fc.record({ __typename: fc.constantFrom(...Object.keys(KEYS)), id: hostileId }),
  fc.record({
    __typename: fc.constantFrom(...Object.keys(KEYS)),
    ...Object.fromEntries(Object.values(KEYS).flatMap((key) => Object.keys(key).map((name) => [name, fc.jsonValue()]))),
  }),
  fc.jsonValue(),
);

/** An app for the tests of a group, on a cloud that checks every call. */
function useWatchedApp(settings: Record<string, string>, script: Script = oneOfEverything()) {
  const watched = watch(script);
  let watchedApp: TestApp;
  beforeAll(async () => {
    watchedApp = await openApp({ upstream: watched.script, settings });
  });
  afterAll(() => watchedApp.close());
  return {
    /** Sends a body, and checks the response and the calls. */
    async expectHarmless(body: unknown): Promise<void> {
      const response = await watchedApp.fetch(watchedApp.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-auth-token': 'token' },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      });
      expect(response.status).toBeLessThan(500);
      expect(await response.text()).not.toContain('INTERNAL_SERVER_ERROR');
      expect([watchedApp.log.splice(0), watched.faults.splice(0)]).toEqual([[], []]);
    },
    /** How many calls were made since the last call of this function: none would prove nothing. */
    calls: () => watchedApp.calls().length,
  };
}

const MODES: readonly (readonly [mode: string, settings: Record<string, string>])[] = [
  ['passthrough', {}],
  ['password', PASSWORD],
  ['aksk', ACCESS_KEY],
];

describe.each(MODES)(
  'with %s only documented calls are made, and no request ends in a 500, whatever stands',
  (mode, settings) => {
    const { expectHarmless, calls } = useWatchedApp(settings);

    test('in the arguments of every root field', async () => {
      await fc.assert(fc.asyncProperty(hostileOperations(schema, VALID, hostileRepresentation), expectHarmless), {
        numRuns: 400,
      });
      expect(calls()).toBeGreaterThan(30);
    });

    test('in global ids and representations', async () => {
      const operation = fc.oneof(
        fc.array(hostileId, { maxLength: 5 }).map((all) => ({ query: NODES, variables: { all } })),
        fc
          .array(hostileRepresentation, { maxLength: 5 })
          .map((all) => ({ query: REPRESENTATIONS, variables: { all } })),
      );
      await fc.assert(fc.asyncProperty(operation, expectHarmless), { numRuns: 400 });
      expect(calls()).toBeGreaterThan(30);
    });

    test('in headers, byte by byte', async () => {
      const watched = watch(oneOfEverything());
      const { origin, calls: callsSince, log } = await startApp({ upstream: watched.script, settings, over: 'http' });
      const byte = fc.nat(0xff).map((code) => String.fromCharCode(code));
      const bytes = fc.oneof(
        fc.string({ unit: byte }),
        fc.string({ unit: fc.constantFrom('a', 'b', ' ', ',', ';', '\t', '=', '\xe4', '%', '/', '.') }),
        hostileText(['token', 'project-1', 'text/html']).map((text) => Buffer.from(text).toString('latin1')),
      );
      const names = [
        'X-Auth-Token',
        'X-Project-Id',
        'X-Request-Id',
        'Accept',
        'Accept-Encoding',
        'Origin',
        'Host',
        'Expect',
        'Cookie',
      ];
      const header = fc.tuple(fc.oneof(fc.constantFrom(...names), bytes), bytes);
      const token = fc
        .oneof(fc.constant('good'), fc.constant('good'), bytes)
        .map((text): [string, string] => ['X-Auth-Token', text]);
      const headers = fc.tuple(fc.array(token, { maxLength: 1 }), fc.array(header, { maxLength: 3 }));
      const body = JSON.stringify({ query: `{ images ${PAGE} imageGroups ${PAGE} repositories ${PAGE} }` });
      let accepted = 0;
      await fc.assert(
        fc.asyncProperty(headers, async (pairs) => {
          // Blanks at the end are not part of a header.
          const lines = pairs.flat().map(([name, value]) => `${name}: ${value}`.replace(/[ \t]+$/, ''));
          const response = await sendBytes(origin, requestBytes('POST /graphql HTTP/1.1', lines, body), 500);
          expect(response).not.toMatch(/^HTTP\/1\.1 5|INTERNAL_SERVER_ERROR/);
          expect([log.splice(0), watched.faults.splice(0)]).toEqual([[], []]);
          const tokens = new Set(callsSince().map((call) => call.headers['x-auth-token']));
          if (mode === 'passthrough')
            for (const token of tokens) expect(lines.some((line) => line.endsWith(String(token)))).toBe(true);
          accepted += tokens.size;
        }),
        { numRuns: 250 },
      );
      expect(accepted).toBeGreaterThan(5);
    });
  },
);

describe('only documented calls are made, and no request ends in a 500, whatever stands', () => {
  const { expectHarmless, calls } = useWatchedApp({});

  test('in the position of a cursor', async () => {
    const positions = {
      offset: ['0', '7', '24', '499', '9999999'],
      marker: [`m${imageId(9)}`, `s${imageId(9)}`, 'f', 'b', `m${imageId(9)}|3`],
    };
    const lists = KINDS.flatMap((kind) =>
      listsOf(kind).map(([name, args]): [field: string, ...valid: string[]] => [
        `${name}(${args === '' ? '' : `${args},`}`,
        ...positions[kind.paging ?? 'offset'],
      ]),
    );
    const cursors = await Promise.all(
      lists.map(async ([field, ...good]) => {
        const { data } = await app.ask(`{ list: ${field} first: 1) { edges { cursor } } }`);
        const [, , digest = ''] = Buffer.from(data.list.edges[0].cursor, 'base64url').toString().split(':');
        const numbers = fc.oneof(fc.integer(), fc.double()).map(String);
        const cursor = fc
          .oneof(fc.constantFrom(...good), numbers, hostileText(good))
          .map((position) => forge([decodeURIComponent(digest), position]));
        return fc.record({ name: fc.constantFrom('after', 'before'), cursor }).map(({ name, cursor: text }) => ({
          query: `query ($text: String!) { ${field} ${name}: $text) { nodes { id } pageInfo { hasNextPage hasPreviousPage } } }`,
          variables: { text },
        }));
      }),
    );
    targets();
    await fc.assert(fc.asyncProperty(fc.oneof(...cursors), expectHarmless), { numRuns: 400 });
    expect(calls()).toBeGreaterThan(30);
  });

  const documents = [
    `query Q($text: String = "app", $flag: Boolean!) { repository(namespace: "group", name: $text) { id ... on Node @include(if: $flag) { id } } }`,
    '{ images(first: 2, filter: { name: "a", tags: ["b"], createdAt: { gt: "2021-06-02T09:23:01Z" } }) { edges { cursor node { ...F } } } } fragment F on Image { id property(name: "x") }',
    `query ($all: [_Any!]!, $id: ID!) { _entities(representations: $all) { __typename } node(id: $id) { id } }`,
    'query A { __schema { types { name fields { name } } } } query B { __type(name: "Image") { name } }',
  ];

  test('in the JSON of a request', async () => {
    const value = fc.jsonValue();
    const operation = fc.record(
      {
        query: fc.oneof(fc.constantFrom(...documents), value),
        variables: value,
        operationName: value,
        extensions: value,
      },
      { requiredKeys: ['query'] },
    );
    const known = fc.record(
      { text: fc.oneof(value, fc.constant(null)), flag: value, all: fc.oneof(value, fc.array(value)), id: value },
      { requiredKeys: [] },
    );
    const good = fc.record({
      query: fc.constantFrom(...documents),
      variables: known,
      operationName: fc.constantFrom('A', 'B', null),
    });
    const one = fc.oneof(good, operation, value);
    const body = fc.oneof(one, fc.array(one, { maxLength: 12 }), fc.string());
    await fc.assert(fc.asyncProperty(body, expectHarmless), { numRuns: 600 });
  });

  test('in the text of a document', async () => {
    const tokens = documents.flatMap((document) => document.match(/[\w$@]+|"[^"]*"|\.{3}|\S/g) ?? []);
    const odd = [
      'null',
      '-1',
      '1e400',
      '"""',
      '"',
      '\\u0000',
      '\0',
      '\ufeff',
      '#',
      '$__proto__',
      '__proto__',
      '{',
      '}',
      '[',
      ']',
      '@skip(if: true)',
    ];
    const edit = fc.record({
      at: fc.nat(60),
      removed: fc.nat(2),
      put: fc.array(fc.oneof(fc.constantFrom(...tokens, ...odd), fc.string({ unit: 'binary' })), { maxLength: 3 }),
    });
    const edited = fc
      .tuple(fc.constantFrom(...documents), fc.array(edit, { maxLength: 4 }))
      .map(([document, edits]) => {
        const words = document.match(/[\w$@]+|"[^"]*"|\.{3}|\S/g) ?? [];
        for (const { at, removed, put } of edits) words.splice(at % words.length, removed, ...put);
        return words.join(' ');
      });
    const variables = { text: 'app', flag: true, all: [], id: forge(['Image', IMAGE]) };
    const body = fc.oneof(edited, hostileText(documents)).map((query) => ({ query, variables }));
    await fc.assert(fc.asyncProperty(body, expectHarmless), { numRuns: 600 });
  });

  test('in the bytes of an HTTP request', async () => {
    const watched = watch(oneOfEverything());
    const { origin, log } = await startApp({ upstream: watched.script, over: 'http' });
    const method = fc.oneof(
      fc.constantFrom('GET', 'POST', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT', 'PATCH', 'PROPFIND'),
      fc.string(),
    );
    const path = fc.oneof(
      fc.webPath().map((text) => `/graphql${text}`),
      hostileText([
        '/graphql?query={__typename}',
        '/graphql/?query=%7Bimages%7BpageInfo%7BhasNextPage%7D%7D%7D',
        '/health',
        '/graphql?variables={}',
      ]),
      fc
        .record({
          query: fc.constantFrom(...documents),
          variables: fc.oneof(fc.json(), fc.string()),
          extensions: fc.json(),
        })
        .map((parameters) => `/graphql?${new URLSearchParams(parameters)}`),
      fc.webUrl(),
    );
    const version = fc.oneof(
      { weight: 9, arbitrary: fc.constant('HTTP/1.1') },
      { weight: 1, arbitrary: fc.constantFrom('HTTP/1.0', 'HTTP/2.0', 'ICY') },
    );
    const line = fc.tuple(method, path, version).map((parts) => Buffer.from(parts.join(' ')).toString('latin1'));
    const request = fc.oneof(
      {
        weight: 9,
        arbitrary: line.map((startLine) =>
          requestBytes(startLine, ['X-Auth-Token: token'], '{"query":"{ __typename }"}'),
        ),
      },
      { weight: 1, arbitrary: fc.uint8Array() },
    );
    const statuses = new Set<string>();
    await fc.assert(
      fc.asyncProperty(request, async (bytes) => {
        const response = await sendBytes(origin, bytes, 200);
        expect(response).not.toMatch(/^HTTP\/1\.1 5|INTERNAL_SERVER_ERROR/);
        expect([log.splice(0), watched.faults.splice(0)]).toEqual([[], []]);
        statuses.add(response.slice(9, 12));
      }),
      { numRuns: 300 },
    );
    expect([...statuses]).toEqual(expect.arrayContaining(['200', '400', '404', '405']));
  });
});

describe('what a cloud sends leads to documented calls only, and never to a 500', () => {
  /** The fields of every row, and what the responses say beside them, at the moment. */
  let sent: { readonly fields: WireRow; readonly extras: ResponseExtras } = { fields: {}, extras: {} };
  const { expectHarmless, calls } = useWatchedApp({}, (call, response) =>
    oneOfEverything(sent.fields, sent.extras)(call, response),
  );

  test('whatever stands in names, ids, links, totals and rules', async () => {
    const field = (...good: readonly string[]) =>
      fc.oneof(
        { weight: 3, arbitrary: fc.constantFrom(...good) },
        { weight: 1, arbitrary: hostileText(good) },
        { weight: 1, arbitrary: fc.jsonValue() },
      );
    /** Of every kind: what the documents show as the value of each field. */
    const documented = Object.fromEntries(
      DOCUMENTS.flatMap(({ document }) =>
        document.fields.map(([rest, wire]) => [rest, field(wire.startsWith('"') ? JSON.parse(wire) : wire)]),
      ),
    );
    const fields = fc.record({
      ...documented,
      ...{ id: field(IMAGE, '9088'), name: field('app', 'team$app'), namespace: field('group'), repo: field('app') },
      ...{ __originalimagename: field(imageId(2)), rule_type: fc.oneof(fc.json(), fc.string()) },
      ...{ created_at: field('2021-06-02T09:23:01Z'), create_at: fc.jsonValue(), tags: fc.jsonValue() },
      ...{ size: fc.oneof(fc.bigInt().map(String), fc.jsonValue()), __os_feature_list: field('["a"]') },
    });
    const extras = fc.record({
      total: fc.oneof(fc.nat(9), fc.jsonValue()),
      range: fc.stringMatching(/^[ -~]{0,20}$/),
      next: field(`/v2/images?marker=${imageId(3)}`, 'http://evil.example/?marker=a'),
    });
    const lists = KINDS.flatMap((kind) =>
      listsOf(kind).map(([name, args]) => {
        const selection = wholeSelection(schema, `${kind.type}Connection`, 2);
        return `${name}${args === '' ? '' : `(${args})`} { ${selection} }`;
      }),
    );
    const query = fc.constantFrom(...lists).map((list) => `{ ${list} }`);
    await fc.assert(
      fc.asyncProperty(fc.record({ fields, extras }), query, async (next, document) => {
        sent = next;
        await expectHarmless({ query: document });
      }),
      { numRuns: 300 },
    );
    expect(calls()).toBeGreaterThan(300);
  });

  test.each<[title: string, reply: Reply, code: string]>([
    ['an error in lists', { status: 400, body: nested('[', ']') }, 'UPSTREAM_ERROR'],
    ['errors within errors', { status: 400, body: nested('{"errors":[', ']}') }, 'UPSTREAM_ERROR'],
    ['an error within errors', { status: 400, body: nested('{"error":', '}') }, 'UPSTREAM_ERROR'],
    ['a record', { body: nested('[', ']') }, 'UPSTREAM_BAD_RESPONSE'],
    ['a property', { body: `{"id":"${IMAGE}","x":${nested('[', ']')}}` }, 'UPSTREAM_BAD_RESPONSE'],
  ])('a response with %s a hundred thousand levels deep is an error', async (_title, reply, code) => {
    const { ask, log } = await startApp({ upstream: () => reply });
    const response = await ask(`{ image(imageId: "${IMAGE}") { property(name: "x") } }`);
    expect([codesOf(response), log]).toEqual([code, []]);
  });

  test.each([...ATTACKS, ...LOOK_ALIKES, ...BROKEN])(
    'an attack as the id of the project of a token is harmless: %s',
    async (_attack, id) => {
      const watched = watch(oneOfEverything());
      const issue: Script = (call, response) => {
        const reply = watched.script(call, response);
        if (call.path !== '/v3/auth/tokens') return reply;
        return { status: 201, headers: { 'x-subject-token': IAM_TOKEN }, body: { token: { project: { id } } } };
      };
      // The project is known by its name: IAM tells its id.
      const settings = { ...PASSWORD, IMAGE_GRAPH_PROJECT_ID: '', IMAGE_GRAPH_PROJECT_NAME: 'name' };
      const { ask, calls, log } = await startApp({ upstream: issue, settings });
      const response = await ask(`{ imageGroups ${PAGE} }`);
      expect([codesOf(response), calls().length, log, watched.faults]).toEqual(['UPSTREAM_BAD_RESPONSE', 1, [], []]);
    },
  );
});

/** JSON that is nothing but brackets. */
function nested(open: string, close: string): string {
  return `${open.repeat(100_000)}1${close.repeat(100_000)}`;
}
