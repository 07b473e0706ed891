import { defineConfig } from 'vitest/config';

// graphql is aliased to one file: loaded twice (ESM and CommonJS), its instanceof checks fail and errors get masked in tests only.
export default defineConfig({
  resolve: {
    alias: [{ find: /^graphql$/, replacement: new URL('./node_modules/graphql/index.js', import.meta.url).pathname }],
  },
  // No test is about speed: a busy machine may take its time.
  test: { include: ['test/**/*.test.ts'], testTimeout: 20_000 },
});
