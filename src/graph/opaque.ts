// The codec of global ids and cursors: a version, room for a cloud, and parts, as one opaque text.

/** The version of the format; the empty part after it is the place for a cloud or region. */
const HEAD = ['1', ''];
/** Longest text that is looked at: the longest key, of an image group, has two texts of 512 characters, each up to 12 once packed. */
const MAX_LENGTH = 16_384;

/** Packs parts into opaque text. */
export function pack(parts: readonly string[]): string {
  return Buffer.from([...HEAD, ...parts].map(encodeURIComponent).join(':')).toString('base64url');
}

/** Unpacks what `pack` made; undefined for anything else, also for another version or another spelling of the same bytes. */
export function unpack(text: string): string[] | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  try {
    const parts = Buffer.from(text, 'base64url').toString().split(':').map(decodeURIComponent);
    const body = parts.slice(HEAD.length);
    return pack(body) === text ? body : undefined;
  } catch {
    return undefined;
  }
}
