import { type SQL, sql } from 'drizzle-orm';
import { IDEMPOTENCY_DAYS } from '../commands/command.ts';
import type { System } from '../data/system.ts';

/** Rows that one transaction deletes at most: nobody waits for it for long. */
const BATCH = 1_000;

/** What one sweep deletes at most; what is left is for the next. */
const MOST_BATCHES = 100;

/** Clocks of processes differ, and a request that is running may still need what has just expired. */
const GRACE_MS = 5 * 60 * 1_000;

/** How old a consent is before nothing more can come of it: its code was never made. */
const CONSENT_GRACE_MS = 60 * 60 * 1_000;

const IDEMPOTENCY_MS = IDEMPOTENCY_DAYS * 24 * 60 * 60 * 1_000;

/**
 * Deletes what no request can use any more, in small transactions that wait for nobody: what has expired, consents whose
 * codes and tokens are all gone, idempotency keys whose time is over, and webhooks that an app made in the seconds in which its uninstallation was not yet
 * known everywhere. A refresh token that was used stays as long as it could be used again, and a code that was used as
 * long as what came from it.
 */
export async function sweepExpired(system: System, now: Date): Promise<void> {
  const ago = (milliseconds: number) => new Date(now.getTime() - milliseconds).toISOString();
  const expired = ago(GRACE_MS);
  await inBatches(
    system,
    (limit) => sql`delete from platform.oauth_records where (kind, hash) in (
      select kind, hash from platform.oauth_records where expires_at < ${expired}
      order by expires_at limit ${limit} for update skip locked) returning 1`,
  );
  await inBatches(
    system,
    (limit) => sql`delete from platform.access_tokens where hash in (
      select hash from platform.access_tokens where expires_at < ${expired}
      order by expires_at limit ${limit} for update skip locked) returning 1`,
  );
  await inBatches(
    system,
    (limit) => sql`delete from platform.oauth_records where kind = 'Grant' and hash in (
      select hash from platform.oauth_records own
      where kind = 'Grant' and created_at < ${ago(CONSENT_GRACE_MS)}
        and not exists (select from platform.oauth_records r where r.grant_hash = own.hash and r.kind <> 'Grant')
        and not exists (select from platform.access_tokens t where t.grant_hash = own.hash)
      limit ${limit} for update skip locked) returning 1`,
  );
  await inBatches(
    system,
    (limit) => sql`delete from commerce.idempotency_keys where (store_id, owner, key) in (
      select store_id, owner, key from commerce.idempotency_keys where created_at < ${ago(IDEMPOTENCY_MS)}
      order by created_at limit ${limit}) returning 1`,
  );
  await inBatches(
    system,
    (limit) => sql`delete from commerce.webhooks where id in (
      select w.id from commerce.webhooks w join platform.installations i on i.id = w.owner
      where i.removed_at is not null limit ${limit}) returning 1`,
  );
}

async function inBatches(system: System, deletion: (limit: number) => SQL): Promise<void> {
  for (let batch = 0; batch < MOST_BATCHES; batch += 1) {
    const { length } = await system.transaction(async (transaction) => {
      const { rows } = (await transaction.execute(deletion(BATCH))) as unknown as {
        readonly rows: readonly unknown[];
      };
      return rows;
    });
    if (length < BATCH) return;
  }
}
