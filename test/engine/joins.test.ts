import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { Load, Source } from '../../src/data/source.ts';
import { ScopeSet } from '../../src/scopes/scope-set.ts';
import { madeUpSource } from '../differential/made-up-source.ts';
import { byEngine, byExecutor } from './kit.ts';

/** What the engine loads for a query, a wave after the other; the executor must answer it alike. */
async function wavesOf(
  query: string,
  from = madeUpSource(null),
): Promise<readonly (readonly Load[])[]> {
  const waves: (readonly Load[])[] = [];
  const source: Source = {
    ...from,
    wave(session, loads) {
      waves.push(loads);
      return from.wave(session, loads);
    },
  };
  const asked = {
    document: parse(query),
    operationName: null as never,
    variables: {},
    granted: ScopeSet.all,
  };
  const answer = await byEngine(asked, source);
  expect(answer).toEqual(await byExecutor(asked, from));
  return waves;
}

const orders = (fields: string) => `{ orders(first: 3) { nodes { id ${fields} } } }`;
const customers = (count: number) =>
  Array.from({ length: count }, (_, index) => `c${index}: customer { id }`).join(' ');

const joinsOf = (load: Load | undefined) =>
  load !== undefined && 'joins' in load ? load.joins : undefined;

describe('what rows refer to', () => {
  it('comes with them where that saves the last wave', async () => {
    const [first, ...others] = await wavesOf(orders('customer { id email }'));
    expect(others).toEqual([]);
    expect(joinsOf(first?.[0])).toEqual([
      { batch: 'customerById', from: 'customerId', columns: ['id', 'email'] },
    ]);
  });

  it('comes by itself where a wave is needed all the same', async () => {
    const fields = 'customer { id } lineItems(first: 2) { nodes { id } }';
    const waves = await wavesOf(orders(fields));
    expect(waves.map((loads) => loads.map(({ batch }) => batch))).toEqual([
      ['orders'],
      ['customerById', 'lineItemsByOrder'],
    ]);
    expect(waves.flat().map(joinsOf)).toEqual([[], [], []]);
  });

  it('comes with the rows before the last wave, not with those before', async () => {
    const waves = await wavesOf(orders('lineItems(first: 2) { nodes { id product { id name } } }'));
    expect(waves.map((loads) => loads.map(({ batch }) => batch))).toEqual([
      ['orders'],
      ['lineItemsByOrder'],
    ]);
    expect(joinsOf(waves[1]?.[0])).toHaveLength(1);
  });

  it('comes with them four times at most: who writes the document says how often', async () => {
    expect(await wavesOf(orders(customers(4)))).toHaveLength(1);
    const [first, second] = await wavesOf(orders(customers(5)));
    expect(joinsOf(first?.[0])).toEqual([]);
    expect(second?.map(({ batch }) => batch)).toEqual(Array(5).fill('customerById'));
  });

  it('is left to the executor where a source does not bring it along', async () => {
    const whole = madeUpSource(null);
    const forgetful: Source = {
      ...whole,
      wave: (session, loads) =>
        whole.wave(
          session,
          loads.map((load) => ('joins' in load ? { ...load, joins: [] } : load)),
        ),
    };
    await expect(wavesOf(orders('customer { id }'), forgetful)).rejects.toThrow(
      'A row came without what it was to come with.',
    );
  });
});
