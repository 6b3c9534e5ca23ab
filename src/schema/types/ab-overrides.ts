import { z } from 'zod';
import { type PriceOverrides, readPriceOverrides } from '../../commands/price-overrides.ts';
import type { Row } from '../../data/entities.ts';
import { WIDGET_PLACEMENTS } from '../../data/values.ts';
import { builder } from '../builder.ts';
import { derived } from '../fields.ts';
import { MoneyType, percentOf } from '../money.ts';
import { Payer } from './policy.ts';
import { WidgetPlacement } from './widget.ts';

const authScopes = { read_ab_tests: true } as const;

/** What a variant can change in a widget. Each part is read by itself: one that is odd is left out. */
const WidgetOverrides = z.object({
  enabled: z.boolean().optional().catch(undefined),
  checkedByDefault: z.boolean().optional().catch(undefined),
  placement: z.enum(WIDGET_PLACEMENTS).optional().catch(undefined),
  heading: z.string().optional().catch(undefined),
  body: z.string().optional().catch(undefined),
  accentColor: z.string().optional().catch(undefined),
});
type WidgetOverrides = z.infer<typeof WidgetOverrides>;

type Variant = Pick<Row<'abVariant'>, 'kind' | 'overrides'>;

/** The overrides of a variant, of the kind that its test varies; null of another. */
export const overridesOf = {
  price: ({ kind, overrides }: Variant) =>
    kind === 'PRICE' ? readPriceOverrides(overrides) : null,
  widget: ({ kind, overrides }: Variant) =>
    kind === 'PRICE' ? null : (WidgetOverrides.safeParse(overrides).data ?? null),
};

export const AbPriceOverrides = builder.objectRef<PriceOverrides>('AbPriceOverrides').implement({
  description:
    'What a variant changes in the terms of every pricing rule; a field that is null leaves them as they are.',
  authScopes,
  fields: (t) => ({
    factor: t.field({
      type: 'Decimal',
      nullable: true,
      description: "The premium as a percentage of the rule's own: 80 takes a fifth off.",
      ...derived(['factor'], ({ factor }: PriceOverrides) =>
        factor === undefined ? null : percentOf(factor),
      ),
    }),
    fixed: t.field({
      type: MoneyType,
      nullable: true,
      description: 'The premium, whatever the rule says.',
      ...derived(['fixed'], ({ fixed }: PriceOverrides) =>
        fixed === undefined ? null : { minorUnits: BigInt(fixed.amount), currency: fixed.currency },
      ),
    }),
    paidBy: t.expose('paidBy', {
      type: Payer,
      nullable: true,
      description: 'Who pays the premium.',
    }),
  }),
});

export const AbWidgetOverrides = builder.objectRef<WidgetOverrides>('AbWidgetOverrides').implement({
  description: 'What a variant changes in a widget; a field that is null leaves it as it is.',
  authScopes,
  fields: (t) => ({
    enabled: t.exposeBoolean('enabled', { nullable: true, description: 'Whether it is shown.' }),
    checkedByDefault: t.exposeBoolean('checkedByDefault', {
      nullable: true,
      description: 'Whether protection is chosen until the shopper says otherwise.',
    }),
    placement: t.expose('placement', {
      type: WidgetPlacement,
      nullable: true,
      description: 'Where it stands.',
    }),
    heading: t.exposeString('heading', { nullable: true, description: 'Its heading.' }),
    body: t.exposeString('body', { nullable: true, description: 'Its text.' }),
    accentColor: t.exposeString('accentColor', {
      nullable: true,
      description: 'Its colour, as `#rrggbb`.',
    }),
  }),
});
