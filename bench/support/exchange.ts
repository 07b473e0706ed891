// One HTTP exchange over one connection, without retries, at little cost.
import type { Client } from 'undici';

/** A response, or the code of the error instead. */
export type Outcome = { readonly status: number; readonly body: string } | { readonly failure: string };

const HEADERS = { 'content-type': 'application/json', 'x-auth-token': 'token-1' };

/** Sends a request, a GET where there is no body. Never rejects. */
export function exchange(client: Client, path: string, body?: string): Promise<Outcome> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let status = 0;
    const method = body === undefined ? 'GET' : 'POST';
    client.dispatch(
      { path, method, headers: HEADERS, body: body ?? null },
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
          resolve({ failure: status === 0 ? code : `${code} within the answer` });
        },
      },
    );
  });
}
