// Writes JSON with all digits of large integers.

/** JSON text in which a bigint is a number with all its digits, as the clouds write it. */
export const exactJson = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) => (typeof part === 'bigint' ? `<${part}>` : part)).replace(
    /"<(-?\d+)>"/g,
    '$1',
  );
