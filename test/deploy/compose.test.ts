// deploy/compose: docker-compose accepts it, every service has few rights, the files that it names exist, and what its containers run is run:
// both replicas, the gateway and a Redis in a network of their own.
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COMPOSE_IS_INSTALLED, type Project, readProject, startCompose } from '../support/processes/compose.ts';
import {
  CONTAINERS_CAN_RUN,
  type Container,
  createImages,
  type Image,
  startContainer,
} from '../support/processes/container.ts';
import { createNetwork } from '../support/processes/network.ts';
import { PROMETHEUS_IS_INSTALLED, promtool } from '../support/processes/prometheus.ts';
import { REDIS } from '../support/processes/redis.ts';

const { folder, compose, start } = startCompose();
afterAll(() => rmSync(folder, { recursive: true }));
const secret = (name: string) => readFileSync(join(compose, 'secrets', name), 'utf8').trim();

test('start.sh makes secrets that differ and that only its user can reach, keeps them, and starts everything', () => {
  expect(start()).toBe('compose up --detach --build --wait');
  expect(statSync(join(compose, 'secrets')).mode & 0o777).toBe(0o700);
  // A container's user reads the file itself, whose mode it keeps there.
  expect(statSync(join(compose, 'secrets/router')).mode & 0o777).toBe(0o644);
  const [, password] = /^requirepass ([0-9a-f]{48})$/.exec(secret('valkey-config')) ?? [];
  expect(secret('valkey-url')).toBe(`redis://:${password}@valkey:6379`);
  const names = ['router', 'valkey-config', 'grafana-password'];
  const made = names.map(secret);
  expect(new Set(made).size).toBe(names.length);
  start();
  expect(names.map(secret)).toEqual(made);
});

describe.runIf(PROMETHEUS_IS_INSTALLED)('Prometheus', () => {
  test('accepts its settings beside the alerts, as they are mounted', () => {
    const mounted = join(folder, 'prometheus');
    mkdirSync(mounted);
    for (const file of ['compose/prometheus.yml', 'prometheus/alerts.yml'])
      writeFileSync(join(mounted, basename(file)), readFileSync(join(folder, 'deploy', file)));
    expect(promtool('check', 'config', join(mounted, 'prometheus.yml'))).toMatchObject({ status: 0 });
  });
});

describe.runIf(COMPOSE_IS_INSTALLED)('compose.yaml', () => {
  let project: Project;
  beforeAll(() => {
    start();
    project = readProject(compose);
  });

  test('is accepted by docker-compose', () => {
    expect(Object.keys(project.services).toSorted()).toEqual([
      'gateway',
      'grafana',
      'image-graph',
      'prometheus',
      'valkey',
    ]);
    expect(project.services['image-graph']?.deploy?.replicas).toBe(2);
  });

  test('gives every service few rights, and bounds', () => {
    for (const [name, service] of Object.entries(project.services))
      expect([name, service]).toEqual([
        name,
        expect.objectContaining({
          read_only: true,
          cap_drop: ['ALL'],
          security_opt: ['no-new-privileges:true'],
          pids_limit: expect.any(Number),
          deploy: expect.objectContaining({
            resources: { limits: { cpus: expect.any(Number), memory: expect.any(String) } },
          }),
        }),
      ]);
  });

  test('opens ports on this machine alone, and none of image-graph and Valkey', () => {
    const ports = Object.entries(project.services).flatMap(([name, service]) =>
      (service.ports ?? []).map((port) => [name, port]),
    );
    expect(ports.toSorted()).toEqual([
      ['gateway', '127.0.0.1:4000:4000/tcp'],
      ['grafana', '127.0.0.1:3000:3000/tcp'],
      ['prometheus', '127.0.0.1:9090:9090/tcp'],
    ]);
    const inCache = Object.entries(project.services).filter(([, { networks }]) => networks && 'cache' in networks);
    expect(inCache.map(([name]) => name)).toEqual(['image-graph', 'valkey']);
    expect(project.networks.cache?.internal).toBe(true);
  });

  test('mounts files that exist', () => {
    const sources = Object.values(project.services)
      .flatMap(({ volumes = [] }) => volumes.map((volume) => volume.split(':')[0] ?? ''))
      .filter((source) => source.startsWith('/'));
    const files = [...sources, ...Object.values(project.secrets).map(({ file }) => file)];
    expect(files.length).toBeGreaterThan(8);
    expect(files.filter((file) => !existsSync(file))).toEqual([]);
  });

  test('has a health check for every service, by itself or by its image', () => {
    const own = Object.entries(project.services).filter(([, { healthcheck }]) => healthcheck);
    expect(own.map(([name]) => name)).toEqual(['grafana', 'prometheus', 'valkey']);
  });

  describe.runIf(CONTAINERS_CAN_RUN && existsSync(REDIS))('its containers', () => {
    const images = createImages();
    let imageGraph: Image;
    let gateway: Image;
    beforeAll(() => {
      imageGraph = images.build('deploy/docker/Dockerfile');
      gateway = images.build('deploy/compose/gateway.Dockerfile');
    }, 900_000);
    afterAll(() => images.remove());

    /** Runs one of a service, with its command, environment and secrets. Shape: the container. */
    const run = (name: string, image: Image, hosts: string) => {
      const { command = image.config.Cmd ?? [], environment = {}, secrets = [] } = project.services[name] ?? {};
      const files = join(folder, name);
      mkdirSync(join(files, 'secrets'), { recursive: true });
      writeFileSync(join(files, 'hosts'), hosts);
      writeFileSync(join(files, 'image-graph.env'), readFileSync(join(compose, '.env')));
      for (const { source, target = source } of secrets)
        writeFileSync(join(files, 'secrets', basename(target)), readFileSync(project.secrets[source]?.file ?? ''));
      const isAbsolute = secrets.some(({ target = '' }) => target.startsWith('/etc/image-graph/secrets/'));
      const mounts = isAbsolute ? { '/etc/image-graph': files } : { '/run/secrets': join(files, 'secrets') };
      return startContainer(image, {
        args: command,
        settings: environment,
        mounts: { ...mounts, '/etc/hosts': join(files, 'hosts') },
      });
    };

    test('respond through the gateway, share Valkey, and go on without one of the replicas', async () => {
      const network = await createNetwork();
      const [program, config, ...args] = project.services.valkey?.command ?? [];
      expect([program, config]).toEqual(['valkey-server', '/run/secrets/valkey-config']);
      network.start([REDIS, project.secrets['valkey-config']?.file ?? '', ...args]);
      const replicas = [1, 2].map(() => run('image-graph', imageGraph, `${network.address} valkey\n`));
      const addresses: string[] = [];
      for (const replica of replicas) {
        await replica.says('image-graph is ready');
        addresses.push(network.connect(replica));
      }
      const front = run('gateway', gateway, addresses.map((address) => `${address} image-graph\n`).join(''));
      await front.says('The supergraph is ready');
      const entry = network.connect(front);

      const send = () => {
        const query = '{ deployments { name repository { size } } images(first: 1) { nodes { name } } }';
        const options = {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ query }),
        };
        const code = `fetch('http://${entry}:4000/graphql', ${JSON.stringify(options)})
          .then(async (response) => console.log(await response.text()))`;
        return JSON.parse(network.run([process.execPath, '-e', code]).output);
      };
      const found = { data: { images: { nodes: [{ name: expect.any(String) }] } } };
      expect(send()).toMatchObject(found);
      const isHealthy = (container: Container, { config }: Image) =>
        container.exec(config.Healthcheck?.Test.slice(1) ?? []);
      expect(isHealthy(front, gateway)).toMatchObject({ code: 0 });
      for (const replica of replicas) expect(isHealthy(replica, imageGraph)).toMatchObject({ code: 0 });
      // Without the secret of the gateway nobody gets data of a replica.
      const direct = `fetch('http://${addresses[0]}:4000/graphql?query={__typename}').then((r) => console.log(r.status))`;
      expect(network.run([process.execPath, '-e', direct]).output).toBe('401\n');

      const cli = [
        'redis-cli',
        '--no-auth-warning',
        '-h',
        network.address,
        '-a',
        secret('valkey-config').split(' ')[1] ?? '',
      ];
      while (network.run([...cli, 'dbsize']).output.trim() === '0') {
        send();
        await pause(100);
      }
      expect(network.run(['redis-cli', '-h', network.address, 'ping']).output).toContain('NOAUTH');

      const [first, second] = replicas;
      first?.signal('SIGTERM');
      expect(await first?.ends()).toBe(0);
      // The DNS of a network has the addresses of what runs.
      writeFileSync(join(folder, 'gateway/hosts'), `${addresses[1]} image-graph\n`);
      expect(send()).toMatchObject(found);
      second?.signal('SIGTERM');
      expect(await second?.ends()).toBe(0);
    }, 60_000);
  });
});
