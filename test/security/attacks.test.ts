// Input that attacks: a table of attacks, the answer to each and the upstream calls made for it (none); then properties of any input.
import fc from 'fast-check';
import { type GraphQLNamedInputType, getNamedType, isInputObjectType, isObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { buildSchema } from '../../src/schema.ts';
import { type GraphQLAnswer, startApp, type TestApp } from '../support/app.ts';
import { faultsOf } from '../support/documents/documented-targets.ts';
import { wholeSelection } from '../support/documents/whole-selection.ts';
import { hostileOperations } from '../support/generators/hostile-operations.ts';
import { ATTACKS, BROKEN, hostileText } from '../support/generators/hostile-texts.ts';
import { AMBER, BIRCH, NAMES, NAMESPACE, ONLY_OF_AMBER, tenantCloud } from '../support/generators/tenants.ts';
import { ACCESS_KEY, IAM_TOKEN, PASSWORD, startHttpApp } from '../support/http-app.ts';
import { addressIn, run } from '../support/processes/command.ts';
import { requestBytes, sendBytes } from '../support/raw-http.ts';
import { startUpstreamApp } from '../support/upstream-app.ts';
import {
  imageGroupRow,
  imageId,
  imageRow,
  repositoryDetail,
  retentionLogRow,
  sharedRow,
} from '../support/upstreams/rows.ts';
import {
  type Reply,
  type Script,
  settingsForUpstream,
  startUpstream,
  type TestUpstream,
} from '../support/upstreams/upstream.ts';

const schema = buildSchema({ offersNode: true });
const IMAGE = imageId(1);

/** A cloud with one of everything. */
const oneOfEverything: Script = ({ path }) => {
  if (path === '/v2/images') return { body: { images: [imageRow({ __originalimagename: imageId(2) })] } };
  if (path.startsWith('/v2/images/')) return { body: imageRow() };
  if (path.startsWith('/v1/')) return { body: { data: [imageGroupRow()], total: 1 } };
  if (path.endsWith('/retentions/histories')) return { body: { retention_log: [retentionLogRow()], total: 1 } };
  if (path.startsWith('/v2/manage/namespaces/')) return { body: repositoryDetail() };
  return { headers: { 'content-range': '0-1/1' }, body: [sharedRow()] };
};

/** The same with an IAM, and a list of all that the documents do not know about the requests. */
function watch(script: Script): { readonly script: Script; readonly faults: string[] } {
  const faults: string[] = [];
  return {
    faults,
    script(call, response) {
      faults.push(...faultsOf(response.req));
      if (call.path !== '/v3/auth/tokens') return script(call, response);
      return { status: 201, headers: { 'x-subject-token': IAM_TOKEN }, body: { token: {} } };
    },
  };
}

let upstream: TestUpstream;
let app: TestApp;
beforeAll(async () => {
  upstream = await startUpstream(oneOfEverything);
  app = startApp(settingsForUpstream(upstream));
});
afterAll(async () => {
  await app.close();
  await upstream.close();
});

/** The raw targets that were asked for since the last call. */
const targets = () => upstream.calls.splice(0).map(({ url }) => url);

/** A row of the table: what is tried, the code of the answer (`answered` where there is no error), and the upstream calls. */
type Outcome = readonly [attack: string, answer: string, calls: number];

/** Asks, and writes the row down. */
async function outcomeOf(
  attack: string,
  query: string,
  variables: Record<string, unknown>,
  headers: Record<string, string> = {},
): Promise<Outcome> {
  const answer = await app.ask(query, variables, headers);
  return [attack, codesOf(answer) || 'answered', targets().length];
}

const codesOf = ({ errors = [] }: GraphQLAnswer) => errors.map(({ extensions }) => extensions.code).join();

/** The rows of attacks that are all refused alike. */
const refused = (attacks: readonly (readonly [attack: string, ...rest: unknown[]])[]): Outcome[] =>
  attacks.map(([attack]) => [attack, 'BAD_USER_INPUT', 0]);

/** The text that a global id or a cursor is made of, written from its format: a version, room for a cloud, and parts. */
const forge = (parts: readonly string[], head: readonly string[] = ['1', '']) =>
  Buffer.from([...head, ...parts].map((part) => encodeURIComponent(part.toWellFormed())).join(':')).toString(
    'base64url',
  );

/**
 * A place for a text, by its coordinate: a field that has it as `$text`, which is a String unless it says otherwise; and a text that is
 * good there, as it is no more than the value of a parameter.
 */
type Place = readonly [coordinate: string, field: string, type?: string, good?: string];

const GROUP = 'namespace: "group", name: "app"';
const PAGE = '{ pageInfo { hasNextPage } }';

/** Where a text has a grammar, as it goes into a path or a filter of SWR, names a record, or is decoded here. */
const GRAMMATICAL: readonly Place[] = [
  ['Query.node(id:)', 'node(id: $text) { id }', 'ID'],
  ['Query.nodes(ids:)', 'nodes(ids: [$text]) { id }', 'ID'],
  ['Query.repository(namespace:)', 'repository(namespace: $text, name: "app") { size }'],
  ['Query.repository(name:)', 'repository(namespace: "group", name: $text) { size }'],
  ['Query.repositories(namespace:)', `repositories(namespace: $text) ${PAGE}`],
  ['Query.repositories(name:)', `repositories(name: $text) ${PAGE}`],
  ['Query.repositories(after:)', `repositories(after: $text) ${PAGE}`],
  ['Query.repositories(before:)', `repositories(before: $text) ${PAGE}`],
  ['Query.sharedRepositories(name:)', `sharedRepositories(center: SELF, name: $text) ${PAGE}`],
  ['Query.sharedRepositories(after:)', `sharedRepositories(center: SELF, after: $text) ${PAGE}`],
  ['Query.sharedRepositories(before:)', `sharedRepositories(center: SELF, before: $text) ${PAGE}`],
  ['Query.retentionLogs(namespace:)', `retentionLogs(namespace: $text, repositoryName: "app") ${PAGE}`],
  ['Query.retentionLogs(repositoryName:)', `retentionLogs(namespace: "group", repositoryName: $text) ${PAGE}`],
  ['Query.retentionLogs(after:)', `retentionLogs(namespace: "group", repositoryName: "app", after: $text) ${PAGE}`],
  ['Query.retentionLogs(before:)', `retentionLogs(namespace: "group", repositoryName: "app", before: $text) ${PAGE}`],
  ['Query.image(imageId:)', 'image(imageId: $text) { name }', 'ID'],
  ['Query.images(after:)', `images(after: $text) ${PAGE}`],
  ['Query.images(before:)', `images(before: $text) ${PAGE}`],
  ['ImageFilter.imageId', `images(filter: { imageId: $text }) ${PAGE}`, 'ID'],
  ...['gt', 'gte', 'lt', 'lte', 'eq', 'neq'].map(
    (name): Place => [
      `ImageTimeFilter.${name}`,
      `images(filter: { createdAt: { ${name}: $text } }) ${PAGE}`,
      'DateTime',
    ],
  ),
  ['Query.imageGroup(namespace:)', 'imageGroup(namespace: $text, name: "app") { name }'],
  ['Query.imageGroup(name:)', 'imageGroup(namespace: "group", name: $text) { name }', 'String', '..'],
  ['Query.imageGroup(workspaceId:)', `imageGroup(${GROUP}, workspaceId: $text) { name }`],
  ['Query.imageGroups(after:)', `imageGroups(after: $text) ${PAGE}`],
  ['Query.imageGroups(before:)', `imageGroups(before: $text) ${PAGE}`],
  ['ImageGroupFilter.name', `imageGroups(filter: { name: $text }) ${PAGE}`, 'String', '..'],
  ['ImageGroupFilter.namespace', `imageGroups(filter: { namespace: $text }) ${PAGE}`],
  ['ImageGroupFilter.workspaceId', `imageGroups(filter: { workspaceId: $text }) ${PAGE}`],
];

/** Where any text is good that is one: it is sent as the value of one parameter, escaped. */
const FREE: readonly (readonly [coordinate: string, field: string, rest: string])[] = [
  ['ImageFilter.owner', `images(filter: { owner: $text }) ${PAGE}`, 'owner'],
  ['ImageFilter.name', `images(filter: { name: $text }) ${PAGE}`, 'name'],
  ['ImageFilter.containerFormat', `images(filter: { containerFormat: $text }) ${PAGE}`, 'container_format'],
  ['ImageFilter.diskFormat', `images(filter: { diskFormat: $text }) ${PAGE}`, 'disk_format'],
  ['ImageFilter.platform', `images(filter: { platform: $text }) ${PAGE}`, '__platform'],
  ['ImageFilter.tags', `images(filter: { tags: [$text] }) ${PAGE}`, 'tag'],
  ['ImageFilter.xenGpuType', `images(filter: { xenGpuType: $text }) ${PAGE}`, '__support_xen_gpu_type'],
  ['ImageFilter.kvmGpuType', `images(filter: { kvmGpuType: $text }) ${PAGE}`, '__support_kvm_gpu_type'],
];

/** Where a text is looked up in what the cloud has answered, and sent nowhere. */
const LOCAL: readonly Place[] = [
  ['Image.property(name:)', `image(imageId: "${IMAGE}") { property(name: $text) }`],
  ['Image.properties(names:)', `image(imageId: "${IMAGE}") { properties(names: [$text]) { value } }`],
];

/** Where a call comes before: that for the repository. */
const BELOW_A_REPOSITORY: readonly Place[] = ['after', 'before'].map((name) => [
  `Repository.retentionLogs(${name}:)`,
  `repository(${GROUP}) { retentionLogs(${name}: $text) ${PAGE} }`,
]);

/** The key of each kind, its fields in the order of the id. */
const KEYS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Repository: { namespace: 'group', name: 'app' },
  SharedRepository: { center: 'SELF', namespace: 'group', name: 'app' },
  RetentionLog: { namespace: 'group', repositoryName: 'app', logId: '9088' },
  Image: { imageId: IMAGE },
  ImageGroup: { namespace: 'group', name: 'app', workspaceId: '0' },
};

const REFERENCE = 'query ($all: [_Any!]!) { _entities(representations: $all) { __typename } }';
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
  const listed = [...GRAMMATICAL, ...FREE, ...LOCAL, ...BELOW_A_REPOSITORY].map(([coordinate]) => coordinate);
  expect([...listed, 'Query._entities(representations:)'].sort()).toEqual(wanted.sort());
});

describe('texts that try to be more than a text: each is refused before an upstream call', () => {
  test.each(GRAMMATICAL)('in %s', async (_coordinate, field, type = 'String', good = '') => {
    const attacks = [...ATTACKS, ...BROKEN].filter(([, text]) => text !== good);
    const outcomes: Outcome[] = [];
    for (const [attack, text] of attacks)
      outcomes.push(await outcomeOf(attack, `query ($text: ${type}!) { ${field} }`, { text }));
    expect(outcomes).toEqual(refused(attacks));
  });

  const keyFields = Object.entries(KEYS)
    .flatMap(([kind, key]) => Object.keys(key).map((name) => [kind, name] as const))
    .filter(([kind, name]) => !(kind === 'ImageGroup' && name === 'name'));
  test.each(keyFields)('in %s.%s, by global id and by reference', async (kind, name) => {
    const outcomes: Outcome[] = [];
    for (const [attack, text] of [...ATTACKS, ...BROKEN]) {
      const key = { ...KEYS[kind], [name]: text };
      outcomes.push(await outcomeOf(attack, NODE, { text: forge([kind, ...Object.values(key)]) }));
      outcomes.push(await outcomeOf(attack, REFERENCE, { all: [{ __typename: kind, ...key }] }));
    }
    expect(outcomes).toEqual(refused([...ATTACKS, ...BROKEN].flatMap((attack) => [attack, attack])));
  });

  test.each(['./x', 'a/./b', '/x', 'a//b', 'x/', '/', ' ', 'a/ /b', '. .'])(
    'in the name of a repository, by global id and by reference: %j, which a path would lose',
    async (name) => {
      const key = { ...KEYS.Repository, name };
      expect([
        await outcomeOf(name, NODE, { text: forge(['Repository', ...Object.values(key)]) }),
        await outcomeOf(name, REFERENCE, { all: [{ __typename: 'Repository', ...key }] }),
      ]).toEqual(refused([[name], [name]]));
    },
  );

  test.each(BELOW_A_REPOSITORY)('in %s, after the call for the repository', async (_coordinate, field) => {
    for (const [attack, text] of [...ATTACKS, ...BROKEN])
      expect(await outcomeOf(attack, `query ($text: String!) { ${field} }`, { text })).toEqual([
        attack,
        'BAD_USER_INPUT',
        1,
      ]);
  });
});

describe('texts that are free: what is no text is refused, everything else is one escaped value', () => {
  const places = [
    ...FREE.map(([coordinate, field, rest]) => [coordinate, `query ($text: String!) { ${field} }`, rest] as const),
    ['ImageGroup.name by reference', REFERENCE, 'name'] as const,
  ];
  /** The variables of each: one of the two looks at it. */
  const variables = (text: string) => ({ text, all: [{ __typename: 'ImageGroup', namespace: 'group', name: text }] });

  test.each(places)('in %s', async (_coordinate, query, rest) => {
    for (const [attack, text] of BROKEN)
      expect(await outcomeOf(attack, query, variables(text))).toEqual([attack, 'BAD_USER_INPUT', 0]);
    for (const [, text] of ATTACKS) {
      const { errors } = await app.ask(query, variables(text));
      const [target = '', ...more] = targets();
      const [path = '', search, ...rests] = target.split('?');
      expect([errors, more, rests]).toEqual([undefined, [], []]);
      expect(['/v2/images', '/v1/project-1/images/group']).toContain(path);
      expect(new URLSearchParams(search).getAll(rest)).toEqual([text]);
    }
  });

  test.each(FREE)('in %s a text that makes a URL too long is refused', async (_coordinate, field) => {
    const outcome = await outcomeOf('', `query ($text: String!) { ${field} }`, { text: 'a'.repeat(40_000) });
    expect(outcome).toEqual(['', 'BAD_USER_INPUT', 0]);
  });

  test.each(LOCAL)('in %s nothing but the image itself is asked for', async (_coordinate, field) => {
    for (const [, text] of [...ATTACKS, ...BROKEN, ['', '__proto__'], ['', 'constructor']]) {
      const { errors } = await app.ask(`query ($text: String!) { ${field} }`, { text });
      expect([errors, targets()]).toEqual([undefined, [`/v2/images/${IMAGE}`]]);
    }
  });
});

/** A megabyte of base64, as far as the body may be so long. */
const MEGABYTE = 'TWF1'.repeat(240_000);

describe('cursors and global ids that nobody was given', () => {
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
    'a cursor with %s is refused before an upstream call, unless it is one of this list',
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
        ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x3a, 0x3a]).toString('base64url')],
        ['a broken escape', Buffer.from(`1::${digest}:%`).toString('base64url')],
        ['a global id', forge(['Image', IMAGE])],
        ['an empty text', ''],
      ];
      const outcomes: Outcome[] = [];
      for (const [attack, cursor] of cursors)
        outcomes.push(await outcomeOf(attack, `{ ${field(cursor)} ${PAGE} }`, {}));
      expect(outcomes).toEqual(refused(cursors));
      const megabyte = await outcomeOf('a megabyte of base64', `{ ${field(MEGABYTE)} ${PAGE} }`, {});
      expect(megabyte).toEqual(['a megabyte of base64', 'QUERY_TOO_COMPLEX', 0]);
      const answered = await outcomeOf('', `{ ${field(forge([digest, good]))} { nodes { id } } }`, {});
      expect(answered).toEqual(['', 'answered', 1]);
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
  ])('a cursor of %s is refused by %s', async (given, asked) => {
    const { data } = await app.ask(`{ list: ${given} { edges { cursor } } }`);
    const { cursor } = data.list.edges[0];
    targets();
    const field = asked.includes('(') ? asked.replace(/\)$/, `, after: "${cursor}")`) : `${asked}(after: "${cursor}")`;
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
    ['a log id that is no number', forge(['RetentionLog', 'group', 'app', '1e3'])],
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

  test('a global id that is none is refused before an upstream call', async () => {
    const outcomes: Outcome[] = [];
    for (const [attack, text] of ids) outcomes.push(await outcomeOf(attack, NODE, { text }));
    expect(outcomes).toEqual(refused(ids));
  });

  test('the reference of a subgraph that is none is refused before an upstream call', async () => {
    const references: readonly (readonly [attack: string, reference: unknown])[] = [
      ...ids.map(([attack, id]) => [attack, { __typename: 'Image', id }] as const),
      ['an id of another type', { __typename: 'Image', id: forge(['Repository', 'group', 'app']) }],
      ['a text', 'Image'],
      ['a number', 1],
      ['a list', [{ __typename: 'Image', imageId: IMAGE }]],
      ['no type', { imageId: IMAGE }],
      ['a type that there is not', { __typename: 'Secret', imageId: IMAGE }],
      ['a type that is no entity', { __typename: 'PageInfo' }],
      ['a name that every object has', { __typename: 'constructor' }],
      ['a type that is no text', { __typename: { toString: 'Image' }, imageId: IMAGE }],
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
    for (const [attack, reference] of references)
      outcomes.push(await outcomeOf(attack, REFERENCE, { all: [reference] }));
    expect(outcomes).toEqual(refused(references));
  });
});

describe('variables that are null where the engine finds out late: refused in their place, after the calls for what stands above', () => {
  const operations = [
    ['an argument', 'ID = "a"', 'node(id: $x) { id }', 0],
    ['an argument of a row', 'String = "a"', 'images { nodes { property(name: $x) } }', 1],
    ['a field of an input', 'ImageOrderField = NAME', `images(orderBy: { field: $x, direction: ASC }) ${PAGE}`, 0],
    ['an item of a list', 'String = "a"', `images(filter: { tags: [$x] }) ${PAGE}`, 0],
    ['a condition', 'Boolean = true', `image(imageId: "${IMAGE}") { name @include(if: $x) }`, 1],
    ['a condition of a row', 'Boolean = true', 'images { nodes { name @skip(if: $x) } }', 1],
  ] as const;

  test.each(operations)('%s', async (attack, type, field, calls) => {
    const outcome = await outcomeOf(attack, `query ($x: ${type}) { ${field} }`, { x: null });
    expect(outcome).toEqual([attack, 'BAD_USER_INPUT', calls]);
  });

  test.each(operations)('%s, which hides no nodes from the limit', async (attack, type, field) => {
    const pages = Array.from(
      { length: 11 },
      (_, n) => `a${n}: images(first: 1000, filter: { minDisk: ${n} }) { nodes { id } }`,
    );
    const outcome = await outcomeOf(attack, `query ($x: ${type}) { ${field} ${pages.join(' ')} }`, { x: null });
    expect(outcome).toEqual([attack, 'QUERY_TOO_COMPLEX', 0]);
  });

  test('a variable that is named like the prototype of all objects', async () => {
    const variables = JSON.parse(`{ "__proto__": ${JSON.stringify(forge(['Image', IMAGE]))} }`);
    const outcome = await outcomeOf('', 'query ($__proto__: ID!) { node(id: $__proto__) { id } }', variables);
    expect(outcome[1]).not.toContain('INTERNAL_SERVER_ERROR');
  });
});

test('the cursor and the ids of another tenant show what the caller may see', async () => {
  const { ask, targets } = await startUpstreamApp(tenantCloud());
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

/** Starts the command on the upstream of this file, as it is deployed; answers its origin. It ends with the test. */
async function deploy(): Promise<string> {
  const command = run({ ...settingsForUpstream(upstream), PORT: '0' });
  return addressIn(await command.says('ready'));
}

const BODY = JSON.stringify({ query: `{ images ${PAGE} }` });

test('headers that attack are refused before an upstream call', async () => {
  const origin = await deploy();
  const [token, project, requestId] = ['X-Auth-Token: good', 'X-Project-Id: good', 'X-Request-Id: good'];
  const rows: readonly (readonly [attack: string, answer: string, ...headers: string[]])[] = [
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
    ['an empty project', '200 answered', token, 'X-Project-Id:'],
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
    ['nothing', '200 answered', token, project, requestId],
  ];
  const outcomes: Outcome[] = [];
  for (const [attack, , ...headers] of rows) {
    const answer = await sendBytes(origin, requestBytes('POST /graphql HTTP/1.1', headers, BODY));
    outcomes.push([attack, answerIn(answer), targets().length]);
  }
  expect(outcomes).toEqual(rows.map(([attack, answer]) => [attack, answer, answer === '200 answered' ? 1 : 0]));
});

/** The status of an answer, and the code of its error where it has a body. */
function answerIn(answer: string): string {
  const status = /^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 'none';
  const body = /\{.*\}/.exec(answer)?.[0];
  return body === undefined ? status : `${status} ${codesOf(JSON.parse(body)) || 'answered'}`;
}

test('two tokens with a comma are refused before an upstream call: a proxy has joined a header that was sent twice', async () => {
  const outcome = await outcomeOf('', `{ images ${PAGE} }`, {}, { 'x-auth-token': 'a,b' });
  expect(outcome).toEqual(['', 'UNAUTHENTICATED', 0]);
});

test('a request id that is none is not passed on: a new one takes its place', async () => {
  const origin = await deploy();
  const ids = ['a b', 'a,b', 'a\tb', '\xe4', `\${jndi:ldap://x}`, '<script>', '%0d%0a', 'a'.repeat(129), '../..', ''];
  const made = new Set<unknown>();
  for (const id of ids) {
    const headers = ['X-Auth-Token: a', `X-Request-Id: ${id}`];
    const answer = await sendBytes(origin, requestBytes('POST /graphql HTTP/1.1', headers, BODY));
    const [call] = upstream.calls.splice(0);
    const sent = String(call?.headers['x-request-id']);
    expect(sent).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(answer.toLowerCase()).toContain(`\r\nx-request-id: ${sent}\r\n`);
    made.add(sent);
  }
  expect(made.size).toBe(ids.length);
});

/** Texts that arguments and key fields take, by their names. */
const GOOD = {
  ...{ namespace: ['group'], name: ['app', 'team/app.v2'], repositoryName: ['app', 'team/app.v2'], imageId: [IMAGE] },
  ...{ workspaceId: ['0', 'w1'], logId: ['9088'], center: ['SELF', 'THIRD_PARTY'], tags: ['key=value'] },
  ...{
    id: [forge(['Image', IMAGE])],
    ids: Object.entries(KEYS).map(([kind, key]) => forge([kind, ...Object.values(key)])),
  },
};

/** Keys of a kind with some of their parts replaced; as an id, and as a reference. */
const hostileKey = fc.constantFrom(...Object.entries(KEYS)).chain(([kind, key]) => {
  const partOf = (good: string) =>
    fc.oneof({ weight: 2, arbitrary: fc.constant(good) }, { weight: 1, arbitrary: hostileText([good]) });
  const parts = fc.record(Object.fromEntries(Object.entries(key).map(([name, good]) => [name, partOf(good)])));
  return parts.map((replaced) => ({ kind, parts: replaced }));
});
const hostileId = fc.oneof(
  hostileKey.map(({ kind, parts }) => forge([kind, ...Object.values(parts)])),
  hostileText(GOOD.ids),
  fc
    .tuple(fc.array(hostileText(['Image', IMAGE]), { maxLength: 5 }), fc.array(hostileText(['1', ''])))
    .map(([parts, head]) => forge(parts, head)),
);
const hostileReference = fc.oneof(
  hostileKey.map(({ kind, parts }) => ({ __typename: kind, ...parts })),
  fc.record({ __typename: fc.constantFrom(...Object.keys(KEYS)), id: hostileId }),
  fc.record({
    __typename: fc.constantFrom(...Object.keys(KEYS)),
    namespace: fc.jsonValue(),
    name: fc.jsonValue(),
    imageId: fc.jsonValue(),
  }),
  fc.jsonValue(),
);

/** An app for the tests of a group, on a cloud that looks at all that leaves. */
function useWatchedApp(settings: Record<string, string>, script: Script = oneOfEverything) {
  const watched = watch(script);
  let cloud: TestUpstream;
  let asked: TestApp;
  beforeAll(async () => {
    cloud = await startUpstream(watched.script);
    asked = startApp({ ...settingsForUpstream(cloud), IMAGE_GRAPH_IAM_ENDPOINT: cloud.url, ...settings });
  });
  afterAll(async () => {
    await asked.close();
    await cloud.close();
  });
  return {
    /** Sends a body, and looks at the answer and at what has left. */
    async expectHarmless(body: unknown): Promise<void> {
      const response = await asked.fetch('http://127.0.0.1/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-auth-token': 'token' },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      });
      expect(response.status).toBeLessThan(500);
      expect(await response.text()).not.toContain('INTERNAL_SERVER_ERROR');
      expect([asked.unforeseen.splice(0), watched.faults.splice(0)]).toEqual([[], []]);
    },
    /** The calls that have left since the last call of this function: none would prove nothing. */
    calls: () => cloud.calls.splice(0).length,
  };
}

const MODES: readonly (readonly [mode: string, settings: Record<string, string>])[] = [
  ['passthrough', {}],
  ['password', PASSWORD],
  ['aksk', ACCESS_KEY],
];

describe.each(MODES)(
  'with %s nothing but documented calls leaves, and nothing ends in a 500, whatever stands',
  (mode, settings) => {
    const { expectHarmless, calls } = useWatchedApp(settings);

    test('in the arguments of every root field', async () => {
      await fc.assert(fc.asyncProperty(hostileOperations(schema, GOOD, hostileReference), expectHarmless), {
        numRuns: 400,
      });
      expect(calls()).toBeGreaterThan(30);
    });

    test('in global ids and references', async () => {
      const operation = fc.oneof(
        fc.array(hostileId, { maxLength: 5 }).map((all) => ({ query: NODES, variables: { all } })),
        fc.array(hostileReference, { maxLength: 5 }).map((all) => ({ query: REFERENCE, variables: { all } })),
      );
      await fc.assert(fc.asyncProperty(operation, expectHarmless), { numRuns: 400 });
      expect(calls()).toBeGreaterThan(30);
    });

    test('in headers, byte by byte', async () => {
      const watched = watch(oneOfEverything);
      const { origin, calls: callsSince, log, close } = await startHttpApp(settings, watched.script);
      onTestFinished(close);
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
      let answered = 0;
      await fc.assert(
        fc.asyncProperty(headers, async (pairs) => {
          // Blanks at the end are no part of a header.
          const lines = pairs.flat().map(([name, value]) => `${name}: ${value}`.replace(/[ \t]+$/, ''));
          const answer = await sendBytes(origin, requestBytes('POST /graphql HTTP/1.1', lines, body), 500);
          expect(answer).not.toMatch(/^HTTP\/1\.1 5|INTERNAL_SERVER_ERROR/);
          expect([log.splice(0), watched.faults.splice(0)]).toEqual([[], []]);
          const tokens = new Set(callsSince().map((call) => call.headers['x-auth-token']));
          if (mode === 'passthrough')
            for (const token of tokens) expect(lines.some((line) => line.endsWith(String(token)))).toBe(true);
          answered += tokens.size;
        }),
        { numRuns: 250 },
      );
      expect(answered).toBeGreaterThan(5);
    });
  },
);

describe('nothing but documented calls leaves, and nothing ends in a 500, whatever stands', () => {
  const { expectHarmless, calls } = useWatchedApp({});

  test('in the position of a cursor', async () => {
    const lists: readonly (readonly [field: string, ...good: string[]])[] = [
      ['repositories(', '0', '7'],
      ['sharedRepositories(center: SELF,', '0', '9999999'],
      ['retentionLogs(namespace: "group", repositoryName: "app",', '0', '24'],
      ['images(', `m${imageId(9)}`, `s${imageId(9)}`, 'f', 'b', `m${imageId(9)}|3`],
      ['imageGroups(', '0', '499'],
    ];
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
    const watched = watch(oneOfEverything);
    const { origin, log, close } = await startHttpApp({}, watched.script);
    onTestFinished(close);
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
        const answer = await sendBytes(origin, bytes, 200);
        expect(answer).not.toMatch(/^HTTP\/1\.1 5|INTERNAL_SERVER_ERROR/);
        expect([log.splice(0), watched.faults.splice(0)]).toEqual([[], []]);
        statuses.add(answer.slice(9, 12));
      }),
      { numRuns: 300 },
    );
    expect([...statuses]).toEqual(expect.arrayContaining(['200', '400', '404', '405']));
  });
});

describe('what a cloud answers leads to no other calls than the documented ones, and ends in no 500', () => {
  /** The rows that the cloud answers at the moment. */
  let row: Record<string, unknown> = {};
  const { expectHarmless, calls } = useWatchedApp({}, ({ path }) => {
    const { range, next, total, ...fields } = row;
    if (path === '/v2/images') return { body: { images: [imageRow(fields)], next } };
    if (path.startsWith('/v2/images/')) return { body: imageRow(fields) };
    if (path.startsWith('/v1/')) return { body: { data: [imageGroupRow(fields)], total } };
    if (path.endsWith('/retentions/histories')) return { body: { retention_log: [retentionLogRow(fields)], total } };
    if (path.startsWith('/v2/manage/namespaces/')) return { body: repositoryDetail(fields) };
    return { headers: { 'content-range': String(range) }, body: [sharedRow(fields)] };
  });

  test('whatever stands in names, ids, links, totals and rules', async () => {
    const field = (...good: readonly string[]) =>
      fc.oneof(
        { weight: 3, arbitrary: fc.constantFrom(...good) },
        { weight: 1, arbitrary: hostileText(good) },
        { weight: 1, arbitrary: fc.jsonValue() },
      );
    const rows = fc.record({
      ...{ id: field(IMAGE, '9088'), name: field('app', 'team$app'), namespace: field('group'), repo: field('app') },
      ...{
        __originalimagename: field(imageId(2)),
        next: field(`/v2/images?marker=${imageId(3)}`, 'http://evil.example/?marker=a'),
      },
      ...{ total: fc.oneof(fc.nat(9), fc.jsonValue()), range: fc.stringMatching(/^[ -~]{0,20}$/) },
      ...{
        rule_type: fc.oneof(fc.json(), fc.string()),
        created_at: field('2021-06-02T09:23:01Z'),
        create_at: fc.jsonValue(),
      },
      ...{
        size: fc.oneof(fc.bigInt().map(String), fc.jsonValue()),
        tags: fc.jsonValue(),
        __os_feature_list: field('["a"]'),
      },
    });
    const fields = ['repositories', 'sharedRepositories(center: THIRD_PARTY)', 'images', 'imageGroups'];
    const lists = [...fields, 'retentionLogs(namespace: "group", repositoryName: "app")'].map((list) => {
      const name = list.replace(/\(.*/, '');
      const type = String(schema.getQueryType()?.getFields()[name]?.type);
      return `${name}: ${list} { ${wholeSelection(schema, type, 2)} }`;
    });
    const query = fc.constantFrom(...lists).map((list) => `{ ${list} }`);
    await fc.assert(
      fc.asyncProperty(rows, query, async (answered, document) => {
        row = answered;
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
  ])('%s a hundred thousand levels deep', async (_title, reply, code) => {
    const { ask, unforeseen } = await startUpstreamApp(() => reply);
    const answer = await ask(`{ image(imageId: "${IMAGE}") { property(name: "x") } }`);
    expect([codesOf(answer), unforeseen]).toEqual([code, []]);
  });

  test.each([...ATTACKS, ...BROKEN])('%s, as the id of the project that a token is for', async (_attack, id) => {
    const watched = watch(oneOfEverything);
    const issue: Script = (call, response) => {
      const answer = watched.script(call, response);
      if (call.path !== '/v3/auth/tokens') return answer;
      return { status: 201, headers: { 'x-subject-token': IAM_TOKEN }, body: { token: { project: { id } } } };
    };
    const { ask, upstream: cloud, unforeseen } = await startNamedProjectApp(issue);
    const { errors } = await ask(`{ imageGroups ${PAGE} }`);
    expect([codesOf({ errors: errors ?? [] }), cloud.calls.length, unforeseen, watched.faults]).toEqual([
      'UPSTREAM_BAD_RESPONSE',
      1,
      [],
      [],
    ]);
  });
});

/** JSON that is nothing but brackets. */
function nested(open: string, close: string): string {
  return `${open.repeat(100_000)}1${close.repeat(100_000)}`;
}

/** An app whose project is known by its name: IAM tells its id. */
async function startNamedProjectApp(script: Script) {
  const cloud = await startUpstream(script);
  const { IMAGE_GRAPH_PROJECT_ID: _id, ...settings } = settingsForUpstream(cloud);
  const named = { ...settings, ...PASSWORD, IMAGE_GRAPH_PROJECT_NAME: 'name', IMAGE_GRAPH_IAM_ENDPOINT: cloud.url };
  const started = startApp(named);
  onTestFinished(async () => {
    await started.close();
    await cloud.close();
  });
  return { ...started, upstream: cloud };
}
