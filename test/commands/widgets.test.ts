import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OTHER_STORE, STORE, startTestGateway, type TestGateway } from '../support/gateway.ts';
import {
  expectForbidden,
  expectRefused,
  lastWritten,
  type Mutation,
  rowsOf,
  run,
  told,
} from './settings-kit.ts';

const CART: Mutation = {
  name: 'cartWidgetUpdate',
  input: 'WidgetUpdateInput',
  scope: 'write_widget_cart',
};
const CHECKOUT: Mutation = {
  name: 'checkoutWidgetUpdate',
  input: 'WidgetUpdateInput',
  scope: 'write_widget_checkout',
};
const STALE =
  'STALE_VERSION input.version: It was changed since this version was read. Read it again and decide anew.';
const WHOLE = {
  enabled: true,
  checkedByDefault: false,
  placement: 'BELOW_BUTTON',
  heading: 'Covered',
  body: '',
  accentColor: '#ABCDEF',
};

let gateway: TestGateway;

/** The widgets of a store by their kinds, with the columns that a change may touch. */
async function widgets(store: string = STORE.id) {
  const rows = await rowsOf(
    gateway,
    'select * from commerce.widgets where store_id = $1 order by kind',
    [store],
  );
  return { cart: rows[0] ?? {}, checkout: rows[1] ?? {} };
}
const removeCart = () =>
  rowsOf(gateway, `delete from commerce.widgets where store_id = '${STORE.id}' and kind = 'CART'`);

describe('a widget', () => {
  beforeAll(async () => {
    gateway = await startTestGateway('postgres');
  });
  afterAll(() => gateway.close());

  it.each([
    [CART, 'cart', 'checkout', 'cart_widget'],
    [CHECKOUT, 'checkout', 'cart', 'checkout_widget'],
  ] as const)('changes with exactly its scope: %o', async (mutation, own, other, topic) => {
    const before = await widgets();
    const version = Number(before[own].version);
    const input = { version, heading: 'New', accentColor: '#00FF7f' };
    const payload = await run(gateway, mutation, input);
    expect(payload).toEqual({ id: before[own].id, version: version + 1, userErrors: [] });
    const after = await widgets();
    expect(after[other]).toEqual(before[other]);
    expect(after[own]).toEqual({
      ...before[own],
      heading: 'New',
      accent_color: '#00ff7f',
      version: version + 1,
      updated_at: after[own].updated_at,
    });
    expect(await widgets(OTHER_STORE.id)).toMatchObject({ cart: { store_id: OTHER_STORE.id } });
    expect(await lastWritten(gateway)).toEqual({
      audit: {
        mutation: mutation.name,
        entity_id: before[own].id,
        fields: ['accentColor', 'heading', 'version'],
      },
      event: { topic: `${topic}.updated`, entity_id: before[own].id },
    });
  });

  it('is shown to a token that may read it too, and to no other', async () => {
    const version = Number((await widgets()).cart.version);
    const select = 'cartWidget { heading version }';
    const input = { version, heading: 'Shown' };
    await expectForbidden(gateway, CART, input, { select });
    const scope = 'write_widget_cart read_widget_cart';
    const payload = await run(gateway, CART, input, { select, scope });
    expect(payload.cartWidget).toEqual({ heading: 'Shown', version: version + 1 });
  });

  it.each([
    ['reading it', 'read_widget_cart'],
    ['the other widget', 'write_widget_checkout read_widget_checkout'],
    ['everything else', 'write_ab_tests write_customers read_store manage_claims'],
  ])('does not change with the scopes of %s', async (_what, scope) => {
    const version = Number((await widgets()).cart.version);
    await expectForbidden(gateway, CART, { version, enabled: false }, { scope });
  });

  it('is left alone where it changed since it was read', async () => {
    const version = Number((await widgets()).cart.version);
    for (const stale of [version - 1, version + 1, 0, -1]) {
      await expectRefused(gateway, CART, { version: stale, enabled: false }, [STALE]);
    }
    expect(told(await run(gateway, CART, { version, enabled: false }))).toEqual([]);
  });

  it('takes only what a widget can show, and says all that is wrong', async () => {
    const version = Number((await widgets()).cart.version);
    const wrong = {
      version,
      heading: '',
      body: 'x'.repeat(2_001),
      accentColor: 'red',
      placement: null,
      enabled: null,
    };
    await expectRefused(gateway, CART, wrong, [
      'INVALID input.enabled: It cannot be emptied. Leave it out to keep it.',
      'INVALID input.placement: It cannot be emptied. Leave it out to keep it.',
      'INVALID input.heading: It cannot be empty.',
      'INVALID input.body: It has at most 2000 characters.',
      'INVALID input.accentColor: It has to be a colour like #1f4e79.',
    ]);
    await expectRefused(gateway, CART, { version, body: 'a\0b' }, [
      'INVALID input.body: It cannot hold a NUL character.',
    ]);
  });

  it('is set up with version 0, whole or not at all', async () => {
    await removeCart();
    await expectRefused(gateway, CART, { version: 1, ...WHOLE }, [STALE]);
    await expectRefused(
      gateway,
      CART,
      { version: 0, ...WHOLE, heading: undefined, body: undefined },
      [
        'INVALID input.heading: It is needed to set this up.',
        'INVALID input.body: It is needed to set this up.',
      ],
    );
    const payload = await run(gateway, CART, { version: 0, ...WHOLE });
    expect(payload).toEqual({ id: expect.stringMatching(/^wid_/), version: 1, userErrors: [] });
    expect((await widgets()).cart).toMatchObject({ kind: 'CART', accent_color: '#abcdef' });
    expect((await lastWritten(gateway)).event).toEqual({
      topic: 'cart_widget.created',
      entity_id: payload.id,
    });
  });

  it('is that of the store of the token', async () => {
    const before = await widgets();
    const version = Number((await widgets(OTHER_STORE.id)).cart.version);
    await run(gateway, CART, { version, heading: 'Autre' }, { store: OTHER_STORE.id });
    expect(await widgets()).toEqual(before);
    expect((await widgets(OTHER_STORE.id)).cart.heading).toBe('Autre');
  });
});

describe('a widget on a real PostgreSQL', () => {
  beforeAll(async () => {
    gateway = await startTestGateway('postgres');
  });
  afterAll(() => gateway.close());

  it('takes one of the changes that were made from the same version', async () => {
    const version = Number((await widgets()).cart.version);
    const payloads = await Promise.all(
      Array.from({ length: 6 }, (_, index) => run(gateway, CART, { version, heading: `${index}` })),
    );
    expect(payloads.flatMap(told)).toEqual(Array(5).fill(STALE));
    const won = payloads.findIndex(({ id }) => id !== null);
    expect((await widgets()).cart).toMatchObject({ heading: `${won}`, version: version + 1 });
  });

  it('is set up once', async () => {
    await removeCart();
    const payloads = await Promise.all(
      Array.from({ length: 6 }, () => run(gateway, CART, { version: 0, ...WHOLE })),
    );
    expect(payloads.flatMap(told)).toEqual(Array(5).fill(STALE));
    expect((await widgets()).cart).toMatchObject({ kind: 'CART', version: 1 });
  });
});
