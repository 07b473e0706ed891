// Which paths there are, compared whole: Yoga itself looks at the end of the raw URL, which a query string can imitate.
import type { Plugin } from 'graphql-yoga';

/** Answers at one path that the server lives; nothing is asked for it. */
export function useHealth(path: string): Plugin {
  return {
    onRequest({ url, endResponse }) {
      if (url.pathname === path) endResponse(new Response());
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
