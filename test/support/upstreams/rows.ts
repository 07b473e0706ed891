// The rows of the kinds, for upstreams that a test writes itself; and JSON with all digits.
export { imageId, imageRow } from '../../resources/image/kind.ts';
export { imageGroupRow } from '../../resources/image-group/kind.ts';
export { repositoryDetail } from '../../resources/repository/kind.ts';
export { retentionLogRow } from '../../resources/retention-log/kind.ts';
export { sharedRow } from '../../resources/shared-repository/kind.ts';
export type { WireRow } from '../kind.ts';

/** JSON text in which a bigint is a number with all its digits, as the clouds write it. */
export const exactJson = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) => (typeof part === 'bigint' ? `<${part}>` : part)).replace(
    /"<(-?\d+)>"/g,
    '$1',
  );
