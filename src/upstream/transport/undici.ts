// The parts of undici that calls need, without its index, which also loads fetch, WebSockets, caches and mocks: 14 MB.
import { createRequire } from 'node:module';
import type { buildConnector as BuildConnector, Client } from 'undici';

export type Connector = BuildConnector.connector;

const require = createRequire(import.meta.url);
const ClientClass: typeof Client = require('undici/lib/dispatcher/client.js');

export const createClient = (origin: string, options: Client.Options): Client => new ClientClass(origin, options);
export const buildConnector: typeof BuildConnector = require('undici/lib/core/connect.js');
