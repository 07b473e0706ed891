// Serves GraphiQL from memory, with a tab for each root field; nothing is loaded from elsewhere.
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import type { GraphQLSchema } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { exampleQueries } from '../../graph/example.ts';
import { AUTHORIZATION } from '../http/caller-headers.ts';

/** Serves the page to browsers that open the endpoint. `credential` is the header that the editor is filled with. */
export function useGraphiqlPage(endpoint: string, schema: GraphQLSchema, credential: string | undefined): Plugin {
  let page: Promise<Page> | undefined;
  return {
    async onRequest({ request, url, endResponse }) {
      if (request.method !== 'GET' || url.pathname !== endpoint || url.searchParams.has('query')) return;
      if (!request.headers.get('accept')?.includes('text/html')) return;
      page ??= renderPage(endpoint, schema, credential);
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
};

async function renderPage(endpoint: string, schema: GraphQLSchema, credential: string | undefined): Promise<Page> {
  const example = credential === AUTHORIZATION ? 'Bearer ' : '';
  const headers = credential ? JSON.stringify({ [credential]: example }, null, 2) : undefined;
  const html = renderGraphiQL({
    title: 'image-graph',
    endpoint,
    ...(headers ? { headers, defaultHeaders: headers } : {}),
    defaultTabs: exampleQueries(schema).map((query) => (headers ? { query, headers } : { query })),
    defaultEditorToolsVisibility: credential ? 'headers' : 'variables',
    isHeadersEditorEnabled: true,
    schemaDescription: true,
  });
  return { html, gzipped: (await promisify(gzip)(html)) as Buffer<ArrayBuffer> };
}
