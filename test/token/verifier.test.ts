import { describe, expect, it, vi } from 'vitest';
import { ScopeSet } from '../../src/scopes/scope-set.ts';
import type { AppDirectory, AppFacts, LinkedApp } from '../../src/token/app-directory.ts';
import { ALGORITHMS, type TrustedIssuer } from '../../src/token/issuer.ts';
import { createStaticKeys } from '../../src/token/key-source.ts';
import { createTokenVerifier, type ResolveStore } from '../../src/token/verifier.ts';
import { expectRefused } from './refused.ts';
import {
  AUDIENCE,
  appOf,
  BOUNDED,
  CLIENT,
  type Claims,
  createDirectory,
  createKit,
  issuerOf,
  keyFor,
  MAIN,
  publicJwk,
  type TestDirectory,
} from './token-kit.ts';

const NOW = new Date('2026-11-21T12:00:00Z');
const clock = () => NOW;
const kit = createKit({ clock });
const MAIN_KEYS = kit.jwks[MAIN] ?? { keys: [] };

const resolveStore: ResolveStore = async (reference) => {
  const id = reference.replace(/\.example$/, '');
  if (id !== kit.store && id !== kit.otherStore) return null;
  return { id, name: `Shop ${id}`, domain: `${id}.example` };
};

const verifierOf = (
  issuers: readonly TrustedIssuer[],
  resolve = resolveStore,
  directory: AppDirectory = createDirectory(),
) => createTokenVerifier({ issuers, resolveStore: resolve, directory, clock });

const main = (changes: Partial<TrustedIssuer> = {}) => verifierOf([issuerOf(MAIN_KEYS, changes)]);

const APPROVED: LinkedApp = { app: appOf(), installation: null };

/** A directory in which the usual client is linked to an app in the usual store. */
function linkedTo(linked: LinkedApp): TestDirectory {
  const directory = createDirectory();
  directory.putLink(MAIN, CLIENT, kit.store, linked);
  return directory;
}

const scopesOf = async (
  claims: Claims,
  changes: Partial<TrustedIssuer> = {},
  directory: AppDirectory = createDirectory(),
) => {
  const verifier = verifierOf([issuerOf(MAIN_KEYS, changes)], resolveStore, directory);
  return (await verifier.verify(kit.mint({ claims }))).grantedScopes.names();
};

describe('a good token', () => {
  it('becomes a principal with everything a request may see', async () => {
    const principal = await main().verify(kit.mint());
    expect(principal).toEqual({
      issuer: MAIN,
      clientId: CLIENT,
      subject: 'user-1',
      storeId: kit.store,
      grantedScopes: ScopeSet.of(['read_orders']),
      expiresAt: new Date(NOW.getTime() + 600_000),
      app: null,
      installation: null,
      consent: null,
    });
    expect(Object.isFrozen(principal)).toBe(true);
  });

  it.each(ALGORITHMS)('signed with %s is accepted where that algorithm is allowed', async (alg) => {
    const key = keyFor(alg);
    const keys = createStaticKeys({ keys: [publicJwk(key, { kid: 'k', alg })] });
    const token = kit.mint({ alg, key, header: { kid: 'k' } });
    await expect(main({ keys, algorithms: [alg] }).verify(token)).resolves.toBeDefined();
    const others = ALGORITHMS.filter((name) => name !== alg);
    await expectRefused(
      main({ keys, algorithms: others }).verify(token),
      'INVALID_TOKEN',
      /"alg" \(Algorithm\) Header Parameter value not allowed/,
    );
  });

  it.each(['at+jwt', 'AT+JWT', 'application/at+jwt'])('may have the typ %s', async (typ) => {
    await expect(main().verify(kit.mint({ header: { typ } }))).resolves.toBeDefined();
  });

  it.each([
    ['several audiences', { aud: ['https://other.example', AUDIENCE] }],
    ['a fraction of a second in its times', { iat: NOW.getTime() / 1000 - 0.5 }],
    ['an nbf that has come', { nbf: NOW.getTime() / 1000 }],
    ['claims that nothing here reads', { act: { sub: 'x' }, roles: ['admin'], constructor: 1 }],
    ['the domain of its store', { store: `${kit.store}.example` }],
  ])('may have %s', async (_, claims) => {
    await expect(main().verify(kit.mint({ claims }))).resolves.toMatchObject({
      storeId: kit.store,
    });
  });

  it('may name an address of keys, which nobody opens', async () => {
    const fetch = vi.spyOn(globalThis, 'fetch').mockRejectedValue(new Error('network'));
    const header = { jku: 'https://idp.example/jwks', x5u: 'https://idp.example/cert' };
    await expect(main().verify(kit.mint({ header }))).resolves.toBeDefined();
    expect(fetch).not.toHaveBeenCalled();
    fetch.mockRestore();
  });

  it('may leave out its kid while one key fits, not when two do', async () => {
    const token = kit.mint({ header: { kid: undefined } });
    await expect(main().verify(token)).resolves.toBeDefined();
    const second = publicJwk(kit.foreign, { kid: 'second', alg: 'ES256' });
    const keys = createStaticKeys({ keys: [...MAIN_KEYS.keys, second] });
    await expectRefused(main({ keys }).verify(token), 'INVALID_TOKEN', /more than one key/);
  });

  it('is accepted for five seconds of difference between clocks, not for six', async () => {
    const now = kit.now();
    await expect(main().verify(kit.mint({ claims: { exp: now - 4 } }))).resolves.toBeDefined();
    await expect(main().verify(kit.mint({ claims: { iat: now + 5 } }))).resolves.toBeDefined();
    await expect(main().verify(kit.mint({ claims: { nbf: now + 5 } }))).resolves.toBeDefined();
    const late = [{ exp: now - 6 }, { iat: now + 6 }, { nbf: now + 6 }];
    for (const claims of late) {
      await expectRefused(main().verify(kit.mint({ claims })), 'INVALID_TOKEN', /exp|iat|nbf/);
    }
  });
});

describe('a key', () => {
  it('that says its algorithm verifies no other', async () => {
    const keys = createStaticKeys({ keys: [publicJwk(kit.rsa, { kid: 'rsa', alg: 'PS256' })] });
    const issuer = { keys, algorithms: ['RS256', 'PS256'] as const };
    await expect(main(issuer).verify(kit.mint({ alg: 'PS256' }))).resolves.toBeDefined();
    await expectRefused(
      main(issuer).verify(kit.mint({ alg: 'RS256' })),
      'INVALID_TOKEN',
      /no key of the issuer fits/,
    );
  });

  it.each([
    ['for encryption', { use: 'enc' }],
    ['with other operations', { key_ops: ['deriveKey'] }],
  ])('%s verifies nothing', async (_, extra) => {
    const keys = createStaticKeys({ keys: [publicJwk(kit.ec, { kid: 'ec', ...extra })] });
    await expectRefused(main({ keys }).verify(kit.mint()), 'INVALID_TOKEN', /no key/);
  });
});

describe('the scope claim', () => {
  it.each([
    ['no claim', { scope: undefined }],
    ['an empty one', { scope: '' }],
    ['spaces only', { scope: '  ' }],
    ['unknown names', { scope: 'admin * read_everything' }],
    ['another case', { scope: 'READ_ORDERS Read_Orders' }],
    ['a prefix or more than a name', { scope: 'read_order read_orders_all read_' }],
    ['commas', { scope: 'read_orders,read_customers' }],
    ['other claims that sound alike', { scope: '', scp: 'read_orders', scopes: ['read_orders'] }],
    ['roles', { scope: '', roles: ['admin'], permissions: ['read_orders'], authorities: '*' }],
  ])('of %s grants nothing', async (_, claims) => {
    expect(await scopesOf(claims)).toEqual([]);
  });

  it.each([
    ['one space', { scope: 'read_orders read_products' }],
    ['several spaces', { scope: ' read_orders   read_products ' }],
    ['a repetition', { scope: 'read_orders read_products read_orders' }],
    ['an unknown name between', { scope: 'read_orders openid read_products' }],
  ])('with %s grants what it names', async (_, claims) => {
    expect(await scopesOf(claims)).toEqual(['read_orders', 'read_products']);
  });

  it('is cut to the ceiling of the issuer', async () => {
    const scopes = ScopeSet.of(['read_claims', 'read_products']);
    const claims = { scope: 'manage_claims read_orders' };
    expect(await scopesOf(claims, { scopes })).toEqual(['read_claims']);
  });

  it('opens admin-gated scopes to clients that are linked to an approved app only', async () => {
    const claims = { scope: 'read_orders read_warranty_pricing' };
    expect(await scopesOf(claims)).toEqual(['read_orders']);
    const directory = linkedTo(APPROVED);
    expect(await scopesOf(claims, {}, directory)).toEqual(['read_orders', 'read_warranty_pricing']);
    expect(await scopesOf({ ...claims, client_id: 'other' }, {}, directory)).toEqual([
      'read_orders',
    ]);
  });

  it('opens no admin-gated scope beyond the ceiling of the issuer, linked or not', async () => {
    const scopes = ScopeSet.of(['read_orders']);
    const claims = { scope: 'read_orders read_warranty_pricing' };
    expect(await scopesOf(claims, { scopes }, linkedTo(APPROVED))).toEqual(['read_orders']);
  });
});

describe('a client of an external issuer', () => {
  const INSTALLED = { id: 'ins_1', installedAt: new Date('2026-01-01T00:00:00Z') };
  const GATED = 'read_orders read_warranty_pricing';
  const verify = (linked: LinkedApp, claims: Claims = {}) =>
    verifierOf([issuerOf(MAIN_KEYS)], resolveStore, linkedTo(linked)).verify(
      kit.mint({ claims: { scope: GATED, ...claims } }),
    );

  it.each<[string, Partial<AppFacts>, string[]]>([
    ['an approved public app', {}, ['read_orders', 'read_warranty_pricing']],
    ['a public app that is not approved', { approved: false }, ['read_orders']],
    ['a private app', { visibility: 'PRIVATE', approved: false }, ['read_orders']],
  ])('that is linked to %s has that app and its gate', async (_, changes, scopes) => {
    const app = appOf(changes);
    const principal = await verify({ app, installation: INSTALLED });
    expect(principal.grantedScopes.names()).toEqual(scopes);
    expect(principal.app).toEqual({
      id: app.id,
      name: app.name,
      visibility: app.visibility,
      declaredScopes: [],
    });
    expect(principal.installation).toEqual(INSTALLED);
    expect([principal.issuer, principal.clientId, principal.subject]).toEqual([
      MAIN,
      CLIENT,
      'user-1',
    ]);
  });

  it('is refused where the app it is linked to is suspended, whatever else is true of it', async () => {
    for (const changes of [
      {},
      { approved: false },
      { visibility: 'PRIVATE', approved: false },
    ] as const) {
      for (const installation of [INSTALLED, null]) {
        const app = appOf({ suspended: true, ...changes });
        await expectRefused(
          verify({ app, installation }),
          'INVALID_TOKEN',
          /^the app of the client is suspended$/,
        );
      }
    }
  });

  it('keeps its token where another client or store has the suspended app', async () => {
    const suspended: LinkedApp = { app: appOf({ suspended: true }), installation: INSTALLED };
    for (const claims of [{ client_id: 'client-2' }, { store: kit.otherStore }]) {
      const principal = await verify(suspended, claims);
      expect([principal.app, principal.grantedScopes.names()]).toEqual([null, ['read_orders']]);
    }
  });

  it('has no installation in a store where its app is not installed', async () => {
    const principal = await verify({ app: appOf(), installation: null });
    expect([principal.app?.id, principal.installation]).toEqual(['app_1', null]);
  });

  it('shows the scopes that its app declared, but for those that no longer exist', async () => {
    const declaredScopes = [
      { scope: 'read_orders', required: true },
      { scope: 'read_everything', required: true },
      { scope: 'read_customers', required: false },
    ];
    const { app } = await verify({ app: appOf({ declaredScopes }), installation: null });
    expect(app?.declaredScopes).toEqual([declaredScopes[0], declaredScopes[2]]);
  });

  it('gets nothing from what its app declared: the token says what it may do', async () => {
    const declaredScopes = [{ scope: 'read_customers', required: true }];
    const linked = { app: appOf({ declaredScopes }), installation: INSTALLED };
    const { grantedScopes } = await verify(linked, { scope: 'read_orders' });
    expect(grantedScopes.names()).toEqual(['read_orders']);
  });

  it('is looked up by issuer, client id and the store that was found, each whole', async () => {
    const directory = createDirectory();
    const verifier = verifierOf([issuerOf(MAIN_KEYS)], resolveStore, directory);
    await verifier.verify(kit.mint({ claims: { store: `${kit.store}.example` } }));
    expect(directory.asked).toEqual({ tokens: [], links: [[MAIN, CLIENT, kit.store]] });
  });

  it.each([
    ['in another store', { store: kit.otherStore }],
    ['of another client', { client_id: 'client-2' }],
    ['of a client whose id differs in case', { client_id: CLIENT.toUpperCase() }],
    ['of a client with a space more', { client_id: `${CLIENT} ` }],
    ['of a subject of that name', { client_id: 'client-2', sub: CLIENT }],
  ])('that is linked says nothing %s', async (_, claims) => {
    const principal = await verify(APPROVED, claims);
    expect([principal.app, principal.grantedScopes.names()]).toEqual([null, ['read_orders']]);
  });

  it('is not looked up for a token or a store that failed', async () => {
    const directory = createDirectory();
    const verifier = verifierOf([issuerOf(MAIN_KEYS)], resolveStore, directory);
    const forged = kit.mint({ key: kit.foreign });
    await expectRefused(verifier.verify(forged), 'INVALID_TOKEN', /signature/);
    const lost = kit.mint({ claims: { store: 'nowhere' } });
    await expectRefused(verifier.verify(lost), 'INVALID_TOKEN', /unknown store/);
    expect(directory.asked).toEqual({ tokens: [], links: [] });
  });

  it('whose app cannot be looked up does not lose its token, and gets nothing', async () => {
    const rejecting = async () => Promise.reject(new Error('database away'));
    const throwing = () => {
      throw new Error('pool closed');
    };
    for (const findLinkedApp of [rejecting, throwing]) {
      const directory = { ...createDirectory(), findLinkedApp };
      const verifier = verifierOf([issuerOf(MAIN_KEYS)], resolveStore, directory);
      await expectRefused(verifier.verify(kit.mint()), 'UNAVAILABLE', /app .* looked up/);
    }
  });
});

describe('stores', () => {
  it.each([
    ['id', [kit.store]],
    ['domain', [`${kit.store}.example`]],
  ])('named by %s in the ceiling are open, all others refused', async (_, names) => {
    const stores = new Set(names);
    const references = [kit.store, `${kit.store}.example`];
    for (const store of references) {
      const token = kit.mint({ claims: { store } });
      await expect(main({ stores }).verify(token)).resolves.toMatchObject({ storeId: kit.store });
    }
    await expectRefused(
      main({ stores }).verify(kit.mint({ claims: { store: kit.otherStore } })),
      'INVALID_TOKEN',
      /not among those/,
    );
  });

  it('that cannot be looked up do not cost the caller its token', async () => {
    const rejecting = async () => Promise.reject(new Error('database away'));
    const throwing = () => {
      throw new Error('pool closed');
    };
    for (const resolve of [rejecting, throwing]) {
      const verifier = verifierOf([issuerOf(MAIN_KEYS)], resolve);
      await expectRefused(verifier.verify(kit.mint()), 'UNAVAILABLE', /store .* looked up/);
    }
  });

  it('are not looked up for a token that failed', async () => {
    const resolve = vi.fn(resolveStore);
    const verifier = verifierOf([issuerOf(MAIN_KEYS)], resolve);
    const forged = kit.mint({ key: kit.foreign });
    await expectRefused(verifier.verify(forged), 'INVALID_TOKEN', /signature/);
    expect(resolve).not.toHaveBeenCalled();
  });
});

describe('issuers', () => {
  it('do not share clients: the same id at two issuers is two principals', async () => {
    const bounded = kit.jwks[BOUNDED] ?? { keys: [] };
    const directory = linkedTo(APPROVED);
    const verifier = verifierOf(
      [issuerOf(MAIN_KEYS), issuerOf(bounded, { issuer: BOUNDED })],
      resolveStore,
      directory,
    );
    const scope = 'read_warranty_pricing';
    const store = kit.store;
    const first = await verifier.verify(kit.mint({ claims: { scope } }));
    const second = await verifier.verify(kit.mint({ issuer: BOUNDED, claims: { scope, store } }));
    expect([first.storeId, second.storeId]).toEqual([store, store]);
    expect([first.clientId, second.clientId]).toEqual([CLIENT, CLIENT]);
    expect([first.issuer, second.issuer]).toEqual([MAIN, BOUNDED]);
    expect(first.grantedScopes.names()).toEqual([scope]);
    expect(second.grantedScopes.names()).toEqual([]);
    expect([first.app?.id, second.app]).toEqual(['app_1', null]);
  });

  it('of one name cannot be configured twice', () => {
    expect(() => verifierOf([issuerOf(MAIN_KEYS), issuerOf(MAIN_KEYS)])).toThrow(
      new TypeError('Two trusted issuers have the same name.'),
    );
  });

  it('that are unknown are refused without asking anybody for keys', async () => {
    const resolve = vi.fn();
    const keys = { resolve, generation: () => 0, check: async () => [] };
    const token = kit.mint({ claims: { iss: 'https://attacker.example' } });
    await expectRefused(main({ keys }).verify(token), 'INVALID_TOKEN', /not a trusted issuer/);
    expect(resolve).not.toHaveBeenCalled();
  });

  it('none at all refuse every token', async () => {
    await expectRefused(verifierOf([]).verify(kit.mint()), 'INVALID_TOKEN', /not a trusted/);
  });
});
