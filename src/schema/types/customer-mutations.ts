import {
  CUSTOMER_UPDATE,
  customerMarketingConsentUpdate,
  customerUpdate,
  MARKETING_CONSENT_UPDATE,
} from '../../commands/customers.ts';
import { builder } from '../builder.ts';
import { mutation, versionIfRead } from '../mutation.ts';
import { ConsentState, Customer, OptInLevel } from './customer.ts';

const write = { write_customers: true } as const;

const returned = {
  name: 'customer',
  type: Customer,
  batch: 'customerById',
  authScopes: { write_customers: true, read_customers: true },
  description: 'The customer as it is now.',
} as const;

const CustomerUpdateInput = builder.inputType('CustomerUpdateInput', {
  description: 'What to change of a customer. What is left out stays; null empties it.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The customer.' }),
    version: t.int({ description: versionIfRead('a customer') }),
    firstName: t.string({ description: 'The given name.' }),
    lastName: t.string({ description: 'The family name.' }),
    email: t.string({ description: 'The e-mail address.' }),
    phone: t.string({ description: 'The phone number, as in +14155550123 (E.164).' }),
    note: t.string({ description: "The merchant's note." }),
    tags: t.stringList({ description: 'All tags, instead of those that are there.' }),
  }),
});

mutation({
  command: customerUpdate,
  description:
    "Changes a customer. Customers come from the merchant's platform: none is created here.",
  authScopes: write,
  input: CustomerUpdateInput,
  shape: CUSTOMER_UPDATE,
  returns: returned,
});

const MarketingChannel = builder.enumType('MarketingChannel', {
  description: 'A way to reach a customer.',
  values: { EMAIL: { description: 'E-mail.' }, SMS: { description: 'Text messages.' } },
});

const MarketingConsentInput = builder.inputType('CustomerMarketingConsentUpdateInput', {
  description: 'What a customer agreed to, on one channel.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The customer.' }),
    version: t.int({ description: versionIfRead('a customer') }),
    channel: t.field({ type: MarketingChannel, required: true, description: 'The channel.' }),
    state: t.field({ type: ConsentState, required: true, description: 'What was agreed to.' }),
    optInLevel: t.field({
      type: OptInLevel,
      description:
        'How it was agreed to: with `SUBSCRIBED`; `PENDING` is always `CONFIRMED_OPT_IN`; left out with any other state.',
    }),
  }),
});

mutation({
  command: customerMarketingConsentUpdate,
  description: 'Says what a customer agreed to. The moment of it is the moment of the request.',
  authScopes: write,
  input: MarketingConsentInput,
  shape: MARKETING_CONSENT_UPDATE,
  returns: returned,
});
