// The commands as an operator runs them: configured by settings, stopped by a signal.
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { createClient, OverviewDocument, RepositoryDocument } from '../../src/client/index.ts';
import { takenPort } from '../support/listen.ts';
import { addressIn, logLines, run } from '../support/processes/command.ts';
import { startUpstream } from '../support/upstreams/upstream.ts';

test('without settings it serves the sandbox, logs that in one line, and needs no token', async () => {
  const server = run({ PORT: '0' });
  const output = await server.says('open http');
  expect(logLines(output)).toEqual([
    {
      level: 'info',
      time: expect.any(String),
      pid: server.child.pid,
      node: process.versions.node,
      workers: 1,
      msg: `image-graph is ready on the embedded sandbox cloud (made-up data, no account needed): open ${addressIn(output)} with a browser or a client`,
    },
  ]);
  const { sharedRepositories, images, imageGroups } = await createClient(addressIn(output)).request(OverviewDocument);
  expect(sharedRepositories?.totalCount).toBe(127);
  expect(images?.nodes).toHaveLength(2);
  expect(imageGroups?.nodes).toHaveLength(2);
  const health = await fetch(addressIn(output).replace('/graphql', '/health'));
  expect(health.status).toBe(200);
  server.child.kill('SIGTERM');
  expect((await server.ends()).code).toBe(0);
});

test('pointed at another upstream by settings alone, it serves that with the caller’s token', async () => {
  const upstream = await startUpstream(() => ({
    body: { id: 7, name: 'a/b', size: 42, created: '2017-08-17T12:00:03.915153267Z' },
  }));
  const server = run({ PORT: '0', IMAGE_GRAPH_SWR_ENDPOINT: `${upstream.url}/prefix/v2/` });
  const client = createClient(addressIn(await server.says('open http')), { token: 'my-token' });
  const { repository } = await client.request(RepositoryDocument, { namespace: 'group', name: 'a/b' });
  expect(repository).toMatchObject({
    namespace: 'group',
    name: 'a/b',
    repositoryId: '7',
    size: '42',
    createdAt: '2017-08-17T12:00:03.915153267Z',
  });
  expect(
    upstream.calls.map(({ method, url, headers }) => [method, url, headers['x-auth-token'], headers.accept]),
  ).toEqual([['GET', '/prefix/v2/manage/namespaces/group/repos/a$b', 'my-token', 'application/json']]);
  await upstream.close();
});

test('wrong settings end it with code 1 and all faults', async () => {
  const { code, output } = await run({ PORT: 'x', IMAGE_GRAPH_CLOUD: 'aws', IMAGE_GRAPH_PROJECT_ID: '../..' }).ends();
  expect(code).toBe(1);
  expect(output).toBe(
    [
      'The settings are wrong:',
      '  PORT must be a whole number from 0 to 65535',
      '  IMAGE_GRAPH_CLOUD must be one of huaweicloud, otc, openstack',
      '  IMAGE_GRAPH_PROJECT_ID must be a project id: 1 to 64 letters, digits, - and _',
      '  IMAGE_GRAPH_CLOUD needs IMAGE_GRAPH_REGION or an endpoint',
      '',
    ].join('\n'),
  );
});

test('in production it serves no made-up data unless configured to', async () => {
  const { code, output } = await run({ PORT: '0', NODE_ENV: 'production' }).ends();
  expect(code).toBe(1);
  expect(output).toContain('IMAGE_GRAPH_SANDBOX=true');
});

test('a taken port is reported in one line', async () => {
  const port = await takenPort();
  const { code, output } = await run({ PORT: String(port) }).ends();
  expect([code, output]).toEqual([1, `Port ${port} is taken: choose another one.\n`]);
});

test('the sandbox runs by itself and prints endpoints, token and a curl line that works', async () => {
  const sandbox = run({}, 'sandbox');
  const output = await sandbox.says('curl');
  for (const service of ['SWR', 'IMS', 'MODELARTS', 'IAM'])
    expect(output).toMatch(new RegExp(`IMAGE_GRAPH_${service}_ENDPOINT=http://127.0.0.1:\\d+\\n`));
  const [, token = '', accept = '', url = ''] =
    /curl -H 'X-Auth-Token: ([^']+)' -H 'Accept: ([^']+)' '([^']+)'/.exec(output) ?? [];
  const response = await fetch(url, { headers: { 'x-auth-token': token, accept } });
  expect(((await response.json()) as { images: unknown[] }).images).toHaveLength(2);
  sandbox.child.kill('SIGTERM');
  expect((await sandbox.ends()).code).toBe(0);
});

test.each<[string, string[], Record<string, string>, string]>([
  [
    'an unknown command',
    ['nothing'],
    {},
    'Unknown command nothing: choose one of serve, sandbox, config, schema, key, health.\n',
  ],
  [
    'a name that every object has',
    ['toString'],
    {},
    'Unknown command toString: choose one of serve, sandbox, config, schema, key, health.\n',
  ],
  ['a malformed port', ['sandbox', '--port', 'abc'], {}, '--port must be from 0 to 65535.\n'],
  ...[
    ['serve', '--port', '3'],
    ['--port', '3'],
    ['schema', 'print', '--port'],
  ].map((args): [string, string[], Record<string, string>, string] => [
    `an unknown option (${args.join(' ')})`,
    args,
    {},
    "Unknown option '--port': --help lists the options. Settings are environment variables, such as PORT=4000.\n",
  ]),
  [
    'a host of another machine',
    [],
    { HOST: '192.0.2.1', PORT: '0' },
    'HOST is not an address of this machine: 192.0.2.1.\n',
  ],
])('%s is reported in one line', async (_title, args, settings, line) => {
  const { code, output } = await run(settings, ...args).ends();
  expect(code).toBe(1);
  expect(output).toContain(line);
  expect(output.trim().split('\n')).toHaveLength(1);
});

test('on SIGTERM a request in flight gets its response before the process ends', async () => {
  let arrived = () => {};
  const arrival = new Promise<void>((resolve) => (arrived = resolve));
  let respond = () => {};
  const upstream = await startUpstream((_call, response) => {
    arrived();
    respond = () => void response.end('[]');
    return undefined;
  });
  const server = run({ PORT: '0', IMAGE_GRAPH_SWR_ENDPOINT: upstream.url });
  const client = createClient(addressIn(await server.says('open http')), { token: 'my-token' });
  const request = client.request<{ sharedRepositories: unknown }>(
    '{ sharedRepositories(center: SELF) { nodes { id } } }',
  );
  await arrival;
  server.child.kill('SIGTERM');
  await once(server.child, 'exit', { signal: AbortSignal.timeout(300) }).catch(() => respond());
  expect(await request).toEqual({ sharedRepositories: { nodes: [] } });
  expect((await server.ends()).code).toBe(0);
  await upstream.close();
});
