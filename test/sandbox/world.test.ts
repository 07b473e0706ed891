// The world: enough of everything, the same at every start, and coherent across the services.
import { describe, expect, it } from 'vitest';
import type { Repository } from '../../src/sandbox/world/types.ts';
import { createWorld } from '../../src/sandbox/world/world.ts';

const world = createWorld();
const rows = world.images.map(({ row }) => row);
const key = ({ namespace, name }: { namespace: string; name: string }): string => `${namespace}/${name}`;
const byKey = new Map(world.repositories.map((repository) => [key(repository), repository]));
const distinct = (property: string): Set<unknown> => new Set(rows.map((row) => row[property]));

const IMAGE_FIELDS =
  `__backup_id __data_origin __description __image_location __image_size __image_source_type __is_config_init
  __isregistered __lazyloading __originalimagename __imagetype protected virtual_env_type virtual_size visibility owner
  id status name container_format disk_format min_ram max_ram min_disk __os_bit __os_feature_list __platform schema self
  size __os_type __os_version tags __support_kvm __support_xen __support_largememory __support_diskintensive
  __support_highperformance __support_xen_gpu_type __support_kvm_gpu_type __support_xen_hana __support_kvm_infiniband
  __root_origin __sequence_num __support_fc_inject created_at updated_at active_at checksum hw_firmware_type file
  enterprise_project_id __support_amd __system__cmkid hw_vif_multiqueue_enabled __support_arm`.split(/\s+/);

describe('the world', () => {
  it('is deeply equal at every creation', () => {
    expect(createWorld()).toEqual(world);
  });

  it('holds at least what the tests of the graph need', () => {
    const own = world.repositories.filter(({ isOwn }) => isOwn);
    const foreign = world.repositories.filter(({ isOwn }) => !isOwn);
    expect(world.organizations.length).toBeGreaterThanOrEqual(4);
    expect(world.repositories.length).toBeGreaterThanOrEqual(150);
    expect(own.filter(({ sharing }) => sharing !== 'none').length).toBeGreaterThan(100);
    expect(foreign.filter(({ sharing }) => sharing === 'valid').length).toBeGreaterThan(10);
    expect(foreign.filter(({ sharing }) => sharing === 'expired').length).toBeGreaterThan(10);
    expect(world.retentionLogs.length).toBeGreaterThanOrEqual(400);
    expect(world.images.length).toBeGreaterThanOrEqual(300);
    expect(world.imageGroups.length).toBeGreaterThanOrEqual(80);
  });

  it('grows and shrinks on request', () => {
    expect(createWorld({ imageCount: 1000 }).images).toHaveLength(1000);
    expect(createWorld({ repositoryCount: 500 }).repositories.filter(({ isOwn }) => isOwn)).toHaveLength(500);
  });

  it('names each record once', () => {
    const ids = [...world.repositories.map(({ id }) => id), ...world.retentionLogs.map(({ id }) => -1n - id)];
    expect(byKey.size).toBe(world.repositories.length);
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
    const groups = world.imageGroups.map(({ row, workspaceId }) => `${workspaceId}/${key(row)}`);
    expect(new Set(groups).size).toBe(groups.length);
  });

  it('gives every retention log an own repository', () => {
    const owners = world.retentionLogs.map(({ namespace, repo }) => byKey.get(`${namespace}/${repo}`));
    expect(owners.every((repository) => repository?.isOwn)).toBe(true);
  });

  it('joins most image groups, but not all, to a repository', () => {
    const joined = world.imageGroups.filter(({ row }) => byKey.has(key(row)));
    expect(joined.length).toBeGreaterThan(70);
    expect(joined.length).toBeLessThan(world.imageGroups.length);
    expect(joined.some(({ row }) => row.name === 'a/b_c.d')).toBe(true);
  });

  it('has a member for every share of an image, and members of shared images only', () => {
    const members = new Map(world.imageMembers.map((row) => [`${row.image_id} ${row.member_id}`, row.status]));
    for (const { row, members: shares } of world.images) {
      for (const [project, status] of Object.entries(shares)) expect(members.get(`${row.id} ${project}`)).toBe(status);
    }
    const shared = new Set(rows.filter(({ visibility }) => visibility === 'shared').map(({ id }) => id));
    expect(world.imageMembers.filter(({ image_id }) => !shared.has(image_id))).toEqual([]);
    expect(members.size).toBe(world.imageMembers.length);
  });

  it('has as many training images as an own image group counts, as old as the group', () => {
    for (const { row, workspaceId, type } of world.imageGroups) {
      if (type !== 'DEDICATED') continue;
      const versions = world.trainingImages
        .map((image) => image.row)
        .filter(({ namespace, name, workspace_id }) => {
          return namespace === row.namespace && name === row.name && workspace_id === workspaceId;
        });
      expect([key(row), versions.length]).toEqual([key(row), row.version_count]);
      if (versions.length === 0) continue;
      expect(Math.min(...versions.map(({ create_at }) => create_at))).toBe(row.create_at);
      expect(Math.max(...versions.map(({ update_at }) => update_at))).toBe(row.update_at);
    }
  });

  it('points training images at tags of its repositories, at removed ones, and at an enterprise registry', () => {
    const found = { tag: 0, slash: 0, removed: 0, enterprise: 0 };
    for (const { row } of world.trainingImages) {
      const repository = row.namespace === undefined ? undefined : byKey.get(`${row.namespace}/${row.name}`);
      if (row.swr_instance_id !== undefined) {
        found.enterprise += 1;
        expect(world.repositories.some(({ path }) => path.split('/')[0] === row.swr_path.split('/')[0])).toBe(false);
      } else if (repository?.tags.includes(row.tag)) {
        found.tag += 1;
        if (repository.name.includes('/')) found.slash += 1;
        expect(row.swr_path).toBe(`${repository.path}:${row.tag}`);
      } else if (repository !== undefined) found.removed += 1;
    }
    expect(found.tag).toBeGreaterThan(100);
    for (const count of Object.values(found)) expect(count).toBeGreaterThan(5);
    const ids = world.trainingImages.map(({ row }) => row.id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('covers every documented value of a training image', () => {
    const images = world.trainingImages.map(({ row }) => row);
    const documented = {
      arch: ['x86_64', 'X86_64', 'aarch64', 'AARCH64'],
      status: ['INIT', 'CREATING', 'CREATE_FAILED', 'ERROR', 'DELETED', 'ACTIVE'],
      visibility: ['PRIVATE', 'PUBLIC', 'HIDDEN'],
      origin: ['CUSTOMIZE', 'IMAGE_SAVE'],
      service_type: ['COMMON', 'INFERENCE', 'TRAIN', 'DEV', 'UNKNOWN'],
    } as const;
    for (const [field, values] of Object.entries(documented)) {
      const used = new Set(images.map((row) => row[field as keyof typeof documented]));
      expect([field, values.filter((value) => !used.has(value))]).toEqual([field, []]);
    }
    expect(images.some(({ tags }) => tags !== undefined)).toBe(true);
    expect(images.some(({ size }) => typeof size === 'bigint')).toBe(true);
  });

  it('uses names that the grammar allows, up to its longest, and only organizations that exist', () => {
    const grammar = /^[a-z0-9]+(?:(?:[./-]|__?)[a-z0-9]+)*$/;
    const organizations = new Map(world.organizations.map(({ name, id }) => [name, id]));
    for (const repository of world.repositories) {
      expect(repository.name).toMatch(grammar);
      expect(organizations.get(repository.namespace)).toBe(repository.ns_id);
    }
    expect(Math.max(...world.repositories.map(({ name }) => name.length))).toBe(128);
    expect(Math.max(...world.organizations.map(({ name }) => name.length))).toBe(64);
    expect(world.repositories.some(({ name }) => name.includes('__'))).toBe(true);
  });

  it('spells times with zero to nine fraction digits, and some differently in list and detail', () => {
    const digits = (time: string): number => (time.split('.')[1]?.length ?? 1) - 1;
    expect(new Set(world.repositories.map(({ created }) => digits(created))).size).toBe(10);
    expect(world.repositories.some(({ created, created_at }) => created !== created_at)).toBe(true);
    const agree = ({ created, created_at }: Repository): boolean => created.startsWith(created_at.replace('Z', ''));
    expect(world.repositories.every(agree)).toBe(true);
  });

  it('holds numbers beyond 2^53 in every Long field, and zero too', () => {
    const fields = ['id', 'ns_id', 'size', 'num_images', 'num_download'] as const;
    for (const field of fields) {
      const values = world.repositories.map((repository) => repository[field]);
      expect(values.some((value) => value > 2n ** 53n)).toBe(true);
      expect(values.includes(0n)).toBe(true);
    }
    expect(world.retentionLogs.some(({ id, retention_id }) => id > 2n ** 53n && retention_id > 2n ** 53n)).toBe(true);
    expect(
      rows.some(({ size, virtual_size }) => size === 9007199254740993n && virtual_size === 9007199254740995n),
    ).toBe(true);
    expect(world.repositories.some(({ description }) => description?.includes('12345678901234567890'))).toBe(true);
  });

  it('uses both templates, both selector kinds, and rule values as strings and as numbers', () => {
    const text = world.retentionLogs.map(({ rule_type }) => rule_type).join('\n');
    for (const part of [
      '"tag_rule"',
      '"date_rule"',
      '"label"',
      '"regexp"',
      '"num":"',
      '"num":5',
      '"days":"',
      '"days":14',
    ]) {
      expect(text).toContain(part);
    }
    expect(world.retentionLogs.every(({ rule_type }) => typeof JSON.parse(rule_type).template === 'string')).toBe(true);
  });

  it('fills every documented image field somewhere', () => {
    const missing = IMAGE_FIELDS.filter(
      (field) => !rows.some((row) => row[field] !== null && row[field] !== undefined && row[field] !== ''),
    );
    expect(missing).toEqual([]);
  });

  it('covers every documented value', () => {
    const documented: Record<string, unknown[]> = {
      status: ['queued', 'saving', 'deleted', 'killed', 'active'],
      visibility: ['public', 'private', 'shared', 'community'],
      __imagetype: ['gold', 'private', 'shared', 'market'],
      __os_bit: ['32', '64'],
      __os_type: ['Linux', 'Windows', 'Other'],
      disk_format: ['zvhd2', 'vhd', 'zvhd', 'raw', 'qcow2', 'iso', null],
      virtual_env_type: ['FusionCompute', 'Ironic', 'DataImage', 'IsoImage'],
      hw_firmware_type: ['bios', 'uefi'],
      __lazyloading: ['true', 'false', 'True', 'False'],
      __support_kvm_gpu_type: ['M60', 'V100_vGPU', 'P2V_V100', 'P100', 'V100'],
      __image_source_type: ['uds', 'swift'],
      name: [null, '', 'in:tricky', 'comma, inside', 'Ubuntu 22.04 Größe Übung'],
      size: [null, 0],
      protected: [true, false],
      __platform:
        `Windows,Ubuntu,RedHat,Red Hat,SUSE,CentOS,Debian,OpenSUSE,Oracle Linux,OracleLinux,Fedora,CoreOS,EulerOS,Huawei Cloud EulerOS,Other`.split(
          ',',
        ),
    };
    for (const [field, values] of Object.entries(documented)) {
      expect([field, values.filter((value) => !distinct(field).has(value))]).toEqual([field, []]);
    }
    const categories = new Set(world.repositories.map(({ category }) => category));
    expect(categories.size).toBe(8);
    expect(new Set(world.imageGroups.map(({ serviceType }) => serviceType)).size).toBe(5);
    expect(new Set(world.imageGroups.map(({ type }) => type)).size).toBe(2);
    const origins = new Set(rows.map((row) => String(row.__data_origin).split(',')[0]));
    for (const kind of ['instance', 'server_backup', 'volume', 'file', 'image', 'null'])
      expect(origins).toContain(kind);
  });

  it('derives images from other images of the world, and one from an image that is deleted', () => {
    const ids = new Set(rows.map(({ id }) => id));
    const parents = rows
      .map((row) => row.__originalimagename)
      .filter((parent) => parent !== undefined && parent !== '');
    expect(parents.some((parent) => ids.has(String(parent)))).toBe(true);
    expect(parents.some((parent) => !ids.has(String(parent)))).toBe(true);
  });
});
