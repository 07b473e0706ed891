// One HTTP request on one connection, without retries and at little cost.
import type { Client } from 'undici';

/** The response, or the code of the connection's error. */
export type Outcome = { readonly status: number; readonly body: string } | { readonly failure: string };

/** Sends a request with a caller's token: a GET if it has no body. Never rejects. */
export function exchange(client: Client, path: string, body?: string, token = 'token-1'): Promise<Outcome> {
  const headers = { 'content-type': 'application/json', 'x-auth-token': token };
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let status = 0;
    const method = body === undefined ? 'GET' : 'POST';
    client.dispatch(
      { path, method, headers, body: body ?? null },
      {
        onRequestStart() {},
        onResponseStart(_controller, statusCode) {
          status = statusCode;
        },
        onResponseData(_controller, chunk) {
          chunks.push(chunk);
        },
        onResponseEnd() {
          resolve({ status, body: Buffer.concat(chunks).toString() });
        },
        onResponseError(_controller, error) {
          const { code = error.name } = error as NodeJS.ErrnoException;
          resolve({ failure: status === 0 ? code : `${code} within the response` });
        },
      },
    );
  });
}
