import fc from 'fast-check';
import { print, validate } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schema } from '../../src/schema/index.ts';
import { ScopeSet } from '../../src/scopes/scope-set.ts';
import { post, read, type Started, start } from '../gateway/kit.ts';
import { someScopes } from '../scopes/arbitraries.ts';
import { decisionOf, type RealCase, realCases, runFiltered } from './real-cases.ts';
import { REWRITES } from './rewrites.ts';
import { PATIENCE, share } from './settings.ts';

const sorted = (names: Iterable<string>) => [...new Set(names)].sort();

const coordinatesOf = (made: RealCase) => {
  const { filtered, decision } = decisionOf(made);
  return {
    outermost: sorted(filtered.refused.map(({ coordinate }) => coordinate)),
    all: sorted(decision.refused.map(({ coordinate }) => coordinate)),
    missing: sorted(decision.missingScopes),
  };
};

describe('the same request', { timeout: PATIENCE }, () => {
  it.each(Object.entries(REWRITES))('%s is refused the same', (_name, rewrite) => {
    fc.assert(
      fc.property(realCases, (made) => {
        const rewritten = { ...made, ...rewrite(made, schema) };
        expect(validate(schema, rewritten.document)).toEqual([]);
        expect(coordinatesOf(rewritten)).toEqual(coordinatesOf(made));
      }),
      share(0.01),
    );
  });

  it('gets no less with more scopes, and is refused no more', async () => {
    await fc.assert(
      fc.asyncProperty(realCases, someScopes, async (made, added) => {
        const more = { ...made, granted: made.granted.union(added) };
        const [less, all] = [await runFiltered(made, null), await runFiltered(more, null)];
        expect(isWithin(less.restored.data, all.restored.data)).toBe(true);
        const refused = coordinatesOf(made).all;
        expect(refused).toEqual(expect.arrayContaining(coordinatesOf(more).all));
        const open = decisionOf(made, ScopeSet.all).decision;
        expect(open.outcome).toBe('allow');
      }),
      share(0.055),
    );
  });
});

/** Whether an answer holds what another does, but for nulls. */
function isWithin(less: unknown, more: unknown): boolean {
  if (less === null || less === undefined) return true;
  if (typeof less !== 'object') return Object.is(less, more);
  if (less instanceof Date) return more instanceof Date && +less === +more;
  if (typeof more !== 'object' || more === null) return false;
  const keys = Object.keys(less);
  return (
    keys.length === Object.keys(more).length &&
    keys.every((key) => isWithin(less[key as never], more[key as never]))
  );
}

describe('over the gateway', { timeout: PATIENCE }, () => {
  let gateway: Started;

  beforeAll(async () => {
    gateway = await start({
      limits: {
        maxTokens: 20_000,
        maxDepth: 100,
        maxAliases: 1_000,
        maxBodyBytes: 256 * 1024,
        requestMilliseconds: 10_000,
      },
    });
  });

  afterAll(() => gateway.close());

  it('is answered the same by GET and by POST', async () => {
    await fc.assert(
      fc.asyncProperty(realCases, async (made) => {
        const token = gateway.token(made.granted.toString());
        const query = print(made.document);
        const { operationName, variables } = made;
        const search = new URLSearchParams({
          query,
          operationName,
          variables: JSON.stringify(variables),
        });
        const got = await read(
          await fetch(`${gateway.endpoint}?${search}`, {
            headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
          }),
        );
        const posted = await post(
          gateway.endpoint,
          { query, operationName, variables },
          { token, accept: 'application/json' },
        );
        expect(got.status).toBe(200);
        expect(got.text).toBe(posted.text);
      }),
      share(0.015),
    );
  });
});
