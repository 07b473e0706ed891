// A cloud that fails in every way and puts all that it gets into its responses: bodies, headers, codes, request ids. The id of a request
// selects the failure.

import type { ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { type Reply, startUpstream, type Upstream } from '../support/upstreams/upstream.ts';
import { madeUp } from './secret-search.ts';

/** A request: all of it as text, and each word of it that could be a secret. */
interface Received {
  readonly all: string;
  readonly words: readonly string[];
}

type Fault = (received: Received, response: ServerResponse) => Reply | undefined;

const echo =
  (status: number): Fault =>
  ({ all }) => ({ status, body: { error: { code: 'X.1', message: all }, detail: all } });

/** A header's value: printable, in one line. */
const headerOf = ({ all }: Received) => all.replace(/[^\x20-\x7e]/g, ' ').slice(0, 4000);

/** What an image was built with: it is in its config, and in a manifest of schema 1. */
export const SECRET_OF_IMAGE = madeUp('secret of an image');

const BUILT_WITH = { Env: [`TOKEN=${SECRET_OF_IMAGE}`], Cmd: [SECRET_OF_IMAGE], Entrypoint: [SECRET_OF_IMAGE] };

/** The config of an image, with these fields replaced. */
const configWith = (fields: object) => ({
  ...{ os: 'linux', architecture: 'amd64', config: BUILT_WITH, container_config: BUILT_WITH },
  ...{ history: [{ created_by: SECRET_OF_IMAGE }], ...fields },
});

/** Shows a tag whose manifest is of schema 1, alone and in a list; the config of its image is this. */
const image =
  (config: string): Fault =>
  ({ all }) => {
    const target = all.split('\n', 1)[0] ?? '';
    if (target.includes('/config')) return { body: config };
    const v1Compatibility = JSON.stringify(configWith({}));
    const manifest = JSON.stringify({ schemaVersion: 1, fsLayers: [], history: [{ v1Compatibility }] });
    const rows = [
      { tag: 'v1', Tag: 'v1', manifest, tag_type: 0 },
      { Tag: 'v2', manifest: manifest.slice(0, -9), image_id: [SECRET_OF_IMAGE] },
    ];
    if (target.includes('/accessories')) return { body: { total: 1, accessories: [{ id: 1, size: SECRET_OF_IMAGE }] } };
    return { body: target.includes('/tags?') ? rows : target.includes('/tags/') ? rows[0] : {} };
  };

/** The ways to fail, by their names. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  unauthenticated: echo(401),
  forbidden: echo(403),
  absent: echo(404),
  throttled: echo(429),
  rejected: echo(400),
  failed: echo(500),
  teapot: echo(418),
  array: ({ all }) => ({ status: 400, body: [{ errorCode: 'X.1', errorMessage: all, detail: all }] }),
  html: ({ all }) => ({ status: 502, headers: { 'content-type': 'text/html' }, body: `<html>${all}</html>` }),
  redirect: (received) => ({
    status: 302,
    headers: { location: `http://127.0.0.1:1/${encodeURIComponent(headerOf(received))}` },
  }),
  'code of words': ({ all }) => ({ status: 400, body: { error_code: all, error_msg: all, request_id: all } }),
  'code in an object': ({ all }) => ({ status: 400, body: { error_code: { [all]: all }, code: [all] } }),
  headers: (received) => ({
    status: 503,
    headers: {
      ...{
        'x-request-id': headerOf(received),
        'x-openstack-request-id': headerOf(received),
        server: headerOf(received),
      },
      ...{
        'retry-after': headerOf(received),
        'www-authenticate': headerOf(received),
        'set-cookie': headerOf(received),
      },
      ...{ 'content-range': headerOf(received), via: headerOf(received), 'x-auth-token': headerOf(received) },
    },
  }),
  'no JSON': ({ all }) => ({ body: `${all} is not JSON` }),
  'half of JSON': ({ all }) => ({ body: JSON.stringify({ images: [all] }).slice(0, -3) }),
  'a text': ({ all }) => ({ body: JSON.stringify(all) }),
  'a list of texts': ({ all, words }) => ({ body: [all, ...words] }),
  'rows of texts': ({ all }) => ({ body: { images: all, data: all, groups: all, retention_log: all, total: all } }),
  'wrong types': ({ all }) => ({ body: record(all) }),
  'wrong types in rows': ({ all }) => {
    const rows = [record(all), all];
    return { body: { images: rows, data: rows, retention_log: rows, total: all } };
  },
  'wrong types in a bare list': ({ all }) => ({ body: [record(all), all] }),
  'levels without end': ({ all }) => ({
    status: 400,
    body: `${'['.repeat(20_000)}${JSON.stringify(all)}${']'.repeat(20_000)}`,
  }),
  'the config of an image': image(JSON.stringify(JSON.stringify(configWith({})))),
  'the config of an image, as an object': image(JSON.stringify(configWith({}))),
  'half of the config of an image': image(JSON.stringify(JSON.stringify(configWith({})).slice(0, -9))),
  'a config of wrong types': image(
    JSON.stringify(
      configWith({ os: BUILT_WITH, architecture: [SECRET_OF_IMAGE], created: SECRET_OF_IMAGE, config: [BUILT_WITH] }),
    ),
  ),
  'status 204': () => ({ status: 204 }),
  'status 299': echo(299),
  reset: (_received, response) => void response.destroy(),
  'broken off': ({ all }, response) => {
    response.writeHead(200, { 'content-length': '100000' });
    response.write(all);
    setImmediate(() => response.destroy());
    return undefined;
  },
  'no HTTP': ({ all }, response) =>
    void response.socket?.end(`HTTP/1.1 200 ${all.replace(/\s/g, ' ')}\r\nbad header\r\n\r\n`),
  silence: () => undefined,
};

/** How a word comes back: as it is, within a longer one, or in part. */
const FORMS: readonly ((word: string) => string)[] = [
  (word) => word,
  (word) => `req-${word}`,
  (word) => `req-${word.slice(3, 19)}-1`,
];

/** The same in the codes and request ids that errors show: one word of the request, in the form of one. */
export const CODE_FAULTS: Readonly<Record<string, Fault>> = Object.fromEntries(
  Array.from({ length: 6 * FORMS.length }, (_, index) => [
    `code made of what was sent (${index + 1})`,
    ({ words }: Received): Reply => {
      const at = Math.floor(index / FORMS.length) % Math.max(1, words.length);
      const word = FORMS[index % FORMS.length]?.(words[at] ?? '') ?? '';
      const body = { errors: [{ errorCode: word, errorMessage: word }], request_id: word };
      return { status: 400, headers: index % 2 === 0 ? { 'x-request-id': word } : {}, body };
    },
  ]),
);

/** A record with the text wherever something else belongs, and nowhere where the graph shows texts. */
const record = (all: string) => ({
  ...{
    id: all,
    name: [all],
    namespace: [all],
    repo: [all],
    size: all,
    is_public: all,
    num_images: all,
    created_at: all,
  },
  ...{ min_disk: all, protected: all, status: { all }, category: { all }, rule_type: `{ ${all}`, version_count: all },
  ...{ Tag: 'v1', tag: 'v1', manifest: all, image_id: [all], scanned: all, deleted: all, tag_type: { all } },
  ...{ create_at: all, tags: all, created: all, total_range: all, __os_bit: all, __originalimagename: all },
});

export interface LeakyCloud {
  readonly services: Upstream;
  readonly iam: Upstream;
  /** What each has got: request lines, headers and bodies. */
  readonly sent: { readonly services: string[]; readonly iam: string[] };
  /** Makes IAM fail; undefined makes it issue tokens again. */
  breakIam(fault: string | undefined): void;
  close(): Promise<void>;
}

const ALL_FAULTS: Readonly<Record<string, Fault>> = { ...FAULTS, ...CODE_FAULTS };

/** Starts it; IAM gives this token. */
export async function startLeakyCloud(token: string): Promise<LeakyCloud> {
  const sent = { services: [] as string[], iam: [] as string[] };
  let iamFault: string | undefined;
  const services = await startUpstream(async (call, response) => {
    const received = await receive(response);
    sent.services.push(received.all);
    const fault = faultOf(String(call.headers['x-request-id']));
    return fault ? fault(received, response) : { status: 404 };
  });
  const iam = await startUpstream(async (_call, response) => {
    const received = await receive(response);
    sent.iam.push(received.all);
    const fault = iamFault === undefined ? undefined : ALL_FAULTS[iamFault];
    return fault
      ? fault(received, response)
      : { status: 201, headers: { 'x-subject-token': token }, body: { token: {} } };
  });
  return {
    services,
    iam,
    sent,
    breakIam: (fault) => (iamFault = fault),
    async close() {
      await services.close();
      await iam.close();
    },
  };
}

/** The id of a request that is to fail so. */
export const requestIdFor = (fault: string) => `fault.${Object.keys(ALL_FAULTS).indexOf(fault)}`;

const faultOf = (requestId: string) => Object.values(ALL_FAULTS)[Number(requestId.split('.')[1])];

async function receive({ req }: ServerResponse): Promise<Received> {
  const body = await text(req);
  const all = [`${req.method} ${req.url}`, ...req.rawHeaders, body].join('\n');
  const words = [...new Set(all.match(/[\w.-]{16,128}/g) ?? [])].filter(
    (word) => !/^application|^accept|^x-/i.test(word),
  );
  return { all, words };
}
