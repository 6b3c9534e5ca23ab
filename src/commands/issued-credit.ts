import { randomBytes } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { shareOf } from '../data/pricing.ts';
import { storeCreditSettings } from '../data/tables/settings.ts';
import type { Order } from './claim-records.ts';
import { refuse, type Work } from './command.ts';

/** What would be paid in money, and what it would be were nothing taken off. */
interface Approved {
  readonly value: bigint;
  readonly whole: bigint;
}

/**
 * What of it is paid in credit by the store's settings: up to the cap's share of the whole. The bonus comes on top
 * and is the store's own: a fixed one in its currency is given to orders in that currency.
 */
export async function creditOf(
  { transaction, storeId }: Work,
  order: Order,
  { value, whole }: Approved,
): Promise<{ readonly paidValue: bigint; readonly bonus: bigint }> {
  const [settings] = await transaction
    .select()
    .from(storeCreditSettings)
    .where(eq(storeCreditSettings.storeId, storeId));
  if (!settings?.enabled) {
    refuse('NOT_ALLOWED', 'input.type', 'The store does not pay claims in credit.');
  }
  const most = shareOf(whole, BigInt(settings.cap));
  const paidValue = value < most ? value : most;
  const { bonusType, bonusAmount, currency } = settings;
  if (bonusType === 'PERCENTAGE')
    return { paidValue, bonus: shareOf(paidValue, bonusAmount ?? 0n) };
  return { paidValue, bonus: currency === order.currency ? (bonusAmount ?? 0n) : 0n };
}

/** 32 signs that nobody mistakes for another: no I and O, no 0 and 1. */
const SIGNS = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';

/** A code that nobody can guess: 80 bits in four groups. Whoever has it has the credit. */
export function newCreditCode(): string {
  const signs = Array.from(randomBytes(16), (byte) => SIGNS[byte % 32]).join('');
  return (signs.match(/.{4}/g) ?? []).join('-');
}
