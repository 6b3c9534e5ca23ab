import { z } from 'zod';
import { customers } from '../data/tables/customers.ts';
import { CONSENT_STATES, OPT_IN_LEVELS } from '../data/values.ts';
import { changeRow, given, lockRow, type Target } from './changes.ts';
import { type Command, refuse, type Work } from './command.ts';
import { email, id, phone, tags, text, version, wordsOrNone } from './shapes.ts';

type Customer = typeof customers.$inferSelect;

/** White space alone is no text, like null; it empties what it is given for. */
const emptyAsNull = (given: unknown) =>
  typeof given === 'string' && given.trim() === '' ? null : given;

export const CUSTOMER_UPDATE = z
  .object({
    id,
    version,
    firstName: wordsOrNone(255),
    lastName: wordsOrNone(255),
    email: z.preprocess(emptyAsNull, email.nullish()).optional(),
    phone: z.preprocess(emptyAsNull, phone.nullish()).optional(),
    note: z.preprocess(emptyAsNull, text(5_000).nullish()).optional(),
    tags: tags.nullish(),
  })
  .refine(
    ({ id: _id, version: _version, ...changes }) =>
      Object.values(changes).some((change) => change !== undefined),
    'Say what to change.',
  );

/** Changes what is known of a customer. It creates none: customers come from the merchant's platform. */
export const customerUpdate: Command<z.infer<typeof CUSTOMER_UPDATE>> = {
  name: 'customerUpdate',
  async run(input, work) {
    const { id, ...customer } = await lockCustomer(work, input);
    const changes = given(input, 'firstName', 'lastName', 'email', 'phone', 'note');
    const version = await changeRow(work, customers, id, {
      ...changes,
      ...(input.tags !== undefined && { tags: input.tags ?? [] }),
      // Nobody agrees to be written to at no address.
      ...(changes.email === null &&
        customer.email !== null &&
        consentColumns('EMAIL', NEVER, work)),
      ...(changes.phone === null && customer.phone !== null && consentColumns('SMS', NEVER, work)),
    });
    work.emit('customer.updated', id);
    return { id, version };
  },
};

type Channel = 'EMAIL' | 'SMS';
type State = (typeof CONSENT_STATES)[number];
type Level = (typeof OPT_IN_LEVELS)[number];

interface Consent {
  readonly state: State;
  readonly level: Level;
}

const NEVER: Consent = { state: 'NOT_SUBSCRIBED', level: 'UNKNOWN' };

/** The states in which somebody agreed, or is asked whether they do. */
const AGREED: readonly State[] = ['SUBSCRIBED', 'PENDING'];

export const MARKETING_CONSENT_UPDATE = z
  .object({
    id,
    version,
    channel: z.enum(['EMAIL', 'SMS']),
    state: z
      .enum(CONSENT_STATES)
      .refine(
        (state) => state !== 'REDACTED',
        'Nobody sets this: it is what is left when personal data was erased.',
      ),
    optInLevel: z.enum(OPT_IN_LEVELS).nullish(),
  })
  .superRefine(({ state, optInLevel: level }, { addIssue }) => {
    const refused = (message: string) =>
      addIssue({ code: 'custom', path: ['optInLevel'], message });
    if (state === 'SUBSCRIBED' && level == null) refused('Say how the customer agreed.');
    if (state === 'PENDING' && level != null && level !== 'CONFIRMED_OPT_IN') {
      refused('Who is asked to confirm agrees by CONFIRMED_OPT_IN.');
    }
    if (!AGREED.includes(state) && level != null) {
      refused('Only who agrees, or is asked to, does so in some way: leave it out.');
    }
  });

/** Says what a customer agreed to, on one channel. The moment of it is the moment of the request. */
export const customerMarketingConsentUpdate: Command<z.infer<typeof MARKETING_CONSENT_UPDATE>> = {
  name: 'customerMarketingConsentUpdate',
  async run({ channel, state, optInLevel, ...target }, work) {
    const customer = await lockCustomer(work, target);
    const address = channel === 'EMAIL' ? customer.email : customer.phone;
    if (AGREED.includes(state) && address === null) {
      refuse(
        'NOT_ALLOWED',
        'input.channel',
        'Consent to a channel needs an address on it: an e-mail address or a phone number.',
      );
    }
    const consent = { state, level: levelOf(state, optInLevel, before(customer, channel)) };
    const version = await changeRow(
      work,
      customers,
      customer.id,
      consentColumns(channel, consent, work),
    );
    work.emit('customer.updated', customer.id);
    return { id: customer.id, version };
  },
};

/** How the customer agreed: still known of one who took it back, and of one whose address turned out to be wrong. */
function levelOf(state: State, sent: Level | null | undefined, kept: Level): Level {
  switch (state) {
    case 'SUBSCRIBED':
      return sent ?? 'UNKNOWN';
    case 'PENDING':
      return 'CONFIRMED_OPT_IN';
    case 'UNSUBSCRIBED':
    case 'INVALID':
      return kept;
    default:
      return 'UNKNOWN';
  }
}

const before = (customer: Customer, channel: Channel): Level =>
  channel === 'EMAIL' ? customer.emailConsentLevel : customer.smsConsentLevel;

function consentColumns(channel: Channel, { state, level }: Consent, { now }: Work) {
  return channel === 'EMAIL'
    ? { emailConsentState: state, emailConsentLevel: level, emailConsentUpdatedAt: now }
    : { smsConsentState: state, smsConsentLevel: level, smsConsentUpdatedAt: now };
}

/**
 * A customer, locked. Who asked to be forgotten is not filled in again.
 *
 * @throws Refused as `lockRow` does; NOT_ALLOWED where the customer's data was erased, which only a token that may
 * read customers is told.
 */
async function lockCustomer(work: Work, target: Target): Promise<Customer> {
  const customer = await lockRow(work, customers, target);
  if (customer.emailConsentState === 'REDACTED' || customer.smsConsentState === 'REDACTED') {
    refuse(
      'NOT_ALLOWED',
      'input.id',
      work.grantedScopes.has('read_customers')
        ? "The customer's personal data was erased, and none is added again."
        : 'This customer cannot be changed.',
    );
  }
  return customer;
}
