// What the server calls itself in its own requests.
import manifest from '../../package.json' with { type: 'json' };

export const VERSION = manifest.version;

/** The `User-Agent` of every outgoing request, as firewalls reject requests without one: docs/upstream/gateway.md#user-agent. */
export const USER_AGENT = `image-graph/${VERSION}`;
