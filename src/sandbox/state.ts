// The state of a running sandbox, shared by its services.
import type { World } from './world/types.ts';

export interface IssuedToken {
  /** Null for a token without a project scope. */
  projectId: string | null;
  /** Epoch milliseconds. */
  expiresAt: number;
}

/** The state: the world, the issued tokens, the clock, and the server's own address. */
export interface SandboxState {
  world: World;
  tokens: Map<string, IssuedToken>;
  /** Epoch milliseconds; injected by tests. */
  now(): number;
  /** `http://127.0.0.1:PORT`; empty until the server listens. */
  address: string;
}
