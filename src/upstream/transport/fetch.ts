// Fetches JSON from what is not a service of a cloud: with the same connections, and bounds of bytes and of time for the whole response.
import { Agent, fetch } from 'undici';
import { USER_AGENT } from '../../config/user-agent.ts';
import { GrowingBuffer } from '../growing-buffer.ts';
import { createConnector } from './connector.ts';

/** The statuses of a whole response: 203 is that of one which a proxy has changed (RFC 9110, 15.3.4). */
const WHOLE: ReadonlySet<number> = new Set([200, 203]);

/**
 * Creates a function that fetches the JSON at a URL, on connections of its own. `maxBytes` bounds what is sent, and what it becomes
 * once it is decompressed. Errors: the function rejects for any other response, a redirect included, and after `timeoutMs`.
 */
export function createJsonFetch(timeoutMs: number, maxBytes: number): (url: string) => Promise<unknown> {
  const dispatcher = new Agent({ connect: createConnector(timeoutMs), allowH2: false, maxResponseSize: maxBytes });
  const headers = { accept: 'application/json, application/jwk-set+json', 'user-agent': USER_AGENT };
  return async (url) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const { status, body } = await fetch(url, { dispatcher, headers, redirect: 'manual', signal });
    if (!WHOLE.has(status)) {
      await body?.cancel();
      throw new Error(`unexpected HTTP status ${status}`);
    }
    const bytes = new GrowingBuffer();
    for await (const { buffer, byteOffset, byteLength } of (body ?? []) as AsyncIterable<Uint8Array>) {
      bytes.append(Buffer.from(buffer, byteOffset, byteLength));
      if (bytes.size > maxBytes) throw new RangeError('the response is too large');
    }
    return JSON.parse(new TextDecoder().decode(bytes.take()));
  };
}
