import { z } from 'zod';
import { customers } from '../data/tables/customers.ts';
import { CONSENT_STATES, OPT_IN_LEVELS } from '../data/values.ts';
import { changeRow, given, lockRow } from './changes.ts';
import type { Command } from './command.ts';
import { email, id, phone, tags, text, version } from './shapes.ts';

export const CUSTOMER_UPDATE = z.object({
  id,
  version,
  firstName: text(255).nullish(),
  lastName: text(255).nullish(),
  email: email.nullish(),
  phone: phone.nullish(),
  note: text(5_000).nullish(),
  tags: tags.nullish(),
});

/** Changes what is known of a customer. It creates none: customers come from the merchant's platform. */
export const customerUpdate: Command<z.infer<typeof CUSTOMER_UPDATE>> = {
  name: 'customerUpdate',
  async run(input, work) {
    const { id } = await lockRow(work, customers, input);
    const changes = given(input, 'firstName', 'lastName', 'email', 'phone', 'note');
    const version = await changeRow(work, customers, id, {
      ...changes,
      ...(input.tags && { tags: input.tags }),
    });
    work.emit('customer.updated', id);
    return { id, version };
  },
};

export const MARKETING_CONSENT_UPDATE = z.object({
  id,
  version,
  channel: z.enum(['EMAIL', 'SMS']),
  state: z.enum(CONSENT_STATES),
  level: z.enum(OPT_IN_LEVELS),
});

/** Says what a customer agreed to, on one channel. The moment of it is the moment of the request. */
export const customerMarketingConsentUpdate: Command<z.infer<typeof MARKETING_CONSENT_UPDATE>> = {
  name: 'customerMarketingConsentUpdate',
  async run({ channel, state, level, ...target }, work) {
    const { id } = await lockRow(work, customers, target);
    const changes =
      channel === 'EMAIL'
        ? {
            emailConsentState: state,
            emailConsentLevel: level,
            emailConsentUpdatedAt: work.now,
          }
        : { smsConsentState: state, smsConsentLevel: level, smsConsentUpdatedAt: work.now };
    const version = await changeRow(work, customers, id, changes);
    work.emit('customer.updated', id);
    return { id, version };
  },
};
