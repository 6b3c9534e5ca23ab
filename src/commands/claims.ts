import { eq, sql } from 'drizzle-orm';
import { z } from 'zod';
import { claimMessages, claims } from '../data/tables/claims.ts';
import { CLAIM_TYPES, REQUESTED_RESOLUTIONS } from '../data/values.ts';
import { changeRow, given } from './changes.ts';
import { deliveryProblem, loadShipments, photoProblem } from './claim-evidence.ts';
import { type Claim, loadClaimSettings, lockClaim, piecesOf } from './claim-records.ts';
import { httpsUrl, media } from './claim-shapes.ts';
import { isUndecided, refuseState, stateAfter } from './claim-transitions.ts';
import { type Command, Refused, refuse, type Work } from './command.ts';
import { email, id, keptUnlessGiven, text, version } from './shapes.ts';

export const CLAIM_UPDATE = z.object({
  id,
  version,
  type: z.enum(CLAIM_TYPES).nullish(),
  description: keptUnlessGiven(text(5_000).min(1, 'It says what happened.')),
  requestedResolution: keptUnlessGiven(z.enum(REQUESTED_RESOLUTIONS)),
  authorName: text(255).nullish(),
  authorEmail: email.nullish(),
  signatureUrl: httpsUrl.nullish(),
});

/** Changes what a claim says while nothing is decided. What it is about stays: other pieces are another claim. */
export const claimUpdate: Command<z.infer<typeof CLAIM_UPDATE>> = {
  name: 'claimUpdate',
  async run(input, work) {
    const { claim } = await lockClaim(work, input);
    if (!isUndecided(claim.state)) refuseState(work, claim.state, 'changed');
    if (input.type && input.type !== claim.type) await checkType(work, claim, input.type);
    if (input.signatureUrl === null && claim.signatureUrl !== null) await checkUnsigned(work);
    const version = await changeRow(work, claims, claim.id, {
      ...given(input, 'type', 'description', 'requestedResolution'),
      ...given(input, 'authorName', 'authorEmail', 'signatureUrl'),
    });
    work.emit('claim.updated', claim.id);
    return { id: claim.id, version };
  },
};

/** What holds when a claim of this type is filed holds as well when it becomes one. */
async function checkType(work: Work, claim: Claim, type: Claim['type']): Promise<void> {
  const pieces = await piecesOf(work, claim.id);
  const ids = pieces.map(({ line }) => line.id);
  const [shown] = await work.transaction
    .select({ count: sql<number>`count(*)::int` })
    .from(claimMessages)
    .where(
      sql`${eq(claimMessages.claimId, claim.id)} and jsonb_array_length(${claimMessages.media}) > 0`,
    );
  const problems = [
    ...deliveryProblem(await loadShipments(work, claim.orderId), ids, work.now, type),
    ...photoProblem((shown?.count ?? 0) > 0, type).map((each) => ({
      ...each,
      field: ['input', 'type'],
    })),
  ];
  if (problems.length > 0) throw new Refused(...problems);
}

/** Where the store asks for a signature, one that was given is not taken away. */
async function checkUnsigned(work: Work): Promise<void> {
  const { requiresSignature } = await loadClaimSettings(work);
  if (!requiresSignature) return;
  refuse('NOT_ALLOWED', 'input.signatureUrl', 'The store asks for a signature.');
}

/** Whom an app may speak for. */
export const WRITERS = ['CUSTOMER', 'BRAND'] as const;

export const CLAIM_MESSAGE_CREATE = z.object({
  claimId: id,
  version,
  sender: z.enum(WRITERS),
  authorName: text(255).nullish(),
  body: text(10_000).min(1, 'It says something.'),
  media: media.nullish(),
});

/** Adds a message. An answer that was waited for moves the claim on; what is decided stays decided. */
export const claimMessageCreate: Command<z.infer<typeof CLAIM_MESSAGE_CREATE>> = {
  name: 'claimMessageCreate',
  async run({ claimId, version: sent, sender, authorName, body, media: shown }, work) {
    const target = { id: claimId, version: sent, field: 'input.claimId' };
    const { claim } = await lockClaim(work, target);
    if (claim.state === 'ARCHIVED') {
      refuseState(work, claim.state, 'written about', 'input.claimId');
    }
    const id = work.newId('msg');
    await work.transaction.insert(claimMessages).values({
      id,
      storeId: claim.storeId,
      claimId,
      sender,
      body,
      authorName: authorName ?? (sender === 'CUSTOMER' ? claim.authorName : null),
      media: shown ?? [],
      createdAt: work.now,
    });
    const move = sender === 'CUSTOMER' ? 'customerWrites' : 'brandWrites';
    const state = stateAfter(move, claim.state) ?? claim.state;
    const version = await changeRow(work, claims, claimId, { state });
    work.emit('message.created', id);
    if (state !== claim.state) work.emit('claim.updated', claimId);
    return { id, version, claimId };
  },
};
