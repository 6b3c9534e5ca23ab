import type { PostalAddress } from '../../data/values.ts';
import { builder } from '../builder.ts';

const PARTS = {
  name: 'Who it is addressed to.',
  company: 'The company, if any.',
  address1: 'Street and number.',
  address2: 'Flat, floor or building.',
  city: 'City, town or village.',
  province: 'Province, state or prefecture.',
  postalCode: 'Postal code.',
  countryCode: 'Country by its two-letter ISO 3166-1 code.',
  phone: 'Phone number for the carrier.',
} as const;

export type AddressPart = keyof typeof PARTS;

/** The parts of an address in the order people read them, with their descriptions. */
export const ADDRESS_PARTS = Object.entries(PARTS) as readonly (readonly [AddressPart, string])[];

export const Address = builder.objectRef<PostalAddress>('PostalAddress').implement({
  description: 'A postal address as an order carries it. Any part may be missing.',
  authScopes: { read_customers: true },
  fields: (t) =>
    Object.fromEntries(
      ADDRESS_PARTS.map(([part, description]) => [
        part,
        t.exposeString(part, { nullable: true, description }),
      ]),
    ),
});
