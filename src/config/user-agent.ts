// What the server calls itself in its own requests.
import { createRequire } from 'node:module';

export const { version: VERSION }: { version: string } = createRequire(import.meta.url)('../../package.json');

/** The `User-Agent` of every outgoing request, as firewalls reject requests without one: docs/upstream/gateway.md#user-agent. */
export const USER_AGENT = `image-graph/${VERSION}`;
