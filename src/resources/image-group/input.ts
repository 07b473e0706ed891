// Defines the filter and the order of image groups, and what those of training images share with them, and turns them into query parameters
// of ModelArts. Source: docs/upstream/modelarts.md#list-image-groups.

import type { EnumRef, InputObjectRef } from '@pothos/core';
import { builder, type Types } from '../../graph/builder.ts';
import { closedEnum, OrderDirection } from '../../graph/enums.ts';
import { badUserInput } from '../../graph/errors.ts';
import { checkTexts } from '../../graph/input.ts';
import type { WireEnum } from '../../upstream/decoding/wire-enum.ts';
import { GROUP_TYPES, isWorkspaceId, SERVICE_TYPES, SORT_KEYS } from './record.ts';
import type { ListQuery } from './upstream.ts';

export const ServiceType = closedEnum('ImageGroupServiceType', 'The purpose of training images.', SERVICE_TYPES);
const GroupType = closedEnum('ImageGroupType', 'The origin of the images of a group.', GROUP_TYPES);
const OrderField = closedEnum('ImageGroupOrderField', 'A field that image groups can be ordered by.', SORT_KEYS);

/** The conditions on groups, or on images. `purpose` describes that on the purpose; `type` is that on the type. */
export const conditionFields = <TypeField>(
  t: PothosSchemaTypes.InputFieldBuilder<Types, 'InputObject'>,
  purpose: string,
  type: TypeField,
) => ({
  name: t.string({ description: 'The name, or a part of it. `name`' }),
  nameFuzzyMatch: t.boolean({
    description: 'Whether a part of the name is enough; true when it is not given. `name_fuzzy_match`',
  }),
  namespace: t.string({ description: 'The SWR organization. `namespace`' }),
  serviceType: t.field({ type: ServiceType, description: purpose }),
  type,
  workspaceId: t.string({
    description:
      'The id of the ModelArts workspace; that of the default workspace when it is not given. `workspace_id`',
  }),
});

export const ImageGroupFilter = builder.inputType('ImageGroupFilter', {
  description: 'Conditions on image groups, all of which must hold.',
  fields: (t) => {
    const type = t.field({ type: GroupType, description: 'The origin of the images. `type`' });
    return conditionFields(t, 'The purpose of the images. `service_type`', type);
  },
});

/** The conditions on one of ModelArts' lists of images or of their groups. */
export interface Filter {
  readonly name?: string | null | undefined;
  readonly nameFuzzyMatch?: boolean | null | undefined;
  readonly namespace?: string | null | undefined;
  readonly serviceType?: string | null | undefined;
  readonly type?: string | null | undefined;
  readonly workspaceId?: string | null | undefined;
}

/** An order by fields, all in one direction. */
interface Order<Field> {
  readonly fields: readonly Field[];
  readonly direction: 'ASC' | 'DESC';
}

/** Defines the order of a list of these rows. */
export const orderType = <Field extends string>(name: string, rows: string, field: EnumRef<Types, Field>) =>
  builder.inputType(name, {
    description: `The order of ${rows}: by one or more fields, all in one direction.`,
    fields: (t) => ({
      fields: t.field({
        type: [field],
        required: true,
        description: 'The fields to order by, the most significant one first. `sort_key`',
      }),
      direction: t.field({
        type: OrderDirection,
        required: true,
        description: 'The direction, for all fields. `sort_dir`',
      }),
    }),
  }) as InputObjectRef<Types, Order<Field>>;

export const ImageGroupOrder = orderType('ImageGroupOrder', 'image groups', OrderField);

/** The parameters of a filter: those that are given. */
export function filterQuery({ name, nameFuzzyMatch, namespace, serviceType, type }: Filter): ListQuery {
  const parameters: [name: string, value: string | null | undefined][] = [
    ['name', name],
    ['name_fuzzy_match', nameFuzzyMatch?.toString()],
    ['namespace', namespace],
    ['service_type', serviceType],
    ['type', type],
  ];
  return parameters.filter((parameter): parameter is [string, string] => typeof parameter[1] === 'string');
}

/** The parameters of an order. Errors: throws BAD_USER_INPUT for one without a field. */
export function orderQuery<Field extends string>(
  { fields, direction }: Order<Field>,
  sortKeys: WireEnum<Field>,
): ListQuery {
  if (fields.length === 0) throw badUserInput('`orderBy.fields` must have at least one field.');
  return [
    ['sort_key', fields.map((field) => sortKeys.toWire(field)).join(',')],
    ['sort_dir', direction],
  ];
}

/** Checks the texts that say which groups or images. Errors: throws BAD_USER_INPUT. */
export function checkGroupTexts(
  { namespace, name, workspaceId }: Pick<Filter, 'namespace' | 'name' | 'workspaceId'>,
  argument?: string,
): void {
  checkTexts({ namespace, name }, argument);
  if (typeof workspaceId === 'string' && !isWorkspaceId(workspaceId)) {
    throw badUserInput('`workspaceId` must be a workspace id: 1 to 64 letters, digits, hyphens and underscores.');
  }
}
