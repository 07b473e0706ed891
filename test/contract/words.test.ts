// Banned words stay out of src, test, schema, docs, bench, deploy, release, examples and the pages of the root; docs/architecture.md has the glossary.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const FOLDERS = ['src', 'test', 'schema', 'docs', 'bench', 'deploy', 'release', 'examples/supergraph'];
const FILES = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md'];
const TEXTS = /\.(ts|mjs|md|graphql|json|yaml|yml|txt|py|conf)$/;
const EXCLUDED = /(^|\/)(node_modules|generated|package-lock\.json|words\.test\.ts)(\/|$)/;

/** What is banned, as the glossary has another word for it, and what to write instead. */
const BANNED: readonly (readonly [words: RegExp, instead: string])[] = [
  [/\b(he|him|his|she|her|hers)\b/i, 'the caller, the operator; its'],
  // "There is no such record" and "no longer" are plain English.
  [/(?<!\bthere) (is|are) no (?!longer\b)/i, 'is not a …, must be …'],
  [/\bcomes? again\b/i, 'retry'],
  [/\bout of order\b/i, 'circuit open, failing'],
  [/\bhangs? together\b/i, 'link to each other'],
  [/\bof no account\b/i, 'can be ignored'],
  [/\bmanners\b/i, 'behaviour, dialect'],
  [/\bwho has gone\b/i, 'has disconnected'],
  [/\ba hole\b/i, 'a vulnerability'],
  [/\bturn(s|ed|ing)? (\w+ )?away\b/i, 'reject'],
  [/\bforesaw\b/i, 'unexpected'],
  [/\bKnows no\b|\b[Kk]nows (not|nothing|neither)\b/, 'say what the file does'],
  [/\bnobody is\b/i, 'no caller is …'],
  // A TCP connection is refused.
  [/\brefus(e|es|ed|al|als|ing)\b(?!.*\bconnections?\b)/i, 'reject; an upstream denies'],
  [/\bdoors?\b/i, 'admission, edge, path'],
  [/\bproofs?\b|\bprov(e|es|ed|ing) who\b/i, 'credentials, authenticate'],
  [/\basked again\b/i, 'retry'],
  [/\banswer(s|ed|ing)?\b/i, 'response, respond with'],
  [/\basks? for\b|\b(is|are|was|were|be|been) asked\b/i, 'request, call'],
  [/\b(that|what|which) is none\b/i, 'is not a valid …'],
  [/\bwhoever\b/i, 'a caller that …'],
  [/\b(LEAST|MOST|LONGEST|MAXIMUM)_/, 'MIN_…, MAX_…'],
];

const names = FOLDERS.flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
)
  .filter((name) => TEXTS.test(name) && !EXCLUDED.test(name))
  .concat(FILES);

/** The lines of a file, empty within the section of docs/architecture.md that lists the banned words. */
function linesOf(name: string): string[] {
  let isGlossary = false;
  return readFileSync(join(root, name), 'utf8')
    .split('\n')
    .map((line) => {
      if (name === 'docs/architecture.md' && line.startsWith('#')) isGlossary = /^#+ (Words|Glossary)/.test(line);
      return isGlossary ? '' : line;
    });
}

test('the walk sees the files', () => {
  expect(names.length).toBeGreaterThan(220);
});

test.each(BANNED)('%s: write %s', (words, instead) => {
  const found = names.flatMap((name) =>
    linesOf(name).flatMap((line, index) => (words.test(line) ? [`${name}:${index + 1}: ${line.trim()}`] : [])),
  );
  expect(found, `Write: ${instead}`).toEqual([]);
});
