// The folder of the client suites, and whether their dependencies are installed.
import { existsSync } from 'node:fs';

export const CLIENTS = new URL('../../clients/', import.meta.url);
export const CLIENTS_ARE_INSTALLED = existsSync(new URL('node_modules/.package-lock.json', CLIENTS));
