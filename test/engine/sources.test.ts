import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { Load, Page, Source } from '../../src/data/source.ts';
import { Anomaly } from '../../src/engine/anomaly.ts';
import {
  derived,
  edge,
  given,
  loaded,
  only,
  reportOf,
  rows,
  totalled,
} from '../../src/schema/fields.ts';
import { SCOPES } from '../../src/scopes/catalogue.ts';
import { ScopeSet } from '../../src/scopes/scope-set.ts';
import { madeUpSource } from '../differential/made-up-source.ts';
import { type Builder, build } from '../schema/kit.ts';
import { byEngine, byExecutor } from './kit.ts';

const TYPE = { authenticated: true } as const;
const ORDERS = { read_orders: true } as const;
const ANALYTICS = { read_analytics: true } as const;
const AB_TESTS = { read_ab_tests: true } as const;
const DAYS = { from: '2026-11-20', to: '2026-11-20', interval: null } as const;

const DAYS_IN_ORDER: Page = {
  columns: ['day', 'currency'],
  direction: 'asc',
  filter: [],
  after: null,
  before: null,
  limit: 100,
  fromEnd: false,
};

/** Nothing but a value, off which the rest hangs. */
interface Thing {
  readonly id: string;
  readonly other: string | null;
  readonly number: number;
}

const THINGS: readonly (Thing | null)[] = [
  { id: 'a', other: 'one', number: 1 },
  null,
  { id: 'b', other: null, number: 2 },
  { id: 'c', other: 'one', number: 3 },
];

/** Fields below values, one of each kind that loads something. */
function declare(builder: Builder): void {
  const Order = builder.objectRef<{ readonly id: string }>('Order').implement({
    authScopes: TYPE,
    fields: (t) => ({ id: t.exposeID('id') }),
  });
  const Day = builder.objectRef<{ readonly sessions: number }>('Day').implement({
    authScopes: TYPE,
    fields: (t) => ({ sessions: t.exposeInt('sessions') }),
  });
  const Thing = builder.objectRef<Thing>('Thing');
  const orderBy = (key: 'id' | 'other' | 'number', authScopes: typeof ORDERS | typeof TYPE) =>
    ({ type: Order, nullable: true, authScopes, ...edge('orderById', key as 'other') }) as const;
  const claimsBehind = (authScopes: typeof ANALYTICS | typeof TYPE) => ({
    nullable: true,
    authScopes,
    ...reportOf(
      'claims',
      ['number'],
      () => DAYS,
      (periods, { from }, { number }: Thing) => number * (periods.get(from)?.length ?? 0),
    ),
  });
  Thing.implement({
    authScopes: TYPE,
    fields: (t) => ({
      id: t.exposeID('id'),
      order: t.field(orderBy('other', ORDERS)),
      own: t.field(orderBy('id', ORDERS)),
      open: t.field(orderBy('id', TYPE)),
      wrong: t.field(orderBy('number', ORDERS)),
      first: t.field({
        type: Order,
        nullable: true,
        authScopes: ORDERS,
        ...only('orderById', 'ord_first'),
      }),
      days: t.field({
        type: [Day],
        nullable: true,
        authScopes: AB_TESTS,
        ...rows('daysByAbVariant', 'id', DAYS_IN_ORDER),
      }),
      sums: t.int({
        nullable: true,
        authScopes: AB_TESTS,
        ...totalled('totalsByAbVariant', 'id', ([total]) => total?.count ?? 0),
      }),
      below: t.field({
        type: [Thing],
        nullable: { list: true, items: true },
        ...derived(['id'], ({ id }: Thing) =>
          id.length > 3 ? null : THINGS.map((one) => one && { ...one, id: `${id}${one.id}` }),
        ),
      }),
      slow: t.field({
        type: [Thing],
        nullable: { list: true, items: true },
        authScopes: ORDERS,
        args: { times: t.arg.int({ required: true, defaultValue: 1 }) },
        ...loaded(
          ['id', 'number'],
          async ({ id, number }: Thing, { times }: { times: number }, { loaders }) => {
            const row = await loaders.row('orderById', `ord_${id}`);
            return [{ id: `${id}s`, other: row?.id ?? null, number: number * times }];
          },
        ),
      }),
      claims: t.int(claimsBehind(ANALYTICS)),
      openClaims: t.int(claimsBehind(TYPE)),
      silent: t.string({ resolve: ({ id }) => id }),
    }),
  });
  builder.queryFields((t) => ({
    things: t.field({
      type: [Thing],
      nullable: { list: true, items: true },
      authScopes: TYPE,
      args: { least: t.arg.int({ required: true, defaultValue: 0 }) },
      ...given((_asking, { least }: { readonly least: number }) =>
        least > 9 ? null : THINGS.filter((one) => one === null || one.number >= least),
      ),
    }),
    thing: t.field({
      type: Thing,
      nullable: true,
      authScopes: TYPE,
      ...given(() => THINGS[0]),
    }),
    failing: t.field({
      type: Thing,
      nullable: true,
      authScopes: TYPE,
      ...loaded([], async () => {
        throw new TypeError('no');
      }),
    }),
    promised: t.field({
      type: Thing,
      nullable: true,
      authScopes: TYPE,
      ...given(async () => THINGS[0]),
    }),
  }));
}

const schema = build(declare);

/** Notes the loads of each wave, and each report. */
function recording() {
  const source = madeUpSource(null);
  const asked: string[] = [];
  const nameOf = (load: Load) => {
    const keys = load.kind === 'rows' ? load.keys : (load.parents ?? []);
    return [load.kind, load.batch, ...keys.toSorted()].join(' ');
  };
  const noting: Source = {
    ...source,
    wave(session, loads) {
      asked.push(loads.map(nameOf).join(', '));
      return source.wave(session, loads);
    },
    report(session, reports) {
      asked.push(`report ${reports.map(({ name }) => name).join(', ')}`);
      return source.report(session, reports);
    },
  };
  return { source: noting, asked };
}

const requestOf = (source: string, variables = {}, granted = ScopeSet.all) => ({
  document: parse(source),
  operationName: null as never,
  variables,
  granted,
  schema,
});

/** What the engine answers and asks for; it has to be the answer of graphql-js. */
async function ask(source: string, variables = {}, granted = ScopeSet.all) {
  const request = requestOf(source, variables, granted);
  const { source: noting, asked } = recording();
  const answer = await byEngine(request, noting);
  expect(answer).toEqual(await byExecutor(request, madeUpSource(null)));
  expect(answer?.errors).toEqual([]);
  return { data: JSON.parse(answer?.data ?? 'null'), asked };
}

const ORDER = ({ order }: { readonly order: unknown }) => order;

describe('below values', () => {
  it('edges are followed for all of them at once, and for none without a key', async () => {
    const { data, asked } = await ask('{ things { id order { id } } }');
    expect(data.things.filter(Boolean).map(ORDER)).toEqual([{ id: 'one' }, null, { id: 'one' }]);
    expect(asked).toEqual(['rows orderById one']);
  });

  it('each edge is a load of its own in the same wave, with the keys of its own column', async () => {
    const { data, asked } = await ask('{ things { order { id } own { id } again: order { id } } }');
    expect(data.things.at(-1)).toEqual({
      order: { id: 'one' },
      own: { id: 'c' },
      again: { id: 'one' },
    });
    expect(asked).toEqual(['rows orderById one, rows orderById a b c, rows orderById one']);
  });

  it('lists in lists have edges too, in the first wave as long as nothing had to be loaded', async () => {
    const { data, asked } = await ask(
      '{ things { below { own { id } } } thing { below { below { id own { id } } } } }',
    );
    expect(data.things[3].below[2]).toEqual({ own: { id: 'cb' } });
    expect(data.things[1]).toBeNull();
    expect(data.thing.below[2].below[3]).toEqual({ id: 'abc', own: { id: 'abc' } });
    expect(asked).toEqual([
      'rows orderById aa ab ac ba bb bc ca cb cc, rows orderById aaa aab aac aba abb abc aca acb acc',
    ]);
  });

  it('lists, sums and look-ups are loaded as they are below rows', async () => {
    const { data, asked } = await ask(
      '{ things(least: 2) { days { sessions } sums first { id } } }',
    );
    const [, one] = data.things;
    expect(one).toEqual({
      days: [{ sessions: 3 }, { sessions: 3 }, { sessions: 3 }],
      sums: 3,
      first: { id: 'ord_first' },
    });
    expect(asked).toEqual([
      'page daysByAbVariant b c, totals totalsByAbVariant b c, rows orderById ord_first',
    ]);
  });

  it('nothing is loaded where there are none', async () => {
    const { data, asked } = await ask(
      '{ things(least: 10) { order { id } days { sessions } slow { id } } }',
    );
    expect([data, asked]).toEqual([{ things: null }, []]);
  });

  it('what loads by itself does so in batches, and more is loaded below it', async () => {
    const { data, asked } = await ask(
      'query ($times: Int!) { things { slow(times: $times) { id order { id } slow { id } } } }',
      { times: 2 },
    );
    expect(data.things[3].slow).toEqual([
      { id: 'cs', order: { id: 'ord_c' }, slow: [{ id: 'css' }] },
    ]);
    expect(asked).toHaveLength(3);
    expect(asked).toEqual(
      expect.arrayContaining([
        'rows orderById ord_a ord_b ord_c',
        'rows orderById ord_as ord_bs ord_cs',
      ]),
    );
  });

  it('what is the same for several of them is loaded once', async () => {
    const { data, asked } = await ask('{ things { claims } again: things { other: claims } }');
    expect(data.things[3].claims).toBe(data.things[0].claims * 3);
    expect(data.again[3].other).toBe(data.things[3].claims);
    expect(asked).toEqual(['report claims']);
  });
});

const ALL = SCOPES.map(({ name }) => name).join(' ');

describe('the engine leaves to the executor', () => {
  it.each([
    ['a field that has a resolver alone', '{ thing { silent } }', ALL],
    ['a report behind less than reports take', '{ thing { openClaims } }', ALL],
    ['a report that is not granted', '{ thing { openClaims } }', 'read_orders'],
  ])('before it runs: %s', async (_name, source, scopes) => {
    const { source: noting, asked } = recording();
    const request = requestOf(source, {}, ScopeSet.parse(scopes));
    expect(await byEngine(request, noting)).toBeNull();
    expect(asked).toEqual([]);
  });

  it.each([
    ['a key that is no text', '{ thing { wrong { id } } }', 'number is no key.'],
    [
      'a promise that was not said to be one',
      '{ promised { id } }',
      'A Thing is to be waited for.',
    ],
  ])('when it runs: %s', async (_name, source, message) => {
    const answered = byEngine(requestOf(source), madeUpSource(null));
    await expect(answered).rejects.toThrow(new Anomaly(message));
  });

  it('when it runs: rows whose entity takes more than their field', async () => {
    const { source: noting, asked } = recording();
    const request = requestOf('{ thing { open { id } } }', {}, ScopeSet.parse('read_products'));
    await expect(byEngine(request, noting)).rejects.toMatchObject({
      code: 'INSUFFICIENT_SCOPE',
      message: 'Loading order rows needs read_orders.',
    });
    expect(asked).toEqual([]);
  });

  it('when it runs: what fails while it loads, once for all of it', async () => {
    const request = requestOf('{ a: failing { id } b: failing { id } things { slow { id } } }');
    await expect(byEngine(request, madeUpSource(null))).rejects.toThrow(new TypeError('no'));
    const { data, errors } = await byExecutor(request, madeUpSource(null));
    expect(JSON.parse(data)).toMatchObject({ a: null, b: null, things: [{}, null, {}, {}] });
    expect(errors).toHaveLength(2);
  });
});
