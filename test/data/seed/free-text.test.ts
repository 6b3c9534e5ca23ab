import { describe, expect, it } from 'vitest';
import { DEMO_APPS } from '../../../src/data/seed/demo-apps.ts';
import type { DemoRows } from '../../../src/data/seed/generate.ts';
import type { PostalAddress } from '../../../src/data/values.ts';
import { all, demo } from './demo.ts';

/** What people wrote, and what anybody may read who may read the row. */
const textOf = (rows: DemoRows) => [
  ...rows.policies.flatMap(({ coverage, terms }) => [coverage, terms]),
  ...rows.claims.flatMap(({ description, signatureUrl }) => [description, signatureUrl]),
  ...rows.claimMessages.flatMap(({ sender, authorName, body, media }) => [
    body,
    sender === 'CUSTOMER' ? null : authorName,
    ...media.flatMap(({ url, description }) => [url, description]),
  ]),
  ...rows.claimResolutions.flatMap(({ details, issuedCode }) => [details, issuedCode]),
  ...rows.discounts.flatMap(({ title, summary, codes }) => [title, summary, ...codes]),
  ...rows.discountApplications.flatMap(({ title, code }) => [title, code]),
  ...rows.quotes.map(({ abVariant }) => abVariant),
  ...rows.priceSettings.map(({ terms }) => terms),
  ...rows.widgets.flatMap(({ heading, body }) => [heading, body]),
  ...rows.abTests.map(({ name }) => name),
  ...rows.abVariants.flatMap(({ key, name, overrides }) => [
    ...[key, name],
    ...[overrides.heading, overrides.body].filter((text) => typeof text === 'string'),
  ]),
];

const written = [
  ...new Set([...demo.flatMap(textOf), ...Object.values(DEMO_APPS).map(({ name }) => name)]),
]
  .flatMap((text) => text ?? [])
  .join('\n');

const present = (values: readonly (string | null | undefined)[]) =>
  [...new Set(values)].flatMap((value) => value || []);

const addresses: readonly PostalAddress[] = [
  ...all('orders').flatMap(({ shippingAddress, billingAddress }) => [
    ...(shippingAddress ? [shippingAddress] : []),
    ...(billingAddress ? [billingAddress] : []),
  ]),
  ...all('customerAddresses').map((row) => ({
    ...{ name: row.name ?? null, company: row.company ?? null, phone: row.phone ?? null },
    ...{ address1: row.address1 ?? null, address2: row.address2 ?? null, city: row.city ?? null },
    ...{ province: null, postalCode: row.postalCode ?? null, countryCode: null },
  })),
];

describe('free text', () => {
  it('is there to be searched', () => {
    expect(written.split('\n').length).toBeGreaterThan(300);
  });

  it('contains no e-mail, phone or whole name of anybody', () => {
    const people = present([
      ...all('orders').flatMap((row) => [row.contactName, row.contactEmail, row.contactPhone]),
      ...all('customers').flatMap(({ email, phone }) => [email, phone]),
      ...addresses.flatMap(({ name, phone }) => [name, phone]),
    ]);
    expect(people.length).toBeGreaterThan(4_000);
    expect(people.filter((value) => written.includes(value))).toEqual([]);
    expect(written).not.toMatch(/@/);
  });

  it('contains no first or last name, company or part of an address, not even as a word', () => {
    const words = new Set(written.match(/[\p{L}\p{N}'’-]+/gu));
    const names = present(
      all('customers').flatMap(({ firstName, lastName }) => [firstName, lastName]),
    );
    expect(names.filter((name) => words.has(name))).toEqual([]);
    const lines = present(
      addresses.flatMap((address) => [
        ...[address.address1, address.address2, address.city],
        ...[address.postalCode, address.company],
      ]),
    );
    expect(
      lines.filter((line) => words.has(line) || (line.length > 3 && written.includes(line))),
    ).toEqual([]);
  });

  it('contains no order number and no id of anything', () => {
    const ids = present([
      ...all('orders').flatMap(({ id, sourceId, sourceNumber }) => [id, sourceId, sourceNumber]),
      ...all('lineItems').flatMap(({ id, sourceId }) => [id, sourceId]),
      ...all('customers').map(({ id }) => id),
      ...all('policies').map(({ id }) => id),
      ...all('claims').map(({ id }) => id),
    ]);
    const digits = new Set(written.match(/\d+/g));
    expect(Math.max(...[...digits].map((run) => run.length))).toBeLessThan(3);
    expect(written).not.toMatch(/#\d/);
    // Shorter ones are plain counters, such as the first line of a small shop; a percentage is no id.
    expect(ids.filter((id) => id.length > 2 && written.includes(id))).toEqual([]);
  });
});
