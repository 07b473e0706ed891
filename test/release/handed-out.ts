// What handed-out.json holds: global ids and cursors that released versions have handed out on the sandbox, and the records that they name.
import { KINDS } from '../support/kinds.ts';

/** The key of a record, by the names of its fields. */
export type Names = Readonly<Record<string, unknown>>;

export interface HandedOut {
  readonly ids: readonly { readonly id: string; readonly names: Names }[];
  readonly cursors: readonly {
    /** The list up to its arguments for pages, such as `images(` within its parents. */
    readonly list: string;
    readonly type: string;
    /** The form of the position in the cursor. */
    readonly form: string;
    readonly cursor: string;
    /** The rows beside that of the cursor; null at an end of the list. */
    readonly before: Names | null;
    readonly after: Names | null;
  }[];
}

/** The fields of a type's key, as a selection. */
export const keyFields = (type: string): string =>
  Object.keys(KINDS.find((kind) => kind.type === type)?.key ?? {}).join(' ');

/** The query of a page. */
export function pageQuery(list: string, selection: string): string {
  const parents = list.split('{').length - list.split('}').length;
  return `query ($first: Int, $after: String, $last: Int, $before: String) {
    ${list} first: $first, after: $after, last: $last, before: $before) { edges { cursor node { ${selection} } } }
  ${'}'.repeat(parents)} }`;
}
