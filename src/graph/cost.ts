// Declares what fields cost: as `@cost` and `@listSize` for routers, and as estimates of upstream calls and nodes for our own limits;
// estimate.ts sums the latter.
import type { Service } from '../config/services.ts';
import { MAX_PAGE_CALLS, type Paging } from '../upstream/paging/page.ts';

/** Rows of a page when no size is given. */
export const DEFAULT_SIZE = 25;
/** Rows of the largest page. */
export const MAX_SIZE = 1000;

/** A field that makes an upstream call of its own weighs as much as ten objects. */
export const CALL_COST = 10;

/** What a field costs each time that it is resolved, without what lies below it. */
export interface Estimate {
  readonly service: Service;
  /** Upstream calls that it needs. */
  readonly calls: number;
  /** Upstream calls that it makes at most; a call that several keys share counts in fractions. */
  readonly atMost: number;
  /** Nodes that it returns. */
  readonly nodes: number;
}

/** What is selected below a field: its own fields, and those of its rows when it is a connection. */
export interface SelectedNames {
  readonly fields: ReadonlySet<string>;
  readonly rowFields: ReadonlySet<string>;
}

/** Estimates a field by its arguments, their defaults filled in, and by what is selected below it. */
export type Estimator = (args: Readonly<Record<string, unknown>>, selected: SelectedNames) => Estimate;

/** The options of a field that makes a call, or none where the selection does not need it. */
export function callCost(service: Service, atMost = 1, isNeeded: (selected: SelectedNames) => boolean = () => true) {
  const estimate: Estimator = (_args, selected) => {
    const calls = isNeeded(selected) ? 1 : 0;
    return { service, calls, atMost: calls * atMost, nodes: 1 };
  };
  return { cost: CALL_COST, extensions: { estimate } };
}

/** How a connection is read: in pages of the upstream, and with what further calls. */
interface ConnectionCost extends Paging {
  /** Whether further pages may have to be read, as the upstream cannot filter or order all rows itself. */
  readonly mayReadFurther?: (args: Readonly<Record<string, unknown>>) => boolean;
  /** Whether each row needs a call of its own for the fields that are selected. */
  readonly needsRowCall?: (rowFields: ReadonlySet<string>) => boolean;
}

/** The options of a connection: calls for its pages, and as many nodes as its page has. */
export function connectionCost({ needsRowCall = () => false, ...paging }: ConnectionCost) {
  const estimate: Estimator = (args, { fields, rowFields }) => {
    const size = Math.min(MAX_SIZE, Math.max(0, Number(args.first ?? args.last ?? DEFAULT_SIZE)));
    const rowCalls = needsRowCall(rowFields) ? size : 0;
    const { calls, further } = pageCalls(paging, size, args, fields);
    // The rows are read for pageInfo, too.
    const nodes = ['nodes', 'edges', 'pageInfo'].some((field) => fields.has(field)) ? size : 0;
    return { service: paging.service, calls: calls + rowCalls, atMost: calls + further + rowCalls, nodes };
  };
  return {
    cost: CALL_COST,
    listSize: {
      assumedSize: DEFAULT_SIZE,
      slicingArguments: ['first', 'last'],
      sizedFields: ['edges', 'nodes'],
      requireOneSlicingArgument: false,
    },
    extensions: { estimate },
  };
}

/** The calls for a page of `size` rows, and further ones that it may need. */
function pageCalls(
  { maxPageSize, dialect, mayReadFurther = () => false }: Omit<ConnectionCost, 'needsRowCall'>,
  size: number,
  args: Readonly<Record<string, unknown>>,
  fields: ReadonlySet<string>,
): { calls: number; further: number } {
  const given = (name: string) => (args[name] === null || args[name] === undefined ? 0 : 1);
  const peeks = fields.has('pageInfo') ? 1 : 0;
  const counts = fields.has('totalCount') ? 1 : 0;
  if (!fields.has('nodes') && !fields.has('edges') && !peeks) return { calls: counts, further: 0 };
  const cursor = Math.max(given('after'), given('before'));
  const calls = size === 0 ? Math.max(peeks, counts) : Math.ceil(size / maxPageSize);
  if (dialect === 'marker') {
    // One call to check a rejected marker; one for what follows a page of the upstream's maximum size.
    return { calls, further: cursor + (size >= maxPageSize ? peeks : 0) + (mayReadFurther(args) ? MAX_PAGE_CALLS : 0) };
  }
  if (size === 0) return { calls, further: 0 };
  const length = given('last') && !given('before') ? 1 : 0;
  // Rows that start within an upstream page reach into one page more; without a total, a call looks for further rows.
  return { calls: calls + length, further: peeks + (dialect === 'aligned' ? Math.max(cursor, length) : 0) };
}

/** The options of a plain list of objects: the query does not say how many it has. */
export const listCost = (assumedSize: number) => ({ listSize: { assumedSize }, extensions: { assumedSize } });
