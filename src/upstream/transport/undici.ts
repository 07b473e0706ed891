// The parts of undici that calls need, without its index, which also loads fetch, WebSockets, caches and mocks: 14 MB.
/// <reference path="./undici-parts.d.ts" />
import type { buildConnector as BuildConnector } from 'undici';
import buildConnector from 'undici/lib/core/connect.js';
import Client from 'undici/lib/dispatcher/client.js';

export type Connector = BuildConnector.connector;

export const createClient = (origin: string, options: Client.Options): Client => new Client(origin, options);
export { buildConnector };
