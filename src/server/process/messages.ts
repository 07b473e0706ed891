// Requests between the primary process and its workers, each with a reply.
import cluster, { type Worker } from 'node:cluster';
import { randomUUID } from 'node:crypto';

/** Milliseconds in which a process must reply: one that hangs must not keep the others from it. */
const REPLY_MS = 1_000;

interface Message {
  /** What is requested; a reply has `reply` in its place. */
  readonly request?: string;
  readonly id: string;
  readonly reply?: unknown;
}

type Channel = Pick<Worker | NodeJS.Process, 'on' | 'off'> & { send?(message: Message): unknown };

const isMessage = (message: unknown): message is Message =>
  typeof message === 'object' && message !== null && 'id' in message;

/** Requests something of the process at the other end. Shape: undefined where it does not reply in time. */
export function requestOf<Reply>(channel: Channel, request: string, timeoutMs = REPLY_MS): Promise<Reply | undefined> {
  const id = randomUUID();
  return new Promise((resolve) => {
    const end = (reply: Reply | undefined) => {
      clearTimeout(timer);
      channel.off('message', onMessage);
      resolve(reply);
    };
    const onMessage = (message: unknown) => {
      if (isMessage(message) && message.id === id && message.request === undefined) end(message.reply as Reply);
    };
    const timer = setTimeout(() => end(undefined), timeoutMs);
    channel.on('message', onMessage);
    try {
      channel.send?.({ request, id });
    } catch {
      // It has ended.
      end(undefined);
    }
  });
}

/** Replies to each such request of the process at the other end. */
export function replyTo(channel: Channel, request: string, reply: () => Promise<unknown>): void {
  channel.on('message', (message: unknown) => {
    if (!isMessage(message) || message.request !== request) return;
    void reply().then(
      (value) => channel.send?.({ id: message.id, reply: value }),
      () => {},
    );
  });
}

/** The workers that run. */
export const runningWorkers = (): Worker[] =>
  Object.values(cluster.workers ?? {}).filter((worker) => worker?.isConnected() === true) as Worker[];
