import { sql } from 'drizzle-orm';
import { boolean, check, text, unique } from 'drizzle-orm/pg-core';
import { WIDGET_KINDS, WIDGET_PLACEMENTS } from '../values.ts';
import { commerce, identifier, moment, oneOf, storePolicy, version } from './columns.ts';
import { stores } from './stores.ts';

/** How protection is offered in the cart and at the checkout: one widget of each kind for a store. */
export const widgets = commerce.table(
  'widgets',
  {
    id: identifier('id').primaryKey(),
    storeId: identifier('store_id')
      .notNull()
      .references(() => stores.id),
    kind: text('kind').$type<(typeof WIDGET_KINDS)[number]>().notNull(),
    enabled: boolean('enabled').notNull(),
    checkedByDefault: boolean('checked_by_default').notNull(),
    placement: text('placement').$type<(typeof WIDGET_PLACEMENTS)[number]>().notNull(),
    heading: text('heading').notNull(),
    body: text('body').notNull(),
    /** `#rrggbb`, in lower case. */
    accentColor: text('accent_color').notNull(),
    version: version(),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
  },
  (table) => [
    storePolicy(),
    unique('widgets_store_id_kind').on(table.storeId, table.kind),
    check('widgets_kind', oneOf('kind', WIDGET_KINDS)),
    check('widgets_placement', oneOf('placement', WIDGET_PLACEMENTS)),
    check('widgets_accent_color', sql`accent_color ~ '^#[0-9a-f]{6}$'`),
  ],
);
