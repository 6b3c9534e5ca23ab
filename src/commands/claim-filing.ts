import { and, eq, inArray } from 'drizzle-orm';
import { z } from 'zod';
import { claimItems, claimMessages, claims } from '../data/tables/claims.ts';
import { lineItems } from '../data/tables/orders.ts';
import { policies } from '../data/tables/policies.ts';
import { CLAIM_SOURCES, CLAIM_TYPES, REQUESTED_RESOLUTIONS } from '../data/values.ts';
import type { Scope } from '../scopes/catalogue.ts';
import { deliveryProblem, loadShipments, photoProblem, shipmentProblem } from './claim-evidence.ts';
import { amountTold, loadClaimSettings, type Order } from './claim-records.ts';
import { httpsUrl, media } from './claim-shapes.ts';
import { FIRST_STATE } from './claim-transitions.ts';
import { totalValueOf, WHOLE } from './claim-value.ts';
import { type ClaimedPieces, claimedPieces } from './claimed-pieces.ts';
import { type Command, problem, Refused, type UserError, type Work } from './command.ts';
import { lockOrder } from './orders-in-sight.ts';
import { email, id, text } from './shapes.ts';

/** What a claim is made under: it decides which policy protects it. */
export const CLAIM_CATEGORIES = ['SHIPPING', 'WARRANTY'] as const;

export const CLAIM_CREATE = z.object({
  orderId: id,
  category: z.enum(CLAIM_CATEGORIES).nullish(),
  type: z.enum(CLAIM_TYPES).nullish(),
  filedFrom: z.enum(CLAIM_SOURCES).nullish(),
  description: text(5_000).min(1, 'It says what happened.'),
  requestedResolution: z.enum(REQUESTED_RESOLUTIONS),
  items: z
    .array(z.object({ lineItemId: id, quantity: z.number().int().min(1, 'At least one piece.') }))
    .min(1, 'A claim is about at least one item.')
    .max(250, 'There are at most 250 items.')
    .refine(
      (items) => new Set(items.map(({ lineItemId }) => lineItemId)).size === items.length,
      'Each line item is named once, with all of its pieces.',
    ),
  authorName: text(255).nullish(),
  authorEmail: email.nullish(),
  signatureUrl: httpsUrl.nullish(),
  media: media.nullish(),
});

type Input = z.infer<typeof CLAIM_CREATE>;
type Line = typeof lineItems.$inferSelect;
type Settings = Awaited<ReturnType<typeof loadClaimSettings>>;

/** A claimed line item of the order, and where the input names it. */
interface Claimed {
  readonly line: Line;
  readonly quantity: number;
  readonly field: string;
}

/**
 * Files a claim about an order in sight. Every rule that it breaks is told at once. The locked order makes filings
 * about it wait for each other, so that no piece is claimed twice.
 */
export const claimCreate: Command<Input> = {
  name: 'claimCreate',
  async run(input, work) {
    const order = await lockOrder(work, { id: input.orderId, field: 'input.orderId' });
    const { claimed, missing } = await claimedLines(work, order, input);
    const settings = await loadClaimSettings(work);
    const category = input.category ?? 'SHIPPING';
    const policy = await loadPolicy(work, order, category);
    const days = category === 'SHIPPING' ? settings.filingDays : null;
    const shipments = await loadShipments(work, order.id);
    const lines = claimed.map(({ line }) => line.id);
    const problems: readonly UserError[] = [
      ...missing,
      ...acceptanceProblems(settings, input),
      ...(policy === null
        ? problem('NOT_ALLOWED', 'input.orderId', 'The order is not protected against this.')
        : worthProblems(work, settings, order, policy, claimed)),
      ...claimed.flatMap(({ line, field }) =>
        shipmentProblem(shipments, line.id, work.now, days, `${field}.lineItemId`),
      ),
      ...quantityProblems(claimed, await claimedPieces(work, [order.id])),
      ...deliveryProblem(shipments, lines, work.now, input.type ?? null),
      ...photoProblem((input.media ?? []).length > 0, input.type ?? null),
    ];
    if (problems.length > 0) throw new Refused(...problems);
    const claimId = await insertClaim(work, order, policy?.id ?? null, input);
    work.emit('claim.created', claimId);
    return { id: claimId, version: 1 };
  },
};

async function claimedLines({ transaction }: Work, order: Order, { items }: Input) {
  const ids = items.map(({ lineItemId }) => lineItemId);
  const found = await transaction
    .select()
    .from(lineItems)
    .where(and(eq(lineItems.orderId, order.id), inArray(lineItems.id, ids)));
  const claimed: Claimed[] = [];
  const missing: UserError[] = [];
  for (const [index, { lineItemId, quantity }] of items.entries()) {
    const field = `input.items.${index}`;
    const line = found.find(({ id }) => id === lineItemId);
    if (line) claimed.push({ line, quantity, field });
    else {
      const message = `The order has no line item ${lineItemId}.`;
      missing.push(...problem('NOT_FOUND', `${field}.lineItemId`, message));
    }
  }
  return { claimed, missing };
}

/** The policy in force that protects against this; a standard warranty before an extended one. */
async function loadPolicy(
  { transaction, now }: Work,
  order: Order,
  category: (typeof CLAIM_CATEGORIES)[number],
) {
  const kinds =
    category === 'SHIPPING'
      ? (['SHIPPING_INSURANCE'] as const)
      : (['WARRANTY', 'EXTENDED_WARRANTY'] as const);
  const found = await transaction
    .select()
    .from(policies)
    .where(and(eq(policies.orderId, order.id), inArray(policies.status, ['ACTIVE', 'CLAIMED'])))
    .orderBy(policies.createdAt, policies.id);
  const inForce = found.filter(
    ({ effectiveAt, expiresAt }) => effectiveAt <= now && (expiresAt === null || expiresAt > now),
  );
  for (const kind of kinds) {
    const policy = inForce.find((each) => each.kind === kind);
    if (policy) return policy;
  }
  return null;
}

function acceptanceProblems(settings: Settings, input: Input): readonly UserError[] {
  const isWarranty = input.category === 'WARRANTY';
  const accepts = isWarranty ? settings.acceptsWarrantyClaims : settings.acceptsShippingClaims;
  const message = 'The store takes no claims of this category.';
  return [
    ...(accepts ? [] : problem('NOT_ALLOWED', 'input.category', message)),
    ...(settings.requiresSignature && !input.signatureUrl
      ? problem('NOT_ALLOWED', 'input.signatureUrl', 'The store asks for a signature.')
      : []),
  ];
}

/**
 * Amounts are never converted. The insured value has the order's currency, or nothing can be claimed on it; the
 * store's maximum binds orders in its own currency, and others are bound by the insured value alone.
 */
function worthProblems(
  work: Work,
  settings: Settings,
  order: Order,
  policy: typeof policies.$inferSelect,
  claimed: readonly Claimed[],
): readonly UserError[] {
  if (policy.currency !== order.currency) {
    const message = 'The order is protected in another currency than its own.';
    return problem('NOT_ALLOWED', 'input.orderId', message);
  }
  const worth = totalValueOf(claimed.map((each) => ({ ...each, share: WHOLE })));
  const told = (scope: Scope, minorUnits: bigint) => amountTold(work, scope, minorUnits, order);
  const bounded = settings.currency === order.currency && worth > settings.maximum;
  return [
    ...(worth > policy.insuredValue
      ? problem(
          'NOT_ALLOWED',
          'input.items',
          `They are worth more than is insured${told('read_policies', policy.insuredValue)}.`,
        )
      : []),
    ...(bounded
      ? problem(
          'NOT_ALLOWED',
          'input.items',
          `They are worth more than the store pays for a claim${told('read_store', settings.maximum)}.`,
        )
      : []),
  ];
}

function quantityProblems(claimed: readonly Claimed[], held: ClaimedPieces): readonly UserError[] {
  return claimed.flatMap(({ line, quantity, field }) => {
    const kept = line.quantity - line.refundedQuantity;
    if (quantity > kept) {
      const message = 'More pieces than were bought and not paid back.';
      return problem('NOT_ALLOWED', `${field}.quantity`, message);
    }
    if (quantity <= kept - (held.get(line.id) ?? 0)) return [];
    return problem('CONFLICT', `${field}.quantity`, 'Some of these pieces are claimed already.');
  });
}

/** Who filed it is who ordered, where nobody else is named. */
async function insertClaim(
  work: Work,
  order: Order,
  policyId: string | null,
  input: Input,
): Promise<string> {
  const { transaction, storeId, now } = work;
  const claimId = work.newId('clm');
  const filedFrom = input.filedFrom ?? 'EXTERNAL';
  const author =
    input.authorName == null && input.authorEmail == null
      ? { authorName: order.contactName, authorEmail: order.contactEmail }
      : { authorName: input.authorName ?? null, authorEmail: input.authorEmail ?? null };
  await transaction.insert(claims).values({
    id: claimId,
    storeId,
    orderId: order.id,
    orderCreatedAt: order.createdAt,
    policyId,
    customerId: order.customerId,
    type: input.type ?? null,
    state: FIRST_STATE,
    filedFrom,
    description: input.description,
    requestedResolution: input.requestedResolution,
    ...author,
    signatureUrl: input.signatureUrl ?? null,
    createdAt: now,
    updatedAt: now,
  });
  const items = input.items.map((item) => ({
    id: work.newId('cli'),
    storeId,
    claimId,
    lineItemId: item.lineItemId,
    quantity: item.quantity,
  }));
  await transaction.insert(claimItems).values(items);
  if (input.media && input.media.length > 0) {
    await transaction.insert(claimMessages).values({
      id: work.newId('msg'),
      storeId,
      claimId,
      sender: filedFrom === 'EXTERNAL' ? 'CUSTOMER' : 'BRAND',
      authorName: author.authorName,
      body: input.description,
      media: input.media,
      createdAt: now,
    });
  }
  return claimId;
}
