import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const root = new URL('./', import.meta.url);

/** Files that put modules in the place of others, which would stay there for the files after them. */
const replacing = readdirSync(new URL('test', root), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts') && !file.startsWith('browser'))
  .map((file) => `test/${file}`)
  .filter((file) => /^vi\.(do)?mock\(/m.test(readFileSync(new URL(file, root), 'utf8')));

/** Files that take longest: one that begins last leaves every other worker waiting for it. */
const LONG = new RegExp(
  `/test/(${[
    'cli/(bad-starts|import|start|workers)',
    'commands/(claim-decisions|import)',
    'engine/differential',
    'isolation/(plans|stores|writes)',
    'matrix/(inputs|matrix|mutations)',
    'readme',
  ].join('|')})[.]test[.]ts$`,
);

/** Those begin first. Apart from that the order is random, and the same for the same seed. */
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { seed } = this.ctx.config.sequence;
    const placeOf = ({ moduleId }: TestSpecification) => {
      const random = createHash('sha256').update(`${seed} ${moduleId}`).digest('hex');
      return `${LONG.test(moduleId) ? 0 : 1} ${random}`;
    };
    const places = new Map(files.map((file) => [file, placeOf(file)]));
    return files.toSorted((a, b) => ((places.get(a) ?? '') < (places.get(b) ?? '') ? -1 : 1));
  }
}

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
    sequence: { shuffle: true, sequencer: LongFirst },
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
