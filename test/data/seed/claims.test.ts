import { describe, expect, it } from 'vitest';
import { generateDemo } from '../../../src/data/seed/generate.ts';
import {
  CLAIM_SOURCES,
  CLAIM_STATES,
  CLAIM_TYPES,
  DENIAL_REASONS,
  MESSAGE_SENDERS,
  REQUESTED_RESOLUTIONS,
} from '../../../src/data/values.ts';
import { all, byId, DAY, demo, distinct, grouped, NOW, orderDatesOf } from './demo.ts';

const FINAL = ['DENIED', 'RESOLVED', 'RESOLVED_BY_BRAND', 'DISMISSED', 'CLOSED', 'ARCHIVED'];

describe('claims', () => {
  it.each([NOW, new Date('2026-01-02T05:00:00Z'), new Date('2028-02-29T12:00:00Z')])(
    'show everything there is, whatever the moment: %s',
    (now) => {
      const claims = [...generateDemo(now)].flatMap((rows) => rows.claims);
      const values = (key: 'state' | 'type' | 'filedFrom' | 'requestedResolution') =>
        distinct(claims.map((claim) => claim[key]));
      expect(values('state')).toEqual(distinct(CLAIM_STATES));
      expect(values('type')).toEqual(distinct([...CLAIM_TYPES, null]));
      expect(values('filedFrom')).toEqual(distinct(CLAIM_SOURCES));
      expect(values('requestedResolution')).toEqual(distinct(REQUESTED_RESOLUTIONS));
      expect(distinct(claims.flatMap(({ denialReason }) => denialReason ?? []))).toEqual(
        distinct(DENIAL_REASONS),
      );
    },
  );

  it('are about some six in a hundred protected orders, and about a few others', () => {
    for (const rows of demo) {
      const order = byId(rows.orders);
      const covered = rows.orders.filter(
        ({ premiumCost, protectionCancelledAt }) => premiumCost > 0n && !protectionCancelledAt,
      );
      const claimed = new Set(rows.claims.map(({ orderId }) => orderId));
      const share = covered.filter(({ id }) => claimed.has(id)).length / covered.length;
      expect(share).toBeGreaterThan(0.05);
      expect(share).toBeLessThan(0.16);
      expect(rows.claims.some(({ orderId }) => order(orderId).premiumCost === 0n)).toBe(true);
    }
    expect(all('claims').length).toBeGreaterThan(180);
  });

  it('stand on either side of the window, in every store', () => {
    for (const { claims } of demo) {
      const ages = claims.map(({ orderCreatedAt }) => NOW.getTime() - orderCreatedAt.getTime());
      expect(ages.filter((age) => age < 60 * DAY).length).toBeGreaterThan(3);
      expect(ages.filter((age) => age > 60 * DAY).length).toBeGreaterThan(3);
    }
  });

  it('carry the contact of their order and a policy of it', () => {
    for (const rows of demo) {
      const order = byId(rows.orders);
      const policy = byId(rows.policies);
      for (const claim of rows.claims) {
        const of = order(claim.orderId);
        expect(claim.orderCreatedAt).toEqual(of.createdAt);
        expect([claim.authorName, claim.authorEmail, claim.customerId]).toEqual([
          of.contactName,
          of.contactEmail,
          of.customerId,
        ]);
        expect(of.cancelledAt).toBeNull();
        if (claim.policyId === null) continue;
        const under = policy(claim.policyId);
        expect(under.orderId).toBe(claim.orderId);
        expect(under.expiresAt === null || (under.expiresAt ?? NOW) > claim.createdAt).toBe(true);
        if (under.kind !== 'SHIPPING_INSURANCE') expect(claim.type).toBe('DEFECTIVE_ITEM');
      }
    }
    const signed = all('claims').filter(({ signatureUrl }) => signatureUrl);
    expect(signed.length).toBeGreaterThan(20);
    expect(signed.length).toBeLessThan(all('claims').length / 2);
  });

  it('are filed one to forty days after the order and dated like no order', () => {
    for (const rows of demo) {
      const dates = orderDatesOf(rows);
      const messages = grouped(rows.claimMessages, ({ claimId }) => claimId);
      const resolutions = grouped(rows.claimResolutions, ({ claimId }) => claimId);
      for (const claim of rows.claims) {
        const { createdAt, updatedAt, resolvedAt, orderCreatedAt, state } = claim;
        const after = (createdAt.getTime() - orderCreatedAt.getTime()) / DAY;
        expect(after).toBeGreaterThanOrEqual(1);
        expect(after).toBeLessThan(40.001);
        expect(resolvedAt instanceof Date).toBe(FINAL.includes(state));
        const later = [
          ...(messages.get(claim.id) ?? []).map((message) => message.createdAt),
          ...(resolutions.get(claim.id) ?? []).map((resolution) => resolution.createdAt),
          ...(resolvedAt ? [resolvedAt] : []),
        ];
        for (const date of later) expect(date > createdAt && date <= updatedAt).toBe(true);
        expect(updatedAt >= createdAt && updatedAt <= NOW).toBe(true);
        const own = [createdAt, updatedAt, ...later].map((date) => date.toISOString());
        expect(own.filter((date) => dates.has(date))).toEqual([]);
      }
    }
  });

  it('name a denial reason exactly when they are denied', () => {
    for (const { state, denialReason } of all('claims')) {
      expect(denialReason !== null).toBe(state === 'DENIED');
    }
  });
});

describe("a claim's items", () => {
  it("are one to three of its order's lines, no more of each than was bought and kept", () => {
    for (const rows of demo) {
      const line = byId(rows.lineItems);
      const claim = byId(rows.claims);
      const items = grouped(rows.claimItems, ({ claimId }) => claimId);
      for (const { id } of rows.claims) {
        const own = items.get(id) ?? [];
        expect(own.length >= 1 && own.length <= 3).toBe(true);
        expect(new Set(own.map(({ lineItemId }) => lineItemId)).size).toBe(own.length);
      }
      const claimed = new Map<string, number>();
      for (const { claimId, lineItemId, quantity } of rows.claimItems) {
        expect(line(lineItemId).orderId).toBe(claim(claimId).orderId);
        claimed.set(lineItemId, (claimed.get(lineItemId) ?? 0) + quantity);
      }
      for (const [id, quantity] of claimed) {
        const { quantity: bought, refundedQuantity } = line(id);
        expect(quantity >= 1 && quantity <= bought - refundedQuantity).toBe(true);
      }
    }
  });
});

describe("a claim's messages", () => {
  it('are up to six, from every side, some with media on the domain of the store', () => {
    const counts = demo.flatMap((rows) => {
      const messages = grouped(rows.claimMessages, ({ claimId }) => claimId);
      return rows.claims.map(({ id }) => messages.get(id)?.length ?? 0);
    });
    expect(distinct(counts)).toEqual(['0', '1', '2', '3', '4', '5', '6']);
    expect(distinct(all('claimMessages').map(({ sender }) => sender))).toEqual(
      distinct(MESSAGE_SENDERS),
    );
    for (const rows of demo) {
      const domain = rows.stores[0]?.domain;
      const media = rows.claimMessages.flatMap((message) => message.media);
      expect(media.length).toBeGreaterThan(10);
      const odd = media.filter(
        ({ url }) => !new RegExp(`^https://${domain}/claims/media/[0-9a-z]{24}\\.`).test(url),
      );
      expect(odd).toEqual([]);
      const signatures = rows.claims.flatMap(({ signatureUrl }) => signatureUrl ?? []);
      const pattern = new RegExp(`^https://${domain}/claims/signatures/[0-9a-z]{24}\\.png$`);
      expect(signatures.filter((url) => !pattern.test(url))).toEqual([]);
      expect(new Set([...media.map(({ url }) => url), ...signatures]).size).toBe(
        media.length + signatures.length,
      );
    }
  });

  it('are signed by the customer, or by a team', () => {
    for (const rows of demo) {
      const claim = byId(rows.claims);
      const people = new Set(rows.orders.flatMap(({ contactName }) => contactName ?? []));
      for (const { sender, authorName, claimId } of rows.claimMessages) {
        if (sender === 'CUSTOMER') expect(authorName).toBe(claim(claimId).authorName);
        else expect(authorName && !people.has(authorName)).toBe(true);
      }
    }
  });
});
