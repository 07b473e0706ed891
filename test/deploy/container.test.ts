// deploy/docker/Dockerfile, built by Debian's buildah on base images made of this machine, and the image run as containers run: as the first
// process, without rights, on a file system that is read-only. No engine and no registry is at hand here.
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import {
  CONTAINERS_CAN_RUN,
  type Container,
  createImages,
  type Image,
  startContainer,
} from '../support/processes/container.ts';
import { packTarball } from '../support/processes/tarball.ts';

const DOCKERFILE = 'deploy/docker/Dockerfile';
const text = readFileSync(join(import.meta.dirname, '../..', DOCKERFILE), 'utf8');

/** Milliseconds that a build may take, which installs all packages. */
const BUILD_MS = 600_000;
const SANDBOX = { IMAGE_GRAPH_SANDBOX: 'true' };
const QUERY = '{ repositories(first: 1) { nodes { name } } }';

/** Sends a request within the network of a container. Shape: the status, and the body. */
function request(container: Container, url: string, body?: unknown): string {
  const options = body === undefined ? {} : { method: 'POST', headers: JSON_TYPE, body: JSON.stringify(body) };
  const code = `fetch('${url}', ${JSON.stringify(options)}).then(async (r) => console.log(r.status, await r.text()))`;
  const network = `--net=/proc/${container.pid()}/ns/net`;
  return spawnSync('nsenter', [network, process.execPath, '-e', code], { encoding: 'utf8' }).stdout;
}
const JSON_TYPE = { 'content-type': 'application/json' };

test('the last stage runs nothing, as its base has no shell', () => {
  const [last = ''] = text.split(/^FROM /m).slice(-1);
  expect(last).toContain('ENTRYPOINT');
  expect(last).not.toMatch(/^RUN /m);
  // The exec form, which needs no shell either.
  expect(text.match(/^(ENTRYPOINT|CMD|HEALTHCHECK| {2}CMD) .*/gm)?.map((line) => line.replace(/ *\\$/, ''))).toEqual([
    expect.stringMatching(/^ENTRYPOINT \[.*\]$/),
    expect.stringMatching(/^CMD \[.*\]$/),
    expect.stringMatching(/^HEALTHCHECK --/),
    expect.stringMatching(/^ {2}CMD \[.*\]$/),
  ]);
});

describe.runIf(CONTAINERS_CAN_RUN)('the image', () => {
  const images = createImages();
  let image: Image;
  let tarball: string;
  beforeAll(() => {
    tarball = packTarball();
    image = images.build(DOCKERFILE, { VERSION: '1.2.3', REVISION: 'abc' });
  }, BUILD_MS);
  afterAll(() => images.remove());

  const isHealthy = (container: Container) => container.exec(image.config.Healthcheck?.Test.slice(1) ?? []);
  const serve = async (settings: Record<string, string> = {}, options = {}) => {
    const container = startContainer(image, { settings: { ...SANDBOX, ...settings }, ...options });
    await container.says('image-graph is ready');
    return container;
  };
  const run = async (...args: string[]) => {
    const container = startContainer(image, { args });
    return { code: await container.ends(), output: container.output() };
  };

  test('says how it is run', () => {
    expect(image.config).toMatchObject({
      User: '65532:65532',
      ExposedPorts: { '4000/tcp': {}, '9464/tcp': {} },
      StopSignal: 'SIGTERM',
      Cmd: ['serve'],
      Labels: { 'org.opencontainers.image.version': '1.2.3', 'org.opencontainers.image.revision': 'abc' },
    });
    expect(image.config.Healthcheck?.Test[0]).toBe('CMD');
  });

  test('has the files of the package, and what Node.js has compiled', () => {
    const program = join(image.files, 'opt/image-graph');
    const found = readdirSync(program, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(program, join(entry.parentPath, entry.name)));
    const list = execFileSync('tar', ['--list', '--file', tarball], { encoding: 'utf8' }).trim().split('\n');
    const packed = list.map((path) => relative('package', path));
    expect(found.filter((path) => !path.startsWith('node_modules/.cache/image-graph/')).toSorted()).toEqual(
      packed.toSorted(),
    );
  });

  test('serves as the first process, as a user without rights, on files that nobody can write', async () => {
    const container = await serve();
    const status = readFileSync(`/proc/${container.pid()}/status`, 'utf8');
    expect(status).toMatch(/^NSpid:\t\d+\t1$/m);
    expect(status).toMatch(/^Uid:(\t65532){4}$/m);
    expect(status).toMatch(/^Gid:(\t65532){4}$/m);
    expect(status).toMatch(/^Groups:\t ?$/m);
    expect(status).toMatch(/^CapEff:\t0+$/m);
    expect(status).toMatch(/^NoNewPrivs:\t1$/m);
    for (const path of ['/tmp/file', '/home/nonroot/file', '/opt/image-graph/file']) {
      const write = container.exec(['/nodejs/bin/node', '-e', `require('node:fs').writeFileSync('${path}', '')`]);
      expect(write.output).toContain('EROFS');
    }
    expect(request(container, 'http://127.0.0.1:4000/graphql', { query: QUERY })).toMatch(/^200 .*"name":/);
    expect(request(container, 'http://127.0.0.1:9464/metrics')).toMatch(/^200 .*image_graph_build_info/s);
    expect(isHealthy(container)).toMatchObject({ code: 0 });
  });

  test('has all code that a start needs compiled already', async () => {
    const container = await serve({ NODE_DEBUG_NATIVE: 'COMPILE_CACHE' });
    expect(container.output().match(/code cache for .* was accepted/g)?.length).toBeGreaterThan(20);
    expect(container.output()).not.toMatch(/code cache for .* was rejected/);
    const read = container.output().match(/^.*reading cache from .*/gm) ?? [];
    expect(read.filter((line) => !line.includes('success'))).toEqual([]);
  });

  test('is unhealthy where nothing listens', async () => {
    const container = await serve({}, { settings: { ...SANDBOX, PORT: '4001' } });
    const [, ...check] = image.config.Healthcheck?.Test ?? [];
    expect(container.exec(check)).toMatchObject({ code: 0 });
    expect(container.exec([...check, '--url', 'http://127.0.0.1:4000'])).toMatchObject({
      code: 1,
      output: expect.stringContaining('cannot be reached'),
    });
  });

  test.each([
    ['one process', {}],
    ['several workers', { IMAGE_GRAPH_WORKERS: '2' }],
  ])('drains on its stop signal with %s, and ends with 0', async (_what, settings) => {
    const container = await serve({ IMAGE_GRAPH_DRAIN_DELAY_MS: '500', ...settings });
    container.signal(image.config.StopSignal as NodeJS.Signals);
    await container.says('Draining');
    // Still served: the load balancer may not have noticed.
    expect(request(container, 'http://127.0.0.1:4000/graphql', { query: QUERY })).toMatch(/^200 /);
    expect(request(container, 'http://127.0.0.1:4000/ready')).toMatch(/^503 /);
    expect(await container.ends()).toBe(0);
    expect(container.output()).toContain('Drained: no request was cut off.');
  });

  test('runs the other commands by their names', async () => {
    expect(await run('--version')).toMatchObject({ code: 0, output: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
    expect(await run('config', 'check')).toMatchObject({
      code: 1,
      output: expect.stringContaining('set an endpoint, or IMAGE_GRAPH_SANDBOX=true'),
    });
    expect(await run('unknown')).toMatchObject({ code: 1 });
  });

  test('reads settings and secrets from files, and again on SIGHUP', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'image-graph-container-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = '/etc/image-graph/image-graph.env';
    writeFileSync(join(folder, 'image-graph.env'), 'IMAGE_GRAPH_ROUTER_SECRET_FILE=/etc/image-graph/secrets/router\n');
    mkdirSync(join(folder, 'secrets'));
    writeFileSync(join(folder, 'secrets/router'), 'a-secret-of-the-router');
    chmodSync(folder, 0o755);
    const container = await serve({}, { args: ['serve', '--env-file', file], mounts: { '/etc/image-graph': folder } });
    const graphql = 'http://127.0.0.1:4000/graphql';
    expect(request(container, graphql, { query: QUERY })).toMatch(/^401 /);
    writeFileSync(
      join(folder, 'image-graph.env'),
      'IMAGE_GRAPH_MAX_DEPTH=1\nIMAGE_GRAPH_ROUTER_SECRET_FILE=/etc/image-graph/secrets/router\n',
    );
    container.signal('SIGHUP');
    expect(await container.says('Settings reloaded')).toContain('IMAGE_GRAPH_MAX_DEPTH');
    expect(isHealthy(container)).toMatchObject({ code: 0 });
  });
});
