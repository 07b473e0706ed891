// The folder of the example, and whether its dependencies are installed.
import { existsSync } from 'node:fs';

export const EXAMPLE = new URL('../../../examples/supergraph/', import.meta.url);
export const EXAMPLE_IS_INSTALLED = existsSync(new URL('node_modules/.package-lock.json', EXAMPLE));
