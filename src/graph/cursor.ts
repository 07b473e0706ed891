// Encodes and decodes cursors: a digest of the list that a row belongs to, and its position there.
import { createHash } from 'node:crypto';
import { isMarkerPosition } from '../upstream/paging/marker-page.ts';
import { isOffset } from '../upstream/paging/offset-page.ts';
import { badUserInput } from './errors.ts';
import { isOfOtherVersion, pack, unpack } from './opaque.ts';

/** What a cursor depends on: the identity of its list, and the positions that rows can have there. */
interface CursorList {
  readonly identity: readonly unknown[];
  isPosition(text: string): boolean;
}

/** The position that a cursor holds, for estimates; undefined for what is not a cursor. */
export const positionOf = (cursor: unknown) => (typeof cursor === 'string' ? unpack(cursor)?.[1] : undefined);

/** Cursors have a digest of their list's identity and a position. A forged one shows only what the caller can see. */
export function cursorCodec({ identity, isPosition }: CursorList) {
  let digest: string | undefined;
  const listDigest = () =>
    (digest ??= createHash('sha256').update(JSON.stringify(identity)).digest('base64url').slice(0, 12));
  return {
    encode: (position: string) => pack([listDigest(), position]),
    decode(cursor: string): string {
      if (isOfOtherVersion(cursor))
        throw badUserInput('This cursor belongs to another list: another version of this graph has made it.');
      const [ofList, position, ...rest] = unpack(cursor) ?? [];
      if (position === undefined || rest.length > 0 || !DIGEST.test(ofList ?? '') || !isPositionOfAnyList(position))
        throw badUserInput('This is not a cursor of this graph.');
      if (ofList !== listDigest())
        throw badUserInput('This cursor belongs to another list: its arguments, filter or order differ.');
      if (!isPosition(position)) throw badUserInput('This is not a cursor of this graph.');
      return position;
    },
  };
}

const DIGEST = /^[\w-]{12}$/;
const isPositionOfAnyList = (position: string) => isOffset(position) || isMarkerPosition(position);
