import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createFileKeys, FILE_COOLDOWN_MS, FILE_LOOK_MS } from '../../src/token/file-keys.ts';
import { createKit, keyFor, publicJwk } from './token-kit.ts';

/** A file whose state and content do not move together, as with a coarse clock or a slow disk. */
const file = vi.hoisted(() => ({
  stamp: 1n,
  read: async (): Promise<string> => '',
}));
vi.mock('node:fs', () => ({
  statSync: () => ({ ino: 1n, size: 1n, mtimeNs: file.stamp, ctimeNs: file.stamp }),
}));
vi.mock('node:fs/promises', () => ({ readFile: () => file.read() }));

const kit = createKit();
const setOf = (...kids: string[]) =>
  JSON.stringify({ keys: kids.map((kid) => publicJwk(kit.ec, { kid, alg: 'ES256' })) });
const other = JSON.stringify({ keys: [publicJwk(keyFor('ES256'), { kid: 'new', alg: 'ES256' })] });

let now = 0;
const keysOf = () => createFileKeys('jwks.json', () => new Date(now));
const TOKEN = { payload: '', signature: '' };
const ask = (keys: ReturnType<typeof keysOf>, kid: string) =>
  keys.resolve({ alg: 'ES256', kid }, TOKEN).then(
    () => 'found',
    (error: { code: string }) => error.code,
  );

beforeEach(() => {
  now = 0;
  file.stamp = 1n;
});

describe('a key file that changed without looking changed', () => {
  it('is read again for an unknown kid, once the cooldown is over', async () => {
    const keys = keysOf();
    file.read = async () => setOf('old');
    expect(await ask(keys, 'old')).toBe('found');
    const generation = keys.generation();
    file.read = async () => other;
    now = FILE_COOLDOWN_MS - 1;
    expect(await ask(keys, 'new')).toBe('INVALID_TOKEN');
    now = FILE_COOLDOWN_MS;
    expect(await ask(keys, 'new')).toBe('found');
    expect(await ask(keys, 'old')).toBe('INVALID_TOKEN');
    expect(keys.generation()).toBeGreaterThan(generation);
  });

  it('is tried again when it could not be read, once the cooldown is over', async () => {
    const keys = keysOf();
    file.read = () => Promise.reject(new Error('EMFILE'));
    expect(await ask(keys, 'old')).toBe('UNAVAILABLE');
    file.read = async () => setOf('old');
    expect(await ask(keys, 'old')).toBe('UNAVAILABLE');
    now = FILE_COOLDOWN_MS;
    expect(await ask(keys, 'old')).toBe('found');
  });
});

describe('a key file that changes', () => {
  it('is looked at ten times a second, and noticed by then', () => {
    const keys = keysOf();
    const first = keys.generation();
    file.stamp = 2n;
    now = FILE_LOOK_MS - 1;
    expect(keys.generation()).toBe(first);
    now = FILE_LOOK_MS;
    const second = keys.generation();
    expect(second).toBeGreaterThan(first);
    file.stamp = 3n;
    expect(keys.generation()).toBe(second);
    now = 2 * FILE_LOOK_MS;
    expect(keys.generation()).toBeGreaterThan(second);
  });

  it('is noticed by a clock that was set back', () => {
    now = FILE_LOOK_MS;
    const keys = keysOf();
    const first = keys.generation();
    file.stamp = 2n;
    now = 0;
    expect(keys.generation()).toBeGreaterThan(first);
  });

  it('is noticed at once by a token that is verified', async () => {
    const keys = keysOf();
    file.read = async () => setOf('old');
    expect(await ask(keys, 'old')).toBe('found');
    file.stamp = 2n;
    file.read = async () => setOf('new');
    expect(await ask(keys, 'old')).toBe('INVALID_TOKEN');
  });
});

describe('a key file that changes while it is read', () => {
  it('does not bring its former keys back', async () => {
    const keys = keysOf();
    let finish = (_: string) => {};
    file.read = () =>
      new Promise((resolve) => {
        finish = resolve;
      });
    const slow = ask(keys, 'old');
    file.stamp = 2n;
    const finishSlow = finish;
    file.read = async () => setOf('new');
    expect(await ask(keys, 'new')).toBe('found');
    finishSlow(setOf('old'));
    await slow;
    expect(await ask(keys, 'old')).toBe('INVALID_TOKEN');
    expect(await ask(keys, 'new')).toBe('found');
  });
});
