import { z } from 'zod';
import { upsertRows } from '../../data/bulk-upsert.ts';
import { customerAddresses, customers } from '../../data/tables/customers.ts';
import { ACCOUNT_STATES, CONSENT_STATES, OPT_IN_LEVELS } from '../../data/values.ts';
import { grouped } from '../../scopes/grouped.ts';
import { sourceId } from '../order-shapes.ts';
import { email, phone, tags, text, wordsOrNone } from '../shapes.ts';
import {
  countChanges,
  type Entry,
  type Fate,
  fateOf,
  type ImportWork,
  importedId,
  isOneOf,
  keyedBy,
  type RecordType,
  refusedFor,
} from './records.ts';
import {
  bookedAddress,
  IN_ORDER,
  inOrder,
  orNone,
  orNull,
  pastMoment,
  platformValue,
  type ShapeContext,
  times,
} from './shapes.ts';

const METAFIELD = z.strictObject({
  namespace: text(255),
  key: text(255),
  type: text(255),
  value: text(65_536),
});

const consent = (channel: string, context: ShapeContext) =>
  z
    .strictObject({
      state: platformValue(CONSENT_STATES, `${channel}.state`, context),
      optInLevel: orNull(platformValue(OPT_IN_LEVELS, `${channel}.optInLevel`, context)),
      updatedAt: orNull(pastMoment(context)),
    })
    .nullish()
    .transform((given) => ({
      state: given?.state ?? ('NOT_SUBSCRIBED' as const),
      level: given?.optInLevel ?? ('UNKNOWN' as const),
      updatedAt: given?.updatedAt ?? null,
    }));

const shape = (context: ShapeContext) =>
  z
    .strictObject({
      type: z.literal('customer'),
      sourceId,
      firstName: wordsOrNone(255),
      lastName: wordsOrNone(255),
      email: orNull(email),
      phone: orNull(phone),
      tags: tags.nullish(),
      note: orNull(text(5_000)),
      metafields: orNone(METAFIELD, 250),
      accountState: platformValue(ACCOUNT_STATES, 'accountState', context).nullish(),
      locale: orNull(text(35)),
      emailMarketingConsent: consent('emailMarketingConsent', context),
      smsMarketingConsent: consent('smsMarketingConsent', context),
      addresses: orNone(bookedAddress, 250),
      ...times(context),
    })
    .refine(inOrder, IN_ORDER)
    .superRefine((customer, { addIssue }) => {
      const refused = (field: string, message: string) =>
        addIssue({ code: 'custom', path: [field], message });
      const { emailMarketingConsent, smsMarketingConsent } = customer;
      if (emailMarketingConsent.state === 'SUBSCRIBED' && customer.email === null) {
        refused('emailMarketingConsent', 'Nobody agrees to be written to at no address.');
      }
      if (smsMarketingConsent.state === 'SUBSCRIBED' && customer.phone === null) {
        refused('smsMarketingConsent', 'Nobody agrees to be written to at no number.');
      }
      const told = (['firstName', 'lastName', 'email', 'phone', 'note'] as const).filter(
        (field) => customer[field] != null,
      );
      const listed = (['addresses', 'metafields'] as const).filter(
        (field) => customer[field].length > 0,
      );
      if (!isErased(customer)) return;
      for (const field of [...told, ...listed]) {
        refused(field, 'Of a customer who is REDACTED no personal data is left.');
      }
    });

type CustomerRecord = z.infer<ReturnType<typeof shape>>;

const isErased = ({
  emailMarketingConsent,
  smsMarketingConsent,
}: Pick<CustomerRecord, 'emailMarketingConsent' | 'smsMarketingConsent'>) =>
  emailMarketingConsent.state === 'REDACTED' || smsMarketingConsent.state === 'REDACTED';

/** The merchant's customers, each with the address book. */
export const customerRecords: RecordType<CustomerRecord> = {
  shape,
  touches: ({ sourceId }) => [sourceId],
  write,
};

async function write(
  { transaction, storeId }: ImportWork,
  entries: readonly Entry<CustomerRecord>[],
): Promise<ReadonlyMap<Entry<CustomerRecord>, Fate>> {
  const fates = new Map<Entry<CustomerRecord>, Fate>();
  const found = await transaction
    .select()
    .from(customers)
    .where(
      isOneOf(
        customers.sourceId,
        entries.map(({ record }) => record.sourceId),
      ),
    )
    .orderBy(customers.id)
    .for('update');
  const existing = keyedBy(found, (row) => row.sourceId);
  const taken: { entry: Entry<CustomerRecord>; id: string; exists: boolean }[] = [];
  for (const entry of entries) {
    const { record } = entry;
    const before = existing.get(record.sourceId);
    const wasErased =
      before?.emailConsentState === 'REDACTED' || before?.smsConsentState === 'REDACTED';
    if (wasErased && !isErased(record)) {
      const message = "The customer's personal data was erased here, and none is added again.";
      fates.set(entry, refusedFor('sourceId', message));
    } else if (before !== undefined && before.updatedAt > record.updatedAt) {
      fates.set(entry, 'kept');
    } else {
      const id = before?.id ?? importedId('cus', storeId, record.sourceId);
      taken.push({ entry, id, exists: before !== undefined });
    }
  }
  const changed = await upsertRows(
    transaction,
    customers,
    taken.map(({ entry: { record }, id }) => rowOf(storeId, id, record)),
  );
  const moved = await writeAddresses(transaction, storeId, taken);
  await countChanges(transaction, customers, moved, changed);
  for (const { entry, id, exists } of taken) {
    fates.set(entry, fateOf(exists, changed.has(id) || moved.has(id)));
  }
  return fates;
}

function rowOf(storeId: string, id: string, record: CustomerRecord) {
  const { emailMarketingConsent: byMail, smsMarketingConsent: bySms } = record;
  return {
    id,
    storeId,
    sourceId: record.sourceId,
    firstName: record.firstName ?? null,
    lastName: record.lastName ?? null,
    email: record.email,
    phone: record.phone,
    tags: record.tags ?? [],
    note: record.note,
    metafields: record.metafields,
    accountState: record.accountState ?? ('DISABLED' as const),
    locale: record.locale,
    emailConsentState: byMail.state,
    emailConsentLevel: byMail.level,
    emailConsentUpdatedAt: byMail.updatedAt,
    smsConsentState: bySms.state,
    smsConsentLevel: bySms.level,
    smsConsentUpdatedAt: bySms.updatedAt,
    createdAt: record.createdAt,
    updatedAt: record.updatedAt,
  };
}

/** Makes address books as the lines say; gives the customers whose book that changed. */
async function writeAddresses(
  transaction: ImportWork['transaction'],
  storeId: string,
  taken: readonly { entry: Entry<CustomerRecord>; id: string; exists: boolean }[],
): Promise<ReadonlySet<string>> {
  const known = taken.filter(({ exists }) => exists).map(({ id }) => id);
  const found =
    known.length === 0
      ? []
      : await transaction
          .select({
            id: customerAddresses.id,
            customerId: customerAddresses.customerId,
            position: customerAddresses.position,
          })
          .from(customerAddresses)
          .where(isOneOf(customerAddresses.customerId, known));
  const before = grouped(found, (row) => row.customerId);
  const owners = new Map<string, string>();
  const rows: (typeof customerAddresses.$inferInsert)[] = [];
  const surplus: string[] = [];
  for (const { entry, id: customerId } of taken) {
    const old = before.get(customerId) ?? [];
    for (const [position, address] of entry.record.addresses.entries()) {
      const id =
        old.find((row) => row.position === position)?.id ??
        importedId('adr', storeId, customerId, String(position));
      owners.set(id, customerId);
      rows.push({ ...address, id, storeId, customerId, position });
    }
    for (const { id } of old) {
      if (owners.has(id)) continue;
      owners.set(id, customerId);
      surplus.push(id);
    }
  }
  if (surplus.length > 0) {
    await transaction.delete(customerAddresses).where(isOneOf(customerAddresses.id, surplus));
  }
  const changed = await upsertRows(transaction, customerAddresses, rows);
  return new Set([...surplus, ...changed].flatMap((id) => owners.get(id) ?? []));
}
