import type { Row } from '../../data/entities.ts';
import type { TotalsRow } from '../../data/source.ts';
import {
  ACCOUNT_STATES,
  CONSENT_STATES,
  type Metafield,
  OPT_IN_LEVELS,
} from '../../data/values.ts';
import { builder } from '../builder.ts';
import { derived, edge, lookup, totalled } from '../fields.ts';
import { connectionType, filtering, list, ordering, period } from '../list.ts';
import { MoneyType } from '../money.ts';
import { Node } from '../node.ts';
import { platformEnum } from '../platform-enum.ts';
import { ADDRESS_PARTS } from './address.ts';
import { Order, OrderConnection, orderOrdering } from './order.ts';
import { VERSION } from './store-settings.ts';

const AccountState = platformEnum('CustomerAccountState', {
  description: 'Whether the customer has an account at the store.',
  values: ACCOUNT_STATES,
});

export const ConsentState = platformEnum('MarketingConsentState', {
  description: 'Where a customer stands on receiving marketing.',
  values: CONSENT_STATES,
});

export const OptInLevel = platformEnum('MarketingOptInLevel', {
  description: 'How a customer agreed to marketing.',
  values: OPT_IN_LEVELS,
});

const customers = { read_customers: true } as const;

interface Consent {
  readonly state: (typeof CONSENT_STATES)[number];
  readonly optInLevel: (typeof OPT_IN_LEVELS)[number];
  readonly updatedAt: Date | null;
}

const MarketingConsent = builder.objectRef<Consent>('MarketingConsent').implement({
  description: 'Whether a customer agreed to receive marketing over one channel.',
  authScopes: customers,
  fields: (t) => ({
    state: t.expose('state', { type: ConsentState, description: 'Where the customer stands.' }),
    optInLevel: t.expose('optInLevel', { type: OptInLevel, description: 'How they agreed.' }),
    updatedAt: t.expose('updatedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When this last changed; null when it never did.',
    }),
  }),
});

const MetafieldType = builder.objectRef<Metafield>('Metafield').implement({
  description: "A custom field that the merchant's platform keeps about a customer.",
  authScopes: customers,
  fields: (t) => ({
    namespace: t.exposeString('namespace', { description: 'Whose field it is.' }),
    key: t.exposeString('key', { description: 'Its name within the namespace.' }),
    type: t.exposeString('type', { description: "The value's type on the platform." }),
    value: t.exposeString('value', { description: 'The value, as text.' }),
  }),
});

const CustomerAddress = builder.objectRef<Row<'customerAddress'>>('CustomerAddress').implement({
  description: "An address in a customer's address book.",
  interfaces: [Node],
  authScopes: customers,
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id, beginning with `adr_`.' }),
    isDefault: t.exposeBoolean('isDefault', { description: 'Whether it is the default address.' }),
    ...Object.fromEntries(
      ADDRESS_PARTS.map(([part, description]) => [
        part,
        t.exposeString(part, { nullable: true, description }),
      ]),
    ),
  }),
});

const CustomerAddressConnection = connectionType(CustomerAddress, customers);

const orders = { read_orders: true } as const;

const amountOf = ({ sum, currency }: TotalsRow) => ({ minorUnits: sum, currency });

export const Customer = builder.objectRef<Row<'customer'>>('Customer').implement({
  description: 'A person who bought at the store, or has an account there. Personal data.',
  interfaces: [Node],
  authScopes: customers,
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id, beginning with `cus_`.' }),
    sourceId: t.exposeString('sourceId', { description: "The id on the merchant's platform." }),
    firstName: t.exposeString('firstName', { nullable: true, description: 'Given name.' }),
    lastName: t.exposeString('lastName', { nullable: true, description: 'Family name.' }),
    displayName: t.string({
      description: 'The full name; the e-mail address or phone number where there is none.',
      ...derived(['firstName', 'lastName', 'email', 'phone'], displayNameOf),
    }),
    email: t.exposeString('email', { nullable: true, description: 'E-mail address.' }),
    phone: t.exposeString('phone', { nullable: true, description: 'Phone number.' }),
    addresses: t.field({
      description: 'The address book.',
      ...list(t, {
        type: CustomerAddressConnection,
        batch: 'addressesByCustomer',
        parent: 'id',
        columns: ['position', 'id'],
        direction: 'asc',
      }),
    }),
    tags: t.exposeStringList('tags', { description: 'Labels that the merchant gave.' }),
    note: t.exposeString('note', { nullable: true, description: "The merchant's note." }),
    metafields: t.expose('metafields', {
      type: [MetafieldType],
      description: "Custom fields of the merchant's platform.",
    }),
    accountState: t.expose('accountState', {
      type: AccountState,
      description: 'Whether the customer has an account.',
    }),
    locale: t.exposeString('locale', {
      nullable: true,
      description: 'Preferred language, as a BCP 47 tag.',
    }),
    emailMarketingConsent: t.field({
      type: MarketingConsent,
      description: 'Consent to marketing by e-mail.',
      ...derived(
        ['emailConsentState', 'emailConsentLevel', 'emailConsentUpdatedAt'],
        (row: Row<'customer'>) => ({
          state: row.emailConsentState,
          optInLevel: row.emailConsentLevel,
          updatedAt: row.emailConsentUpdatedAt,
        }),
      ),
    }),
    smsMarketingConsent: t.field({
      type: MarketingConsent,
      description: 'Consent to marketing by text message.',
      ...derived(
        ['smsConsentState', 'smsConsentLevel', 'smsConsentUpdatedAt'],
        (row: Row<'customer'>) => ({
          state: row.smsConsentState,
          optInLevel: row.smsConsentLevel,
          updatedAt: row.smsConsentUpdatedAt,
        }),
      ),
    }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      description: "When the customer was created on the merchant's platform.",
    }),
    version: t.exposeInt('version', { description: VERSION }),
    updatedAt: t.expose('updatedAt', {
      type: 'DateTime',
      description: 'When the customer last changed.',
    }),
    orders: t.field({
      nullable: true,
      authScopes: orders,
      description: 'The orders of this customer, newest first.',
      ...list(t, {
        type: OrderConnection,
        batch: 'ordersByCustomer',
        parent: 'id',
        columns: ['createdAt', 'id'],
        direction: 'desc',
        ordering: orderOrdering,
      }),
    }),
    ordersCount: t.int({
      nullable: true,
      authScopes: orders,
      description: 'How many orders the customer placed, among those that the token can see.',
      ...totalled('orderTotalsByCustomer', 'id', (totals) =>
        totals.reduce((sum, { count }) => sum + count, 0),
      ),
    }),
    amountSpent: t.field({
      type: [MoneyType],
      nullable: true,
      authScopes: orders,
      description:
        'What the customer spent on orders that were not cancelled, among those that the token can see: one amount for each currency.',
      ...totalled('orderTotalsByCustomer', 'id', (totals) => totals.map(amountOf)),
    }),
  }),
});

function displayNameOf(row: Row<'customer'>): string {
  const name = [row.firstName, row.lastName].filter(Boolean).join(' ');
  return name || row.email || row.phone || '';
}

const CustomerConnection = connectionType(Customer, customers);

const customerOrdering = ordering<'customer'>('Customer', {
  CREATED_AT: { columns: ['createdAt', 'id'], description: 'When the customer was created.' },
  UPDATED_AT: { columns: ['updatedAt', 'id'], description: 'When the customer last changed.' },
  EMAIL: { columns: ['emailLower', 'id'], description: 'The e-mail address.' },
});

const customerFiltering = filtering<'customer'>('Customer', {
  email: {
    type: 'String',
    column: 'emailLower',
    operator: 'equals',
    lowerCase: true,
    description: 'The whole e-mail address, in any case.',
  },
  emailPrefix: {
    type: 'String',
    column: 'emailLower',
    operator: 'prefix',
    lowerCase: true,
    description: 'How the e-mail address begins, in any case.',
  },
  phone: {
    type: 'String',
    column: 'phone',
    operator: 'equals',
    description: 'The whole phone number, as it is stored.',
  },
  ...period('created', 'Created'),
  ...period('updated', 'Changed'),
});

builder.queryFields((t) => ({
  customer: t.field({
    type: Customer,
    nullable: true,
    authScopes: customers,
    description: 'A customer by id.',
    args: { id: t.arg.id({ required: true, description: 'The id.' }) },
    ...lookup('customerById', 'id'),
  }),
  customerBySourceId: t.field({
    type: Customer,
    nullable: true,
    authScopes: customers,
    description: "A customer by the id on the merchant's platform.",
    args: {
      sourceId: t.arg.string({ required: true, description: "The merchant platform's id." }),
    },
    ...lookup('customerBySourceId', 'sourceId'),
  }),
  customers: t.field({
    nullable: true,
    authScopes: customers,
    description: 'The customers of the store, newest first.',
    ...list(t, {
      type: CustomerConnection,
      batch: 'customers',
      parent: null,
      columns: ['createdAt', 'id'],
      direction: 'desc',
      ordering: customerOrdering,
      filtering: customerFiltering,
    }),
  }),
}));

builder.objectField(Order, 'customer', (t) =>
  t.field({
    type: Customer,
    nullable: true,
    authScopes: customers,
    description: 'Who placed the order; null when nobody is known.',
    ...edge('customerById', 'customerId'),
  }),
);
