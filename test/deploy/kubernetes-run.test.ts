// The pods of the files for Kubernetes as processes of the installed tarball: probes, settings, secrets, and what SIGTERM does.
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { addressIn, logLines } from '../support/processes/command.ts';
import { KUBERNETES_IS_INSTALLED, KUSTOMIZE, kustomize, render, valuesOf } from '../support/processes/kubernetes.ts';
import { installTarball } from '../support/processes/tarball.ts';
import { startUpstream } from '../support/upstreams/upstream.ts';
import { containerOf, isRoot, type Pod, type PodSpec, podOf, type Secrets } from './kubernetes/pod.ts';

const folder = mkdtempSync(join(tmpdir(), 'image-graph-image-'));
let bin = '';

describe.runIf(KUBERNETES_IS_INSTALLED)('a pod', { timeout: 60_000 }, () => {
  beforeAll(() => {
    chmodSync(folder, 0o755);
    bin = installTarball(folder);
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Ports that the system chooses, and a short drain. */
  const onFreePorts = (text: string) =>
    text
      .replace(/^PORT=4000$/m, 'PORT=0')
      .replace(/^(IMAGE_GRAPH_METRICS_PORT)=9464$/m, '$1=0')
      .replace(/^(IMAGE_GRAPH_DRAIN_DELAY_MS)=.*$/m, '$1=500');

  /** Starts the pod, and waits as the kubelet does. */
  async function start(pod: Pod) {
    const server = pod.start();
    const output = await server.says('Metrics are at');
    expect(output).toContain('open http');
    const { origin } = new URL(addressIn(output));
    const metrics = /Metrics are at (http:\S+)\/metrics/.exec(output)?.[1] ?? '';
    const reached = (url: string) => url.replace('0.0.0.0', '127.0.0.1');
    const bases: Readonly<Record<string, string>> = { http: reached(origin), metrics: reached(metrics) };
    /** The status of a probe. */
    const probe = async (kind: 'startupProbe' | 'livenessProbe' | 'readinessProbe') => {
      const { path, port } = pod.container[kind].httpGet;
      const response = await fetch(`${bases[port]}${path}`, { headers: { connection: 'close' } });
      await response.arrayBuffer();
      return response.status;
    };
    await vi.waitFor(async () => expect(await probe('startupProbe')).toBe(200), 20_000);
    const query = async (text: string, headers: Record<string, string> = {}) => {
      const init = { method: 'POST', headers: { 'content-type': 'application/json', ...headers } };
      const response = await fetch(`${bases.http}/graphql`, { ...init, body: JSON.stringify({ query: text }) });
      return { status: response.status, body: (await response.json()) as { data?: unknown } };
    };
    return { server, bases, probe, query };
  }

  const FIRST_REPOSITORY = '{ repositories(first: 1) { nodes { name } } }';
  const FOUND = { repositories: { nodes: [{ name: expect.any(String) }] } };

  test.each([
    ['the chart', () => render()],
    ['the chart with four workers', () => render(valuesOf('workers'))],
    ['the kustomize base', () => kustomize(join(KUSTOMIZE, 'base'))],
  ])('of %s serves, passes its probes, drains and ends', async (_name, make) => {
    const { server, bases, probe, query } = await start(podOf(await make(), bin, {}, onFreePorts));
    expect([await probe('livenessProbe'), await probe('readinessProbe')]).toEqual([200, 200]);
    expect(await query(FIRST_REPOSITORY)).toEqual({ status: 200, body: { data: FOUND } });
    const metrics = await (await fetch(`${bases.metrics}/metrics`)).text();
    expect(metrics).toContain('image_graph_upstream_calls_in_flight{');
    if (isRoot) {
      const status = readFileSync(`/proc/${server.child.pid}/status`, 'utf8');
      expect(status).toMatch(/^Uid:\t65532\t65532\t65532\t65532\nGid:\t65532\t65532/m);
      expect(status).toMatch(/^NoNewPrivs:\t1$/m);
      expect(status).toMatch(/^CapEff:\t0+$/m);
      const [root] = readFileSync(`/proc/${server.child.pid}/mountinfo`, 'utf8').match(/^.* \/ \/ .*$/m) ?? [];
      expect(root).toMatch(/ \/ \/ ro,/);
    }
    server.child.kill('SIGTERM');
    const { code, output } = await server.ends();
    expect(output).toContain('Drained: no request was cut off');
    // Nothing that it could not write is worth a line.
    expect(new Set(logLines(output).map(({ level }) => level))).toEqual(new Set(['info']));
    expect(code).toBe(0);
  });

  test('that gets SIGTERM finishes the request in flight, and is not ready meanwhile', async () => {
    const { promise: held, resolve: release } = Promise.withResolvers<void>();
    const upstream = await startUpstream(async () => {
      await held;
      return { body: [] };
    });
    onTestFinished(() => upstream.close());
    const manifests = await render({ settings: { IMAGE_GRAPH_SWR_ENDPOINT: upstream.url } });
    const { server, probe, query } = await start(podOf(manifests, bin, {}, onFreePorts));
    const inFlight = query('{ sharedRepositories(center: SELF) { nodes { id } } }', { 'x-auth-token': 'token' });
    await vi.waitFor(() => expect(upstream.calls).toHaveLength(1), 5_000);
    server.child.kill('SIGTERM');
    await server.says('Draining');
    expect([await probe('livenessProbe'), await probe('readinessProbe')]).toEqual([200, 503]);
    // The port is closed now, that of the probes is not.
    await server.says('The port is closed');
    expect([await probe('livenessProbe'), await probe('readinessProbe')]).toEqual([200, 503]);
    release();
    expect(await inFlight).toEqual({ status: 200, body: { data: { sharedRepositories: { nodes: [] } } } });
    const { code, output } = await server.ends();
    expect(output).toContain('Drained: no request was cut off');
    expect(code).toBe(0);
  });

  const hashed = async (key: string, name: string) => {
    const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(key));
    return `${name}:sha256:${Buffer.from(bytes).toString('hex')}\n`;
  };
  const keyOf = (letter: string) => `igk_${letter.repeat(43)}`;

  test('with secrets reads them as files, and again when they have changed', async () => {
    const secretsOf = async (letter: string): Promise<Secrets> => ({
      'image-graph': { password: 'hunter2', keys: await hashed(keyOf(letter), letter) },
    });
    const manifests = await render(valuesOf('secrets'));
    const pod = podOf(manifests, bin, await secretsOf('a'), onFreePorts);
    const { query } = await start(pod);
    const statusWith = async (letter: string) =>
      (await query('{ __typename }', { authorization: `Bearer ${keyOf(letter)}` })).status;
    expect((await query('{ __typename }')).status).toBe(401);
    expect([await statusWith('a'), await statusWith('b')]).toEqual([200, 401]);
    pod.write(manifests, await secretsOf('b'));
    await vi.waitFor(async () => expect([await statusWith('a'), await statusWith('b')]).toEqual([401, 200]), 10_000);
  });

  test('takes a change of the settings on SIGHUP, where that does not restart it', async () => {
    const values = { restartOnChange: false };
    const pod = podOf(await render(values), bin, {}, onFreePorts);
    const { server, query } = await start(pod);
    expect((await query(FIRST_REPOSITORY)).body.data).toEqual(FOUND);
    pod.write(await render({ ...values, settings: { IMAGE_GRAPH_MAX_DEPTH: 2 } }), {});
    server.child.kill('SIGHUP');
    expect(await server.says('Settings reloaded')).toContain('IMAGE_GRAPH_MAX_DEPTH from its default to 2');
    expect((await query(FIRST_REPOSITORY)).body.data).toBeUndefined();
  });

  /** Secrets for each value file and the overlay. */
  const SECRETS = async (): Promise<Secrets> => {
    const keys = await hashed(keyOf('a'), 'a');
    return {
      'image-graph': { password: 'hunter2', keys, 'redis-url': 'redis://:hunter2@redis:6379' },
      cloud: { 'access-key': 'AK', 'secret-key': 'SK' },
      callers: { keys, router: 'a-secret-of-the-router-0123456789' },
      redis: { url: 'rediss://:hunter2@redis:6379/1' },
    };
  };

  test.each([
    ['the chart with everything', () => render(withoutCertificates(valuesOf('everything')))],
    ['the chart with secrets', () => render(valuesOf('secrets'))],
    ['the chart with four workers', () => render(valuesOf('workers'))],
    ['the chart with nothing that is optional', () => render(valuesOf('minimal'))],
    ['the kustomize base', () => kustomize(join(KUSTOMIZE, 'base'))],
    ['the example of an overlay', () => kustomize(join(KUSTOMIZE, 'overlays/example'))],
  ])('of %s has settings without a fault', async (_name, make) => {
    const pod = podOf(await make(), bin, await SECRETS(), (text) => text);
    const [, ...options] = pod.container.args;
    const { code, output } = await pod.start(['config', 'check', ...options]).ends();
    expect(output).not.toContain('hunter2');
    expect([code, output]).toEqual([0, expect.stringContaining('image-graph.env')]);
  });

  /** They are in a ConfigMap that the chart does not make. */
  const withoutCertificates = (values: object) => ({ ...values, extraCaCertificates: {} });

  test('with a setting that is wrong says so, and ends', async () => {
    const pod = podOf(await render({ settings: { IMAGE_GRAPH_MAX_NODE: 5 } }), bin, {}, onFreePorts);
    const { code, output } = await pod.start().ends();
    expect(output).toContain('IMAGE_GRAPH_MAX_NODE');
    expect(code).toBe(1);
  });

  test('of helm test finds out whether a server is ready', async () => {
    const manifests = await render();
    const pod = podOf(manifests, bin, {}, onFreePorts);
    const { server, bases } = await start(pod);
    const tests = manifests.filter(({ kind }) => kind === 'Pod').map(({ spec }) => containerOf(spec as PodSpec));
    expect(tests).toHaveLength(1);
    const args = tests.flatMap((container) => container.args);
    expect(args.at(-1)).toBe('http://image-graph:4000');
    const here = args.map((arg) => arg.replace('http://image-graph:4000', String(bases.http)));
    expect((await pod.start(here).ends()).code).toBe(0);
    server.child.kill('SIGTERM');
    await server.ends();
    expect((await pod.start(here).ends()).code).toBe(1);
  });
});
