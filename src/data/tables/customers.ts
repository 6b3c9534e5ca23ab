import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  text,
  unique,
} from 'drizzle-orm/pg-core';
import { ACCOUNT_STATES, CONSENT_STATES, type Metafield, OPT_IN_LEVELS } from '../values.ts';
import { commerce, identifier, moment, oneOf, storePolicy, version } from './columns.ts';
import { stores } from './stores.ts';

const consent = (name: string) => text(name).$type<(typeof CONSENT_STATES)[number]>();
const optIn = (name: string) => text(name).$type<(typeof OPT_IN_LEVELS)[number]>();

export const customers = commerce.table(
  'customers',
  {
    id: identifier('id').primaryKey(),
    storeId: identifier('store_id')
      .notNull()
      .references(() => stores.id),
    sourceId: identifier('source_id').notNull(),
    firstName: text('first_name'),
    lastName: text('last_name'),
    email: text('email'),
    /** Stored, because `lower()` in a filter could not use an index under row-level security. */
    emailLower: identifier('email_lower')
      .generatedAlwaysAs(sql`lower(coalesce(email, ''))`)
      .notNull(),
    phone: identifier('phone'),
    tags: text('tags').array().notNull(),
    note: text('note'),
    metafields: jsonb('metafields').$type<readonly Metafield[]>().notNull(),
    accountState: text('account_state').$type<(typeof ACCOUNT_STATES)[number]>().notNull(),
    locale: text('locale'),
    emailConsentState: consent('email_consent_state').notNull(),
    emailConsentLevel: optIn('email_consent_level').notNull(),
    emailConsentUpdatedAt: moment('email_consent_updated_at'),
    smsConsentState: consent('sms_consent_state').notNull(),
    smsConsentLevel: optIn('sms_consent_level').notNull(),
    smsConsentUpdatedAt: moment('sms_consent_updated_at'),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
    version: version(),
  },
  (table) => [
    storePolicy(),
    unique('customers_store_id_id').on(table.storeId, table.id),
    unique('customers_store_id_source_id').on(table.storeId, table.sourceId),
    index('customers_by_created').on(table.storeId, table.createdAt, table.id),
    index('customers_by_updated').on(table.storeId, table.updatedAt, table.id),
    index('customers_by_email').on(table.storeId, table.emailLower, table.id),
    index('customers_by_phone').on(table.storeId, table.phone),
    check('customers_account_state', oneOf('account_state', ACCOUNT_STATES)),
    check('customers_email_consent_state', oneOf('email_consent_state', CONSENT_STATES)),
    check('customers_email_consent_level', oneOf('email_consent_level', OPT_IN_LEVELS)),
    check('customers_sms_consent_state', oneOf('sms_consent_state', CONSENT_STATES)),
    check('customers_sms_consent_level', oneOf('sms_consent_level', OPT_IN_LEVELS)),
  ],
);

export const customerAddresses = commerce.table(
  'customer_addresses',
  {
    id: identifier('id').primaryKey(),
    storeId: identifier('store_id').notNull(),
    customerId: identifier('customer_id').notNull(),
    position: integer('position').notNull(),
    isDefault: boolean('is_default').notNull(),
    name: text('name'),
    company: text('company'),
    address1: text('address1'),
    address2: text('address2'),
    city: text('city'),
    province: text('province'),
    postalCode: text('postal_code'),
    countryCode: text('country_code'),
    phone: text('phone'),
  },
  (table) => [
    storePolicy(),
    foreignKey({
      name: 'customer_addresses_customer',
      columns: [table.storeId, table.customerId],
      foreignColumns: [customers.storeId, customers.id],
    }),
    index('customer_addresses_by_customer').on(
      table.storeId,
      table.customerId,
      table.position,
      table.id,
    ),
  ],
);
