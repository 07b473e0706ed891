// Which paths there are, compared whole: Yoga itself looks at the end of the raw URL, which a query string can imitate.
import type { Plugin } from 'graphql-yoga';

/** Answers at one path that the process lives; nothing is asked for it. */
export function useHealth(path: string): Plugin {
  return {
    onRequest({ url, endResponse }) {
      if (url.pathname === path) endResponse(new Response());
    },
  };
}

/** What a server says of itself. */
export interface Readiness {
  /** Only `ready` may get work. */
  readonly status: 'ready' | 'draining' | 'overloaded';
  /** Whether each service is asked: for those who look, and no reason to withhold work. */
  readonly circuits: Readonly<Record<string, string>>;
}

/** Answers at one path whether the server may get work. It asks nobody: one dead cloud would drain every replica. */
export function useReadiness(path: string, readiness: () => Readiness): Plugin {
  return {
    onRequest({ url, endResponse }) {
      if (url.pathname !== path) return;
      const state = readiness();
      endResponse(Response.json(state, { status: state.status === 'ready' ? 200 : 503 }));
    },
  };
}

/** Answers 404 everywhere but at one path; a slash behind it is let pass. */
export function useOnlyPath(path: string): Plugin {
  return {
    onRequest({ url, endResponse }) {
      if (url.pathname !== path && url.pathname !== `${path}/`) endResponse(new Response(null, { status: 404 }));
    },
  };
}
