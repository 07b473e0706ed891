// Declares what fields cost: as `@cost` and `@listSize` for routers, and as estimates of upstream calls and nodes for our own limits;
// estimate.ts sums the latter.
import type { Service } from '../config/services.ts';
import { isBeyondRow } from '../upstream/paging/marker-page.ts';
import { MAX_PAGE_CALLS, type Paging } from '../upstream/paging/page.ts';
import { positionOf } from './cursor.ts';

/** Rows of a page when no size is given. */
export const DEFAULT_SIZE = 25;
/** Rows of the largest page. */
export const MAX_SIZE = 1000;

/** A field that makes an upstream call of its own weighs as much as ten objects. */
export const CALL_COST = 10;

/** What a field costs each time that it is resolved, without what lies below it. */
export interface Estimate {
  readonly service: Service;
  /** Upstream calls that it needs; a call that several rows share counts in fractions. */
  readonly calls: number;
  /** Upstream calls that it makes at most; a call that several keys share counts in fractions. */
  readonly atMost: number;
  /** Rows of lists that it needs to read; none unless given. */
  readonly rows?: number;
  /** Rows of lists that it reads at most; none unless given. */
  readonly rowsAtMost?: number;
  /** Nodes that it returns. */
  readonly nodes: number;
}

/** What it takes at most to find one record: upstream calls, and rows of the lists that are read for it. */
export interface Lookup {
  readonly calls: number;
  readonly rows: number;
  /** Calls that it needs at least: less than one, which it is unless given, where many rows lead to one record. */
  readonly needed?: number;
}

/** What is selected below a field: its own fields, and those of its rows when it is a connection. */
export interface SelectedNames {
  readonly fields: ReadonlySet<string>;
  readonly rowFields: ReadonlySet<string>;
}

/** Estimates a field by its arguments, their defaults filled in, and by what is selected below it. */
export type Estimator = (args: Readonly<Record<string, unknown>>, selected: SelectedNames) => Estimate;

/** A call for a record itself: no list is read. */
const ONE_CALL: Lookup = { calls: 1, rows: 0 };

/** What it costs to find one record. */
export const lookupEstimate = (service: Service, { calls, rows, needed = 1 }: Lookup): Estimate => ({
  service,
  calls: needed,
  atMost: calls,
  rows: rows > 0 ? 1 : 0,
  rowsAtMost: rows,
  nodes: 1,
});

/** The options of a field that makes a call, or none where the selection does not need it. */
export function callCost(
  service: Service,
  lookup = ONE_CALL,
  isNeeded: (selected: SelectedNames) => boolean = () => true,
) {
  const needed = lookupEstimate(service, lookup);
  const unneeded: Estimate = { service, calls: 0, atMost: 0, nodes: 1 };
  const estimate: Estimator = (_args, selected) => (isNeeded(selected) ? needed : unneeded);
  return { directives: { cost: { weight: CALL_COST } }, extensions: { estimate } };
}

/**
 * `none`. `possible`: upstream pages of the maximum may have to be read, up to the maximum of calls. `always`: all pages are of the
 * maximum, as rows are left out here.
 */
export type FurtherReading = 'none' | 'possible' | 'always';

/** How a connection is read: in pages of the upstream, and with what further calls. */
interface ConnectionCost extends Paging {
  /** How much further it may have to be read, as the upstream cannot filter or order all rows itself. */
  readonly furtherReading?: (args: Readonly<Record<string, unknown>>) => FurtherReading;
  /** Whether each row needs a call of its own for the fields that are selected. */
  readonly needsRowCall?: (rowFields: ReadonlySet<string>) => boolean;
}

/** The options of a connection: calls for its pages, and as many nodes as its page has. */
export function connectionCost({ needsRowCall = () => false, ...paging }: ConnectionCost) {
  const estimate: Estimator = (args, { fields, rowFields }) => {
    const size = Math.min(MAX_SIZE, Math.max(0, Number(args.first ?? args.last ?? DEFAULT_SIZE)));
    const rowCalls = needsRowCall(rowFields) ? size : 0;
    // The rows are read for pageInfo, too.
    const nodes = ['nodes', 'edges', 'pageInfo'].some((field) => fields.has(field)) ? size : 0;
    const page = pageCost(paging, size, args, fields);
    return { ...page, service: paging.service, calls: page.calls + rowCalls, atMost: page.atMost + rowCalls, nodes };
  };
  return {
    directives: {
      cost: { weight: CALL_COST },
      listSize: {
        assumedSize: DEFAULT_SIZE,
        slicingArguments: ['first', 'last'],
        sizedFields: ['edges', 'nodes'],
        requireOneSlicingArgument: false,
      },
    },
    extensions: { estimate },
  };
}

type PageCost = Required<Pick<Estimate, 'calls' | 'atMost' | 'rows' | 'rowsAtMost'>>;

/** What a page of `size` rows costs: by its arguments, its cursor, and what is selected of it. */
function pageCost(
  paging: Omit<ConnectionCost, 'needsRowCall'>,
  size: number,
  args: Readonly<Record<string, unknown>>,
  fields: ReadonlySet<string>,
): PageCost {
  const peeks = fields.has('pageInfo') ? 1 : 0;
  const counts = fields.has('totalCount') ? 1 : 0;
  const wantsRows = fields.has('nodes') || fields.has('edges') || peeks > 0;
  if (paging.dialect === 'whole') {
    // One response has all rows, and so their number.
    const calls = wantsRows ? 1 : counts;
    return { calls, atMost: calls, rows: calls * Math.max(1, size), rowsAtMost: calls * paging.maxPageSize };
  }
  if (!wantsRows) return { calls: counts, atMost: counts, rows: counts, rowsAtMost: counts };
  if (paging.dialect === 'marker') return markerPageCost(paging, size, args, peeks);
  // The length of the list is that of a call for one row.
  if (size === 0) {
    const calls = Math.max(peeks, counts);
    return { calls, atMost: calls, rows: calls, rowsAtMost: calls };
  }
  return offsetPageCost(paging, size, args, peeks);
}

const isGiven = (value: unknown) => value !== null && value !== undefined;

function offsetPageCost(
  { maxPageSize, dialect }: Paging,
  size: number,
  args: Readonly<Record<string, unknown>>,
  peeks: number,
): PageCost {
  const pages = Math.ceil(size / maxPageSize);
  const counts = isGiven(args.last) && !isGiven(args.before) ? 1 : 0;
  const startsAnywhere = counts === 1 || isGiven(args.after) || isGiven(args.before);
  // Rows that start within an upstream page reach into one page more; without a total, a call looks for further rows.
  const isWithinPages = dialect === 'aligned' && startsAnywhere;
  const mostPages = pages + (isWithinPages ? 1 : 0);
  // The pages of an aligned list are of one size, so that they may have a row more each; those around others may be of any size.
  const rows = isWithinPages ? mostPages * maxPageSize : size + (dialect === 'aligned' ? pages - 1 : 0);
  return {
    calls: pages + counts,
    atMost: mostPages + counts + peeks,
    rows: size + counts,
    rowsAtMost: rows + counts + peeks,
  };
}

function markerPageCost(
  { maxPageSize, furtherReading = () => 'none' }: Omit<ConnectionCost, 'needsRowCall'>,
  size: number,
  args: Readonly<Record<string, unknown>>,
  peeks: number,
): PageCost {
  const cursor = args.after ?? args.before;
  // A cursor that is rejected is checked by a further call.
  const checks = isGiven(cursor) ? 1 : 0;
  const calls = size === 0 ? peeks : Math.ceil(size / maxPageSize);
  // What follows a page of the upstream's maximum size is a walk of its own.
  const walks = calls + (size >= maxPageSize ? peeks : 0);
  const reading = furtherReading(args);
  const most = MAX_PAGE_CALLS * maxPageSize;
  if (reading !== 'none') {
    const further = walks * MAX_PAGE_CALLS;
    const rows = reading === 'always' && walks > 0 ? maxPageSize : size;
    return { calls, atMost: calls + checks + further, rows, rowsAtMost: walks * most };
  }
  // Behind rows without an id, a walk starts with a page of the maximum from the row before them.
  const skips = isBeyondRow(positionOf(cursor) ?? '') ? walks : 0;
  // One row more is read where that shows whether others follow.
  return {
    calls,
    atMost: walks + checks + skips,
    rows: size,
    rowsAtMost: walks > 0 ? size + 1 + skips * maxPageSize : 0,
  };
}

/** The options of a plain list of objects that a call of its own brings. */
export const listCallCost = (service: Service, assumedSize: number, lookup = ONE_CALL) => ({
  directives: { cost: { weight: CALL_COST }, listSize: { assumedSize } },
  extensions: { estimate: (): Estimate => ({ ...lookupEstimate(service, lookup), nodes: assumedSize }) },
});

/** The options of a plain list of objects: the query does not say how many it has. */
export const listCost = (assumedSize: number) => ({
  directives: { listSize: { assumedSize } },
  extensions: { assumedSize },
});
