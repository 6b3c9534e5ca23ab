import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OTHER_STORE, STORE } from '../support/gateway.ts';
import { openTestStore, type TestStore } from './kit.ts';

const WRITE = { scope: 'write_products' };
const BOTH = { scope: 'write_products read_products' };
const USD = (amount: string) => ({ amount, currencyCode: 'USD' });

let next = 0;
const fresh = () => `test-${++next}`;

const simple = (changes: object = {}) => ({
  sourceId: fresh(),
  name: 'Enamel mug',
  status: 'ACTIVE',
  kind: 'SIMPLE',
  price: USD('12.50'),
  inventory: { quantity: 7 },
  ...changes,
});

const variant = (changes: object = {}) => ({
  sourceId: fresh(),
  title: 'Blue',
  price: USD('13'),
  inventory: { quantity: 3 },
  ...changes,
});

describe.each(['postgres'] as const)('products on %s', (backend) => {
  let store: TestStore;
  let memberA: string;
  let memberB: string;

  beforeAll(async () => {
    store = await openTestStore(backend, ['products', 'product_variants', 'product_members']);
    memberA = await create();
    memberB = await create();
  });
  afterAll(() => store.close());

  const create = async (changes: object = {}): Promise<string> => {
    const { id, userErrors } = await store.send('productCreate', simple(changes), {
      ...WRITE,
      key: fresh(),
    });
    expect(userErrors).toEqual([]);
    return id ?? '';
  };

  const addVariant = async (productId: string, changes: object = {}): Promise<string> => {
    const input = { productId, ...variant(changes) };
    const { id } = await store.send('productVariantCreate', input, { ...WRITE, key: fresh() });
    return id ?? '';
  };

  const group = (changes: object = {}) => ({
    ...simple({ kind: 'GROUPED', inventory: { inStock: true } }),
    members: [
      { productId: memberA, quantity: 2 },
      { productId: memberB, quantity: 1 },
    ],
    ...changes,
  });

  const read = async (id: string, fields: string, storeId?: string) => {
    const token = await store.gateway.token('read_products', storeId);
    const query = `{ product(id: "${id}") { ${fields} } }`;
    const { body } = await store.gateway.send(query, { token });
    return body.data?.product as Record<string, unknown> | null;
  };

  const eventsOf = async (id: string) =>
    (
      await store.journal(
        'select topic from commerce.outbox_events where entity_id = $1 order by sequence',
        [id],
      )
    ).map(({ topic }) => topic);

  const elsewhere = async (table: string) => {
    const [row] = await store.rows(`select id from commerce.${table} limit 1`, [], OTHER_STORE.id);
    return String(row?.id);
  };

  it.each([
    ['productCreate', () => simple(), true],
    ['productUpdate', () => ({ id: memberA, name: 'x' }), false],
    ['productArchive', () => ({ id: memberA }), false],
    ['productDelete', () => ({ id: memberA }), false],
    ['productVariantCreate', () => ({ productId: memberA, ...variant() }), true],
    ['productVariantUpdate', () => ({ id: 'var_1', title: 'x' }), false],
    ['productVariantDelete', () => ({ id: 'var_1' }), false],
    ['productInventorySet', () => ({ id: memberA, quantity: 1 }), false],
  ] as const)(
    '%s is refused without its scope, and changes nothing',
    async (name, input, keyed) => {
      const before = await store.fingerprint();
      const scopes = 'read_products write_orders write_customers manage_claims read_all_orders';
      const key = keyed ? { key: fresh() } : {};
      const { status, body } = await store.ask(name, input(), { scope: scopes, ...key });
      expect([status, body.errors?.[0]?.extensions.code]).toEqual([403, 'INSUFFICIENT_SCOPE']);
      expect(body.errors?.[0]?.extensions.missingScopes).toEqual(['write_products']);
      expect(await store.fingerprint()).toEqual(before);
    },
  );

  it('shows what was written only to whoever may read it as well', async () => {
    const select = 'product { name }';
    const before = await store.fingerprint();
    const input = simple();
    const { status } = await store.ask('productCreate', input, { ...WRITE, key: fresh(), select });
    expect(status).toBe(403);
    expect(await store.fingerprint()).toEqual(before);
    const { product } = await store.send('productCreate', input, { ...BOTH, key: fresh(), select });
    expect(product).toEqual({ name: 'Enamel mug' });
  });

  describe('productCreate', () => {
    it('creates a product with its variants, whose inventory is its own', async () => {
      const variants = [
        variant({ title: 'Blue', sku: 'MUG-B', inventory: { quantity: 3 } }),
        variant({ title: 'Red', price: USD('14.05'), inventory: { quantity: 0 } }),
      ];
      const { inventory: _, ...rest } = simple({ name: '  Enamel mug ', sku: ' ' });
      const key = { ...WRITE, key: fresh() };
      const { id, version, userErrors } = await store.send(
        'productCreate',
        { ...rest, variants },
        key,
      );
      expect([version, userErrors]).toEqual([1, []]);
      const fields = `name sku status kind price { amount currencyCode } version description
        inventory { tracked quantity inStock }
        variants(first: 5) { nodes { title sku price { amount } version inventory { quantity inStock } } }`;
      expect(await read(id ?? '', fields)).toEqual({
        name: 'Enamel mug',
        sku: null,
        status: 'ACTIVE',
        kind: 'SIMPLE',
        price: USD('12.50'),
        version: 1,
        description: null,
        inventory: { tracked: true, quantity: 3, inStock: true },
        variants: {
          nodes: [
            {
              title: 'Blue',
              sku: 'MUG-B',
              price: { amount: '13.00' },
              version: 1,
              inventory: { quantity: 3, inStock: true },
            },
            {
              title: 'Red',
              sku: null,
              price: { amount: '14.05' },
              version: 1,
              inventory: { quantity: 0, inStock: false },
            },
          ],
        },
      });
      expect(await eventsOf(id ?? '')).toEqual(['product.created']);
    });

    it('creates a group of products', async () => {
      const { id } = await store.send('productCreate', group(), { ...WRITE, key: fresh() });
      const fields = 'kind members(first: 5) { nodes { quantity product { id } } }';
      expect(await read(id ?? '', fields)).toEqual({
        kind: 'GROUPED',
        members: {
          nodes: [
            { quantity: 2, product: { id: memberA } },
            { quantity: 1, product: { id: memberB } },
          ],
        },
      });
    });

    it('is in its own store only', async () => {
      const id = await create();
      expect(await read(id, 'id')).toEqual({ id });
      expect(await read(id, 'id', OTHER_STORE.id)).toBeNull();
    });

    it('replays a key, and refuses it for anything else', async () => {
      const input = simple();
      const sending = { ...WRITE, key: fresh() };
      const first = await store.send('productCreate', input, sending);
      const before = await store.fingerprint();
      expect(await store.send('productCreate', input, sending)).toEqual(first);
      expect(await store.fingerprint()).toEqual(before);
      expect(await store.refusal('productCreate', { ...input, name: 'Other' }, sending)).toBe(
        'IDEMPOTENCY_MISMATCH -: This idempotency key was used for another mutation or another input. Send a new key for a new request.',
      );
      const replay = await store.send('productCreate', input, {
        ...BOTH,
        key: sending.key,
        select: 'product { name }',
      });
      expect(replay).toMatchObject({ id: first.id, product: { name: 'Enamel mug' } });
    });

    const STOCK =
      'Give either the quantity, or whether it is in stock where the platform counts no pieces.';

    it.each([
      ['an empty name', () => simple({ name: ' ' }), 'INVALID input.name: It cannot be empty.'],
      [
        'a long name',
        () => simple({ name: 'x'.repeat(256) }),
        'INVALID input.name: It has at most 255 characters.',
      ],
      [
        'a NUL',
        () => simple({ description: 'a\0b' }),
        'INVALID input.description: It cannot hold a NUL character.',
      ],
      [
        'an image that is no URL',
        () => simple({ imageUrl: 'javascript:alert(1)' }),
        'INVALID input.imageUrl: It is not an http or https URL.',
      ],
      [
        'too many decimals',
        () => simple({ price: USD('1.005') }),
        'INVALID input.price.amount: USD has no more than 2 decimal places.',
      ],
      [
        'too dear a price',
        () => simple({ price: USD('99999999999999.99') }),
        'INVALID input.price.amount: It is more than a price can be.',
      ],
      [
        'another currency',
        () => simple({ price: { amount: '1300', currencyCode: 'JPY' } }),
        'INVALID input.price.currencyCode: It has to be the currency of the store.',
      ],
      [
        'less than nothing',
        () => simple({ inventory: { quantity: -1 } }),
        'INVALID input.inventory.quantity: There cannot be less than none.',
      ],
      [
        'too much',
        () => simple({ inventory: { quantity: 5_000_001 } }),
        'INVALID input.inventory.quantity: There are at most 5000000 pieces.',
      ],
      [
        'two kinds of inventory',
        () => simple({ inventory: { quantity: 1, inStock: true } }),
        `INVALID input.inventory.quantity: ${STOCK}`,
      ],
      [
        'no kind of inventory',
        () => simple({ inventory: {} }),
        `INVALID input.inventory.quantity: ${STOCK}`,
      ],
      [
        'no inventory',
        () => simple({ inventory: null }),
        'INVALID input.inventory: A product without variants has an inventory of its own: say it.',
      ],
      [
        'inventory beside variants',
        () => simple({ variants: [variant()] }),
        'INVALID input.inventory: The inventory of a product with variants is that of its variants.',
      ],
      [
        'members of a simple product',
        () => simple({ members: [{ productId: memberA, quantity: 1 }] }),
        'INVALID input.members: Only a group has members.',
      ],
      [
        'a group of nothing',
        () => group({ members: [] }),
        'INVALID input.members: A group has at least one member.',
      ],
      [
        'a group without members',
        () => group({ members: null }),
        'INVALID input.members: A group needs its members.',
      ],
      [
        'none of a member',
        () => group({ members: [{ productId: memberA, quantity: 0 }] }),
        'INVALID input.members.0.quantity: A group has at least one of each member.',
      ],
      [
        'a member twice',
        () =>
          group({
            members: [
              { productId: memberA, quantity: 1 },
              { productId: memberA, quantity: 1 },
            ],
          }),
        'INVALID input.members.1.productId: It is in the group already. Say how many there are by its quantity.',
      ],
      [
        'a missing member',
        () => group({ members: [{ productId: 'prd_none', quantity: 1 }] }),
        'NOT_FOUND input.members.0.productId: There is no prd_none in sight.',
      ],
    ] as const)('refuses %s', async (_, input, message) => {
      expect(await store.refusal('productCreate', input(), { ...WRITE, key: fresh() })).toBe(
        message,
      );
    });

    it('refuses a source id that is taken, of a product or of a variant', async () => {
      const taken = { sourceId: fresh() };
      await create(taken);
      const key = () => ({ ...WRITE, key: fresh() });
      expect(await store.refusal('productCreate', simple(taken), key())).toBe(
        'CONFLICT input.sourceId: There is a product with this source id already.',
      );
      const twice = variant();
      const input = simple({ inventory: null, variants: [twice, twice] });
      expect(await store.refusal('productCreate', input, key())).toBe(
        'CONFLICT input.variants.1.sourceId: There is a variant with this source id already.',
      );
    });

    it('refuses a group in a group, and a member of another store', async () => {
      const { id } = await store.send('productCreate', group(), { ...WRITE, key: fresh() });
      const foreign = await elsewhere('products');
      const members = [id, foreign].map((productId) => ({ productId, quantity: 1 }));
      expect(
        await store.refusal('productCreate', group({ members }), { ...WRITE, key: fresh() }),
      ).toBe(
        `NOT_ALLOWED input.members.0.productId: A group cannot be in a group.\nNOT_FOUND input.members.1.productId: There is no ${foreign} in sight.`,
      );
    });
  });

  describe('productUpdate', () => {
    it('changes what is given and leaves the rest', async () => {
      const id = await create({ description: 'Keeps tea hot.', sku: 'MUG' });
      const input = { id, version: 1, name: 'Tea mug', price: USD('9.9'), description: null };
      expect(await store.send('productUpdate', input, WRITE)).toEqual({
        id,
        version: 2,
        userErrors: [],
      });
      expect(await read(id, 'name sku description price { amount } version')).toEqual({
        name: 'Tea mug',
        sku: 'MUG',
        description: null,
        price: { amount: '9.90' },
        version: 2,
      });
      expect(await eventsOf(id)).toEqual(['product.created', 'product.updated']);
    });

    it('replaces the members of a group', async () => {
      const { id } = await store.send('productCreate', group(), { ...WRITE, key: fresh() });
      const members = [{ productId: memberB, quantity: 5 }];
      await store.send('productUpdate', { id, members }, WRITE);
      expect(
        await read(id ?? '', 'members(first: 5) { nodes { quantity product { id } } }'),
      ).toEqual({
        members: { nodes: [{ quantity: 5, product: { id: memberB } }] },
      });
    });

    it.each([
      [
        'a stale version',
        () => ({ id: memberA, version: 9, name: 'x' }),
        'STALE_VERSION input.version: It was changed since this version was read. Read it again and decide anew.',
      ],
      [
        'no name',
        () => ({ id: memberA, name: null }),
        'INVALID input.name: It cannot be emptied. Leave it out to keep it.',
      ],
      [
        'no price',
        () => ({ id: memberA, price: null }),
        'INVALID input.price: It cannot be emptied. Leave it out to keep it.',
      ],
      [
        'another currency',
        () => ({ id: memberA, price: { amount: '1', currencyCode: 'EUR' } }),
        'INVALID input.price.currencyCode: It has to be the currency of the store.',
      ],
      [
        'members of a simple product',
        () => ({ id: memberA, members: [{ productId: memberB, quantity: 1 }] }),
        'NOT_ALLOWED input.members: Only a group has members.',
      ],
      [
        'a missing product',
        () => ({ id: 'prd_none', name: 'x' }),
        'NOT_FOUND input.id: There is no prd_none in sight.',
      ],
      [
        'an id with a NUL',
        () => ({ id: 'prd_\0', name: 'x' }),
        'INVALID input.id: It cannot hold a NUL character.',
      ],
    ] as const)('refuses %s', async (_, input, message) => {
      expect(await store.refusal('productUpdate', input(), WRITE)).toBe(message);
    });

    it('sees no product of another store', async () => {
      const id = await elsewhere('products');
      expect(await store.refusal('productUpdate', { id, version: 1, name: 'x' }, WRITE)).toBe(
        `NOT_FOUND input.id: There is no ${id} in sight.`,
      );
    });
  });

  describe('productArchive', () => {
    it('takes a product off sale once', async () => {
      const id = await create();
      expect(await store.send('productArchive', { id, version: 1 }, WRITE)).toMatchObject({
        version: 2,
      });
      expect(await store.send('productArchive', { id }, WRITE)).toMatchObject({
        version: 2,
        userErrors: [],
      });
      expect(await read(id, 'status')).toEqual({ status: 'ARCHIVED' });
      expect(await eventsOf(id)).toEqual(['product.created', 'product.updated']);
    });

    it('refuses a stale version and a missing product', async () => {
      const id = await create();
      expect(await store.refusal('productArchive', { id, version: 2 }, WRITE)).toMatch(
        /^STALE_VERSION input.version:/,
      );
      expect(await store.refusal('productArchive', { id: 'prd_none' }, WRITE)).toMatch(
        /^NOT_FOUND input.id:/,
      );
    });
  });

  describe('productDelete', () => {
    it('leaves orders what they say, and nothing else', async () => {
      const [line] = await store.rows(
        `select l.id, l.name, l.order_id, l.product_id, l.variant_id, p.source_id from commerce.line_items l
         join commerce.products p on p.id = l.product_id where l.variant_id is not null
         order by l.order_created_at desc limit 1`,
      );
      const id = String(line?.product_id);
      const token = await store.gateway.token('read_products read_orders');
      const look = async () => {
        const query = `{ node(id: "${line?.id}") { ... on LineItem { name quantity unitPrice { amount } product { id } variant { id } } }
          product(id: "${id}") { id } productBySourceId(sourceId: "${line?.source_id}") { id }
          variant: node(id: "${line?.variant_id}") { id } products(first: 1) { totalCount } }`;
        const { body } = await store.gateway.send(query, { token });
        return body.data as { node: object; products: { totalCount: number } };
      };
      const before = await look();
      expect(before).toMatchObject({ node: { product: { id } }, product: { id }, variant: {} });

      const { version, userErrors } = await store.send('productDelete', { id }, WRITE);
      expect([version, userErrors]).toEqual([2, []]);
      expect(await look()).toEqual({
        node: { ...before.node, product: null, variant: null },
        product: null,
        productBySourceId: null,
        variant: null,
        products: { totalCount: before.products.totalCount - 1 },
      });
      expect(await eventsOf(id)).toEqual(['product.deleted']);
      const again = { ...simple(), sourceId: String(line?.source_id) };
      const { id: newId } = await store.send('productCreate', again, { ...WRITE, key: fresh() });
      expect(newId).not.toBe(id);
    });

    it('finds a deleted product no more, nor its variants', async () => {
      const id = await create({ inventory: null, variants: [variant()] });
      const [row] = await store.rows(
        'select id from commerce.product_variants where product_id = $1',
        [id],
      );
      const variantId = String(row?.id);
      await store.send('productDelete', { id }, WRITE);
      const calls: [string, object][] = [
        ['productUpdate', { id, name: 'x' }],
        ['productArchive', { id }],
        ['productDelete', { id, version: 1 }],
        ['productInventorySet', { id, quantity: 1 }],
        ['productInventorySet', { id: variantId, quantity: 1 }],
        ['productVariantUpdate', { id: variantId, title: 'x' }],
        ['productVariantDelete', { id: variantId }],
      ];
      for (const [name, input] of calls) {
        const { id: target } = input as { id: string };
        expect(await store.refusal(name, input, WRITE)).toBe(
          `NOT_FOUND input.id: There is no ${target} in sight.`,
        );
      }
      const key = { ...WRITE, key: fresh() };
      expect(
        await store.refusal('productVariantCreate', { productId: id, ...variant() }, key),
      ).toBe(`NOT_FOUND input.productId: There is no ${id} in sight.`);
      const members = [{ productId: id, quantity: 1 }];
      expect(
        await store.refusal('productCreate', group({ members }), { ...WRITE, key: fresh() }),
      ).toMatch(/^NOT_FOUND input.members.0.productId:/);
    });

    it('takes it out of the groups that contain it, and says that they changed', async () => {
      const member = await create();
      const members = [memberA, member].map((productId) => ({ productId, quantity: 1 }));
      const sent = group({ members });
      const { id: groupId } = await store.send('productCreate', sent, { ...WRITE, key: fresh() });
      await store.send('productDelete', { id: member }, WRITE);
      expect(
        await read(groupId ?? '', 'version members(first: 5) { nodes { product { id } } }'),
      ).toEqual({
        version: 2,
        members: { nodes: [{ product: { id: memberA } }] },
      });
      expect(await eventsOf(groupId ?? '')).toEqual(['product.created', 'product.updated']);
    });

    it('refuses a stale version and a product of another store', async () => {
      const id = await create();
      expect(await store.refusal('productDelete', { id, version: 2 }, WRITE)).toMatch(
        /^STALE_VERSION input.version:/,
      );
      const foreign = await elsewhere('products');
      expect(await store.refusal('productDelete', { id: foreign }, WRITE)).toMatch(
        /^NOT_FOUND input.id:/,
      );
    });
  });

  describe('variants', () => {
    const stock = 'version inventory { tracked quantity inStock }';

    it('come, change and go, and their product follows', async () => {
      const id = await create();
      const blue = await addVariant(id, { inventory: { quantity: 3 } });
      expect(await read(id, stock)).toEqual({
        version: 2,
        inventory: { tracked: true, quantity: 3, inStock: true },
      });
      const red = await addVariant(id, { title: 'Red', inventory: { inStock: true } });
      expect(await read(id, stock)).toEqual({
        version: 3,
        inventory: { tracked: false, quantity: null, inStock: true },
      });
      const changed = await store.send(
        'productVariantUpdate',
        { id: red, version: 1, title: 'Crimson', price: USD('1') },
        {
          ...BOTH,
          select: 'variant { title sku price { amount } product { id } }',
        },
      );
      expect(changed).toEqual({
        id: red,
        version: 2,
        userErrors: [],
        variant: { title: 'Crimson', sku: null, price: { amount: '1.00' }, product: { id } },
      });
      const gone = await store.send(
        'productVariantDelete',
        { id: red },
        {
          ...BOTH,
          select: 'product { inventory { quantity } variants(first: 5) { nodes { id } } }',
        },
      );
      expect(gone).toEqual({
        id: red,
        version: 3,
        userErrors: [],
        product: { inventory: { quantity: 3 }, variants: { nodes: [{ id: blue }] } },
      });
      expect(await eventsOf(id)).toEqual(['product.created', ...Array(4).fill('product.updated')]);
    });

    it('are made once for each key', async () => {
      const input = { productId: await create(), ...variant() };
      const sending = { ...WRITE, key: fresh() };
      const first = await store.send('productVariantCreate', input, sending);
      expect(await store.send('productVariantCreate', input, sending)).toEqual(first);
      expect(await read(input.productId, 'version')).toEqual({ version: 2 });
      expect(
        await store.refusal('productVariantCreate', { ...input, title: 'y' }, sending),
      ).toMatch(/^IDEMPOTENCY_MISMATCH -:/);
    });

    it('free their source ids when they go', async () => {
      const productId = await create();
      const sourceId = fresh();
      const id = await addVariant(productId, { sourceId });
      const key = { ...WRITE, key: fresh() };
      expect(
        await store.refusal('productVariantCreate', { productId, ...variant({ sourceId }) }, key),
      ).toBe('CONFLICT input.sourceId: There is a variant with this source id already.');
      await store.send('productVariantDelete', { id, version: 1 }, WRITE);
      expect(await addVariant(productId, { sourceId })).not.toBe(id);
    });

    it('are refused where they cannot be', async () => {
      const { id: groupId } = await store.send('productCreate', group(), {
        ...WRITE,
        key: fresh(),
      });
      const add = (productId: unknown, changes: object = {}) =>
        store.refusal(
          'productVariantCreate',
          { productId, ...variant(changes) },
          { ...WRITE, key: fresh() },
        );
      expect(await add(groupId)).toBe(
        'NOT_ALLOWED input.productId: A group has members, no variants.',
      );
      expect(await add('prd_none')).toBe(
        'NOT_FOUND input.productId: There is no prd_none in sight.',
      );
      const foreign = await elsewhere('products');
      expect(await add(foreign)).toBe(
        `NOT_FOUND input.productId: There is no ${foreign} in sight.`,
      );
      expect(await add(memberA, { price: { amount: '1', currencyCode: 'EUR' } })).toBe(
        'INVALID input.price.currencyCode: It has to be the currency of the store.',
      );
      expect(await add(memberA, { title: '' })).toBe('INVALID input.title: It cannot be empty.');
      const full = await create({
        inventory: null,
        variants: Array.from({ length: 250 }, () => variant()),
      });
      expect(await add(full)).toBe(
        'NOT_ALLOWED input.productId: A product has at most 250 variants.',
      );
    });

    it('are not changed by a stale version, from another store, or into nothing', async () => {
      const id = await addVariant(await create());
      const foreign = await elsewhere('product_variants');
      for (const name of ['productVariantUpdate', 'productVariantDelete']) {
        const title = name === 'productVariantUpdate' ? { title: 'x' } : {};
        expect(await store.refusal(name, { id, version: 2, ...title }, WRITE)).toMatch(
          /^STALE_VERSION input.version:/,
        );
        expect(await store.refusal(name, { id: foreign, ...title }, WRITE)).toBe(
          `NOT_FOUND input.id: There is no ${foreign} in sight.`,
        );
        expect(await store.refusal(name, { id: 'var_none', ...title }, WRITE)).toMatch(
          /^NOT_FOUND input.id:/,
        );
      }
      expect(await store.refusal('productVariantUpdate', { id, title: null }, WRITE)).toBe(
        'INVALID input.title: It cannot be emptied. Leave it out to keep it.',
      );
      expect(
        await store.refusal(
          'productVariantUpdate',
          { id, price: { amount: '1', currencyCode: 'EUR' } },
          WRITE,
        ),
      ).toBe('INVALID input.price.currencyCode: It has to be the currency of the store.');
    });
  });

  describe('productInventorySet', () => {
    const set = (input: object) =>
      store.send('productInventorySet', input, {
        ...BOTH,
        select: 'product { inventory { tracked quantity inStock } }',
      });

    it('says how much there is of a product without variants', async () => {
      const id = await create();
      expect(await set({ id, quantity: 0 })).toEqual({
        id,
        version: 2,
        userErrors: [],
        product: { inventory: { tracked: true, quantity: 0, inStock: false } },
      });
      expect(await set({ id, version: 2, inStock: true })).toMatchObject({
        version: 3,
        product: { inventory: { tracked: false, quantity: null, inStock: true } },
      });
    });

    it('says it of a variant, and its product follows', async () => {
      const productId = await create();
      const id = await addVariant(productId);
      await addVariant(productId, { inventory: { quantity: 4 } });
      expect(await set({ id, quantity: 10 })).toMatchObject({
        id,
        version: 2,
        product: { inventory: { tracked: true, quantity: 14, inStock: true } },
      });
      expect(
        await store.refusal('productInventorySet', { id: productId, quantity: 1 }, WRITE),
      ).toBe(
        'NOT_ALLOWED input.id: The inventory of a product with variants is that of its variants. Set theirs.',
      );
    });

    it.each([
      [
        'less than none',
        () => ({ id: memberA, quantity: -1 }),
        'INVALID input.quantity: There cannot be less than none.',
      ],
      ['neither', () => ({ id: memberA }), /^INVALID input.quantity: Give either the quantity/],
      [
        'both',
        () => ({ id: memberA, quantity: 1, inStock: true }),
        /^INVALID input.quantity: Give either/,
      ],
      [
        'a stale version',
        () => ({ id: memberA, version: 5, quantity: 1 }),
        /^STALE_VERSION input.version:/,
      ],
      [
        'a missing variant',
        () => ({ id: 'var_none', quantity: 1 }),
        'NOT_FOUND input.id: There is no var_none in sight.',
      ],
      [
        'something else',
        () => ({ id: STORE.id, quantity: 1 }),
        `NOT_FOUND input.id: There is no ${STORE.id} in sight.`,
      ],
    ] as const)('refuses %s', async (_, input, message) => {
      expect(await store.refusal('productInventorySet', input(), WRITE)).toMatch(message);
    });
  });

  describe('at the same time', () => {
    it('sets of all variants add up', async () => {
      const productId = await create();
      const ids: string[] = [];
      for (let index = 0; index < 8; index += 1) ids.push(await addVariant(productId));
      await Promise.all(
        ids.map((id, index) => store.send('productInventorySet', { id, quantity: index }, WRITE)),
      );
      expect(await read(productId, 'version inventory { quantity }')).toEqual({
        version: 17,
        inventory: { quantity: 28 },
      });
    });

    it('one of two changes of the same version is made', async () => {
      const id = await create();
      const names = ['a', 'b', 'c', 'd'];
      const payloads = await Promise.all(
        names.map((name) => store.send('productUpdate', { id, version: 1, name }, WRITE)),
      );
      const made = payloads.filter(({ userErrors }) => userErrors.length === 0);
      expect(made).toHaveLength(1);
      expect(payloads.flatMap(({ userErrors }) => userErrors.map(({ code }) => code))).toEqual(
        Array(3).fill('STALE_VERSION'),
      );
    });

    it('one of many creations with a source id is made, and one with a key', async () => {
      const input = simple();
      const keyed = await Promise.all(
        Array.from({ length: 4 }, () =>
          store.send('productCreate', input, { ...WRITE, key: input.sourceId }),
        ),
      );
      expect(new Set(keyed.map(({ id }) => id)).size).toBe(1);
      const other = simple();
      const created = await Promise.all(
        Array.from({ length: 4 }, () =>
          store.send('productCreate', other, { ...WRITE, key: fresh() }),
        ),
      );
      expect(created.filter(({ id }) => id !== null)).toHaveLength(1);
      expect(created.flatMap(({ userErrors }) => userErrors.map(({ code }) => code))).toEqual(
        Array(3).fill('CONFLICT'),
      );
    });

    it('no group is left with a member that was deleted', async () => {
      const members = await Promise.all(Array.from({ length: 6 }, () => create()));
      const groups = await Promise.all(
        [0, 1].map(async () => {
          const sent = group({ members: members.map((productId) => ({ productId, quantity: 1 })) });
          return (await store.send('productCreate', sent, { ...WRITE, key: fresh() })).id ?? '';
        }),
      );
      await Promise.all([
        ...members.slice(1).map((id) => store.send('productDelete', { id }, WRITE)),
        ...groups.map((id) =>
          store.send(
            'productUpdate',
            { id, members: members.toReversed().map((productId) => ({ productId, quantity: 2 })) },
            WRITE,
          ),
        ),
        ...members.slice(1).map((id) => store.send('productUpdate', { id, name: 'x' }, WRITE)),
      ]);
      for (const id of groups) {
        expect(await read(id, 'members(first: 9) { nodes { product { id } } }')).toEqual({
          members: { nodes: [{ product: { id: members[0] } }] },
        });
      }
    });
  });
});
