// What node:http hands to Yoga beside the request, and the type of the plugins that may use it.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Plugin } from 'graphql-yoga';
import type { Context } from '../../graph/builder.ts';

/** Both are absent for requests within the process. */
export type NodeContext = { readonly req?: IncomingMessage; readonly res?: ServerResponse };

export type ServerPlugin = Plugin<NodeContext & Context, NodeContext>;
