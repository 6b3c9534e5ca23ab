import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isScope } from '../../src/scopes/catalogue.ts';
import { ScopeSet, unknownScopes } from '../../src/scopes/scope-set.ts';
import { NAMES, someNames, someScopes } from './arbitraries.ts';

describe('a scope value', () => {
  it('opens each scope it names, separated by spaces', () => {
    expect(ScopeSet.parse('read_customers read_orders').names()).toEqual([
      'read_orders',
      'read_customers',
    ]);
  });

  it('may repeat scopes and spaces', () => {
    expect(ScopeSet.parse('  read_orders   read_orders ').toString()).toBe('read_orders');
  });

  it.each(['', ' ', '   '])('%j opens nothing', (scope) => {
    expect(ScopeSet.parse(scope).names()).toEqual([]);
  });

  it.each([
    ['tab', '\t'],
    ['line feed', '\n'],
    ['carriage return', '\r'],
    ['vertical tab', '\v'],
    ['form feed', '\f'],
    ['NUL', '\0'],
    ['no-break space', '\u00a0'],
    ['em space', '\u2003'],
    ['ideographic space', '\u3000'],
    ['line separator', '\u2028'],
    ['zero-width space', '\u200b'],
    ['byte order mark', '\ufeff'],
    ['comma', ','],
    ['semicolon', ';'],
    ['plus', '+'],
    ['encoded space', '%20'],
  ])('is not separated by a %s', (_name, separator) => {
    const scope = `read_orders${separator}read_customers`;
    expect(ScopeSet.parse(scope).names()).toEqual([]);
    expect(unknownScopes(scope)).toEqual([scope]);
  });

  it('opens what it knows beside what it does not', () => {
    const scope = 'read_orders read_everything admin';
    expect(ScopeSet.parse(scope).names()).toEqual(['read_orders']);
    expect(unknownScopes(scope)).toEqual(['read_everything', 'admin']);
  });

  it('has no unknown scopes when each is in the catalogue', () => {
    expect(unknownScopes(` ${NAMES.join('  ')} `)).toEqual([]);
  });

  it('is read back from what a set prints', () => {
    fc.assert(
      fc.property(someScopes, (scopes) => {
        expect(ScopeSet.parse(scopes.toString()).key).toBe(scopes.key);
      }),
    );
  });
});

describe('a scope', () => {
  it.each(NAMES)('%s is matched whole and never by a variant', (name) => {
    const prefixes = Array.from({ length: name.length }, (_, length) => name.slice(0, length));
    const variants = [
      ...prefixes.filter((prefix) => !isScope(prefix)),
      name.toUpperCase(),
      name.replace('read', 'Read').replace('write', 'Write'),
      `${name}s`,
      `${name}:`,
      `${name}*`,
      `x${name}`,
      name.replaceAll('_', '-'),
      name.replaceAll('_', ':'),
      name.replaceAll('_', ''),
      `"${name}"`,
    ].filter((variant) => variant !== name);
    expect(ScopeSet.of(variants).names()).toEqual([]);
    for (const variant of variants) expect(ScopeSet.of([name]).has(variant)).toBe(false);
    expect(ScopeSet.of([name]).has(name)).toBe(true);
  });

  it('does not bring the scope along whose name begins with its own', () => {
    expect(ScopeSet.of(['read_orders']).has('read_all_orders')).toBe(false);
    expect(ScopeSet.of(['read_warranty_pricing']).has('read_extended_warranty_pricing')).toBe(
      false,
    );
  });

  it('does not come from any string that is not its name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(ScopeSet.of([text]).names()).toEqual(isScope(text) ? [text] : []);
        expect(ScopeSet.all.has(text)).toBe(isScope(text));
      }),
      { examples: [['__proto__'], ['constructor'], ['hasOwnProperty'], ['']] },
    );
  });
});

describe('a scope set', () => {
  it('has the names it was made of, in catalogue order', () => {
    fc.assert(
      fc.property(someNames, fc.integer(), (names, turn) => {
        const turned = [...names.slice(turn % 7), ...names.slice(0, turn % 7)];
        expect(ScopeSet.of(turned).names()).toEqual(NAMES.filter((name) => turned.includes(name)));
      }),
    );
  });

  it('has the key of another set exactly when it has the same scopes', () => {
    fc.assert(
      fc.property(someNames, someNames, (left, right) => {
        const same = left.length === right.length && left.every((name) => right.includes(name));
        expect(ScopeSet.of(left).key === ScopeSet.of(right.toReversed()).key).toBe(same);
      }),
    );
  });

  it('has a key of its own for each single scope', () => {
    expect(new Set(NAMES.map((name) => ScopeSet.of([name]).key)).size).toBe(NAMES.length);
  });

  it('unites, intersects and subtracts as sets of names do', () => {
    fc.assert(
      fc.property(someNames, someNames, (left, right) => {
        const [a, b] = [ScopeSet.of(left), ScopeSet.of(right)];
        const names = (keep: (name: (typeof NAMES)[number]) => boolean) => NAMES.filter(keep);
        expect(a.union(b).names()).toEqual(
          names((name) => left.includes(name) || right.includes(name)),
        );
        expect(a.intersect(b).names()).toEqual(
          names((name) => left.includes(name) && right.includes(name)),
        );
        expect(a.without(b).names()).toEqual(
          names((name) => left.includes(name) && !right.includes(name)),
        );
      }),
    );
  });

  it('keeps the laws of sets', () => {
    fc.assert(
      fc.property(someScopes, someScopes, someScopes, (a, b, c) => {
        const equal = (left: ScopeSet, right: ScopeSet) => expect(left.key).toBe(right.key);
        equal(a.union(b), b.union(a));
        equal(a.intersect(b), b.intersect(a));
        equal(a.union(b.union(c)), a.union(b).union(c));
        equal(a.intersect(b.intersect(c)), a.intersect(b).intersect(c));
        equal(a.intersect(b.union(c)), a.intersect(b).union(a.intersect(c)));
        equal(a.union(a.intersect(b)), a);
        equal(a.intersect(b).union(a.without(b)), a);
        equal(a.without(b).intersect(b), ScopeSet.empty);
        equal(a.union(ScopeSet.empty), a);
        equal(a.intersect(ScopeSet.all), a);
        equal(a.without(ScopeSet.all), ScopeSet.empty);
      }),
    );
  });

  it('is not changed by what is made from it', () => {
    const scopes = ScopeSet.of(['read_orders']);
    scopes.union(ScopeSet.all);
    scopes.without(scopes);
    expect(scopes.names()).toEqual(['read_orders']);
    expect(ScopeSet.empty.names()).toEqual([]);
    expect(ScopeSet.all.names()).toEqual(NAMES);
  });
});
