// `npm run schema:diff`: compares the schema in the working folder with that at the merge base with the main branch, or
// `--base REF`, or with that of the last release (`--released`). Fails on breaking changes that schema/breaking-changes.json does not list
// with a reason. `--markdown` prints the changes for CHANGELOG.md.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { compareSchemas, LEVELS, type SchemaChange } from './schema-changes.ts';

const SUBGRAPH = 'schema/subgraph.graphql';
const TEXTS = ['schema/api.graphql', SUBGRAPH];
const LISTED = 'schema/breaking-changes.json';
const MAIN_BRANCHES = ['origin/main', 'main'];
/** The texts of the last release. They are files, as a clone of CI may have neither its tag nor its commit. */
const RELEASED = 'release/released';

function fail(message: string): never {
  console.error(`schema:diff: ${message}`);
  process.exit(1);
}

function pass(message: string): never {
  console.info(`schema:diff: ${message}`);
  process.exit(0);
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ');

/** The output of git in the working folder; undefined where it fails or is not installed. */
function git(...args: string[]): string | undefined {
  const { status, stdout } = spawnSync('git', args, { encoding: 'utf8' });
  return status === 0 ? stdout : undefined;
}

const isCommit = (reference: string) => git('rev-parse', '--verify', '--quiet', `${reference}^{commit}`) !== undefined;

function readOptions() {
  try {
    const options = { base: { type: 'string' }, released: { type: 'boolean' }, markdown: { type: 'boolean' } } as const;
    return parseArgs({ options }).values;
  } catch (error) {
    return fail(messageOf(error));
  }
}

/** Reads the reasons of the breaking changes that are listed. */
function readReasons(): Map<string, string> {
  const text = z.string('must be a text').trim().min(1, 'must not be empty');
  const entries = z.array(z.strictObject({ change: text, reason: text }), 'must be an array');
  try {
    const listed = existsSync(LISTED) ? entries.parse(JSON.parse(readFileSync(LISTED, 'utf8'))) : [];
    return new Map(listed.map(({ change, reason }) => [change, reason]));
  } catch (error) {
    const [issue] = error instanceof z.ZodError ? error.issues : [];
    return fail([LISTED, ...(issue ? [...issue.path, issue.message] : [messageOf(error)])].join(': '));
  }
}

/** Compares a text with an older one of it. */
async function changesIn(text: string, older: string): Promise<(SchemaChange & { text: string })[]> {
  try {
    return (await compareSchemas(older, readFileSync(text, 'utf8'))).map((change) => ({ ...change, text }));
  } catch (error) {
    return fail(`${text}: ${messageOf(error)}`);
  }
}

interface OlderTexts {
  /** What they are those of, in words. */
  readonly since: string;
  /** Undefined for a text that was not there. */
  readonly texts: readonly { readonly text: string; readonly older: string | undefined }[];
}

function readReleased(): OlderTexts {
  try {
    const read = (text: string) => readFileSync(`${RELEASED}/${basename(text)}`, 'utf8');
    return { since: 'the last release', texts: TEXTS.map((text) => ({ text, older: read(text) })) };
  } catch (error) {
    return fail(messageOf(error));
  }
}

function readCommitted(givenBase: string | undefined): OlderTexts {
  if (givenBase !== undefined && !isCommit(givenBase)) fail(`there is no ${givenBase} here.`);
  const base = givenBase ?? MAIN_BRANCHES.find(isCommit);
  if (base === undefined) pass(`there is neither ${MAIN_BRANCHES.join(' nor ')} here: nothing to compare with.`);
  const commit = git('merge-base', base, 'HEAD')?.trim();
  if (!commit) pass(`${base} and HEAD have no merge base here: nothing to compare with.`);
  return {
    since: `${commit.slice(0, 12)}, the merge base with ${base}`,
    // `./` counts from the working folder and not from the top of the repository.
    texts: TEXTS.map((text) => ({ text, older: git('show', `${commit}:./${text}`) })),
  };
}

type Found = ReadonlyMap<string, readonly (SchemaChange & { text: string })[]>;

function printForTerminal(title: string, found: Found, level: SchemaChange['level']): string {
  const lines = [...found].flatMap(([message, occurrences]) => [
    `- ${message}`,
    `    in ${occurrences.map(({ text }) => text).join(' and ')}`,
    ...(level === LEVELS.Breaking && reasons.has(message) ? [`    listed: ${reasons.get(message)}`] : []),
  ]);
  return [`${title}: ${found.size}`, ...lines].join('\n');
}

function printAsMarkdown(title: string, found: Found, level: SchemaChange['level']): string {
  const lines = [...found].map(([message, occurrences]) => {
    const isOfSubgraph = occurrences.every(({ text }) => text === SUBGRAPH);
    const reason = level === LEVELS.Breaking ? reasons.get(message) : undefined;
    return `- ${message}${isOfSubgraph ? ' (in the subgraph)' : ''}${reason ? `: ${reason}` : ''}`;
  });
  return lines.length > 0 ? [`#### ${title}`, '', ...lines].join('\n') : '';
}

const { base: givenBase, released, markdown } = readOptions();
const reasons = readReasons();
const { since, texts } = released ? readReleased() : readCommitted(givenBase);
const added = texts.filter(({ older }) => older === undefined).map(({ text }) => text);
if (added.length > 0) console.info(`schema:diff: not there in ${since}: ${added.join(', ')}`);
if (added.length === texts.length) process.exit(0);

const compared = texts.map(({ text, older }) => (older === undefined ? [] : changesIn(text, older)));
const changes = (await Promise.all(compared)).flat();
const parts = Object.entries(LEVELS).map(([title, level]) => {
  const ofLevel = changes.filter((change) => change.level === level);
  const found = Map.groupBy(ofLevel, ({ message }) => message);
  return (markdown ? printAsMarkdown : printForTerminal)(title, found, level);
});
const printed = parts.filter((part) => part !== '');
if (!markdown) console.info([`Since ${since}:`, ...printed].join('\n\n'));
else if (printed.length > 0) console.info(printed.join('\n\n'));

const isUnlisted = ({ message, level }: SchemaChange) => level === LEVELS.Breaking && !reasons.has(message);
const unlisted = new Set(changes.filter(isUnlisted).map(({ message }) => message));
if (unlisted.size > 0) fail(`breaking changes without a reason in ${LISTED}: ${unlisted.size}`);
