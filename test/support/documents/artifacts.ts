// Reads the committed files that tests compare: what is generated, and what the docs say.
import { readFileSync } from 'node:fs';

export const readArtifact = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
