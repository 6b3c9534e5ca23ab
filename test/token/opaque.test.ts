import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { SCOPES, type Scope } from '../../src/scopes/catalogue.ts';
import { closure } from '../../src/scopes/effective-scopes.ts';
import { ScopeSet } from '../../src/scopes/scope-set.ts';
import type { AppFacts, FoundToken } from '../../src/token/app-directory.ts';
import { parseIssuers } from '../../src/token/issuer-settings.ts';
import { PLATFORM_ISSUER, verifyOpaqueToken } from '../../src/token/opaque.ts';
import { hashOf } from '../../src/token/stored-hash.ts';
import { createTokenVerifier } from '../../src/token/verifier.ts';
import { expectRefused } from './refused.ts';
import { appOf, CLIENT, createDirectory, createKit, foundOf, issuerOf, MAIN } from './token-kit.ts';

const NOW = new Date('2026-11-21T12:00:00Z');
const clock = () => NOW;
const kit = createKit({ clock });
const TOKEN = 'op_at_0123456789abcdefghijklmnopqrstuvwxyz-_ABC';
const CLAIMS = ['read_claims', 'write_claims', 'manage_claims'];
const GATED = SCOPES.filter(({ gate }) => gate === 'admin').map(({ name }) => name);

/** A verifier with a directory that finds this, if anything, for the token. */
function setUp(changes: Partial<FoundToken> | null = {}, token = TOKEN) {
  const directory = createDirectory();
  if (changes !== null) directory.putToken(token, foundOf(NOW, changes));
  const issuer = issuerOf(kit.jwks[MAIN] ?? { keys: [] });
  const keys = vi.spyOn(issuer.keys, 'resolve');
  const resolveStore = vi.fn(async (id: string) => ({ id, name: id, domain: id }));
  const { verify } = createTokenVerifier({ issuers: [issuer], resolveStore, directory, clock });
  return { directory, verify, keys, resolveStore };
}

const scopesOf = async (changes: Partial<FoundToken>) =>
  (await setUp(changes).verify(TOKEN)).grantedScopes.names();

describe('a good opaque token', () => {
  it('becomes a principal of the platform, its app and its installation', async () => {
    const declaredScopes = [
      { scope: 'read_orders', required: true },
      { scope: 'read_everything', required: false },
    ];
    const { verify, keys, resolveStore } = setUp({ app: appOf({ declaredScopes }) });
    const principal = await verify(TOKEN);
    expect(principal).toEqual({
      issuer: PLATFORM_ISSUER,
      clientId: CLIENT,
      subject: 'ins_1',
      storeId: 'store-1',
      grantedScopes: ScopeSet.of(['read_orders']),
      expiresAt: new Date(NOW.getTime() + 600_000),
      app: {
        id: 'app_1',
        name: 'Pigeon Post',
        visibility: 'PUBLIC',
        declaredScopes: [{ scope: 'read_orders', required: true }],
      },
      installation: { id: 'ins_1', installedAt: new Date('2026-01-01T00:00:00Z') },
      consent: {
        granted: ScopeSet.all,
        askable: ScopeSet.of(['read_orders']),
        redirectUri: 'https://pigeon.example/callback',
      },
    });
    expect(Object.isFrozen(principal)).toBe(true);
    expect(keys).not.toHaveBeenCalled();
    expect(resolveStore).not.toHaveBeenCalled();
  });

  it('is of an issuer that no configured one can be', () => {
    expect(PLATFORM_ISSUER).toBe('urn:scopegate:platform');
    const entry = { issuer: PLATFORM_ISSUER, audience: 'a', jwks: 'keys.json', storeClaim: 's' };
    const { settings, problems } = parseIssuers(JSON.stringify([entry]));
    expect([settings, problems.length]).toEqual([[], 1]);
    expect(problems[0]).toContain('"urn:scopegate:", which is reserved');
  });

  it('is looked up by its hash alone, once, and by nothing else', async () => {
    const { directory, verify } = setUp();
    await verify(TOKEN);
    const hash = createHash('sha256').update(TOKEN).digest('hex');
    expect(directory.asked).toEqual({ tokens: [hash], links: [] });
  });
});

describe('the hash of an opaque token', () => {
  it('is the SHA-256 of the whole token in lower-case hexadecimal', () => {
    expect(hashOf('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    fc.assert(
      fc.property(fc.string(), fc.string(), (one, other) => {
        expect(hashOf(one)).toMatch(/^[0-9a-f]{64}$/);
        expect(hashOf(one) === hashOf(other)).toBe(one === other);
      }),
    );
  });

  it('is no token itself', async () => {
    const hash = hashOf(TOKEN);
    const { verify } = setUp();
    await expectRefused(verify(hash), 'INVALID_TOKEN', /three parts/);
    await expectRefused(verify(`op_at_${hash}`), 'INVALID_TOKEN', /unknown, expired, revoked/);
  });
});

describe('the form of an opaque token', () => {
  const BODY = 'aZ09-_'.repeat(50);

  it.each([27, 28, 43, 250])('may have %i characters after its prefix', async (length) => {
    const token = `op_at_${BODY.slice(0, length)}`;
    await expect(setUp({}, token).verify(token)).resolves.toMatchObject({ storeId: 'store-1' });
  });

  it.each([
    ['nothing after its prefix', 'op_at_'],
    ['26 characters', `op_at_${BODY.slice(0, 26)}`],
    ['251 characters', `op_at_${BODY.slice(0, 251)}`],
    ['thousands of characters', `op_at_${'a'.repeat(100_000)}`],
    ['a dot', `${TOKEN}.a`],
    ['the three parts of a JWT', `op_at_${kit.mint()}`],
    ['padding', `${TOKEN}=`],
    ['other characters of base64', `${TOKEN}+/`],
    ['a tilde', `${TOKEN}~`],
    ['a space at its end', `${TOKEN} `],
    ['a line break at its end', `${TOKEN}\n`],
    ['a NUL', `${TOKEN}\0`],
    ['a wildcard', `op_at_${'%'.repeat(40)}`],
    ['a letter of another alphabet', `${TOKEN}\u0430`],
  ])('is refused with %s, before anything is looked up', async (_, token) => {
    const { directory, verify, keys } = setUp({}, token);
    await expectRefused(verify(token), 'INVALID_TOKEN', /not the form of an opaque access token/);
    expect(directory.asked).toEqual({ tokens: [], links: [] });
    expect(keys).not.toHaveBeenCalled();
  });

  it('is checked also where no verifier stands before', async () => {
    const { directory } = setUp();
    await expectRefused(
      verifyOpaqueToken('0123456789abcdefghijklmnopqrstuvwxyz', directory, clock),
      'INVALID_TOKEN',
      /not the form/,
    );
    expect(directory.asked.tokens).toEqual([]);
  });
});

describe('another token of the gateway', () => {
  it.each(['op_rt_', 'op_ac_', 'op_', 'op_a', 'op_AT_', 'op_at-'])(
    'gives no access, known or not: %s',
    async (prefix) => {
      const token = `${prefix}${'a'.repeat(40)}`;
      const { directory, verify, keys } = setUp({}, token);
      await expectRefused(verify(token), 'INVALID_TOKEN', /not an access token/);
      expect(directory.asked).toEqual({ tokens: [], links: [] });
      expect(keys).not.toHaveBeenCalled();
    },
  );
});

describe('a token is tried one way only', () => {
  it('an opaque one that is unknown is not tried as a JWT', async () => {
    const { verify, keys } = setUp(null);
    await expectRefused(verify(TOKEN), 'INVALID_TOKEN', /unknown, expired, revoked/);
    expect(keys).not.toHaveBeenCalled();
  });

  it.each([
    ['forged', kit.mint({ key: kit.foreign }), /signature/],
    ['expired', kit.mint({ claims: { exp: kit.now() - 60 } }), /exp/],
    ['of no known issuer', kit.mint({ claims: { iss: 'x' } }), /not a trusted issuer/],
    ['no JWT at all', 'a'.repeat(40), /three parts/],
    ['of another case', TOKEN.toUpperCase(), /three parts/],
    ['prefixed by a space', ` ${TOKEN}`, /three parts/],
  ])('one that is %s is not looked up as an opaque one', async (_, token, detail) => {
    const { directory, verify } = setUp({}, token);
    await expectRefused(verify(token), 'INVALID_TOKEN', detail);
    expect(directory.asked.tokens).toEqual([]);
  });

  it('a good JWT is not looked up as an opaque one either', async () => {
    const { directory, verify } = setUp();
    await expect(verify(kit.mint())).resolves.toMatchObject({ issuer: MAIN });
    expect(directory.asked.tokens).toEqual([]);
  });
});

describe('an opaque token that does not work', () => {
  it('is told apart from others in the log only, and never quoted there', async () => {
    const failures = [];
    for (const [changes, token] of [
      [null, TOKEN],
      [{ expiresAt: NOW }, TOKEN],
      [{}, `${TOKEN}=`],
    ] as const) {
      failures.push(
        await setUp(changes, token)
          .verify(token)
          .then(
            () => expect.fail('nothing was refused'),
            (failure: { message: string; detail: string }) => failure,
          ),
      );
    }
    expect(new Set(failures.map(({ message }) => message)).size).toBe(1);
    expect(new Set(failures.map(({ detail }) => detail)).size).toBe(3);
    for (const { message, detail } of failures) {
      expect(message + detail).not.toContain(TOKEN.slice(6, 14));
    }
  });

  it('is one that ends at this very moment, by the clock of the gateway', async () => {
    const at = (offset: number) => ({ expiresAt: new Date(NOW.getTime() + offset) });
    await expect(setUp(at(1)).verify(TOKEN)).resolves.toBeDefined();
    for (const offset of [0, -1, -60_000]) {
      await expectRefused(setUp(at(offset)).verify(TOKEN), 'INVALID_TOKEN', /has expired/);
    }
  });

  it('through no fault of its own is told so', async () => {
    const rejecting = async () => Promise.reject(new Error('database away'));
    const throwing = () => {
      throw new Error('pool closed');
    };
    for (const findAccessToken of [rejecting, throwing]) {
      const { verify } = createTokenVerifier({
        issuers: [],
        resolveStore: async () => null,
        directory: { ...createDirectory(), findAccessToken },
        clock,
      });
      await expectRefused(verify(TOKEN), 'UNAVAILABLE', /opaque token cannot be looked up/);
      await expectRefused(verify(`${TOKEN}=`), 'INVALID_TOKEN', /not the form/);
    }
  });
});

describe('the scopes of an opaque token', () => {
  it.each<[string, string, string[], string[]]>([
    ['nothing', '', ['read_orders'], []],
    ['spaces', '   ', ['read_orders'], []],
    ['more than was granted', 'read_orders read_customers', ['read_orders'], ['read_orders']],
    ['less than was granted', 'read_orders', ['read_orders', 'read_customers'], ['read_orders']],
    ['something else than was granted', 'read_orders', ['read_customers'], []],
    ['what was granted before everything was taken back', 'read_orders', [], []],
    ['names that do not exist', 'admin * read_order READ_ORDERS', ['admin', '*', 'read_order'], []],
    ['a name with white space', 'read_orders\tread_customers', ['read_orders'], []],
    ['manage_claims', 'manage_claims', ['manage_claims'], CLAIMS],
    ['manage_claims, granted a part', 'manage_claims', ['read_claims'], ['read_claims']],
    ['a part of manage_claims', 'write_claims', ['manage_claims'], ['write_claims']],
    [
      'manage_claims, granted both parts',
      'manage_claims',
      ['read_claims', 'write_claims'],
      ['read_claims', 'write_claims'],
    ],
  ])('that say %s', async (_, scope, grantedScopes, expected) => {
    expect(await scopesOf({ scope, grantedScopes })).toEqual(expected);
  });

  it.each<[string, Partial<AppFacts>, boolean]>([
    ['a public app that is approved', {}, true],
    ['a public app that is not approved', { approved: false }, false],
    ['a private app', { visibility: 'PRIVATE', approved: false }, false],
  ])('of %s: whether admin-gated ones count', async (_, changes, expected) => {
    const every = ScopeSet.all.names();
    const names = await scopesOf({ scope: every.join(' '), app: appOf(changes) });
    expect(GATED).toHaveLength(8);
    expect(names).toEqual(expected ? every : every.filter((name) => !GATED.includes(name)));
  });

  it('that are admin-gated need the grant as well as the approval', async () => {
    const scope = 'read_warranty_pricing write_warranty_pricing';
    const grantedScopes = ['read_warranty_pricing'];
    expect(await scopesOf({ scope, grantedScopes })).toEqual(['read_warranty_pricing']);
  });

  it('are in both closures, and gated where the app is not approved; declarations add none', async () => {
    const names = fc.subarray([...ScopeSet.all.names(), 'admin']);
    await fc.assert(
      fc.asyncProperty(names, names, names, fc.boolean(), async (said, granted, all, approved) => {
        const declaredScopes = all.map((scope) => ({ scope, required: true }));
        const found = await scopesOf({
          scope: said.join(' '),
          grantedScopes: granted,
          app: appOf({ approved, declaredScopes }),
        });
        const [one, other] = [said, granted].map((some) => closure(ScopeSet.of(some)));
        const isOpen = (name: Scope) =>
          one?.has(name) && other?.has(name) && (approved || !GATED.includes(name));
        expect(found).toEqual(ScopeSet.all.names().filter(isOpen));
      }),
    );
  });
});
