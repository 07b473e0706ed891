// The images of the world's registry: manifests of both schemas, manifest lists, and configs.
// Source: docs/upstream/swr.md#list-tags, #show-a-tag-config.
import { createHash } from 'node:crypto';
import { cycle, type Random } from './random.ts';

/** Is in every text of an image that may hold credentials: tests look for it where it must not be. */
export const IMAGE_SECRET = 'sandbox-image-secret';

const DOCKER = 'application/vnd.docker';
const OCI = 'application/vnd.oci.image';
const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export interface Platform {
  os: string;
  architecture: string;
  variant?: string;
  'os.version'?: string;
}

export interface BuiltImage {
  image_id: string;
  manifest: string;
  digest: string;
  schema: number;
  size: bigint;
  tag_type: number;
  config: string | null;
}

const AMD64: Platform = { os: 'linux', architecture: 'amd64' };
const ARM64: Platform = { os: 'linux', architecture: 'arm64', variant: 'v8' };
/** The platforms of manifest lists. The first entry has two images that differ in nothing but `os.version`. */
const LISTED: readonly (readonly Platform[])[] = [
  [
    AMD64,
    ARM64,
    { os: 'windows', architecture: 'amd64', 'os.version': '10.0.17763.6532' },
    { os: 'windows', architecture: 'amd64', 'os.version': '10.0.20348.2849' },
  ],
  [AMD64, ARM64],
  [AMD64, ARM64, { os: 'linux', architecture: 'arm', variant: 'v7' }],
];

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const randomDigest = (random: Random): string => `sha256:${sha256(`${random.integer(2 ** 32)}`)}`;

/** Builds the config of one image. Some have a variant and an author, some have labels, some have null instead. */
function createConfig(index: number, created: string, diffIds: string[]): string {
  const { variant, ...platform } = index % 4 === 1 ? ARM64 : AMD64;
  const labels = {
    'org.opencontainers.image.title': `image-${index}`,
    'org.opencontainers.image.version': `1.${index}`,
    maintainer: 'Jürgen <juergen@sandbox.example.com>',
    empty: '',
  };
  const commands = {
    Env: [PATH, `API_TOKEN=${IMAGE_SECRET}-env`],
    Cmd: ['serve', `--password=${IMAGE_SECRET}-command`],
    Entrypoint: ['/entrypoint.sh', `--key=${IMAGE_SECRET}-entrypoint`],
  };
  return JSON.stringify({
    ...platform,
    ...(variant === undefined ? {} : { variant }),
    ...(index % 3 === 0 ? { author: 'build-robot' } : {}),
    config: {
      ...{ Hostname: '', Domainname: '', User: index % 2 === 0 ? '1000' : '', ...commands },
      ...{ Volumes: null, WorkingDir: '/app', OnBuild: null, Labels: index % 3 === 2 ? null : labels },
    },
    container_config: commands,
    created,
    docker_version: '18.09.0',
    history: [{ created, created_by: `/bin/sh -c login --token ${IMAGE_SECRET}-history` }],
    rootfs: { type: 'layers', diff_ids: diffIds },
  });
}

/** Builds an image of one platform. Images of one `base` have their first layer in common. */
export function createImage(random: Random, index: number, created: string): BuiltImage {
  const isOci = index % 3 === 1;
  const layer = isOci ? `${OCI}.layer.v1.tar+gzip` : `${DOCKER}.image.rootfs.diff.tar.gzip`;
  const base = { mediaType: layer, size: 2_811_478 + (index % 5), digest: `sha256:${sha256(`base ${index % 5}`)}` };
  const layers = Array.from({ length: index % 4 }, () => {
    return { mediaType: layer, size: 1000 + random.integer(2 ** 28), digest: randomDigest(random) };
  });
  const all = [base, ...layers];
  const diffIds = all.map(({ digest }) => `sha256:${sha256(digest)}`);
  const config = createConfig(index, created, diffIds);
  const image_id = sha256(config);
  const mediaType = isOci ? `${OCI}.config.v1+json` : `${DOCKER}.container.image.v1+json`;
  const manifest = JSON.stringify({
    schemaVersion: 2,
    // OCI lets a manifest leave its own media type out.
    mediaType: isOci
      ? index % 2 === 0
        ? undefined
        : `${OCI}.manifest.v1+json`
      : `${DOCKER}.distribution.manifest.v2+json`,
    config: { mediaType, size: Buffer.byteLength(config), digest: `sha256:${image_id}` },
    layers: all,
  });
  const size = all.reduce((sum, entry) => sum + BigInt(entry.size), BigInt(Buffer.byteLength(config)));
  return { image_id, manifest, digest: `sha256:${sha256(manifest)}`, schema: 2, size, tag_type: 0, config };
}

/** Builds a manifest list. It has no config of its own. */
export function createManifestList(random: Random, index: number): BuiltImage {
  const isOci = index % 2 === 1;
  const mediaType = isOci ? `${OCI}.manifest.v1+json` : `${DOCKER}.distribution.manifest.v2+json`;
  const manifests = cycle(LISTED, index).map((platform) => {
    return { mediaType, size: 500 + random.integer(2000), digest: randomDigest(random), platform };
  });
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: isOci ? `${OCI}.index.v1+json` : `${DOCKER}.distribution.manifest.list.v2+json`,
    manifests,
  });
  const size = BigInt(Buffer.byteLength(manifest));
  return { image_id: '', manifest, digest: `sha256:${sha256(manifest)}`, schema: 2, size, tag_type: 1, config: null };
}

/** Builds an image of schema 1: its manifest has neither config nor media types, but the history of the build. */
export function createSchema1Image(random: Random, repository: string, tag: string, created: string): BuiltImage {
  const id = random.hex(64);
  const v1Compatibility = JSON.stringify({
    ...{ architecture: 'amd64', os: 'linux', created, id },
    config: { Env: [PATH, `API_TOKEN=${IMAGE_SECRET}-schema-1`], Cmd: ['serve'] },
  });
  const manifest = JSON.stringify({
    ...{ schemaVersion: 1, name: repository, tag, architecture: 'amd64' },
    fsLayers: [{ blobSum: randomDigest(random) }],
    history: [{ v1Compatibility }],
    signatures: [],
  });
  const digest = `sha256:${sha256(manifest)}`;
  return { image_id: id, manifest, digest, schema: 1, size: 77_204_113n, tag_type: 0, config: null };
}
