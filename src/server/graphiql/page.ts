// Serves GraphiQL from memory, with a tab for each root field; nothing is loaded from elsewhere.
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import type { GraphQLSchema } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { exampleQueries } from '../../graph/example.ts';
import { AUTHORIZATION } from '../http/caller-headers.ts';
import { prefersHtml } from '../http/media-types.ts';
import { ENDPOINT, isEndpoint } from '../http/routes.ts';
import type { Bundle } from './bundle-worker.ts';
import { PageFile } from './page-file.ts';

export interface GraphiqlOptions {
  readonly schema: GraphQLSchema;
  /** Whether clients may query the schema. */
  readonly introspection: boolean;
  /** Whether clients may request the plan and the calls of an operation. */
  readonly explain: boolean;
  /** The header that the editor is filled with. */
  readonly credential: string | undefined;
}

/** Serves the page to browsers that open the endpoint, whatever the query string, and redirects them there from the root. */
export function useGraphiqlPage(options: GraphiqlOptions): Plugin {
  const loadPage = makeOnce(() => createPage(options));
  return {
    onRequest({ request, url: { pathname, searchParams }, endResponse }) {
      if (request.method !== 'GET' && request.method !== 'HEAD') return undefined;
      const isBrowser = prefersHtml(request.headers.get('accept') ?? '');
      if (pathname === '/' && isBrowser) {
        // Relative: a proxy may have removed a prefix.
        endResponse(new Response(null, { status: 302, headers: { location: ENDPOINT.slice(1) } }));
      }
      if (!isEndpoint(pathname)) return undefined;
      const name = searchParams.has('query') ? null : searchParams.get(FILE);
      if (name !== null) return respondWith(name, request).then(endResponse);
      if (!isBrowser) return undefined;
      return loadPage()
        .then((file) => file.respond(request))
        .then(endResponse);
    },
  };
}

/**
 * The query parameter that names a file of the page. With a relative URL such as `?file=…` the page works under any path that a proxy
 * maps to the endpoint, with and without a trailing slash.
 */
const FILE = 'file';

/** Scripts, styles and calls of this origin only. The editor writes styles into the page, and icons as data. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "connect-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const PAGE_HEADERS = { 'content-security-policy': CONTENT_SECURITY_POLICY };
const FILE_HEADERS = {
  ...PAGE_HEADERS,
  'cache-control': 'public, max-age=31536000, immutable',
  vary: 'Accept-Encoding, Origin',
};

async function respondWith(name: string, request: Request): Promise<Response> {
  const { byName } = await loadFiles();
  return byName.get(name)?.respond(request) ?? new Response('This file is not part of the page.\n', { status: 404 });
}

/** The files of the page: GraphiQL's, and two of our own. */
interface Files {
  readonly styles: readonly PageFile[];
  /** Ours sets up what GraphiQL's reads when it starts. */
  readonly scripts: { readonly page: PageFile; readonly graphiql: PageFile };
  readonly workers: Readonly<Record<string, PageFile>>;
  readonly byName: ReadonlyMap<string, PageFile>;
}

/** Makes something at the first call and keeps it; after a failure the next call tries again. */
function makeOnce<Made>(make: () => Promise<Made>): () => Promise<Made> {
  let made: Promise<Made> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}

/** Loads the files once in the process, when a browser opens the page. */
const loadFiles = makeOnce(readFiles);

async function readFiles(): Promise<Files> {
  const ours = (name: string) => readFile(new URL(`browser/${name}`, import.meta.url));
  const worker = new Worker(new URL('bundle-worker.ts', import.meta.url));
  const [[bundle], css, js] = await Promise.all([
    once(worker, 'message') as Promise<[Bundle]>,
    ours('page.css'),
    ours('page.js'),
  ]);
  const styles = [bundle.css, css].map((bytes) => new PageFile('css', bytes, FILE_HEADERS));
  const scripts = {
    page: new PageFile('js', js, FILE_HEADERS),
    graphiql: new PageFile('js', bundle.js, FILE_HEADERS),
  };
  const workers = Object.fromEntries(
    Object.entries(bundle.workers).map(([label, bytes]) => [label, new PageFile('js', bytes, FILE_HEADERS)]),
  );
  const all = [...styles, ...Object.values(scripts), ...Object.values(workers)];
  return { styles, scripts, workers, byName: new Map(all.map((file) => [file.name, file])) };
}

async function createPage({ schema, introspection, explain, credential }: GraphiqlOptions): Promise<PageFile> {
  const { styles, scripts, workers } = await loadFiles();
  const urlOf = ({ name }: PageFile) => `?${FILE}=${name}`;
  const settings = {
    examples: exampleQueries(schema),
    introspection,
    explain,
    headers: credential && JSON.stringify({ [credential]: credential === AUTHORIZATION ? 'Bearer ' : '' }, null, 2),
    workers: Object.fromEntries(Object.entries(workers).map(([label, file]) => [label, urlOf(file)])),
  };
  const html = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>image-graph</title>
    <link rel="icon" href="data:image/svg+xml,${encodeURIComponent(ICON)}" />
    ${styles.map((file) => `<link rel="stylesheet" href="${urlOf(file)}" />`).join('\n    ')}
    <script defer src="${urlOf(scripts.page)}"></script>
    <script defer src="${urlOf(scripts.graphiql)}" id="graphiql"></script>
  </head>
  <body>
    <noscript>GraphiQL needs JavaScript.</noscript>
    <div id="root">Loading GraphiQL…</div>
    <details id="calls" hidden></details>
    <script type="application/json" id="settings">${JSON.stringify(settings).replaceAll('<', '\\u003c')}</script>
  </body>
</html>
`;
  return new PageFile('html', new TextEncoder().encode(html), PAGE_HEADERS);
}

const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path fill="#d60590" d="M16 1l13 7.5v15L16 31 3 23.5v-15z"/>' +
  '<path fill="none" stroke="#fff" stroke-width="2.5" stroke-linejoin="round" d="M8 21l5-6 4 4 3-3 4 5z"/><circle cx="20.5" cy="11.5" r="2" fill="#fff"/></svg>';
