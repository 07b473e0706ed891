// The Mermaid figure of src in docs/ has an arrow for each import between folders, and no other.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { importsOf, readSource } from './support/imports.ts';

const root = join(import.meta.dirname, '..');

/** Folders of src with an inner figure: their folders and files are nodes, too. */
const OPEN = ['src/server', 'src/upstream'];

/** The first two, or in an open folder three, segments of a path: `src/graph`, `src/server/limits`, `src/schema.ts`. */
const nodeOf = (path: string, depth: number) => path.split('/').slice(0, depth).join('/');

/** All imports between nodes, of src alone, as `from --> to`. */
function readArrows(): Set<string> {
  const arrows = new Set<string>();
  for (const found of importsOf(readSource('src')).filter(({ to }) => !to.startsWith('../'))) {
    const [from, to] = [`src/${found.from}`, `src/${found.to}`];
    const depth = nodeOf(from, 2) === nodeOf(to, 2) && OPEN.includes(nodeOf(from, 2)) ? 3 : 2;
    if (nodeOf(from, depth) !== nodeOf(to, depth)) arrows.add(`${nodeOf(from, depth)} --> ${nodeOf(to, depth)}`);
  }
  return arrows;
}

/** Prints the figure: a line for each node that imports others, those of an open folder in a subgraph. */
function printFigure(arrows: ReadonlySet<string>): string {
  const targets = Map.groupBy([...arrows].sort(), (arrow) => arrow.split(' --> ')[0] ?? '');
  const print = (indent: string, isIncluded: (node: string) => boolean) =>
    [...targets]
      .filter(([node]) => isIncluded(node))
      .map(([node, found]) => `${indent}${node} --> ${found.map((arrow) => arrow.split(' --> ')[1]).join(' & ')}`);
  const outer = print('  ', (node) => node.split('/').length === 2);
  const inner = OPEN.flatMap((folder) => [
    `  subgraph ${folder}`,
    ...print('    ', (node) => node.startsWith(`${folder}/`)),
    '  end',
  ]);
  return ['graph LR', ...outer, ...inner, ''].join('\n');
}

/** Reads the arrows of a figure; `a --> b & c` is two. */
function parseFigure(figure: string): Set<string> {
  const lines = [...figure.matchAll(/^ *(\S+) --> (.+)$/gm)];
  return new Set(lines.flatMap(([, from, to = '']) => to.split(' & ').map((target) => `${from} --> ${target}`)));
}

test('the figure in docs/ has exactly the imports between the folders of src', () => {
  const pages = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
  const figures = pages.flatMap((name) => [
    ...readFileSync(join(root, 'docs', name), 'utf8').matchAll(/```mermaid\n(graph LR\n.*?)```/gs),
  ]);
  expect(figures.length).toBeLessThanOrEqual(1);
  const drawn = parseFigure(figures[0]?.[1] ?? '');
  const real = readArrows();
  const faults = [
    ...[...real].filter((arrow) => !drawn.has(arrow)).map((arrow) => `missing: ${arrow}`),
    ...[...drawn].filter((arrow) => !real.has(arrow)).map((arrow) => `superfluous: ${arrow}`),
  ];
  expect(faults, `The figure must be:\n\n${printFigure(real)}`).toEqual([]);
});

test('a printed figure has the arrows that it was printed from', () => {
  const arrows = readArrows();
  expect(arrows.size).toBeGreaterThan(30);
  expect(parseFigure(printFigure(arrows))).toEqual(arrows);
});
