import { z } from 'zod';
import { PAYERS } from '../data/values.ts';

/**
 * What a variant of a price test changes in the terms of every rule, as it is stored. The factor, in hundredths of a
 * per cent, is applied to the amount or percentage of the rule; the fixed amount, in minor units, replaces it.
 */
const PriceOverrides = z
  .object({
    factor: z.int().min(0).max(1_000_000).optional(),
    fixed: z
      .object({ amount: z.string().regex(/^\d{1,15}$/), currency: z.string().regex(/^[A-Z]{3}$/) })
      .optional(),
    paidBy: z.enum(PAYERS).optional(),
  })
  .refine(({ factor, fixed }) => factor === undefined || fixed === undefined);

export type PriceOverrides = z.infer<typeof PriceOverrides>;

/** The overrides of a variant; null where they cannot be read, which changes no price and fails nothing. */
export function readPriceOverrides(overrides: unknown): PriceOverrides | null {
  return PriceOverrides.safeParse(overrides).data ?? null;
}
