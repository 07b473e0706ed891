// The kinds: every folder of test/resources with its kind.ts, and what several suites read from them.
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { getNamedType, isAbstractType, isRequiredArgument } from 'graphql';
import { publishedSchema } from './documents/published-schema.ts';
import type {
  FactsSpec,
  Key,
  KindCall,
  KindSpec,
  ResponseExtras,
  SliceSpec,
  SourceDocument,
  TextArgument,
  WireRow,
} from './kind.ts';
import { globalId, PAGE, pathPattern, pathValues } from './kind.ts';
import type { Reply, Script } from './upstreams/upstream.ts';

const FOLDER = new URL('../resources/', import.meta.url);

interface Specs {
  readonly kind?: KindSpec;
  readonly facts?: FactsSpec;
}

async function load(name: string): Promise<Specs> {
  const path = fileURLToPath(new URL(`${name}/kind.ts`, FOLDER));
  if (!existsSync(path)) throw new Error(`test/resources/${name} has no kind.ts: copy that of another kind.`);
  const specs = (await import(path)) as Specs;
  if (!specs.kind && !specs.facts)
    throw new Error(`test/resources/${name}/kind.ts must export \`kind\`, or \`facts\` where its values have no id.`);
  return specs;
}

const SPECS = await Promise.all(readdirSync(FOLDER).sort().map(load));

export const KINDS: readonly KindSpec[] = SPECS.flatMap(({ kind }) => kind ?? []);

/** The slices that are not kinds. */
export const FACTS: readonly FactsSpec[] = SPECS.flatMap(({ facts }) => facts ?? []);

/** All slices. */
export const SLICES: readonly SliceSpec[] = [...KINDS, ...FACTS];

export const CALLS: readonly KindCall[] = SLICES.flatMap(({ calls }) => calls);

/** A source document, with its kind if it has one, the type that shows its rows, and the call. */
interface DocumentOfCall {
  readonly kind: KindSpec | undefined;
  readonly type: string;
  readonly call: KindCall;
  readonly document: SourceDocument;
}

const documentsOf = ({ calls }: SliceSpec, kind?: KindSpec): DocumentOfCall[] =>
  calls.flatMap((call) =>
    call.document ? [{ kind, type: call.document.type ?? kind?.type ?? '', call, document: call.document }] : [],
  );

/** The source documents. */
export const DOCUMENTS: readonly DocumentOfCall[] = [
  ...KINDS.flatMap((kind) => documentsOf(kind, kind)),
  ...FACTS.flatMap((facts) => documentsOf(facts)),
];

export const ENUMS = Object.assign({}, ...SLICES.map(({ enums = {} }) => enums)) as NonNullable<SliceSpec['enums']>;

/** The parameters that a document names, those of paging included; without those of settings. */
export const parametersOf = ({ arguments: listed, paging }: SourceDocument): string[] => [
  ...listed.map(([rest]) => rest),
  ...paging,
];

const query = publishedSchema.getQueryType()?.getFields() ?? {};
const typeOf = (rootField: string) => getNamedType(query[/\w+/.exec(rootField)?.[0] ?? '']?.type);

/** Whether a root field, with or without its arguments, is a list. */
export const isList = (rootField: string): boolean => typeOf(rootField)?.name.endsWith('Connection') === true;

/** A root field that is read with the least selection; the list of an edge is given within its parent, as `parent(…) { edge(…)`. */
export function reading(field: string): string {
  const open = field.split('{').length - field.split('}').length;
  if (open > 0 || isList(field)) return `${field} { nodes { id } }${' }'.repeat(open)}`;
  const type = typeOf(field);
  return `${field} { ${type && 'getFields' in type && 'id' in type.getFields() ? 'id' : '__typename'} }`;
}

/** The rows that a root field shows: those of a page or a list, or the one record. */
// biome-ignore lint/suspicious/noExplicitAny: responses are looked into freely, and compared whole
export const rowsOf = (found: any): any[] => (Array.isArray(found) ? found : (found.nodes ?? [found]));

/** A root field with a selection of a type: of its rows where it is a list, within a fragment where it finds any type. */
export function selecting(rootField: string, type: string, selection: string): string {
  const inner = isAbstractType(typeOf(rootField)) ? `... on ${type} { ${selection} }` : selection;
  return `${rootField} { ${isList(rootField) ? `nodes { ${inner} }` : inner} }`;
}

/** The names of the root fields that show a kind: one of it, and pages of it. */
export const fieldsOf = ({ type }: KindSpec, isPage: boolean): string[] =>
  Object.keys(query).filter((name) => typeOf(name)?.name === (isPage ? `${type}Connection` : type));

/** The root fields of a slice that is not a kind. */
export const factsFields = ({ types }: FactsSpec): { readonly name: string; readonly type: string }[] =>
  Object.keys(query).flatMap((name) => {
    const type = typeOf(name)?.name ?? '';
    return types.includes(type) ? [{ name, type }] : [];
  });

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
  ...FACTS.map(({ texts }) => texts),
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
