// Writes the JSON text of a large value in turns of the event loop, as bytes that are counted as they are made.
import { wellFormedJson } from '../../upstream/decoding/json.ts';
import { isTurnSpent, nextTurn } from '../../upstream/turn.ts';
import { isHighSurrogate } from './large-body.ts';

/** The JSON text of a value. */
export const jsonText = (value: unknown) => wellFormedJson(JSON.stringify(value));

/** Characters that are written at once. */
const PIECE_CHARS = 32 * 1024;

/**
 * Writes the text that `jsonText` makes, in parts. Between two of them others have their turn.
 * `onPart` is told the bytes of each part, and throws to end the writing; `onTurn` is called before it goes on in a later turn.
 */
export async function writeJson(
  value: unknown,
  onPart: (bytes: number) => void,
  onTurn: () => void = () => {},
): Promise<Buffer[]> {
  const parts: Buffer[] = [];
  let piece = '';
  const flush = () => {
    const part = Buffer.from(piece);
    piece = '';
    onPart(part.length);
    parts.push(part);
  };
  for (const text of textsOf(value)) {
    piece += text;
    if (piece.length < PIECE_CHARS) continue;
    flush();
    if (isTurnSpent()) {
      await nextTurn();
      onTurn();
    }
  }
  flush();
  return parts;
}

/** The texts that make up the JSON of a value, each short. Values are those of JSON, and those with a method toJSON. */
function* textsOf(value: unknown): Generator<string> {
  // One text holds what is short: a step for each would cost more than its writing.
  let texts = '';
  // What is open, the innermost last: an object with its names, or a list.
  const open: { readonly of: object; readonly names: readonly string[] | undefined; at: number; isEmpty: boolean }[] =
    [];
  let next = plain(value);
  for (;;) {
    if (typeof next === 'string' && next.length > PIECE_CHARS) {
      yield* textsOfString(texts, next);
      texts = '';
    } else if (typeof next === 'object' && next !== null) {
      const isList = Array.isArray(next);
      texts += isList ? '[' : '{';
      open.push({ of: next, names: isList ? undefined : Object.keys(next), at: 0, isEmpty: true });
    } else {
      const text = JSON.stringify(next) ?? 'null';
      texts += typeof next === 'string' ? wellFormedJson(text) : text;
    }
    if (texts.length >= PIECE_CHARS) {
      yield texts;
      texts = '';
    }
    // Closes what has come to its end, and finds the next value.
    for (;;) {
      const last = open.at(-1);
      if (!last) {
        yield texts;
        return;
      }
      const { of, names, at } = last;
      if (at === (names ?? (of as unknown[])).length) {
        texts += names ? '}' : ']';
        open.pop();
        continue;
      }
      last.at++;
      const name = names?.[at];
      next = plain(name === undefined ? (of as unknown[])[at] : (of as Record<string, unknown>)[name]);
      // JSON leaves these out of an object.
      if (name !== undefined && (next === undefined || typeof next === 'function' || typeof next === 'symbol'))
        continue;
      if (!last.isEmpty) texts += ',';
      last.isEmpty = false;
      if (name !== undefined) texts += `${jsonText(name)}:`;
      break;
    }
  }
}

/** What JSON has of a value. */
const plain = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'toJSON' in value && typeof value.toJSON === 'function'
    ? value.toJSON()
    : value;

/** Cuts a long string; no cut is within a surrogate pair. */
function* textsOfString(before: string, value: string): Generator<string> {
  yield `${before}"`;
  for (let at = 0; at < value.length; ) {
    let end = at + PIECE_CHARS;
    if (isHighSurrogate(value.charCodeAt(end - 1))) end--;
    yield wellFormedJson(JSON.stringify(value.slice(at, end))).slice(1, -1);
    at = end;
  }
  yield '"';
}
