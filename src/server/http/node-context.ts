// What node:http hands to Yoga beside the request and what plugins keep for it, and the type of the plugins that may use it.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Plugin } from 'graphql-yoga';
import type { Context } from '../../graph/builder.ts';
import type { ResponseSize } from '../../graph/meter.ts';
import type { Reservation } from '../../upstream/byte-budget.ts';

/** For a request within the process there is neither `req` nor `res`. */
export type NodeContext = {
  readonly req?: IncomingMessage;
  readonly res?: ServerResponse;
  /** The name of the caller, once it is authenticated. */
  caller?: string;
  /** Whether the request counts among those that its caller sends at once. */
  isCounted?: boolean;
  /** The body of a POST, until it is parsed. */
  received?: Received | undefined;
  /** What it holds of the budget for responses; undefined for a request that was rejected before it could hold any. */
  reservation?: Reservation;
  /** The size of its response, which the operations of a batch share. */
  size?: ResponseSize;
};

/** A body that has arrived, and the bytes that it holds until it is parsed. */
export interface Received {
  readonly bytes: Buffer;
  readonly reservation: Reservation;
}

export type ServerPlugin = Plugin<NodeContext & Context, NodeContext>;
