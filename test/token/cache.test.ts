import { describe, expect, it, vi } from 'vitest';
import { createPrincipalCache, MAX_CACHE_AGE_MS } from '../../src/token/cache.ts';
import { createStaticKeys, type KeySource } from '../../src/token/key-source.ts';
import { createTokenVerifier } from '../../src/token/verifier.ts';
import { expectRefused } from './refused.ts';
import { createKit, issuerOf, MAIN } from './token-kit.ts';

/** A verifier whose time and key generation the test sets, and which counts its verifications. */
function setUp(cacheSize?: number) {
  let now = new Date('2026-11-21T12:00:00Z').getTime();
  let generation = 0;
  const clock = () => new Date(now);
  const kit = createKit({ clock });
  const inner = createStaticKeys(kit.jwks[MAIN] ?? { keys: [] });
  const resolve = vi.fn(inner.resolve);
  const keys: KeySource = { ...inner, resolve, generation: () => generation };
  const resolveStore = vi.fn(async (id: string) => ({ id, name: id, domain: id }));
  const { verify } = createTokenVerifier({
    issuers: [issuerOf({ keys: [] }, { keys })],
    resolveStore,
    clock,
    ...(cacheSize === undefined ? {} : { cacheSize }),
  });
  return {
    kit,
    verify,
    resolve,
    resolveStore,
    keys,
    clock,
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
    rotate: () => {
      generation += 1;
    },
  };
}

describe('a verified token', () => {
  it('is verified once within a minute, and again after it', async () => {
    const { kit, verify, resolve, resolveStore, pass } = setUp();
    const token = kit.mint();
    const first = await verify(token);
    pass(MAX_CACHE_AGE_MS - 1);
    expect(await verify(token)).toBe(first);
    expect(resolve).toHaveBeenCalledTimes(1);
    pass(1);
    await verify(token);
    expect(resolve).toHaveBeenCalledTimes(2);
    expect(resolveStore).toHaveBeenCalledTimes(2);
  });

  it('is refused as soon as it expires, cached or not', async () => {
    const { kit, verify, pass } = setUp();
    const token = kit.mint({ claims: { exp: kit.now() + 20 } });
    await verify(token);
    pass(24_000);
    await expect(verify(token)).resolves.toBeDefined();
    pass(1_000);
    await expectRefused(verify(token), 'INVALID_TOKEN', /"exp" claim timestamp check failed/);
  });

  it('is verified again when the keys changed', async () => {
    const { kit, verify, resolve, rotate } = setUp();
    const token = kit.mint();
    await verify(token);
    rotate();
    resolve.mockRejectedValueOnce(new Error('withdrawn'));
    await expect(verify(token)).rejects.toThrow();
    await expect(verify(token)).resolves.toBeDefined();
    expect(resolve).toHaveBeenCalledTimes(3);
  });

  it('is not kept when the keys changed while it was being verified', async () => {
    const { kit, verify, resolve, resolveStore, rotate } = setUp();
    resolveStore.mockImplementationOnce(async (id) => {
      rotate();
      return { id, name: id, domain: id };
    });
    const token = kit.mint();
    await verify(token);
    await verify(token);
    expect(resolve).toHaveBeenCalledTimes(2);
  });

  it('is looked at again when the clock went back', async () => {
    const { kit, verify, resolve, pass } = setUp();
    const token = kit.mint();
    await verify(token);
    pass(-1_000);
    await verify(token);
    expect(resolve).toHaveBeenCalledTimes(2);
  });

  it('answers for no other token, however alike', async () => {
    const { kit, verify } = setUp();
    const token = kit.mint();
    await verify(token);
    const altered = `${token.slice(0, -4)}AAAA`;
    await expectRefused(verify(altered), 'INVALID_TOKEN', /signature|canonical/);
    const other = await verify(kit.mint({ claims: { scope: 'read_products' } }));
    expect(other.grantedScopes.names()).toEqual(['read_products']);
  });
});

describe('failures', () => {
  it('are not remembered: a store that appears is found at the next request', async () => {
    const { kit, verify, resolveStore } = setUp();
    const token = kit.mint();
    resolveStore.mockResolvedValueOnce(null as never);
    await expectRefused(verify(token), 'INVALID_TOKEN', /unknown store/);
    await expect(verify(token)).resolves.toBeDefined();
  });
});

describe('the cache', () => {
  it('keeps no more tokens than it may, the least recently used goes first', async () => {
    const { kit, verify, resolve, keys, clock } = setUp(2);
    const [a = '', b = '', c = ''] = ['a', 'b', 'c'].map((jti) => kit.mint({ claims: { jti } }));
    for (const token of [a, b, a, c]) await verify(token);
    expect(resolve).toHaveBeenCalledTimes(3);
    await verify(a);
    expect(resolve).toHaveBeenCalledTimes(3);
    await verify(b);
    expect(resolve).toHaveBeenCalledTimes(4);

    const cache = createPrincipalCache(3, clock);
    const principal = await verify(a);
    for (let index = 0; index < 50; index += 1) cache.set(`token ${index}`, principal, keys, 0);
    expect(cache.size).toBe(3);
  });
});
