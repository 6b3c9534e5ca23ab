import fc from 'fast-check';
import {
  buildSchema,
  type DocumentNode,
  execute,
  type GraphQLSchema,
  parse,
  print,
  validate,
  validateSchema,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { decide } from '../../src/scopes/decide.ts';
import { scopesOf } from '../../src/scopes/execute-scoped.ts';
import { filterOperation } from '../../src/scopes/filter.ts';
import { planOperation } from '../../src/scopes/plan.ts';
import { requirementIndex } from '../../src/scopes/requirement-index.ts';
import { restoreRefused } from '../../src/scopes/restore.ts';
import { Choices, choices } from './choices.ts';
import { type RandomRequest, randomRequest } from './documents.ts';
import { Oracle } from './oracle.ts';
import { executeReference, madeUp } from './reference.ts';
import { randomSchema } from './schemas.ts';
import { PATIENCE, readable, share } from './settings.ts';

interface Case extends RandomRequest {
  readonly sdl: string;
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly granted: ReadonlySet<string>;
  readonly undeclared: 'public' | 'refuse';
  readonly salt: number;
}

const LITERALS = { Int: ['1', '2'], String: ['"x"'], Boolean: ['true'], Blob: ['"x"', '1'] };

const casesOf = (kind: 'query' | 'mutation') =>
  fc.tuple(choices(250, 500), choices(60, 200)).map(([ofSchema, ofRequest]): Case => {
    const given = new Choices(ofRequest);
    const granted = new Set(['a', 'b', 'c', 'd'].filter(() => given.below(3) > 0));
    const undeclared = given.oneIn(4) ? 'refuse' : 'public';
    const salt = given.below(256);
    const sdl = randomSchema(new Choices(ofSchema));
    const schema = buildSchema(sdl);
    const bytes = given.rest();
    const request = randomRequest(schema, () => new Choices(bytes), {
      literals: LITERALS,
      kinds: [kind],
    });
    const document = parse(request.source);
    return readable({ ...request, sdl, schema, document, granted, undeclared, salt }, describeCase);
  });

const describeCase = ({ sdl, source, operationName, variables, granted, undeclared, salt }: Case) =>
  `${sdl}\n\n${source}\noperation ${operationName}, variables ${JSON.stringify(variables)}, salt ${salt}\nscopes: ${[...granted].join(' ')}; undeclared: ${undeclared}`;

function decided(made: Case) {
  const oracle = new Oracle(made);
  const { variables } = oracle;
  const granted = scopesOf(made.granted);
  const index = requirementIndex(made.schema, { undeclared: made.undeclared });
  const plan = planOperation(index, made.document, made.operationName);
  const decision = decide(plan, { granted, mode: 'filter', variables });
  const filtered = filterOperation(plan, granted, variables);
  return { oracle, plan, decision, filtered, granted, variables };
}

const sorted = (names: Iterable<string>) => [...names].sort();
const text = (data: unknown) => JSON.stringify(data, null, 1);
const valueAt = (data: unknown, path: readonly (string | number)[]) =>
  path.reduce((value, step) => (value as Record<string | number, unknown>)[step], data);

describe('a random request to a random schema', { timeout: PATIENCE }, () => {
  it('is decided as the oracle says', () => {
    fc.assert(
      fc.property(casesOf('query'), (made) => {
        expect(validateSchema(made.schema)).toEqual([]);
        const { oracle, decision, filtered } = decided(made);
        const coordinates = new Set(filtered.refused.map(({ coordinate }) => coordinate));
        expect(sorted(coordinates)).toEqual(sorted(oracle.refused()));
        // Whether a type is told below a field that is refused as well, depends on which of them needs more.
        const isField = (coordinate: string) => coordinate.includes('.');
        const all = decision.refused.map(({ coordinate }) => coordinate);
        expect(sorted(all.filter(isField))).toEqual(
          sorted([...oracle.refused({ below: true })].filter(isField)),
        );
        expect(all).toEqual(expect.arrayContaining(sorted(oracle.refused())));
      }),
      share(0.08),
    );
  });

  it('is left valid by the filter, with nothing in it that is refused', () => {
    fc.assert(
      fc.property(casesOf('query'), (made) => {
        const { filtered } = decided(made);
        const document = parse(print(filtered.document));
        expect(validate(made.schema, document)).toEqual([]);
        const left = new Oracle({ ...made, document }).refused();
        // Objects of refused types are still looked for, with their names: they are put back as nulls.
        expect(sorted(left).filter((one) => one.includes('.'))).toEqual([]);
      }),
      share(0.08),
    );
  });

  it('gets what a run would give that refuses each field when it is reached', async () => {
    await fc.assert(
      fc.asyncProperty(casesOf('query'), async (made) => {
        const { oracle, plan, filtered, granted, variables } = decided(made);
        const whole = await executeReference(made.schema, oracle, made, made.salt);
        const result = await execute({
          schema: made.schema,
          document: filtered.document,
          variableValues: { ...made.variables },
          rootValue: { id: '', type: '' },
          fieldResolver: (parent, _args, _context, info) =>
            madeUp(made.schema, parent, info, made.salt),
          typeResolver: ({ type }) => type,
        });
        expect(result.errors).toBeUndefined();
        const { data, errors = [] } = restoreRefused(result, {
          plan,
          filtered,
          granted,
          variables,
        });
        expect(text(data)).toBe(text(whole.data));
        const reachedAt = new Set(whole.reached.map(({ coordinate }) => coordinate));
        expect(sorted(errors.map(({ extensions }) => String(extensions.coordinate)))).toEqual(
          sorted(reachedAt),
        );
        for (const { path = [], extensions } of errors) {
          const reached = whole.reached.filter((one) => one.coordinate === extensions.coordinate);
          expect(extensions.occurrences).toBe(reached.length);
          expect(reached.map((one) => one.path)).toContainEqual(path);
          const nulled = extensions.nulledPath as readonly (string | number)[] | undefined;
          expect(path.slice(0, nulled?.length ?? path.length)).toEqual(nulled ?? path);
          if (nulled) expect(nulled.length).toBeLessThan(path.length);
          expect(valueAt(data, nulled ?? path)).toBeNull();
        }
      }),
      share(0.14),
    );
  });

  it('runs as a mutation when nothing of it is refused, and else not at all', () => {
    fc.assert(
      fc.property(casesOf('mutation'), (made) => {
        const { oracle, decision } = decided(made);
        expect(decision.outcome).toBe(oracle.refused().size === 0 ? 'allow' : 'reject');
      }),
      share(0.03),
    );
  });
});
