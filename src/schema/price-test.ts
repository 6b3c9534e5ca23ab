import { createHash } from 'node:crypto';
import { readPriceOverrides } from '../commands/price-overrides.ts';
import type { Row } from '../data/entities.ts';
import type { Loaders } from '../data/loaders.ts';
import type { Condition } from '../data/source.ts';
import type { AMOUNT_TYPES, PAYERS } from '../data/values.ts';

interface Terms {
  readonly currency: string;
  readonly paidBy: (typeof PAYERS)[number];
  readonly amountType: (typeof AMOUNT_TYPES)[number];
  readonly amount: bigint;
}

/** The rule with the terms that a variant gives it. A fixed amount in another currency changes nothing. */
export function overriddenBy<R extends Terms>(rule: R, overrides: unknown): R {
  const { factor, fixed, paidBy = rule.paidBy } = readPriceOverrides(overrides) ?? {};
  if (factor !== undefined) {
    return { ...rule, paidBy, amount: (rule.amount * BigInt(factor) + 5_000n) / 10_000n };
  }
  if (fixed === undefined) return { ...rule, paidBy };
  if (fixed.currency !== rule.currency) return rule;
  return { ...rule, paidBy, amountType: 'FIXED', amount: BigInt(fixed.amount) };
}

/** What assigning takes of a variant. */
export type Variant = Pick<Row<'abVariant'>, 'testId' | 'key' | 'weight' | 'overrides'>;

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

/**
 * The variant that a session belongs to: always the same for the same key and test, and spread over the
 * variants by their weights. Without a key it is the control; null without variants.
 */
export function variantOf(variants: readonly Variant[], sessionKey: string | null): Variant | null {
  const [control] = variants;
  if (control === undefined || sessionKey === null) return control ?? null;
  const total = variants.reduce((sum, { weight }) => sum + weight, 0);
  const hash = createHash('sha256')
    .update(JSON.stringify([control.testId, sessionKey]))
    .digest();
  let rest = Number(hash.readBigUInt64BE() % BigInt(total));
  for (const variant of variants) {
    rest -= variant.weight;
    if (rest < 0) return variant;
  }
  return control;
}
