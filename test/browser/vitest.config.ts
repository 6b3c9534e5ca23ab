import { defineConfig } from 'vitest/config';

/** The tests that need Chromium and a built `dist/explorer`, run by a script of their own. */
export default defineConfig({
  test: {
    include: ['test/browser/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
