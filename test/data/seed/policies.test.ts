import { describe, expect, it } from 'vitest';
import { premiumOf } from '../../../src/data/pricing.ts';
import { demoRule } from '../../../src/data/seed/pricing.ts';
import { POLICY_KINDS, POLICY_STATUSES } from '../../../src/data/values.ts';
import {
  all,
  byId,
  DAY,
  demo,
  distinct,
  grouped,
  HOUR,
  NOW,
  orderDatesOf,
  sumsOf,
} from './demo.ts';

describe('policies', () => {
  it('are of every kind and in every status, in every store', () => {
    for (const rows of demo) {
      expect(distinct(rows.policies.map(({ kind }) => kind))).toEqual(distinct(POLICY_KINDS));
      const shipping = rows.policies.filter(({ kind }) => kind === 'SHIPPING_INSURANCE');
      expect(distinct(shipping.map(({ status }) => status))).toEqual(distinct(POLICY_STATUSES));
    }
    expect(all('policies').some(({ expiresAt }) => expiresAt === null)).toBe(true);
  });

  it('insure the shipping of exactly the orders that are or were protected', () => {
    for (const rows of demo) {
      const insured = rows.policies
        .filter(({ kind }) => kind === 'SHIPPING_INSURANCE')
        .map(({ orderId }) => orderId);
      const protectedOnes = rows.orders.filter(({ premiumCost }) => premiumCost > 0n);
      expect(insured).toEqual(protectedOnes.map(({ id }) => id));
      const perOrder = grouped(rows.policies, ({ orderId }) => orderId);
      expect(Math.max(...[...perOrder.values()].map((list) => list.length))).toBeGreaterThan(1);
    }
  });

  it('cost what the order says, or what the rule of their kind says', () => {
    for (const rows of demo) {
      const order = byId(rows.orders);
      for (const policy of rows.policies) {
        const { premiumPaid, premiumCost } = order(policy.orderId);
        if (policy.kind === 'SHIPPING_INSURANCE') {
          const [premium, paidBy] =
            premiumPaid > 0n ? [premiumPaid, 'CUSTOMER'] : [premiumCost, 'BRAND'];
          expect([policy.premium, policy.paidBy]).toEqual([premium, paidBy]);
        } else {
          const rule = demoRule(rows.pricingRules, policy.kind, policy.insuredValue);
          expect(policy.premium).toBe(premiumOf(rule, policy.insuredValue));
          expect(policy.paidBy).toBe(rule.paidBy);
        }
      }
    }
  });

  it('are cancelled with the protection or the order, within a second', () => {
    for (const rows of demo) {
      const order = byId(rows.orders);
      for (const { kind, orderId, cancelledAt, status } of rows.policies) {
        const of = order(orderId);
        const ended = kind === 'SHIPPING_INSURANCE' ? of.protectionCancelledAt : of.cancelledAt;
        expect(status === 'CANCELLED').toBe(Boolean(ended));
        expect(Boolean(cancelledAt)).toBe(Boolean(ended));
        if (!ended || !cancelledAt) continue;
        const apart = ended.getTime() - cancelledAt.getTime();
        expect(apart > 0 && apart < 1_000).toBe(true);
      }
    }
  });

  it('are claimed exactly when a claim under them was paid, and expired after their end', () => {
    for (const rows of demo) {
      const paid = new Set(
        rows.claims.flatMap(({ state, policyId }) =>
          state === 'RESOLVED' ? (policyId ?? []) : [],
        ),
      );
      for (const { id, status, expiresAt } of rows.policies) {
        if (status === 'CANCELLED') continue;
        const over = expiresAt instanceof Date && expiresAt <= NOW;
        expect(status).toBe(paid.has(id) ? 'CLAIMED' : over ? 'EXPIRED' : 'ACTIVE');
      }
    }
  });

  it('begin a few minutes after the order and share no date with any order', () => {
    for (const rows of demo) {
      const dates = orderDatesOf(rows);
      for (const policy of rows.policies) {
        const after = policy.createdAt.getTime() - policy.orderCreatedAt.getTime();
        expect(after > 0 && after <= HOUR / 10 + 1_000).toBe(true);
        expect(policy.effectiveAt).toEqual(policy.createdAt);
        const { createdAt, updatedAt, expiresAt, cancelledAt } = policy;
        const own = [createdAt, updatedAt, expiresAt, cancelledAt].flatMap((date) => date ?? []);
        expect(own.filter((date) => dates.has(date.toISOString()))).toEqual([]);
        expect(updatedAt >= createdAt && updatedAt <= NOW).toBe(true);
        if (cancelledAt) expect(cancelledAt > createdAt).toBe(true);
        if (expiresAt) {
          expect((expiresAt.getTime() - createdAt.getTime()) / DAY).toBeGreaterThanOrEqual(90);
        }
      }
    }
  });

  it('insure a value that no order shows', () => {
    for (const rows of demo) {
      const sums = sumsOf(rows);
      expect(rows.policies.filter(({ insuredValue }) => sums.has(insuredValue))).toEqual([]);
      const order = byId(rows.orders);
      for (const { kind, orderId, insuredValue } of rows.policies) {
        if (kind === 'SHIPPING_INSURANCE') expect(insuredValue > order(orderId).total).toBe(true);
      }
    }
  });

  it('say what they cover, each kind in its own words', () => {
    const texts = POLICY_KINDS.map((kind) =>
      distinct(
        all('policies')
          .filter((policy) => policy.kind === kind)
          .map(({ coverage, terms }) => `${coverage} ${terms}`),
      ),
    );
    expect(texts.map((list) => list.length)).toEqual([1, 2, 1]);
    expect(new Set(texts.flat()).size).toBe(4);
  });
});
