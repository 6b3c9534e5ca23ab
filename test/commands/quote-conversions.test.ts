import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OTHER_STORE, STORE } from '../support/gateway.ts';
import { openTestStore, type TestStore } from './kit.ts';
import { createOrder, fresh, order, WRITE } from './order-kit.ts';

const TABLES = ['orders', 'line_items', 'policies', 'quotes', 'ab_variant_days', 'ab_tests'];
const SHIPPING = { kind: 'SHIPPING_INSURANCE' };
const DAY = 86_400_000;
const AT_ONCE = 12;

interface Offered {
  readonly id: string;
  readonly abVariant: string | null;
}

let next = 0;

/** What tests of a store do with its price test. */
function shopOf(store: TestStore) {
  const { gateway } = store;
  const ask = async (query: string, scope: string, variables: object = {}) => {
    const { body, text } = await gateway.send(query, {
      token: await gateway.token(scope),
      variables: { ...variables },
    });
    return { data: body.data as Record<string, unknown>, errors: body.errors, text };
  };

  /** A quote for the cart of `order()`, in a session of the variant. */
  const quoteIn = async (variant: string): Promise<Offered> => {
    for (;;) {
      const input = {
        lines: [{ sourceProductId: 'p', quantity: 1, unitPrice: '35' }],
        currencyCode: 'USD',
        sessionKey: `session ${++next}`,
      };
      const { data, text } = await ask(
        'query ($input: QuoteForCartInput!) { quoteForCart(input: $input) { id abVariant } }',
        'read_quotes',
        { input },
      );
      const offer = data.quoteForCart as Offered | null;
      if (offer === null) throw new Error(text);
      if (offer.abVariant === variant) return offer;
    }
  };

  const testId = async () => {
    const [row] = await store.rows("select id from commerce.ab_tests where name = 'A lower rate'");
    return String(row?.id);
  };

  /** Sessions, orders, protected orders and revenue of a variant, as an app reads them. */
  const resultsOf = async (variant: string) => {
    const { data, text } = await ask(
      `query ($id: ID!) { abTest(id: $id) { variants { nodes { key results {
        sessions orders protectedOrders revenue { total { amount } } } } } } }`,
      'read_ab_tests',
      { id: await testId() },
    );
    const { nodes } = (data.abTest as { variants: { nodes: Results[] } }).variants;
    const results = nodes.find(({ key }) => key === variant)?.results;
    if (results === undefined) throw new Error(text);
    const { sessions, orders, protectedOrders, revenue } = results;
    return [
      sessions,
      orders,
      protectedOrders,
      BigInt(revenue[0]?.total.amount.replace('.', '') ?? 0),
    ] as const;
  };

  /** What was added to a variant's results while something was done. */
  const added = async (variant: string, work: () => Promise<unknown>) => {
    const before = await resultsOf(variant);
    await work();
    const after = await resultsOf(variant);
    return after.map((figure, index) => Number(figure) - Number(before[index]));
  };

  const send = (input: object, key = fresh()) =>
    store.send('orderCreate', order(input), { ...WRITE, key });

  return { ask, quoteIn, testId, resultsOf, added, send };
}

interface Results {
  readonly key: string;
  readonly results: {
    readonly sessions: number;
    readonly orders: number;
    readonly protectedOrders: number;
    readonly revenue: readonly { readonly total: { readonly amount: string } }[];
  };
}

const bought = ({ id }: Offered) => ({ protection: [{ ...SHIPPING, quoteId: id }] });

describe.each(['postgres'] as const)('an order by a quote on %s', (backend) => {
  let store: TestStore;
  let shop: ReturnType<typeof shopOf>;

  beforeAll(async () => {
    store = await openTestStore(backend, TABLES);
    shop = shopOf(store);
  });
  afterAll(() => store.close());

  it('counts for the variant that made the quote, with its total, and for no other', async () => {
    const offer = await shop.quoteIn('lower-rate');
    const others = await shop.resultsOf('control');
    const work = () => createOrder(store, bought(offer));
    expect(await shop.added('lower-rate', work)).toEqual([1, 1, 1, 3730]);
    expect(await shop.resultsOf('control')).toEqual(others);
    const [row] = await store.rows(
      `select d.revenue_squares::text as squares from commerce.ab_variant_days d join commerce.ab_variants v on v.id = d.variant_id
       where v.key = 'lower-rate' order by day desc limit 1`,
    );
    expect(BigInt(String(row?.squares))).toBeGreaterThanOrEqual(3730n * 3730n);
  });

  it('counts as one without protection where the quote was declined, however old it is', async () => {
    const offer = await shop.quoteIn('control');
    const work = () => createOrder(store, { declinedQuoteId: offer.id });
    expect(await shop.added('control', work)).toEqual([1, 1, 0, 3730]);
    const [row] = await store.rows(
      "select id, subtotal::text as subtotal, ab_variant from commerce.quotes where expires_at < now() - interval '1 hour' and order_id is null and ab_variant is not null limit 1",
    );
    const amount = `${String(row?.subtotal).slice(0, -2)}.${String(row?.subtotal).slice(-2)}`;
    const line = { sourceId: 'a', name: 'Mug', quantity: 1, unitPrice: amount };
    const totals = { discountTotal: null, shippingTotal: null, taxTotal: null };
    const old = () =>
      createOrder(store, {
        ...{ ...totals, lines: [line], subtotal: amount, total: amount },
        declinedQuoteId: row?.id,
      });
    expect(await shop.added(String(row?.ab_variant), old)).toEqual([
      ...[1, 1, 0],
      Number(row?.subtotal),
    ]);
    const taken = await store.rows('select order_id from commerce.quotes where id = $1', [row?.id]);
    expect(taken).toEqual([{ order_id: expect.stringMatching(/^ord_/) }]);
  });

  it('counts once, whatever is repeated or quoted', async () => {
    const offer = await shop.quoteIn('control');
    const input = order(bought(offer));
    const key = fresh();
    const repeated = async () => {
      const first = await store.send('orderCreate', input, { ...WRITE, key });
      expect(await store.send('orderCreate', input, { ...WRITE, key })).toEqual(first);
    };
    expect(await shop.added('control', repeated)).toEqual([1, 1, 1, 3730]);
    const [one, other] = [await shop.quoteIn('control'), await shop.quoteIn('control')];
    const both = () => createOrder(store, { ...bought(one), declinedQuoteId: other.id });
    expect(await shop.added('control', both)).toEqual([1, 1, 1, 3730]);
  });

  it('counts nothing where the order is refused, or has no quote of a test', async () => {
    const offer = await shop.quoteIn('control');
    const refused = async () => {
      const { userErrors } = await shop.send({ ...bought(offer), total: '1' });
      expect(userErrors).toMatchObject([{ code: 'INVALID' }]);
      const sourceId = fresh();
      await createOrder(store, { sourceId });
      const again = await shop.send({ ...bought(offer), sourceId });
      expect(again.userErrors).toMatchObject([{ code: 'CONFLICT', field: ['input', 'sourceId'] }]);
      await createOrder(store, { protection: [SHIPPING] });
    };
    expect(await shop.added('control', refused)).toEqual([0, 0, 0, 0]);
    expect(await shop.added('control', () => createOrder(store, bought(offer)))).toEqual([
      ...[1, 1, 1, 3730],
    ]);
  });

  it('counts nothing where protection is added to an order that was there', async () => {
    const id = await createOrder(store);
    const { id: quoteId } = await shop.quoteIn('control');
    const add = () =>
      store.send('orderProtectionAdd', { id, ...SHIPPING, quoteId }, { ...WRITE, key: fresh() });
    expect(await shop.added('control', add)).toEqual([0, 0, 0, 0]);
  });

  it('counts on its day in the time zone of the store', async () => {
    const [{ timezone } = {}] = await store.rows('select timezone from commerce.stores');
    for (const createdAt of ['2026-03-08T04:59:00.000Z', '2026-03-08T08:30:00.000Z']) {
      const offer = await shop.quoteIn('control');
      await createOrder(store, { ...bought(offer), createdAt });
      const day = new Intl.DateTimeFormat('en-CA', {
        timeZone: String(timezone),
        dateStyle: 'short',
      }).format(new Date(createdAt));
      const rows = await store.rows(
        "select sessions from commerce.ab_variant_days where day = $1 and sessions = 1 and variant_id in (select id from commerce.ab_variants where key = 'control')",
        [day],
      );
      expect(rows, day).toEqual([{ sessions: 1 }]);
    }
  });

  it('is refused a quote that is taken, forged, of another store, or for another cart', async () => {
    const offer = await shop.quoteIn('control');
    await createOrder(store, { declinedQuoteId: offer.id });
    const at = 'input.declinedQuoteId';
    const refuse = (changes: object) =>
      store.refusal('orderCreate', order(changes), { ...WRITE, key: fresh() });
    expect(await refuse({ declinedQuoteId: offer.id })).toBe(
      `CONFLICT ${at}: It was taken over already.`,
    );
    expect(await refuse(bought(offer))).toBe(
      'CONFLICT input.protection.0.quoteId: It was taken over already.',
    );
    const own = await shop.quoteIn('control');
    expect(await refuse({ ...bought(own), declinedQuoteId: own.id })).toMatch(/^CONFLICT /);
    const [stranger] = await store.rows(
      'select id from commerce.quotes limit 1',
      [],
      OTHER_STORE.id,
    );
    for (const id of [stranger?.id, 'qte_forged']) {
      expect(await refuse({ declinedQuoteId: id })).toBe(
        `NOT_FOUND ${at}: There is no such quote in sight.`,
      );
    }
    const [line] = order().lines;
    const cart = { lines: [line], subtotal: '25', discountTotal: '5', shippingTotal: null };
    expect(
      await refuse({ ...cart, taxTotal: '1.60', total: '21.60', declinedQuoteId: own.id }),
    ).toBe(`NOT_ALLOWED ${at}: It was made for another cart.`);
  });

  it('is told with the quote to those who may read both, and only while it is in sight', async () => {
    const read = async (id: string, scope: string) => {
      const query = `query ($id: ID!) {
        quote(id: $id) { id lines { quantity } order { id } }
        node(id: $id) { ... on Quote { order { id } } } }`;
      const { data, errors } = await shop.ask(query, scope, { id });
      return { data, codes: errors?.map(({ extensions }) => extensions.code) };
    };
    const offer = await shop.quoteIn('control');
    expect(await read(offer.id, 'read_quotes read_orders')).toEqual({
      data: { quote: { id: offer.id, lines: null, order: null }, node: { order: null } },
    });
    const id = await createOrder(store, bought(offer));
    const lines = [{ quantity: 2 }, { quantity: 1 }];
    expect(await read(offer.id, 'read_quotes read_orders')).toEqual({
      data: { quote: { id: offer.id, lines, order: { id } }, node: { order: { id } } },
    });
    expect(await read(offer.id, 'read_quotes')).toEqual({
      data: { quote: { id: offer.id, lines, order: null }, node: { order: null } },
      codes: ['INSUFFICIENT_SCOPE'],
    });

    const early = await shop.quoteIn('control');
    const createdAt = new Date(Date.now() - 61 * DAY).toISOString();
    const old = await createOrder(store, { ...bought(early), createdAt });
    const told = (order: object | null) => ({
      data: { quote: { id: early.id, lines, order }, node: { order } },
    });
    expect(await read(early.id, 'read_quotes read_orders')).toEqual(told(null));
    expect(await read(early.id, 'read_quotes read_orders read_all_orders')).toEqual(
      told({ id: old }),
    );
  });

  it('is all counted where many are created at once', async () => {
    const offers: Offered[] = [];
    while (offers.length < AT_ONCE) offers.push(await shop.quoteIn('lower-rate'));
    const work = () =>
      Promise.all(
        offers.map((offer, index) =>
          createOrder(store, index % 2 === 0 ? bought(offer) : { declinedQuoteId: offer.id }),
        ),
      );
    expect(await shop.added('lower-rate', work)).toEqual([
      ...[AT_ONCE, AT_ONCE, AT_ONCE / 2, AT_ONCE * 3730],
    ]);
  });

  it('gets the quote where others ask for it at once, and they do not', async () => {
    const offer = await shop.quoteIn('lower-rate');
    const work = async () => {
      const payloads = await Promise.all(
        Array.from({ length: AT_ONCE }, () => shop.send(bought(offer))),
      );
      const codes = payloads.map(({ userErrors }) => userErrors[0]?.code ?? 'done').sort();
      expect(codes).toEqual([...Array(AT_ONCE - 1).fill('CONFLICT'), 'done']);
    };
    expect(await shop.added('lower-rate', work)).toEqual([1, 1, 1, 3730]);
    const [row] = await store.rows('select order_id from commerce.quotes where id = $1', [
      offer.id,
    ]);
    const orders = await store.rows('select id from commerce.policies where order_id = $1', [
      row?.order_id,
    ]);
    expect(orders).toHaveLength(1);
  });

  it('waits for no other that takes the same quotes in another sequence', async () => {
    const [one, other] = [await shop.quoteIn('control'), await shop.quoteIn('control')];
    const inputs = Array.from({ length: AT_ONCE }, (_, index) =>
      index % 2 === 0
        ? { ...bought(one), declinedQuoteId: other.id }
        : { ...bought(other), declinedQuoteId: one.id },
    );
    const payloads = await Promise.all(inputs.map((input) => shop.send(input)));
    expect(payloads.filter(({ id }) => id !== null)).toHaveLength(1);
  });
});

describe('a price test that was stopped', () => {
  let store: TestStore;
  beforeAll(async () => {
    store = await openTestStore('postgres', TABLES);
  });
  afterAll(() => store.close());

  it('counts orders by quotes that it made, and makes no more of them', async () => {
    const shop = shopOf(store);
    const offer = await shop.quoteIn('lower-rate');
    const id = await shop.testId();
    const [row] = await store.rows('select version from commerce.ab_tests where id = $1', [id]);
    const { userErrors } = await store.send(
      'abTestStop',
      { id, version: row?.version },
      { scope: 'write_ab_tests', inputType: 'AbTestTargetInput' },
    );
    expect(userErrors).toEqual([]);
    expect(await shop.added('lower-rate', () => createOrder(store, bought(offer)))).toEqual([
      ...[1, 1, 1, 3730],
    ]);
    const later = await shop.quoteIn(null as never);
    expect(await shop.added('control', () => createOrder(store, bought(later)))).toEqual([
      ...[0, 0, 0, 0],
    ]);
  });
});

describe('the price of an order without a quote', () => {
  let store: TestStore;
  beforeAll(async () => {
    store = await openTestStore('postgres', TABLES);
  });
  afterAll(() => store.close());

  it.each(['SHIPPING_INSURANCE', 'WARRANTY', 'EXTENDED_WARRANTY'])(
    'is that of a quote without a session, also where the control changes prices: %s',
    async (kind) => {
      const shop = shopOf(store);
      const session = "select set_config('scopegate.store_id', $1, true)";
      await store.gateway.asRole('scopegate_writer', [
        [session, [STORE.id]],
        [`update commerce.ab_variants set overrides = '{"factor": 30000}' where key = 'control'`],
      ]);
      const { data } = await shop.ask(
        `query ($input: QuoteForCartInput!) { quoteForCart(input: $input) { abVariant premium { amount } } }`,
        'read_quotes',
        {
          input: {
            kind,
            lines: [{ sourceProductId: 'p', quantity: 1, unitPrice: '35' }],
            currencyCode: 'USD',
          },
        },
      );
      const quoted = data.quoteForCart as { abVariant: string; premium: { amount: string } } | null;
      expect(quoted).not.toBeNull();
      const id = await createOrder(store, { protection: [{ kind }] });
      const [policy] = await store.rows(
        'select premium::text from commerce.policies where order_id = $1',
        [id],
      );
      expect(policy?.premium).toBe(String(BigInt(quoted?.premium.amount.replace('.', '') ?? -1)));
      expect(quoted?.abVariant).toBe('control');
    },
  );
});
