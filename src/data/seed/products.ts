import { DAY } from './durations.ts';
import { OPTIONS } from './lists/options.ts';
import { smallest } from './money.ts';
import { Lottery, type Random } from './random.ts';
import type { DemoRows, RowOf } from './rows.ts';
import type { SourceIds } from './source-ids.ts';
import type { StoreProfile } from './store-profiles.ts';

type Options = keyof typeof OPTIONS | 'one';

/** A store's products, as the lists spell them. */
export interface Catalogue {
  readonly prefix: string;
  /** What the platform calls the variant of a product that has only one. */
  readonly onlyVariant: string;
  readonly sections: Readonly<
    Record<string, readonly (readonly [string, number, Options, string])[]>
  >;
  readonly deleted: readonly (readonly [name: string, price: number])[];
  readonly groups: readonly (readonly [string, string, readonly string[]])[];
}

/** A product that can be bought, with the variants to choose from. */
export interface Ware {
  readonly product: RowOf<'products'>;
  readonly variants: readonly RowOf<'productVariants'>[];
}

/** What has been on sale at a moment. */
export interface Shelf {
  draw(random: Random, at: number): Ware;
}

/** Fills in the store's products, variants and members; returns what orders can be made of. */
export function fillProducts(
  rows: DemoRows,
  profile: StoreProfile,
  random: Random,
  ids: SourceIds,
  now: number,
): Shelf {
  const wares: Ware[] = [];
  for (const [code, section] of Object.entries(profile.catalogue.sections)) {
    section.forEach(([name, price, options, description], index) => {
      const sku = `${profile.catalogue.prefix}-${code}-${101 + index * 3}`;
      const ware = createWare(
        { profile, random, ids, now },
        { name, price, options, description, sku },
      );
      rows.products.push(ware.product);
      rows.productVariants.push(...ware.variants);
      wares.push(ware);
    });
  }
  profile.catalogue.groups.forEach(([name, description, members], index) => {
    const sku = `${profile.catalogue.prefix}-SET-${101 + index}`;
    const found = members.map((member) => wareNamed(wares, member));
    const group = groupRow({ profile, random, ids, now }, { name, description, sku }, found);
    rows.products.push(group);
    rows.productMembers.push(
      ...found.map(({ product }, position) => ({
        storeId: group.storeId,
        groupId: group.id,
        productId: product.id,
        position,
        quantity: random.chance(0.15) ? 2 : 1,
      })),
    );
  });
  return shelfOf(random, wares);
}

interface Making {
  readonly profile: StoreProfile;
  readonly random: Random;
  readonly ids: SourceIds;
  readonly now: number;
}

interface Listed {
  readonly name: string;
  readonly description: string;
  readonly sku: string;
}

function createWare(making: Making, listed: Listed & { price: number; options: Options }): Ware {
  const { profile, random, ids } = making;
  const status = random.weighted([
    ['ACTIVE' as const, 90],
    ['ARCHIVED' as const, 6],
    ['DRAFT' as const, 4],
  ]);
  const tracked = random.chance(profile.store.platform === 'SHOPIFY' ? 0.85 : 0.6);
  const base = productRow(making, listed, status);
  const choices = variantChoices(profile, random, listed.options);
  const variants = choices.map(([title, suffix, percent], position) => ({
    id: random.id('var'),
    storeId: base.storeId,
    productId: base.id,
    sourceId: ids.next('variant'),
    position,
    title,
    sku: suffix === null ? listed.sku : `${listed.sku}-${suffix}`,
    price: (BigInt(listed.price) * BigInt(percent)) / 100n,
    currency: base.currency,
    ...inventory(random, tracked, status),
    createdAt: base.createdAt,
    updatedAt: base.updatedAt,
  }));
  const quantity = variants.reduce((sum, variant) => sum + (variant.inventoryQuantity ?? 0), 0);
  const product = {
    ...base,
    kind: 'SIMPLE' as const,
    price: smallest(variants.map(({ price }) => price)),
    inventoryTracked: tracked,
    inventoryQuantity: tracked ? quantity : null,
    inStock: variants.some((variant) => variant.inStock),
  };
  return { product, variants };
}

function variantChoices(profile: StoreProfile, random: Random, options: Options) {
  if (options === 'one') return [[profile.catalogue.onlyVariant, null, 100]] as const;
  const all = OPTIONS[options];
  // Not every product comes in every colour.
  const whole = all.length <= 3 || random.chance(0.6);
  return whole ? all : all.slice(0, random.int(2, all.length - 1));
}

function productRow(making: Making, listed: Listed, status: RowOf<'products'>['status']) {
  const { profile, random, ids, now } = making;
  const { store } = profile;
  // Two in ten arrived during the two years that orders cover.
  const age = random.chance(0.2) ? random.between(30, 700) : random.between(735, 1500);
  const createdAt = Math.floor((now - age * DAY) / 1000) * 1000;
  const updatedAt = now - random.between(0.05, Math.min(age, 200)) * DAY;
  return {
    id: random.id('prd'),
    storeId: store.id,
    sourceId: ids.next('product'),
    name: listed.name,
    description: random.chance(0.96) ? listed.description : null,
    imageUrl: random.chance(0.94)
      ? `https://${store.domain}/media/products/${listed.sku.toLowerCase()}.jpg`
      : null,
    status,
    sku: listed.sku,
    currency: store.currency,
    createdAt: new Date(createdAt),
    updatedAt: new Date(Math.max(createdAt, Math.floor(updatedAt / 1000) * 1000)),
  };
}

function groupRow(making: Making, listed: Listed, members: readonly Ware[]): RowOf<'products'> {
  const price = members.reduce((sum, { product }) => sum + product.price, 0n);
  return {
    ...productRow(making, listed, 'ACTIVE'),
    kind: 'GROUPED',
    // A tenth off, down to a round sum in every currency.
    price: ((price * 9n) / 1000n) * 100n,
    inventoryTracked: false,
    inventoryQuantity: null,
    inStock: members.every(({ product }) => product.inStock),
  };
}

function inventory(random: Random, tracked: boolean, status: RowOf<'products'>['status']) {
  if (!tracked)
    return { inventoryTracked: false, inventoryQuantity: null, inStock: random.chance(0.9) };
  const sold = status === 'ARCHIVED' || random.chance(0.08);
  const quantity = sold ? 0 : random.int(1, random.chance(0.3) ? 240 : 40);
  return { inventoryTracked: true, inventoryQuantity: quantity, inStock: quantity > 0 };
}

function wareNamed(wares: readonly Ware[], name: string): Ware {
  const ware = wares.find(({ product }) => product.name === name);
  if (ware === undefined) throw new TypeError(`no product is called ${name}`);
  return ware;
}

function shelfOf(random: Random, wares: readonly Ware[]): Shelf {
  const sold = wares.filter(({ product }) => product.status !== 'DRAFT');
  const lottery = new Lottery(sold.map((ware) => [ware, (random.int(1, 60) + 4) ** -0.6] as const));
  const oldest = sold.reduce((one, other) => (createdOf(other) < createdOf(one) ? other : one));
  return {
    draw(by, at) {
      for (let attempt = 0; attempt < 20; attempt += 1) {
        const ware = lottery.draw(by);
        const until =
          ware.product.status === 'ARCHIVED' ? ware.product.updatedAt.getTime() : Infinity;
        if (createdOf(ware) <= at && at <= until) return ware;
      }
      return oldest;
    },
  };
}

function createdOf(ware: Ware): number {
  return ware.product.createdAt.getTime();
}
