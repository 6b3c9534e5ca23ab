import { sql } from 'drizzle-orm';
import {
  check,
  date,
  foreignKey,
  index,
  integer,
  jsonb,
  numeric,
  primaryKey,
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { AB_TEST_KINDS, AB_TEST_STATUSES } from '../values.ts';
import {
  commerce,
  identifier,
  minorUnits,
  moment,
  oneOf,
  storePolicy,
  version,
} from './columns.ts';
import { stores } from './stores.ts';

/** An experiment with one thing at a time: a widget or a price. One of a kind runs in a store. */
export const abTests = commerce.table(
  'ab_tests',
  {
    id: identifier('id').primaryKey(),
    storeId: identifier('store_id')
      .notNull()
      .references(() => stores.id),
    name: text('name').notNull(),
    kind: text('kind').$type<(typeof AB_TEST_KINDS)[number]>().notNull(),
    status: text('status').$type<(typeof AB_TEST_STATUSES)[number]>().notNull(),
    startedAt: moment('started_at'),
    stoppedAt: moment('stopped_at'),
    version: version(),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
  },
  (table) => [
    storePolicy(),
    unique('ab_tests_store_id_id_kind').on(table.storeId, table.id, table.kind),
    index('ab_tests_by_created').on(table.storeId, table.createdAt, table.id),
    uniqueIndex('ab_tests_running').on(table.storeId, table.kind).where(sql`status = 'RUNNING'`),
    check('ab_tests_kind', oneOf('kind', AB_TEST_KINDS)),
    check('ab_tests_status', oneOf('status', AB_TEST_STATUSES)),
    check(
      'ab_tests_times',
      sql`(status = 'DRAFT') = (started_at is null) and (status = 'STOPPED') = (stopped_at is not null)`,
    ),
  ],
);

/** One arm of a test. `overrides` is what differs from the store's own setting. */
export const abVariants = commerce.table(
  'ab_variants',
  {
    id: identifier('id').primaryKey(),
    storeId: identifier('store_id').notNull(),
    testId: identifier('test_id').notNull(),
    /** That of its test: what a variant of a price says, quotes may read, and of a widget not. */
    kind: text('kind').$type<(typeof AB_TEST_KINDS)[number]>().notNull(),
    position: integer('position').notNull(),
    key: identifier('key').notNull(),
    name: text('name').notNull(),
    /** Its part of the sessions, of the sum of all weights of the test. */
    weight: integer('weight').notNull(),
    overrides: jsonb('overrides').$type<Readonly<Record<string, unknown>>>().notNull(),
  },
  (table) => [
    storePolicy(),
    foreignKey({
      name: 'ab_variants_test',
      columns: [table.storeId, table.testId, table.kind],
      foreignColumns: [abTests.storeId, abTests.id, abTests.kind],
    }),
    unique('ab_variants_store_id_id').on(table.storeId, table.id),
    unique('ab_variants_position').on(table.storeId, table.testId, table.position),
    unique('ab_variants_key').on(table.storeId, table.testId, table.key),
    check('ab_variants_weight', sql`weight > 0`),
  ],
);

/** What became of the sessions of a variant on one day of the store's time zone. */
export const abVariantDays = commerce.table(
  'ab_variant_days',
  {
    storeId: identifier('store_id').notNull(),
    variantId: identifier('variant_id').notNull(),
    day: date('day', { mode: 'string' }).notNull(),
    currency: text('currency').notNull(),
    sessions: integer('sessions').notNull(),
    /** Sessions that ended in an order. */
    orders: integer('orders').notNull(),
    /** Orders with protection. */
    protectedOrders: integer('protected_orders').notNull(),
    revenue: minorUnits('revenue').notNull(),
    /** The sum of the squares of the orders' revenues, for the spread of revenue per session. */
    revenueSquares: numeric('revenue_squares', { precision: 38, scale: 0 }).notNull(),
  },
  (table) => [
    storePolicy(),
    primaryKey({ columns: [table.storeId, table.variantId, table.day, table.currency] }),
    foreignKey({
      name: 'ab_variant_days_variant',
      columns: [table.storeId, table.variantId],
      foreignColumns: [abVariants.storeId, abVariants.id],
    }),
    check(
      'ab_variant_days_counts',
      sql`sessions >= orders and orders >= protected_orders and protected_orders >= 0`,
    ),
  ],
);
