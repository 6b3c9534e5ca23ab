import { sql } from 'drizzle-orm';
import type { System } from '../data/system.ts';

/** Deletes what has expired, an hour later: a refresh token that was used is kept as long as it could be used again. */
export function sweepExpired(system: System, now: Date): Promise<void> {
  const before = new Date(now.getTime() - 60 * 60 * 1_000).toISOString();
  return system.transaction(async (transaction) => {
    await transaction.execute(sql`delete from platform.oauth_records where expires_at < ${before}`);
    await transaction.execute(sql`delete from platform.access_tokens where expires_at < ${before}`);
  });
}
