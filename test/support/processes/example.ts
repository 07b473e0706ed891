// Where the example lies, and whether its dependencies are there.
import { existsSync } from 'node:fs';

export const EXAMPLE = new URL('../../../examples/supergraph/', import.meta.url);
export const EXAMPLE_IS_INSTALLED = existsSync(new URL('node_modules/.package-lock.json', EXAMPLE));
