// The types and fields of the design: what is common to all slices here, and the part of each slice from its kind.ts.
// Names of enums that the design leaves open are those of the published schema.
import { SLICES } from '../support/kinds.ts';

/** SDL, for its names and types alone: enums, scalars and descriptions are left out. */
export const GRAPH_CONTRACT = `
  interface Node { id: ID! }
  type PageInfo { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }
  type Query {
    node(id: ID!): Node
    nodes(ids: [ID!]!): [Node]!
  }
  ${SLICES.map(({ contract }) => contract).join('\n')}
`;
