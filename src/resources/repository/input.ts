// Defines the filter and the order of the caller's own repositories, and turns them into query parameters of SWR.
// Source: docs/upstream/swr.md#list-own-repositories.

import { builder } from '../../graph/builder.ts';
import { closedEnum, OrderDirection, openEnum } from '../../graph/enums.ts';
import { badUserInput } from '../../graph/errors.ts';
import { CATEGORIES, SORT_KEYS } from './record.ts';
import { type ListQuery, orderQuery } from './upstream.ts';

export const RepositoryCategory = openEnum('RepositoryCategory', 'The category of a repository.', CATEGORIES);
const OrderField = closedEnum('RepositoryOrderField', 'A field that repositories can be ordered by.', SORT_KEYS);

export const RepositoryFilter = builder.inputType('RepositoryFilter', {
  description: 'Conditions on repositories, all of which must hold.',
  fields: (t) => ({
    namespace: t.string({ description: 'The organization. `namespace`' }),
    name: t.string({ description: 'A part of the name, which SWR matches fuzzily. `name`' }),
    category: t.field({ type: RepositoryCategory, description: 'The category. `category`' }),
    isPublic: t.boolean({ description: 'Whether every account can pull from it. `is_public`' }),
  }),
});

export const RepositoryOrder = builder.inputType('RepositoryOrder', {
  description: 'The order of repositories: by one field.',
  fields: (t) => ({
    field: t.field({ type: OrderField, required: true, description: 'The field to order by. `order_column`' }),
    direction: t.field({ type: OrderDirection, required: true, description: 'The direction. `order_type`' }),
  }),
});

export type Filter = typeof RepositoryFilter.$inferInput;
export type Order = typeof RepositoryOrder.$inferInput;

/** The parameters of the conditions beside the names, and of the order. Errors: throws BAD_USER_INPUT. */
export function furtherQuery({ category, isPublic }: Filter, order: Order | null | undefined): ListQuery {
  if (category === 'UNKNOWN') throw badUserInput('`filter.category` must not be UNKNOWN: SWR has no such value.');
  return [
    ...(category ? [['category', CATEGORIES.toWire(category)] as const] : []),
    ...(typeof isPublic === 'boolean' ? [['is_public', String(isPublic)] as const] : []),
    ...(order ? orderQuery(SORT_KEYS.toWire(order.field), order.direction) : []),
  ];
}
