import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { schema } from '../../src/schema/index.ts';
import { decide } from '../../src/scopes/decide.ts';
import { planOperation } from '../../src/scopes/plan.ts';
import { requirementIndex } from '../../src/scopes/requirement-index.ts';
import { ScopeSet } from '../../src/scopes/scope-set.ts';

const document = parse(
  'query ($id: ID!) { node(id: $id) { ... on Quote { premium { amount } } } }',
);

/** Decided on one plan, which keeps its decisions. */
describe('a node of which only one type is asked, by an id that a variable holds', () => {
  const plan = planOperation(requirementIndex(schema), document);
  const outcome = (scopes: string, id: string) =>
    decide(plan, { granted: ScopeSet.parse(scopes), mode: 'filter', variables: { id } }).outcome;

  it('takes the scopes of the type that the id names', () => {
    expect(outcome('read_quotes read_products', 'prd_1')).toBe('allow');
    expect(outcome('read_quotes', 'qte_1')).toBe('allow');
  });

  it('is refused without them, also after another token had them', () => {
    expect(outcome('read_quotes read_products', 'prd_1')).toBe('allow');
    expect(outcome('read_quotes', 'prd_1')).toBe('filter');
    expect(plan.scopes).toEqual(expect.arrayContaining(['read_customers', 'read_products']));
  });
});
