// Requests between the primary process and its workers, each with a reply.
import cluster, { type Worker } from 'node:cluster';
import { randomUUID } from 'node:crypto';

/** Milliseconds in which a process must reply: one that hangs must not keep the others from it. */
const REPLY_MS = 1_000;

interface Message {
  /** What is requested; a reply has `reply` in its place. */
  readonly request?: string;
  readonly id: string;
  /** What the request is about. */
  readonly data?: unknown;
  readonly reply?: unknown;
}

/** `sent` gets the error of a message that cannot be sent: without it that is an uncaught exception of this process. */
type Channel = Pick<Worker | NodeJS.Process, 'on'> & {
  send?(message: Message, sent: (error: Error | null) => void): unknown;
};

/** Who waits for which reply, by the channel that it comes from: one listener each, however many wait. */
const waiting = new WeakMap<Channel, Map<string, (reply: unknown) => void>>();

function waitersFor(channel: Channel): Map<string, (reply: unknown) => void> {
  const known = waiting.get(channel);
  if (known) return known;
  const waiters = new Map<string, (reply: unknown) => void>();
  waiting.set(channel, waiters);
  channel.on('message', (message: unknown) => {
    if (isMessage(message) && message.request === undefined) waiters.get(message.id)?.(message.reply);
  });
  return waiters;
}

const isMessage = (message: unknown): message is Message =>
  typeof message === 'object' && message !== null && 'id' in message;

/** Requests something of the process at the other end. Shape: undefined where it does not reply in time, or has ended. */
export function requestOf<Reply>(
  channel: Channel,
  request: string,
  timeoutMs = REPLY_MS,
  data?: unknown,
): Promise<Reply | undefined> {
  const id = randomUUID();
  const waiters = waitersFor(channel);
  return new Promise((resolve) => {
    const end = (reply?: unknown) => {
      clearTimeout(timer);
      waiters.delete(id);
      resolve(reply as Reply | undefined);
    };
    const timer = setTimeout(end, timeoutMs);
    waiters.set(id, end);
    channel.send?.({ request, id, data }, (error) => error && end());
  });
}

/** Replies to each such request of the process at the other end. */
export function replyTo(channel: Channel, request: string, reply: (data: unknown) => Promise<unknown>): void {
  channel.on('message', (message: unknown) => {
    if (!isMessage(message) || message.request !== request) return;
    void reply(message.data).then(
      (value) => channel.send?.({ id: message.id, reply: value }, () => {}),
      () => {},
    );
  });
}

/** The workers that run. */
export const runningWorkers = (): Worker[] =>
  Object.values(cluster.workers ?? {}).filter((worker) => worker?.isConnected() === true) as Worker[];
