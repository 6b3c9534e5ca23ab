import { describe, expect, it } from 'vitest';
import { parseAuthScopes } from '../../src/scopes/auth-scopes.ts';
import { AUTHENTICATED, anyOf, PUBLIC, RequirementError } from '../../src/scopes/requirement.ts';

const A = 'read_orders';
const B = 'read_customers';
const C = 'read_products';

describe('authScopes', () => {
  it.each([
    ['a scope', { [A]: true }, anyOf([[A]])],
    ['every scope of a map', { [A]: true, [B]: true }, anyOf([[A, B]])],
    ['alternatives', { $any: { [A]: true, [B]: true } }, anyOf([[A], [B]])],
    ['one alternative', { $any: { [A]: true } }, anyOf([[A]])],
    [
      'a scope and alternatives',
      { [A]: true, $any: { [B]: true, [C]: true } },
      anyOf([
        [A, B],
        [A, C],
      ]),
    ],
    [
      'alternatives of several scopes',
      { $any: { [C]: true, $all: { [A]: true, [B]: true } } },
      anyOf([[C], [A, B]]),
    ],
    ['all spelled out', { $all: { [A]: true, [B]: true } }, anyOf([[A, B]])],
    ['a public word', { public: true }, PUBLIC],
    ['any token', { authenticated: true }, AUTHENTICATED],
    ['a word inside $all', { $all: { authenticated: true } }, AUTHENTICATED],
    [
      'alternatives within alternatives',
      { $any: { [A]: true, $any: { [B]: true, [C]: true } } },
      anyOf([[A], [B], [C]]),
    ],
    [
      'alternatives within all within alternatives',
      { $any: { [A]: true, $all: { [B]: true, $any: { [A]: true, [C]: true } } } },
      anyOf([[A], [B, C]]),
    ],
    ['a map without prototype', Object.assign(Object.create(null), { [A]: true }), anyOf([[A]])],
  ])('can ask for %s', (_name, declared, requirement) => {
    expect(parseAuthScopes(declared)).toEqual(requirement);
  });

  const MAP = 'needs a map of scopes as authScopes';
  const EMPTY = 'has empty authScopes, which everybody would satisfy';
  const NOBODY = 'has an empty $any, which nobody could satisfy';
  const IDLE = 'has "public" or "authenticated" inside $any, where it makes the rest idle';
  const GRANTED = 'uses $granted, which no static plan could read';

  it.each<[string, unknown, string]>([
    [
      'a function',
      () => ({ [A]: true }),
      'has a function as authScopes, which no static plan could read',
    ],
    ['null', null, MAP],
    ['nothing', undefined, MAP],
    ['true', true, MAP],
    ['false', false, MAP],
    ['a name', A, MAP],
    ['a list of names', [A], MAP],
    ['an empty map', {}, EMPTY],
    ['an empty $all', { $all: {} }, EMPTY],
    ['an empty $all beside a scope', { [A]: true, $all: {} }, EMPTY],
    ['an empty $all among alternatives', { $any: { [A]: true, $all: {} } }, EMPTY],
    ['an empty $any', { $any: {} }, NOBODY],
    ['an empty $any beside a scope', { [A]: true, $any: {} }, NOBODY],
    ['no map in $any', { $any: true }, NOBODY],
    ['null in $any', { $any: null }, NOBODY],
    ['a list in $all', { $all: [A] }, MAP],
    ['a list in $any', { $any: [A] }, 'gives "0" another value than true'],
    ['$granted', { $granted: 'own' }, GRANTED],
    ['$granted beside a scope', { [A]: true, $granted: 'own' }, GRANTED],
    ['$granted among alternatives', { $any: { [A]: true, $granted: 'own' } }, GRANTED],
    ['false for a scope', { [A]: false }, 'gives "read_orders" another value than true'],
    ['1 for a scope', { [A]: 1 }, 'gives "read_orders" another value than true'],
    ['"true" for a scope', { [A]: 'true' }, 'gives "read_orders" another value than true'],
    ['undefined for a scope', { [A]: undefined }, 'gives "read_orders" another value than true'],
    ['false for public', { public: false }, 'gives "public" another value than true'],
    [
      'false for a scope among alternatives',
      { $any: { [A]: true, [B]: false } },
      'gives "read_customers" another value than true',
    ],
    [
      'an unknown scope',
      { read_everything: true },
      'names "read_everything", which is not a scope of the catalogue',
    ],
    [
      'an unknown scope among alternatives',
      { $any: { [A]: true, read_order: true } },
      'names "read_order", which is not a scope of the catalogue',
    ],
    ['an unknown operator', { $not: true }, 'names "$not", which is not a scope of the catalogue'],
    [
      'public beside a scope',
      { public: true, [A]: true },
      'mixes "public" with other scopes; it must stand alone',
    ],
    [
      'authenticated beside a scope',
      { [A]: true, authenticated: true },
      'mixes "authenticated" with other scopes; it must stand alone',
    ],
    [
      'public beside authenticated',
      { public: true, authenticated: true },
      'mixes "public" with other scopes; it must stand alone',
    ],
    ['public among alternatives', { $any: { public: true, [A]: true } }, IDLE],
    ['authenticated among alternatives', { $any: { authenticated: true, [A]: true } }, IDLE],
    ['public hidden among alternatives', { $any: { $all: { public: true }, [A]: true } }, IDLE],
    ['authenticated as the only alternative', { $any: { authenticated: true } }, IDLE],
  ])('cannot be or contain %s', (_name, declared, message) => {
    expect(() => parseAuthScopes(declared)).toThrow(new RequirementError(message));
  });
});
