import {
  type AWAITED,
  CLAIM_DECISION,
  CLAIM_DENY,
  CLAIM_DISMISS,
  CLAIM_HOLD,
  claimApprove,
  claimArchive,
  claimClose,
  claimDeny,
  claimDismiss,
  claimHold,
  claimReopen,
} from '../../commands/claim-decisions.ts';
import { CLAIM_RESOLVE, claimResolve } from '../../commands/claim-resolution.ts';
import type { BEARERS } from '../../data/values.ts';
import { builder } from '../builder.ts';
import { MoneyInput } from '../money-input.ts';
import { mutation, versionRead } from '../mutation.ts';
import { PostalAddressInput } from './address-input.ts';
import { Claim, DenialReason } from './claim.ts';
import { ResolutionType } from './claim-parts.ts';

const manage = { manage_claims: true } as const;

const returned = {
  name: 'claim',
  type: Claim,
  batch: 'claimById',
  authScopes: { manage_claims: true, read_claims: true },
  description: 'The claim as it is now.',
} as const;

const VERSION = versionRead('a claim');

const ClaimDecisionInput = builder.inputType('ClaimDecisionInput', {
  description: 'A claim to decide on.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The claim.' }),
    version: t.int({ required: true, description: VERSION }),
  }),
});

const plain = {
  authScopes: manage,
  input: ClaimDecisionInput,
  shape: CLAIM_DECISION,
  returns: returned,
} as const;

mutation({
  ...plain,
  command: claimApprove,
  description: 'Approves an open claim: the protection makes it good. `claimResolve` then pays.',
});

mutation({
  ...plain,
  command: claimClose,
  description: 'Closes a claim of which nothing more comes. Its items can be claimed anew.',
});

mutation({
  ...plain,
  command: claimReopen,
  description:
    'Takes a decision back by which nothing was paid. It is refused where pieces of the claim were claimed anew.',
});

mutation({
  ...plain,
  command: claimArchive,
  description: 'Puts a settled claim away for good.',
});

const ClaimDenyInput = builder.inputType('ClaimDenyInput', {
  description: 'A claim to deny.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The claim.' }),
    version: t.int({ required: true, description: VERSION }),
    reason: t.field({ type: DenialReason, required: true, description: 'Why.' }),
  }),
});

mutation({
  command: claimDeny,
  description: 'Denies an open claim. Its items can be claimed anew.',
  authScopes: manage,
  input: ClaimDenyInput,
  shape: CLAIM_DENY,
  returns: returned,
});

const ClaimDismissInput = builder.inputType('ClaimDismissInput', {
  description: 'A claim to dismiss.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The claim.' }),
    version: t.int({ required: true, description: VERSION }),
    temporarily: t.boolean({
      description: 'Whether only for now: it then keeps its items. `false` where it is left out.',
    }),
  }),
});

mutation({
  command: claimDismiss,
  description: 'Dismisses a claim without deciding on it, for now or for good.',
  authScopes: manage,
  input: ClaimDismissInput,
  shape: CLAIM_DISMISS,
  returns: returned,
});

const ClaimAwaited = builder.enumType('ClaimAwaited', {
  description: 'Whose answer a claim waits for.',
  values: {
    CUSTOMER: { description: "The shopper's." },
    BRAND: { description: "The merchant's." },
    PLATFORM: { description: "The platform's." },
  } satisfies Record<(typeof AWAITED)[number], object>,
});

const ClaimHoldInput = builder.inputType('ClaimHoldInput', {
  description: 'A claim to put on hold.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The claim.' }),
    version: t.int({ required: true, description: VERSION }),
    waitsFor: t.field({
      type: ClaimAwaited,
      required: true,
      description: 'Whose answer it waits for.',
    }),
  }),
});

mutation({
  command: claimHold,
  description: 'Puts an open claim on hold until somebody answers.',
  authScopes: manage,
  input: ClaimHoldInput,
  shape: CLAIM_HOLD,
  returns: returned,
});

const ClaimBearer = builder.enumType('ClaimBearer', {
  description: 'Who bears what is paid for a claim.',
  values: {
    PROTECTION: { description: 'The protection of the order; the claim has to be approved.' },
    BRAND: { description: 'The merchant, also without approval or protection.' },
  } satisfies Record<(typeof BEARERS)[number], object>,
});

const ClaimResolveItemInput = builder.inputType('ClaimResolveItemInput', {
  description: 'How much of one claimed line item is made good.',
  fields: (t) => ({
    lineItemId: t.id({ required: true, description: 'A line item of the claim.' }),
    percentage: t.field({
      type: 'Decimal',
      required: true,
      description: 'The percentage of its value, from 0 to 100.',
    }),
  }),
});

const ClaimResolveInput = builder.inputType('ClaimResolveInput', {
  description:
    "How a claim is made good. Other than a flat rate it pays, for each claimed item, price less discount plus tax, of which the percentage, and shipping where that is included; in the order's currency.",
  fields: (t) => ({
    id: t.id({ required: true, description: 'The claim.' }),
    version: t.int({ required: true, description: VERSION }),
    type: t.field({ type: ResolutionType, required: true, description: 'How.' }),
    paidBy: t.field({
      type: ClaimBearer,
      description: 'Who bears it; `PROTECTION` where it is left out.',
    }),
    percentage: t.field({
      type: 'Decimal',
      description:
        'The percentage of the value of the items, from 0 to 100; 100 where it is left out.',
    }),
    items: t.field({
      type: [ClaimResolveItemInput],
      description: 'Items with a percentage of their own, instead of that of all.',
    }),
    includesShipping: t.boolean({
      description:
        'Whether to pay shipping too, as far as no claim did yet; `false` where it is left out.',
    }),
    flatAmount: t.field({
      type: MoneyInput,
      description: "For a flat rate: the amount, in the order's currency.",
    }),
    shippingAddress: t.field({
      type: PostalAddressInput,
      description:
        "For goods that are sent again: where to; the order's address where it is left out.",
    }),
    details: t.string({ description: 'More about it.' }),
  }),
});

mutation({
  command: claimResolve,
  description:
    "Makes a claim good, once, whatever is sent again. All claims under a policy together get its insured value at most, each of them the store's maximum where that is in the order's currency. Store credit is paid up to the store's cap, with its bonus on top, as a code that only `manage_claims` shows.",
  authScopes: manage,
  input: ClaimResolveInput,
  shape: CLAIM_RESOLVE,
  returns: returned,
  idempotent: true,
});
