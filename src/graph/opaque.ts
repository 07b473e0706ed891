// Encodes global ids and cursors: a version, an empty part for a cloud or region, and parts, as one opaque text.

/** The version of the format, and the part that is kept for a cloud or region. */
const HEAD = ['1', ''];
/**
 * Characters of the longest text that is decoded: the longest key, of an image group, has 1024 characters, each packed
 * into up to 12.
 */
const MAX_LENGTH = 16_384;

/** Packs parts into opaque text. */
export function pack(parts: readonly string[]): string {
  return Buffer.from([...HEAD, ...parts].map(encodeURIComponent).join(':')).toString('base64url');
}

/** Unpacks what `pack` made; undefined for anything else, such as another version or a non-canonical encoding. */
export function unpack(text: string): string[] | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  try {
    const body = decode(text).split(':').map(decodeURIComponent).slice(HEAD.length);
    return pack(body) === text ? body : undefined;
  } catch {
    return undefined;
  }
}

/** Whether it is opaque text of another version of the format, or of another cloud. */
export const isOfOtherVersion = (text: string) =>
  text.length <= MAX_LENGTH && OTHER_HEAD.test(decode(text)) && unpack(text) === undefined;
const OTHER_HEAD = /^(?!1::)\d{1,4}:[\w.-]*:/;

const decode = (text: string) => Buffer.from(text, 'base64url').toString();
