import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { OTHER_STORE } from '../support/gateway.ts';
import { openTestStore, type TestStore } from './kit.ts';

const WRITE = { scope: 'write_customers' };
const BOTH = { scope: 'write_customers read_customers' };
const CONSENT = { inputType: 'CustomerMarketingConsentUpdateInput' };

const STALE =
  'STALE_VERSION input.version: It was changed since this version was read. Read it again and decide anew.';

describe.each(['postgres'] as const)('customers on %s', (backend) => {
  let store: TestStore;
  let id: string;
  let untouched: string[];

  beforeAll(async () => {
    store = await openTestStore(backend, ['customers']);
    const reachable = `select id from commerce.customers where email is not null and phone is not null
      and email_consent_state not in ('REDACTED', 'NOT_SUBSCRIBED') order by id`;
    untouched = (await store.rows(reachable)).map((row) => String(row.id));
  });
  afterAll(() => store.close());

  /** A customer with an e-mail address and a phone number that no other test has changed. */
  beforeEach(() => {
    id = untouched.pop() ?? '';
  });

  const update = (changes: object, sending: object = WRITE) =>
    store.send('customerUpdate', { id, ...changes }, sending);
  const refused = (changes: object, sending: object = WRITE) =>
    store.refusal('customerUpdate', { id, ...changes }, sending);
  const consent = (changes: object, sending: object = WRITE) =>
    store.send(
      'customerMarketingConsentUpdate',
      { id, channel: 'EMAIL', ...changes },
      { ...CONSENT, ...sending },
    );
  const refusedConsent = (changes: object, sending: object = WRITE) =>
    store.refusal(
      'customerMarketingConsentUpdate',
      { id, channel: 'EMAIL', ...changes },
      { ...CONSENT, ...sending },
    );

  const stored = async () =>
    (await store.rows('select * from commerce.customers where id = $1', [id]))[0] ?? {};
  const idOf = async (where: string, storeId?: string) =>
    String(
      (
        await store.rows(
          `select id from commerce.customers where ${where} order by id limit 1`,
          [],
          storeId,
        )
      )[0]?.id,
    );

  it.each([
    ['customerUpdate', { note: 'x' }, {}],
    ['customerMarketingConsentUpdate', { channel: 'EMAIL', state: 'UNSUBSCRIBED' }, CONSENT],
  ])('%s is refused without its scope, and changes nothing', async (name, changes, sending) => {
    const before = await store.fingerprint();
    const scope = 'read_customers write_orders write_products manage_claims';
    const { status, body } = await store.ask(name, { id, ...changes }, { ...sending, scope });
    expect([status, body.errors?.[0]?.extensions.code]).toEqual([403, 'INSUFFICIENT_SCOPE']);
    expect(body.errors?.[0]?.extensions.missingScopes).toEqual(['write_customers']);
    expect(await store.fingerprint()).toEqual(before);
  });

  it('shows the customer only to whoever may read customers as well', async () => {
    const select = 'customer { note version emailMarketingConsent { state } }';
    const before = await store.fingerprint();
    const { status } = await store.ask('customerUpdate', { id, note: 'x' }, { ...WRITE, select });
    expect(status).toBe(403);
    expect(await store.fingerprint()).toEqual(before);
    const { customer } = await update({ note: 'likes tea' }, { ...BOTH, select });
    expect(customer).toMatchObject({ note: 'likes tea', version: 2 });
  });

  it('a scope to write does not open what it wrote', async () => {
    const token = await store.gateway.token('write_customers');
    const { status, body } = await store.gateway.send(`{ customer(id: "${id}") { email } }`, {
      token,
    });
    expect([status, body.data]).toEqual([200, { customer: null }]);
    expect(body.errors?.[0]?.extensions.missingScopes).toEqual(['read_customers']);
  });

  describe('customerUpdate', () => {
    it('changes what was given and nothing else, counts the change and says so', async () => {
      const before = await stored();
      expect(await update({ note: 'likes tea', version: 1 })).toEqual({
        id,
        version: 2,
        userErrors: [],
      });
      const after = await stored();
      expect(after).toEqual({
        ...before,
        note: 'likes tea',
        version: 2,
        updated_at: after.updated_at,
      });
      expect(new Date(String(after.updated_at)) > new Date(String(before.updated_at))).toBe(true);
      const events = await store.journal(
        'select topic from commerce.outbox_events where entity_id = $1',
        [id],
      );
      expect(events).toEqual([{ topic: 'customer.updated' }]);
      const audit = await store.journal(
        'select mutation, fields from commerce.audit_entries where entity_id = $1',
        [id],
      );
      expect(audit).toEqual([{ mutation: 'customerUpdate', fields: ['id', 'note', 'version'] }]);
    });

    it('tidies what people type', async () => {
      await update({
        firstName: '  Zoë ',
        lastName: ' \t ',
        email: ' Zoe.Meyer@Example.COM ',
        phone: '+4915123456789',
        note: '  two\nlines ',
        tags: [' vip ', 'vip', 'tea'],
      });
      expect(await stored()).toMatchObject({
        first_name: 'Zoë',
        last_name: null,
        email: 'Zoe.Meyer@example.com',
        email_lower: 'zoe.meyer@example.com',
        phone: '+4915123456789',
        note: '  two\nlines ',
        tags: ['vip', 'tea'],
      });
    });

    it('empties with null, and with white space alone', async () => {
      await update({ firstName: 'A', lastName: 'B', note: 'C', tags: ['d'] });
      await update({ firstName: null, lastName: '', note: ' ', tags: null });
      expect(await stored()).toMatchObject({
        first_name: null,
        last_name: null,
        note: null,
        tags: [],
      });
    });

    it('ends consent to a channel with the last address on it', async () => {
      await consent({ state: 'SUBSCRIBED', optInLevel: 'SINGLE_OPT_IN' });
      await consent({ channel: 'SMS', state: 'SUBSCRIBED', optInLevel: 'SINGLE_OPT_IN' });
      await update({ email: 'other@example.com' });
      expect(await stored()).toMatchObject({ email_consent_state: 'SUBSCRIBED' });
      await update({ email: null });
      expect(await stored()).toMatchObject({
        email: null,
        email_lower: '',
        email_consent_state: 'NOT_SUBSCRIBED',
        email_consent_level: 'UNKNOWN',
        sms_consent_state: 'SUBSCRIBED',
      });
      await update({ phone: '' });
      expect(await stored()).toMatchObject({ phone: null, sms_consent_state: 'NOT_SUBSCRIBED' });
    });

    it.each([
      ['a stale version', { note: 'x', version: 7 }, STALE],
      ['nothing', {}, 'INVALID input: Say what to change.'],
      [
        'what is no address',
        { email: 'zoe@' },
        'INVALID input.email: It is not an e-mail address.',
      ],
      [
        'two addresses',
        { email: 'a@example.com, b@example.com' },
        'INVALID input.email: It is not an e-mail address.',
      ],
      [
        'a header in an address',
        { email: 'a@example.com\r\nBcc: b@example.com' },
        'INVALID input.email: It is not an e-mail address.',
      ],
      [
        'a national number',
        { phone: '089 123456' },
        'INVALID input.phone: It has to be a phone number like +14155550123 (E.164).',
      ],
      [
        'a long name',
        { lastName: 'x'.repeat(256) },
        'INVALID input.lastName: It has at most 255 characters.',
      ],
      ['a NUL', { note: 'a\0b' }, 'INVALID input.note: It cannot hold a NUL character.'],
      ['an empty tag', { tags: ['a', ' '] }, 'INVALID input.tags.1: It cannot be empty.'],
      [
        'too many tags',
        { tags: Array.from({ length: 251 }, (_, index) => `t${index}`) },
        'INVALID input.tags: There are at most 250 tags.',
      ],
    ])('refuses %s', async (_, changes, message) => {
      expect(await refused(changes)).toBe(message);
    });

    it('sees nobody of another store, and nobody who is not there', async () => {
      for (const other of [await idOf('true', OTHER_STORE.id), 'cus_none', '']) {
        expect(await refused({ id: other, version: 9, note: 'x' })).toBe(
          `NOT_FOUND input.id: There is no ${other} in sight.`,
        );
      }
    });

    it('makes one of many changes of the same version', async () => {
      const payloads = await Promise.all(
        Array.from({ length: 5 }, (_, index) => update({ version: 1, note: `note ${index}` })),
      );
      const made = payloads.findIndex(({ userErrors }) => userErrors.length === 0);
      expect(payloads.flatMap(({ userErrors }) => userErrors.map(({ code }) => code))).toEqual(
        Array(4).fill('STALE_VERSION'),
      );
      expect(await stored()).toMatchObject({ version: 2, note: `note ${made}` });
    });
  });

  describe('customerMarketingConsentUpdate', () => {
    it('says what was agreed to on one channel, and when', async () => {
      const before = await stored();
      expect(
        await consent({ state: 'SUBSCRIBED', optInLevel: 'CONFIRMED_OPT_IN', version: 1 }),
      ).toEqual({ id, version: 2, userErrors: [] });
      const after = await stored();
      expect(after).toEqual({
        ...before,
        email_consent_state: 'SUBSCRIBED',
        email_consent_level: 'CONFIRMED_OPT_IN',
        email_consent_updated_at: after.email_consent_updated_at,
        version: 2,
        updated_at: after.updated_at,
      });
      expect(Date.now() - Date.parse(String(after.email_consent_updated_at))).toBeLessThan(60_000);
      await consent({ channel: 'SMS', state: 'PENDING' });
      expect(await stored()).toMatchObject({
        email_consent_state: 'SUBSCRIBED',
        sms_consent_state: 'PENDING',
        sms_consent_level: 'CONFIRMED_OPT_IN',
      });
    });

    it('remembers how someone agreed who took it back, and forgets it with who never did', async () => {
      await consent({ state: 'SUBSCRIBED', optInLevel: 'SINGLE_OPT_IN' });
      for (const state of ['UNSUBSCRIBED', 'INVALID']) {
        await consent({ state });
        expect(await stored()).toMatchObject({
          email_consent_state: state,
          email_consent_level: 'SINGLE_OPT_IN',
        });
      }
      await consent({ state: 'NOT_SUBSCRIBED' });
      expect(await stored()).toMatchObject({
        email_consent_state: 'NOT_SUBSCRIBED',
        email_consent_level: 'UNKNOWN',
      });
    });

    const IN_SOME_WAY =
      'INVALID input.optInLevel: Only who agrees, or is asked to, does so in some way: leave it out.';

    it.each([
      [
        'what an erasure leaves',
        { state: 'REDACTED' },
        'INVALID input.state: Nobody sets this: it is what is left when personal data was erased.',
      ],
      [
        'consent in no way',
        { state: 'SUBSCRIBED' },
        'INVALID input.optInLevel: Say how the customer agreed.',
      ],
      [
        'a question that is no question',
        { state: 'PENDING', optInLevel: 'SINGLE_OPT_IN' },
        'INVALID input.optInLevel: Who is asked to confirm agrees by CONFIRMED_OPT_IN.',
      ],
      ['a way to unsubscribe', { state: 'UNSUBSCRIBED', optInLevel: 'UNKNOWN' }, IN_SOME_WAY],
      [
        'a way never to agree',
        { state: 'NOT_SUBSCRIBED', optInLevel: 'SINGLE_OPT_IN' },
        IN_SOME_WAY,
      ],
      ['a stale version', { state: 'UNSUBSCRIBED', version: 7 }, STALE],
    ])('refuses %s', async (_, changes, message) => {
      expect(await refusedConsent(changes)).toBe(message);
    });

    it('needs an address to agree to be written to, and none to disagree', async () => {
      await update({ email: null });
      const nowhere =
        'NOT_ALLOWED input.channel: Consent to a channel needs an address on it: an e-mail address or a phone number.';
      expect(await refusedConsent({ state: 'SUBSCRIBED', optInLevel: 'SINGLE_OPT_IN' })).toBe(
        nowhere,
      );
      expect(await refusedConsent({ state: 'PENDING' })).toBe(nowhere);
      expect(await consent({ state: 'UNSUBSCRIBED' })).toMatchObject({ userErrors: [] });
    });

    it('sees nobody of another store, and nobody who is not there', async () => {
      for (const other of [await idOf('true', OTHER_STORE.id), 'cus_none']) {
        const message = await refusedConsent({ id: other, state: 'UNSUBSCRIBED' });
        expect(message).toBe(`NOT_FOUND input.id: There is no ${other} in sight.`);
      }
    });

    it('makes one of many changes of the same version', async () => {
      const payloads = await Promise.all(
        ['SUBSCRIBED', 'UNSUBSCRIBED', 'SUBSCRIBED', 'UNSUBSCRIBED'].map((state) =>
          consent({ state, version: 1, ...(state === 'SUBSCRIBED' && { optInLevel: 'UNKNOWN' }) }),
        ),
      );
      expect(payloads.filter(({ userErrors }) => userErrors.length === 0)).toHaveLength(1);
      expect(await stored()).toMatchObject({ version: 2 });
    });
  });

  it('fills in nobody again whose data was erased, and tells why only whoever may read it', async () => {
    const erased = await idOf("email_consent_state = 'REDACTED'");
    const blank = 'NOT_ALLOWED input.id: This customer cannot be changed.';
    const reason =
      "NOT_ALLOWED input.id: The customer's personal data was erased, and none is added again.";
    expect(await refused({ id: erased, email: 'a@example.com' })).toBe(blank);
    expect(await refused({ id: erased, email: 'a@example.com' }, BOTH)).toBe(reason);
    expect(await refusedConsent({ id: erased, state: 'UNSUBSCRIBED' })).toBe(blank);
    expect(await refusedConsent({ id: erased, state: 'UNSUBSCRIBED' }, BOTH)).toBe(reason);
  });
});
