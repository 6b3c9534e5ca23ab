import type { PostalAddress } from '../values.ts';
import { consentOf } from './consent.ts';
import { DEMO_CUSTOMER_EMAIL, DEMO_STORES } from './demo-stores.ts';
import { DAY } from './durations.ts';
import { COMPANIES, CUSTOMER_NOTES, CUSTOMER_TAGS, METAFIELDS } from './lists/customer-words.ts';
import { addressOf, type People, type Person } from './people.ts';
import type { Random, Weighted } from './random.ts';
import type { DemoRows, RowOf } from './rows.ts';
import type { SourceIds } from './source-ids.ts';
import type { StoreProfile } from './store-profiles.ts';
import type { OrderPlan } from './timeline.ts';

/** A customer as somebody who places orders. */
export interface Buyer {
  readonly customer: RowOf<'customers'>;
  /** Null when the merchant had this customer's data erased: then nothing on an order names them. */
  readonly person: Person | null;
  readonly address: PostalAddress | null;
  readonly wholesale: boolean;
}

type AccountState = RowOf<'customers'>['accountState'];

/** One in so many customers was erased on request. */
const ERASED_EVERY = 120;

const ACCOUNT_STATES: Weighted<AccountState> = [
  ['ENABLED', 55],
  ['DISABLED', 33],
  ['INVITED', 9],
  ['DECLINED', 3],
];

const KNOWN_PERSON: Person = {
  language: 'fr',
  country: 'US',
  firstName: 'Inès',
  lastName: 'Moreau',
  fullName: 'Inès Moreau',
  email: DEMO_CUSTOMER_EMAIL,
  phone: '+1 303 555 0142',
};

/** Fills in the store's customers and their addresses; returns them by the plans' `buyer`. */
export function fillCustomers(
  rows: DemoRows,
  profile: StoreProfile,
  { random, ids, people, now }: { random: Random; ids: SourceIds; people: People; now: number },
  plans: readonly OrderPlan[],
): readonly Buyer[] {
  const activity = activityOf(plans);
  const main = profile.store === DEMO_STORES[0];
  const buyers = Array.from({ length: profile.customers }, (_, index) => {
    const active = activity.get(index);
    const person = index === 0 && main ? KNOWN_PERSON : createPerson(profile, random, people);
    const erased = person !== KNOWN_PERSON && index % ERASED_EVERY === ERASED_EVERY - 1;
    const { createdAt, updatedAt } = lifeOf(random, active, now);
    const wholesale = random.chance(0.012);
    const given = describe(profile, random, person, { erased, wholesale, createdAt, updatedAt });
    const company =
      wholesale || random.chance(0.06) ? random.pick<string>(COMPANIES[profile.notes]) : null;
    const phone = random.chance(0.6) ? person.phone : null;
    const address = erased ? null : addressOf(random, person, { phone, company });
    return { customer: given, person: erased ? null : person, address, wholesale };
  });

  const inOrder = buyers.toSorted((one, other) => timeOf(one) - timeOf(other));
  for (const buyer of inOrder) {
    buyer.customer.sourceId = ids.next('customer');
    rows.customers.push(buyer.customer);
    rows.customerAddresses.push(...addressRows(random, profile, buyer));
  }
  return buyers;
}

/** Somebody new of the kind that buys in this store. */
export function createPerson(profile: StoreProfile, random: Random, people: People): Person {
  const kinds = profile.people.map((kind) => [kind, kind[2]] as const);
  const [language, country] = random.weighted(kinds);
  return people.create(random, language, country);
}

/** A phone as the platform keeps it: Shopify normalises to E.164, the others keep what was typed. */
export function storedPhone(profile: StoreProfile, phone: string): string {
  return profile.store.platform === 'SHOPIFY' ? phone.replace(/[^+\d]/g, '') : phone;
}

function describe(
  profile: StoreProfile,
  random: Random,
  person: Person,
  facts: { erased: boolean; wholesale: boolean; createdAt: number; updatedAt: number },
): RowOf<'customers'> {
  const { erased, wholesale, createdAt, updatedAt } = facts;
  const known = person === KNOWN_PERSON;
  const phone = known || random.chance(0.7) ? storedPhone(profile, person.phone) : null;
  const email = known || phone === null || random.chance(0.96) ? person.email : null;
  const language = `${person.language}-${person.country}`;
  const consent = consentOf(random, { erased, email, phone, createdAt, updatedAt });
  return {
    id: random.id('cus'),
    storeId: profile.store.id,
    sourceId: '',
    firstName: erased ? null : person.firstName,
    lastName: erased ? null : person.lastName,
    email: erased ? null : email,
    phone: erased ? null : phone,
    tags: tagsOf(random, { wholesale, known }),
    note:
      !erased && random.chance(0.09) ? random.pick<string>(CUSTOMER_NOTES[profile.notes]) : null,
    metafields: erased ? [] : metafieldsOf(random, known),
    accountState: erased ? 'DISABLED' : known ? 'ENABLED' : random.weighted(ACCOUNT_STATES),
    locale: random.chance(0.9) ? language : null,
    ...consent,
    createdAt: new Date(createdAt),
    updatedAt: new Date(updatedAt),
  };
}

function tagsOf(random: Random, { wholesale, known }: { wholesale: boolean; known: boolean }) {
  const tags = new Set<string>(known ? ['loyalty-gold', 'trail-club'] : []);
  if (wholesale) tags.add('wholesale');
  const more = known
    ? 0
    : random.weighted([
        [0, 58],
        [1, 30],
        [2, 9],
        [3, 3],
      ]);
  for (let count = 0; count < more; count += 1) {
    const tag = random.pick(CUSTOMER_TAGS);
    if (tag !== 'wholesale') tags.add(tag);
  }
  return [...tags].sort();
}

function metafieldsOf(random: Random, known: boolean) {
  const chosen = METAFIELDS.filter(() => random.chance(known ? 0.7 : 0.09));
  return chosen.map(([namespace, key, type, pattern]) => {
    const value = type === 'date' ? dateWithin(random, pattern) : random.fill(pattern);
    return { namespace, key, type, value };
  });
}

function dateWithin(random: Random, years: string): string {
  const [first = 0, last = 0] = years.split('-').map(Number);
  const twoDigits = (number: number) => String(number).padStart(2, '0');
  return `${random.int(first, last)}-${twoDigits(random.int(1, 12))}-${twoDigits(random.int(1, 28))}`;
}

function addressRows(random: Random, profile: StoreProfile, { customer, person, address }: Buyer) {
  if (person === null || address === null) return [];
  const rows: RowOf<'customerAddresses'>[] = [];
  const add = (place: PostalAddress) => {
    rows.push({
      id: random.id('adr'),
      storeId: customer.storeId,
      customerId: customer.id,
      position: rows.length,
      isDefault: rows.length === 0,
      ...place,
    });
  };
  const count = random.weighted([
    [0, 4],
    [1, 74],
    [2, 17],
    [3, 5],
  ]);
  if (count > 0 || person === KNOWN_PERSON) add(address);
  for (let more = 1; more < count; more += 1) {
    const company = random.chance(0.3) ? random.pick<string>(COMPANIES[profile.notes]) : null;
    add(addressOf(random, person, { phone: null, company }));
  }
  return rows;
}

/** Each buyer's first and last order. */
function activityOf(plans: readonly OrderPlan[]) {
  const activity = new Map<number, { first: number; last: number }>();
  for (const { buyer, at } of plans) {
    if (buyer === null) continue;
    activity.set(buyer, { first: activity.get(buyer)?.first ?? at, last: at });
  }
  return activity;
}

function lifeOf(random: Random, active: { first: number; last: number } | undefined, now: number) {
  const wholeSecond = (time: number) => Math.floor(time / 1000) * 1000;
  if (active === undefined) {
    const createdAt = wholeSecond(now - random.between(0.5, 720) * DAY);
    return { createdAt, updatedAt: wholeSecond(random.between(createdAt, now)) };
  }
  // Half of them got their account with their first order, the others some time before.
  const before = random.chance(0.5)
    ? random.between(20, 400) * 1000
    : random.between(0.1, 160) * DAY;
  const later = random.chance(0.3) ? random.between(0, (now - active.last) * 0.5) : 0;
  return {
    createdAt: wholeSecond(active.first - before),
    updatedAt: wholeSecond(active.last + later),
  };
}

function timeOf(buyer: Buyer): number {
  return buyer.customer.createdAt.getTime();
}
