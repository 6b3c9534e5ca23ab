import { index, jsonb, primaryKey } from 'drizzle-orm/pg-core';
import { installations } from './apps.ts';
import { identifier, moment, platform, systemPolicy } from './columns.ts';

/**
 * What the authorization server remembers: sessions, running authorizations, codes, refresh tokens and
 * consents. Whoever reads this table learns no value that opens anything.
 */
export const oauthRecords = platform.table(
  'oauth_records',
  {
    kind: identifier('kind').notNull(),
    /** The SHA-256 of the record's id, in hexadecimal. */
    hash: identifier('hash').notNull(),
    /** Without the id. */
    payload: jsonb('payload').$type<Readonly<Record<string, unknown>>>().notNull(),
    /** The SHA-256 of the second name that a session has. */
    uidHash: identifier('uid_hash'),
    /** The SHA-256 of the consent that it belongs to. */
    grantHash: identifier('grant_hash'),
    installationId: identifier('installation_id').references(() => installations.id),
    createdAt: moment('created_at').notNull(),
    expiresAt: moment('expires_at').notNull(),
    consumedAt: moment('consumed_at'),
  },
  (table) => [
    systemPolicy(),
    primaryKey({ columns: [table.kind, table.hash] }),
    index('oauth_records_by_uid').on(table.uidHash),
    index('oauth_records_by_grant').on(table.grantHash),
    index('oauth_records_by_installation').on(table.installationId),
    index('oauth_records_by_expiry').on(table.expiresAt),
  ],
);
