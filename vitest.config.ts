import { configDefaults, defineConfig } from 'vitest/config';
import { CLIENTS_ARE_INSTALLED } from './test/support/processes/clients.ts';

// graphql is aliased to one file: loaded twice (ESM and CommonJS), its instanceof checks fail and errors get masked in tests only.
export default defineConfig({
  resolve: {
    alias: [{ find: /^graphql$/, replacement: new URL('./node_modules/graphql/index.js', import.meta.url).pathname }],
  },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...(CLIENTS_ARE_INSTALLED ? [] : ['test/clients/**'])],
    // No test is about speed: a busy machine may take its time.
    testTimeout: 20_000,
  },
});
