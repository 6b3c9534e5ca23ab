import { getNamedType, isInputObjectType, isObjectType, isRequiredArgument } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_INSTALLATIONS } from '../../src/data/seed/demo-apps.ts';
import { DEMO_STORES } from '../../src/data/seed/demo-stores.ts';
import type { DemoRows } from '../../src/data/seed/generate.ts';
import { SYSTEM_ROLE } from '../../src/data/tables/columns.ts';
import { schema } from '../../src/schema/index.ts';
import { SCOPES } from '../../src/scopes/catalogue.ts';
import { order } from '../commands/order-kit.ts';
import { type Backend, startTestGateway, type TestGateway } from '../support/gateway.ts';
import {
  around,
  type InputPlace,
  inputPlaces,
  type Json,
  requiredOf,
  sampleOf,
  type Values,
} from '../support/queries-inputs.ts';
import { fieldNeeds } from '../support/queries-sdl.ts';
import { must, seededAt, seededStores, windowStart } from '../support/queries-seed.ts';
import { insertWebhooks, webhooksOfClient, webhooksOfStore } from '../support/queries-webhooks.ts';
import { rowVersions } from '../support/row-versions.ts';

const EVERYTHING = SCOPES.map(({ name }) => name).join(' ');
const NARROW = SCOPES.map(({ name }) => name)
  .filter((name) => name !== 'read_all_orders')
  .join(' ');
const [A, B] = DEMO_STORES;
const [ROWS_A, ROWS_B] = seededStores() as [DemoRows, DemoRows];

/** What an id in an input can name, and its table. */
const TABLES = {
  abTest: 'ab_tests',
  claim: 'claims',
  customer: 'customers',
  fulfillment: 'fulfillments',
  lineItem: 'line_items',
  order: 'orders',
  product: 'products',
  productVariant: 'product_variants',
  quote: 'quotes',
  webhook: 'webhooks',
} as const;

type Kind = keyof typeof TABLES;
type Ids = Readonly<Record<Kind, string>>;

const KINDS = (Object.keys(TABLES) as Kind[]).sort((a, b) => b.length - a.length);

/** What a place names: `orderId` an order, and `id` what the mutation is called after. */
function kindOf(mutation: string, key: string): Kind {
  const word = key.replace(/Id$/, '').toLowerCase();
  const found =
    key === 'id'
      ? KINDS.find((kind) => mutation.startsWith(kind))
      : KINDS.find((kind) => word.endsWith(kind.toLowerCase()));
  return must(found, `something that ${mutation} calls ${key}`);
}

/** Every place of every mutation that takes an id. */
const PLACES = inputPlaces(schema)
  .filter(({ field, type }) => field.startsWith('Mutation.') && getNamedType(type).name === 'ID')
  .map((place) => {
    const mutation = place.field.slice('Mutation.'.length);
    const kind = kindOf(mutation, must(place.keys.at(-1)));
    return { name: `${mutation}(${place.keys.join('.')})`, mutation, kind, place };
  });

type Place = (typeof PLACES)[number];

/** What needs no scope is about the token's own app, which a store's data is no part of. */
const MUTATIONS = Object.values(must(schema.getMutationType()).getFields()).filter(
  ({ name }) => fieldNeeds(`Mutation.${name}`).groups.length > 0,
);

/** Those that take no id: they change what the store has one of, or make something that hangs off nothing. */
const WITHOUT_ID = MUTATIONS.map(({ name }) => name).filter((name) =>
  PLACES.every(({ mutation }) => mutation !== name),
);

/**
 * Rows of a store, of which those that hang off an order have one on the asked side of the window. Each `nth` gives
 * others.
 */
function idsIn(rows: DemoRows, isInSight: (createdAt: Date) => boolean, nth = 0): Ids {
  const pick = <T>(found: readonly T[]): T => must(found[nth], `${nth + 1} rows`);
  const orders = rows.orders.filter((row) => isInSight(row.createdAt) && row.cancelledAt === null);
  const inSight = new Set(orders.map(({ id }) => id));
  const insured = new Set(rows.policies.map(({ orderId }) => orderId));
  const plain = pick(orders.filter(({ id }) => !insured.has(id)));
  const paid = new Set(rows.claimResolutions.map(({ claimId }) => claimId));
  const claims = rows.claims.filter(({ id, orderId }) => inSight.has(orderId) && !paid.has(id));
  const fulfillments = rows.fulfillments.filter(({ orderId }) => inSight.has(orderId));
  const products = rows.products.filter(({ kind }) => kind === 'SIMPLE');
  return {
    order: plain.id,
    lineItem: must(rows.lineItems.find(({ orderId }) => orderId === plain.id)).id,
    fulfillment: pick(fulfillments).id,
    claim: pick(claims).id,
    customer: pick(rows.customers).id,
    product: pick(products).id,
    productVariant: pick(rows.productVariants).id,
    quote: pick(rows.quotes).id,
    abTest: must(rows.abTests[nth % rows.abTests.length]).id,
    webhook: pick(webhooksOfStore(rows.stores[0]?.id)).id,
  };
}

const since = windowStart();
const inSight = (createdAt: Date) => createdAt >= since;
const OWN = idsIn(ROWS_A, inSight);
const FOREIGN = idsIn(ROWS_B, inSight);
const HIDDEN = idsIn(ROWS_A, (createdAt) => !inSight(createdAt));

/** The store's own that mutations really change, and those that they delete: what is refused finds its own as it was. */
const CHANGED = idsIn(ROWS_A, inSight, 1);
const DELETED = idsIn(ROWS_A, inSight, 2);

const GROUP = must(ROWS_A.productMembers[0]).groupId;

const MISSING = (kind: Kind) => `${OWN[kind].slice(0, 4)}${'z'.repeat(20)}`;

let keys = 0;

/** What some need beside what is required, so that nothing but the id is wrong with them. */
const BESIDE: Readonly<Record<string, (place: Place | null, ids: Ids) => object>> = {
  orderCreate: () => order({ createdAt: new Date(seededAt().getTime() - 60_000).toISOString() }),
  productCreate: () => ({
    ...{ sourceId: `product ${keys++}`, kind: 'GROUPED', inventory: { inStock: true } },
  }),
  productUpdate: (place) => (place?.kind === 'product' && isNested(place) ? { id: GROUP } : {}),
  productInventorySet: () => ({ inStock: true }),
  productVariantCreate: () => ({ inventory: { inStock: true } }),
  customerUpdate: () => ({ note: 'a' }),
  claimResolve: () => ({ type: 'REFUND' }),
  fulfillmentCreate: (_place, { lineItem }) => ({ lines: [{ lineItemId: lineItem, quantity: 1 }] }),
  webhookCreate: () => ({ url: 'https://hooks.example.com/a', topics: ['ORDER_CREATED'] }),
};

const isNested = ({ place }: Place) => place.keys.length > 2;

/** A whole input with an id at a place, and the store's own ids and the version that there is at all others. */
function inputWith(mutation: string, at: Place | null, id: string, version: Json, ids = OWN) {
  const value: Values = (element) => {
    const named = getNamedType(element.type);
    if (isInputObjectType(named)) return requiredOf(named.getFields(), value);
    if (named.name === 'ID') return ids[kindOf(mutation, element.name)];
    if (element.name === 'version') return version;
    if (element.name === 'quantity') return 1;
    return sampleOf(element);
  };
  const [argument] = must(MUTATIONS.find(({ name }) => name === mutation)).args.filter(
    ({ name }) => name === 'input',
  );
  const whole = at ? around(at.place, id, value) : value(must(argument));
  const beside = Object.entries(BESIDE[mutation]?.(at, ids) ?? {});
  const others = beside.filter(([name]) => name !== at?.place.keys[1]);
  return { ...(whole as object), ...Object.fromEntries(others) } as Readonly<Record<string, Json>>;
}

interface Payload {
  readonly id: string | null;
  readonly userErrors: readonly { code: string; field: string[] | null; message: string }[];
  readonly [name: string]: unknown;
}

/** The code of what is said about a place, wherever in a list it stood. */
const codesAt = ({ userErrors }: Payload, { keys }: InputPlace) =>
  userErrors
    .filter(({ field }) => field?.filter((key) => !/^\d+$/.test(key)).join() === keys.join())
    .map(({ code }) => code);

describe('every mutation', () => {
  it('takes an id, or changes what there is one of', () => {
    expect(PLACES.length).toBeGreaterThan(40);
    expect(WITHOUT_ID.filter((name) => !/(Update|Create)$/.test(name))).toEqual([]);
    expect(new Set(PLACES.map(({ kind }) => kind))).toEqual(new Set(KINDS));
  });
});

describe.each<Backend>(['pglite', 'postgres'])('a write of one store, on %s', (backend) => {
  let gateway: TestGateway;
  let tables: readonly string[];
  let wide: string;
  let narrow: string;
  let others: unknown;

  /** Something that changes when any row of a store does, past all locks. */
  async function digestOf(storeId: string): Promise<unknown> {
    const sums = tables.map((table) => {
      const column = table === 'stores' ? 'id' : 'store_id';
      return rowVersions(table, `${column} = '${storeId}'`);
    });
    const [[row] = []] = await gateway.asRole('none', [[`select ${sums.join(', ')}`]]);
    return row;
  }

  /** What the store has that writes, since it last changed something. */
  let own: unknown = null;

  const remember = async () => {
    own = await digestOf(A.id);
  };

  const expectNothingChanged = async () => expect(await digestOf(A.id)).toEqual(own);

  const expectOthersUntouched = async () => expect(await digestOf(B.id)).toEqual(others);

  beforeAll(async () => {
    gateway = await startTestGateway(backend, { clock: seededAt });
    await insertWebhooks(gateway.asRole);
    await insertWebhooks(gateway.asRole, ['cdp']);
    const claims = [OWN, CHANGED, HIDDEN].map(({ claim }) => `'${claim}'`).join();
    const [, found = []] = await gateway.asRole('none', [
      [`update commerce.claims set state = 'APPROVED' where id in (${claims})`],
      [`select table_name from information_schema.tables where table_schema = 'commerce'`],
    ]);
    tables = found.map(({ table_name }) => String(table_name));
    [wide, narrow] = await Promise.all([
      gateway.token(EVERYTHING, A.id),
      gateway.token(NARROW, A.id),
    ]);
    others = await digestOf(B.id);
    await remember();
  });
  afterAll(() => gateway.close());

  async function send(token: string, mutation: string, input: object, select = '') {
    const { args } = must(MUTATIONS.find(({ name }) => name === mutation));
    const type = must(args.find(({ name }) => name === 'input')).type;
    const isKeyed = args.some(
      (argument) => argument.name === 'idempotencyKey' && isRequiredArgument(argument),
    );
    const [declared, given] = isKeyed ? [', $key: String!', ', idempotencyKey: $key'] : ['', ''];
    const query = `mutation ($input: ${type}${declared}) { ${mutation}(input: $input${given}) { id version userErrors { code field message } ${select} } }`;
    const variables = { input, ...(isKeyed && { key: `key ${keys++}` }) };
    const { body, text } = await gateway.send(query, { token, variables });
    expect(body.errors, `${JSON.stringify(input)} ${text}`).toBeUndefined();
    return body.data?.[mutation] as Payload;
  }

  /** The version that the row has now which a mutation is about. */
  async function versionOf(mutation: string, id: string | undefined): Promise<Json> {
    const table = id === undefined ? null : TABLES[kindOf(mutation, 'id')];
    if (table === null || ['quotes', 'line_items'].includes(table)) return 1;
    const text = `select version from commerce.${table} where id = $1`;
    const [[row] = []] = await gateway.asRole('none', [[text, [id]]]);
    return Number(row?.version ?? 1);
  }

  /** A payload for an id at a place, where each is refused as if there were nothing. */
  async function refused(token: string, at: Place, id: string) {
    const { mutation, place } = at;
    const isTarget = place.keys.join('.') === 'input.id';
    const target = isTarget ? id : String(inputWith(mutation, at, id, 1).id ?? '');
    const version = target ? await versionOf(mutation, target) : 1;
    const payload = await send(token, mutation, inputWith(mutation, at, id, version));
    expect(payload.id).toBeNull();
    expect({ codes: codesAt(payload, place), payload }).toEqual({ codes: ['NOT_FOUND'], payload });
    return JSON.stringify(payload).replaceAll(id, 'it');
  }

  it.each(PLACES)('finds nothing of another store in $name, and changes nothing', async (at) => {
    const foreign = await refused(wide, at, FOREIGN[at.kind]);
    expect(foreign).toBe(await refused(wide, at, MISSING(at.kind)));
    await expectNothingChanged();
    await expectOthersUntouched();
  });

  it.each(PLACES)('finds its own in $name, and changes nothing of another store', async (at) => {
    const { mutation, place, kind } = at;
    // What is made good is a part of what is claimed.
    const ids = mutation.endsWith('Delete') ? DELETED : CHANGED;
    const own =
      mutation === 'claimResolve' && kind === 'lineItem'
        ? must(ROWS_A.claimItems.find(({ claimId }) => claimId === ids.claim)).lineItemId
        : ids[kind];
    const { id } = inputWith(mutation, at, own, 1, ids);
    const version = await versionOf(mutation, id === undefined ? undefined : String(id));
    const payload = await send(wide, mutation, inputWith(mutation, at, own, version, ids));
    expect({ codes: codesAt(payload, place), payload }).toEqual({
      codes: expect.not.arrayContaining(['NOT_FOUND']),
      payload,
    });
    await remember();
    await expectOthersUntouched();
  });

  it.each(WITHOUT_ID)('changes nothing of another store by %s', async (mutation) => {
    const payload = must(getNamedType(must(MUTATIONS.find(({ name }) => name === mutation)).type));
    const shown = isObjectType(payload) ? Object.keys(payload.getFields()) : [];
    const [settings] = shown.filter((name) => schema.getQueryType()?.getFields()[name]);
    const query = `{ read: ${settings ? `${settings} { version }` : '__typename'} }`;
    const { body } = await gateway.send(query, { token: wide });
    const version = (body.data?.read as { version?: number } | null)?.version ?? 1;
    const { userErrors } = await send(wide, mutation, inputWith(mutation, null, '', version));
    expect(userErrors.map(({ code }) => code)).not.toContain('STALE_VERSION');
    if (userErrors.length === 0) await expect(expectNothingChanged()).rejects.toThrow();
    await remember();
    await expectOthersUntouched();
  });

  /** An order, and what is nothing without it. Claims, policies and quotes outlive the window. */
  const WITH_ORDER: readonly Kind[] = ['order', 'lineItem', 'fulfillment'];

  it.each(PLACES.filter(({ kind }) => WITH_ORDER.includes(kind)))(
    'finds nothing outside of its window in $name, and changes nothing',
    async (at) => {
      const hidden = await refused(narrow, at, HIDDEN[at.kind]);
      expect(hidden).toBe(await refused(narrow, at, MISSING(at.kind)));
      await expectNothingChanged();
    },
  );

  it.each(PLACES.filter(({ kind, place }) => kind === 'claim' && place.keys.length === 2))(
    'tells nothing of an order outside of its window in $name, which outlives it',
    async (at) => {
      const { mutation } = at;
      const row = must(ROWS_A.claims.find(({ id }) => id === HIDDEN.claim));
      const version = await versionOf(mutation, HIDDEN.claim);
      const input = inputWith(mutation, at, HIDDEN.claim, version);
      const select =
        'claim { id orderId order { id } items { nodes { quantity lineItem { id } } } policy { orderId order { id } } }';
      const payload = await send(narrow, mutation, input, select);
      expect(codesAt(payload, at.place)).not.toContain('NOT_FOUND');
      const text = JSON.stringify(payload);
      const lines = ROWS_A.lineItems.filter(({ orderId }) => orderId === row.orderId);
      const { sourceId, sourceNumber } = must(ROWS_A.orders.find(({ id }) => id === row.orderId));
      const told = [row.orderId, sourceId, sourceNumber, ...lines.map(({ id }) => id)];
      expect(told.filter((word) => text.includes(word))).toEqual([]);
      await remember();
    },
  );

  it.each(PLACES.filter(({ kind }) => kind === 'webhook'))(
    'finds nothing of another client of the store in $name, and changes nothing',
    async (at) => {
      const { id } = must(webhooksOfClient('cdp')[0]);
      expect(await refused(wide, at, id)).toBe(await refused(wide, at, MISSING('webhook')));
      await expectNothingChanged();
    },
  );

  it('does nothing again for its own key, and knows none of another client or store', async () => {
    const input = (sourceId: string) => ({ input: order({ sourceId }), key: 'the same' });
    const create =
      'mutation ($input: OrderCreateInput!, $key: String!) { orderCreate(input: $input, idempotencyKey: $key) { id userErrors { code } } }';
    const grant = `insert into platform.grants (installation_id, scope, granted_at) values ($1, 'write_orders', now()) on conflict do nothing`;
    await gateway.asRole(SYSTEM_ROLE, [[grant, [DEMO_INSTALLATIONS.cdp.id]]]);
    const tokens = [
      wide,
      await gateway.token('write_orders', DEMO_STORES[2].id),
      await gateway.opaqueToken({ installation: 'cdp', scope: 'write_orders' }),
    ];
    const variables = tokens.map((_, index) => input(`keyed-${index}`));
    const first: unknown[] = [];
    for (const [index, token] of tokens.entries()) {
      const { body } = await gateway.send(create, { token, variables: must(variables[index]) });
      expect(body).toMatchObject({ data: { orderCreate: { userErrors: [] } } });
      first.push(body);
    }
    expect(new Set(first.map((body) => JSON.stringify(body))).size).toBe(tokens.length);
    for (const [index, token] of tokens.entries()) {
      const { body } = await gateway.send(create, { token, variables: must(variables[index]) });
      expect(body).toEqual(first[index]);
    }
    await remember();
  });
});
