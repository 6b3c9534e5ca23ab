import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The checkout. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const at = (path: string) => new URL(`../../${path}`, import.meta.url);
const MAIN = at('dist/cli/main.js');
const EXPLORER = at('dist/explorer/index.html');
/** Written after a build, and as old as its beginning. */
const STAMP = at('dist/.built-for-tests');
const LOCK = at('dist/.building-for-tests');

/** Builds what `node dist/cli/main.js` runs, unless it is as new as the source. Test files take turns. */
export async function buildIfStale(): Promise<void> {
  for (let waited = 0; await isStale(); waited += 100) {
    await mkdir(at('dist'), { recursive: true });
    // A run that was killed leaves its lock behind.
    if (waited > 60_000) await rm(LOCK, { recursive: true, force: true });
    const isMine = await mkdir(LOCK).then(
      () => true,
      () => false,
    );
    if (!isMine) {
      await sleep(100);
      continue;
    }
    try {
      if (await isStale()) await build();
    } finally {
      await rm(LOCK, { recursive: true, force: true });
    }
  }
}

async function build(): Promise<void> {
  const started = new Date();
  const script = existsSync(EXPLORER) ? 'build:server' : 'build';
  await promisify(execFile)('npm', ['run', '-s', script], { cwd: ROOT });
  await writeFile(STAMP, started.toISOString());
}

async function isStale(): Promise<boolean> {
  if (![MAIN, EXPLORER, STAMP].every((file) => existsSync(file))) return true;
  const source = await readdir(at('src'), { recursive: true, withFileTypes: true });
  const files = source.filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name));
  const times = await Promise.all(
    files.map(async ({ parentPath, name }) => (await stat(`${parentPath}/${name}`)).mtimeMs),
  );
  return Math.max(...times) > (await stat(STAMP)).mtimeMs;
}
