// Adds to handed-out.json what this version hands out on the sandbox: a global id of each kind, and a cursor of each list and form of
// position. `npm run release:version` runs it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KINDS, listsOf } from '../support/kinds.ts';
import { keyFields, pageQuery } from './handed-out.ts';

const ROOT = join(import.meta.dirname, '../..');
const FILE = join(import.meta.dirname, 'handed-out.json');
/** Rows of a list that are looked through for each form of position. */
const ROWS = 300;

/** Lists that have no root field, or another order, filter or parent than those have: the list, and the type of its rows. */
const FURTHER_LISTS = [
  ['repositories(filter: { namespace: "group" }', 'Repository'],
  ['imageGroups(orderBy: { fields: [CREATED_AT], direction: ASC }', 'ImageGroup'],
  ['images(filter: { visibility: PUBLIC }', 'Image'],
  ['images(orderBy: { field: NAME, direction: ASC }', 'Image'],
  ['images(orderBy: { field: SIZE, direction: DESC }', 'Image'],
  ['organization(namespace: "group") { repositories(', 'Repository'],
  ['organization(namespace: "op_svc_modelarts_container2") { imageGroups(', 'ImageGroup'],
  ['imageGroup(namespace: "op_svc_modelarts_container2", name: "pytorch_1_8") { versions(', 'TrainingImage'],
  ['repository(namespace: "hwstaff_l00283074", name: "experience_2048") { retentionLogs(', 'RetentionLog'],
  ['repository(namespace: "data-platform", name: "a/b_c.d") { containerTags(', 'ContainerTag'],
] as const;

const LISTS = [
  ...KINDS.flatMap((kind) =>
    listsOf(kind, kind.inSandbox).map(([name, args]) => [`${name}(${args}`, kind.type] as const),
  ),
  ...FURTHER_LISTS,
];

interface Edge {
  readonly cursor: string;
  readonly node: Record<string, unknown>;
}

/** The form of a cursor's position: an offset, or a letter before a marker. */
function formOf(cursor: string): string {
  const position = Buffer.from(cursor, 'base64url').toString().split(':').at(-1) ?? '';
  return /^\d/.test(position) ? 'offset' : `marker ${position.charAt(0)}`;
}

const server = spawn(process.execPath, [join(ROOT, 'src/start.js')], { env: { PORT: '0' } });
let output = '';
for await (const chunk of server.stdout) {
  output += chunk;
  if (output.includes('open http')) break;
}
const url = /open (http:\S+)/.exec(output)?.[1] ?? '';

async function ask(query: string, variables: Record<string, unknown>) {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
  const { data, errors } = (await response.json()) as { data: Record<string, unknown>; errors?: unknown };
  if (errors) throw new Error(`${query}: ${JSON.stringify(errors)}`);
  return data;
}

async function idOf({ type, inSandbox }: (typeof KINDS)[number]) {
  const query = `query ($key: [_Any!]!) { _entities(representations: $key) { ... on ${type} { id } } }`;
  const { _entities: found } = await ask(query, { key: [{ __typename: type, ...inSandbox }] });
  const [entity] = found as { id: string }[];
  return { id: entity?.id ?? '', names: { __typename: type, ...inSandbox } };
}

async function cursorsOf([list, type]: (typeof LISTS)[number]) {
  const query = pageQuery(list, keyFields(type));
  const data = await ask(query, { first: ROWS });
  let found: unknown = data;
  while (!(found as { edges?: Edge[] }).edges) [found] = Object.values(found as object);
  const { edges } = found as { edges: Edge[] };
  const forms = Map.groupBy([...edges.keys()].slice(1), (index) => formOf(edges[index]?.cursor ?? ''));
  // Some lists of the sandbox have one row.
  if (forms.size === 0) forms.set(formOf(edges[0]?.cursor ?? ''), [0]);
  return [...forms].map(([form, [index = 0]]) => ({
    list,
    type,
    form,
    cursor: edges[index]?.cursor,
    before: edges[index - 1]?.node ?? null,
    after: edges[index + 1]?.node ?? null,
  }));
}

const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const ids = await Promise.all(KINDS.map(idOf));
const cursors = (await Promise.all(LISTS.map(cursorsOf))).flat();
server.kill();
await once(server, 'exit');
const all = JSON.parse(readFileSync(FILE, 'utf8'));
writeFileSync(FILE, `${JSON.stringify({ ...all, [version]: { ids, cursors } }, null, 2)}\n`);
console.info(`${FILE}: ${ids.length} ids and ${cursors.length} cursors of ${version}`);
