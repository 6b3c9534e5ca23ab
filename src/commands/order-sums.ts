/** Reads a decimal as minor units of the order's currency, or notes at the path why it cannot be. */
type Amount = (sent: string | null | undefined, ...path: (string | number)[]) => bigint;

type Sent<F extends string> = { readonly [N in F]?: string | null | undefined };

/** The totals of an order in minor units. */
export const totalsOf = (
  sent: Sent<'subtotal' | 'discountTotal' | 'shippingTotal' | 'taxTotal' | 'total'>,
  amount: Amount,
) => ({
  subtotal: amount(sent.subtotal, 'subtotal'),
  discountTotal: amount(sent.discountTotal, 'discountTotal'),
  shippingTotal: amount(sent.shippingTotal, 'shippingTotal'),
  taxTotal: amount(sent.taxTotal, 'taxTotal'),
  total: amount(sent.total, 'total'),
});

type LineAmount = 'unitPrice' | 'discountTotal' | 'taxTotal';

/** The lines of an order with their amounts in minor units. */
export const linesOf = <L extends Sent<LineAmount>>(
  lines: readonly L[],
  amount: Amount,
): readonly (Omit<L, LineAmount> & Record<LineAmount, bigint>)[] =>
  lines.map((line, index) => ({
    ...line,
    unitPrice: amount(line.unitPrice, 'lines', index, 'unitPrice'),
    discountTotal: amount(line.discountTotal, 'lines', index, 'discountTotal'),
    taxTotal: amount(line.taxTotal, 'lines', index, 'taxTotal'),
  }));

/** What is wrong with one field. */
export interface Issue {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** What has to add up in an order. */
export interface OrderSums {
  readonly lines: readonly {
    readonly sourceId: string;
    readonly quantity: number;
    readonly unitPrice: bigint;
    readonly discountTotal: bigint;
    readonly taxTotal: bigint;
  }[];
  readonly subtotal: bigint;
  readonly discountTotal: bigint;
  readonly shippingTotal: bigint;
  readonly taxTotal: bigint;
  readonly total: bigint;
  readonly protection: readonly { readonly kind: string }[];
}

/** What does not add up in an order, from its input alone. */
export function sumProblems(draft: OrderSums): readonly Issue[] {
  const { lines, subtotal, discountTotal, shippingTotal, taxTotal, total, protection } = draft;
  const sum = (part: (line: OrderSums['lines'][number]) => bigint) =>
    lines.reduce((whole, line) => whole + part(line), 0n);
  const gross = (line: OrderSums['lines'][number]) => line.unitPrice * BigInt(line.quantity);
  const issues: Issue[] = [];
  const check = (holds: boolean, path: Issue['path'], message: string) => {
    if (!holds) issues.push({ path, message });
  };
  const seen = new Set<string>();
  for (const [index, line] of lines.entries()) {
    check(
      !seen.has(line.sourceId),
      ['lines', index, 'sourceId'],
      'Another line of the order has it.',
    );
    seen.add(line.sourceId);
    check(
      line.discountTotal <= gross(line),
      ['lines', index, 'discountTotal'],
      'It is more than the line comes to.',
    );
  }
  const kinds = new Set(protection.map(({ kind }) => kind));
  check(kinds.size === protection.length, ['protection'], 'Each kind comes once.');
  check(
    subtotal === sum(gross),
    ['subtotal'],
    'It is not what the lines come to: price times quantity, before discounts.',
  );
  check(
    discountTotal >= sum((line) => line.discountTotal),
    ['discountTotal'],
    'It is less than the discounts of the lines.',
  );
  check(
    discountTotal <= subtotal + shippingTotal,
    ['discountTotal'],
    'It is more than there is to pay.',
  );
  check(
    taxTotal >= sum((line) => line.taxTotal),
    ['taxTotal'],
    'It is less than the taxes of the lines.',
  );
  check(
    total === subtotal - discountTotal + shippingTotal + taxTotal,
    ['total'],
    'It is not the subtotal, less discounts, with shipping and tax.',
  );
  return issues;
}
