// What a field costs, for the routers of supergraphs and their demand control: `@cost` and `@listSize`. Knows no resource.

/** Rows of a page when no size is given. */
export const DEFAULT_SIZE = 25;

/** A field that makes an upstream call of its own weighs as much as ten objects. */
export const CALL_COST = 10;

/** A connection: one call, and as many rows as its page has. */
export const CONNECTION_COST = {
  cost: CALL_COST,
  listSize: {
    assumedSize: DEFAULT_SIZE,
    slicingArguments: ['first', 'last'],
    sizedFields: ['edges', 'nodes'],
    requireOneSlicingArgument: false,
  },
};

/** A plain list of objects of which nobody says in the query how many there are. */
export const listCost = (assumedSize: number) => ({ listSize: { assumedSize } });
