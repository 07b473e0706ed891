// The connections to one service. undici's Pool looks at each of them for every call; here the one that was free last is taken.
import type { Client } from 'undici';
import { MAX_HEADER_BYTES } from '../auth/credentials.ts';
import { createConnector } from './connector.ts';
import { createClient } from './undici.ts';

/** Opens connections as they are needed: as many as there are exchanges at once. */
export class Connections {
  readonly #create: () => Client;
  readonly #all = new Set<Client>();
  readonly #free: Client[] = [];
  #isClosed = false;

  constructor(origin: string, timeoutMs: number) {
    const options: Client.Options = {
      connect: createConnector(timeoutMs),
      // IAM sends its token in a header.
      maxHeaderSize: MAX_HEADER_BYTES,
      // Over HTTP/2 all calls would wait for one handshake, and calls that were aborted meanwhile open connections later.
      allowH2: false,
    };
    this.#create = () => createClient(origin, options);
  }

  /** Takes a connection for one exchange. Each needs one `free` or `drop`. */
  take(): Client {
    const free = this.#free.pop();
    if (free) return free;
    const client = this.#create();
    // Its exchange fails at once.
    if (this.#isClosed) void client.destroy();
    else this.#all.add(client);
    return client;
  }

  /** Gives a connection back after a complete response. What is sent on it next waits until it is sure not to be closed. */
  free(client: Client): void {
    this.#free.push(client);
  }

  /** Closes a connection whose exchange has failed. */
  drop(client: Client): void {
    this.#all.delete(client);
    void client.destroy();
  }

  /** Closes all connections; exchanges fail. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#free.length = 0;
    await Promise.all([...this.#all].map((client) => client.destroy()));
  }
}
