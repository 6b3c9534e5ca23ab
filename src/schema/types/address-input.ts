import { builder } from '../builder.ts';
import { ADDRESS_PARTS } from './address.ts';

/** What a write takes as an address; `commands/postal-address.ts` reads it. */
export const PostalAddressInput = builder.inputType('PostalAddressInput', {
  description: 'A postal address. Any part may be missing.',
  fields: (t) =>
    Object.fromEntries(
      ADDRESS_PARTS.map(([part, description]) => [part, t.string({ description })]),
    ),
});
