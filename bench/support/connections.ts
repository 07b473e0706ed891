// Kept-alive connections to one server, one request at a time on each.
import { Client } from 'undici';
import { exchange } from './exchange.ts';

const MAXIMUM = 4_000;

/** The connections of a generator; more are opened when all are busy. */
export class Connections {
  /** Connections opened so far, those that replace one that was closed included. */
  opened = 0;
  readonly #origin: string;
  readonly #timeoutMs: number;
  readonly #idle: Client[] = [];
  #count = 0;

  constructor(origin: string, timeoutMs: number) {
    this.#origin = origin;
    this.#timeoutMs = timeoutMs;
  }

  /** An idle connection, or a new one; undefined when the maximum is in use. */
  take(): Client | undefined {
    const idle = this.#idle.pop();
    if (idle || this.#count >= MAXIMUM) return idle;
    this.#count++;
    const made = new Client(this.#origin, { headersTimeout: this.#timeoutMs, bodyTimeout: this.#timeoutMs });
    return made.on('connect', () => this.opened++);
  }

  giveBack(client: Client): void {
    this.#idle.push(client);
  }

  /** Has so many of them open: Node takes one new connection each time its event loop comes round, which is seldom under load. */
  async open(count: number): Promise<void> {
    const clients = Array.from({ length: count }, () => this.take()).filter((client) => client !== undefined);
    await Promise.all(clients.map((client) => exchange(client, '/health')));
    this.#idle.push(...clients);
  }
}
