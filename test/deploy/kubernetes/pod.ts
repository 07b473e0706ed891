// A pod of a rendering as a process: its files as the kubelet writes them, its command, its environment and its user.
import { chmodSync, chownSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Command, runFile } from '../../support/processes/command.ts';
import type { Manifest } from '../../support/processes/kubernetes.ts';

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
}

interface Source {
  readonly name: string;
  readonly items?: readonly { readonly key: string; readonly path: string }[];
}

interface Container {
  readonly args: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value: string }[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly startupProbe: Probe;
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
  readonly securityContext: object;
  readonly resources: { readonly requests: { memory: string }; readonly limits: { memory: string } };
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
}

/** What the tests read of a pod. */
export interface PodSpec {
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly securityContext: { readonly runAsUser: number; readonly runAsGroup: number; readonly fsGroup: number };
  readonly terminationGracePeriodSeconds: number;
  readonly topologySpreadConstraints: readonly { readonly labelSelector: { readonly matchLabels: object } }[];
  readonly containers: readonly Container[];
  readonly volumes: readonly {
    readonly name: string;
    readonly projected: {
      readonly defaultMode: number;
      readonly sources: readonly { readonly configMap?: Source; readonly secret?: Source }[];
    };
  }[];
}

type Deployment = Manifest & {
  readonly spec: {
    readonly replicas?: number;
    readonly selector: { readonly matchLabels: Record<string, string> };
    readonly template: { readonly metadata: { readonly labels: Record<string, string> }; readonly spec: PodSpec };
  };
};

export const deploymentIn = (manifests: readonly Manifest[]) =>
  manifests.find(({ kind }) => kind === 'Deployment') as Deployment;

/** The pods of a rendering: of its deployment, and those that it has itself. */
export const podsIn = (manifests: readonly Manifest[]): PodSpec[] => [
  deploymentIn(manifests).spec.template.spec,
  ...manifests.filter(({ kind }) => kind === 'Pod').map(({ spec }) => spec as PodSpec),
];

/** Errors: throws for a pod without a container. */
export function containerOf({ containers: [container] }: PodSpec): Container {
  if (!container) throw new Error('The pod has no container.');
  return container;
}

/** The texts of secrets, by name and key. */
export type Secrets = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The files of a volume, by path. */
function filesOf(manifests: readonly Manifest[], { volumes }: PodSpec, secrets: Secrets): Map<string, string> {
  const configMaps = manifests.filter(({ kind }) => kind === 'ConfigMap');
  const files = new Map<string, string>();
  const add = (data: unknown, { name, items }: Source) => {
    const texts = data as Record<string, string> | undefined;
    if (!texts) throw new Error(`${name} does not exist.`);
    for (const { key, path } of items ?? Object.keys(texts).map((key) => ({ key, path: key }))) {
      const text = texts[key];
      if (text === undefined) throw new Error(`${name} has no ${key}.`);
      files.set(path, text);
    }
  };
  for (const { configMap, secret } of volumes.flatMap(({ projected }) => projected.sources)) {
    if (configMap) add(configMaps.find(({ metadata }) => metadata.name === configMap.name)?.data, configMap);
    if (secret) add(secrets[secret.name], secret);
  }
  return files;
}

/** A volume in a folder, written as the kubelet does: a folder for each version, and links to it, which change at once. */
export class Volume {
  readonly folder: string;
  readonly #pod: PodSpec;
  #version = 0;

  constructor(pod: PodSpec) {
    this.#pod = pod;
    this.folder = mkdtempSync(join(tmpdir(), 'image-graph-pod-'));
    chmodSync(this.folder, 0o755);
    onTestFinished(() => rmSync(this.folder, { recursive: true }));
  }

  /** Puts files in the place of those that are there. */
  write(files: ReadonlyMap<string, string>): void {
    const isFirst = this.#version === 0;
    const version = `..${++this.#version}`;
    const [{ projected }] = this.#pod.volumes as [PodSpec['volumes'][number]];
    for (const [path, text] of files) {
      const file = join(this.folder, version, path);
      mkdirSync(dirname(file), { recursive: true, mode: 0o755 });
      writeFileSync(file, text);
      chmodSync(file, projected.defaultMode);
      if (isRoot) chownSync(file, 0, this.#pod.securityContext.fsGroup);
    }
    symlinkSync(version, join(this.folder, '..new'));
    renameSync(join(this.folder, '..new'), join(this.folder, '..data'));
    if (!isFirst) return;
    for (const name of new Set([...files.keys()].map((path) => path.split('/')[0] ?? '')))
      symlinkSync(join('..data', name), join(this.folder, name));
  }
}

/** Only root can run a process as another user, and on a read-only file system. */
export const isRoot = process.getuid?.() === 0;

/** In a mount namespace of its own: nothing of the file system can be written; then the other arguments are the command. */
const READ_ONLY = '/bin/mount --make-rprivate / && /bin/mount -o remount,ro,bind / && exec "$0" "$@"';

export interface Pod {
  readonly container: Container;
  /** Runs the image's program with the container's environment: with its own arguments, or others. */
  start(args?: readonly string[]): Command;
  /** Puts the files of another rendering, or of other secrets, in the place of those that are there. */
  write(manifests: readonly Manifest[], secrets: Secrets): void;
}

/**
 * The pod of a deployment, with `bin` as the program of its image. The paths below its mount lead to a folder instead, in the files, too,
 * and `change` changes the files: a test has free ports and clouds of its own.
 */
export function podOf(
  manifests: readonly Manifest[],
  bin: string,
  secrets: Secrets,
  change: (text: string) => string,
): Pod {
  const pod = deploymentIn(manifests).spec.template.spec;
  const container = containerOf(pod);
  const [{ mountPath }] = container.volumeMounts as [Container['volumeMounts'][number]];
  const volume = new Volume(pod);
  const moved = (text: string) => text.replaceAll(mountPath, volume.folder);
  const write = (rendered: readonly Manifest[], texts: Secrets) => {
    const files = [...filesOf(rendered, pod, texts)].map(([path, text]): [string, string] => [
      path,
      path === 'image-graph.env' ? moved(change(text)) : text,
    ]);
    volume.write(new Map(files));
  };
  write(manifests, secrets);
  const { runAsUser, runAsGroup, fsGroup } = pod.securityContext;
  const user = [
    '/usr/bin/setpriv',
    '--reuid',
    runAsUser,
    '--regid',
    runAsGroup,
    '--groups',
    fsGroup,
    '--no-new-privs',
    '--inh-caps=-all',
  ];
  const env = Object.fromEntries((container.env ?? []).map(({ name, value }) => [name, moved(value)]));
  return {
    container,
    start(args = container.args) {
      const command = [bin, ...args.map(moved)];
      if (!isRoot) return runFile(bin, env, ...command.slice(1));
      return runFile('/usr/bin/unshare', env, '--mount', '/bin/sh', '-c', READ_ONLY, ...user.map(String), ...command);
    },
    write,
  };
}
