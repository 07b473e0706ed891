// Clients that send queries all the time, each over a connection that it keeps, and compare each response with the data of the cloud.
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'undici';
import { imageId } from '../resources/image/kind.ts';
import { nameOf } from './cloud.ts';

/** What became of the requests from one event to the next. */
export interface Counts {
  readonly event: string;
  correct: number;
  /** Requests without a response of a replica: nginx has none, or the connection has ended. */
  readonly lost: string[];
  /** Responses with an error or other data. */
  readonly wrong: string[];
  /** Those in flight at a SIGKILL. */
  killed: number;
  /** Those that nginx has sent to both replicas. */
  retried: number;
}

/** What nginx responds with where no replica has. */
const OF_NGINX = [502, 504];

export class Flow {
  readonly phases: Counts[] = [];
  readonly #retried: () => number;
  readonly #loops: Promise<void>[];
  #keys: readonly string[];
  #isOver = false;
  #sent = 0;
  /** The keys that each request in flight has been sent with. */
  readonly #inFlight = new Set<{ readonly keys: readonly string[] }>();
  #retriedBefore = 0;

  /** Begins to send: each client one request after the other, with all keys in turn. */
  constructor(origin: string, clients: number, keys: readonly string[], retried: () => number) {
    this.#keys = keys;
    this.#retried = retried;
    this.begin('start');
    this.#loops = Array.from({ length: clients }, () => this.#send(origin));
  }

  get #now(): Counts {
    const phase = this.phases.at(-1);
    if (!phase) throw new Error('no phase has begun');
    return phase;
  }

  /** Requests that have no response yet. */
  get inFlight(): number {
    return this.#inFlight.size;
  }

  /** From now on requests count for this event. */
  begin(event: string): Counts {
    this.#countRetried();
    this.phases.push({ event, correct: 0, lost: [], wrong: [], killed: 0, retried: 0 });
    return this.#now;
  }

  /** Waits until so many further requests have ended. */
  async goOn(requests = 200): Promise<void> {
    const until = this.#sent + requests;
    while (this.#sent - this.inFlight < until) await sleep(5);
  }

  /** From now on requests have these keys. Resolves once none with another is in flight. */
  async useKeys(keys: readonly string[]): Promise<void> {
    this.#keys = keys;
    while ([...this.#inFlight].some((request) => request.keys !== keys)) await sleep(5);
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#loops);
    this.#countRetried();
  }

  #countRetried(): void {
    const all = this.#retried();
    const phase = this.phases.at(-1);
    if (phase) phase.retried = all - this.#retriedBefore;
    this.#retriedBefore = all;
  }

  async #send(origin: string): Promise<void> {
    let client = new Client(origin);
    while (!this.#isOver) {
      const number = this.#sent++;
      const keys = this.#keys;
      const request = { keys };
      this.#inFlight.add(request);
      const id = imageId(number);
      try {
        const { statusCode, body } = await client.request({
          method: 'POST',
          path: '/graphql',
          headers: {
            'content-type': 'application/json',
            authorization: `Bearer ${keys[number % keys.length]}`,
            'x-client': 'flow',
          },
          body: JSON.stringify({ query: `{ image(imageId: "${id}") { name } }` }),
        });
        const text = await body.text();
        if (statusCode === 200 && text === JSON.stringify({ data: { image: { name: nameOf(id) } } }))
          this.#now.correct++;
        else if (OF_NGINX.includes(statusCode)) this.#now.lost.push(`${statusCode} of nginx`);
        else this.#now.wrong.push(`${statusCode} ${text.slice(0, 300)}`);
      } catch (error) {
        this.#now.lost.push(String(error));
        await client.destroy();
        client = new Client(origin);
      }
      this.#inFlight.delete(request);
    }
    await client.close();
  }
}

/** The counts as a table. */
export const tableOf = (phases: readonly Counts[]) =>
  phases.map(({ event, correct, lost, wrong, killed, retried }) => ({
    event,
    sent: correct + lost.length + wrong.length,
    correct,
    'retried by nginx': retried,
    lost: lost.length,
    'in flight at a SIGKILL': killed,
    wrong: wrong.length,
  }));
