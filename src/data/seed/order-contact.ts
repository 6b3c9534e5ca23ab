import type { PostalAddress } from '../values.ts';
import { type Buyer, createPerson, storedPhone } from './customers.ts';
import { addressOf, type People } from './people.ts';
import type { Random } from './random.ts';
import type { StoreProfile } from './store-profiles.ts';

/** Who an order is for and where it goes. */
export interface Contact {
  readonly contactName: string | null;
  readonly contactEmail: string | null;
  readonly contactPhone: string | null;
  readonly shippingAddress: PostalAddress | null;
  readonly billingAddress: PostalAddress | null;
  readonly gift: boolean;
  /** Sold over the counter: nothing is known about who bought it. */
  readonly counter: boolean;
}

const NOBODY: Contact = {
  contactName: null,
  contactEmail: null,
  contactPhone: null,
  shippingAddress: null,
  billingAddress: null,
  gift: false,
  counter: false,
};

/** Contact and addresses of an order; a `buyer` of null is a guest or somebody in the shop. */
export function contactOf(
  random: Random,
  profile: StoreProfile,
  people: People,
  buyer: Buyer | null,
): Contact {
  if (buyer === null)
    return random.chance(0.45) ? { ...NOBODY, counter: true } : guest(random, profile, people);
  const { person, address, customer } = buyer;
  if (person === null) return NOBODY;
  const email = customer.email ?? null;
  const contact: Contact = {
    ...NOBODY,
    contactName: person.fullName,
    contactEmail:
      email !== null && random.chance(0.02) ? people.secondEmail(random, person) : email,
    contactPhone: customer.phone ?? null,
    shippingAddress: address,
    billingAddress: address,
  };
  if (!random.chance(0.05)) return contact;
  const friend = createPerson(profile, random, people);
  const phone = random.chance(0.5) ? friend.phone : null;
  return {
    ...contact,
    shippingAddress: addressOf(random, friend, { phone, company: null }),
    gift: true,
  };
}

function guest(random: Random, profile: StoreProfile, people: People): Contact {
  const person = createPerson(profile, random, people);
  const phone = random.chance(0.5) ? person.phone : null;
  const address = addressOf(random, person, { phone, company: null });
  return {
    ...NOBODY,
    contactName: person.fullName,
    contactEmail: person.email,
    contactPhone: phone === null ? null : storedPhone(profile, phone),
    shippingAddress: address,
    billingAddress: random.chance(0.9) ? address : null,
  };
}
