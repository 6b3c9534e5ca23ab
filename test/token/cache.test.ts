import { describe, expect, it, vi } from 'vitest';
import type { AppFacts } from '../../src/token/app-directory.ts';
import { createPrincipalCache, MAX_CACHE_AGE_MS } from '../../src/token/cache.ts';
import { createStaticKeys, type KeySource } from '../../src/token/key-source.ts';
import { createTokenVerifier } from '../../src/token/verifier.ts';
import { expectRefused } from './refused.ts';
import { appOf, CLIENT, createDirectory, createKit, foundOf, issuerOf, MAIN } from './token-kit.ts';

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
  const directory = createDirectory();
  const { verify } = createTokenVerifier({
    issuers: [issuerOf({ keys: [] }, { keys })],
    resolveStore,
    directory,
    clock,
    ...(cacheSize === undefined ? {} : { cacheSize }),
  });
  return {
    kit,
    verify,
    resolve,
    resolveStore,
    directory,
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
  it('is verified once within five seconds, and again after them', async () => {
    expect(MAX_CACHE_AGE_MS).toBe(5_000);
    const { kit, verify, resolve, resolveStore, directory, pass } = setUp();
    const token = kit.mint();
    const first = await verify(token);
    pass(MAX_CACHE_AGE_MS - 1);
    expect(await verify(token)).toBe(first);
    expect(resolve).toHaveBeenCalledTimes(1);
    pass(1);
    await verify(token);
    expect(resolve).toHaveBeenCalledTimes(2);
    expect(resolveStore).toHaveBeenCalledTimes(2);
    expect(directory.asked.links).toHaveLength(2);
  });

  it('is refused as soon as it expires, cached or not', async () => {
    const { kit, verify, pass } = setUp();
    const token = kit.mint({ claims: { exp: kit.now() + 2 } });
    await verify(token);
    pass(4_000);
    await expect(verify(token)).resolves.toBeDefined();
    pass(3_000);
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

describe('the app of a client', () => {
  const GATED = 'read_warranty_pricing';

  it.each<[string, Partial<AppFacts> | null]>([
    ['is unlinked', null],
    ['loses its approval', { approved: false }],
  ])('counts for at most five seconds after it %s', async (_, changes) => {
    const { kit, verify, directory, pass } = setUp();
    const linked = { app: appOf(), installation: null };
    directory.putLink(MAIN, CLIENT, kit.store, linked);
    const token = kit.mint({ claims: { scope: GATED } });
    expect((await verify(token)).grantedScopes.names()).toEqual([GATED]);
    directory.putLink(MAIN, CLIENT, kit.store, changes && { ...linked, app: appOf(changes) });
    pass(MAX_CACHE_AGE_MS - 1);
    expect((await verify(token)).grantedScopes.names()).toEqual([GATED]);
    pass(1);
    const after = await verify(token);
    expect(after.grantedScopes.names()).toEqual([]);
    expect(after.app?.id ?? null).toBe(changes && 'app_1');
  });

  it('costs the client its token at most five seconds after it is suspended, until it is not', async () => {
    const { kit, verify, directory, pass } = setUp();
    const put = (suspended: boolean) =>
      directory.putLink(MAIN, CLIENT, kit.store, { app: appOf({ suspended }), installation: null });
    put(false);
    const token = kit.mint({ claims: { scope: GATED } });
    const first = await verify(token);
    put(true);
    pass(MAX_CACHE_AGE_MS - 1);
    expect(await verify(token)).toBe(first);
    pass(1);
    await expectRefused(verify(token), 'INVALID_TOKEN', /app of the client is suspended/);
    put(false);
    expect((await verify(token)).grantedScopes.names()).toEqual([GATED]);
  });

  it('counts within five seconds of being linked', async () => {
    const { kit, verify, directory, pass } = setUp();
    const token = kit.mint({ claims: { scope: GATED } });
    expect((await verify(token)).grantedScopes.names()).toEqual([]);
    directory.putLink(MAIN, CLIENT, kit.store, { app: appOf(), installation: null });
    pass(MAX_CACHE_AGE_MS);
    expect((await verify(token)).grantedScopes.names()).toEqual([GATED]);
  });
});

describe('an opaque token', () => {
  const opaque = `op_at_${'a'.repeat(40)}`;

  it('is looked up once within five seconds, and works no longer after a revocation', async () => {
    const { verify, directory, clock, pass } = setUp();
    directory.putToken(opaque, foundOf(clock()));
    const first = await verify(opaque);
    directory.putToken(opaque, null);
    pass(MAX_CACHE_AGE_MS - 1);
    expect(await verify(opaque)).toBe(first);
    expect(directory.asked.tokens).toHaveLength(1);
    pass(1);
    await expectRefused(verify(opaque), 'INVALID_TOKEN', /unknown, expired, revoked/);
    await expectRefused(verify(opaque), 'INVALID_TOKEN', /unknown, expired, revoked/);
    expect(directory.asked.tokens).toHaveLength(3);
  });

  it('is refused as soon as it expires, cached or not', async () => {
    const { verify, directory, clock, pass } = setUp();
    directory.putToken(opaque, { ...foundOf(clock()), expiresAt: new Date(+clock() + 2_000) });
    await verify(opaque);
    pass(1_999);
    await expect(verify(opaque)).resolves.toBeDefined();
    pass(1);
    await expectRefused(verify(opaque), 'INVALID_TOKEN', /has expired/);
  });

  it('is looked up at its next use when it was refused', async () => {
    const { verify, directory, clock } = setUp();
    await expectRefused(verify(opaque), 'INVALID_TOKEN', /unknown/);
    directory.putToken(opaque, foundOf(clock()));
    await expect(verify(opaque)).resolves.toBeDefined();
  });

  it('has a revocation that counts from the look-up, however long the answer took', async () => {
    const { verify, directory, clock, pass } = setUp();
    directory.putToken(opaque, foundOf(clock()));
    const find = vi.spyOn(directory, 'findAccessToken').mockImplementationOnce(async () => {
      const found = foundOf(clock());
      directory.putToken(opaque, null);
      pass(4_000);
      return found;
    });
    await verify(opaque);
    pass(1_000);
    await expectRefused(verify(opaque), 'INVALID_TOKEN', /unknown/);
    expect(find).toHaveBeenCalledTimes(2);
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
    const { kit, verify, resolve, clock } = setUp(2);
    const [a = '', b = '', c = ''] = ['a', 'b', 'c'].map((jti) => kit.mint({ claims: { jti } }));
    for (const token of [a, b, a, c]) await verify(token);
    expect(resolve).toHaveBeenCalledTimes(3);
    await verify(a);
    expect(resolve).toHaveBeenCalledTimes(3);
    await verify(b);
    expect(resolve).toHaveBeenCalledTimes(4);

    const cache = createPrincipalCache(3, clock);
    const principal = await verify(a);
    for (let index = 0; index < 50; index += 1) {
      cache.set(`token ${index}`, principal, clock(), () => true);
    }
    expect(cache.size).toBe(3);
  });
});
