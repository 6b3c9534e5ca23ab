import { describe, expect, it } from 'vitest';
import {
  AUTHENTICATED,
  allOf,
  anyOf,
  describe as describeRequirement,
  implies,
  isSatisfied,
  missingScopes,
  PUBLIC,
  type Requirement,
  RequirementError,
} from '../../src/scopes/requirement.ts';
import { ScopeSet } from '../../src/scopes/scope-set.ts';

const [A, B, C, D] = ['read_orders', 'read_customers', 'read_products', 'read_store'] as const;

function subsets<T>(items: readonly T[]): T[][] {
  let sets: T[][] = [[]];
  for (const item of items) sets = sets.concat(sets.map((set) => [...set, item]));
  return sets;
}

const nonEmpty = <T>(sets: readonly T[][]) => sets.filter((set) => set.length > 0);

/** Every OR of ANDs over three scopes, written in every way but for order: 127. */
const SHAPES: readonly (readonly (readonly string[])[])[] = nonEmpty(
  subsets(nonEmpty(subsets<string>([A, B, C]))),
);

const REQUIREMENTS: readonly Requirement[] = [PUBLIC, AUTHENTICATED, ...SHAPES.map(anyOf)];

const GRANTS: readonly (ScopeSet | null)[] = [
  null,
  ...subsets<string>([A, B, C]).map((names) => ScopeSet.of(names)),
];

const truthOf = (requirement: Requirement) =>
  GRANTS.map((granted) => isSatisfied(requirement, granted));

const groups = (...names: string[]) => names.map((group) => group.split(' '));

describe('a requirement', () => {
  it('is satisfied by exactly the grants that contain a whole group', () => {
    for (const shape of SHAPES) {
      for (const granted of GRANTS) {
        const expected = shape.some((group) => group.every((name) => granted?.has(name) === true));
        expect({ shape, granted, satisfied: isSatisfied(anyOf(shape), granted) }).toEqual({
          shape,
          granted,
          satisfied: expected,
        });
      }
    }
  });

  it.each([
    {
      shape: [
        [A, B],
        [C, D],
      ],
    },
    { shape: [[A, B], [C]] },
    { shape: [[A, B, C, D]] },
    { shape: [[A], [B], [C], [D]] },
    {
      shape: [
        [A, B, C],
        [C, D],
      ],
    },
    {
      shape: [
        [A, B],
        [B, C],
        [C, D],
        [D, A],
      ],
    },
  ])('of $shape keeps AND and OR apart over four scopes', ({ shape }) => {
    for (const names of subsets<string>([A, B, C, D])) {
      const expected = shape.some((group) => group.every((name) => names.includes(name)));
      expect([names, isSatisfied(anyOf(shape), ScopeSet.of(names))]).toEqual([names, expected]);
    }
  });

  it('of nothing is satisfied by everyone', () => {
    expect(truthOf(PUBLIC)).toEqual(GRANTS.map(() => true));
  });

  it('of a token is satisfied by every token and by nobody without one', () => {
    expect(truthOf(AUTHENTICATED)).toEqual(GRANTS.map((granted) => granted !== null));
  });

  it('of scopes is not satisfied without a token', () => {
    for (const shape of SHAPES) expect(isSatisfied(anyOf(shape), null)).toBe(false);
  });

  it('cannot have an empty group, which everybody would satisfy', () => {
    const problem = new RequirementError(
      'has an empty group of scopes, which everybody would satisfy',
    );
    expect(() => anyOf([])).toThrow(problem);
    expect(() => anyOf([[]])).toThrow(problem);
    expect(() => anyOf([[A], []])).toThrow(problem);
  });

  it('never gets weaker when a token gains scopes', () => {
    for (const requirement of REQUIREMENTS) {
      for (const granted of GRANTS) {
        if (!isSatisfied(requirement, granted)) continue;
        for (const name of [A, B, C, D]) {
          const wider = (granted ?? ScopeSet.empty).union(ScopeSet.of([name]));
          expect(isSatisfied(requirement, wider)).toBe(true);
        }
      }
    }
  });
});

describe('the normal form', () => {
  it.each([
    { written: groups(`${A} ${B}`, `${B} ${A}`), normal: groups(`${B} ${A}`) },
    { written: groups(`${A} ${A}`), normal: groups(A) },
    { written: groups(A, `${A} ${B}`), normal: groups(A) },
    { written: groups(`${A} ${B}`, A), normal: groups(A) },
    { written: groups(A, B), normal: groups(B, A) },
    { written: groups(`${A} ${B}`, C), normal: groups(`${B} ${A}`, C) },
  ])('of $written is $normal', ({ written, normal }) => {
    expect(anyOf(written)).toEqual({ authenticated: true, anyOf: normal });
  });

  it('is one for all ways to write the same thing', () => {
    const forms = new Map<string, string>();
    for (const requirement of REQUIREMENTS) {
      const truth = JSON.stringify(truthOf(requirement));
      const form = JSON.stringify(requirement);
      expect(forms.get(truth) ?? form).toBe(form);
      forms.set(truth, form);
    }
    // The monotone functions of three scopes, less the constants, and the two words.
    expect(forms.size).toBe(18 + 2);
  });

  it('does not change what it was made from', () => {
    const written = Object.freeze([Object.freeze([B, A, B]), Object.freeze([A])]);
    expect(anyOf(written).anyOf).toEqual([[A]]);
  });
});

describe('one requirement implies another', () => {
  it('exactly when everyone who satisfies the first satisfies the second', () => {
    for (const strong of REQUIREMENTS) {
      const strongTruth = truthOf(strong);
      for (const weak of REQUIREMENTS) {
        const weakTruth = truthOf(weak);
        const expected = strongTruth.every((holds, index) => !holds || weakTruth[index]);
        if (implies(strong, weak) !== expected) {
          expect.fail(`${describeRequirement(strong)} / ${describeRequirement(weak)}: ${expected}`);
        }
      }
    }
  });
});

describe('requirements together', () => {
  it('are satisfied by exactly those who satisfy each', () => {
    for (const left of REQUIREMENTS) {
      const leftTruth = truthOf(left);
      for (const right of REQUIREMENTS) {
        const expected = truthOf(right).map((holds, index) => holds && leftTruth[index]);
        const together = truthOf(allOf(left, right));
        if (together.some((holds, index) => holds !== expected[index])) {
          expect.fail(`${describeRequirement(left)} with ${describeRequirement(right)}`);
        }
      }
    }
  });

  it('come in normal form, in whatever order', () => {
    for (const left of SHAPES) {
      for (const right of SHAPES.slice(0, 40)) {
        const together = allOf(anyOf(left), anyOf(right));
        expect(together).toEqual(allOf(anyOf(right), anyOf(left)));
        expect(together).toEqual(anyOf(together.anyOf));
      }
    }
  });

  it('are public when there is none', () => {
    expect(allOf()).toEqual(PUBLIC);
    expect(allOf(PUBLIC, PUBLIC)).toEqual(PUBLIC);
  });

  it('are never public when one asks for a token', () => {
    expect(allOf(PUBLIC, AUTHENTICATED)).toEqual(AUTHENTICATED);
    expect(allOf(AUTHENTICATED, anyOf([[A]]), PUBLIC)).toEqual(anyOf([[A]]));
  });
});

describe('the missing scopes', () => {
  it('suffice when they are added, and no fewer would', () => {
    for (const shape of SHAPES) {
      const requirement = anyOf(shape);
      for (const granted of GRANTS) {
        const missing = missingScopes(requirement, granted);
        const own = granted ?? ScopeSet.empty;
        const fewest = Math.min(
          ...subsets<string>([A, B, C])
            .filter((names) => isSatisfied(requirement, own.union(ScopeSet.of(names))))
            .map((names) => names.length),
        );
        expect(isSatisfied(requirement, own.union(ScopeSet.of(missing)))).toBe(true);
        expect(missing.length).toBe(fewest);
        expect(missing.filter((name) => own.has(name))).toEqual([]);
      }
    }
  });

  it('are none where a token is enough', () => {
    expect(missingScopes(AUTHENTICATED, null)).toEqual([]);
    expect(missingScopes(PUBLIC, null)).toEqual([]);
  });
});

describe('in words', () => {
  it.each([
    [PUBLIC, 'nothing'],
    [AUTHENTICATED, 'a valid token'],
    [anyOf(groups(A)), 'read_orders'],
    [anyOf(groups(`${A} ${B}`)), 'read_customers and read_orders'],
    [anyOf(groups(A, B)), 'read_customers or read_orders'],
    [anyOf(groups(`${A} ${B}`, C)), '(read_customers and read_orders) or read_products'],
  ])('%j needs %s', (requirement, words) => {
    expect(describeRequirement(requirement)).toBe(words);
  });
});
