// What is kept of documents: in a small heap, many of each kind leave room for the next ones.
import { expect, test } from 'vitest';
import { addressIn, run } from '../../support/processes/command.ts';

const repeat = (text: string, count: number) => text.repeat(count);

/** Documents that take far more memory than their texts. Shape: how many, and the document of a number. */
const KINDS: Readonly<Record<string, readonly [count: number, make: (n: number) => string]>> = {
  'valid ones with many selections': [
    40,
    (n) => `{ images(first: 1) { nodes { a${n}: name ${repeat('...on Image{name}', 200)} } } }`,
  ],
  'short ones with many errors each': [100, (n) => `{ a${n}: node(id: "x") { ${repeat('z ', 100)} } }`],
  'long ones with many errors each': [30, (n) => `{ a${n}: node(id: "x") { ${repeat('z ', 1_900)} } }`],
  'long ones with a syntax error': [30, (n) => `{ a${n}: node(id: "x") { ${repeat('id ', 1_900)} ! } }`],
};

test('a server with a small heap goes on to serve after many documents of each kind', { timeout: 60_000 }, async () => {
  const server = run({ PORT: '0', IMAGE_GRAPH_SANDBOX: 'true', NODE_OPTIONS: '--max-old-space-size=64' });
  const url = addressIn(await server.says('open http'));
  const send = async (query: string) => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query }) });
    await response.arrayBuffer();
    return response.status;
  };
  for (const [title, [count, make]] of Object.entries(KINDS)) {
    for (let n = 0; n < count; n++) expect([title, n, await send(make(n))]).toEqual([title, n, 200]);
  }
});
