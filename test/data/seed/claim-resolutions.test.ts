import { describe, expect, it } from 'vitest';
import { partOf, shareOf } from '../../../src/data/seed/money.ts';
import { RESOLUTION_TYPES } from '../../../src/data/values.ts';
import { all, byId, demo, distinct, grouped, NOW, sum, sumsOf } from './demo.ts';

const PAID = ['RESOLVED', 'RESOLVED_BY_BRAND'];

describe("a claim's resolutions", () => {
  it('are there exactly when something was paid, some of it in two parts', () => {
    const parts = demo.flatMap((rows) => {
      const resolutions = grouped(rows.claimResolutions, ({ claimId }) => claimId);
      return rows.claims.map(({ id, state }) => {
        const count = resolutions.get(id)?.length ?? 0;
        expect(count > 0, state).toBe(PAID.includes(state));
        return count;
      });
    });
    expect(distinct(parts)).toEqual(['0', '1', '2']);
    expect(distinct(all('claimResolutions').map(({ type }) => type))).toEqual(
      distinct(RESOLUTION_TYPES),
    );
  });

  it('pay (price - discount + tax) x percentage + shipping, to the minor unit', () => {
    for (const rows of demo) {
      const line = byId(rows.lineItems);
      const items = grouped(rows.claimItems, ({ claimId }) => claimId);
      for (const [claimId, own] of grouped(rows.claimResolutions, (row) => row.claimId)) {
        const value = sum(
          (items.get(claimId) ?? []).map(({ lineItemId, quantity }) => {
            const of = line(lineItemId);
            const share = (amount: bigint) => partOf(amount, quantity, of.quantity);
            return of.unitPrice * BigInt(quantity) - share(of.discountTotal) + share(of.taxTotal);
          }),
        );
        const paid = sum(own.map(({ paidValue }) => paidValue));
        const goods = paid - sum(own.map(({ shippingAmount }) => shippingAmount));
        if (own[0]?.type === 'FLAT_RATE') {
          expect(own.length).toBe(1);
          expect(goods > 0n && goods * 2n <= value).toBe(true);
        } else {
          const shares = Array.from({ length: 20 }, (_, at) => shareOf(value, 500 * (at + 1)));
          expect(shares).toContain(goods);
        }
      }
    }
  });

  it('pay at most the insured value of the policy, and no sum that an order shows', () => {
    for (const rows of demo) {
      const sums = sumsOf(rows);
      const claim = byId(rows.claims);
      const paid = grouped(rows.claimResolutions, ({ claimId }) => claim(claimId).policyId ?? '');
      for (const { id, insuredValue } of rows.policies) {
        const total = sum((paid.get(id) ?? []).map(({ paidValue }) => paidValue));
        expect(total <= insuredValue).toBe(true);
      }
      expect(rows.claimResolutions.filter(({ paidValue }) => sums.has(paidValue))).toEqual([]);
    }
  });

  it('have an address to send to, or a code to spend, where that is what they are', () => {
    for (const rows of demo) {
      const order = byId(rows.orders);
      const claim = byId(rows.claims);
      for (const row of rows.claimResolutions) {
        const { shippingAddress } = order(claim(row.claimId).orderId);
        expect(row.shippingAddress).toEqual(row.type === 'RESHIP' ? shippingAddress : null);
        if (row.type === 'RESHIP') expect(row.shippingAddress).not.toBeNull();
        expect(row.issuedCode !== null).toBe(row.type === 'STORE_CREDIT');
        expect(row.includesShipping).toBe(row.shippingAmount > 0n);
      }
    }
    const codes = all('claimResolutions').flatMap(({ issuedCode }) => issuedCode ?? []);
    expect(codes.filter((code) => !/^[A-Z]{2}(-\d[A-Z]\d[A-Z]){3}$/.test(code))).toEqual([]);
    expect(new Set(codes).size).toBe(codes.length);
  });

  it('are sent again before the order that replaces theirs', () => {
    for (const rows of demo) {
      const replacements = grouped(rows.orders, ({ originalOrderId }) => originalOrderId ?? '');
      for (const claim of rows.claims) {
        const [replacement] = replacements.get(claim.orderId) ?? [];
        if (replacement === undefined || claim.policyId === null) continue;
        expect(claim.state).toBe('RESOLVED');
        expect((claim.resolvedAt ?? NOW) < replacement.createdAt).toBe(true);
      }
    }
  });
});
