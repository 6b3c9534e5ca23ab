import { asc, sql } from 'drizzle-orm';
import * as z from 'zod';
import { currencyCode } from '../commands/import/shapes.ts';
import { newId } from '../data/new-id.ts';
import type { System } from '../data/system.ts';
import { stores } from '../data/tables/stores.ts';
import type { Transaction } from '../data/transactions.ts';
import { PLATFORMS } from '../data/values.ts';
import { invalid, parseShape, shownText } from './app-shapes.ts';
import { PLATFORM_ACTOR, record } from './audit.ts';

/** A store, as the platform sees it. */
export type StoreRecord = typeof stores.$inferSelect;

/** Labels of letters, digits and hyphens; the last has a letter, so that it is no IP address. */
const HOST_NAME =
  /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+(?=[0-9-]*[a-z])[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * Names of a region. Offsets and abbreviations are none: what `+02:00` and `CET` mean differs between the database,
 * which reckons the days of reports by it, and everybody else.
 */
const REGION = /^(UTC|[A-Z]\w*(\/[\w+-]+)+)$/;

const NO_ZONE = 'It is a time zone by its IANA name, such as Europe/Berlin, or UTC.';

export const STORE_DRAFT = z.strictObject({
  name: shownText,
  domain: z.string().regex(HOST_NAME, 'It is a host name in lower case, such as shop.example.com.'),
  platform: z.enum(PLATFORMS, { error: `It is one of ${PLATFORMS.join(', ')}.` }).default('API'),
  currency: currencyCode,
  timezone: z.string().refine(isZone, NO_ZONE),
});

/** What a new store says. */
export type StoreDraft = z.input<typeof STORE_DRAFT>;

/**
 * Makes a store, and nothing else: a setting of a store is a row when it was set up, and null to whoever asks before.
 *
 * @throws AppError INVALID_INPUT with every problem of the draft, for a domain that a store has already, and for a time
 * zone that the database does not know.
 */
export async function registerStore(
  system: System,
  draft: StoreDraft,
  now: Date,
): Promise<StoreRecord> {
  const given = parseShape(STORE_DRAFT, draft);
  return system.transaction(async (transaction) => {
    await requireZone(transaction, given.timezone);
    const id = newId('sto');
    const [store] = await transaction
      .insert(stores)
      .values({ id, ...given, createdAt: now, updatedAt: now })
      .onConflictDoNothing({ target: stores.domain })
      .returning();
    if (store === undefined) throw invalid(`domain: There is a store "${given.domain}" already.`);
    const entry = { action: 'store.register', actor: PLATFORM_ACTOR, storeId: id, now } as const;
    await record(transaction, entry);
    return store;
  });
}

/** All stores, by domain. */
export const listStores = (system: System): Promise<readonly StoreRecord[]> =>
  system.transaction((transaction) =>
    transaction.select().from(stores).orderBy(asc(stores.domain)),
  );

function isZone(name: string): boolean {
  if (!REGION.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Reports of a store with a zone that the database does not know would fail. Its list has one spelling of each. */
async function requireZone(transaction: Transaction, name: string): Promise<void> {
  const known = await transaction
    .select({ name: sql`name` })
    .from(sql`pg_timezone_names`)
    .where(sql`name = ${name}`);
  if (known.length === 0) throw invalid(`timezone: ${NO_ZONE}`);
}
