import { z } from 'zod';
import type { PostalAddress } from '../data/values.ts';
import { text } from './shapes.ts';

const part = text(255).nullish();

const PARTS = z.object({
  name: part,
  company: part,
  address1: part,
  address2: part,
  city: part,
  province: part,
  postalCode: part,
  countryCode: z
    .string()
    .regex(/^[A-Z]{2}$/, 'It has to be a two-letter country code (ISO 3166-1).')
    .nullish(),
  // What the shopper typed for the carrier, in whatever form.
  phone: part,
});

/** A postal address as it was sent; what was left out is missing. */
export const postalAddress = PARTS.transform(
  (parts): PostalAddress => ({
    name: parts.name ?? null,
    company: parts.company ?? null,
    address1: parts.address1 ?? null,
    address2: parts.address2 ?? null,
    city: parts.city ?? null,
    province: parts.province ?? null,
    postalCode: parts.postalCode ?? null,
    countryCode: parts.countryCode ?? null,
    phone: parts.phone ?? null,
  }),
);
