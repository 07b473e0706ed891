// The files for Kubernetes: Helm and kubectl accept them, schemas too, they fit to each other, to the settings and to the alerts.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { isSecret, type Setting, type SettingTree, settingsIn } from '../../src/config/setting.ts';
import { SETTINGS } from '../../src/config/settings.ts';
import {
  CHART,
  helm,
  KUBERNETES_IS_INSTALLED,
  KUSTOMIZE,
  kustomize,
  type Manifest,
  render,
  schemaFaults,
  VALUES,
  valuesOf,
} from '../support/processes/kubernetes.ts';
import { containerOf, deploymentIn, type PodSpec, podsIn } from './kubernetes/pod.ts';

const ROOT = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const { version } = JSON.parse(read('package.json'));
const BASE = join(KUSTOMIZE, 'base');
const OVERLAY = join(KUSTOMIZE, 'overlays/example');

/** What the files make, by name. */
const RENDERINGS: Readonly<Record<string, () => Promise<Manifest[]>>> = {
  'the chart': () => render(),
  'the chart with everything': () => render(valuesOf('everything'), 'prod'),
  'the chart with nothing that is optional': () => render(valuesOf('minimal')),
  'the chart with secrets': () => render(valuesOf('secrets')),
  'the chart with four workers': () => render(valuesOf('workers')),
  'the kustomize base': () => kustomize(BASE),
  'the example of an overlay': () => kustomize(OVERLAY),
};

/** The settings in the file of a ConfigMap. */
function settingsOf(manifests: readonly Manifest[]): NodeJS.Dict<string> {
  const { data } = manifests.find(({ kind }) => kind === 'ConfigMap') as unknown as { data: Record<string, string> };
  return parseEnv(data['image-graph.env'] ?? '');
}

const ofKind = (manifests: readonly Manifest[], kind: string) =>
  manifests.filter((manifest) => manifest.kind === kind) as (Manifest & { spec: Record<string, unknown> })[];

const isPartOf = (labels: Record<string, string>, all: Readonly<Record<string, string>> = {}) =>
  Object.entries(labels).every(([name, value]) => all[name] === value);

describe.runIf(KUBERNETES_IS_INSTALLED)('Helm and kubectl', () => {
  test.each(['', 'everything', 'minimal', 'secrets', 'workers'])(
    'helm lint accepts the chart with values %s',
    async (name) => {
      const values = name ? ['--values', join(VALUES, `${name}.yaml`)] : [];
      const { status, output } = await helm('lint', '--strict', CHART, ...values);
      expect(output).toContain('1 chart(s) linted, 0 chart(s) failed');
      expect(status).toBe(0);
    },
  );

  describe.each(Object.entries(RENDERINGS))('%s', (_name, make) => {
    test('is what the schemas of Kubernetes allow', async () => {
      const manifests = await make();
      expect(manifests.length).toBeGreaterThan(3);
      expect(await schemaFaults(manifests)).toEqual([]);
    });

    test('has pods that may do nothing but serve', async () => {
      const manifests = await make();
      const pods = podsIn(manifests);
      expect(pods.length).toBeGreaterThan(0);
      for (const pod of pods) {
        expect(pod).toMatchObject({
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          securityContext: {
            runAsNonRoot: true,
            runAsUser: 65532,
            runAsGroup: 65532,
            seccompProfile: { type: 'RuntimeDefault' },
          },
        });
        expect(pod.containers).toHaveLength(1);
        const { securityContext, resources } = containerOf(pod);
        expect(securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        expect(resources.limits.memory).toMatch(/^\d+[MG]i$/);
        expect(resources.requests.memory).toBe(resources.limits.memory);
      }
      expect(pods.map(({ hostNetwork, hostPID }) => hostNetwork ?? hostPID)).toEqual(pods.map(() => undefined));
    });

    test('has parts that find each other', async () => {
      const manifests = await make();
      const deployment = deploymentIn(manifests);
      const { selector, template } = deployment.spec;
      const labels = template.metadata.labels;
      const { ports, args } = containerOf(template.spec);
      const portNames = ports.map(({ name }) => name);
      const names = (kind: string) => ofKind(manifests, kind).map(({ metadata }) => metadata.name);
      expect(isPartOf(selector.matchLabels, labels)).toBe(true);
      for (const { labelSelector } of template.spec.topologySpreadConstraints)
        expect(labelSelector.matchLabels).toEqual(selector.matchLabels);
      for (const kind of [
        'PodDisruptionBudget',
        'NetworkPolicy',
        'HorizontalPodAutoscaler',
        'Ingress',
        'ServiceMonitor',
      ])
        for (const { metadata } of ofKind(manifests, kind)) expect(metadata.name).toBe(deployment.metadata.name);
      for (const { spec } of ofKind(manifests, 'PodDisruptionBudget'))
        expect(spec.selector).toEqual({ matchLabels: selector.matchLabels });
      for (const { spec } of ofKind(manifests, 'HorizontalPodAutoscaler'))
        expect(spec.scaleTargetRef).toMatchObject({ kind: 'Deployment', name: deployment.metadata.name });
      expect(deployment.spec.replicas === undefined).toBe(names('HorizontalPodAutoscaler').length > 0);

      const services = ofKind(manifests, 'Service');
      expect(services).toHaveLength(2);
      for (const { spec } of services) {
        expect(spec.selector).toEqual(selector.matchLabels);
        for (const { targetPort } of spec.ports as { targetPort: string }[]) expect(portNames).toContain(targetPort);
      }
      for (const { spec } of ofKind(manifests, 'NetworkPolicy')) {
        expect(spec.podSelector).toEqual({ matchLabels: selector.matchLabels });
        const rules = spec.ingress as { ports: { port: string }[]; from: unknown[] }[];
        expect(rules.map(({ ports }) => ports.map(({ port }) => port))).toEqual([['http'], ['metrics']]);
        // A rule without peers allows all.
        expect(rules.filter(({ from }) => !from?.length)).toEqual([]);
      }
      for (const { spec } of ofKind(manifests, 'ServiceMonitor')) {
        const { selector: wanted, endpoints } = spec as unknown as {
          selector: { matchLabels: Record<string, string> };
          endpoints: { port: string }[];
        };
        const found = services.filter(({ metadata }) => isPartOf(wanted.matchLabels, metadata.labels));
        expect(found).toHaveLength(1);
        const ports = found.flatMap(({ spec }) => spec.ports as { name: string }[]);
        expect(endpoints.map(({ port }) => port)).toEqual(ports.map(({ name }) => name));
        // The alerts select the job by its name.
        expect(found[0]?.metadata.labels?.[String(spec.jobLabel)]).toMatch(/^image-graph/);
      }
      for (const { spec } of ofKind(manifests, 'Ingress'))
        expect(JSON.stringify(spec)).toContain(`{"name":"${deployment.metadata.name}","port":{"name":"http"}}`);

      const [{ projected }] = template.spec.volumes as [PodSpec['volumes'][number]];
      expect(names('ConfigMap')).toContain(projected.sources[0]?.configMap?.name);
      expect(args).toEqual(['serve', '--env-file', '/etc/image-graph/image-graph.env']);
    });

    test('has settings that exist, at the ports of the container, and a time to drain', async () => {
      const manifests = await make();
      const settings = settingsOf(manifests);
      const known = new Set(
        settingsIn(SETTINGS).flatMap((one) => (isSecret(one) ? [one.name, one.fileName] : [one.name])),
      );
      expect(Object.keys(settings).filter((name) => !known.has(name) && !name.startsWith('OTEL_'))).toEqual([]);
      const { template } = deploymentIn(manifests).spec;
      const container = containerOf(template.spec);
      expect(container.ports.map(({ name, containerPort }) => [name, String(containerPort)])).toEqual([
        ['http', settings.PORT],
        ['metrics', settings.IMAGE_GRAPH_METRICS_PORT],
      ]);
      expect([settings.HOST, settings.IMAGE_GRAPH_METRICS_HOST]).toEqual(['0.0.0.0', '0.0.0.0']);
      const drainMs = Number(settings.IMAGE_GRAPH_DRAIN_DELAY_MS) + Number(settings.IMAGE_GRAPH_DRAIN_TIMEOUT_MS);
      expect(1_000 * template.spec.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(drainMs + 5_000);
      for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe'] as const)
        expect(container[probe].httpGet.port).toBe('metrics');
    });
  });

  test('the schemas reject an unknown field, a wrong type, a wrong quantity and an unknown kind', async () => {
    const metadata = { name: 'x' };
    const policy = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata };
    const budget = { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata };
    const monitor = { apiVersion: 'monitoring.coreos.com/v1', kind: 'ServiceMonitor', metadata };
    const containers = [{ name: 'x', resources: { limits: { memory: '1Gx' } } }];
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers } };
    const [typo, type, quantity, unknown, custom] = await Promise.all(
      [
        { ...policy, spec: { podSelector: {}, polcyTypes: [] } },
        { ...budget, spec: { maxUnavailable: true } },
        pod,
        { ...policy, apiVersion: 'networking.k8s.io/v0' },
        { ...monitor, spec: { selector: {}, endpoints: [{ prot: 'metrics' }] } },
      ].map(async (manifest) => (await schemaFaults([manifest])).join()),
    );
    expect(typo).toContain('\'"polcyTypes"\' does not exist');
    expect(type).toContain('data/spec/maxUnavailable must be integer');
    expect(quantity).toContain('memory must match format "quantity"');
    expect(unknown).toBe('networking.k8s.io/v0/NetworkPolicy is unknown');
    expect(custom).toContain('\'"prot"\' does not exist');
  });

  test('the base is the chart with its default values', async () => {
    const chart = (await render()).filter(({ metadata }) => metadata.annotations?.['helm.sh/hook'] === undefined);
    const base = await kustomize(BASE);
    expect(comparable(base)).toEqual(comparable(chart));
    // The overlay's component, too.
    const monitor = ofKind(await kustomize(OVERLAY), 'ServiceMonitor').map(({ spec }) => spec);
    const ofChart = ofKind(await render({ serviceMonitor: { enabled: true } }), 'ServiceMonitor').map(
      ({ spec }) => spec,
    );
    expect(monitor).toHaveLength(1);
    expect(monitor).toEqual(ofChart);
  });

  test.each<[string, object, string]>([
    ['an unknown value', { replica: 3 }, "additional properties 'replica' not allowed"],
    ['an unknown value within one', { image: { name: 'x' } }, "additional properties 'name' not allowed"],
    ['a wrong type', { replicas: 'two' }, 'got string, want integer'],
    ['no replica', { autoscaling: { minReplicas: 0 } }, 'minimum: got 0, want 1'],
    ['a digest that is not one', { image: { digest: 'latest' } }, '/image/digest'],
    ['a secret among the settings', { settings: { IMAGE_GRAPH_PASSWORD: 'hunter2' } }, 'IMAGE_GRAPH_PASSWORD'],
    ['a file among the settings', { settings: { IMAGE_GRAPH_API_KEYS_FILE: '/keys' } }, 'IMAGE_GRAPH_API_KEYS_FILE'],
    ['a setting of the chart', { settings: { IMAGE_GRAPH_METRICS_PORT: 1 } }, 'IMAGE_GRAPH_METRICS_PORT'],
    ['a variable that is not a setting', { settings: { PATH: '/' } }, "'PATH'"],
    ['a text of several lines', { settings: { IMAGE_GRAPH_REGION: "x\nHOST='y" } }, '/settings/IMAGE_GRAPH_REGION'],
    ['a part of a number', { settings: { IMAGE_GRAPH_MAX_NODES: 0.5 } }, '/settings/IMAGE_GRAPH_MAX_NODES'],
    ['a drain that is not a time', { settings: { IMAGE_GRAPH_DRAIN_DELAY_MS: '5s' } }, 'IMAGE_GRAPH_DRAIN_DELAY_MS'],
    ['a setting in the environment', { env: { IMAGE_GRAPH_REGION: 'x' } }, 'IMAGE_GRAPH_REGION'],
    [
      'a secret that is not a file',
      { secrets: { IMAGE_GRAPH_REGION_FILE: { name: 'a', key: 'b' } } },
      'IMAGE_GRAPH_REGION_FILE',
    ],
    ['a secret as a text', { secrets: { IMAGE_GRAPH_PASSWORD_FILE: 'hunter2' } }, 'got string, want object'],
    ['a secret without its key', { secrets: { IMAGE_GRAPH_PASSWORD_FILE: { name: 'a' } } }, "missing property 'key'"],
    ['a port that is not one', { networkPolicy: { egressPorts: [0] } }, 'minimum: got 0, want 1'],
    ['an ingress without a host', { ingress: { enabled: true } }, 'ingress.host is missing'],
  ])('the chart rejects %s', async (_what, values, message) => {
    await expect(render(values)).rejects.toThrow(message);
  });

  test('the sandbox is served only where no value names a cloud', async () => {
    const sandboxOf = async (settings: object) => settingsOf(await render({ settings })).IMAGE_GRAPH_SANDBOX;
    expect(await sandboxOf({})).toBe('true');
    expect(await sandboxOf({ IMAGE_GRAPH_LOG_LEVEL: 'warn' })).toBe('true');
    const { cloud, sandbox } = SETTINGS;
    const naming = [cloud.kind, cloud.region, cloud.endpoints, cloud.projectId, cloud.auth.mode].flatMap(settingsIn);
    expect(naming.length).toBeGreaterThan(7);
    for (const { name } of naming) expect(await sandboxOf({ [name]: 'x' })).toBeUndefined();
    expect(await sandboxOf({ [sandbox.name]: false })).toBe('false');
  });

  test('values arrive as they are written', async () => {
    const written = {
      IMAGE_GRAPH_MAX_CACHE_BYTES: 67_108_864,
      IMAGE_GRAPH_MAX_BODY_BYTES: '1000000',
      IMAGE_GRAPH_GRAPHIQL: false,
      IMAGE_GRAPH_CACHE: 'swr=60/300, ims.images=10',
      IMAGE_GRAPH_DOMAIN_NAME: 'a # "b" {{ c }} \\n $D `e`',
      IMAGE_GRAPH_REGION: '',
    };
    const settings = settingsOf(await render({ settings: written }));
    for (const [name, value] of Object.entries(written)) expect(settings[name]).toBe(String(value));
  });

  test('only a change of the settings restarts the pods, and none where that is not wanted', async () => {
    const template = async (values: object) => JSON.stringify(deploymentIn(await render(values)).spec.template);
    const settings = { IMAGE_GRAPH_LOG_LEVEL: 'warn' };
    expect(await template({ settings })).not.toBe(await template({}));
    expect(await template({ replicas: 7 })).toBe(await template({}));
    expect(await template({ settings, restartOnChange: false })).toBe(await template({ restartOnChange: false }));
  });

  test('two releases in one namespace do not meet', async () => {
    const namesOf = async (release: string) =>
      (await render({}, release)).map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    const [blue, green] = [await namesOf('blue'), await namesOf('green')];
    expect(blue.filter((name) => green.includes(name))).toEqual([]);
    const { selector } = deploymentIn(await render({}, 'blue')).spec;
    expect(isPartOf(selector.matchLabels, deploymentIn(await render({}, 'green')).spec.template.metadata.labels)).toBe(
      false,
    );
    // The service of one does not lead to the test of its release.
    const pod = ofKind(await render({}, 'blue'), 'Pod')[0];
    expect(isPartOf(selector.matchLabels, pod?.metadata.labels)).toBe(false);
  });

  test('the notes name the sandbox, and the address outside', async () => {
    const notes = async (...args: string[]) => {
      const { output } = await helm('install', 'image-graph', CHART, '--dry-run=client', ...args);
      return output.slice(output.indexOf('NOTES:'));
    };
    expect(await notes()).toContain('It serves the sandbox cloud');
    const all = await notes('--values', join(VALUES, 'everything.yaml'));
    expect(all).not.toContain('sandbox');
    expect(all).toContain('https://images.example/graphql');
  });

  test('the rules for Prometheus are those of deploy/prometheus', async () => {
    const [rule] = ofKind(await render({ prometheusRule: { enabled: true } }), 'PrometheusRule');
    expect(rule?.spec).toEqual(parse(read('deploy/prometheus/alerts.yml')));
  });
});

test('the metric that pods are scaled by exists', () => {
  const adapter = readFileSync(join(CHART, 'examples/prometheus-adapter.yaml'), 'utf8');
  const [name] = /image_graph_\w+/.exec(adapter) ?? [];
  expect(readFileSync(join(CHART, 'templates/horizontalpodautoscaler.yaml'), 'utf8')).toContain(`name: ${name}\n`);
  expect(read('docs/metrics.md')).toContain(`| \`${name}\` | gauge | \`service\` |`);
});

test('the version is that of the package', () => {
  const chart = parse(readFileSync(join(CHART, 'Chart.yaml'), 'utf8'));
  expect([chart.appVersion, chart.version]).toEqual([version, version]);
  const { images } = parse(readFileSync(join(BASE, 'kustomization.yaml'), 'utf8'));
  expect(images).toEqual([{ name: 'image-graph', newTag: version }]);
});

test('the schema of the values has the secrets and the files among the settings', () => {
  const { settings, secrets } = JSON.parse(readFileSync(join(CHART, 'values.schema.json'), 'utf8')).properties;
  const secretsIn = (node: Setting | SettingTree) => settingsIn(node).filter((one) => isSecret(one));
  const files = settingsIn(SETTINGS).flatMap((one) =>
    isSecret(one) ? [one.fileName] : /_FILE$/.test(one.name) ? [one.name] : [],
  );
  expect(secrets.propertyNames.enum.toSorted()).toEqual(files.toSorted());
  const [, names] = settings.propertyNames.not.anyOf;
  const monitoring = ['IMAGE_GRAPH_METRICS_PORT', 'IMAGE_GRAPH_METRICS_HOST'];
  expect(names.enum.toSorted()).toEqual([...monitoring, ...secretsIn(SETTINGS).map(({ name }) => name)].toSorted());
});

test('the page of the chart explains each value', () => {
  const readme = readFileSync(join(CHART, 'README.md'), 'utf8');
  const values: Record<string, unknown> = parse(readFileSync(join(CHART, 'values.yaml'), 'utf8'));
  const isGroup = (value: unknown): value is object =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  const names = Object.entries(values).flatMap(([name, value]) =>
    ['settings', 'resources'].includes(name) || !isGroup(value) || Object.keys(value).length === 0
      ? [name]
      : Object.keys(value).map((key) => `${name}.${key}`),
  );
  expect(names.length).toBeGreaterThan(40);
  const explained = [...readme.matchAll(/^\| ((?:`[\w.]+`(?:, )?)+) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([\w.]+)`/g)].map(([, name]) => name),
  );
  expect(explained.toSorted()).toEqual(names.toSorted());
});

/** What objects are, without what a tool adds for itself: labels and sums of Helm, hashes in names of kubectl. */
function comparable(manifests: readonly Manifest[]): Record<string, unknown> {
  const text = JSON.stringify(manifests)
    .replaceAll(/"(app\.kubernetes\.io\/(version|managed-by)|helm\.sh\/chart|checksum\/settings)":"[^"]*",?/g, '')
    .replaceAll(',}', '}')
    .replaceAll(/"annotations":\{\},|,"annotations":\{\}/g, '')
    .replaceAll(/"image-graph-[a-z0-9]{10}"/g, '"image-graph"');
  const all: Manifest[] = JSON.parse(text);
  return Object.fromEntries(
    all.map((manifest) => [
      `${manifest.kind} ${manifest.metadata.name}`,
      manifest.kind === 'ConfigMap' ? { ...manifest, data: settingsOf([manifest]) } : manifest,
    ]),
  );
}
