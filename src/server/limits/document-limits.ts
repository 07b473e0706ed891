// Limits the size and depth of documents before validation: tokens and brackets before parsing, then fields with their fragments spread.
import {
  type ASTNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  Lexer,
  type OperationDefinitionNode,
  type SelectionSetNode,
  Source,
  TokenKind,
} from 'graphql';
import type { Limits } from '../../config/config.ts';
import { type Place, tooComplex } from '../../graph/errors.ts';
import type { ExceededLimit } from '../../upstream/errors.ts';
import type { ServerPlugin } from '../http/node-context.ts';
import { createDocumentCache } from './document-cache.ts';

type DocumentLimits = Pick<Limits, 'tokens' | 'depth' | 'aliases' | 'directives'>;

/** Nesting of brackets and fragments beyond the allowed depth of fields: inline fragments, lists and input objects. */
const EXTRA_NESTING = 200;
/** Selections allowed for each allowed token: fragments within fragments can multiply them. */
const SELECTIONS_PER_TOKEN = 10;
/** Characters and lines allowed for each allowed token: each error counts the lines up to its location. */
const CHARACTERS_PER_TOKEN = 20;
const LINES_PER_TOKEN = 2;
/** Tokens are counted up to this multiple of the limit, so that the error can state the number. */
const COUNTED_MULTIPLE = 10;

/** Rejects documents that exceed a limit. Documents that passed are cached; `share` is the part of the cache that the memory allows. */
export function useDocumentLimits(limits: DocumentLimits, share: number): ServerPlugin {
  /** The limits that the text of each document was within. */
  const small = createDocumentCache<{ tokens: number; depth: number }>(share);
  const measured = new WeakSet<DocumentNode>();
  return {
    onParse({ params: { source } }) {
      const text = typeof source === 'string' ? source : source.body;
      const { tokens, depth } = limits;
      const checked = small.get(text);
      if (checked?.tokens !== tokens || checked.depth !== depth) {
        checkText(text, limits);
        small.set(text, { tokens, depth });
      }
      return ({ result }) => {
        // With a higher limit the parser may overflow its stack.
        if (result instanceof RangeError)
          throw nestedTooDeeply(limits.depth + EXTRA_NESTING + 1, limits.depth, at(new Source(text), 0));
        if (result instanceof Error || result === null || measured.has(result)) return;
        checkDocument(result, limits);
        measured.add(result);
      };
    },
  };
}

/** Counts tokens and brackets. Syntax errors are left to the parser, which locates them. */
function checkText(text: string, { tokens: max, depth }: DocumentLimits): void {
  const source = new Source(text);
  const characters = { name: 'characters', value: text.length, max: max * CHARACTERS_PER_TOKEN };
  if (text.length > characters.max)
    throw exceeded('The document has too many characters', characters, SHORTER, at(source, characters.max));
  const lines = { name: 'lines', value: 1, max: max * LINES_PER_TOKEN };
  let firstBeyond = 0;
  for (const { 0: end, index } of text.matchAll(/\r\n|\n|\r/g))
    if (lines.value++ === lines.max) firstBeyond = index + end.length;
  if (lines.value > lines.max)
    throw exceeded('The document has too many lines', lines, SHORTER, at(source, firstBeyond));
  const lexer = new Lexer(source);
  const maxNesting = depth + EXTRA_NESTING;
  let [tokens, nesting, deepest] = [0, 0, 0];
  let [tokenBeyond, bracketBeyond] = [0, 0];
  try {
    while (tokens < max * COUNTED_MULTIPLE && lexer.advance().kind !== TokenKind.EOF) {
      const { kind, start } = lexer.token;
      if (tokens++ === max) tokenBeyond = start;
      if (kind === TokenKind.BRACE_L || kind === TokenKind.BRACKET_L || kind === TokenKind.PAREN_L) nesting++;
      if (kind === TokenKind.BRACE_R || kind === TokenKind.BRACKET_R || kind === TokenKind.PAREN_R) nesting--;
      if (nesting > deepest && deepest === maxNesting) bracketBeyond = start;
      deepest = Math.max(deepest, nesting);
    }
  } catch {
    // A syntax error: what was counted so far is checked.
  }
  const limit = { name: 'tokens', value: tokens, max };
  if (tokens > max) throw exceeded('The document has too many tokens', limit, SHORTER, at(source, tokenBeyond));
  if (deepest > maxNesting) throw nestedTooDeeply(deepest, depth, at(source, bracketBeyond));
}

const at = (source: Source, position: number): Place => ({ source, positions: [position] });

const exceeded = (what: string, limit: ExceededLimit, remedy: string, place: Place) =>
  tooComplex(what, limit, remedy, undefined, place);

const nestedTooDeeply = (value: number, depth: number, place: Place) =>
  exceeded('The document is nested too deeply', { name: 'depth', value, max: depth + EXTRA_NESTING }, FLATTER, place);

const SHORTER = 'Request fewer fields, or send several operations.';
const FLATTER = 'Fetch what is nested deeper in an operation of its own, by its id.';

/** The size of a selection, with its fragments spread. */
interface Measure {
  readonly depth: number;
  /** The fields of that depth within each other, from the outermost. */
  readonly deepest: Chain | undefined;
  readonly aliases: number;
  readonly directives: number;
  readonly selections: number;
}

interface Chain {
  readonly field: FieldNode;
  readonly below: Chain | undefined;
}

const EMPTY: Measure = { depth: 0, deepest: undefined, aliases: 0, directives: 0, selections: 0 };

function checkDocument(document: DocumentNode, limits: DocumentLimits): void {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  const known = new Map<string, Measure>();
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    checkOperation(measure(definition.selectionSet, 0), definition, limits);
  }

  function measure(nodes: SelectionSetNode, nesting: number): Measure {
    if (nesting > limits.depth + EXTRA_NESTING) throw nestedTooDeeply(nesting, limits.depth, { nodes });
    let sum = EMPTY;
    const spread = new Set<string>();
    for (const node of nodes.selections) {
      if (node.kind === Kind.FRAGMENT_SPREAD) {
        // Once per fragment, as graphql-js does it.
        if (spread.has(node.name.value)) continue;
        spread.add(node.name.value);
      }
      const below =
        node.kind === Kind.FRAGMENT_SPREAD
          ? measureFragment(node.name.value, nesting + 1)
          : node.selectionSet
            ? measure(node.selectionSet, nesting + 1)
            : EMPTY;
      const isField = node.kind === Kind.FIELD;
      const depth = below.depth + (isField ? 1 : 0);
      const isDeeper = depth > sum.depth;
      const chain = isField && isDeeper ? { field: node, below: below.deepest } : below.deepest;
      sum = {
        depth: isDeeper ? depth : sum.depth,
        deepest: isDeeper ? chain : sum.deepest,
        aliases: sum.aliases + below.aliases + (isField && node.alias ? 1 : 0),
        directives: sum.directives + below.directives + (node.directives?.length ?? 0),
        selections: sum.selections + below.selections + 1,
      };
    }
    return sum;
  }

  function measureFragment(name: string, nesting: number): Measure {
    const found = known.get(name);
    const fragment = fragments.get(name);
    if (found || !fragment) return found ?? EMPTY;
    // For a fragment that spreads itself, which the validation rejects.
    known.set(name, EMPTY);
    const below = measure(fragment.selectionSet, nesting);
    const result = { ...below, directives: below.directives + (fragment.directives?.length ?? 0) };
    known.set(name, result);
    return result;
  }
}

function checkOperation(
  { depth, deepest, aliases, directives, selections }: Measure,
  operation: OperationDefinitionNode,
  limits: DocumentLimits,
): void {
  const own = [operation, ...(operation.variableDefinitions ?? [])].flatMap((node) => node.directives ?? []).length;
  const check = (
    name: string,
    value: number,
    max: number,
    what: string,
    remedy: string,
    nodes: ASTNode = operation,
  ) => {
    if (value > max) throw exceeded(what, { name, value, max }, remedy, { nodes });
  };
  check('depth', depth, limits.depth, 'The operation is too deep', FLATTER, fieldBeyond(deepest, limits.depth));
  check(
    'aliases',
    aliases,
    limits.aliases,
    'The operation has too many aliases',
    'Send several operations, or use nodes(ids).',
  );
  check(
    'directives',
    directives + own,
    limits.directives,
    'The operation has too many directives',
    'Leave out what is not needed.',
  );
  const maxSelections = limits.tokens * SELECTIONS_PER_TOKEN;
  check('selections', selections, maxSelections, 'The fragments of the operation spread too far', SHORTER);
}

/** The first of fields within each other that is deeper than `depth`. */
function fieldBeyond(chain: Chain | undefined, depth: number): FieldNode | undefined {
  let link = chain;
  for (let level = 0; link && level < depth; level++) link = link.below;
  return link?.field;
}
