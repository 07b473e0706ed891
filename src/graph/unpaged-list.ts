// Lists that a service shows without pages: the rows that it sends, and whether these are all.
import type { ObjectRef } from '@pothos/core';
import type { UnpagedList } from '../upstream/paging/page.ts';
import type { Types } from './builder.ts';
import { listCost } from './cost.ts';
import { exposed, sourceRef } from './exposed.ts';

/** Defines `<Node>List`. `maxRows` is how many rows the service sends at most. */
export function unpagedListType<Source extends object>(
  ref: ObjectRef<Types, Source, unknown>,
  maxRows: number,
): ObjectRef<Types, UnpagedList<Source>> {
  const { name } = ref;
  // Pothos cannot check resolvers against a type that is a parameter.
  const node: ObjectRef<Types, object, unknown> = ref;
  const list = sourceRef<UnpagedList<object>>(`${name}List`).implement({
    description: `A list of ${name}, which the service shows without pages.`,
    fields: (t) => ({
      nodes: t.field({
        type: [node],
        nullable: { list: false, items: true },
        ...listCost(maxRows),
        description: 'The rows; one that cannot be read is null, with an error.',
        resolve: ({ nodes }) => exposed(nodes) as readonly object[],
      }),
      isComplete: t.exposeBoolean('isComplete', {
        nullable: false,
        description: 'Whether these are all rows: false where the service may have more than it shows.',
      }),
    }),
  });
  return list as ObjectRef<Types, UnpagedList<Source>>;
}
