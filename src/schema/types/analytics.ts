import type { ReportInterval, ReportRange } from '../../data/source.ts';
import { builder } from '../builder.ts';
import { derived, given, type Reported, reported, reportOf } from '../fields.ts';
import { MoneyType } from '../money.ts';
import {
  attachRateOf,
  claimsByState,
  claimsByType,
  claimsIn,
  daysOf,
  periodsOf,
  type StateCount,
  sumsOf,
  type TypeCount,
} from '../report-figures.ts';
import { ClaimState, ClaimType } from './claim.ts';

const authScopes = { read_analytics: true } as const;

const AnalyticsInterval = builder.enumType('AnalyticsInterval', {
  description: 'How long the periods of a series are.',
  values: {
    DAY: { description: 'A calendar day.' },
    WEEK: { description: 'A week from Monday to Sunday, as in ISO 8601.' },
    MONTH: { description: 'A calendar month.' },
  } satisfies Record<ReportInterval, object>,
});

const AnalyticsClaimType = builder.objectRef<TypeCount>('AnalyticsClaimType').implement({
  description: 'How many claims are about the same.',
  authScopes,
  fields: (t) => ({
    type: t.expose('type', {
      type: ClaimType,
      nullable: true,
      description: 'What they are about; null for claims that do not say it.',
    }),
    count: t.exposeInt('count', { description: 'How many there are.' }),
  }),
});

const AnalyticsClaimState = builder.objectRef<StateCount>('AnalyticsClaimState').implement({
  description: 'How many claims stand where.',
  authScopes,
  fields: (t) => ({
    state: t.expose('state', { type: ClaimState, description: 'Where they stand now.' }),
    count: t.exposeInt('count', { description: 'How many there are.' }),
  }),
});

const AnalyticsFigures = builder.objectRef<Reported>('AnalyticsFigures').implement({
  description:
    "The figures of some days of the store. They are over all of its orders, however old, and as these are now: an order that is cancelled later is taken out of the figures of the day it was placed on. A moment belongs to the day that it was in the store's time zone. Amounts in different currencies stay apart, each in an entry of its own; a currency without any has none.",
  authScopes,
  fields: (t) => ({
    orders: t.int({
      description:
        'Orders placed on these days, by their creation on the platform of the store (`Order.createdAt`). Cancelled orders do not count, nor do orders that replace another one.',
      ...reported('orders', ([row]) => row?.orders ?? 0),
    }),
    protectedOrders: t.int({
      description:
        'Of these orders, those that are protected: their `protectionStatus` is `PROTECTED`, whoever pays for it.',
      ...reported('orders', ([row]) => row?.protectedOrders ?? 0),
    }),
    attachRate: t.float({
      nullable: true,
      description:
        'The part of the orders that are protected, from 0 to 1, to six decimal places; null without orders.',
      ...reported('orders', ([row]) => row && attachRateOf(row.orders, row.protectedOrders)),
    }),
    premiumRevenue: t.field({
      type: [MoneyType],
      description:
        'What shoppers pay for protection of any kind: the premiums of policies made on these days (`Policy.createdAt`) that are paid by the customer and were not cancelled.',
      ...reported('premiums', sumsOf),
    }),
    claims: t.int({
      description: 'Claims filed on these days (`Claim.createdAt`).',
      ...reported('claims', claimsIn),
    }),
    claimsByType: t.field({
      type: [AnalyticsClaimType],
      description: 'The same claims by what they are about; what none is about is left out.',
      ...reported('claims', claimsByType),
    }),
    claimsByState: t.field({
      type: [AnalyticsClaimState],
      description:
        'The same claims by where they stand now, not where they stood on these days; a state that none is in is left out.',
      ...reported('claims', claimsByState),
    }),
    payouts: t.field({
      type: [MoneyType],
      description:
        'What claims were made good with on these days: the `paidValue` of resolutions by their own `createdAt`, whenever the claim was filed and whoever paid, with shipping where that counts and without a bonus. A claim without a resolution has paid nothing, whatever its state.',
      ...reported('payouts', sumsOf),
    }),
  }),
});

/** A period of a series. */
interface Period extends Reported {
  readonly to: string;
}

const AnalyticsPeriod = builder.objectRef<Period>('AnalyticsPeriod').implement({
  description: 'One period of a series.',
  authScopes,
  fields: (t) => ({
    from: t.expose('from', { type: 'Date', description: 'Its first day.' }),
    to: t.expose('to', { type: 'Date', description: 'Its last day.' }),
    figures: t.field({
      type: AnalyticsFigures,
      description: 'The figures of its days.',
      ...derived(['from', 'range'], (period: Period) => period),
    }),
  }),
});

type Days = Pick<ReportRange, 'from' | 'to'>;

const Analytics = builder.objectRef<Days>('Analytics').implement({
  description:
    'Reports about the store. They take `read_analytics` alone and no scope of what they count, because they are sums: no row, id or name is in them.',
  authScopes,
  fields: (t) => ({
    from: t.expose('from', { type: 'Date', description: 'The first day.' }),
    to: t.expose('to', { type: 'Date', description: 'The last day.' }),
    totals: t.field({
      type: AnalyticsFigures,
      description: 'The figures of all days together.',
      ...derived(['from', 'to'], ({ from, to }) => ({ from, range: { from, to, interval: null } })),
    }),
    series: t.field({
      type: [AnalyticsPeriod],
      description:
        'The same by period, the oldest first: every period of the range, also where nothing happened, and together no less and no more than the totals. The first and the last week or month are cut to the range. At most 400 periods.',
      args: {
        interval: t.arg({
          type: AnalyticsInterval,
          required: true,
          defaultValue: 'DAY',
          description: 'How long the periods are; a day unless said otherwise.',
        }),
      },
      ...reportOf(
        'periods',
        ['from', 'to'],
        (days: Days, { interval }: { readonly interval: ReportInterval }) =>
          periodsOf(days, interval),
        (periods, range) => [...periods.values()].flat().map((period) => ({ ...period, range })),
      ),
    }),
  }),
});

builder.queryField('analytics', (t) =>
  t.field({
    type: Analytics,
    nullable: true,
    authScopes,
    args: {
      from: t.arg({
        type: 'Date',
        required: true,
        description: "The first day, in the store's time zone.",
      }),
      to: t.arg({
        type: 'Date',
        required: true,
        description:
          "The last day, in the store's time zone: the range includes it, and is a single day where it is `from`. At most 3,660 days.",
      }),
    },
    description: 'What became of the store in a range of days, as totals and as a series.',
    ...given((_asking, days: Days) => daysOf(days)),
  }),
);
