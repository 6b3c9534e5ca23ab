import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scopesOf } from '../../src/scopes/execute-scoped.ts';
import { fewestMissing, minimalScopes } from '../../src/scopes/minimal-scopes.ts';
import {
  AUTHENTICATED,
  anyOf,
  isSatisfied,
  PUBLIC,
  type Requirement,
  UNDECLARED,
} from '../../src/scopes/requirement.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];

const subsets = (names: readonly string[]) =>
  Array.from({ length: 2 ** names.length }, (_, bits) =>
    names.filter((_, index) => (bits >> index) & 1),
  );

const SUBSETS = subsets(NAMES);

const satisfiesAll = (requirements: readonly Requirement[], names: readonly string[]) =>
  requirements.every((requirement) => isSatisfied(requirement, scopesOf(names)));

const isWithin = (inner: readonly string[], outer: readonly string[]) =>
  inner.every((name) => outer.includes(name));

/** The subsets that suffice and of which no smaller part does, by trying all. */
const bruteForce = (requirements: readonly Requirement[]) => {
  const sufficient = SUBSETS.filter((names) => satisfiesAll(requirements, names));
  return sufficient.filter(
    (names) => !sufficient.some((other) => other.length < names.length && isWithin(other, names)),
  );
};

const inOrder = (sets: readonly (readonly string[])[]) => sets.map((set) => set.join(' ')).sort();

const someGroup = fc.subarray(NAMES, { minLength: 1, maxLength: 3 });
const someRequirement = fc.oneof(
  { weight: 8, arbitrary: fc.array(someGroup, { minLength: 1, maxLength: 4 }).map(anyOf) },
  { weight: 1, arbitrary: fc.constantFrom(PUBLIC, AUTHENTICATED) },
);
const someRequirements = fc.array(someRequirement, { maxLength: 6 });

/** So many requirements of two alternatives each, over names of their own. */
const pairs = (count: number) =>
  Array.from({ length: count }, (_, index) => anyOf([[`left_${index}`], [`right_${index}`]]));

describe('the minimal scope sets', () => {
  it.each([
    ['of nothing', [], [[]]],
    ['of a token', [PUBLIC, AUTHENTICATED], [[]]],
    ['of one rule', [anyOf([['b', 'a'], ['c']])], [['c'], ['a', 'b']]],
    [
      'of rules that share a scope',
      [anyOf([['a'], ['b']]), anyOf([['b'], ['c']])],
      [['b'], ['a', 'c']],
    ],
    ['of a choice that another rule takes', [anyOf([['a'], ['b']]), anyOf([['a']])], [['a']]],
  ])('%s', (_, requirements, sets) => {
    expect(minimalScopes(requirements)).toEqual({ sets, capped: false });
  });

  it('of something that nobody may use are none', () => {
    expect(minimalScopes([anyOf([['a']]), UNDECLARED])).toEqual({ sets: [], capped: false });
  });

  it('are those that trying all subsets finds', () => {
    fc.assert(
      fc.property(someRequirements, (requirements) => {
        const { sets, capped } = minimalScopes(requirements);
        expect(capped).toBe(false);
        expect(inOrder(sets)).toEqual(inOrder(bruteForce(requirements)));
      }),
      { numRuns: 1_000 },
    );
  });

  it('come sorted, the smallest first', () => {
    fc.assert(
      fc.property(someRequirements, (requirements) => {
        const { sets } = minimalScopes(requirements);
        const sizes = sets.map((set) => set.length);
        expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
        for (const set of sets) expect(set).toEqual([...set].sort());
        expect(minimalScopes(requirements.toReversed())).toEqual(minimalScopes(requirements));
      }),
    );
  });

  it('say when there are more than are listed', () => {
    expect(minimalScopes(pairs(6))).toMatchObject({ capped: false, sets: { length: 64 } });
    expect(minimalScopes(pairs(7))).toMatchObject({ capped: true, sets: { length: 64 } });
  });

  it('suffice, and no part of them does, also when there are more', () => {
    const rule = fc.uniqueArray(fc.nat(30), { minLength: 2, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(rule, { minLength: 10, maxLength: 20 }), (rules) => {
        const requirements = rules.map((names) => anyOf(names.map((name) => [`s${name}`])));
        const { sets } = minimalScopes(requirements);
        expect(sets.length).toBeGreaterThan(0);
        expect(new Set(inOrder(sets)).size).toBe(sets.length);
        for (const set of sets) {
          expect(satisfiesAll(requirements, set)).toBe(true);
          for (const name of set) {
            const part = set.filter((other) => other !== name);
            expect(satisfiesAll(requirements, part)).toBe(false);
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  it('of alternatives that multiply are found in bounded time', () => {
    const started = performance.now();
    for (const count of [12, 100]) {
      const { sets, capped } = minimalScopes(pairs(count));
      expect(capped).toBe(true);
      expect(sets.length).toBeLessThanOrEqual(64);
      for (const set of sets) expect(set.length).toBe(count);
    }
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

describe('the fewest missing scopes', () => {
  it('serve all rules at once, not each its own', () => {
    const rules = [anyOf([['a'], ['b']]), anyOf([['b']])];
    expect(fewestMissing(rules, scopesOf([]))).toEqual(['b']);
    expect(fewestMissing(rules, null)).toEqual(['b']);
    expect(fewestMissing(rules, scopesOf(['b']))).toEqual([]);
  });

  it('count what is granted', () => {
    const rules = [
      anyOf([
        ['a', 'b', 'c'],
        ['d', 'e'],
      ]),
    ];
    expect(fewestMissing(rules, scopesOf(['a', 'b']))).toEqual(['c']);
    expect(fewestMissing(rules, scopesOf([]))).toEqual(['d', 'e']);
  });

  it('leave out what no scope can mend', () => {
    expect(fewestMissing([UNDECLARED, AUTHENTICATED, anyOf([['a']])], null)).toEqual(['a']);
  });

  it('are as few as trying all subsets finds, and suffice', () => {
    fc.assert(
      fc.property(someRequirements, fc.subarray(NAMES), (requirements, granted) => {
        const missing = fewestMissing(requirements, scopesOf(granted));
        expect(satisfiesAll(requirements, [...granted, ...missing])).toBe(true);
        const fewest = SUBSETS.filter((names) =>
          satisfiesAll(requirements, [...granted, ...names]),
        ).map((names) => names.length);
        expect(missing.length).toBe(Math.min(...fewest));
      }),
      { numRuns: 500 },
    );
  });
});
