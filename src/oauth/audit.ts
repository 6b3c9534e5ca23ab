import { auditLog } from '../data/tables/audit.ts';
import type { Transaction } from '../data/transactions.ts';
import { currentRequestId } from '../telemetry/request-scope.ts';

/** Who acts where nobody is signed in: a command of the platform. */
export const PLATFORM_ACTOR = 'platform';

/** What was decided. Nothing in it is personal: people, stores and apps are ids. */
export interface AuditEntry
  extends Omit<typeof auditLog.$inferInsert, 'sequence' | 'requestId' | 'createdAt'> {
  readonly now: Date;
}

/** Writes down what a transaction does, with the request that it is done for; it stands or falls with the rest. */
export async function record(
  transaction: Transaction,
  { now, ...entry }: AuditEntry,
): Promise<void> {
  await transaction
    .insert(auditLog)
    .values({ ...entry, requestId: currentRequestId(), createdAt: now });
}
