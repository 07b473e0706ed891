// Workers on one port: they are replaced when they end, and end with the process that started them.
import { expect, test, vi } from 'vitest';
import { takenPort } from '../../support/listen.ts';
import { type Command, run } from '../../support/processes/command.ts';
import { keptConnections, QUERY, RESPONSE, send, startServer } from './server-process.ts';

/** Milliseconds that a test may take in which processes are started one after the other. */
const STARTS = 30_000;

/** The ids of the workers that have reported that they are ready. */
const workersIn = (output: string) => [...output.matchAll(/Worker (\d+) is ready/g)].map(([, id]) => Number(id));

const isAlive = (id: number) => {
  try {
    return process.kill(id, 0);
  } catch {
    return false;
  }
};

/** Waits until so many workers have reported that they are ready. */
async function workersOf(server: Command, count: number): Promise<number[]> {
  const ids = async () => workersIn(await server.says('Worker'));
  await vi.waitFor(async () => expect(await ids()).toHaveLength(count), 20_000);
  return ids();
}

test('two workers serve one port; one that is killed is replaced, and all end with the first process', {
  timeout: STARTS,
}, async () => {
  const { server, url } = await startServer({ IMAGE_GRAPH_WORKERS: '2' }, false);
  const [first = 0, second = 0] = await workersOf(server, 2);
  expect((await send(url, keptConnections(), QUERY)).body).toEqual(RESPONSE);
  process.kill(first, 'SIGKILL');
  const [, , third = 0] = await workersOf(server, 3);
  expect(await server.says('is replaced')).toContain(`Worker ${first} has ended (SIGKILL) and is replaced."}\n`);
  for (let n = 0; n < 4; n++) expect((await send(url, keptConnections(), QUERY)).body).toEqual(RESPONSE);
  server.child.kill('SIGTERM');
  expect((await server.ends()).code).toBe(0);
  expect([first, second, third].map(isAlive)).toEqual([false, false, false]);
});

test('a worker that gets SIGTERM serves its requests, and is replaced', { timeout: STARTS }, async () => {
  const { server, url, upstream, release } = await startServer({
    IMAGE_GRAPH_WORKERS: '2',
    IMAGE_GRAPH_SHARE_CALLS: 'false',
  });
  const workers = await workersOf(server, 2);
  const responses = Array.from({ length: 6 }, () => send(url, keptConnections(), QUERY));
  await vi.waitFor(() => expect(upstream.calls).toHaveLength(6), 4000);
  process.kill(workers[0] as number, 'SIGTERM');
  release();
  for (const response of responses) expect((await response).body).toEqual(RESPONSE);
  await workersOf(server, 3);
  expect(await server.says('is replaced')).toContain(`Worker ${workers[0]} is ending and is replaced.`);
});

test('a worker that has two reasons to end is replaced once', { timeout: STARTS }, async () => {
  const fault = 'process.on("SIGUSR2",()=>{throw new Error("boom")})';
  const { server } = await startServer({
    IMAGE_GRAPH_WORKERS: '2',
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(fault)}`,
  });
  const [first = 0] = await workersOf(server, 2);
  process.kill(first, 'SIGUSR2');
  await server.says('boom');
  process.kill(first, 'SIGTERM');
  await workersOf(server, 3);
  await vi.waitFor(() => expect(isAlive(first)).toBe(false), 5000);
  const output = await server.says('is replaced');
  expect(output.match(/is replaced/g)).toHaveLength(1);
});

test('workers do not outlive the process that started them', { timeout: STARTS }, async () => {
  const { server } = await startServer({ IMAGE_GRAPH_WORKERS: '2' });
  const workers = await workersOf(server, 2);
  server.child.kill('SIGKILL');
  await vi.waitFor(() => expect(workers.map(isAlive)).toEqual([false, false]), 5000);
});

test('with workers too a taken port is reported in one line', async () => {
  const port = await takenPort();
  const { code, output } = await run({ PORT: String(port), IMAGE_GRAPH_WORKERS: '2' }).ends();
  expect([code, output]).toEqual([1, `Port ${port} is taken: choose another one.\n`]);
});
