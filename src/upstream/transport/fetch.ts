// A fetch for what is not a service of a cloud: with the same connections, and a bound for responses.
import { Agent, fetch } from 'undici';
import { createConnector } from './connector.ts';

/** Creates a fetch with connections of its own. A response of more than `maxBytes` fails. */
export function createFetch(timeoutMs: number, maxBytes: number): typeof fetch {
  const dispatcher = new Agent({ connect: createConnector(timeoutMs), allowH2: false, maxResponseSize: maxBytes });
  return (input, init) => fetch(input, { ...init, dispatcher });
}
