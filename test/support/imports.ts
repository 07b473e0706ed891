// Reads the TypeScript files of a folder of the repository, and which file imports which.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

export interface SourceFile {
  /** The path within the folder. */
  readonly name: string;
  readonly lines: readonly string[];
}

export interface Import {
  /** Paths within the folder; `to` begins with `../` where it is outside. */
  readonly from: string;
  readonly to: string;
  readonly line: number;
}

/** The TypeScript files of a folder, without generated ones. */
export const readSource = (folder: string): SourceFile[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.includes('generated'))
    .map((name) => ({ name, lines: readFileSync(join(ROOT, folder, name), 'utf8').split('\n') }));

/** The imports by a relative path, those of types included. */
export const importsOf = (files: readonly SourceFile[]): Import[] =>
  files.flatMap(({ name, lines }) =>
    lines.flatMap((text, index) => {
      const target = /(?:from|import) ?\(?'(\.[^']+)'/.exec(text)?.[1];
      return target ? [{ from: name, to: posix.join(dirname(name), target), line: index + 1 }] : [];
    }),
  );
