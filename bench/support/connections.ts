// Keep-alive connections to one server, with one request at a time on each.
import { Client } from 'undici';
import { exchange } from './exchange.ts';

const MAX_CONNECTIONS = 4_000;

/** The connections of a load generator; further ones are opened while all are busy. */
export class Connections {
  /** Connections opened so far, including those that replace a closed one. */
  opened = 0;
  readonly #origin: string;
  readonly #timeoutMs: number;
  readonly #idle: Client[] = [];
  #count = 0;

  constructor(origin: string, timeoutMs: number) {
    this.#origin = origin;
    this.#timeoutMs = timeoutMs;
  }

  /** Returns an idle connection or a new one; undefined when all are busy. */
  take(): Client | undefined {
    const idle = this.#idle.pop();
    if (idle || this.#count >= MAX_CONNECTIONS) return idle;
    this.#count++;
    const client = new Client(this.#origin, { headersTimeout: this.#timeoutMs, bodyTimeout: this.#timeoutMs });
    return client.on('connect', () => this.opened++);
  }

  release(client: Client): void {
    this.#idle.push(client);
  }

  /** Opens connections before the load starts: Node accepts one in each turn of its event loop, and turns are long under load. */
  async open(count: number): Promise<void> {
    const clients = Array.from({ length: count }, () => this.take()).filter((client) => client !== undefined);
    await Promise.all(clients.map((client) => exchange(client, '/health')));
    this.#idle.push(...clients);
  }
}
