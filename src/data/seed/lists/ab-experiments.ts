import type { AB_TEST_KINDS } from '../../values.ts';

/** An arm of an experiment, and how its sessions differ from those of the others. */
export interface Arm {
  readonly key: string;
  readonly name: string;
  readonly weight: number;
  readonly overrides: Readonly<Record<string, unknown>>;
  /** How many of its sessions end in an order, relative to the store's. */
  readonly converts?: number;
  /** How many of its orders have protection, relative to the store's. */
  readonly attaches?: number;
}

/** An experiment of a demo store. */
export interface Experiment {
  readonly name: string;
  readonly kind: (typeof AB_TEST_KINDS)[number];
  /** Days ago on which it was made, began and ended; one that did not begin is a draft. */
  readonly days: readonly [made: number, began?: number, ended?: number];
  readonly arms: readonly Arm[];
}

const control = (weight: number): Arm => ({
  key: 'control',
  name: 'As it is',
  weight,
  overrides: {},
});

/** Each store tests a lower price: what its quotes of the last weeks tell. */
const LOWER_RATE: Experiment = {
  name: 'A lower rate',
  kind: 'PRICE',
  days: [44, 41],
  arms: [
    control(1),
    {
      key: 'lower-rate',
      name: 'Fifteen per cent less',
      weight: 1,
      overrides: { factor: 8_500 },
      converts: 1.04,
      attaches: 1.12,
    },
  ],
};

const PLACEMENT: Experiment = {
  name: 'Where the cart shows it',
  kind: 'CART_WIDGET',
  days: [103, 96, 74],
  arms: [
    control(1),
    {
      key: 'above',
      name: 'Above the total',
      weight: 1,
      overrides: { placement: 'ABOVE_TOTAL' },
      attaches: 1.05,
    },
  ],
};

const COLOR: Experiment = {
  name: 'Another colour',
  kind: 'CHECKOUT_WIDGET',
  days: [5],
  arms: [
    control(3),
    { key: 'green', name: 'Green', weight: 1, overrides: { accentColor: '#2f6b4f' } },
  ],
};

/** The experiments of the main store: one of each kind runs. */
export const MAIN_EXPERIMENTS: readonly Experiment[] = [
  LOWER_RATE,
  PLACEMENT,
  COLOR,
  {
    name: 'Chosen from the start',
    kind: 'CART_WIDGET',
    days: [27, 24],
    arms: [
      control(1),
      {
        key: 'checked',
        name: 'Chosen until taken out',
        weight: 1,
        overrides: { checkedByDefault: true },
        converts: 0.98,
        attaches: 1.6,
      },
    ],
  },
  {
    name: 'Words at the checkout',
    kind: 'CHECKOUT_WIDGET',
    days: [12, 9],
    arms: [
      control(2),
      {
        key: 'short',
        name: 'Few words',
        weight: 1,
        overrides: { body: 'Lost, stolen, damaged: covered.' },
      },
      {
        key: 'calm',
        name: 'Calm words',
        weight: 1,
        overrides: { heading: 'For when things go wrong', placement: 'BELOW_BUTTON' },
        attaches: 1.1,
      },
    ],
  },
  {
    name: 'Paid by us',
    kind: 'PRICE',
    days: [181, 170, 142],
    arms: [
      control(1),
      {
        key: 'brand-pays',
        name: 'Free for the shopper',
        weight: 1,
        overrides: { paidBy: 'BRAND' },
        converts: 1.1,
        attaches: 1.5,
      },
    ],
  },
  {
    name: 'One price for all',
    kind: 'PRICE',
    days: [2],
    arms: [
      control(1),
      {
        key: 'one-price',
        name: 'Just below three',
        weight: 1,
        overrides: { fixed: { amount: '295', currency: 'USD' } },
      },
    ],
  },
];

/** Those of the other stores. */
export const OTHER_EXPERIMENTS: readonly Experiment[] = [LOWER_RATE, PLACEMENT, COLOR];
