import type { Row } from '../../data/entities.ts';
import { builder } from '../builder.ts';
import { money } from '../money.ts';

/** The description of the `version` of a setting. */
export const VERSION = 'Counts its changes. A change says which version it was made from.';

/** The description of the `version` in the input of a change of a setting. */
export const SETTING_VERSION =
  'The version that was read: what changed since is left alone. It is 0 for what was never set up.';

export const StoreSettings = builder.objectRef<Row<'storeSettings'>>('StoreSettings').implement({
  description: 'How a store offers protection.',
  authScopes: { read_store: true },
  fields: (t) => ({
    addsProtectionByDefault: t.exposeBoolean('addsProtectionByDefault', {
      description: 'Whether protection is in a new cart until the shopper takes it out.',
    }),
    requiresProtection: t.exposeBoolean('requiresProtection', {
      description: 'Whether no order can be placed without protection.',
    }),
    syncsTags: t.exposeBoolean('syncsTags', {
      description: "Whether tags go both ways between here and the merchant's platform.",
    }),
    supportUrl: t.exposeString('supportUrl', {
      nullable: true,
      description: 'The page where shoppers find help; null when there is none.',
    }),
    version: t.exposeInt('version', { description: VERSION }),
    updatedAt: t.expose('updatedAt', {
      type: 'DateTime',
      description: 'When they last changed.',
    }),
  }),
});

export const ClaimSettings = builder.objectRef<Row<'claimSettings'>>('ClaimSettings').implement({
  description: 'What a store asks of claims, and how long they may wait.',
  authScopes: { read_store: true },
  fields: (t) => ({
    filingDays: t.exposeInt('filingDays', {
      description:
        'Within how many days of its fulfilment an order can be claimed on. A warranty can be claimed on as long as its policy lasts.',
    }),
    maximum: t.field(money('maximum', 'The most that a claim pays.')),
    acceptsShippingClaims: t.exposeBoolean('acceptsShippingClaims', {
      description: 'Whether loss, theft and damage on the way can be claimed.',
    }),
    acceptsWarrantyClaims: t.exposeBoolean('acceptsWarrantyClaims', {
      description: 'Whether defects can be claimed.',
    }),
    requiresSignature: t.exposeBoolean('requiresSignature', {
      description: 'Whether whoever files a claim has to sign it.',
    }),
    requiresReceipt: t.exposeBoolean('requiresReceipt', {
      description: 'Whether a warranty claim on a purchase outside the store needs its receipt.',
    }),
    closesAfterDays: t.exposeInt('closesAfterDays', {
      description: 'After how many days without an answer of the customer a claim is closed.',
    }),
    reopensAfterDays: t.exposeInt('reopensAfterDays', {
      description:
        'After how many days without an answer of the merchant a claim is taken up again.',
    }),
    version: t.exposeInt('version', { description: VERSION }),
    updatedAt: t.expose('updatedAt', {
      type: 'DateTime',
      description: 'When they last changed.',
    }),
  }),
});
