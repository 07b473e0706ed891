// What node:http hands to Yoga beside the request, and the type of the plugins that may use it.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Plugin } from 'graphql-yoga';
import type { Context } from '../../graph/builder.ts';

/** For a request within the process it is empty. */
export type NodeContext = {
  readonly req?: IncomingMessage;
  readonly res?: ServerResponse;
  /** What `onceSent` calls. */
  ends?: (() => void)[];
};

export type ServerPlugin = Plugin<NodeContext & Context, NodeContext>;
