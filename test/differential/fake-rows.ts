import { getTableColumns } from 'drizzle-orm';
import { getTableConfig, type PgColumn } from 'drizzle-orm/pg-core';
import { PAGE_BATCHES, ROW_BATCHES } from '../../src/data/batches.ts';
import { ENTITIES, type Entity } from '../../src/data/entities.ts';
import type { Loaders } from '../../src/data/loaders.ts';
import type { Page } from '../../src/data/source.ts';
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

const PREFIXES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(NODE_TYPES).map(([prefix, { batch }]) => [ROW_BATCHES[batch].entity, prefix]),
);

/** What the checks of a table let a column be: its first word. */
function wordsOf(entity: Entity): ReadonlyMap<string, string> {
  const texts = getTableConfig(ENTITIES[entity] as never).checks.map(({ value }) =>
    value.queryChunks.map((chunk) => String((chunk as { value?: unknown }).value ?? '')).join(''),
  );
  return new Map(
    texts.flatMap((text) => {
      const [, column, word] = /^(\w+) in \('(\w+)'/.exec(text) ?? [];
      return column && word ? [[column, word] as const] : [];
    }),
  );
}

const WORDS = new Map<Entity, ReadonlyMap<string, string>>();

/** A number that the text and the salt decide. */
export function hashOf(text: string, salt: number): number {
  let hash = 2_166_136_261 ^ salt;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 16_777_619);
  }
  return (hash ^ (hash >>> 13)) >>> 0;
}

function rowOf(entity: Entity, id: string, isNull: (column: string) => boolean) {
  const words = WORDS.get(entity) ?? wordsOf(entity);
  WORDS.set(entity, words);
  const columns = getTableColumns(ENTITIES[entity]) as Readonly<Record<string, PgColumn>>;
  return Object.fromEntries(
    Object.entries(columns).map(([name, column]) => [
      name,
      name === 'id'
        ? id
        : !column.notNull && isNull(name)
          ? null
          : columnValue(name, column, id, words),
    ]),
  );
}

function columnValue(
  name: string,
  column: PgColumn,
  id: string,
  words: ReadonlyMap<string, string>,
) {
  const type = column.getSQLType();
  if (type === 'bigint') return name === 'maximum' ? null : 0n;
  if (type === 'integer') return 3;
  if (type === 'boolean') return true;
  if (type === 'jsonb') return DOCUMENTS[name];
  if (type.startsWith('timestamp')) return DAY;
  if (type.endsWith('[]')) return [`${name} of ${id}`];
  if (name === 'currency') return 'USD';
  return (
    words.get(column.name) ?? (name.endsWith('Id') ? `${name}_${id.slice(4)}` : `${name} of ${id}`)
  );
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
    totals: async () => [{ currency: 'USD', count: 3, sum: 1250n }],
  };
  return loaders as unknown as Loaders;
}
