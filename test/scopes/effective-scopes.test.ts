import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SCOPES } from '../../src/scopes/catalogue.ts';
import { closure, effectiveScopes } from '../../src/scopes/effective-scopes.ts';
import { ScopeSet } from '../../src/scopes/scope-set.ts';
import { isWithin, NAMES, someScopes } from './arbitraries.ts';

const effective = (token: string, ceiling: string, approved = true) =>
  effectiveScopes({
    token: ScopeSet.parse(token),
    ceiling: ScopeSet.parse(ceiling),
    approved,
  }).toString();

const ADMIN = SCOPES.filter(({ gate }) => gate === 'admin').map(({ name }) => name);

describe('a closure', () => {
  it('brings the claim scopes along with manage_claims', () => {
    expect(closure(ScopeSet.parse('manage_claims')).toString()).toBe(
      'read_claims write_claims manage_claims',
    );
  });

  it.each(NAMES.filter((name) => name !== 'manage_claims'))('of %s is itself', (name) => {
    expect(closure(ScopeSet.of([name])).names()).toEqual([name]);
  });

  it('does not widen what a write scope may read', () => {
    const writes = ScopeSet.of(NAMES.filter((name) => name.startsWith('write_')));
    expect(
      closure(writes)
        .names()
        .filter((name) => !name.startsWith('write_')),
    ).toEqual([]);
  });

  it('is closed, contains its set, and grows with it', () => {
    fc.assert(
      fc.property(someScopes, someScopes, (scopes, more) => {
        expect(closure(closure(scopes)).key).toBe(closure(scopes).key);
        expect(isWithin(scopes, closure(scopes))).toBe(true);
        expect(isWithin(closure(scopes), closure(scopes.union(more)))).toBe(true);
      }),
    );
  });
});

describe('effective scopes', () => {
  it.each([
    ['read_orders', 'read_orders', 'read_orders'],
    ['read_orders read_customers', 'read_orders', 'read_orders'],
    ['read_orders', 'read_orders read_customers', 'read_orders'],
    ['read_orders', 'read_customers', ''],
    ['', 'read_orders', ''],
    ['read_orders', '', ''],
    ['read_all_orders', 'read_orders read_all_orders', 'read_all_orders'],
  ])('of a token with %j under a ceiling of %j are %j', (token, ceiling, result) => {
    expect(effective(token, ceiling)).toBe(result);
  });

  it('leave manage_claims whole under its own ceiling', () => {
    expect(effective('manage_claims', 'manage_claims')).toBe(
      'read_claims write_claims manage_claims',
    );
  });

  it('keep what manage_claims includes under a ceiling that allows only that', () => {
    expect(effective('manage_claims', 'read_claims')).toBe('read_claims');
    expect(effective('read_claims', 'manage_claims')).toBe('read_claims');
    expect(effective('manage_claims', 'read_claims write_claims')).toBe('read_claims write_claims');
  });

  it('do not put manage_claims together from its parts', () => {
    expect(effective('read_claims write_claims', 'manage_claims')).toBe('read_claims write_claims');
  });

  it.each(ADMIN)('contain %s for an approved client', (name) => {
    expect(effective(name, name, true)).toBe(name);
  });

  it.each(ADMIN)('lack %s for a client that was not approved', (name) => {
    expect(effective(`${name} read_store`, `${name} read_store`, false)).toBe('read_store');
  });

  it('lose nothing but the admin-gated scopes without a review', () => {
    fc.assert(
      fc.property(someScopes, someScopes, (token, ceiling) => {
        const approved = effectiveScopes({ token, ceiling, approved: true });
        const plain = effectiveScopes({ token, ceiling, approved: false });
        expect(plain.key).toBe(approved.without(ScopeSet.of(ADMIN)).key);
      }),
    );
  });

  it('are never more than the closure of the token, or of the ceiling', () => {
    fc.assert(
      fc.property(someScopes, someScopes, fc.boolean(), (token, ceiling, approved) => {
        const scopes = effectiveScopes({ token, ceiling, approved });
        expect(isWithin(scopes, closure(token))).toBe(true);
        expect(isWithin(scopes, closure(ceiling))).toBe(true);
      }),
    );
  });

  it('are closed themselves', () => {
    fc.assert(
      fc.property(someScopes, someScopes, fc.boolean(), (token, ceiling, approved) => {
        const scopes = effectiveScopes({ token, ceiling, approved });
        expect(closure(scopes).key).toBe(scopes.key);
      }),
    );
  });

  it('never shrink when token, ceiling or review grow', () => {
    fc.assert(
      fc.property(
        someScopes,
        someScopes,
        someScopes,
        fc.boolean(),
        (token, ceiling, more, approved) => {
          const scopes = effectiveScopes({ token, ceiling, approved });
          for (const wider of [
            { token: token.union(more), ceiling, approved },
            { token, ceiling: ceiling.union(more), approved },
            { token, ceiling, approved: true },
          ]) {
            expect(isWithin(scopes, effectiveScopes(wider))).toBe(true);
          }
        },
      ),
    );
  });
});
