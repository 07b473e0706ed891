// Loads the bundle of GraphiQL in a thread: it has 9 MB of text, which the server's thread neither parses nor keeps.
import { parentPort } from 'node:worker_threads';
import { css, editorWorkerService, graphqlWorker, js, jsonWorker } from '@graphql-yoga/render-graphiql/graphiql';

/** The files of the bundle. */
export interface Bundle {
  readonly css: Uint8Array<ArrayBuffer>;
  readonly js: Uint8Array<ArrayBuffer>;
  /** The scripts of the web workers, under the names that the editor gives them. */
  readonly workers: Readonly<Record<'editorWorkerService' | 'graphql' | 'json', Uint8Array<ArrayBuffer>>>;
}

const encoder = new TextEncoder();
const bundle: Bundle = {
  css: encoder.encode(css),
  js: encoder.encode(js),
  workers: {
    editorWorkerService: encoder.encode(editorWorkerService),
    graphql: encoder.encode(graphqlWorker),
    json: encoder.encode(jsonWorker),
  },
};
const { css: style, js: script, workers } = bundle;
parentPort?.postMessage(bundle, [style.buffer, script.buffer, ...Object.values(workers).map(({ buffer }) => buffer)]);
