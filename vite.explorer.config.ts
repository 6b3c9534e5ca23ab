import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/**
 * Builds GraphiQL into `dist/explorer`: `index.html`, answered at `/graphql`, and everything it
 * loads below `/explorer/`, named by content so that it can be cached for ever.
 */
export default defineConfig({
  root: 'src/explorer',
  publicDir: false,
  logLevel: 'warn',
  plugins: [react(), gzipAssets()],
  build: {
    outDir: '../../dist/explorer',
    emptyOutDir: true,
    assetsDir: 'explorer',
    // The Content-Security-Policy allows no data: fonts, so nothing is inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 8192,
    target: 'es2023',
    rolldownOptions: {
      // GraphiQL's files say "use no memo" to a compiler that has already run.
      onLog: (level, log, report) => {
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') report(level, log);
      },
    },
  },
});

/** Writes a `.gz` beside each asset, which `sirv` serves: less than a third of the size. */
function gzipAssets(): Plugin {
  return {
    name: 'scopegate:gzip-assets',
    writeBundle({ dir = '.' }) {
      for (const name of readdirSync(join(dir, 'explorer'))) {
        const file = join(dir, 'explorer', name);
        writeFileSync(`${file}.gz`, gzipSync(readFileSync(file)));
      }
    },
  };
}
