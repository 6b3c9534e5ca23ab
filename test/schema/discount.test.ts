import { describe, expect, it } from 'vitest';
import type { Row } from '../../src/data/entities.ts';
import { schema } from '../../src/schema/index.ts';
import { fakeLoaders } from './fake-loaders.ts';
import { NOW, run, token } from './kit.ts';

const at = (milliseconds: number) => new Date(NOW.getTime() + milliseconds);
const DAY = 24 * 60 * 60 * 1000;

/** What a discount with these columns answers, at `NOW` or another moment. */
async function answer(fields: string, row: Partial<Row<'discount'>>, now = NOW) {
  const { loaders } = fakeLoaders({ row: { id: 'dsc_1', currency: 'USD', ...row } });
  const source = `{ discount(id: "dsc_1") { ${fields} } }`;
  const { data, errors } = await run(schema, source, token('read_discounts'), {}, loaders, { now });
  expect(errors).toEqual([]);
  return data?.discount;
}

describe('the status of a discount', () => {
  it.each<[string, string, number, number | null]>([
    ['begins a day later', 'SCHEDULED', DAY, 2 * DAY],
    ['begins a millisecond later', 'SCHEDULED', 1, null],
    ['begins at this moment', 'ACTIVE', 0, null],
    ['began a millisecond ago', 'ACTIVE', -1, null],
    ['ends a millisecond later', 'ACTIVE', -DAY, 1],
    ['ends at this moment', 'EXPIRED', -DAY, 0],
    ['ended a millisecond ago', 'EXPIRED', -DAY, -1],
    ['begins and ends at this moment', 'EXPIRED', 0, 0],
    ['would end before it begins', 'SCHEDULED', 1, -1],
    ['has no end', 'ACTIVE', -1000 * DAY, null],
  ])('that %s is %s', async (_, status, startsAt, endsAt) => {
    const row = { startsAt: at(startsAt), endsAt: endsAt === null ? null : at(endsAt) };
    expect(await answer('status', row)).toEqual({ status });
  });

  it('goes by the moment of the request, not by the clock of the process', async () => {
    const row = { startsAt: at(-DAY), endsAt: at(DAY) };
    const seen = [at(-DAY - 1), at(-DAY), at(DAY - 1), at(DAY)].map((now) =>
      answer('status', row, now),
    );
    expect(await Promise.all(seen)).toEqual(
      ['SCHEDULED', 'ACTIVE', 'ACTIVE', 'EXPIRED'].map((status) => ({ status })),
    );
  });
});

describe('what a discount takes off', () => {
  it.each([
    [1, '0.01'],
    [10, '0.10'],
    [1_050, '10.50'],
    [3_333, '33.33'],
    [10_000, '100.00'],
    [0, '0.00'],
  ])('is %i hundredths of a per cent: %s', async (percentage, written) => {
    expect(await answer('percentage amount { amount }', { percentage, amount: null })).toEqual({
      percentage: written,
      amount: null,
    });
  });

  it.each([
    ['USD', 1_250n, '12.50'],
    ['JPY', 1_250n, '1250'],
    ['KWD', 1_250n, '1.250'],
    ['USD', 0n, '0.00'],
  ])('is an amount of its own currency: %s', async (currency, amount, written) => {
    expect(
      await answer('percentage amount { amount currencyCode }', {
        percentage: null,
        amount,
        currency,
      }),
    ).toEqual({ percentage: null, amount: { amount: written, currencyCode: currency } });
  });
});
