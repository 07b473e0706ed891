// Reads the committed files that tests compare: generated ones and docs.
import { readFileSync } from 'node:fs';

export const readArtifact = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
