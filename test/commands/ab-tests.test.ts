import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OTHER_STORE, STORE, startTestGateway, type TestGateway } from '../support/gateway.ts';
import {
  everything,
  expectForbidden,
  expectRefused,
  lastWritten,
  type Mutation,
  rowsOf,
  run,
  type Sending,
  told,
} from './settings-kit.ts';

const scope = 'write_ab_tests';
const CREATE: Mutation = { name: 'abTestCreate', input: 'AbTestCreateInput', scope };
const UPDATE: Mutation = { name: 'abTestUpdate', input: 'AbTestUpdateInput', scope };
const START: Mutation = { name: 'abTestStart', input: 'AbTestTargetInput', scope };
const STOP: Mutation = { name: 'abTestStop', input: 'AbTestTargetInput', scope };

const STALE =
  'STALE_VERSION input.version: It was changed since this version was read. Read it again and decide anew.';
const SECOND = 'CONFLICT input.id: One test of a kind runs at a time. Stop the other one first.';

const CONTROL = { key: 'control', name: 'As it is', weight: 1 };
const PRICE = {
  name: 'Cheaper',
  kind: 'PRICE',
  variants: [
    CONTROL,
    { key: 'half', name: 'Half', weight: 3, priceOverrides: { factor: '50', paidBy: 'BRAND' } },
    {
      key: 'fixed',
      name: 'Fixed',
      weight: 1,
      priceOverrides: { fixed: { amount: '2.95', currencyCode: 'USD' } },
    },
  ],
};
const CART = {
  name: 'Words',
  kind: 'CART_WIDGET',
  variants: [
    CONTROL,
    {
      key: 'loud',
      name: 'Loud',
      weight: 1,
      widgetOverrides: { heading: 'LOUD', accentColor: '#FF0000', enabled: true, body: null },
    },
  ],
};

let gateway: TestGateway;
let keys = 0;
const newKey = () => `key-${++keys}`;

/** A new draft. */
async function draft(input: object = CART, sending: Sending = {}) {
  const { id, version } = await run(gateway, CREATE, input, { key: newKey(), ...sending });
  return { id: id ?? '', version: version ?? 0 };
}
const testOf = async (id: string | null) =>
  (await rowsOf(gateway, 'select * from commerce.ab_tests where id = $1', [id]))[0];
const variantsOf = (id: string | null) =>
  rowsOf(
    gateway,
    'select id, key, name, weight, kind, overrides from commerce.ab_variants where test_id = $1 order by position',
    [id],
  );
/** Nothing runs in the store from here on. */
const stopAll = () =>
  rowsOf(
    gateway,
    `update commerce.ab_tests set status = 'STOPPED', stopped_at = now() where status = 'RUNNING'`,
  );
const idle = (id: string, version = 1) => ({ id, version });

describe('a new A/B test', () => {
  beforeAll(async () => {
    gateway = await startTestGateway('postgres');
  });
  afterAll(() => gateway.close());

  it('is a draft of the store, made with exactly its scope', async () => {
    const { id, version, userErrors } = await run(gateway, CREATE, PRICE, { key: newKey() });
    expect([version, userErrors]).toEqual([1, []]);
    expect(id).toMatch(/^abt_[0-9a-z]{20}$/);
    expect(await testOf(id)).toMatchObject({
      store_id: STORE.id,
      name: 'Cheaper',
      kind: 'PRICE',
      status: 'DRAFT',
      started_at: null,
      stopped_at: null,
    });
    expect(await variantsOf(id)).toMatchObject([
      { key: 'control', weight: 1, kind: 'PRICE', overrides: {} },
      { key: 'half', weight: 3, overrides: { factor: 5_000, paidBy: 'BRAND' } },
      { key: 'fixed', overrides: { fixed: { amount: '295', currency: 'USD' } } },
    ]);
    expect(await lastWritten(gateway)).toEqual({
      audit: { mutation: 'abTestCreate', entity_id: id, fields: ['kind', 'name', 'variants'] },
      event: { topic: 'ab_test.created', entity_id: id },
    });
  });

  it('varies a widget where it is of one', async () => {
    const { id } = await draft();
    expect((await variantsOf(id))[1]).toMatchObject({
      kind: 'CART_WIDGET',
      overrides: { heading: 'LOUD', accentColor: '#ff0000', enabled: true },
    });
  });

  it('is shown to a token that may read it too, and to no other', async () => {
    const select = `abTest { name status variants(first: 5) { nodes { key isControl
      priceOverrides { factor fixed { amount } paidBy } widgetOverrides { heading } } } }`;
    await expectForbidden(gateway, CREATE, PRICE, { select, key: newKey() });
    const both = { select, key: newKey(), scope: 'write_ab_tests read_ab_tests' };
    const { abTest } = await run(gateway, CREATE, PRICE, both);
    expect(abTest).toEqual({
      name: 'Cheaper',
      status: 'DRAFT',
      variants: {
        nodes: [
          {
            key: 'control',
            isControl: true,
            priceOverrides: { factor: null, fixed: null, paidBy: null },
            widgetOverrides: null,
          },
          {
            key: 'half',
            isControl: false,
            priceOverrides: { factor: '50.00', fixed: null, paidBy: 'BRAND' },
            widgetOverrides: null,
          },
          {
            key: 'fixed',
            isControl: false,
            priceOverrides: { factor: null, fixed: { amount: '2.95' }, paidBy: null },
            widgetOverrides: null,
          },
        ],
      },
    });
  });

  it.each([
    ['reading them', 'read_ab_tests'],
    ['widgets and prices', 'write_widget_cart write_widget_checkout write_warranty_pricing'],
  ])('is not made with the scopes of %s', async (_what, other) => {
    await expectForbidden(gateway, CREATE, PRICE, { scope: other, key: newKey() });
  });

  it('is made once, however often the same request comes', async () => {
    const key = newKey();
    const first = await run(gateway, CREATE, CART, { key });
    const before = await everything(gateway);
    expect(await run(gateway, CREATE, CART, { key })).toEqual(first);
    expect(await everything(gateway)).toBe(before);
    const mismatch =
      'IDEMPOTENCY_MISMATCH null: This idempotency key was used for another mutation or another input. Send a new key for a new request.';
    await expectRefused(gateway, CREATE, { ...CART, name: 'Other' }, [mismatch], { key });
  });

  const arm = (change: object) => ({
    ...PRICE,
    variants: [CONTROL, { ...PRICE.variants[1], ...change }],
  });
  const fixed = (amount: string, currencyCode: string) => ({ fixed: { amount, currencyCode } });
  const at = 'INVALID input.variants.1';

  it.each([
    ['no name', { ...PRICE, name: '' }, 'INVALID input.name: It cannot be empty.'],
    [
      'one variant',
      { ...PRICE, variants: [CONTROL] },
      'INVALID input.variants: A test has 2 to 20 variants.',
    ],
    [
      'many variants',
      { ...PRICE, variants: Array.from({ length: 21 }, (_, n) => ({ ...CONTROL, key: `k${n}` })) },
      'INVALID input.variants: A test has 2 to 20 variants.',
    ],
    ['the same key twice', arm({ key: 'control' }), `${at}.key: Another variant has this key.`],
    [
      'a key of other letters',
      arm({ key: 'Half price' }),
      `${at}.key: It has to be 1 to 64 small letters, digits, "-" and "_".`,
    ],
    ['no weight', arm({ weight: 0 }), `${at}.weight: It has to be from 1 to 10,000.`],
    [
      'a factor that is too fine',
      arm({ priceOverrides: { factor: '50.125' } }),
      `${at}.priceOverrides.factor: It has to be from 0 to 10,000, with at most two decimal places.`,
    ],
    [
      'a factor that is too big',
      arm({ priceOverrides: { factor: '10000.01' } }),
      `${at}.priceOverrides.factor: It has to be from 0 to 10,000, with at most two decimal places.`,
    ],
    [
      'a factor and a fixed price',
      arm({ priceOverrides: { factor: '50', ...fixed('1', 'USD') } }),
      `${at}.priceOverrides.fixed: A price is either multiplied by a factor or replaced by a fixed one.`,
    ],
    [
      'a price that is too fine',
      arm({ priceOverrides: fixed('1.005', 'USD') }),
      `${at}.priceOverrides.fixed.amount: USD has no more than 2 decimal places.`,
    ],
    [
      'a price that is too big',
      arm({ priceOverrides: fixed('99999999999999', 'USD') }),
      `${at}.priceOverrides.fixed: An amount has at most 15 digits.`,
    ],
    [
      'a price in another currency',
      arm({ priceOverrides: fixed('1', 'EUR') }),
      `${at}.priceOverrides.fixed.currencyCode: It has to be the currency of the store.`,
    ],
    [
      'a widget in a test of prices',
      arm({ priceOverrides: null, widgetOverrides: { enabled: false } }),
      `${at}: A variant of a price test takes priceOverrides, one of a test of a widget takes widgetOverrides.`,
    ],
    [
      'prices in a test of a widget',
      { ...PRICE, kind: 'CHECKOUT_WIDGET' },
      `${at}: A variant of a price test takes priceOverrides, one of a test of a widget takes widgetOverrides.`,
    ],
    [
      'no colour',
      {
        ...CART,
        variants: [CONTROL, { ...CONTROL, key: 'red', widgetOverrides: { accentColor: 'red' } }],
      },
      `${at}.widgetOverrides.accentColor: It has to be a colour like #1f4e79.`,
    ],
  ])('does not take %s', async (_what, input, error) => {
    await expectRefused(gateway, CREATE, input, [error], { key: newKey() });
  });

  it('names the currency of the store to a token that may read it', async () => {
    const error = `${at}.priceOverrides.fixed.currencyCode: It has to be the currency of the store, USD.`;
    await expectRefused(gateway, CREATE, arm({ priceOverrides: fixed('1', 'EUR') }), [error], {
      key: newKey(),
      scope: 'write_ab_tests read_store',
    });
  });
});

describe('a draft of an A/B test', () => {
  beforeAll(async () => {
    gateway = await startTestGateway('postgres');
  });
  afterAll(() => gateway.close());

  it('changes, and a variant with the same key keeps its id', async () => {
    const { id } = await draft(PRICE);
    const [control, half] = await variantsOf(id);
    const variants = [
      { ...CONTROL, weight: 9 },
      { ...PRICE.variants[2], key: 'new' },
      PRICE.variants[1],
    ];
    const payload = await run(gateway, UPDATE, { ...idle(id), name: 'Renamed', variants });
    expect(payload).toEqual({ id, version: 2, userErrors: [] });
    expect(await testOf(id)).toMatchObject({ name: 'Renamed', status: 'DRAFT', version: 2 });
    expect(await variantsOf(id)).toMatchObject([
      { ...control, weight: 9 },
      { key: 'new', overrides: { fixed: { amount: '295', currency: 'USD' } } },
      half ?? {},
    ]);
    expect((await lastWritten(gateway)).event).toEqual({ topic: 'ab_test.updated', entity_id: id });
  });

  it('keeps its variants where none are sent', async () => {
    const { id } = await draft();
    const variants = await variantsOf(id);
    await run(gateway, UPDATE, { ...idle(id), name: 'Renamed' });
    expect(await variantsOf(id)).toEqual(variants);
  });

  it('does not take what a new one does not', async () => {
    const { id } = await draft(CART);
    await expectRefused(gateway, UPDATE, { ...idle(id), name: null, variants: [CONTROL] }, [
      'INVALID input.name: It cannot be emptied. Leave it out to keep it.',
      'INVALID input.variants: A test has 2 to 20 variants.',
    ]);
    await expectRefused(gateway, UPDATE, { ...idle(id), variants: PRICE.variants }, [
      'INVALID input.variants.1: A variant of a price test takes priceOverrides, one of a test of a widget takes widgetOverrides.',
    ]);
  });

  it.each([UPDATE, START, STOP])('is not touched without its scope: %o', async (mutation) => {
    const { id } = await draft();
    await expectForbidden(gateway, mutation, idle(id), { scope: 'read_ab_tests' });
  });

  it.each([UPDATE, START, STOP])('is left alone where it changed since: %o', async (mutation) => {
    const { id } = await draft();
    await expectRefused(gateway, mutation, idle(id, 2), [STALE]);
  });

  it.each([UPDATE, START, STOP])(
    'is not there for another store, nor is a missing one: %o',
    async (mutation) => {
      const { id } = await draft(CART, { store: OTHER_STORE.id });
      for (const foreign of [id, 'abt_00000000000000000000', '']) {
        await expectRefused(gateway, mutation, idle(foreign), [
          `NOT_FOUND input.id: There is no ${foreign} in sight.`,
        ]);
      }
    },
  );

  it('starts and stops, and then stays as it is', async () => {
    await stopAll();
    const { id } = await draft();
    const name = 'x';
    expect(await run(gateway, START, idle(id))).toEqual({ id, version: 2, userErrors: [] });
    expect((await lastWritten(gateway)).event).toEqual({ topic: 'ab_test.started', entity_id: id });
    const running = await testOf(id);
    expect(running).toMatchObject({ status: 'RUNNING', stopped_at: null });
    expect(running?.started_at).not.toBeNull();
    const rule = (text: string) => [`NOT_ALLOWED input.id: ${text}.`];
    const read = { scope: 'write_ab_tests read_ab_tests' };
    await expectRefused(
      gateway,
      UPDATE,
      { ...idle(id, 2), name },
      rule('Only a draft can be changed'),
    );
    await expectRefused(gateway, START, idle(id, 2), rule('Only a draft can be started'));
    const states = rule('Only a draft can be started; this one is RUNNING');
    await expectRefused(gateway, START, idle(id, 2), states, read);

    expect(await run(gateway, STOP, idle(id, 2))).toEqual({ id, version: 3, userErrors: [] });
    expect((await lastWritten(gateway)).event).toEqual({ topic: 'ab_test.stopped', entity_id: id });
    expect(await testOf(id)).toMatchObject({ status: 'STOPPED', started_at: running?.started_at });
    const stopped = rule('Only a test that runs can be stopped');
    await expectRefused(gateway, STOP, idle(id, 3), stopped);
    await expectRefused(
      gateway,
      UPDATE,
      { ...idle(id, 3), name },
      rule('Only a draft can be changed'),
    );
    await expectRefused(gateway, START, idle(id, 3), rule('Only a draft can be started'));
  });

  it('does not start beside another one of its kind, and does beside one of another', async () => {
    await stopAll();
    const first = await draft();
    const second = await draft();
    const price = await draft(PRICE);
    await run(gateway, START, idle(first.id));
    await expectRefused(gateway, START, idle(second.id), [SECOND]);
    expect(told(await run(gateway, START, idle(price.id)))).toEqual([]);
    await run(gateway, STOP, idle(first.id, 2));
    expect(told(await run(gateway, START, idle(second.id)))).toEqual([]);
  });

  it('starts beside one of its kind in another store', async () => {
    await stopAll();
    const foreign = await draft(CART, { store: OTHER_STORE.id });
    const own = await draft();
    const there = { store: OTHER_STORE.id };
    expect(told(await run(gateway, START, idle(foreign.id), there))).toEqual([]);
    expect(told(await run(gateway, START, idle(own.id)))).toEqual([]);
  });

  it('does not start where quotes could not read its prices', async () => {
    await stopAll();
    const { id } = await draft(PRICE);
    await rowsOf(
      gateway,
      `update commerce.ab_variants set overrides = '{"factor": "half"}' where test_id = $1 and key = 'half'`,
      [id],
    );
    await expectRefused(gateway, START, idle(id), [
      'NOT_ALLOWED input.id: The overrides of a variant are no price.',
    ]);
  });

  it('prices quotes once it runs', async () => {
    await stopAll();
    const variants = [
      { ...CONTROL, priceOverrides: { fixed: { amount: '7.77', currencyCode: 'USD' } } },
      { ...PRICE.variants[1], priceOverrides: { fixed: { amount: '7.77', currencyCode: 'USD' } } },
    ];
    const { id } = await draft({ ...PRICE, variants });
    const quote = async () => {
      const query = `{ quoteForCart(input: { currencyCode: "USD", sessionKey: "s", lines: [
        { sourceProductId: "1", quantity: 1, unitPrice: "99.95" }] }) { premium { amount } abVariant } }`;
      const { body } = await gateway.send(query, { token: await gateway.token('read_quotes') });
      return body.data?.quoteForCart as { premium: { amount: string }; abVariant: string | null };
    };
    expect((await quote()).abVariant).toBeNull();
    await run(gateway, START, idle(id));
    expect(await quote()).toEqual({
      premium: { amount: '7.77' },
      abVariant: expect.stringMatching(/^(control|half)$/),
    });
  });
});

describe('A/B tests on a real PostgreSQL', () => {
  beforeAll(async () => {
    gateway = await startTestGateway('postgres');
  });
  afterAll(() => gateway.close());

  const running = (kind: string) =>
    rowsOf(
      gateway,
      `select id from commerce.ab_tests where store_id = $1 and kind = $2 and status = 'RUNNING'`,
      [STORE.id, kind],
    );

  it('let one of a kind begin, however many are started at once', async () => {
    await stopAll();
    const drafts = await Promise.all(Array.from({ length: 6 }, () => draft()));
    const payloads = await Promise.all(drafts.map(({ id }) => run(gateway, START, idle(id))));
    expect(payloads.flatMap(told)).toEqual(Array(5).fill(SECOND));
    const [won] = payloads.flatMap(({ id }) => id ?? []);
    expect(await running('CART_WIDGET')).toEqual([{ id: won }]);
  });

  it('start once and stop once', async () => {
    await stopAll();
    const { id } = await draft(PRICE);
    const all = (mutation: Mutation, version: number) =>
      Promise.all(Array.from({ length: 5 }, () => run(gateway, mutation, idle(id, version))));
    expect((await all(START, 1)).flatMap(told)).toEqual(Array(4).fill(STALE));
    expect(await running('PRICE')).toEqual([{ id }]);
    expect((await all(STOP, 2)).flatMap(told)).toEqual(Array(4).fill(STALE));
    expect(await testOf(id)).toMatchObject({ status: 'STOPPED', version: 3 });
  });

  it('begin as they were, or are changed before they begin', async () => {
    await stopAll();
    const { id } = await draft(CART);
    const variants = [CONTROL, { ...CONTROL, key: 'other' }];
    const [started, changed] = await Promise.all([
      run(gateway, START, idle(id)),
      run(gateway, UPDATE, { ...idle(id), variants }),
    ]);
    expect([...told(started), ...told(changed)]).toEqual([STALE]);
    const found = (await variantsOf(id)).map(({ key }) => key);
    expect(found).toEqual(started.id ? ['control', 'loud'] : ['control', 'other']);
  });

  it('are made once, however often the same request comes at once', async () => {
    const key = newKey();
    const name = 'Once';
    const payloads = await Promise.all(
      Array.from({ length: 5 }, () => run(gateway, CREATE, { ...CART, name }, { key })),
    );
    expect(new Set(payloads.map(({ id }) => id)).size).toBe(1);
    const made = await rowsOf(gateway, `select id from commerce.ab_tests where name = $1`, [name]);
    expect(made).toEqual([{ id: payloads[0]?.id }]);
  });
});
