import { z } from 'zod';
import {
  BEARERS,
  CLAIM_SOURCES,
  CLAIM_STATES,
  CLAIM_TYPES,
  DENIAL_REASONS,
  MESSAGE_SENDERS,
  POLICY_KINDS,
  REQUESTED_RESOLUTIONS,
  RESOLUTION_TYPES,
} from '../../data/values.ts';
import { httpsUrl, media } from '../claim-shapes.ts';
import { isSettled, isUndecided } from '../claim-transitions.ts';
import { quantity, sourceId } from '../order-shapes.ts';
import { distinct, email, text } from '../shapes.ts';
import {
  address,
  decimal,
  IN_ORDER,
  inOrder,
  orNone,
  orNull,
  pastMoment,
  type ShapeContext,
  times,
} from './shapes.ts';

const message = (context: ShapeContext) =>
  z.strictObject({
    sourceId,
    sender: z.enum(MESSAGE_SENDERS),
    authorName: orNull(text(255)),
    body: text(10_000),
    media: media.nullish().transform((value) => value ?? []),
    createdAt: pastMoment(context),
  });

const resolution = (context: ShapeContext) =>
  z.strictObject({
    sourceId,
    type: z.enum(RESOLUTION_TYPES),
    details: orNull(text(5_000)),
    paidBy: z.enum(BEARERS).nullish(),
    paidValue: decimal,
    shippingAmount: orNull(decimal),
    bonus: orNull(decimal),
    shippingAddress: orNull(address),
    issuedCode: orNull(text(255)),
    createdAt: pastMoment(context),
  });

/** A claim as a line says it. Its amounts are in the currency of its order, which only the database knows. */
export const claimShape = (context: ShapeContext) =>
  z
    .strictObject({
      type: z.literal('claim'),
      sourceId,
      sourceOrderId: sourceId,
      policyKind: orNull(z.enum(POLICY_KINDS)),
      claimType: orNull(z.enum(CLAIM_TYPES)),
      state: z.enum(CLAIM_STATES),
      filedFrom: z.enum(CLAIM_SOURCES).nullish(),
      description: text(5_000).min(1, 'It says what happened.'),
      requestedResolution: z.enum(REQUESTED_RESOLUTIONS),
      denialReason: orNull(z.enum(DENIAL_REASONS)),
      authorName: orNull(text(255)),
      authorEmail: orNull(email),
      signatureUrl: orNull(httpsUrl),
      items: z
        .array(z.strictObject({ sourceLineId: sourceId, quantity }))
        .min(1, 'A claim is about at least one item.')
        .max(250, 'There are at most 250 items.')
        .superRefine(
          distinct(({ sourceLineId }) => sourceLineId, 'sourceLineId', 'It is named once more.'),
        ),
      messages: orNone(message(context), 1_000).superRefine(
        distinct(({ sourceId }) => sourceId, 'sourceId', 'Another message of the claim has it.'),
      ),
      resolutions: orNone(resolution(context), 20).superRefine(
        distinct(({ sourceId }) => sourceId, 'sourceId', 'Another resolution of the claim has it.'),
      ),
      resolvedAt: orNull(pastMoment(context)),
      ...times(context),
    })
    .refine(inOrder, IN_ORDER)
    .superRefine((claim, { addIssue }) => {
      const refused = (path: string, message: string) =>
        addIssue({ code: 'custom', path: [path], message });
      const { state, denialReason, resolutions, resolvedAt } = claim;
      if (state === 'DENIED' && denialReason === null) {
        refused('denialReason', 'A claim that is DENIED says why.');
      }
      if (denialReason !== null && state !== 'DENIED' && state !== 'ARCHIVED') {
        refused('denialReason', 'Only a claim that is DENIED, or ARCHIVED since, has it.');
      }
      const isPaid = state === 'RESOLVED' || state === 'RESOLVED_BY_BRAND';
      if (isPaid && resolutions.length === 0) {
        refused('resolutions', `A claim that is ${state} says how it was resolved.`);
      }
      if (resolutions.length > 0 && (isUndecided(state) || state === 'APPROVED')) {
        refused('resolutions', `A claim that is ${state} was not resolved yet.`);
      }
      for (const [at, { paidBy }] of resolutions.entries()) {
        if (paidBy !== 'PROTECTION' || claim.policyKind !== null) continue;
        const message = 'What the protection paid is under a policy: say its policyKind.';
        addIssue({ code: 'custom', path: ['resolutions', at, 'paidBy'], message });
      }
      if (resolvedAt !== null && !isSettled(state)) {
        refused('resolvedAt', `A claim that is ${state} is not settled.`);
      }
      if (resolvedAt !== null && resolvedAt < claim.createdAt) {
        refused('resolvedAt', 'It is before createdAt.');
      }
    });

export type ClaimRecord = z.infer<ReturnType<typeof claimShape>>;
