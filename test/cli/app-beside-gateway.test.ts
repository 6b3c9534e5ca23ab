import { existsSync } from 'node:fs';
import { rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_APPS } from '../../src/data/seed/demo-apps.ts';
import { buildIfStale } from './build.ts';
import { cleanUp, emptyFolder, runCli, seededFolder, startCli } from './kit.ts';

beforeAll(buildIfStale);
afterAll(cleanUp);

describe('app, beside a gateway that runs', { timeout: 120_000 }, () => {
  it('changes what that gateway works on, and goes on when it was killed', async () => {
    const environment = { SCOPEGATE_DATA_DIR: await seededFolder(), PORT: '0' };
    const socket = join(environment.SCOPEGATE_DATA_DIR, 'platform.sock');
    const { id, name } = DEMO_APPS.pricer;

    const gateway = await startCli(environment);
    expect((await stat(socket)).mode & 0o777).toBe(0o600);
    const suspended = await runCli(['app', 'suspend', id, '--note', 'Too dear.'], environment);
    expect(suspended).toMatchObject({ code: 0, err: '' });
    expect(suspended.out).toMatch(/^ {2}review {10}suspended: Too dear\.$/m);
    const again = await runCli(['app', 'suspend', id, '--note', 'Too dear.'], environment);
    expect(again).toMatchObject({ code: 1, out: '', err: `${name} is SUSPENDED already.\n` });
    gateway.kill('SIGKILL');
    await gateway.ended;
    expect(existsSync(socket)).toBe(true);

    const shown = await runCli(['app', 'show', id, '--json'], environment);
    expect(shown).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(shown.out)).toMatchObject({ review: 'SUSPENDED', reviewNote: 'Too dear.' });

    const next = await startCli(environment);
    expect(await runCli(['app', 'approve', id], environment)).toMatchObject({ code: 0, err: '' });
    expect(await next.stop()).toMatchObject({ code: 0 });
    expect(existsSync(socket)).toBe(false);
  });

  it('is not let in where the path of the socket is too long, which the gateway says and survives', async () => {
    const folder = join(await emptyFolder(), 'x'.repeat(100));
    await rename(await seededFolder(), folder);
    const gateway = await startCli({ SCOPEGATE_DATA_DIR: folder, PORT: '0' });
    const { code, err } = await gateway.stop();
    expect(code).toBe(0);
    expect(err).toContain('Platform commands cannot reach this gateway. The path of the socket');
  });

  it('ends with 2 and the help when it was called wrongly', async () => {
    const { code, out, err } = await runCli(['app', 'delete']);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('"app delete" is not a command. There are: create, list, show,');
    expect(err).toContain('\n\nscopegate app <command> [--json]\n');
  });
});
