// Interim responses (1xx) before a response: they are passed over, however they arrive, and nothing else is.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import type { Service } from '../../../src/config/services.ts';
import { imageId, imageRow } from '../../resources/image/kind.ts';
import { imageGroupRow } from '../../resources/image-group/kind.ts';
import { repositoryDetail } from '../../resources/repository/kind.ts';
import { startApp } from '../../support/app.ts';
import { PASSWORD, tokenReply } from '../../support/upstreams/iam.ts';
import { type CallFault, startMisbehavingUpstream } from '../../support/upstreams/misbehaving-upstream.ts';
import { groupList } from '../../support/upstreams/paged-upstream.ts';
import type { Reply, Script } from '../../support/upstreams/upstream.ts';

const SERVICES: readonly Service[] = ['swr', 'ims', 'modelarts', 'iam'];
const HEALTHY: Record<Service, Script> = {
  swr: () => ({ body: repositoryDetail({ size: 7 }) }),
  ims: ({ path }) => ({ body: imageRow({ name: 'one', id: path.split('/').at(-1) }) }),
  modelarts: groupList([imageGroupRow({ name: 'group' })]),
  iam: () => tokenReply(1),
};
const IMAGE = `image(imageId: "${imageId(1)}") { name }`;
const QUERY = `{ ${IMAGE} repository(namespace: "group", name: "busybox") { size } imageGroups(first: 1) { nodes { name } } }`;
const WHOLE = {
  data: { image: { name: 'one' }, repository: { size: '7' }, imageGroups: { nodes: [{ name: 'group' }] } },
};

/** The bytes of a response, one a character. */
function bytesOf({ status = 200, headers = {}, body }: Reply, framing: 'length' | 'chunked' | 'close'): string {
  const text = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)).toString('latin1');
  const [header, content] = {
    length: [`Content-Length: ${text.length}`, text],
    chunked: ['Transfer-Encoding: chunked', `${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`],
    close: ['Connection: close', text],
  }[framing] as [string, string];
  const more = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${status} OK`, 'Content-Type: application/json', ...more, header, '', content].join('\r\n');
}

/** Sends the parts that are made of the right response, each in a packet of its own. */
const sends =
  (make: (response: string) => readonly string[], framing: 'length' | 'chunked' | 'close' = 'length'): CallFault =>
  (healthy) =>
  async (call, response) => {
    const { socket } = response.req;
    for (const part of make(bytesOf((await healthy(call, response)) as Reply, framing))) {
      socket.write(part, 'latin1');
      // The client is in this process, and reads in a turn of the loop.
      await nextTurn();
      await nextTurn();
    }
    if (framing === 'close') socket.end();
    return undefined;
  };

const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n';
const INTERIM: Readonly<Record<string, string>> = {
  '100': CONTINUE,
  'five 100': CONTINUE.repeat(5),
  '100 without a reason': 'HTTP/1.1 100\r\n\r\n',
  '100 with an empty reason': 'HTTP/1.1 100 \r\n\r\n',
  '100 with headers': 'HTTP/1.1 100 Continue\r\nDate: now\r\nX-Request-Id: interim\r\nRetry-After: 9\r\n\r\n',
  '100 with the headers of a body': 'HTTP/1.1 100 Continue\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n',
  '100 that ends the connection': 'HTTP/1.1 100 Continue\r\nConnection: close\r\n\r\n',
  '100 of HTTP 1.0': 'HTTP/1.0 100 Continue\r\n\r\n',
  '100 between blank lines': `\r\n${CONTINUE}\r\n${CONTINUE}\r\n`,
  '102, 103, 100 and 199': `HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\nLink: </b>\r\n\r\n${CONTINUE}HTTP/1.1 199 Other\r\n\r\n`,
  '103 of HTTP 1.0 that ends the connection': 'HTTP/1.0 103 Early Hints\r\nConnection: close\r\n\r\n',
  '100 of 16 KB': `HTTP/1.1 100 Continue\r\nX: ${'x'.repeat(16_000)}\r\n\r\n`,
};

async function start(settings: Record<string, string> = {}, secure?: Service) {
  const upstream = await startMisbehavingUpstream(HEALTHY, secure);
  const app = await startApp({ settings: { ...upstream.settings, IMAGE_GRAPH_UPSTREAM_ATTEMPTS: '1', ...settings } });
  /** Asks when undici uses the connections of the last calls again: from the next turn of the loop on. */
  const ask = async (query: string) => {
    await nextTurn();
    return app.ask(query);
  };
  return { upstream, log: app.log, ask };
}

test.each(Object.entries(INTERIM))(
  '%s before each response, in the same packet and in one of its own, on new connections and on kept ones',
  async (_title, interim) => {
    for (const isTogether of [true, false]) {
      const { upstream, ask, log } = await start(PASSWORD);
      const fault = sends((response) => (isTogether ? [interim + response] : [interim, response]));
      for (const service of SERVICES) await upstream[service].misbehave(fault);
      expect(await ask(QUERY)).toEqual(WHOLE);
      expect(await ask(QUERY)).toEqual(WHOLE);
      for (const service of SERVICES) {
        expect(upstream[service].calls).toHaveLength(service === 'iam' ? 1 : 2);
        expect(upstream[service].connections).toBe(1);
      }
      expect(log).toEqual([]);
    }
  },
);

test.each(SERVICES)('%s is called by HTTPS and sends 100 before its response, byte by byte', async (service) => {
  const { upstream, ask } = await start(PASSWORD, service);
  await upstream[service].misbehave(sends((response) => [...`${CONTINUE}${CONTINUE}`, response]));
  expect(await ask(QUERY)).toEqual(WHOLE);
  await upstream[service].misbehave(sends((response) => [CONTINUE + response]));
  expect(await ask(QUERY)).toEqual(WHOLE);
  expect(upstream[service].connections).toBe(1);
});

test.each(['length', 'chunked', 'close'] as const)(
  'a split at any byte makes no difference to a response whose body ends by %s',
  async (framing) => {
    const { upstream, ask } = await start();
    const interim = `\r\n${CONTINUE}HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n`;
    for (let at = 1; at <= interim.length + 20; at++) {
      await upstream.ims.misbehave(
        sends((response) => {
          const all = interim + response;
          return [all.slice(0, at), all.slice(at)];
        }, framing),
      );
      expect(await ask(`{ ${IMAGE} }`), `at ${at}`).toEqual({ data: { image: { name: 'one' } } });
    }
    await upstream.ims.misbehave(sends((response) => [...interim, ...response], framing));
    expect(await ask(`{ ${IMAGE} }`)).toEqual({ data: { image: { name: 'one' } } });
  },
);

test.each(['length', 'chunked', 'close'] as const)(
  'a body that looks like interim responses arrives as it was sent, and ends by %s',
  async (framing) => {
    const name = `${CONTINUE.repeat(3)}HTTP/1.1 103 x`;
    const { upstream, ask } = await start();
    const named: Script = ({ path }) => ({ body: imageRow({ name, id: path.split('/').at(-1) }) });
    // A packet begins where the text does.
    await upstream.ims.misbehave(() =>
      sends((response) => (CONTINUE + response).split(/(?=HTTP\/1\.1 1)/), framing)(named),
    );
    expect(await ask(`{ ${IMAGE} }`)).toEqual({ data: { image: { name } } });

    // Blank lines and all, before what would be right without them.
    await upstream.ims.misbehave((healthy) => async (call, response) => {
      const { body } = (await healthy(call, response)) as Reply;
      const script: Script = () => ({ body: CONTINUE + JSON.stringify(body) });
      return sends((whole) => whole.split(/(?=HTTP\/1\.1 100)/), framing)(script)(call, response);
    });
    expect((await ask(`{ ${IMAGE} }`)).errors).toMatchObject([{ extensions: { code: 'UPSTREAM_BAD_RESPONSE' } }]);
  },
);

test('a late 100 is passed over, and so is one before an error', async () => {
  const { upstream, ask } = await start();
  await upstream.ims.misbehave((healthy) => async (call, response) => {
    await new Promise((resolve) => setTimeout(resolve, 200));
    return sends((right) => [CONTINUE, right.replace('200 OK', '403 Forbidden')])(healthy)(call, response);
  });
  expect((await ask(`{ ${IMAGE} }`)).errors).toMatchObject([
    { extensions: { code: 'FORBIDDEN', upstreamStatus: 403 } },
  ]);
});

test.each<[string, string]>([
  ['101', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
  ['101 to another protocol', 'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n'],
  ['a status of two digits', 'HTTP/1.1 10 Continue\r\n\r\n'],
  ['a status of four digits', 'HTTP/1.1 1000 Continue\r\n\r\n'],
  ['100 in lines that end by LF', 'HTTP/1.1 100 Continue\n\n'],
  ['100 with a malformed header', 'HTTP/1.1 100 Continue\r\nmalformed\nX: y\r\n\r\n'],
  ['100 of 100 KB', `HTTP/1.1 100 Continue\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`],
  ['garbage', 'garbage\r\n\r\n'],
])('%s before a response fails the call, which is tried again', async (_title, garbage) => {
  const { upstream, ask } = await start({
    IMAGE_GRAPH_UPSTREAM_ATTEMPTS: '2',
    IMAGE_GRAPH_RETRY_BASE_MS: '5',
  });
  await upstream.ims.misbehave(sends((response) => [garbage + response]));
  expect((await ask(`{ ${IMAGE} }`)).errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
  expect(upstream.ims.calls).toHaveLength(2);
  await upstream.ims.misbehave();
  expect(await ask(`{ ${IMAGE} }`)).toEqual({ data: { image: { name: 'one' } } });
});

test.each<[string, string]>([
  ['100', CONTINUE],
  ['the bytes of a 100 that does not end', 'x'],
])('%s without end fails at the timeout, and the connection is closed', async (_title, part) => {
  const { upstream, ask } = await start({ IMAGE_GRAPH_UPSTREAM_TIMEOUT_MS: '300' });
  await upstream.ims.misbehave(() => (_call, response) => {
    const { socket } = response.req;
    socket.write('HTTP/1.1 100 Continue\r\n');
    if (part === CONTINUE) socket.write('\r\n');
    else socket.write('X: ');
    const tap = setInterval(() => socket.write(part), 5);
    socket.on('close', () => clearInterval(tap));
    return undefined;
  });
  expect((await ask(`{ ${IMAGE} }`)).errors).toMatchObject([{ extensions: { code: 'UPSTREAM_TIMEOUT' } }]);
  await vi.waitFor(() => expect(upstream.ims.openSockets).toBe(0));
});

test('a connection that ends within an interim response, or behind it, cannot be reached', async () => {
  for (const cut of [5, 15, CONTINUE.length - 1, CONTINUE.length]) {
    const { upstream, ask } = await start();
    await upstream.ims.misbehave(() => (_call, response) => {
      response.req.socket.end(CONTINUE.slice(0, cut));
      return undefined;
    });
    expect((await ask(`{ ${IMAGE} }`)).errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
  }
});
