import type { Rate, Results, Revenue } from '../ab-results.ts';
import { builder } from '../builder.ts';
import { MoneyType } from '../money.ts';
import type { Interval } from '../statistics.ts';

const authScopes = { read_ab_tests: true } as const;

const SIGNIFICANT =
  'Whether it differs from that of the control more than chance explains, at the level of 5 %; null where there is no p-value.';

const AbTestConfidenceInterval = builder.objectRef<Interval>('AbTestConfidenceInterval').implement({
  description: 'The range that holds a true rate with a confidence of 95 %.',
  authScopes,
  fields: (t) => ({
    low: t.exposeFloat('low', { description: 'Its lower end.' }),
    high: t.exposeFloat('high', { description: 'Its upper end.' }),
  }),
});

const AbTestRate = builder.objectRef<Rate>('AbTestRate').implement({
  description: 'A part of a whole, from 0 to 1, of one variant.',
  authScopes,
  fields: (t) => ({
    value: t.exposeFloat('value', { description: 'The part.' }),
    interval: t.expose('interval', {
      type: AbTestConfidenceInterval,
      description: "Wilson's score interval, with a confidence of 95 %.",
    }),
    pValue: t.exposeFloat('pValue', {
      nullable: true,
      description:
        'That of the two-sided two-proportion z-test against the control, with pooled variance; null for the control itself, and where fewer than five are expected on any side.',
    }),
    significant: t.exposeBoolean('significant', { nullable: true, description: SIGNIFICANT }),
  }),
});

const AbTestRevenue = builder.objectRef<Revenue>('AbTestRevenue').implement({
  description: 'What the sessions of a variant brought in, in one currency.',
  authScopes,
  fields: (t) => ({
    total: t.expose('total', { type: MoneyType, description: 'All of it.' }),
    perSession: t.expose('perSession', {
      type: MoneyType,
      description: 'The mean of all sessions, also of those without an order.',
    }),
    low: t.expose('low', {
      type: MoneyType,
      nullable: true,
      description:
        "The lower end of the mean's t-interval with a confidence of 95 %, rounded down; null with fewer than two sessions.",
    }),
    high: t.expose('high', {
      type: MoneyType,
      nullable: true,
      description: 'The upper end of the same interval, rounded up; null where `low` is.',
    }),
    pValue: t.exposeFloat('pValue', {
      nullable: true,
      description:
        "That of Welch's two-sided t-test of the mean against the control's; null for the control itself, and where nothing varies.",
    }),
    significant: t.exposeBoolean('significant', { nullable: true, description: SIGNIFICANT }),
  }),
});

export const AbVariantResults = builder.objectRef<Results>('AbVariantResults').implement({
  description:
    'What became of the sessions of a variant so far. Each variant is compared with the control alone.',
  authScopes,
  fields: (t) => ({
    sessions: t.exposeInt('sessions', { description: 'How many sessions it got.' }),
    orders: t.exposeInt('orders', { description: 'How many of them ended in an order.' }),
    protectedOrders: t.exposeInt('protectedOrders', {
      description: 'How many of these orders have protection.',
    }),
    conversion: t.expose('conversion', {
      type: AbTestRate,
      nullable: true,
      description: 'The part of the sessions that ended in an order; null without sessions.',
    }),
    attachRate: t.expose('attachRate', {
      type: AbTestRate,
      nullable: true,
      description: 'The part of the orders that have protection; null without orders.',
    }),
    revenue: t.expose('revenue', {
      type: [AbTestRevenue],
      description: 'What the sessions brought in, for each currency.',
    }),
  }),
});
