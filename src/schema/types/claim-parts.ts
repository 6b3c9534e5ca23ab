import type { Row } from '../../data/entities.ts';
import type { ClaimMedia, MESSAGE_SENDERS, RESOLUTION_TYPES } from '../../data/values.ts';
import { builder } from '../builder.ts';
import { edge } from '../fields.ts';
import { connectionType } from '../list.ts';
import { money } from '../money.ts';
import { Address } from './address.ts';
import { LineItem } from './line-item.ts';

export const claims = { read_claims: true } as const;

/** Personal data of a claim; nullable, so that a refusal leaves the rest. */
export const personal = { nullable: true, authScopes: { read_customers: true } } as const;

const ClaimItem = builder.objectRef<Row<'claimItem'>>('ClaimItem').implement({
  description: 'What a claim is about: pieces of one line item.',
  authScopes: claims,
  fields: (t) => ({
    quantity: t.exposeInt('quantity', { description: 'How many pieces.' }),
    lineItem: t.field({
      type: LineItem,
      nullable: true,
      authScopes: { read_orders: true },
      description: 'The line item; null when its order is not in sight.',
      ...edge('lineItemById', 'lineItemId'),
    }),
  }),
});

const MessageSender = builder.enumType('ClaimMessageSender', {
  description: 'Who wrote a message.',
  values: {
    CUSTOMER: { description: 'The shopper.' },
    BRAND: { description: 'The merchant.' },
    PLATFORM: { description: 'The platform.' },
  } satisfies Record<(typeof MESSAGE_SENDERS)[number], object>,
});

const ClaimMediaType = builder.objectRef<ClaimMedia>('ClaimMedia').implement({
  description: 'A picture or document that came with a message.',
  authScopes: claims,
  fields: (t) => ({
    url: t.exposeString('url', { description: 'Where it is.' }),
    contentType: t.exposeString('contentType', { description: 'Its media type.' }),
    description: t.exposeString('description', { nullable: true, description: 'What it shows.' }),
  }),
});

const ClaimMessage = builder.objectRef<Row<'claimMessage'>>('ClaimMessage').implement({
  description: 'A message about a claim.',
  authScopes: claims,
  fields: (t) => ({
    sender: t.expose('sender', { type: MessageSender, description: 'Who wrote it.' }),
    authorName: t.exposeString('authorName', { ...personal, description: "The writer's name." }),
    body: t.exposeString('body', { description: 'What it says.' }),
    media: t.expose('media', { type: [ClaimMediaType], description: 'What came with it.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was written.' }),
  }),
});

export const ResolutionType = builder.enumType('ClaimResolutionType', {
  description: 'How a claim was made good.',
  values: {
    RESHIP: { description: 'The goods were sent again.' },
    REFUND: { description: 'The price was paid back.' },
    STORE_CREDIT: { description: 'The shopper got credit at the store.' },
    FLAT_RATE: { description: 'An agreed amount was paid.' },
  } satisfies Record<(typeof RESOLUTION_TYPES)[number], object>,
});

const ClaimResolution = builder.objectRef<Row<'claimResolution'>>('ClaimResolution').implement({
  description: 'How a claim, or a part of it, was made good.',
  authScopes: claims,
  fields: (t) => ({
    type: t.expose('type', { type: ResolutionType, description: 'How.' }),
    details: t.exposeString('details', { nullable: true, description: 'More about it.' }),
    paidValue: t.field(money('paidValue', 'What it was worth, with shipping where that counts.')),
    bonus: t.field(money('bonus', 'What the store gave on top of credit, paid by itself.')),
    includesShipping: t.exposeBoolean('includesShipping', {
      description: 'Whether shipping was made good as well.',
    }),
    shippingAmount: t.field(money('shippingAmount', 'What was made good of shipping.')),
    shippingAddress: t.expose('shippingAddress', {
      ...personal,
      type: Address,
      description: 'Where the goods were sent again; null when they were not.',
    }),
    issuedCode: t.exposeString('issuedCode', {
      nullable: true,
      authScopes: { manage_claims: true },
      description:
        'The credit code that the shopper got; null when there is none. Whoever has the code has the credit.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When.' }),
  }),
});

export const ClaimItemConnection = connectionType(ClaimItem, claims);
export const ClaimMessageConnection = connectionType(ClaimMessage, claims);
export const ClaimResolutionConnection = connectionType(ClaimResolution, claims);
