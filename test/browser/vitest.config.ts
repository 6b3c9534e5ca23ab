import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.ts';

/** The tests that need Chromium and a built `dist/explorer`, run by a script of their own. */
export default defineConfig({
  ...(base.resolve && { resolve: base.resolve }),
  test: {
    include: ['test/browser/**/*.test.ts'],
    globalSetup: ['test/browser/global-setup.ts'],
    sequence: { shuffle: true },
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
