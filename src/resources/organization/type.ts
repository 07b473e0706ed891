// Defines the types Organization and UserPermission, their root fields, and edges of other types to them.
import { openEnum } from '../../graph/enums.ts';
import { PERMISSIONS } from './record.ts';

export const RegistryPermission = openEnum(
  'RegistryPermission',
  'What a user or an account may do with an organization or a repository of SWR.',
  PERMISSIONS,
);
