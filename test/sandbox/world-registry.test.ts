// The world's registry is coherent: tags add up, digests are those of the manifests, and what is shared by tags is the same.
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { IMAGE_SECRET } from '../../src/sandbox/world/manifests.ts';
import { createWorld } from '../../src/sandbox/world/world.ts';

const world = createWorld();
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('the tags of the world', () => {
  it('are those that the repositories name, and more where the counter is huge', () => {
    for (const { namespace, name, tags } of world.repositories) {
      const names = world.tags
        .filter((tag) => tag.namespace === namespace && tag.repository === name)
        .map(({ row }) => row.Tag);
      expect(names.slice(0, tags.length)).toEqual(tags);
      if (name !== 'huge-counters') expect(names).toHaveLength(tags.length);
    }
  });

  it('have names of the grammar of tags, and ids of their own', () => {
    for (const { row } of world.tags) expect(row.Tag).toMatch(/^\w[\w.-]{0,127}$/);
    expect(new Set(world.tags.map(({ row }) => row.id)).size).toBe(world.tags.length);
  });

  it('have the digests of their manifests and configs, and the size of config and layers', () => {
    for (const { row, config } of world.tags) {
      expect(row.digest).toBe(`sha256:${sha256(row.manifest)}`);
      if (config === null) continue;
      expect(row.image_id).toBe(sha256(config));
      const manifest = JSON.parse(row.manifest) as { config: { size: number }; layers: { size: number }[] };
      const size = manifest.layers.reduce((sum, layer) => sum + layer.size, manifest.config.size);
      if (row.size < 2n ** 53n) expect(Number(row.size)).toBe(size);
    }
  });

  it('are images of both schemas and manifest lists, and `latest` is the last version', () => {
    const lists = world.tags.filter(({ row }) => row.tag_type === 1);
    expect(lists.length).toBeGreaterThan(20);
    const platforms = lists.flatMap(({ row }) => JSON.parse(row.manifest).manifests).map(({ platform }) => platform);
    expect(platforms.some((platform) => 'os.version' in platform)).toBe(true);
    const schema1 = world.tags.filter(({ row }) => row.schema === 1);
    expect(schema1.map(({ repository, row }) => [repository, row.Tag])).toEqual([['nginx', 'log']]);
    expect(schema1[0]?.row.manifest).toContain(IMAGE_SECRET);
    const ofUbuntu = world.tags.filter(({ repository }) => repository === 'base/images/ubuntu/22.04');
    const digestOf = (name: string) => ofUbuntu.find(({ row }) => row.Tag === name)?.row.digest;
    expect(digestOf('latest')).toBe(digestOf('v11.4'));
  });
});

it('every signature is of a tag of its repository', () => {
  const digests = new Set(
    world.tags.map(({ namespace, repository, row }) => `${namespace}/${repository}@${row.digest}`),
  );
  const targets = world.accessories.map((row) => `${row.namespace_name}/${row.repo_name}@${row.target_digest}`);
  expect(targets.filter((target) => !digests.has(target))).toEqual([]);
});

it('every trigger is of an own repository, and its runs name tags of it', () => {
  for (const { namespace, repository, history } of world.triggers) {
    const found = world.repositories.find((row) => row.namespace === namespace && row.name === repository);
    expect(found?.isOwn).toBe(true);
    for (const { tag } of history) expect(found?.tags).toContain(tag);
  }
});
