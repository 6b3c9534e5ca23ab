import type { Random, Weighted } from './random.ts';
import type { RowOf } from './rows.ts';

type State = RowOf<'customers'>['emailConsentState'];
type Level = RowOf<'customers'>['emailConsentLevel'];

const EMAIL_STATES: Weighted<State> = [
  ['SUBSCRIBED', 46],
  ['NOT_SUBSCRIBED', 31],
  ['UNSUBSCRIBED', 13],
  ['PENDING', 6],
  ['INVALID', 4],
];
const SMS_STATES: Weighted<State> = [
  ['NOT_SUBSCRIBED', 68],
  ['SUBSCRIBED', 19],
  ['UNSUBSCRIBED', 8],
  ['PENDING', 3],
  ['INVALID', 2],
];
const ASKED: Weighted<Level> = [
  ['SINGLE_OPT_IN', 52],
  ['CONFIRMED_OPT_IN', 38],
  ['UNKNOWN', 10],
];

/** What a customer agreed to, for mail and for text messages; without an address nobody agreed. */
export function consentOf(
  random: Random,
  facts: {
    erased: boolean;
    email: string | null;
    phone: string | null;
    createdAt: number;
    updatedAt: number;
  },
) {
  const state = (reachable: boolean, states: Weighted<State>): State => {
    if (facts.erased) return 'REDACTED';
    return reachable ? random.weighted(states) : 'NOT_SUBSCRIBED';
  };
  const email = state(facts.email !== null, EMAIL_STATES);
  const sms = state(facts.phone !== null, SMS_STATES);
  const since = (of: State) => {
    if (of === 'NOT_SUBSCRIBED') return null;
    return new Date(Math.floor(random.between(facts.createdAt, facts.updatedAt) / 1000) * 1000);
  };
  return {
    emailConsentState: email,
    emailConsentLevel: levelOf(random, email),
    emailConsentUpdatedAt: since(email),
    smsConsentState: sms,
    smsConsentLevel: levelOf(random, sms),
    smsConsentUpdatedAt: since(sms),
  };
}

function levelOf(random: Random, state: State): Level {
  switch (state) {
    case 'NOT_SUBSCRIBED':
    case 'REDACTED':
      return 'UNKNOWN';
    case 'PENDING':
      // Waiting for the click in the confirmation mail.
      return 'CONFIRMED_OPT_IN';
    default:
      return random.weighted(ASKED);
  }
}
