import { type CLAIM_CATEGORIES, CLAIM_CREATE, claimCreate } from '../../commands/claim-filing.ts';
import {
  CLAIM_MESSAGE_CREATE,
  CLAIM_UPDATE,
  claimMessageCreate,
  claimUpdate,
  type WRITERS,
} from '../../commands/claims.ts';
import { builder } from '../builder.ts';
import { mutation, versionIfRead } from '../mutation.ts';
import { Claim, ClaimSource, ClaimType, RequestedResolution } from './claim.ts';

const write = { write_claims: true } as const;

const returned = {
  name: 'claim',
  type: Claim,
  batch: 'claimById',
  authScopes: { write_claims: true, read_claims: true },
  description: 'The claim as it is now.',
} as const;

const ClaimCategory = builder.enumType('ClaimCategory', {
  description: 'What a claim is made under.',
  values: {
    SHIPPING: { description: 'Shipping insurance.' },
    WARRANTY: { description: 'A warranty or an extended warranty.' },
  } satisfies Record<(typeof CLAIM_CATEGORIES)[number], object>,
});

const ClaimItemInput = builder.inputType('ClaimItemInput', {
  description: 'Pieces of one line item.',
  fields: (t) => ({
    lineItemId: t.id({ required: true, description: 'The line item of the order.' }),
    quantity: t.int({ required: true, description: 'How many pieces, at least one.' }),
  }),
});

const ClaimMediaInput = builder.inputType('ClaimMediaInput', {
  description: 'A picture or document, which stays where it is: only its link is kept.',
  fields: (t) => ({
    url: t.string({ required: true, description: 'Where it is, over https.' }),
    contentType: t.string({ required: true, description: 'Its media type, as in image/jpeg.' }),
    description: t.string({ description: 'What it shows.' }),
  }),
});

const ClaimCreateInput = builder.inputType('ClaimCreateInput', {
  description: 'A claim to file about an order in sight.',
  fields: (t) => ({
    orderId: t.id({ required: true, description: 'The order.' }),
    category: t.field({
      type: ClaimCategory,
      description: 'What it is made under; `SHIPPING` where it is left out.',
    }),
    type: t.field({ type: ClaimType, description: 'What it is about.' }),
    filedFrom: t.field({
      type: ClaimSource,
      description: 'Who files it; `EXTERNAL` where it is left out.',
    }),
    description: t.string({ required: true, description: 'What happened, in free text.' }),
    requestedResolution: t.field({
      type: RequestedResolution,
      required: true,
      description: 'What the shopper asks for.',
    }),
    items: t.field({
      type: [ClaimItemInput],
      required: true,
      description: 'What it is about, 1 to 250 line items, each once.',
    }),
    authorName: t.string({
      description: "Who files it, by name. Without name and address it is the order's contact.",
    }),
    authorEmail: t.string({ description: 'Who files it, by e-mail address.' }),
    signatureUrl: t.string({
      description: "Where the shopper's signature is, over https; some stores ask for one.",
    }),
    media: t.field({
      type: [ClaimMediaInput],
      description:
        'Pictures and documents, at most 20. What is damaged, defective or wrong is shown with at least one.',
    }),
  }),
});

mutation({
  command: claimCreate,
  description:
    "Files a claim about an order in sight. It has to be filed within the store's days after the items were sent, on items that are protected and not claimed already, and for no more than is insured and the store pays for a claim in its currency.",
  authScopes: write,
  input: ClaimCreateInput,
  shape: CLAIM_CREATE,
  returns: returned,
  idempotent: true,
});

const ClaimUpdateInput = builder.inputType('ClaimUpdateInput', {
  description:
    'What to change of a claim. What is left out stays; null empties it where it can be empty.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The claim.' }),
    version: t.int({ description: versionIfRead('a claim') }),
    type: t.field({ type: ClaimType, description: 'What it is about.' }),
    description: t.string({ description: 'What happened, in free text.' }),
    requestedResolution: t.field({
      type: RequestedResolution,
      description: 'What the shopper asks for.',
    }),
    authorName: t.string({ description: 'Who filed it, by name.' }),
    authorEmail: t.string({ description: 'Who filed it, by e-mail address.' }),
    signatureUrl: t.string({ description: "Where the shopper's signature is, over https." }),
  }),
});

mutation({
  command: claimUpdate,
  description: 'Changes what a claim says, as long as nothing is decided about it.',
  authScopes: write,
  input: ClaimUpdateInput,
  shape: CLAIM_UPDATE,
  returns: returned,
});

const ClaimMessageWriter = builder.enumType('ClaimMessageWriter', {
  description: 'In whose name a message is written.',
  values: {
    CUSTOMER: { description: 'The shopper.' },
    BRAND: { description: 'The merchant.' },
  } satisfies Record<(typeof WRITERS)[number], object>,
});

const ClaimMessageCreateInput = builder.inputType('ClaimMessageCreateInput', {
  description: 'A message to add to a claim.',
  fields: (t) => ({
    claimId: t.id({ required: true, description: 'The claim.' }),
    version: t.int({ description: versionIfRead('a claim') }),
    sender: t.field({
      type: ClaimMessageWriter,
      required: true,
      description: 'In whose name it is written.',
    }),
    authorName: t.string({
      description: "The writer's name. The shopper's is the name that the claim was filed under.",
    }),
    body: t.string({ required: true, description: 'What it says.' }),
    media: t.field({
      type: [ClaimMediaInput],
      description: 'Pictures and documents that come with it, at most 20.',
    }),
  }),
});

mutation({
  command: claimMessageCreate,
  description:
    "Adds a message to a claim, whose id the payload's `id` is not: that is the message's, and `version` is the claim's. An answer that was waited for opens the claim again.",
  authScopes: write,
  input: ClaimMessageCreateInput,
  shape: CLAIM_MESSAGE_CREATE,
  returns: { ...returned, idOf: ({ claimId }) => String(claimId) },
  idempotent: true,
});
