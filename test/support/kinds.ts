// The kinds: every folder of test/resources with its kind.ts, and what several suites read from them.
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { getNamedType, isAbstractType, isRequiredArgument } from 'graphql';
import { publishedSchema } from './documents/published-schema.ts';
import type { Key, KindCall, KindSpec, ResponseExtras, SourceDocument, TextArgument, WireRow } from './kind.ts';
import { globalId, PAGE, pathPattern, pathValues } from './kind.ts';
import type { Reply, Script } from './upstreams/upstream.ts';

const FOLDER = new URL('../resources/', import.meta.url);

async function load(name: string): Promise<KindSpec> {
  const path = fileURLToPath(new URL(`${name}/kind.ts`, FOLDER));
  if (!existsSync(path)) throw new Error(`test/resources/${name} has no kind.ts: copy that of another kind.`);
  const { kind } = (await import(path)) as { kind?: KindSpec };
  if (!kind) throw new Error(`test/resources/${name}/kind.ts must export \`kind\`.`);
  return kind;
}

export const KINDS: readonly KindSpec[] = await Promise.all(readdirSync(FOLDER).sort().map(load));

export const CALLS: readonly KindCall[] = KINDS.flatMap(({ calls }) => calls);

/** The source documents, with the kind and the call of each. */
export const DOCUMENTS: readonly { kind: KindSpec; call: KindCall; document: SourceDocument }[] = KINDS.flatMap(
  (kind) => kind.calls.flatMap((call) => (call.document ? [{ kind, call, document: call.document }] : [])),
);

export const ENUMS = Object.assign({}, ...KINDS.map(({ enums = {} }) => enums)) as NonNullable<KindSpec['enums']>;

/** The parameters that a document names, those of paging included; without those of settings. */
export const parametersOf = ({ arguments: listed, paging }: SourceDocument): string[] => [
  ...listed.map(([rest]) => rest),
  ...paging,
];

const query = publishedSchema.getQueryType()?.getFields() ?? {};
const typeOf = (rootField: string) => getNamedType(query[/\w+/.exec(rootField)?.[0] ?? '']?.type);

/** Whether a root field, with or without its arguments, is a list. */
export const isList = (rootField: string): boolean => typeOf(rootField)?.name.endsWith('Connection') === true;

/** A root field with a selection of a type: of its rows where it is a list, within a fragment where it finds any type. */
export function selecting(rootField: string, type: string, selection: string): string {
  const inner = isAbstractType(typeOf(rootField)) ? `... on ${type} { ${selection} }` : selection;
  return `${rootField} { ${isList(rootField) ? `nodes { ${inner} }` : inner} }`;
}

/** A list with a selection of its rows; an edge is given within its parent, as `parent(…) { edge(…)`. */
export function listing(list: string, selection = 'id'): string {
  const open = list.split('{').length - list.split('}').length;
  return `${list} { nodes { ${selection} } }${' }'.repeat(open)}`;
}

/** The names of the root fields that show a kind: one of it, and pages of it. */
export const fieldsOf = ({ type }: KindSpec, isPage: boolean): string[] =>
  Object.keys(query).filter((name) => typeOf(name)?.name === (isPage ? `${type}Connection` : type));

/** The key of the n-th record. */
export const keyOf = ({ key }: KindSpec, n: number): Key =>
  Object.fromEntries(Object.entries(key).map(([name, { value }]) => [name, value(n)]));

/** The fields of a row that make a key. */
export const keyRow = ({ key: fields }: KindSpec, key: Key): WireRow =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, { rest, isNumber }]) =>
      rest === undefined ? [] : [[rest, isNumber ? Number(key[name]) : key[name]] as const],
    ),
  );

/** The global id of a key. */
export const idOf = ({ type, key: fields }: KindSpec, key: Key): string =>
  globalId(
    type,
    Object.keys(fields).map((name) => key[name] ?? ''),
  );

/** The sets of fields by which another subgraph may refer to a kind, without `id`. */
export function keySetsOf({ key }: KindSpec): string[][] {
  const all = Object.keys(key);
  const required = all.filter((name) => key[name]?.default === undefined);
  return required.length < all.length ? [required, all] : [all];
}

/** Root fields with their arguments that find the record of a key. */
export const findingFields = (kind: KindSpec, key: Key): string[] =>
  fieldsOf(kind, false).map((name) => {
    const given = (query[name]?.args ?? []).map((argument) => {
      if (key[argument.name] === undefined && isRequiredArgument(argument))
        throw new Error(`${kind.type} has no key field ${argument.name}, which ${name} requires.`);
      return `${argument.name}: ${JSON.stringify(key[argument.name])}`;
    });
    return `${name}(${given.join(', ')})`;
  });

/** Each form of the lists that have the record of a key, as name and required arguments. */
export const listsOf = (kind: KindSpec, key: Key = keyOf(kind, 1)): [name: string, args: string][] =>
  fieldsOf(kind, true).flatMap((name) => {
    const isRequired = query[name]?.args.some(isRequiredArgument);
    const forms = isRequired ? (kind.listArguments?.(key) ?? []) : [''];
    if (forms.length === 0) throw new Error(`${kind.type} has no \`listArguments\`, which ${name} requires.`);
    return forms.map((args): [string, string] => [name, args]);
  });

/** Every argument and input field that takes a text, those of pages included. */
export const TEXTS: Readonly<Record<string, TextArgument>> = Object.assign(
  {},
  ...KINDS.flatMap((kind) => [
    kind.texts,
    ...listsOf(kind).map(([name, args]) =>
      Object.fromEntries(
        ['after', 'before'].map((cursor) => [
          `Query.${name}(${cursor}:)`,
          { selection: `${name}(${args === '' ? '' : `${args}, `}${cursor}: $text) ${PAGE}` },
        ]),
      ),
    ),
  ]),
);

/** Serves one record of everything, whatever is requested, with these fields and what the responses say beside them. */
export const oneOfEverything =
  (fields: WireRow = {}, extras?: ResponseExtras): Script =>
  ({ path }) =>
    replyOf(path, (call, identity) => call.reply([call.row({ ...identity, ...fields })], extras));

/** Serves no record in any list; a call for one record gets one. */
export const emptyLists: Script = ({ path }) =>
  replyOf(path, (call, identity) => {
    const empty = call.reply([]);
    return empty.status === 404 ? call.reply([call.row(identity)]) : empty;
  });

/** The reply of the call of a path; `identity` has the fields that tell which record is meant. */
export function replyOf(path: string, make: (call: KindCall, identity: WireRow) => Reply): Reply {
  const call = CALLS.find((known) => pathPattern(known.path).test(path));
  if (!call) return { status: 404, body: {} };
  const values = pathValues(call.path, path) ?? {};
  const fields = Object.entries(call.identity ?? {}).map(([name, field]) => [field, values[name]]);
  return make(call, Object.fromEntries(fields));
}
