// References to container images are read as they were written: whatever their parts are, and whatever a text is.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ImageReference, readImageReference } from '../../../src/upstream/decoding/image-reference.ts';

const write = ({ registry, namespace, repository, tag, digest }: ImageReference) =>
  [
    registry === undefined ? '' : `${registry}/`,
    `${namespace}/${repository}`,
    tag === undefined ? '' : `:${tag}`,
    digest === undefined ? '' : `@${digest}`,
  ].join('');

const port = fc.option(fc.integer({ min: 1, max: 65_535 }), { nil: undefined });
const withPort = (host: string, number: number | undefined) => (number === undefined ? host : `${host}:${number}`);
const hosts = fc.oneof(
  fc.domain(),
  fc.ipV4(),
  fc.ipV6().map((address) => `[${address}]`),
  fc.constant('localhost'),
);
const registries = fc.oneof(
  fc.tuple(hosts, port).map(([host, number]) => withPort(host, number)),
  fc.stringMatching(/^[a-z][a-z0-9-]{0,20}:[1-9]\d{0,3}$/),
);
/** Organizations may hold dots; within their own registry such a name may look like a host. */
const organizations = fc.stringMatching(/^[a-z][a-z0-9]{0,8}([._-][a-z0-9]{1,8}){0,3}$/);
const repositories = fc
  .array(fc.stringMatching(/^[a-zA-Z0-9ü]{1,8}([._-][a-z0-9]{1,8}){0,2}$/), { minLength: 1, maxLength: 5 })
  .map((parts) => parts.join('/'));
const tags = fc.stringMatching(/^\w[\w.-]{0,127}$/);
const digests = fc.stringMatching(/^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}|multi\+sha256:[0-9a-f]{32})$/);
const maybe = <Value>(values: fc.Arbitrary<Value>) => fc.option(values, { nil: undefined });

test('every reference in a registry is read part by part', () => {
  fc.assert(
    fc.property(
      fc.record({
        registry: registries,
        namespace: organizations,
        repository: repositories,
        tag: maybe(tags),
        digest: maybe(digests),
      }),
      (reference) => {
        expect(readImageReference(write(reference))).toEqual(reference);
      },
    ),
    { numRuns: 2_000 },
  );
});

test('a reference within its own registry has none, unless its organization looks like a host', () => {
  fc.assert(
    fc.property(
      organizations.filter((name) => !name.includes('.') && name !== 'localhost'),
      repositories,
      maybe(tags),
      (namespace, repository, tag) => {
        const reference = { registry: undefined, namespace, repository, tag, digest: undefined };
        expect(readImageReference(write(reference))).toEqual(reference);
      },
    ),
    { numRuns: 1_000 },
  );
});

test('whatever is read of any text writes the same text', () => {
  const parts = fc.constantFrom(
    '/',
    ':',
    '@',
    '.',
    '..',
    'a',
    'b.c',
    '5000',
    'sha256:',
    '0'.repeat(64),
    '[::1]',
    ' ',
    '',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(parts, { maxLength: 12 }).map((all) => all.join('')),
      ),
      (text) => {
        const reference = readImageReference(text);
        if (reference) expect(write(reference)).toBe(text);
      },
    ),
    { numRuns: 5_000 },
  );
});

test.each([
  ['a tag with dots within', 'swr.example.com/o/r:a..b', { tag: 'a..b' }],
  [
    'a registry by its address and port',
    '10.125.0.198:20202/o/team/app:1',
    { registry: '10.125.0.198:20202', repository: 'team/app' },
  ],
  [
    'an organization with a dot, in a registry',
    'swr.example.com/team.eu/r',
    { registry: 'swr.example.com', namespace: 'team.eu' },
  ],
  [
    'a tag and a digest',
    `swr.example.com/o/r:1@sha256:${'0'.repeat(64)}`,
    { tag: '1', digest: `sha256:${'0'.repeat(64)}` },
  ],
])('%s', (_what, text, parts) => {
  expect(readImageReference(text)).toMatchObject(parts);
});

test.each([
  ['nothing', ''],
  ['a name alone', 'busybox'],
  ['a registry and a name', 'swr.example.com/:1'],
  ['an empty part', 'swr.example.com/o//r'],
  ['an empty tag', 'swr.example.com/o/r:'],
  ['a tag that begins with a dot', 'swr.example.com/o/r:.a'],
  ['a tag of 129 characters', `swr.example.com/o/r:${'a'.repeat(129)}`],
  ['a digest that is too short', 'swr.example.com/o/r@sha256:abc'],
  ['a scheme', 'https://swr.example.com/o/r'],
  ['a blank', 'swr.example.com/o /r'],
  ['a text that is too long', `swr.example.com/o/${'a/'.repeat(2_000)}r`],
])('%s is not a reference', (_what, text) => {
  expect(readImageReference(text)).toBeUndefined();
});
