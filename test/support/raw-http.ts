// Sends bytes over a connection of their own, as no client library would, and returns what comes back.
import { once } from 'node:events';
import { connect } from 'node:net';

/**
 * Sends bytes to a server of this machine; resolves with all that it sends before it ends the connection, a byte a character.
 * After `patienceMs` of silence this side ends the connection: for bytes that may not be a whole request.
 */
export async function sendBytes(origin: string, bytes: Uint8Array, patienceMs = 0): Promise<string> {
  const socket = connect(Number(new URL(origin).port), '127.0.0.1');
  const closed = once(socket, 'close').catch(() => {});
  let received = '';
  socket.setEncoding('latin1').on('data', (text: string) => (received += text));
  socket.setTimeout(patienceMs, () => socket.end());
  socket.write(bytes);
  await closed;
  return received;
}

/** The bytes of a request: its head as it is written, a byte a character, and a body of JSON. */
export function requestBytes(startLine: string, headers: readonly string[], body = ''): Uint8Array {
  const standard = ['Host: 127.0.0.1', 'Connection: close', 'Content-Type: application/json'];
  const head = [startLine, ...standard, `Content-Length: ${Buffer.byteLength(body)}`, ...headers, '', ''].join('\r\n');
  return Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(body)]);
}
