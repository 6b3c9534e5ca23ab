import { sql } from 'drizzle-orm';
import { bigserial, index, jsonb, pgPolicy, primaryKey, text } from 'drizzle-orm/pg-core';
import {
  commerce,
  identifier,
  moment,
  ofOwner,
  ofStore,
  storePolicy,
  systemRole,
} from './columns.ts';
import { stores } from './stores.ts';

const ofStoreItself = () =>
  identifier('store_id')
    .notNull()
    .references(() => stores.id);

/** Who changed what, and when: one row for each mutation that was carried out. Nobody reads it through the gateway. */
export const auditEntries = commerce.table(
  'audit_entries',
  {
    sequence: bigserial('sequence', { mode: 'bigint' }).primaryKey(),
    storeId: ofStoreItself(),
    /** The client that it belongs to: an installation, or an issuer and its client id. */
    owner: identifier('owner').notNull(),
    subject: text('subject').notNull(),
    mutation: text('mutation').notNull(),
    entityId: identifier('entity_id').notNull(),
    /** The names of the fields that were given; never their values, which may be personal. */
    fields: text('fields').array().notNull(),
    requestId: text('request_id'),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [
    storePolicy(),
    index('audit_entries_by_entity').on(table.storeId, table.entityId, table.sequence),
  ],
);

/** What happened, to be told to webhooks and subscriptions: ids alone, so that each reader is shown what it may see. */
export const outboxEvents = commerce.table(
  'outbox_events',
  {
    sequence: bigserial('sequence', { mode: 'bigint' }).primaryKey(),
    storeId: ofStoreItself(),
    topic: text('topic').notNull(),
    entityId: identifier('entity_id').notNull(),
    createdAt: moment('created_at').notNull(),
    dispatchedAt: moment('dispatched_at'),
  },
  (table) => [
    storePolicy(),
    pgPolicy('dispatch', { for: 'all', to: systemRole, using: sql`true`, withCheck: sql`true` }),
    index('outbox_events_waiting').on(table.sequence).where(sql`dispatched_at is null`),
  ],
);

/** What a client's idempotency keys did: a repeated request gets the same ids, resolved again under its own token. */
export const idempotencyKeys = commerce.table(
  'idempotency_keys',
  {
    storeId: ofStoreItself(),
    owner: identifier('owner').notNull(),
    key: identifier('key').notNull(),
    mutation: text('mutation').notNull(),
    /** SHA-256 of the input, in hexadecimal. */
    inputHash: identifier('input_hash').notNull(),
    /** Ids and versions; null until the mutation is done, which nobody else sees. */
    result: jsonb('result').$type<Readonly<Record<string, unknown>>>(),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [
    pgPolicy('own', {
      for: 'all',
      using: sql`${ofStore('store_id')} and ${ofOwner('owner')}`,
      withCheck: sql`${ofStore('store_id')} and ${ofOwner('owner')}`,
    }),
    pgPolicy('age', { for: 'select', to: systemRole, using: sql`true` }),
    pgPolicy('sweep', { for: 'delete', to: systemRole, using: sql`true` }),
    primaryKey({ columns: [table.storeId, table.owner, table.key] }),
    index('idempotency_keys_by_age').on(table.createdAt),
  ],
);
