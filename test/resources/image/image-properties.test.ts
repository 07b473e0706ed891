// The flat properties of images: booleans as texts, the negated flag, feature lists, unknown values, raw access by name.
import { expect, test } from 'vitest';
import { startApp } from '../../support/app.ts';
import type { WireRow } from '../../support/kind.ts';
import { imageRow } from './kind.ts';

/** One image with these wire fields, queried for these fields. */
async function ask(fields: WireRow | string, selection: string) {
  const row = typeof fields === 'string' ? fields : JSON.stringify(imageRow(fields));
  const app = await startApp({ upstream: () => ({ body: `{"images":[${row}]}` }) });
  const { data, errors } = await app.ask(`{ images { nodes { ${selection} } } }`);
  return { image: data.images.nodes[0], errors };
}
const malformedAt = (field: string) => [
  { path: ['images', 'nodes', 0, field], extensions: { code: 'UPSTREAM_BAD_RESPONSE', service: 'ims' } },
];

const FLAGS = {
  isRegistered: '__isregistered',
  isConfigInit: '__is_config_init',
  supportsLazyLoading: '__lazyloading',
  supportsVifMultiqueue: 'hw_vif_multiqueue_enabled',
  supportsKvm: '__support_kvm',
  supportsXen: '__support_xen',
  supportsLargeMemory: '__support_largememory',
  supportsDiskIntensive: '__support_diskintensive',
  supportsHighPerformance: '__support_highperformance',
  supportsXenHana: '__support_xen_hana',
  supportsKvmInfiniband: '__support_kvm_infiniband',
  supportsAmd: '__support_amd',
  supportsArm: '__support_arm',
  isProtected: 'protected',
};

test.each([
  ['"true"', 'true', true],
  ['"True"', 'True', true],
  ['"TRUE"', 'TRUE', true],
  ['"false"', 'false', false],
  ['"False"', 'False', false],
  ['a real true', true, true],
  ['a real false', false, false],
  ['null', null, null],
  ['an empty text', '', null],
  ['nothing', undefined, null],
])('%s in a flag is that value', async (_what, value, expected) => {
  const wire = Object.fromEntries(Object.values(FLAGS).map((name) => [name, value]));
  const { image, errors } = await ask(wire, Object.keys(FLAGS).join(' '));
  expect(errors).toBeUndefined();
  expect(image).toEqual(Object.fromEntries(Object.keys(FLAGS).map((field) => [field, expected])));
});

test.each(['yes', '1', 1, 0, {}, ['true']])('%j is not a flag: null with an error, others are not', async (value) => {
  const { image, errors } = await ask({ __support_kvm: value, __support_xen: 'true' }, 'supportsKvm supportsXen');
  expect(image).toEqual({ supportsKvm: null, supportsXen: true });
  expect(errors).toMatchObject(malformedAt('supportsKvm'));
});

test.each([
  ['true', false],
  ['True', false],
  [true, false],
  ['false', true],
  ['False', true],
  ['', null],
  [null, null],
  [undefined, null],
])('__support_fc_inject %j means that injecting a password is supported: %j', async (value, expected) => {
  const { image, errors } = await ask({ __support_fc_inject: value }, 'supportsPasswordInjection');
  expect(errors).toBeUndefined();
  expect(image).toEqual({ supportsPasswordInjection: expected });
});

test('a malformed __support_fc_inject is null with an error, never true', async () => {
  const { image, errors } = await ask({ __support_fc_inject: 'maybe' }, 'supportsPasswordInjection');
  expect(image).toEqual({ supportsPasswordInjection: null });
  expect(errors).toMatchObject(malformedAt('supportsPasswordInjection'));
});

test.each([
  ['JSON text', '["onekey_resetpasswd","CLOUD_INIT"]', ['onekey_resetpasswd', 'CLOUD_INIT']],
  ['JSON text with blanks', ' [ "a", "b,c" ] ', ['a', 'b,c']],
  ['an empty JSON list', '[]', []],
  ['a comma list', 'onekey_resetpasswd, CLOUD_INIT,', ['onekey_resetpasswd', 'CLOUD_INIT']],
  ['one feature', 'onekey_resetpasswd', ['onekey_resetpasswd']],
  ['flags', '{"nic_hotplug":"true","onekey_resetpasswd":"true"}', ['nic_hotplug', 'onekey_resetpasswd']],
  ['flags with blanks and line breaks', '\n{ "b" : "true" ,\n "a":\t"true" }', ['b', 'a']],
  ['flags in any case, and Booleans', '{"a":"True","b":"TRUE","c":true,"d":"tRuE"}', ['a', 'b', 'c', 'd']],
  ['flags that are not all true', '{"a":"false","b":"true","c":false,"d":null,"e":"","f":1,"g":{"x":true}}', ['b']],
  ['flags that are all false', '{"a":"false","b":false}', []],
  ['no flags', '{}', []],
  ['flags with numbers as names', '{"z":true,"10":"true","a":true,"2":true,"01":true}', ['z', '10', 'a', '2', '01']],
  [
    'flags with odd names',
    String.raw`{"a\"b":true,"c:d":"true","":true,"__proto__":true,"ü\u00e4":true}`,
    ['a"b', 'c:d', '', '__proto__', 'üä'],
  ],
  ['a flag that is there twice', '{"a":"true","b":"true","a":"true"}', ['a', 'b']],
  ['a list with a name twice', '["a","b","a"]', ['a', 'b']],
])('__os_feature_list as %s is a list', async (_what, text, expected) => {
  const { image, errors } = await ask({ __os_feature_list: text }, 'osFeatures osFeatureListRaw');
  expect(errors).toBeUndefined();
  expect(image).toEqual({ osFeatures: expected, osFeatureListRaw: text });
});

test.each([
  [{ nic_hotplug: 'true', ipv6: 'false', onekey_resetpasswd: true }, ['nic_hotplug', 'onekey_resetpasswd']],
  [{}, []],
  [
    ['b', 'a'],
    ['b', 'a'],
  ],
  [[], []],
])(
  '__os_feature_list %j, which is not a text, is read all the same, and its raw text is its JSON',
  async (value, expected) => {
    const { image, errors } = await ask({ __os_feature_list: value }, 'osFeatures osFeatureListRaw');
    expect(errors).toBeUndefined();
    expect(image).toEqual({ osFeatures: expected, osFeatureListRaw: JSON.stringify(value) });
  },
);

test.each([
  ['', ''],
  [null, null],
  [undefined, null],
  ['null', 'null'],
])('__os_feature_list %j is null without an error', async (text, raw) => {
  const { image, errors } = await ask({ __os_feature_list: text }, 'osFeatures osFeatureListRaw');
  expect(errors).toBeUndefined();
  expect(image).toEqual({ osFeatures: null, osFeatureListRaw: raw });
});

test.each([
  '["a"',
  '["a",]',
  '{"a":1}',
  '{"a":"true"',
  '{"a":"true",}',
  "{'a':'true'}",
  '{"a"}',
  '[1]',
  '["a",null]',
  '[12345678901234567890]',
  '"a',
])('__os_feature_list %s is malformed: null with an error, its raw text is there', async (text) => {
  const { image, errors } = await ask({ __os_feature_list: text }, 'osFeatures osFeatureListRaw');
  expect(image).toEqual({ osFeatures: null, osFeatureListRaw: text });
  expect(errors).toMatchObject(malformedAt('osFeatures'));
});

test('a feature list that is a number or a Boolean is malformed', async () => {
  for (const value of [5, true]) {
    const { image, errors } = await ask({ __os_feature_list: value }, 'osFeatures');
    expect(image).toEqual({ osFeatures: null });
    expect(errors).toMatchObject(malformedAt('osFeatures'));
  }
});

const WORDS = {
  status: 'status',
  visibility: 'visibility',
  imageType: '__imagetype',
  osType: '__os_type',
  platform: '__platform',
  diskFormat: 'disk_format',
  virtualEnvType: 'virtual_env_type',
  firmwareType: 'hw_firmware_type',
};
const WORD_FIELDS = Object.keys(WORDS).flatMap((field) => [field, `${field}Raw`]);

test.each(['brand-new', 'UNKNOWN', 'constructor', '__proto__', 'toString', ' '])(
  'the unlisted value %j is UNKNOWN in every enum, and its Raw field has it',
  async (word) => {
    const wire = Object.fromEntries(Object.values(WORDS).map((name) => [name, word]));
    const { image, errors } = await ask(wire, WORD_FIELDS.join(' '));
    expect(errors).toBeUndefined();
    expect(image).toEqual(
      Object.fromEntries(WORD_FIELDS.map((field) => [field, field.endsWith('Raw') ? word : 'UNKNOWN'])),
    );
  },
);

test('an empty value is null, and its Raw field has the empty text', async () => {
  const wire = Object.fromEntries(Object.values(WORDS).map((name) => [name, '']));
  const { image, errors } = await ask(wire, WORD_FIELDS.join(' '));
  expect(errors).toBeUndefined();
  expect(image).toEqual(Object.fromEntries(WORD_FIELDS.map((field) => [field, field.endsWith('Raw') ? '' : null])));
});

test.each([
  ['RedHat', 'REDHAT'],
  ['Red Hat', 'REDHAT'],
  ['Oracle Linux', 'ORACLE_LINUX'],
  ['OracleLinux', 'ORACLE_LINUX'],
  ['OpenSUSE', 'OPENSUSE'],
  ['Huawei Cloud EulerOS', 'HUAWEI_CLOUD_EULEROS'],
])('the platform %s is %s, and its Raw field keeps the spelling', async (word, platform) => {
  const { image } = await ask({ __platform: word }, 'platform platformRaw');
  expect(image).toEqual({ platform, platformRaw: word });
});

test('every property can be read by its name: text as sent, other values as JSON text, null and absent as null', async () => {
  const wire = { plain: 'text', empty: '', number: 5, flag: true, nothing: null, list: ['a', 1], object: { b: null } };
  const names = [...Object.keys(wire), 'absent', 'protected'];
  const { image, errors } = await ask(
    wire,
    `${names.map((name) => `${name}_: property(name: "${name}")`).join(' ')} properties(names: ${JSON.stringify(names)}) { name value }`,
  );
  expect(errors).toBeUndefined();
  const values = { ...wire, number: '5', flag: 'true', list: '["a",1]', object: '{"b":null}', protected: 'false' };
  const { properties, ...byName } = image;
  expect(byName).toEqual(Object.fromEntries(names.map((name) => [`${name}_`, values[name as 'plain'] ?? null])));
  expect(properties).toEqual(Object.entries(values).map(([name, value]) => ({ name, value })));
});

test('without names the properties are all that the image has, documented or not', async () => {
  const wire = imageRow({ __account_code: '', tag_resource_type: 'private_image' });
  const { image } = await ask(wire, 'properties { name value }');
  expect(image.properties.map(({ name }: { name: string }) => name)).toEqual(Object.keys(wire));
});

const ODD = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '__defineGetter__', 'wire', ''];

test('an image lacks the odd names that every object has', async () => {
  const { image, errors } = await ask(
    {},
    `${ODD.map((name, index) => `p${index}: property(name: "${name}")`).join(' ')} properties(names: ${JSON.stringify(ODD)}) { name }`,
  );
  expect(errors).toBeUndefined();
  expect(image).toEqual({ ...Object.fromEntries(ODD.map((_, index) => [`p${index}`, null])), properties: [] });
});

test('an image that has the odd names shows their values, and its other fields theirs', async () => {
  const row = `${JSON.stringify(imageRow()).slice(0, -1)},${ODD.map((name) => `${JSON.stringify(name)}:"of ${name}"`).join(',')}}`;
  const { image, errors } = await ask(
    row,
    `name ${ODD.map((name, index) => `p${index}: property(name: "${name}")`).join(' ')} properties(names: ${JSON.stringify(ODD)}) { name value }`,
  );
  expect(errors).toBeUndefined();
  expect(image).toEqual({
    name: 'CentOS',
    ...Object.fromEntries(ODD.map((name, index) => [`p${index}`, `of ${name}`])),
    properties: ODD.map((name) => ({ name, value: `of ${name}` })),
  });
});

test('the original image is null without a call where the image has none, or where its name cannot be an id', async () => {
  for (const __originalimagename of ['', null, undefined, '../images', 'a|b']) {
    const app = await startApp({ upstream: () => ({ body: { images: [imageRow({ __originalimagename })] } }) });
    const { data } = await app.ask('{ images { nodes { originalImage { imageId name } } } }');
    expect(data.images.nodes).toEqual([{ originalImage: null }]);
    expect(app.targets()).toHaveLength(1);
  }
});
