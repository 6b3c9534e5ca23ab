import { and, eq, sql } from 'drizzle-orm';
import { z } from 'zod';
import { claimResolutions, claims } from '../data/tables/claims.ts';
import { lineItems } from '../data/tables/orders.ts';
import { policies } from '../data/tables/policies.ts';
import { BEARERS, RESOLUTION_TYPES } from '../data/values.ts';
import type { Scope } from '../scopes/catalogue.ts';
import { changeRow, lastChanged } from './changes.ts';
import { refusePaid } from './claim-decisions.ts';
import {
  amountTold,
  type Claim,
  loadClaimSettings,
  lockClaim,
  lockProtection,
  type Order,
  piecesOf,
} from './claim-records.ts';
import { moveClaim } from './claim-transitions.ts';
import { totalValueOf, type ValuedPieces, WHOLE } from './claim-value.ts';
import { type Command, refuse, type Work } from './command.ts';
import { creditOf, newCreditCode } from './issued-credit.ts';
import { money, percentage } from './money.ts';
import { postalAddress } from './postal-address.ts';
import { id, requiredVersion, text } from './shapes.ts';

export const CLAIM_RESOLVE = z
  .object({
    id,
    version: requiredVersion,
    type: z.enum(RESOLUTION_TYPES),
    paidBy: z.enum(BEARERS).nullish(),
    percentage: percentage.nullish(),
    items: z
      .array(z.object({ lineItemId: id, percentage }))
      .max(250, 'There are at most 250 items.')
      .refine(
        (items) => new Set(items.map(({ lineItemId }) => lineItemId)).size === items.length,
        'Each line item is named once.',
      )
      .nullish(),
    includesShipping: z.boolean().nullish(),
    flatAmount: money.nullish(),
    shippingAddress: postalAddress.nullish(),
    details: text(5_000).nullish(),
  })
  .check(({ value, issues }) => {
    const isFlat = value.type === 'FLAT_RATE';
    const wrong = (field: string, message: string) =>
      issues.push({ code: 'custom', input: value, path: [field], message });
    if (isFlat !== (value.flatAmount != null)) {
      wrong('flatAmount', 'A flat rate, and nothing else, is an amount.');
    }
    for (const field of ['percentage', 'items', 'includesShipping'] as const) {
      if (isFlat && value[field]) wrong(field, 'A flat rate is an amount and nothing else.');
    }
    if (value.type !== 'RESHIP' && value.shippingAddress != null) {
      wrong('shippingAddress', 'Only goods that are sent again go to an address.');
    }
  });

type Input = z.infer<typeof CLAIM_RESOLVE>;

/** What is made good, in minor units of the order's currency. */
interface Payment {
  readonly paidValue: bigint;
  readonly shippingAmount: bigint;
  /** What a store gives on top of credit. */
  readonly bonus: bigint;
}

/**
 * Makes a claim good, once: order and claim are locked, its state is left, and a claim that has a resolution gets no
 * other. Who sends the request again gets what the first one wrote.
 */
export const claimResolve: Command<Input> = {
  name: 'claimResolve',
  async run(input, work) {
    const { claim, order } = await lockClaim(work, input);
    const byBrand = input.paidBy === 'BRAND';
    const state = moveClaim(work, claim, byBrand ? 'resolveByBrand' : 'resolve');
    await refusePaid(work, claim);
    const shippingAddress = addressOf(input, order);
    const { paidValue, shippingAmount, bonus } = await paymentOf(work, claim, order, input);
    if (paidValue <= 0n) refuse('NOT_ALLOWED', fieldOf(input), 'Nothing would be paid.');
    if (!byBrand) await spend(work, claim, order, paidValue, fieldOf(input));
    await work.transaction.insert(claimResolutions).values({
      id: work.newId('res'),
      storeId: claim.storeId,
      claimId: claim.id,
      type: input.type,
      details: input.details ?? null,
      currency: order.currency,
      paidValue,
      shippingAmount,
      bonus,
      paidBy: byBrand ? 'BRAND' : 'PROTECTION',
      includesShipping: shippingAmount > 0n,
      shippingAddress,
      issuedCode: input.type === 'STORE_CREDIT' ? newCreditCode() : null,
      createdAt: work.now,
    });
    const version = await changeRow(work, claims, claim.id, { state, resolvedAt: work.now });
    work.emit('claim.resolved', claim.id);
    return { id: claim.id, version };
  },
};

/** The field that an amount comes from. */
const fieldOf = ({ flatAmount }: Input) => (flatAmount ? 'input.flatAmount' : 'input.percentage');

function addressOf({ type, shippingAddress }: Input, order: Order): Order['shippingAddress'] {
  if (type !== 'RESHIP') return null;
  const address = shippingAddress ?? order.shippingAddress;
  if (address) return address;
  refuse('NOT_ALLOWED', 'input.shippingAddress', 'There is no address to send the goods to.');
}

async function paymentOf(work: Work, claim: Claim, order: Order, input: Input): Promise<Payment> {
  const pieces = sharesOf(await piecesOf(work, claim.id), input);
  const goods = totalValueOf(pieces.map((each) => ({ ...each, share: WHOLE })));
  const shipping =
    input.flatAmount || input.includesShipping ? await shippingLeft(work, order) : 0n;
  if (input.flatAmount) {
    const { minorUnits, currency } = input.flatAmount;
    if (currency !== order.currency) {
      const message = 'Amounts are never converted: it is not the currency of the order.';
      refuse('INVALID', 'input.flatAmount.currencyCode', message);
    }
    if (minorUnits > goods + shipping) {
      refuse('NOT_ALLOWED', 'input.flatAmount', 'It is more than what is claimed was worth.');
    }
    // What the goods were not worth is for shipping, which is then made good.
    const shippingAmount = minorUnits > goods ? minorUnits - goods : 0n;
    return { paidValue: minorUnits, shippingAmount, bonus: 0n };
  }
  const value = totalValueOf(pieces) + shipping;
  if (input.type !== 'STORE_CREDIT') {
    return { paidValue: value, shippingAmount: shipping, bonus: 0n };
  }
  const credit = await creditOf(work, order, { value, whole: goods + shipping });
  return { ...credit, shippingAmount: shipping < credit.paidValue ? shipping : credit.paidValue };
}

/** How much of each piece's value counts: what was said of its line item, or else of all. */
function sharesOf(
  pieces: Awaited<ReturnType<typeof piecesOf>>,
  { items, percentage: common }: Input,
): readonly ValuedPieces[] {
  const own = new Map(items?.map((item) => [item.lineItemId, item.percentage]));
  for (const [index, { lineItemId }] of (items ?? []).entries()) {
    if (pieces.some(({ line }) => line.id === lineItemId)) continue;
    const message = `The claim is not about ${lineItemId}.`;
    refuse('NOT_FOUND', `input.items.${index}.lineItemId`, message);
  }
  return pieces.map((each) => ({ ...each, share: own.get(each.line.id) ?? common ?? WHOLE }));
}

/** What was paid for shipping, with its tax, and made good by no claim yet. */
async function shippingLeft({ transaction }: Work, order: Order): Promise<bigint> {
  const [lines] = await transaction
    .select({ tax: sql<string>`coalesce(sum(${lineItems.taxTotal}), 0)::text` })
    .from(lineItems)
    .where(eq(lineItems.orderId, order.id));
  const [paid] = await transaction
    .select({ shipping: sql<string>`coalesce(sum(${claimResolutions.shippingAmount}), 0)::text` })
    .from(claimResolutions)
    .innerJoin(claims, eq(claims.id, claimResolutions.claimId))
    .where(eq(claims.orderId, order.id));
  const shippingTax = order.taxTotal - BigInt(lines?.tax ?? 0);
  const charged = order.shippingTotal + (shippingTax > 0n ? shippingTax : 0n);
  const left = charged - BigInt(paid?.shipping ?? 0);
  return left > 0n ? left : 0n;
}

/**
 * Takes an amount out of the protection: all claims under a policy together get its insured value at most, each of
 * them the store's maximum where that is in the order's currency. The locked order makes its claims wait.
 */
async function spend(
  work: Work,
  claim: Claim,
  order: Order,
  amount: bigint,
  field: string,
): Promise<void> {
  const { transaction, now } = work;
  const policy = await lockProtection(work, claim, order);
  if (policy === null || policy.currency !== order.currency) {
    const message = 'Nothing protects this order in its currency: only the merchant can pay.';
    refuse('NOT_ALLOWED', 'input.paidBy', message);
  }
  const told = (scope: Scope, minorUnits: bigint) => amountTold(work, scope, minorUnits, order);
  const left = policy.insuredValue - (await paidUnder(work, policy.id));
  if (amount > left) {
    const message = `It is more than is left of the insured value${told('read_policies', left)}.`;
    refuse('NOT_ALLOWED', field, message);
  }
  const { maximum, currency } = await loadClaimSettings(work);
  if (currency === order.currency && amount > maximum) {
    const message = `It is more than the store pays for a claim${told('read_store', maximum)}.`;
    refuse('NOT_ALLOWED', field, message);
  }
  if (policy.status !== 'ACTIVE') return;
  await transaction
    .update(policies)
    .set({
      status: 'CLAIMED',
      updatedAt: lastChanged(policies.updatedAt, now),
    })
    .where(eq(policies.id, policy.id));
  work.emit('policy.updated', policy.id);
}

/** What the protection paid under a policy: without what merchants bore themselves, whatever became of the claim. */
async function paidUnder({ transaction }: Work, policyId: string): Promise<bigint> {
  const [row] = await transaction
    .select({ paid: sql<string>`coalesce(sum(${claimResolutions.paidValue}), 0)::text` })
    .from(claimResolutions)
    .innerJoin(claims, eq(claims.id, claimResolutions.claimId))
    .where(and(eq(claims.policyId, policyId), eq(claimResolutions.paidBy, 'PROTECTION')));
  return BigInt(row?.paid ?? 0);
}
