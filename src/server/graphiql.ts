// GraphiQL in the browser, from memory: rendered and compressed once, with a tab for each root field. Nothing is loaded from elsewhere.
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import { type GraphQLSchema, parse, validate } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { tabs } from './graphiql-tabs.ts';

/** Serves the page to browsers that open the endpoint. `needsToken` fills the headers editor with X-Auth-Token. */
export function useGraphiqlPage(endpoint: string, schema: GraphQLSchema, needsToken: boolean): Plugin {
  let page: Promise<Page> | undefined;
  return {
    async onRequest({ request, url, endResponse }) {
      if (request.method !== 'GET' || url.pathname !== endpoint || url.searchParams.has('query')) return;
      if (!request.headers.get('accept')?.includes('text/html')) return;
      page ??= renderPage(endpoint, schema, needsToken);
      const { html, gzipped } = await page;
      const zipped = request.headers.get('accept-encoding')?.includes('gzip');
      endResponse(
        new Response(zipped ? gzipped : html, {
          headers: zipped ? { ...HEADERS, 'content-encoding': 'gzip' } : HEADERS,
        }),
      );
    },
  };
}

interface Page {
  readonly html: string;
  readonly gzipped: Buffer<ArrayBuffer>;
}

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "frame-ancestors 'none'",
  'cache-control': 'private, no-store',
  vary: 'accept, accept-encoding',
};

async function renderPage(endpoint: string, schema: GraphQLSchema, needsToken: boolean): Promise<Page> {
  const headers = needsToken ? JSON.stringify({ 'X-Auth-Token': '' }, null, 2) : undefined;
  // Not every form of the schema offers every root field.
  const offered = tabs.filter((query) => validate(schema, parse(query)).length === 0);
  const html = renderGraphiQL({
    title: 'image-graph',
    endpoint,
    ...(headers ? { headers, defaultHeaders: headers } : {}),
    defaultTabs: offered.map((query) => (headers ? { query, headers } : { query })),
    defaultEditorToolsVisibility: needsToken ? 'headers' : 'variables',
    isHeadersEditorEnabled: true,
    schemaDescription: true,
  });
  return { html, gzipped: (await promisify(gzip)(html)) as Buffer<ArrayBuffer> };
}
