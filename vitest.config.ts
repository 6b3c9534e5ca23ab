import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = new URL('./', import.meta.url);

/** Files that put modules in the place of others, which would stay there for the files after them. */
const replacing = readdirSync(new URL('test', root), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts') && !file.startsWith('browser'))
  .map((file) => `test/${file}`)
  .filter((file) => /^vi\.(do)?mock\(/m.test(readFileSync(new URL(file, root), 'utf8')));

export default defineConfig({
  resolve: {
    // Vite would take graphql's ES module and every library its CommonJS one: two copies, which refuse each other.
    alias: [
      {
        find: /^graphql$/,
        replacement: fileURLToPath(new URL('node_modules/graphql/index.js', root)),
      },
    ],
  },
  test: {
    globalSetup: ['test/support/global-setup.ts'],
    sequence: { shuffle: true },
    testTimeout: 30_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: { label: 'shared', color: 'green' },
          include: ['test/**/*.test.ts'],
          exclude: ['test/browser/**', ...replacing],
          // A process loads the schema once, not for every file. What a file leaves behind there fails it.
          isolate: false,
          setupFiles: ['test/support/left-behind.ts'],
        },
      },
      { extends: true, test: { name: { label: 'alone', color: 'cyan' }, include: replacing } },
    ],
  },
});
