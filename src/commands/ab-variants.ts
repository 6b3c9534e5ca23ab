import { z } from 'zod';
import { type AB_TEST_KINDS, PAYERS } from '../data/values.ts';
import { hundredthsOf, money } from './money.ts';
import { type PriceOverrides, readPriceOverrides } from './price-overrides.ts';
import { distinct, text } from './shapes.ts';
import { WIDGET_FIELDS } from './widgets.ts';

/** The most that a factor is, in hundredths of a per cent: a hundred times the price. */
const MOST_FACTOR = 1_000_000n;

const factor = z.string().transform((decimal, { addIssue }) => {
  const hundredths = hundredthsOf(decimal);
  if (hundredths !== null && hundredths <= MOST_FACTOR) return Number(hundredths);
  addIssue({
    code: 'custom',
    message: 'It has to be from 0 to 10,000, with at most two decimal places.',
  });
  return z.NEVER;
});

/** What a variant changes in prices, in the form that quotes read. */
const PRICE_OVERRIDES = z
  .object({
    factor: factor.nullish(),
    fixed: money.nullish(),
    paidBy: z.enum(PAYERS).nullish(),
  })
  .transform(({ factor, fixed, paidBy }, { addIssue }): PriceOverrides => {
    const stored = {
      ...(factor != null && { factor }),
      ...(fixed != null && {
        fixed: { amount: fixed.minorUnits.toString(), currency: fixed.currency },
      }),
      ...(paidBy != null && { paidBy }),
    };
    const read = readPriceOverrides(stored);
    if (read !== null) return read;
    const message =
      factor != null && fixed != null
        ? 'A price is either multiplied by a factor or replaced by a fixed one.'
        : 'An amount has at most 15 digits.';
    addIssue({ code: 'custom', path: ['fixed'], message });
    return z.NEVER;
  });

/** What a variant changes in a widget: what is left out or null stays as the widget has it. */
const WIDGET_OVERRIDES = z
  .object({
    enabled: WIDGET_FIELDS.enabled.nullish(),
    checkedByDefault: WIDGET_FIELDS.checkedByDefault.nullish(),
    placement: WIDGET_FIELDS.placement.nullish(),
    heading: WIDGET_FIELDS.heading.nullish(),
    body: WIDGET_FIELDS.body.nullish(),
    accentColor: WIDGET_FIELDS.accentColor.nullish(),
  })
  .transform((overrides) =>
    Object.fromEntries(Object.entries(overrides).filter(([, value]) => value != null)),
  );

const VARIANT = z.object({
  key: z
    .string()
    .regex(
      /^[a-z0-9][a-z0-9_-]{0,63}$/,
      'It has to be 1 to 64 small letters, digits, "-" and "_".',
    ),
  name: text(255).min(1, 'It cannot be empty.'),
  weight: z
    .int()
    .min(1, 'It has to be from 1 to 10,000.')
    .max(10_000, 'It has to be from 1 to 10,000.'),
  priceOverrides: PRICE_OVERRIDES.nullish(),
  widgetOverrides: WIDGET_OVERRIDES.nullish(),
});

export type VariantInput = z.infer<typeof VARIANT>;

/** The arms of a test, the control first. */
export const VARIANTS = z
  .array(VARIANT)
  .min(2, 'A test has 2 to 20 variants.')
  .max(20, 'A test has 2 to 20 variants.')
  .superRefine(distinct(({ key }) => key, 'key', 'Another variant has this key.'));

/** The index of the first variant that changes what a test of the kind does not vary; -1 for none. */
export function misfit(variants: readonly VariantInput[], kind: (typeof AB_TEST_KINDS)[number]) {
  return variants.findIndex(({ priceOverrides, widgetOverrides }) =>
    kind === 'PRICE' ? widgetOverrides != null : priceOverrides != null,
  );
}
