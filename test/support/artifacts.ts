// The files that are generated and committed.
import { readFileSync } from 'node:fs';

export const readArtifact = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
