// image-graph in a supergraph: two gateways build the same results, with the same few upstream calls.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type GraphQLResponse, sortedCalls } from '../support/app.ts';
import { publishedSchema } from '../support/documents/published-schema.ts';
import { idOf, KINDS, keySetsOf } from '../support/kinds.ts';
import { EXAMPLE, EXAMPLE_IS_INSTALLED } from '../support/processes/example.ts';
import { deadEndpoint } from '../support/upstreams/dead-endpoint.ts';
import { startSandboxUpstream } from '../support/upstreams/sandbox.ts';
import type { Upstream } from '../support/upstreams/upstream.ts';
import { exampleTabs, referring, type Supergraph, startSupergraph } from './gateways.ts';

const GATEWAYS = ['hive', 'apollo'] as const;
const CENTOS = { imageId: 'bc6bed6e-ba3a-4447-afcc-449174a3eb52', name: 'CentOS 7.3 64bit vivado', status: 'ACTIVE' };
const FEDORA = {
  imageId: 'a9f4514a-144e-4913-a04f-0872f18515c4',
  name: 'Fedora 17.2 64bit golden copy 282',
  status: 'ACTIVE',
};

/** The type of a field, as the published schema has it. */
function typeOf(type: string, field: string): string {
  const entity = publishedSchema.getType(type);
  return String(isObjectType(entity) && entity.getFields()[field]?.type);
}

describe.skipIf(!EXAMPLE_IS_INSTALLED)('a supergraph', () => {
  let sandbox: Upstream;
  let supergraph: Supergraph;
  beforeAll(async () => {
    sandbox = await startSandboxUpstream();
    supergraph = await startSupergraph({ upstream: sandbox });
  });
  afterAll(async () => {
    await supergraph.close();
    await sandbox.close();
  });

  /** Queries through both gateways and expects the same data. `calls` has the upstream calls that each of them caused, sorted. */
  async function askBoth(query: string, variables: Record<string, unknown> = {}, graph = supergraph) {
    const responses: GraphQLResponse[] = [];
    const calls: Record<string, string[]> = {};
    for (const gateway of GATEWAYS) {
      responses.push(await graph[gateway](query, variables, { 'x-auth-token': sandbox.token }));
      calls[gateway] = sortedCalls(graph.imageGraph);
    }
    const [hive = {}, apollo = {}] = responses;
    expect(apollo.data).toEqual(hive.data);
    return { data: hive.data, errors: { hive: hive.errors, apollo: apollo.errors }, calls };
  }

  test('representations of another subgraph become repositories and images, those of one organization by one call', async () => {
    const { data, errors, calls } = await askBoth(
      '{ deployments { name repository { namespace name size imageCount } image { imageId name status } } }',
    );
    const repository = (namespace: string, name: string, size: string | null, imageCount: string | null) => {
      return { namespace, name, size, imageCount };
    };
    expect(data.deployments).toEqual([
      { name: 'health-probe', repository: repository('group', 'busybox', '2099575', '0'), image: CENTOS },
      {
        name: 'recommender',
        repository: repository('op_svc_modelarts_container2', 'pytorch_1_8', '5119065735', '1'),
        image: FEDORA,
      },
      { name: 'fraud-check', repository: repository('data-platform', 'a/b_c.d', '1776298700', '3'), image: CENTOS },
      {
        name: 'builder',
        repository: repository('data-platform', 'base/images/ubuntu/22.04', '8118316780', '5'),
        image: FEDORA,
      },
      {
        name: 'metrics',
        repository: repository('data-platform', 'huge-counters', '9007199254740993', '9223372036854775807'),
        image: CENTOS,
      },
      {
        name: 'pipeline',
        repository: repository('data-platform', 'double__underscore', '1467708813', '4'),
        image: CENTOS,
      },
      { name: 'search', repository: repository('data-platform', 'digits-in-text', '6404952496', '3'), image: CENTOS },
      { name: 'old-billing', repository: repository('data-platform', 'deleted', null, null), image: FEDORA },
    ]);
    expect(errors).toEqual({ hive: undefined, apollo: undefined });
    const once = [
      `GET /v2/images/${FEDORA.imageId}`,
      `GET /v2/images/${CENTOS.imageId}`,
      'GET /v2/manage/namespaces/data-platform/repos/deleted',
      'GET /v2/manage/namespaces/group/repos/busybox',
      'GET /v2/manage/namespaces/op_svc_modelarts_container2/repos/pytorch_1_8',
      'GET /v2/manage/repos?namespace=data-platform&limit=1000&offset=0',
    ];
    expect(calls).toEqual({ hive: once, apollo: once });
  });

  test('a connection takes fields of another subgraph into its nodes', async () => {
    const { data, calls } = await askBoth(
      '{ imageGroups(first: 5) { nodes { name versionCount deploymentCount } pageInfo { hasNextPage } } }',
    );
    expect(data.imageGroups).toEqual({
      nodes: [
        { name: 'has space', versionCount: 2, deploymentCount: 0 },
        { name: 'Upper-Case', versionCount: 2, deploymentCount: 0 },
        { name: 'tensorflow.2.15', versionCount: 2, deploymentCount: 1 },
        { name: 'mindspore_2_2', versionCount: 2, deploymentCount: 0 },
        { name: 'orphan-trainer', versionCount: 2, deploymentCount: 0 },
      ],
      pageInfo: { hasNextPage: true },
    });
    const once = [`GET /v1/${sandbox.settings.IMAGE_GRAPH_PROJECT_ID}/images/group?limit=5&offset=0`];
    expect(calls).toEqual({ hive: once, apollo: once });
  });

  test('a query goes from one subgraph to the other and back, in both directions', async () => {
    const { data, calls } = await askBoth(`{
      deployment(id: "2") { repository { size imageGroup { versionCount deploymentCount } } }
      imageGroup(namespace: "data-platform", name: "huge-counters") {
        deploymentCount
        repository { size deployments { name image { name } } }
      }
    }`);
    expect(data).toEqual({
      deployment: { repository: { size: '5119065735', imageGroup: { versionCount: 1, deploymentCount: 1 } } },
      imageGroup: {
        deploymentCount: 0,
        repository: { size: '9007199254740993', deployments: [{ name: 'metrics', image: { name: CENTOS.name } }] },
      },
    });
    const groups = `GET /v1/${sandbox.settings.IMAGE_GRAPH_PROJECT_ID}/images/group?name=`;
    const [group, otherGroup] = ['huge-counters', 'pytorch_1_8'].map(
      (name) => `${groups}${name}&name_fuzzy_match=false`,
    );
    const counters = `${group}&namespace=data-platform&limit=500&offset=0`;
    const repository = 'GET /v2/manage/namespaces/data-platform/repos/huge-counters';
    const others = [
      `${otherGroup}&namespace=op_svc_modelarts_container2&limit=500&offset=0`,
      `GET /v2/images/${CENTOS.imageId}`,
      'GET /v2/manage/namespaces/op_svc_modelarts_container2/repos/pytorch_1_8',
    ];
    // Hive plans a request of its own for the key of the repository behind the group.
    const hive = [counters, repository, counters, repository, ...others].sort();
    expect(calls).toEqual({ hive, apollo: [counters, repository, ...others].sort() });
  });

  test('aliases of one field with variables of their own stay apart', async () => {
    const { data, calls } = await askBoth(
      `query ($few: Int!, $many: Int!, $type: String!, $version: String!) {
        deployment(id: "3") {
          image { type: property(name: $type) version: property(name: $version) }
          repository {
            few: retentionLogs(first: $few) { nodes { tag } }
            many: retentionLogs(first: $many) { nodes { tag } }
          }
        }
      }`,
      { few: 1, many: 2, type: '__os_type', version: '__os_version' },
    );
    expect(data.deployment).toEqual({
      image: { type: 'Linux', version: 'CentOS 7.3 64bit' },
      repository: { few: { nodes: [{ tag: '142' }] }, many: { nodes: [{ tag: '142' }, { tag: 'build-141' }] } },
    });
    const repository = 'GET /v2/manage/namespaces/data-platform/repos/a$b_c.d';
    const once = [
      `GET /v2/images/${CENTOS.imageId}`,
      repository,
      `${repository}/retentions/histories?limit=1&offset=0`,
      `${repository}/retentions/histories?limit=2&offset=0`,
    ];
    expect(calls).toEqual({ hive: once, apollo: once });
  });

  test.each([
    ['the first set of fields', 0],
    ['the second set of fields, where it has one', 1],
    ['the id', -1],
  ])('another subgraph refers to every kind by a key: %s', async (_title, which) => {
    const references = KINDS.map((kind) => {
      const keys = [...keySetsOf(kind), ['id']];
      const names = keys.at(which) ?? keys[0] ?? [];
      const values = { ...kind.inSandbox, id: idOf(kind, kind.inSandbox) } as Record<string, string>;
      const field = `some${kind.type}`;
      const typed = names.map((name) => `${name}: ${typeOf(kind.type, name)}`);
      return {
        stub: `type ${kind.type} @key(fields: "${names.join(' ')}", resolvable: false) { ${typed.join(' ')} }`,
        root: `${field}: ${kind.type}`,
        // Fields that the stub does not have come from image-graph.
        query: `${field} { id ${Object.keys(kind.key)
          .map((name) => `${kind.type}_${name}: ${name}`)
          .join(' ')} }`,
        value: [field, Object.fromEntries(names.map((name) => [name, values[name]]))] as const,
        found: [
          field,
          {
            id: values.id,
            ...Object.fromEntries(Object.keys(kind.key).map((name) => [`${kind.type}_${name}`, values[name]])),
          },
        ] as const,
      };
    });
    const other = referring(
      `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
       type Query { ${references.map(({ root }) => root).join(' ')} }
       scalar BigInt
       enum SharingCenter { SELF THIRD_PARTY }
       ${references.map(({ stub }) => stub).join('\n')}`,
      Object.fromEntries(references.map(({ value }) => value)),
    );
    const graph = await startSupergraph({ upstream: sandbox }, other);
    onTestFinished(() => graph.close());
    const { data, errors } = await askBoth(`{ ${references.map(({ query }) => query).join(' ')} }`, {}, graph);
    expect(data).toEqual(Object.fromEntries(references.map(({ found }) => found)));
    expect(errors).toEqual({ hive: undefined, apollo: undefined });
  });

  test('the query of the README has the result that is printed below it', async () => {
    const readme = readFileSync(new URL('README.md', EXAMPLE), 'utf8');
    const query = /'query=(.*?)'/s.exec(readme)?.[1] ?? '';
    const shown = JSON.parse(/```json\n(.*?)```/s.exec(readme)?.[1] ?? '');
    expect((await askBoth(query)).data).toEqual(shown.data);
  });

  test('the query of every tab of GraphiQL has its whole result', async () => {
    for (const query of exampleTabs()) {
      const { data, errors } = await askBoth(query);
      expect(Object.values(data), query).not.toContain(null);
      expect(errors).toEqual({ hive: undefined, apollo: undefined });
    }
  });

  test('where our upstream is dead, our field is null with our code at its path, and the others have their values', async () => {
    const broken = await startSupergraph({
      upstream: sandbox,
      settings: { IMAGE_GRAPH_SWR_ENDPOINT: await deadEndpoint() },
    });
    onTestFinished(() => broken.close());
    const { data, errors, calls } = await askBoth(
      '{ deployment(id: "1") { name replicas repository { name size } image { name } } }',
      {},
      broken,
    );
    expect(data.deployment).toEqual({
      name: 'health-probe',
      replicas: 12,
      repository: { name: 'busybox', size: null },
      image: { name: CENTOS.name },
    });
    const failure = {
      message: 'SWR cannot be reached (show repository).',
      extensions: { code: 'UPSTREAM_UNAVAILABLE', service: 'swr', serviceName: 'image-graph' },
    };
    // A failed representation: Apollo's path ends there, Hive's goes on to the selected field.
    expect(errors.hive).toEqual([{ ...failure, path: ['deployment', 'repository', 'size'] }]);
    expect(errors.apollo).toEqual([{ ...failure, path: ['deployment', 'repository'] }]);
    const once = [`GET /v2/images/${CENTOS.imageId}`];
    expect(calls).toEqual({ hive: once, apollo: once });
  });

  test.each(GATEWAYS)(
    'the caller’s token, project and request id arrive upstream and at no other subgraph (%s)',
    async (gateway) => {
      const graph = await startSupergraph({ upstream: () => ({ body: { groups: [], total: 0 } }) });
      onTestFinished(graph.close);
      const headers = { 'x-auth-token': 'my-token', 'x-project-id': 'my-project', 'x-request-id': 'request-7' };
      const { data } = await graph[gateway]('{ imageGroups { totalCount } deployment(id: "1") { name } }', {}, headers);
      expect(data).toEqual({ imageGroups: { totalCount: 0 }, deployment: { name: 'health-probe' } });
      expect(
        graph.imageGraph.calls().map(({ path, headers }) => [path, headers['x-auth-token'], headers['x-request-id']]),
      ).toEqual([['/v1/my-project/images/group', 'my-token', 'request-7']]);
      expect(graph.otherHeaders.map((sent) => [sent['x-auth-token'], sent['x-project-id']])).toEqual([
        [undefined, undefined],
      ]);
    },
  );

  test('with a router secret the gateways are served, and a request past them is rejected', async () => {
    const guarded = await startSupergraph({
      upstream: sandbox,
      settings: { IMAGE_GRAPH_ROUTER_SECRET: 'our-secret' },
    });
    onTestFinished(() => guarded.close());
    const query = '{ deployment(id: "1") { repository { size } } }';
    const { data, errors } = await askBoth(query, {}, guarded);
    expect(data.deployment).toEqual({ repository: { size: '2099575' } });
    expect(errors).toEqual({ hive: undefined, apollo: undefined });
    expect(guarded.otherHeaders.map((sent) => sent['router-authorization'])).toEqual([undefined, undefined]);

    const response = await guarded.imageGraph.send({ query: '{ __typename }' });
    expect(response).toMatchObject({ status: 401, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
  });
});

describe.skipIf(!EXAMPLE_IS_INSTALLED)('the example', () => {
  /** Starts the example, with nothing of this environment, and gives its URL and its process. */
  async function startExample(command: string, ...args: string[]): Promise<{ url: string; example: ChildProcess }> {
    const example = spawn(command, args, { env: { PATH: process.env.PATH, PORT: '0' } });
    onTestFinished(() => void example.kill());
    let output = '';
    example.stdout.on('data', (chunk) => (output += chunk));
    example.stderr.on('data', (chunk) => (output += chunk));
    while (!/open \S+\n/.test(output) && example.exitCode === null)
      await Promise.race([once(example.stdout, 'data'), once(example, 'exit')]);
    const url = /open (http:\S+)/.exec(output)?.[1];
    expect(url, output).toBeDefined();
    return { url: url as string, example };
  }

  test('one command starts it; it serves queries and GraphiQL, with nothing of other hosts', async () => {
    const { url, example } = await startExample('npm', 'start', '--prefix', fileURLToPath(EXAMPLE));
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ deployment(id: "1") { name repository { size } } }' }),
    });
    expect(await response.json()).toEqual({
      data: { deployment: { name: 'health-probe', repository: { size: '2099575' } } },
    });

    const page = await fetch(url, { headers: { accept: 'text/html' } });
    expect(page.headers.get('content-type')).toContain('text/html');
    const html = await page.text();
    expect(html.includes('query WhatRuns')).toBe(true);
    const markup = html.replaceAll(/(<(script|style)\b[^>]*>).*?<\/\2>/gs, '$1');
    expect(markup).toContain('<script');
    expect(markup.match(/\b(?:src|href)=(?!"data:).{0,60}/g)).toBeNull();

    example.kill('SIGTERM');
    // Closed once no process holds its output any more: image-graph, its child, writes there too.
    await once(example, 'close');
    await expect(fetch(url)).rejects.toThrow();
  }, 60_000);

  test('image-graph ends with the example even when that is killed', async () => {
    const { example } = await startExample(process.execPath, fileURLToPath(new URL('start.ts', EXAMPLE)));
    example.kill('SIGKILL');
    await once(example, 'close');
  }, 60_000);
});
