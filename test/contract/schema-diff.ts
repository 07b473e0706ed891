// `npm run schema:diff`: compares the schema in the working folder with that at the merge base with the main branch, or
// `--base REF`. Fails on breaking changes that schema/breaking-changes.json does not list with a reason.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { compareSchemas, LEVELS, type SchemaChange } from './schema-changes.ts';

const TEXTS = ['schema/api.graphql', 'schema/subgraph.graphql'];
const LISTED = 'schema/breaking-changes.json';
const MAIN_BRANCHES = ['origin/main', 'main'];

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

function readBase(): string | undefined {
  try {
    return parseArgs({ options: { base: { type: 'string' } } }).values.base;
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

const givenBase = readBase();
const reasons = readReasons();
if (givenBase !== undefined && !isCommit(givenBase)) fail(`there is no ${givenBase} here.`);
const base = givenBase ?? MAIN_BRANCHES.find(isCommit);
if (base === undefined) pass(`there is neither ${MAIN_BRANCHES.join(' nor ')} here: nothing to compare with.`);
const commit = git('merge-base', base, 'HEAD')?.trim();
if (!commit) pass(`${base} and HEAD have no merge base here: nothing to compare with.`);

const since = `${commit.slice(0, 12)}, the merge base with ${base}`;
// `./` counts from the working folder and not from the top of the repository.
const texts = TEXTS.map((text) => ({ text, older: git('show', `${commit}:./${text}`) }));
const added = texts.filter(({ older }) => older === undefined).map(({ text }) => text);
if (added.length > 0) console.info(`schema:diff: not there in ${since}: ${added.join(', ')}`);
if (added.length === texts.length) process.exit(0);

console.info(`Since ${since}:`);
const compared = texts.map(({ text, older }) => (older === undefined ? [] : changesIn(text, older)));
const changes = (await Promise.all(compared)).flat();
for (const [title, level] of Object.entries(LEVELS)) {
  const found = Map.groupBy(
    changes.filter((change) => change.level === level),
    ({ message }) => message,
  );
  console.info(`\n${title}: ${found.size}`);
  for (const [message, occurrences] of found) {
    console.info(`- ${message}\n    in ${occurrences.map(({ text }) => text).join(' and ')}`);
    if (level === LEVELS.Breaking && reasons.has(message)) console.info(`    listed: ${reasons.get(message)}`);
  }
}

const isUnlisted = ({ message, level }: SchemaChange) => level === LEVELS.Breaking && !reasons.has(message);
const unlisted = new Set(changes.filter(isUnlisted).map(({ message }) => message));
if (unlisted.size > 0) fail(`breaking changes without a reason in ${LISTED}: ${unlisted.size}`);
