import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { createExecutables } from '../../src/engine/executables.ts';
import { ScopeSet } from '../../src/scopes/scope-set.ts';
import { decideRequest } from '../../src/scopes/scoped-request.ts';
import { INDEX } from '../differential/real-cases.ts';

const MODE = { mode: 'filter' } as const;

/** Asks for the executable of a request as often as it says. */
function ask(executables: ReturnType<typeof createExecutables>, source: string, times = 1) {
  const document = parse(source);
  const found = [];
  for (let count = 0; count < times; count += 1) {
    const decided = decideRequest(INDEX, { document, granted: ScopeSet.all, ...MODE });
    if ('errors' in decided) throw decided.errors[0];
    const { plan, decision, variables } = decided;
    found.push(executables.of(plan, decision, ScopeSet.all, variables));
  }
  return found;
}

/** Fragments each of which has two places for the next: 2 to the power of the levels, spelled out. */
const spreading = (levels: number) =>
  [
    '{ order(id: "ord_1") { ...F0 } }',
    ...Array.from({ length: levels }, (_, at) =>
      at === levels - 1
        ? `fragment F${at} on Order { id }`
        : `fragment F${at} on Order { originalOrder { ...F${at + 1} } again: originalOrder { ...F${at + 1} } }`,
    ),
  ].join('\n');

describe('an operation', () => {
  it('is compiled the second time it comes, once', () => {
    const [first, second, third] = ask(createExecutables(), '{ store { id } }', 3);
    expect(first).toBeNull();
    expect(second).not.toBeNull();
    expect(third).toBe(second);
  });

  it.each([
    ['a mutation', 'mutation { revokeAppScopes(input: { scopes: [] }) { revokedScopes } }'],
    ['introspection', '{ __schema { queryType { name } } }'],
    ['a type by its name', '{ __type(name: "Order") { name } }'],
  ])('is left to the executor, however often it comes: %s', (_name, source) => {
    expect(ask(createExecutables(), source, 3)).toEqual([null, null, null]);
  });

  it('of fragments that spread each other is left to the executor where they have too many places', () => {
    const [, few] = ask(createExecutables(), spreading(3), 2);
    expect(few).toMatchObject({ fields: 1 + 2 + 4 + 4 });
    expect(ask(createExecutables(), spreading(14), 3)).toEqual([null, null, null]);
  });

  it('goes when others need the room, and comes back when it is asked for again', () => {
    const one = '{ a: store { id } }';
    const executables = createExecutables(5_000);
    const kept = parse(one);
    const again = () => {
      const decided = decideRequest(INDEX, { document: kept, granted: ScopeSet.all, ...MODE });
      if ('errors' in decided) throw decided.errors[0];
      return executables.of(decided.plan, decided.decision, ScopeSet.all, decided.variables);
    };
    again();
    const first = again();
    expect(again()).toBe(first);
    for (let other = 0; other < 10; other += 1) ask(executables, `{ b${other}: store { id } }`, 2);
    const after = again();
    expect(after).not.toBeNull();
    expect(after).not.toBe(first);
  });

  it('that is larger than all the room is compiled and not kept', () => {
    const executables = createExecutables(100);
    const [, second, third] = ask(executables, '{ store { id name domain } }', 3);
    expect(second).not.toBeNull();
    expect(third).not.toBe(second);
  });
});
