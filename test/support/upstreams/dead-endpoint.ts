// An address at which no server listens, and none can start to.
import { createServer } from 'node:net';
import { listen } from '../listen.ts';

/** Makes one: its port is taken on another address of loopback, so that no other test gets it. */
export async function deadEndpoint(): Promise<string> {
  return (await listen(createServer().unref())).replace('127.0.0.1', '127.0.0.2');
}
