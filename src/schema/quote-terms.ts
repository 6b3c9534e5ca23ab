import type { Row } from '../data/entities.ts';
import type { PAYERS, POLICY_KINDS } from '../data/values.ts';
import type { Asking, Reach } from './fields.ts';

/** A quote, stored with an order or computed for a cart. */
export interface QuoteTerms
  extends Omit<Row<'quote'>, 'lines' | 'storeId' | 'orderId' | 'orderCreatedAt'> {
  /** Null for a computed quote that was fetched again: its id carries its terms, not its cart. */
  readonly lines: Row<'quote'>['lines'] | null;
  /** The order that took a stored one over, where it is in sight. */
  readonly orderId?: string | null;
  /** The protection that a computed quote is for; of a stored one, its rule says it. */
  readonly kind?: (typeof POLICY_KINDS)[number] | undefined;
}

const PREFIX = 'qte_';

const bindingOf = ({ principal }: Asking) => ({
  storeId: principal?.storeId ?? '',
  connection: 'the terms of a quote',
});

/**
 * The id of a computed quote: its terms, signed for the store, so that nothing has to be stored until an order
 * takes them over, and nobody can offer a price of their own.
 */
export function sealQuote(terms: Omit<QuoteTerms, 'id' | 'lines'>, asking: Asking): string {
  const { currency, subtotal, premium, paidBy, ruleId, abVariant, expiresAt, createdAt, kind } =
    terms;
  return `${PREFIX}${asking.cursors.encode(bindingOf(asking), [
    currency,
    subtotal,
    premium,
    paidBy,
    ruleId,
    abVariant ?? '',
    expiresAt,
    createdAt,
    ...(kind === undefined ? [] : [kind]),
  ])}`;
}

/** The terms in the id of a computed quote; null for any other id, a foreign or an altered one. */
export function openQuote(id: string, asking: Asking): QuoteTerms | null {
  if (!id.startsWith(PREFIX)) return null;
  const values = asking.cursors.decode(bindingOf(asking), id.slice(PREFIX.length));
  if (values === null) return null;
  const [currency, subtotal, premium, paidBy, ruleId, abVariant, expiresAt, createdAt, kind] =
    values;
  return {
    id,
    lines: null,
    currency: currency as string,
    subtotal: subtotal as bigint,
    premium: premium as bigint,
    paidBy: paidBy as (typeof PAYERS)[number],
    ruleId: ruleId as string,
    abVariant: abVariant === '' ? null : (abVariant as string),
    expiresAt: expiresAt as Date,
    createdAt: createdAt as Date,
    kind: kind as QuoteTerms['kind'],
  };
}

/** A quote by its id: as it is stored, else as a computed one carries its terms. */
export const QUOTE_BY_ID = { batch: 'quoteById', otherwise: openQuote } as const satisfies Reach;
