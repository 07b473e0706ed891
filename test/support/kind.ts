// The spec of a slice for the suites that read every slice: the type of what test/resources/<slice>/kind.ts exports, as `kind` where the
// slice is a kind, and as `facts` where its values have no id.
import type { Reply, Script } from './upstreams/upstream.ts';

/** A record as the upstream sends it. */
export type WireRow = Record<string, unknown>;

/** A key by the names of its fields. */
export type Key = Readonly<Record<string, string>>;

/** What every slice has. */
export interface SliceSpec {
  /** Its part of the design: its types and inputs as SDL, and what it adds to Query and to its parent. Enums and descriptions are left out. */
  readonly contract: string;
  /** Fields that are never null, as `Type.field`, beside `id`, the key, and those of connections. */
  readonly nonNull?: readonly string[];
  /** Every upstream call that it makes. */
  readonly calls: readonly KindCall[];
  /** Its enums by their names. */
  readonly enums?: Readonly<Record<string, EnumSpec>>;
  /** REST names in which further descriptions end, by coordinate; those of row fields and parameters are in the documents of the calls. */
  readonly restNames?: Readonly<Record<string, string>>;
  /** Every argument and input field that takes a text, by coordinate; `after` and `before` of its lists are known. */
  readonly texts: Readonly<Record<string, TextArgument>>;
  /** What each of its root fields, and each edge that it adds, costs on the sandbox, by coordinate. */
  readonly costs: Readonly<Record<string, Costs>>;
  /** Selections of fields that need arguments, by coordinate. */
  readonly selections?: Readonly<Record<string, string>>;
  /** Fields beside the key that are the same for all tenants, as `Type.field`. */
  readonly sameForAllTenants?: readonly string[];
}

/** A slice that is a kind. */
export interface KindSpec extends SliceSpec {
  /** The name of its GraphQL type. */
  readonly type: string;
  /** The fields of its key, in the order of the global id. */
  readonly key: Readonly<Record<string, KeyField>>;
  /** The key of a record in the sandbox. */
  readonly inSandbox: Key;
  /** The required arguments of its list in each form, for the list that has the record of this key. One list without any by default. */
  readonly listArguments?: (key: Key) => readonly string[];
  /** How its list is paged; by offset by default. */
  readonly paging?: 'offset' | 'marker';
  /** Fields whose type differs from that of the same name on other kinds, each with the reason. */
  readonly otherTypes?: Readonly<Record<string, string>>;
}

/** A slice whose values have no id: only its root fields lead to them, and these need no argument. */
export interface FactsSpec extends SliceSpec {
  /** The name of its folder. */
  readonly slice: string;
  /** The types of its root fields. */
  readonly types: readonly string[];
}

export interface KeyField {
  /** The value in the n-th record of an upstream: no word of a call's path, as scripts tell records by it. */
  readonly value: (n: number) => string;
  /** Its REST name in rows; none where rows do not have it. */
  readonly rest?: string;
  /** Rows, and representations, may have it as a number. */
  readonly isNumber?: true;
  /** The value when a representation leaves it out. */
  readonly default?: string;
  /** The parameter that sends it, where any plain text is valid. */
  readonly sentAs?: string;
  /** A name, in which the characters of all alphabets are valid. */
  readonly isName?: true;
}

export interface KindCall {
  /** The path as the documents write it: each `{name}` is a segment. */
  readonly path: string;
  /** The names of its query parameters; those of the document by default. */
  readonly parameters?: readonly string[];
  /** For a call for one record: the fields that repeat values of the path, by the names of these. */
  readonly identity?: Readonly<Record<string, string>>;
  /** One record as the documents show it, with these fields replaced. */
  readonly row: (fields?: WireRow) => WireRow;
  /** The values of a tenant's record that are its own: no field of the key. */
  readonly tenantRow: (values: TenantValues) => WireRow;
  /** The response with these rows, whatever page is requested; of a call for one record, with the first of them. */
  readonly reply: (rows: readonly WireRow[], extras?: ResponseExtras) => Reply;
  /** Serves these rows as the service pages or finds them; all of them in one response by default. */
  readonly serve?: (rows: readonly WireRow[]) => Script;
  /** The document that describes the call, where it is one of the source documents. */
  readonly document?: SourceDocument;
}

/** What a response has beside its rows. */
export interface ResponseExtras {
  readonly total?: unknown;
  readonly next?: unknown;
  readonly range?: unknown;
}

/** Makes the values of a tenant's n-th record: texts, numbers and times that show whose they are, and one of two where that cannot be. */
export interface TenantValues {
  readonly text: (about: string) => string;
  readonly number: (about: number) => number;
  readonly time: (month: number) => string;
  readonly epochMilliseconds: (month: number) => number;
  readonly oneOf: <Value>(first: Value, second: Value) => Value;
}

/** What a source document says, counted and copied from it and not from src/. */
export interface SourceDocument {
  readonly name: string;
  /** The type that shows its rows; that of the kind by default. */
  readonly type?: string;
  /** How many row fields and request parameters the document has. */
  readonly counts: { readonly fields: number; readonly parameters: number };
  readonly fields: readonly RowField[];
  /** A root field, with its arguments, that shows the first record. */
  readonly shownBy: string;
  /** Root fields that show everything that a request to the sandbox shows. `{project_id}` is the project. */
  readonly onSandbox: readonly (readonly [rootField: string, target: string])[];
  /** Whether the graph shows null whatever stands under a REST name, as the upstream's value means nothing there. */
  readonly isSilent?: (rest: string, rootField: string) => boolean;
  readonly arguments: readonly Argument[];
  /** Parameters that `first`, `after`, `last` and `before` set. */
  readonly paging: readonly string[];
  /** Parameters that a setting of the operator, or a header of the caller, sets. */
  readonly settings: readonly string[];
  /** What is sent without optional arguments: the required ones, the page, and what a walk rests on. */
  readonly always: Parameters;
  /** Parameters that the graph does not send. */
  readonly notSent?: readonly string[];
  /** Root fields whose arguments send nothing beyond that. */
  readonly unsent?: readonly string[];
  /** Arguments that repeat a parameter; more may be sent beside it. */
  readonly further?: readonly Argument[];
}

/** A field of a row: its REST name, a value of its own as JSON text, and the rule for each coordinate that shows it. */
export type RowField = readonly [rest: string, wire: string, at: Readonly<Record<string, Rule>>];

/** How the value of the graph follows from the value on the wire: the name of a rule of contract/wire-rules.ts, or a rule of the kind. */
export type Rule =
  | RuleName
  | { readonly selection: string; readonly expected: (wire: unknown) => unknown }
  /** An enum whose raw values do not spell its values, such as numbers. */
  | { readonly enum: string };
export type RuleName =
  | 'string'
  | 'id'
  | 'int64'
  | 'int32'
  | 'boolean'
  | 'opposite boolean'
  | 'enum'
  | 'dateTime'
  | 'epoch milliseconds'
  | 'string list'
  | 'string list in text'
  | 'total';

/** Parameters by their REST names, decoded; a list where a name is sent several times. */
export type Parameters = Readonly<Record<string, string | readonly string[]>>;

/** An argument of the graph: its coordinate, a root field that gives it a value of its own, and what that sends. */
export type Argument = readonly [rest: string, at: string, rootField: string, sent: Parameters];

export interface EnumSpec {
  /** Whether the upstream may send other values too: the enum has `UNKNOWN`. */
  readonly isOpen: boolean;
  /** The raw value of each; several where the documents spell it in several ways. */
  readonly values: Readonly<Record<string, string | readonly [string, ...string[]]>>;
  /** Where a value is sent: the parameter, and the root field, or an edge as `parent(…) { edge(…)`. */
  readonly sent?: readonly [rest: string, rootField: (value: string) => string];
}

/** An argument that takes a text: a selection of Query that has it as `$text`. By default the text has a grammar, and no call is made for any other. */
export interface TextArgument {
  readonly selection: string;
  /** A name, in which the characters of all alphabets are valid. */
  readonly isName?: true;
  /** The parameter that sends it, where any plain text is valid. */
  readonly sentAs?: string;
  /** A text among the attacks that is rejected all the same. */
  readonly invalid?: string;
  /** The target of the one call that is made, where any text is only looked up in the response. */
  readonly lookedUpIn?: string;
  /** The calls that come before the check; none by default. */
  readonly calls?: number;
}

/** A query, its nodes, the calls that it may need, and those that it makes. */
export interface Costs {
  readonly query: string;
  readonly nodes: number;
  readonly requested: number;
  readonly actual: number;
}

/** A global id, written from its format: base64url of a version, an empty name of the cloud, the type and the parts of the key. */
export const globalId = (type: string, parts: readonly string[]): string =>
  Buffer.from(['1', '', type, ...parts].map(encodeURIComponent).join(':')).toString('base64url');

/** The selection of a page of which nothing is shown but that it was read. */
export const PAGE = '{ pageInfo { hasNextPage } }';

/** What takes the place of `{name}` in a path: the characters that may stand in a segment; in a repository's name, `$` is a slash. */
const ESCAPE = '%(?:2[02BC]|3[A-E]|40|5[BDE]|60|7[BD]|[89A-F][0-9A-F])';
const SEGMENT = String.raw`(?:[\w.~!*'()-]|${ESCAPE})+`;
const SEGMENTS: Readonly<Record<string, string>> = {
  project_id: String.raw`[\w-]{1,64}`,
  // An image of ModelArts; its groups have the path of one.
  id: `(?!group$)${SEGMENT}`,
  repository: String.raw`(?:[\w.~!*'()$-]|${ESCAPE})+`,
};

/** The pattern of a path; its groups are the names. */
export const pathPattern = (path: string) =>
  new RegExp(`^${path.replace(/\{(\w+)\}/g, (_, name: string) => `(?<${name}>${SEGMENTS[name] ?? SEGMENT})`)}$`);

/** The values in a path, decoded; undefined where the path is another one. */
export function pathValues(pattern: string, path: string): Record<string, string> | undefined {
  const match = pathPattern(pattern).exec(path);
  if (!match) return undefined;
  const values = Object.entries(match.groups ?? {});
  return Object.fromEntries(values.map(([name, value]) => [name, decodeURIComponent(value).replaceAll('$', '/')]));
}
