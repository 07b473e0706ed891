// The credentials of the client over HTTP: tokens that are renewed, keys, headers, and a fetch of the caller's.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  ClientError,
  type ClientOptions,
  codesOf,
  createClient,
  ImageDocument,
  RepositoryDocument,
} from '../../src/client/index.ts';
import { createApiKey } from '../../src/server/auth/api-keys.ts';
import { imageId, imageRow } from '../resources/image/kind.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { goOn, stopClocksForTest } from '../support/clock.ts';
import { readArtifact } from '../support/documents/artifacts.ts';
import { newFile } from '../support/files.ts';
import { startSandboxUpstream } from '../support/upstreams/sandbox.ts';
import { type Script, startUpstream, type Upstream } from '../support/upstreams/upstream.ts';

const EXPIRED = 'sandbox-token-expired';
const REPOSITORY = { namespace: 'data-platform', name: 'huge-counters' };
const FOUND = { repository: { name: 'huge-counters' } };

let sandbox: Upstream;
beforeAll(async () => {
  sandbox = await startSandboxUpstream();
});
afterAll(() => sandbox.close());

const serve = (upstream: Upstream | Script = sandbox, settings: Record<string, string> = {}) =>
  startApp({ upstream, over: 'http', settings });

/** A client of an app, which counts what it sends. */
function countingClient({ url }: TestApp, options: ClientOptions) {
  const sent: Headers[] = [];
  const client = createClient(url, {
    ...options,
    fetch: (input, init) => {
      sent.push(new Headers(init?.headers));
      return fetch(input, init);
    },
  });
  return {
    client,
    sent,
    tokens: () => sent.splice(0).map((headers) => headers.get('x-auth-token')),
    repository: () => client.request(RepositoryDocument, REPOSITORY),
  };
}

/** A function for tokens, which counts its calls and returns these in turn, the last one from then on. */
function tokensInTurn(...tokens: readonly string[]) {
  const counter = { calls: 0, token: async () => tokens[Math.min(counter.calls++, tokens.length - 1)] ?? '' };
  return counter;
}

const errorOf = (request: Promise<unknown>): Promise<unknown> =>
  request.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('a token', () => {
  test('as text is sent, and a rejected one is the error', async () => {
    const app = await serve();
    const good = countingClient(app, { token: sandbox.token });
    expect(await good.repository()).toMatchObject(FOUND);
    expect(good.tokens()).toEqual([sandbox.token]);
    const bad = countingClient(app, { token: EXPIRED });
    expect(codesOf(await errorOf(bad.repository()))).toEqual(['UNAUTHENTICATED']);
    expect(bad.tokens()).toEqual([EXPIRED]);
  });

  test('from a function is shared by requests at once, and kept', async () => {
    const counter = tokensInTurn(sandbox.token);
    const { repository, tokens } = countingClient(await serve(), { token: counter.token });
    expect(await Promise.all([repository(), repository(), repository()])).toMatchObject([FOUND, FOUND, FOUND]);
    expect(await repository()).toMatchObject(FOUND);
    expect(counter.calls).toBe(1);
    expect(tokens()).toEqual(Array(4).fill(sandbox.token));
  });

  test('from a function that returns at once is sent, too', async () => {
    const { repository } = countingClient(await serve(), { token: () => sandbox.token });
    expect(await repository()).toMatchObject(FOUND);
  });

  test('that a service rejects is renewed, and the request is sent once more', async () => {
    const counter = tokensInTurn(EXPIRED, sandbox.token);
    const { repository, tokens } = countingClient(await serve(), { token: counter.token });
    expect(await repository()).toMatchObject(FOUND);
    expect(tokens()).toEqual([EXPIRED, sandbox.token]);
    expect(await repository()).toMatchObject(FOUND);
    expect(tokens()).toEqual([sandbox.token]);
    expect(counter.calls).toBe(2);
  });

  test('is renewed for a batch', async () => {
    const counter = tokensInTurn(EXPIRED, sandbox.token);
    const { client, tokens } = countingClient(await serve(), { token: counter.token });
    const one = { document: RepositoryDocument, variables: REPOSITORY };
    expect(await client.batchRequests([one, one])).toMatchObject([{ data: FOUND }, { data: FOUND }]);
    expect(tokens()).toEqual([EXPIRED, sandbox.token]);
  });

  test('is renewed once for all requests with the rejected one', async () => {
    const counter = tokensInTurn(EXPIRED, sandbox.token);
    const { repository, tokens } = countingClient(await serve(), { token: counter.token });
    const results = await Promise.all(Array.from({ length: 5 }, repository));
    expect(results).toMatchObject(Array(5).fill(FOUND));
    expect(counter.calls).toBe(2);
    expect(tokens().toSorted()).toEqual([...Array(5).fill(EXPIRED), ...Array(5).fill(sandbox.token)].toSorted());
  });

  test('is renewed once when the responses arrive at the same moment', async () => {
    const app = await serve();
    const { promise, resolve } = Promise.withResolvers<void>();
    let waiting = 0;
    const counter = tokensInTurn(EXPIRED, sandbox.token, sandbox.token);
    const client = createClient(app.url, {
      token: counter.token,
      fetch: async (...args) => {
        const response = await fetch(...args);
        const kept = new Response(await response.text(), response);
        if (++waiting === 3) resolve();
        await promise;
        return kept;
      },
    });
    const results = await Promise.all(Array.from({ length: 3 }, () => client.request(RepositoryDocument, REPOSITORY)));
    expect(results).toMatchObject([FOUND, FOUND, FOUND]);
    expect(counter.calls).toBe(2);
  });

  test('is renewed when the whole request is rejected with 401', async () => {
    const { line } = createApiKey('ci');
    const app = await serve(sandbox, { IMAGE_GRAPH_API_KEYS_FILE: newFile(`${line}\n`) });
    const counter = tokensInTurn('first', 'second');
    const { repository, tokens } = countingClient(app, { token: counter.token });
    const error = await errorOf(repository());
    expect(error instanceof ClientError && error.response.status).toBe(401);
    expect(codesOf(error)).toEqual(['UNAUTHENTICATED']);
    expect(tokens()).toEqual(['first', 'second']);
  });

  test('is renewed when a gateway sends 401 with a page of its own', async () => {
    const gateway = await startUpstream(({ headers }) =>
      headers['x-auth-token'] === 'first'
        ? { status: 401, body: '<p>Log in' }
        : { body: { data: { repository: null } } },
    );
    const { token } = tokensInTurn('first', 'second');
    expect(await createClient(gateway.url, { token }).request(RepositoryDocument, REPOSITORY)).toEqual({
      repository: null,
    });
    await gateway.close();
  });

  test('that does not help is the error, and is renewed again after a minute', async () => {
    stopClocksForTest();
    const counter = tokensInTurn('one', 'two', 'three', sandbox.token);
    const { repository, tokens } = countingClient(await serve(), { token: counter.token });
    expect(codesOf(await errorOf(repository()))).toEqual(['UNAUTHENTICATED']);
    expect(tokens()).toEqual(['one', 'two']);
    goOn(59_000);
    expect(codesOf(await errorOf(repository()))).toEqual(['UNAUTHENTICATED']);
    expect(tokens()).toEqual(['two']);
    goOn(2_000);
    expect(codesOf(await errorOf(repository()))).toEqual(['UNAUTHENTICATED']);
    goOn(61_000);
    expect(await repository()).toMatchObject(FOUND);
    expect(tokens()).toEqual(['two', 'three', 'three', sandbox.token]);
  });

  test('that the function returns again is not sent again', async () => {
    stopClocksForTest();
    const counter = tokensInTurn(EXPIRED);
    const { repository, tokens } = countingClient(await serve(), { token: counter.token });
    for (let count = 0; count < 3; count++) expect(codesOf(await errorOf(repository()))).toEqual(['UNAUTHENTICATED']);
    expect(tokens()).toEqual([EXPIRED, EXPIRED, EXPIRED]);
    expect(counter.calls).toBe(2);
  });

  test('is not renewed for another error, nor for a text that looks like one', async () => {
    const counter = tokensInTurn('token');
    const missing = countingClient(await serve(() => ({ status: 403, body: {} })), { token: counter.token });
    expect(codesOf(await errorOf(missing.client.request(ImageDocument, { imageId: imageId(1) })))).toEqual([
      'FORBIDDEN',
    ]);
    const name = 'UNAUTHENTICATED';
    const named = countingClient(await serve(() => ({ body: imageRow({ name }) })), { token: counter.token });
    expect(await named.client.request(ImageDocument, { imageId: imageId(1) })).toMatchObject({ image: { name } });
    expect([...missing.tokens(), ...named.tokens()]).toEqual(['token', 'token']);
  });

  test('whose function fails is the error, and is requested again', async () => {
    let calls = 0;
    const token = () => {
      calls++;
      if (calls < 3) throw new Error('The login is away.');
      return sandbox.token;
    };
    const { repository, tokens } = countingClient(await serve(), { token });
    for (let count = 0; count < 2; count++) await expect(repository()).rejects.toThrow('The login is away.');
    expect(tokens()).toEqual([]);
    expect(await repository()).toMatchObject(FOUND);
  });

  test('of one request alone goes before it', async () => {
    const counter = tokensInTurn('not called');
    const { client, tokens } = countingClient(await serve(), { token: counter.token });
    const own = { 'X-Auth-Token': sandbox.token };
    expect(await client.request(RepositoryDocument, REPOSITORY, own)).toMatchObject(FOUND);
    expect(tokens()).toEqual([sandbox.token]);
    expect(counter.calls).toBe(0);
  });
});

describe('a signal', () => {
  test('ends a request that waits for its token, and no other one', async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const { client, repository } = countingClient(await serve(), { token: () => promise });
    const controller = new AbortController();
    const options = { document: RepositoryDocument, variables: REPOSITORY, signal: controller.signal };
    const aborted = client.request(options);
    const other = repository();
    controller.abort(new Error('The user has left.'));
    await expect(aborted).rejects.toThrow('The user has left.');
    await expect(client.request(options)).rejects.toThrow('The user has left.');
    resolve(sandbox.token);
    expect(await other).toMatchObject(FOUND);
  });

  test('ends a request that waits for its response', async () => {
    const controller = new AbortController();
    const app = await serve(() => {
      controller.abort(new Error('The user has left.'));
      return undefined;
    });
    const { client } = countingClient(app, { token: () => 'token' });
    const options = { document: ImageDocument, variables: { imageId: imageId(1) }, signal: controller.signal };
    await expect(client.request(options)).rejects.toThrow('The user has left.');
  });
});

test('an API key is sent', async () => {
  const { key, line } = createApiKey('ci');
  const app = await serve(sandbox, { IMAGE_GRAPH_API_KEYS_FILE: newFile(`${line}\n`) });
  const { repository, sent } = countingClient(app, { apiKey: key, token: sandbox.token });
  expect(await repository()).toMatchObject(FOUND);
  expect(sent[0]?.get('authorization')).toBe(`Bearer ${key}`);
});

test('the id of a project is sent', async () => {
  const app = await serve(() => ({ body: imageRow() }));
  const { client, sent } = countingClient(app, { projectId: 'project-2', token: 'token' });
  await client.request(ImageDocument, { imageId: imageId(1) });
  expect(sent[0]?.get('x-project-id')).toBe('project-2');
});

describe('headers', () => {
  const sentBy = async (options: ClientOptions, own?: HeadersInit) => {
    const { client, sent } = countingClient(await serve(() => ({ body: imageRow() })), { token: 'token', ...options });
    for (let count = 0; count < 2; count++) await client.request(ImageDocument, { imageId: imageId(1) }, own);
    return sent.map((headers) => headers.get('x-request-id'));
  };

  test('are sent', async () => {
    expect(await sentBy({ headers: { 'X-Request-Id': 'one' } })).toEqual(['one', 'one']);
    expect(await sentBy({ headers: new Headers({ 'X-Request-Id': 'one' }) })).toEqual(['one', 'one']);
  });

  test('of a function are those of its call for each request', async () => {
    let count = 0;
    expect(await sentBy({ headers: () => ({ 'X-Request-Id': `${++count}` }) })).toEqual(['1', '2']);
    expect(await sentBy({ headers: async () => ({ 'X-Request-Id': `${++count}` }) })).toEqual(['3', '4']);
  });

  test('of a request go before them, and they before the other options', async () => {
    expect(await sentBy({ headers: { 'X-Request-Id': 'one' } }, { 'x-request-ID': 'own' })).toEqual(['own', 'own']);
    const { client, sent } = countingClient(await serve(() => ({ body: imageRow() })), {
      token: 'one',
      apiKey: 'key',
      headers: { 'X-Auth-Token': 'two', Authorization: 'Bearer jwt' },
    });
    await client.request(ImageDocument, { imageId: imageId(1) });
    expect([sent[0]?.get('x-auth-token'), sent[0]?.get('authorization')]).toEqual(['two', 'Bearer jwt']);
  });
});

test('the fetch of an application is called as a function, as that of a page must be', async () => {
  const app = await serve();
  let owner: unknown = 'not called';
  function ownFetch(this: unknown, ...args: Parameters<typeof fetch>) {
    owner = this;
    return fetch(...args);
  }
  const client = createClient(app.url, { token: sandbox.token, fetch: ownFetch });
  expect(await client.request(RepositoryDocument, REPOSITORY)).toMatchObject(FOUND);
  expect(owner).toBeUndefined();
});

describe('an error', () => {
  test('has the data of the fields that did not fail', async () => {
    const upstream = await startUpstream(({ path }) =>
      path.includes('/members') ? { status: 500, body: {} } : { body: imageRow() },
    );
    const app = await serve(upstream);
    const query = `{ image(imageId: "${imageId(1)}") { name members { isComplete } } }`;
    const error = await errorOf(createClient(app.url, { token: 'token' }).request(query));
    await upstream.close();
    expect(error).toBeInstanceOf(ClientError);
    expect(error instanceof ClientError && error.response.data).toEqual({ image: { name: 'CentOS', members: null } });
    expect(codesOf(error)).toEqual(['UPSTREAM_ERROR']);
  });

  test('of a connection, or with a page of a proxy, has no codes', async () => {
    const error = await errorOf(createClient('http://127.0.0.1:1/graphql').request(RepositoryDocument, REPOSITORY));
    expect(error).toBeInstanceOf(Error);
    expect(codesOf(error)).toEqual([]);
    const proxy = await startUpstream(() => ({
      status: 502,
      headers: { 'content-type': 'text/html' },
      body: '<p>Bad',
    }));
    const rejected = await errorOf(createClient(proxy.url).request(RepositoryDocument, REPOSITORY));
    await proxy.close();
    expect(rejected).toBeInstanceOf(ClientError);
    expect(codesOf(rejected)).toEqual([]);
  });

  test('has a code of docs/errors.md, which are those of the type', () => {
    const documented = readArtifact('docs/errors.md').matchAll(/^\| `([A-Z_]+)` \| [^|]*\|[^|]*\|[^|]*\|$/gm);
    const typed = readArtifact('src/client/errors.ts').matchAll(/^ {2}\| '([A-Z_]+)'$/gm);
    const names = (matches: Iterable<RegExpMatchArray>) => [...matches].map(([, name]) => name).toSorted();
    expect(names(typed)).toEqual(names(documented));
  });
});
