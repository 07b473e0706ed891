// Compares two versions of a schema's text: types by graphql-inspector, directives on its own.
import { CriticalityLevel, diff } from '@graphql-inspector/core';
import { buildASTSchema, type DirectiveNode, type DocumentNode, parse, print, visit } from 'graphql';

const { Breaking, Dangerous, NonBreaking: Safe } = CriticalityLevel;

/** The levels of changes by their titles, the worst one first. */
export const LEVELS = { Breaking, Dangerous, Safe };

export interface SchemaChange {
  /** What has changed, in one line. */
  readonly message: string;
  readonly level: CriticalityLevel;
}

/** What changes of directives mean to clients and to composers. All others are dangerous. */
const DIRECTIVES: Record<string, { added: CriticalityLevel; removed: CriticalityLevel }> = {
  cost: { added: Safe, removed: Dangerous },
  deprecated: { added: Safe, removed: Safe },
  inaccessible: { added: Breaking, removed: Safe },
  key: { added: Safe, removed: Breaking },
  listSize: { added: Safe, removed: Dangerous },
  oneOf: { added: Breaking, removed: Safe },
  shareable: { added: Safe, removed: Breaking },
  specifiedBy: { added: Safe, removed: Safe },
};

/** Lists what has changed between two texts, but for descriptions. Throws where a text cannot be read. */
export async function compareSchemas(before: string, after: string): Promise<SchemaChange[]> {
  const [old, current] = [parse(before), parse(after)];
  // A subgraph's text uses the directives of federation without defining them.
  const asSchema = (document: DocumentNode) => buildASTSchema(document, { assumeValidSDL: true });
  const changes = await diff(asSchema(old), asSchema(current));
  const additions = changes.filter(({ type }) => type === 'TYPE_ADDED' || type === 'FIELD_ADDED');
  const isPartOfAddition = (path: string, type: string) =>
    additions.some((added) => path.startsWith(`${added.path}.`) || (path === added.path && type !== added.type));
  return [
    ...changes
      .filter(({ type }) => !/DESCRIPTION|DEPRECATION|DIRECTIVE_USAGE/.test(type))
      .filter(({ path = '', type }) => !isPartOfAddition(path, type))
      .map(({ message, criticality }) => ({ message: message.replace(/\s+/g, ' '), level: criticality.level })),
    ...compareDirectives(directivesIn(old), directivesIn(current)),
  ];
}

/** Directives by what they stand on: a path of names, such as `Type.field.argument`. */
type Directives = Map<string, Set<string>>;

/**
 * Compares directives as sets. graphql-inspector takes repeated ones by their order and does not show their arguments: it
 * cannot say which key was removed.
 */
function compareDirectives(before: Directives, after: Directives): SchemaChange[] {
  return [...before].flatMap(([path, old]) => {
    const current = after.get(path);
    // What is added or removed as a whole is a change of its own.
    if (!current) return [];
    const removed = [...old].filter((directive) => !current.has(directive));
    const added = [...current].filter((directive) => !old.has(directive));
    return [
      ...removed.map((text) => ({ message: `${text} was removed from ${path}`, level: levelsOf(text).removed })),
      ...added.map((text) => ({ message: `${text} was added to ${path}`, level: levelsOf(text).added })),
    ];
  });
}

const levelsOf = (directive: string) =>
  DIRECTIVES[/\w+/.exec(directive)?.[0] ?? ''] ?? { added: Dangerous, removed: Dangerous };

function directivesIn(document: DocumentNode): Directives {
  const found: Directives = new Map();
  visit(document, {
    enter(node, _key, _parent, _path, ancestors) {
      if (!('directives' in node)) return;
      const names = [...ancestors, node].flatMap((part) => ('name' in part && part.name ? part.name.value : []));
      const path = names.join('.') || 'the schema';
      found.set(path, new Set([...(found.get(path) ?? []), ...(node.directives ?? []).map(printDirective)]));
    },
  });
  return found;
}

/** Prints a directive with its arguments sorted. What a `@link` imports follows from the directives in use. */
function printDirective({ name, arguments: given = [] }: DirectiveNode): string {
  const texts = given.filter((argument) => argument.name.value !== 'import').map(print);
  return `@${name.value}${texts.length > 0 ? `(${texts.sort().join(', ')})` : ''}`;
}
