import type { Variant } from '../commands/price-test.ts';
import type { Loaders } from '../data/loaders.ts';
import type { Condition } from '../data/source.ts';

const is = (column: string, value: string): Condition => ({ column, operator: 'equals', value });
const WHOLE = { direction: 'asc', after: null, before: null, fromEnd: false } as const;

/** The variants of the price test that runs in the store, the control first; none where none runs. */
export async function loadPriceTest(loaders: Loaders): Promise<readonly Variant[]> {
  const [test] = await loaders.page('abTests', null, {
    ...WHOLE,
    columns: ['id'],
    filter: [is('kind', 'PRICE'), is('status', 'RUNNING')],
    limit: 1,
  });
  if (test === undefined) return [];
  return loaders.page('variantsByAbTest', test.id, {
    ...WHOLE,
    columns: ['position', 'id'],
    filter: [is('kind', 'PRICE')],
    limit: 100,
  });
}
