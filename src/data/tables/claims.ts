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
import {
  BEARERS,
  CLAIM_SOURCES,
  CLAIM_STATES,
  CLAIM_TYPES,
  type ClaimMedia,
  DENIAL_REASONS,
  MESSAGE_SENDERS,
  type PostalAddress,
  REQUESTED_RESOLUTIONS,
  RESOLUTION_TYPES,
} from '../values.ts';
import {
  commerce,
  identifier,
  minorUnits,
  moment,
  oneOf,
  storePolicy,
  version,
} from './columns.ts';
import { customers } from './customers.ts';
import { lineItems, ofOrder, orders } from './orders.ts';
import { policies } from './policies.ts';

/** A claim outlives the window: it stays in sight without its order, and `orderId` is then hidden. */
export const claims = commerce.table(
  'claims',
  {
    id: identifier('id').primaryKey(),
    ...ofOrder(),
    policyId: identifier('policy_id'),
    customerId: identifier('customer_id'),
    type: text('type').$type<(typeof CLAIM_TYPES)[number]>(),
    state: text('state').$type<(typeof CLAIM_STATES)[number]>().notNull(),
    filedFrom: text('filed_from').$type<(typeof CLAIM_SOURCES)[number]>().notNull(),
    description: text('description').notNull(),
    requestedResolution: text('requested_resolution')
      .$type<(typeof REQUESTED_RESOLUTIONS)[number]>()
      .notNull(),
    denialReason: text('denial_reason').$type<(typeof DENIAL_REASONS)[number]>(),
    authorName: text('author_name'),
    authorEmail: text('author_email'),
    authorEmailLower: identifier('author_email_lower')
      .generatedAlwaysAs(sql`lower(coalesce(author_email, ''))`)
      .notNull(),
    signatureUrl: text('signature_url'),
    resolvedAt: moment('resolved_at'),
    version: version(),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
  },
  (table) => [
    storePolicy(),
    unique('claims_store_id_id').on(table.storeId, table.id),
    foreignKey({
      name: 'claims_order',
      columns: [table.storeId, table.orderId, table.orderCreatedAt],
      foreignColumns: [orders.storeId, orders.id, orders.createdAt],
    }),
    foreignKey({
      name: 'claims_policy',
      columns: [table.storeId, table.policyId],
      foreignColumns: [policies.storeId, policies.id],
    }),
    foreignKey({
      name: 'claims_customer',
      columns: [table.storeId, table.customerId],
      foreignColumns: [customers.storeId, customers.id],
    }),
    index('claims_by_created').on(table.storeId, table.createdAt, table.id),
    index('claims_by_updated').on(table.storeId, table.updatedAt, table.id),
    index('claims_by_state').on(table.storeId, table.state, table.createdAt, table.id),
    index('claims_by_state_updated').on(table.storeId, table.state, table.updatedAt, table.id),
    index('claims_by_type').on(table.storeId, table.type, table.createdAt, table.id),
    index('claims_by_type_updated').on(table.storeId, table.type, table.updatedAt, table.id),
    index('claims_by_author_email').on(
      table.storeId,
      table.authorEmailLower,
      table.createdAt,
      table.id,
    ),
    index('claims_by_order').on(table.storeId, table.orderId, table.createdAt, table.id),
    index('claims_by_policy').on(table.storeId, table.policyId, table.createdAt, table.id),
    index('claims_by_customer').on(table.storeId, table.customerId, table.createdAt, table.id),
    check('claims_type', oneOf('type', CLAIM_TYPES)),
    check('claims_state', oneOf('state', CLAIM_STATES)),
    check('claims_filed_from', oneOf('filed_from', CLAIM_SOURCES)),
    check('claims_requested_resolution', oneOf('requested_resolution', REQUESTED_RESOLUTIONS)),
    check('claims_denial_reason', oneOf('denial_reason', DENIAL_REASONS)),
  ],
);

const ofClaim = () => ({
  id: identifier('id').primaryKey(),
  storeId: identifier('store_id').notNull(),
  claimId: identifier('claim_id').notNull(),
});

export const claimItems = commerce.table(
  'claim_items',
  {
    ...ofClaim(),
    lineItemId: identifier('line_item_id').notNull(),
    quantity: integer('quantity').notNull(),
  },
  (table) => [
    storePolicy(),
    foreignKey({
      name: 'claim_items_claim',
      columns: [table.storeId, table.claimId],
      foreignColumns: [claims.storeId, claims.id],
    }),
    foreignKey({
      name: 'claim_items_line_item',
      columns: [table.storeId, table.lineItemId],
      foreignColumns: [lineItems.storeId, lineItems.id],
    }),
    index('claim_items_by_claim').on(table.storeId, table.claimId, table.id),
    index('claim_items_by_line_item').on(table.storeId, table.lineItemId, table.id),
    check('claim_items_quantity', sql`quantity > 0`),
  ],
);

export const claimMessages = commerce.table(
  'claim_messages',
  {
    ...ofClaim(),
    sender: text('sender').$type<(typeof MESSAGE_SENDERS)[number]>().notNull(),
    authorName: text('author_name'),
    body: text('body').notNull(),
    media: jsonb('media').$type<readonly ClaimMedia[]>().notNull(),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [
    storePolicy(),
    foreignKey({
      name: 'claim_messages_claim',
      columns: [table.storeId, table.claimId],
      foreignColumns: [claims.storeId, claims.id],
    }),
    index('claim_messages_by_claim').on(table.storeId, table.claimId, table.createdAt, table.id),
    check('claim_messages_sender', oneOf('sender', MESSAGE_SENDERS)),
  ],
);

export const claimResolutions = commerce.table(
  'claim_resolutions',
  {
    ...ofClaim(),
    type: text('type').$type<(typeof RESOLUTION_TYPES)[number]>().notNull(),
    details: text('details'),
    currency: text('currency').notNull(),
    paidValue: minorUnits('paid_value').notNull(),
    /** Who bore it, whatever becomes of the claim: the insured value is spent by the protection alone. */
    paidBy: text('paid_by').$type<(typeof BEARERS)[number]>().notNull().default('PROTECTION'),
    includesShipping: boolean('includes_shipping').notNull(),
    shippingAmount: minorUnits('shipping_amount').notNull(),
    shippingAddress: jsonb('shipping_address').$type<PostalAddress>(),
    /** What the store gave on top of credit, paid by itself. */
    bonus: minorUnits('bonus').notNull().default(sql`0`),
    /** A credit or gift card code: whoever has it has the money. */
    issuedCode: text('issued_code'),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [
    storePolicy(),
    foreignKey({
      name: 'claim_resolutions_claim',
      columns: [table.storeId, table.claimId],
      foreignColumns: [claims.storeId, claims.id],
    }),
    index('claim_resolutions_by_claim').on(table.storeId, table.claimId, table.createdAt, table.id),
    index('claim_resolutions_by_created').on(table.storeId, table.createdAt, table.id),
    check('claim_resolutions_type', oneOf('type', RESOLUTION_TYPES)),
    check('claim_resolutions_paid_by', oneOf('paid_by', BEARERS)),
  ],
);
