import fc from 'fast-check';
import {
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isObjectType,
  parse,
  print,
  TypeInfo,
  validate,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { schema } from '../../src/schema/index.ts';
import { isSatisfied } from '../../src/scopes/requirement.ts';
import { ScopeSet } from '../../src/scopes/scope-set.ts';
import { visibleSchema } from '../../src/scopes/visible-schema.ts';
import { typesOfQueries } from '../support/queries-paths.ts';
import {
  decisionOf,
  INDEX,
  isEmpty,
  oracleOf,
  planOf,
  realCases,
  refusalsIn,
  runFiltered,
  runGuarded,
} from './real-cases.ts';
import { PATIENCE, share } from './settings.ts';

const sorted = (names: Iterable<string>) => [...names].sort();
const text = (data: unknown) => JSON.stringify(data, null, 1);

/** Whether a field, an input field or an enum value is in a schema. */
function isIn(visible: GraphQLSchema, coordinate: string): boolean {
  const [typeName = '', name = ''] = coordinate.split('.');
  const type = visible.getType(typeName);
  if (isEnumType(type)) return type.getValue(name) !== undefined;
  const hasFields = isObjectType(type) || isInputObjectType(type);
  return hasFields && Object.hasOwn(type.getFields(), name);
}

/**
 * Four verdicts on random requests to the gateway's own schema: the plan's, scope-auth's while fields resolve, that of
 * scoped introspection, and that of an oracle which shares no code with any of them. How many cases,
 * and how to repeat them: `settings.ts`.
 */
describe('a random request to the schema', { timeout: PATIENCE }, () => {
  it('is decided as the oracle says', () => {
    fc.assert(
      fc.property(realCases, (made) => {
        const oracle = oracleOf(made, made.granted);
        const { decision, filtered } = decisionOf(made);
        const coordinates = filtered.refused.map(({ coordinate }) => coordinate);
        expect(sorted(new Set(coordinates))).toEqual(sorted(oracle.refused()));
        const all = decision.refused.map(({ coordinate }) => coordinate);
        expect(sorted(all)).toEqual(sorted(oracle.refused({ below: true })));
        expect(decision.outcome).toBe(all.length === 0 ? 'allow' : 'filter');
        const anonymous = decisionOf(made, null).decision;
        const isOpen = oracleOf(made, null).refused().size === 0;
        expect(anonymous.outcome).toBe(isOpen ? 'allow' : 'unauthenticated');
      }),
      share(0.1),
    );
  });

  it('could need everything that it does need, whatever its variables are', () => {
    fc.assert(
      fc.property(realCases, (made) => {
        const { needs, scopes } = planOf(made);
        const refused = needs.filter(({ requirement }) => !isSatisfied(requirement, made.granted));
        const all = oracleOf(made, made.granted).refused({ below: true });
        // What ids name is told by type as long as they are not known.
        for (const name of ['Query.node', 'Query.nodes']) all.delete(name);
        expect(sorted(refused.map(({ coordinate }) => coordinate))).toEqual(
          expect.arrayContaining(sorted(all)),
        );
        expect(oracleOf(made, ScopeSet.of(scopes)).refused()).toEqual(new Set());
      }),
      share(0.04),
    );
  });

  it('is left valid by the filter, with nothing in it that is refused', () => {
    fc.assert(
      fc.property(realCases, (made) => {
        const { filtered } = decisionOf(made);
        const document = parse(print(filtered.document));
        expect(validate(schema, document)).toEqual([]);
        expect(sorted(oracleOf({ ...made, document }, made.granted).refused())).toEqual([]);
      }),
      share(0.07),
    );
  });

  it('gets from a filtered run what scope-auth would have left of a whole one', async () => {
    await fc.assert(
      fc.asyncProperty(realCases, async (made) => {
        const whole = await runGuarded(made, made.document, null);
        const { result, restored } = await runFiltered(made, null);
        expect(result.errors).toBeUndefined();
        expect(text(restored.data)).toBe(text(whole.data));
        expect(refusalsIn(restored)).toEqual(refusalsIn(whole));
        // Every row is there, so that nothing else hides a refusal.
        expect(sorted(refusalsIn(whole).keys())).toEqual(
          sorted(oracleOf(made, made.granted).refused({ isEmpty })),
        );
        for (const { path, extensions } of restored.errors ?? []) {
          const paths = whole.errors?.filter(
            (one) => one.extensions.coordinate === extensions.coordinate,
          );
          expect(paths?.map((one) => one.path)).toContainEqual(path);
        }
      }),
      share(0.15),
    );
  });

  it('gets the same of rows that are missing here and there', async () => {
    await fc.assert(
      fc.asyncProperty(realCases, async (made) => {
        const whole = await runGuarded(made, made.document, made.salt);
        const { result, restored } = await runFiltered(made, made.salt);
        expect(result.errors).toBeUndefined();
        expect(text(restored.data)).toBe(text(whole.data));
        expect(refusalsIn(restored)).toEqual(refusalsIn(whole));
        const refused = oracleOf(made, made.granted).refused();
        for (const coordinate of refusalsIn(whole).keys()) expect(refused).toContain(coordinate);
      }),
      share(0.1),
    );
  });

  it('is seen in its own introspection without what is refused, and with everything else', () => {
    fc.assert(
      fc.property(realCases, (made) => {
        const visible = visibleSchema(INDEX, made.granted);
        const oracle = oracleOf(made, made.granted);
        for (const coordinate of oracle.refused()) {
          // Which types there are behind these depends on the ids of a request.
          if (coordinate === 'Query.node' || coordinate === 'Query.nodes') continue;
          expect(isIn(visible, coordinate), coordinate).toBe(false);
        }
        for (const coordinate of oracle.used)
          expect(isIn(visible, coordinate), coordinate).toBe(true);
      }),
      share(0.04),
    );
  });

  it('misses nothing of dense rows with every scope', async () => {
    await fc.assert(
      fc.asyncProperty(realCases, async (made) => {
        const { data, errors } = await runGuarded(made, made.document, null, ScopeSet.all);
        expect(errors).toBeUndefined();
        expect(data).toBeDefined();
      }),
      share(0.02),
    );
  });

  it('may ask for any type that there is', () => {
    const all = sorted(typesOfQueries(schema));
    const asked = new Set<string>();
    const types = new TypeInfo(schema);
    const visitor = visitWithTypeInfo(types, {
      Field: () => void asked.add(types.getParentType()?.name ?? ''),
    });
    // Always the same cases. The rarest types lie behind four others.
    for (const { document } of fc.sample(realCases, { numRuns: 6_000, seed: 1 })) {
      visit(document, visitor);
      if (asked.size === all.length) break;
    }
    expect(sorted(asked)).toEqual(all);
    expect(all.length).toBeGreaterThan(80);
  });
});
