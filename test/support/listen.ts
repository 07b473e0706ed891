// Starts and closes servers of the tests on free ports of 127.0.0.1.
import type { Server } from 'node:http';
import { type AddressInfo, createServer, type Server as SocketServer } from 'node:net';

/** Starts to listen. Shape: the origin. */
export async function listen(server: SocketServer): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Closes it with every connection, idle or not. */
export function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** Takes a port of 127.0.0.1 for as long as this process runs. Shape: its number. */
export const takenPort = async () => Number(new URL(await listen(createServer().unref())).port);
