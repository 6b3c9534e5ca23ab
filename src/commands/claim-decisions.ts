import { eq } from 'drizzle-orm';
import { z } from 'zod';
import { claimResolutions, claims } from '../data/tables/claims.ts';
import { DENIAL_REASONS, type EventTopic } from '../data/values.ts';
import { changeRow } from './changes.ts';
import { type Claim, lockClaim, lockProtection, type Order, piecesOf } from './claim-records.ts';
import { type ClaimMove, isSettled, moveClaim } from './claim-transitions.ts';
import { claimedPieces } from './claimed-pieces.ts';
import { type Command, refuse, type Work } from './command.ts';
import { id, requiredVersion } from './shapes.ts';

export const CLAIM_DECISION = z.object({ id, version: requiredVersion });

type Decided = z.infer<typeof CLAIM_DECISION>;

/** What a decision does besides moving the claim. */
interface Decision<I> {
  readonly topic: EventTopic;
  move(input: I): ClaimMove;
  /** @throws Refused where something else than the state is in the way. */
  check?(work: Work, claim: Claim, order: Order): Promise<void>;
  changes?(input: I): Partial<Claim>;
}

/** A command that moves a claim, made from the version that was read. */
function decision<I extends Decided>(name: string, made: Decision<I>): Command<I> {
  return {
    name,
    async run(input, work) {
      const { claim, order } = await lockClaim(work, input);
      const state = moveClaim(work, claim, made.move(input));
      await made.check?.(work, claim, order);
      const version = await changeRow(work, claims, claim.id, {
        state,
        resolvedAt: isSettled(state) ? (claim.resolvedAt ?? work.now) : null,
        ...made.changes?.(input),
      });
      work.emit(made.topic, claim.id);
      return { id: claim.id, version };
    },
  };
}

/** Says that the protection makes it good; `claimResolve` then says how, and pays. */
export const claimApprove = decision<Decided>('claimApprove', {
  topic: 'claim.approved',
  move: () => 'approve',
  async check(work, claim, order) {
    if ((await lockProtection(work, claim, order)) !== null) return;
    const message = 'Nothing protects this order: only the merchant can make it good.';
    refuse('NOT_ALLOWED', 'input.id', message);
  },
});

export const CLAIM_DENY = CLAIM_DECISION.extend({ reason: z.enum(DENIAL_REASONS) });

export const claimDeny = decision<z.infer<typeof CLAIM_DENY>>('claimDeny', {
  topic: 'claim.denied',
  move: () => 'deny',
  changes: ({ reason }) => ({ denialReason: reason }),
});

export const CLAIM_DISMISS = CLAIM_DECISION.extend({ temporarily: z.boolean().nullish() });

export const claimDismiss = decision<z.infer<typeof CLAIM_DISMISS>>('claimDismiss', {
  topic: 'claim.dismissed',
  move: ({ temporarily }) => (temporarily ? 'dismissForNow' : 'dismiss'),
});

export const claimClose = decision<Decided>('claimClose', {
  topic: 'claim.closed',
  move: () => 'close',
});

export const claimArchive = decision<Decided>('claimArchive', {
  topic: 'claim.archived',
  move: () => 'archive',
});

/** Takes a decision back. Nothing that was paid comes back, and nothing whose pieces were claimed anew. */
export const claimReopen = decision<Decided>('claimReopen', {
  topic: 'claim.reopened',
  move: () => 'reopen',
  async check(work, claim) {
    await refusePaid(work, claim);
    const held = await claimedPieces(work, [claim.orderId], [claim.id]);
    const pieces = await piecesOf(work, claim.id);
    const isFree = pieces.every(
      ({ line, quantity }) =>
        quantity <= line.quantity - line.refundedQuantity - (held.get(line.id) ?? 0),
    );
    if (isFree) return;
    const message = 'Some of its pieces were claimed anew or paid back since.';
    refuse('CONFLICT', 'input.id', message);
  },
  changes: () => ({ denialReason: null }),
});

/** Whose turn it is. */
export const AWAITED = ['CUSTOMER', 'BRAND', 'PLATFORM'] as const;

const WAITS = {
  CUSTOMER: 'waitForCustomer',
  BRAND: 'waitForBrand',
  PLATFORM: 'waitForPlatform',
} as const satisfies Record<(typeof AWAITED)[number], ClaimMove>;

export const CLAIM_HOLD = CLAIM_DECISION.extend({ waitsFor: z.enum(AWAITED) });

/** Puts a claim on hold until somebody answers. */
export const claimHold = decision<z.infer<typeof CLAIM_HOLD>>('claimHold', {
  topic: 'claim.updated',
  move: ({ waitsFor }) => WAITS[waitsFor],
});

/** @throws Refused CONFLICT where the claim was paid already. */
export async function refusePaid({ transaction }: Work, claim: Claim): Promise<void> {
  const [paid] = await transaction
    .select({ id: claimResolutions.id })
    .from(claimResolutions)
    .where(eq(claimResolutions.claimId, claim.id))
    .limit(1);
  if (paid) refuse('CONFLICT', 'input.id', 'The claim was paid already.');
}
