// The manifest inside a tag: layers of schema 2, platforms of a manifest list, and what is neither.
import { expect, test } from 'vitest';
import { startApp } from '../../support/app.ts';
import { detailAt } from '../repository/kind.ts';
import { imageManifest, layer, manifestList, tagRecord, tagRow } from './kind.ts';

const SHOWN =
  'manifestMediaType layers { digest size mediaType } platforms { os architecture variant osVersion digest size }';

/** The tag with this manifest, from the list and alone, which show the same. */
async function shown(manifest: unknown, selection = SHOWN) {
  const app = await startApp({
    upstream: ({ path }) =>
      path.endsWith('/tags')
        ? { body: [tagRow({ manifest })] }
        : { body: path.endsWith('/v1') ? tagRecord({ manifest }) : detailAt(path) },
  });
  const { data, errors = [] } = await app.ask(
    `{ repository(namespace: "group", name: "app") { containerTags { nodes { name ${selection} } } containerTag(name: "v1") { name ${selection} } } }`,
  );
  const { containerTags, containerTag } = data.repository;
  expect(containerTags.nodes).toEqual([containerTag]);
  const failed = errors.map(({ path, extensions }) => {
    expect(extensions).toMatchObject({ code: 'UPSTREAM_BAD_RESPONSE', service: 'swr' });
    return path?.slice(path.indexOf('containerTag') + 1).join('.');
  });
  expect(app.log).toEqual([]);
  const { name, ...tag } = containerTag;
  return {
    name,
    ...tag,
    failed: failed.filter((path) => !path?.includes('containerTags')),
    message: errors[0]?.message,
  };
}

const NOTHING = { manifestMediaType: null, layers: null, platforms: null };

test.each([
  ['a text', (manifest: string) => manifest],
  ['an object', (manifest: string) => JSON.parse(manifest)],
])('the layers of schema 2 are read from %s', async (_what, sent) => {
  const layers = [layer({ size: 9007199254741 }), layer({ size: '12', mediaType: undefined }), {}];
  expect(await shown(sent(imageManifest(layers)))).toMatchObject({
    manifestMediaType: 'application/vnd.docker.distribution.manifest.v2+json',
    layers: [
      { digest: layer().digest, size: '9007199254741', mediaType: layer().mediaType },
      { digest: layer().digest, size: '12', mediaType: null },
      { digest: null, size: null, mediaType: null },
    ],
    platforms: null,
    failed: [],
  });
});

test('the platforms of a manifest list are read', async () => {
  const manifests = [
    { size: 1357, digest: 'sha256:1', platform: { os: 'linux', architecture: 'arm', variant: 'v7' } },
    {
      size: '9007199254740993',
      platform: { os: 'windows', architecture: 'amd64', 'os.version': '10.0.17763', features: [1] },
    },
    { platform: null },
    {},
  ];
  const none = { os: null, architecture: null, variant: null, osVersion: null, digest: null, size: null };
  expect(await shown(manifestList(manifests))).toMatchObject({
    layers: null,
    platforms: [
      { ...none, os: 'linux', architecture: 'arm', variant: 'v7', digest: 'sha256:1', size: '1357' },
      { ...none, os: 'windows', architecture: 'amd64', osVersion: '10.0.17763', size: '9007199254740993' },
      none,
      none,
    ],
    failed: [],
  });
});

test.each([
  ['schema 1', { schemaVersion: 1, fsLayers: [{ blobSum: 'x' }], history: [{ v1Compatibility: '{}' }] }],
  ['another artifact', { schemaVersion: 2, layers: null, manifests: null }],
  ['an empty object', {}],
])('%s has neither layers nor platforms', async (_what, manifest) => {
  expect(await shown(JSON.stringify(manifest))).toEqual({ name: 'v1', ...NOTHING, failed: [], message: undefined });
});

test.each([undefined, null, ''])('a manifest of %j is null without an error', async (manifest) => {
  expect(await shown(manifest)).toEqual({ name: 'v1', ...NOTHING, failed: [], message: undefined });
});

const HUGE = `{"schemaVersion":2,"layers":[],"x":"${'x'.repeat(262_144)}"}`;

test.each([
  ['not JSON', '{"layers":[', 'manifest is not a JSON object'],
  ['a list', '[]', 'manifest is not a JSON object'],
  ['a number', 7, 'manifest is not a JSON object'],
  ['JSON within JSON', JSON.stringify('{}'), 'manifest is not a JSON object'],
  ['too long', HUGE, 'manifest has more than 262144 characters'],
])('a manifest that is %s nulls its own fields alone', async (_what, manifest, message) => {
  const tag = await shown(manifest);
  expect(tag).toMatchObject({ name: 'v1', ...NOTHING, failed: ['manifestMediaType', 'layers', 'platforms'] });
  expect(tag.message).toBe(`The response cannot be read: ${message}.`);
});

test('a manifest that cannot be read costs nothing where it is not selected', async () => {
  expect(await shown('no manifest', 'size')).toEqual({ name: 'v1', size: '22404', failed: [], message: undefined });
});

test.each([
  ['layers', { layers: {} }],
  ['layers', { layers: ['sha256:1'] }],
  ['layers', { layers: [{}, null] }],
  ['layers', { layers: Array(5001).fill({}) }],
  ['platforms', { manifests: 'x' }],
  ['platforms', { manifests: [[]] }],
  ['manifestMediaType', { mediaType: 7 }],
])('malformed %s are null with an error, and the rest has its values', async (field, manifest) => {
  const tag = await shown({ mediaType: 'm', layers: [{}], manifests: [{}], ...manifest });
  expect(tag.failed).toEqual([field]);
  expect(tag[field]).toBeNull();
  expect(Object.keys(NOTHING).filter((name) => tag[name] === null)).toEqual([field]);
});

test('malformed parts of a layer and of a platform null themselves', async () => {
  const tag = await shown({
    layers: [{ digest: 7, size: 'big', mediaType: 'm' }],
    manifests: [{ digest: 'd', platform: 'linux/amd64' }, { platform: { os: 1, architecture: 'arm64' } }],
  });
  expect(tag.layers).toEqual([{ digest: null, size: null, mediaType: 'm' }]);
  expect(tag.platforms).toMatchObject([
    { os: null, architecture: null, digest: 'd' },
    { os: null, architecture: 'arm64' },
  ]);
  expect(tag.failed).toEqual([
    ...['layers.0.digest', 'layers.0.size'],
    ...['os', 'architecture', 'variant', 'osVersion'].map((field) => `platforms.0.${field}`),
    'platforms.1.os',
  ]);
});
