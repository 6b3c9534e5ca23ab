import type { Row } from '../../data/entities.ts';
import type { AB_TEST_KINDS, AB_TEST_STATUSES } from '../../data/values.ts';
import { loadResults } from '../ab-results.ts';
import { builder } from '../builder.ts';
import { derived, edge, loaded, lookup } from '../fields.ts';
import { connectionType, filtering, list, ordering } from '../list.ts';
import { money } from '../money.ts';
import { Node } from '../node.ts';
import { AbPriceOverrides, AbWidgetOverrides, overridesOf } from './ab-overrides.ts';
import { AbVariantResults } from './ab-results.ts';
import { VERSION } from './store-settings.ts';

const tests = { read_ab_tests: true } as const;

export const AbTestKind = builder.enumType('AbTestKind', {
  description: 'What a test varies: one thing at a time.',
  values: {
    CART_WIDGET: { description: 'The widget in the cart.' },
    CHECKOUT_WIDGET: { description: 'The widget at the checkout.' },
    PRICE: { description: 'The price of protection.' },
  },
} satisfies { description: string; values: Record<(typeof AB_TEST_KINDS)[number], object> });

const AbTestStatus = builder.enumType('AbTestStatus', {
  description: 'Where a test stands.',
  values: {
    DRAFT: { description: 'It has not begun.' },
    RUNNING: { description: 'It gets sessions. One of each kind can run.' },
    STOPPED: { description: 'It is over.' },
  },
} satisfies { description: string; values: Record<(typeof AB_TEST_STATUSES)[number], object> });

export const AbTest = builder.objectRef<Row<'abTest'>>('AbTest').implement({
  description: 'An experiment: each session gets one of its variants.',
  interfaces: [Node],
  authScopes: tests,
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id, beginning with `abt_`.' }),
    name: t.exposeString('name', { description: 'What the merchant calls it.' }),
    kind: t.expose('kind', { type: AbTestKind, description: 'What it varies.' }),
    status: t.expose('status', { type: AbTestStatus, description: 'Where it stands.' }),
    startedAt: t.expose('startedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it began; null when it has not.',
    }),
    stoppedAt: t.expose('stoppedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it ended; null when it has not.',
    }),
    version: t.exposeInt('version', { description: VERSION }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it last changed.' }),
  }),
});

const AbVariantDay = builder.objectRef<Row<'abVariantDay'>>('AbVariantDay').implement({
  description: 'What became of the sessions of a variant on one day, in one currency.',
  authScopes: tests,
  fields: (t) => ({
    day: t.expose('day', { type: 'Date', description: "The day in the store's time zone." }),
    sessions: t.exposeInt('sessions', { description: 'How many sessions it got.' }),
    orders: t.exposeInt('orders', { description: 'How many of them ended in an order.' }),
    protectedOrders: t.exposeInt('protectedOrders', {
      description: 'How many of these orders have protection.',
    }),
    revenue: t.field(money('revenue', 'What these orders brought in.')),
  }),
});

const AbVariantDayConnection = connectionType(AbVariantDay, tests);

export const AbVariant = builder.objectRef<Row<'abVariant'>>('AbVariant').implement({
  description: 'One arm of a test. The first is the control, which the others are compared with.',
  interfaces: [Node],
  authScopes: tests,
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id, beginning with `abv_`.' }),
    key: t.exposeString('key', {
      description: 'What names it within its test, also in the quotes that it priced.',
    }),
    name: t.exposeString('name', { description: 'What the merchant calls it.' }),
    weight: t.exposeInt('weight', {
      description: 'Its part of the sessions, of the sum of all weights of the test.',
    }),
    isControl: t.boolean({
      description: 'Whether the others are compared with it.',
      ...derived(['position'], ({ position }: Row<'abVariant'>) => position === 0),
    }),
    priceOverrides: t.field({
      type: AbPriceOverrides,
      nullable: true,
      description: 'What it changes in prices; null where the test varies something else.',
      ...derived(['kind', 'overrides'], overridesOf.price),
    }),
    widgetOverrides: t.field({
      type: AbWidgetOverrides,
      nullable: true,
      description: 'What it changes in the widget; null where the test varies something else.',
      ...derived(['kind', 'overrides'], overridesOf.widget),
    }),
    test: t.field({
      type: AbTest,
      nullable: true,
      description: 'The test that it is an arm of.',
      ...edge('abTestById', 'testId'),
    }),
    results: t.field({
      type: AbVariantResults,
      description: 'What became of its sessions so far.',
      ...loaded(
        ['id', 'testId'],
        (variant: Pick<Row<'abVariant'>, 'id' | 'testId'>, _args: object, { loaders }) =>
          loadResults(variant, loaders),
      ),
    }),
    days: t.field({
      description: 'The same day by day, the first day first.',
      ...list(t, {
        type: AbVariantDayConnection,
        batch: 'daysByAbVariant',
        parent: 'id',
        columns: ['day', 'currency'],
        direction: 'asc',
      }),
    }),
  }),
});

const AbVariantConnection = connectionType(AbVariant, tests);

builder.objectField(AbTest, 'variants', (t) =>
  t.field({
    description: 'Its arms, the control first.',
    ...list(t, {
      type: AbVariantConnection,
      batch: 'variantsByAbTest',
      parent: 'id',
      columns: ['position', 'id'],
      direction: 'asc',
    }),
  }),
);

const AbTestConnection = connectionType(AbTest, tests);

const abTestOrdering = ordering<'abTest'>('AbTest', {
  CREATED_AT: { columns: ['createdAt', 'id'], description: 'When the test was created.' },
});

const abTestFiltering = filtering<'abTest'>('AbTest', {
  kind: {
    type: AbTestKind,
    column: 'kind',
    operator: 'equals',
    description: 'What the test varies.',
  },
  status: {
    type: AbTestStatus,
    column: 'status',
    operator: 'equals',
    description: 'Where the test stands.',
  },
});

builder.queryFields((t) => ({
  abTest: t.field({
    type: AbTest,
    nullable: true,
    authScopes: tests,
    description: 'An A/B test by id.',
    args: { id: t.arg.id({ required: true, description: 'The id.' }) },
    ...lookup('abTestById', 'id'),
  }),
  abTests: t.field({
    nullable: true,
    authScopes: tests,
    description: 'The A/B tests of the store, newest first.',
    ...list(t, {
      type: AbTestConnection,
      batch: 'abTests',
      parent: null,
      columns: ['createdAt', 'id'],
      direction: 'desc',
      ordering: abTestOrdering,
      filtering: abTestFiltering,
    }),
  }),
}));
