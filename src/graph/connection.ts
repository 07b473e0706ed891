// Relay connections: reads paging arguments, turns pages into edges and pageInfo, encodes and decodes cursors.
import type { ObjectRef } from '@pothos/core';
import type { GraphQLResolveInfo } from 'graphql';
import type { Service } from '../config/services.ts';
import { type Decoded, malformed } from '../upstream/decoding/row.ts';
import type { UpstreamError } from '../upstream/errors.ts';
import { isMarkerPosition, type MarkerList, readMarkerPage } from '../upstream/paging/marker-page.ts';
import { countRows, isOffset, type OffsetList, readOffsetPage } from '../upstream/paging/offset-page.ts';
import type { Page, PageRequest } from '../upstream/paging/page.ts';
import { builder, type Types } from './builder.ts';
import { DEFAULT_SIZE, MAX_SIZE } from './cost.ts';
import { cursorCodec } from './cursor.ts';
import { badUserInput } from './errors.ts';
import { exposed, sourceRef } from './exposed.ts';
import { selectedFields } from './selection.ts';

const MAX_INT = 2 ** 31 - 1;

/** The paging arguments of a connection field. */
export interface PageArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
}

/** A list that can be read as a connection. */
export interface ConnectionList<Source> {
  /** What identifies the list: type, filter and order. A cursor is valid for lists of its own identity only. */
  readonly identity: readonly unknown[];
  readonly service: Service;
  isPosition(text: string): boolean;
  read(request: PageRequest): Promise<Page<Source>>;
  /** The length of the whole list, for dialects that know it. Calls: one. */
  count?(): Promise<number | null>;
}

/** A list of SWR or ModelArts as a connection, with a total. */
export function offsetConnection<Source>(
  identity: readonly unknown[],
  list: OffsetList<Source>,
): ConnectionList<Source> {
  return {
    identity,
    service: list.service,
    isPosition: isOffset,
    read: (request) => readOffsetPage(list, request),
    count: () => countRows(list),
  };
}

/** A list of IMS as a connection, without a total. */
export function markerConnection<Source>(
  identity: readonly unknown[],
  list: MarkerList<Source>,
): ConnectionList<Source> {
  return {
    identity,
    service: list.service,
    isPosition: (text) => isMarkerPosition(text, list.hasEmptyValues),
    read: (request) => readMarkerPage(list, request),
  };
}

interface Edge<Source> {
  readonly cursor: string;
  readonly node: Source | UpstreamError;
}

/** A value, or a function that makes the call for it when the field is selected. */
type Lazy<Value> = Value | (() => Promise<Value>);

interface PageInfo {
  readonly hasNextPage: Lazy<boolean>;
  readonly hasPreviousPage: Lazy<boolean>;
  readonly startCursor: string | null;
  readonly endCursor: string | null;
}

/** A connection and the page that was read. A row that cannot be read is an UpstreamError. */
export interface Connection<Source> {
  readonly nodes: readonly (Source | UpstreamError)[];
  readonly edges: readonly Edge<Source>[];
  readonly pageInfo: PageInfo;
  readonly totalCount: Decoded<number>;
}

const PageInfoRef = builder.objectRef<PageInfo>('PageInfo').implement({
  description: 'The position of a page in its list.',
  directives: { shareable: {} },
  fields: (t) => ({
    hasNextPage: t.boolean({
      nullable: false,
      description: 'Whether rows follow this page; exact.',
      resolve: ({ hasNextPage }) => (typeof hasNextPage === 'function' ? hasNextPage() : hasNextPage),
    }),
    hasPreviousPage: t.boolean({
      nullable: false,
      description:
        'Whether rows precede this page; exact when paging backwards. When paging forwards it is true if `after` is given.',
      resolve: ({ hasPreviousPage }) => (typeof hasPreviousPage === 'function' ? hasPreviousPage() : hasPreviousPage),
    }),
    startCursor: t.exposeString('startCursor', {
      description: 'The cursor of the first row, for `before`; null on an empty page.',
    }),
    endCursor: t.exposeString('endCursor', {
      description: 'The cursor of the last row, for `after`; null on an empty page.',
    }),
  }),
});

/** Defines `<Node>Connection` and `<Node>Edge`; with a total where `totalCount` gives the upstream's name of it. */
export function connectionType<Source extends object>(
  ref: ObjectRef<Types, Source, unknown>,
  totalCount?: string,
): ObjectRef<Types, Connection<Source>> {
  const { name } = ref;
  // Pothos cannot check resolvers against a type that is a parameter.
  const node: ObjectRef<Types, object, unknown> = ref;
  const edge = sourceRef<Edge<object>>(`${name}Edge`).implement({
    description: `A row of a list of ${name}: the node and its cursor.`,
    fields: (t) => ({
      cursor: t.exposeString('cursor', {
        nullable: false,
        description: 'The position of this row: opaque, for `after` and `before` of the same list.',
      }),
      node: t.expose('node', {
        type: node,
        nullable: true,
        description: `The ${name}; null, with an error, when the row cannot be read.`,
      }),
    }),
  });
  const connection = sourceRef<Connection<object>>(`${name}Connection`).implement({
    description: `A page of a list of ${name}.`,
    fields: (t) => ({
      edges: t.field({
        type: [edge],
        nullable: { list: false, items: true },
        description: 'The rows with their cursors.',
        resolve: ({ edges }) => edges,
      }),
      nodes: t.field({
        type: [node],
        nullable: { list: false, items: true },
        description: 'The rows; one that cannot be read is null, with an error.',
        resolve: ({ nodes }) => exposed(nodes) as readonly object[],
      }),
      pageInfo: t.field({
        type: PageInfoRef,
        nullable: false,
        description: 'The position of this page in the list.',
        resolve: ({ pageInfo }) => pageInfo,
      }),
      ...(totalCount === undefined
        ? {}
        : {
            totalCount: t.exposeInt('totalCount', {
              nullable: true,
              description: `The number of rows of the whole list; null when the service does not send it. \`${totalCount}\``,
            }),
          }),
    }),
  });
  return connection as ObjectRef<Types, Connection<Source>>;
}

/** The paging arguments, for the `args` of a connection field. */
export const pageArguments = builder.args((t) => ({
  first: t.int({
    description: `The number of rows, from the start of the list or after \`after\`: 0 to ${MAX_SIZE}; ${DEFAULT_SIZE} when no number is given.`,
  }),
  after: t.string({ description: 'The cursor of the row that the page starts after.' }),
  last: t.int({ description: `The number of rows, from the end of the list or before \`before\`: 0 to ${MAX_SIZE}.` }),
  before: t.string({ description: 'The cursor of the row that the page ends before.' }),
}));

/**
 * Reads the page that the arguments describe, as far as the query selects it.
 * Errors: rejects with BAD_USER_INPUT for invalid arguments and for a cursor of another list; with UpstreamError.
 * Calls: none when neither rows nor totalCount are selected; otherwise those of the list.
 */
export async function resolveConnection<Source>(
  list: ConnectionList<Source>,
  args: PageArguments,
  info: GraphQLResolveInfo,
): Promise<Connection<Source>> {
  const codec = cursorCodec(list);
  const request = pageRequest(args, codec.decode);
  const selected = selectedFields(info);
  const wantsRows = selected.has('nodes') || selected.has('edges') || selected.has('pageInfo');
  const page = wantsRows ? await list.read(request) : undefined;
  let total = page?.total;
  if (total === undefined && selected.has('totalCount')) total = await list.count?.();
  return new PageConnection(page ?? EMPTY_PAGE, asInt(total ?? null, list.service), codec.encode);
}

const asInt = (total: number | null, service: Service) =>
  total !== null && total > MAX_INT ? malformed(service, 'the total exceeds 2^31 - 1') : total;

const EMPTY_PAGE: Page<never> = { rows: [], hasNext: false, hasPrevious: false, total: undefined };

/** A page as the client sees it; each part is made when it is selected. */
class PageConnection<Source> implements Connection<Source> {
  readonly #page: Page<Source>;
  readonly #encode: (position: string) => string;
  readonly totalCount: Decoded<number>;
  constructor(page: Page<Source>, total: Decoded<number>, encode: (position: string) => string) {
    this.#page = page;
    this.#encode = encode;
    this.totalCount = total;
  }
  get nodes() {
    return this.#page.rows.map(({ value }) => value);
  }
  get edges() {
    return this.#page.rows.map((row) => new RowEdge(row, this.#encode));
  }
  get pageInfo() {
    const { rows, hasNext, hasPrevious } = this.#page;
    const cursor = (row = rows[0]) => (row ? this.#encode(row.position) : null);
    return {
      hasNextPage: hasNext,
      hasPreviousPage: hasPrevious,
      startCursor: cursor(),
      endCursor: cursor(rows.at(-1)),
    };
  }
}

/** An edge; its cursor is made when it is selected. */
class RowEdge<Source> implements Edge<Source> {
  readonly #position: string;
  readonly #encode: (position: string) => string;
  readonly node: Source | UpstreamError;
  constructor({ value, position }: Page<Source>['rows'][number], encode: (position: string) => string) {
    this.node = value;
    this.#position = position;
    this.#encode = encode;
  }
  get cursor() {
    return this.#encode(this.#position);
  }
}

function pageRequest({ first, after, last, before }: PageArguments, decode: (cursor: string) => string): PageRequest {
  const given = (value: unknown) => value !== undefined && value !== null;
  if (given(first) && (given(last) || given(before)))
    throw badUserInput('`first` cannot be combined with `last` or `before`.');
  if (given(after) && (given(last) || given(before)))
    throw badUserInput('`after` cannot be combined with `last` or `before`.');
  const size = first ?? last ?? DEFAULT_SIZE;
  if (size < 0 || size > MAX_SIZE)
    throw badUserInput(`\`${given(first) ? 'first' : 'last'}\` must be from 0 to ${MAX_SIZE}.`);
  const cursor = after ?? before;
  return {
    size,
    backward: given(last) || given(before),
    position: typeof cursor === 'string' ? decode(cursor) : undefined,
  };
}
