// Responses that would fill the memory: each is read up to a bound, and all together up to another one.
import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { imageId, imageRow } from '../../resources/image/kind.ts';
import { codesOf, startApp } from '../../support/app.ts';
import type { Script } from '../../support/upstreams/upstream.ts';

/** A busy machine reads a hundred megabytes in more than the usual second. */
const PATIENT = { timeout: 15_000 };
const MEBIBYTE = 'x'.repeat(1024 * 1024);
const images = (count: number) =>
  `{ ${Array.from({ length: count }, (_, n) => `i${n}: image(imageId: "${imageId(n)}") { imageId }`).join(' ')} }`;

/** Responds with a hundred megabytes; `sent` holds how many of them were sent before each connection was aborted. */
function flood() {
  const sent: number[] = [];
  const script: Script = (_call, response) => {
    let count = 0;
    response.on('close', () => sent.push(count));
    response.writeHead(200, { 'content-type': 'application/json' });
    const pour = () => {
      while (count < 100) {
        count++;
        if (!response.write(MEBIBYTE)) return void response.once('drain', pour);
      }
      response.end();
    };
    pour();
    return undefined;
  };
  return { script, sent };
}

test('a response of a hundred megabytes is aborted long before its end', async () => {
  const { script, sent } = flood();
  const app = await startApp({ upstream: script });
  const { errors } = await app.ask(images(1));
  expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_BAD_RESPONSE', service: 'ims' } }]);
  await expect.poll(() => sent, PATIENT).toHaveLength(1);
  expect(sent[0]).toBeLessThan(60);
});

test('large responses that do not fit into memory together are aborted; small ones are read beside them, and later ones as before', {
  timeout: 40_000,
}, async () => {
  const small = imageId(500);
  const held: ServerResponse[] = [];
  // Each sends four megabytes, and does not end: a hundred of them are more than is held at once.
  const app = await startApp({
    upstream: ({ path }, response) => {
      if (path.endsWith(small)) return { body: imageRow({ id: small }) };
      held.push(response);
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write(MEBIBYTE.repeat(4));
      return undefined;
    },
  });
  const flooded = app.ask(images(100));
  await expect.poll(() => held.filter(({ destroyed }) => destroyed).length, PATIENT).toBeGreaterThan(30);
  expect((await app.ask(`{ image(imageId: "${small}") { imageId } }`)).data).toEqual({ image: { imageId: small } });
  for (const response of held) response.end();
  const codes = codesOf(await flooded);
  expect(codes).toHaveLength(100);
  expect(new Set(codes)).toEqual(new Set(['OVERLOADED', 'UPSTREAM_BAD_RESPONSE']));
  // What was aborted holds no memory: a flood of the same size ends as the first one did.
  expect(codes.filter((code) => code === 'OVERLOADED').length).toBeLessThan(50);
  const again = app.ask(images(60));
  await expect.poll(() => held.length, PATIENT).toBe(160);
  for (const response of held) response.end();
  expect(codesOf(await again)).toEqual(Array.from({ length: 60 }, () => 'UPSTREAM_BAD_RESPONSE'));
});
