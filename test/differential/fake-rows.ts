import { getTableColumns } from 'drizzle-orm';
import { getTableConfig, type PgColumn } from 'drizzle-orm/pg-core';
import {
  type BesideOf,
  PAGE_BATCHES,
  ROW_BATCHES,
  type TotalsBatchName,
} from '../../src/data/batches.ts';
import { ENTITIES, type Entity } from '../../src/data/entities.ts';
import type { Loaders } from '../../src/data/loaders.ts';
import type { Page, ReportName, ReportRange, ReportRows } from '../../src/data/source.ts';
import { AB_TEST_KINDS, CLAIM_STATES, CLAIM_TYPES, EVENT_TOPICS } from '../../src/data/values.ts';
import { NODE_TYPES } from '../../src/schema/node.ts';

const DAY = new Date('2026-11-20T12:00:00.000Z');

const ADDRESS = {
  name: 'Ines',
  company: 'Moreau',
  address1: 'Rue 1',
  address2: 'Escalier B',
  city: 'Lyon',
  province: 'Rhône',
  postalCode: '69001',
  countryCode: 'FR',
  phone: '+33 4',
};

const DOCUMENTS: Readonly<Record<string, unknown>> = {
  shippingAddress: ADDRESS,
  billingAddress: ADDRESS,
  metafields: [{ namespace: 'n', key: 'k', type: 't', value: 'v' }],
  media: [{ url: 'https://media.example/1', contentType: 'image/png', description: 'd' }],
  lines: [{ sourceProductId: 'p', sourceVariantId: 'v', quantity: 1, unitPrice: '1250' }],
};

/** What variants change, each kind of test in its own words. */
const PRICE_OVERRIDES: readonly object[] = [
  {},
  { factor: 9_000, paidBy: 'BRAND' },
  { fixed: { amount: '300', currency: 'USD' } },
];
const WIDGET_OVERRIDES: readonly object[] = [
  {},
  { enabled: true, checkedByDefault: false, placement: 'BELOW_TOTAL' },
  { heading: 'h', body: 'b', accentColor: '#0a0b0c' },
];

/** The sums beside those of money, as the sessions of a variant could have left them. */
const SUMS: Readonly<Record<BesideOf<TotalsBatchName>, string>> = {
  sessions: '40',
  orders: '20',
  protectedOrders: '10',
  revenueSquares: '100000',
};

/** What each report says of a period. */
const FIGURES: {
  readonly [R in ReportName]: (from: string, to: string) => readonly ReportRows[R][];
} = {
  periods: (from, to) => [{ from, to }],
  orders: (from) => [{ from, orders: 4, protectedOrders: 3 }],
  premiums: (from) => [
    { from, currency: 'USD', sum: '1250' },
    { from, currency: 'JPY', sum: '98' },
  ],
  claims: (from) =>
    [...CLAIM_TYPES, null].flatMap((type) =>
      CLAIM_STATES.map((state) => ({ from, type, state, count: 1 })),
    ),
  payouts: (from) => [{ from, currency: 'USD', sum: '700' }],
};

const PREFIXES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(NODE_TYPES).map(([prefix, { batch }]) => [ROW_BATCHES[batch].entity, prefix]),
);

/** What the checks of a table let its columns be. */
function wordsOf(entity: Entity): ReadonlyMap<string, readonly string[]> {
  const texts = getTableConfig(ENTITIES[entity] as never).checks.map(({ value }) =>
    value.queryChunks.map((chunk) => String((chunk as { value?: unknown }).value ?? '')).join(''),
  );
  return new Map(
    texts.flatMap((text) => {
      const [, column, list = ''] = /^(\w+) in \(([^)]*)\)/.exec(text) ?? [];
      const words = [...list.matchAll(/'(\w+)'/g)].map(([, word = '']) => word);
      return column && words.length > 0 ? [[column, words] as const] : [];
    }),
  );
}

/** What no check says: a variant has the kind of its test, and a webhook topics. */
const UNCHECKED: { readonly [E in Entity]?: Readonly<Record<string, readonly string[]>> } = {
  abVariant: { kind: AB_TEST_KINDS },
  webhook: { topics: Object.keys(EVENT_TOPICS) },
};

const WORDS = new Map<Entity, ReadonlyMap<string, readonly string[]>>();

/** A number that the text and the salt decide. */
export function hashOf(text: string, salt: number): number {
  let hash = 2_166_136_261 ^ salt;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 16_777_619);
  }
  return (hash ^ (hash >>> 13)) >>> 0;
}

function rowOf(entity: Entity, id: string, isNull: (column: string) => boolean) {
  const words =
    WORDS.get(entity) ?? new Map([...wordsOf(entity), ...Object.entries(UNCHECKED[entity] ?? {})]);
  WORDS.set(entity, words);
  const columns = getTableColumns(ENTITIES[entity]) as Readonly<Record<string, PgColumn>>;
  const row = Object.fromEntries(
    Object.entries(columns).map(([name, column]) => [
      name,
      name === 'id'
        ? id
        : !column.notNull && isNull(name)
          ? null
          : columnValue(name, column, id, words.get(column.name)),
    ]),
  );
  if (entity !== 'abVariant') return row;
  const overrides = row.kind === 'PRICE' ? PRICE_OVERRIDES : WIDGET_OVERRIDES;
  return { ...row, overrides: oneOf(overrides, `${id}.overrides`) };
}

/** One of the values: the same of the same name. */
function oneOf<T>(values: readonly T[], name: string): T {
  const value = values[hashOf(name, 0) % values.length];
  if (value === undefined) throw new RangeError('There is nothing to take one of.');
  return value;
}

function columnValue(
  name: string,
  column: PgColumn,
  id: string,
  words: readonly string[] | undefined,
) {
  const type = column.getSQLType();
  // The range without an end holds every subtotal.
  if (type === 'bigint') return name === 'maximum' && !column.notNull ? null : 0n;
  if (type.startsWith('numeric')) return '0';
  if (type === 'integer') return 3;
  if (type === 'boolean') return true;
  if (type === 'jsonb') return DOCUMENTS[name];
  if (type === 'date') return '2026-11-20';
  if (type.startsWith('timestamp')) return DAY;
  const text = words
    ? oneOf(words, `${id}.${name}`)
    : name === 'currency'
      ? 'USD'
      : name.endsWith('Id')
        ? `${name}_${id.slice(4)}`
        : `${name} of ${id}`;
  return type.endsWith('[]') ? [text] : text;
}

/**
 * Loaders over rows that are made up as they are asked for, the same ones whenever the same is asked. Dense: every
 * row exists and has every column. Sparse: the salt decides which are missing.
 */
export function madeUpLoaders(salt: number | null): Loaders {
  const isMissing = (what: string, oneIn: number) =>
    salt !== null && hashOf(what, salt) % oneIn === 0;
  const row = (entity: Entity, id: string) =>
    rowOf(entity, id, (name) => isMissing(`${id}.${name}`, 2));
  const loaders = {
    async row(batch: keyof typeof ROW_BATCHES, key: string) {
      const { entity } = ROW_BATCHES[batch];
      const id = /^[a-z]{3}_/.test(key) ? key : `${PREFIXES[entity]}_${key}`;
      return isMissing(`${batch} ${key}`, 4) ? null : row(entity, id);
    },
    async page(batch: keyof typeof PAGE_BATCHES, parent: string | null, { limit }: Page) {
      const { entity } = PAGE_BATCHES[batch];
      const kept = [1, 2, 3].filter((number) => !isMissing(`${batch} ${parent} ${number}`, 2));
      const ids = kept.map(
        (number) => `${PREFIXES[entity] ?? 'row'}_${number}${(parent ?? '').slice(4, 12)}`,
      );
      return ids.slice(0, limit).map((id) => row(entity, id));
    },
    count: async () => 3,
    clear: () => {},
    totals: async (batch: TotalsBatchName, parent: string) =>
      isMissing(`${batch} ${parent}`, 4)
        ? []
        : [{ parent, currency: 'USD', count: 3, sum: 1250n, ...SUMS }],
    async report(name: ReportName, { from, to }: ReportRange) {
      // The days of a range begin with its first; what else a series has does not matter here.
      const days = [from, '2026-12-01', '2027-01-01'].filter(
        (day) => !isMissing(`${name} ${day}`, 3),
      );
      return new Map(days.map((day) => [day, FIGURES[name](day, to)]));
    },
  } satisfies Record<keyof Loaders, unknown>;
  return loaders as unknown as Loaders;
}
