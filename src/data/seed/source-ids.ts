import type { Random } from './random.ts';

type Platform = 'SHOPIFY' | 'WOOCOMMERCE' | 'MAGENTO';
type Kind = 'customer' | 'product' | 'variant' | 'order' | 'line' | 'fulfillment' | 'discount';

/** `[first, widest step]` of each platform's counters. */
const COUNTERS = {
  SHOPIFY: {
    customer: [6_240_118_734_913, 4_000_000],
    product: [7_480_220_115_009, 900_000],
    variant: [42_190_331_805_761, 700_000],
    order: [5_013_447_210_561, 90_000_000],
    line: [12_830_551_900_225, 60_000_000],
    fulfillment: [4_518_620_013_633, 80_000_000],
    discount: [1_214_030_118_913, 900_000],
  },
  WOOCOMMERCE: {
    customer: [12, 2],
    product: [214, 5],
    variant: [1_060, 2],
    order: [4_102, 4],
    line: [9_010, 3],
    fulfillment: [1, 1],
    discount: [3_012, 20],
  },
  MAGENTO: {
    customer: [31, 2],
    product: [5, 2],
    variant: [400, 2],
    order: [871, 1],
    line: [1_702, 2],
    fulfillment: [640, 1],
    discount: [14, 3],
  },
} as const;

/** Ids and numbers as the merchant's platform hands them out: ascending, with gaps where it has them. */
export class SourceIds {
  readonly #platform: Platform;
  readonly #random: Random;
  readonly #last = new Map<Kind, number>();
  #number = 1000;

  constructor(platform: Platform, random: Random) {
    this.#platform = platform;
    this.#random = random;
  }

  next(kind: Kind): string {
    // The shipment plug-in of WooCommerce names a shipment by a hash, not by a post.
    if (this.#platform === 'WOOCOMMERCE' && kind === 'fulfillment') return this.#hexadecimal();
    const [first, step] = COUNTERS[this.#platform][kind];
    const id = (this.#last.get(kind) ?? first) + this.#random.int(1, step);
    this.#last.set(kind, id);
    return String(id);
  }

  /** An order's id and the number its customer sees. */
  nextOrder(): { sourceId: string; sourceNumber: string } {
    const sourceId = this.next('order');
    this.#number += 1;
    switch (this.#platform) {
      case 'SHOPIFY':
        return { sourceId, sourceNumber: `#${this.#number}` };
      case 'WOOCOMMERCE':
        return { sourceId, sourceNumber: sourceId };
      case 'MAGENTO':
        return { sourceId, sourceNumber: sourceId.padStart(9, '0') };
    }
  }

  #hexadecimal(): string {
    const part = () => this.#random.next().toString(16).padStart(8, '0');
    return `${part()}${part()}${part()}${part()}`;
  }
}
