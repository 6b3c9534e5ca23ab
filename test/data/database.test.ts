import type { PGlite } from '@electric-sql/pglite';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { textArray } from '../../src/data/cells.ts';
import { type Database, sessionStatement } from '../../src/data/database.ts';
import { createEmbedded, openPglite } from '../../src/data/pglite.ts';
import type { Session } from '../../src/data/source.ts';
import { APP_ROLE } from '../../src/data/tables/columns.ts';

let pglite: PGlite;
let database: Database;

beforeAll(async () => {
  pglite = await openPglite(null);
  await pglite.exec(`create role ${APP_ROLE} nologin`);
  database = createEmbedded(pglite);
});

afterAll(() => database.close());

/** The one value of a statement with these values, as both drivers give it. */
async function select(expression: string, ...values: (string | null)[]) {
  const [rows] = await database.wave(null, [
    { name: null, text: `select ${expression} as "value"`, values },
  ]);
  return rows?.[0]?.value;
}

/** Whatever PostgreSQL's text can hold: no NUL, no half of a surrogate pair. */
const text = fc
  .oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom('"', '\\', ',', '{', '}', "'", ' ', '\n', '\t', 'N', 'a') }),
    fc.constantFrom('NULL', 'null', '', ' ', '{}', '""', '\\"', '{"a"}', 'a,b', '\\N', '\u{1f600}'),
  )
  .filter((string) => !string.includes('\0') && Buffer.from(string).toString() === string);

describe('an array of text', () => {
  it('comes back from PostgreSQL as it went in', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(text, { maxLength: 8 }), async (items) => {
        expect(await select('$1::text[]', textArray(items))).toEqual(items);
      }),
      { examples: [[[]], [['']], [['NULL', 'null', '']], [['a"b', 'c\\d', 'e,f', '{g}']]] },
    );
  });

  it('has in PostgreSQL as many items as it was made of', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(text, { maxLength: 8 }), async (items) => {
        expect(await select('cardinality($1::text[])', textArray(items))).toBe(items.length);
        expect(await select('$1::text = any ($2::text[])', 'absent \u0001', textArray(items))).toBe(
          false,
        );
      }),
      { numRuns: 30 },
    );
  });

  it('comes without its nulls, but with the word', async () => {
    expect(await select(`array['a', null, 'NULL', '', null, 'null']`)).toEqual([
      'a',
      'NULL',
      '',
      'null',
    ]);
    expect(await select('array[null]::text[]')).toEqual([]);
  });
});

describe('a value', () => {
  it.each<[string, unknown]>([
    ['true', true],
    ['false', false],
    ['null::boolean', null],
    ['7::int', 7],
    [`'-2147483648'::int`, -2_147_483_648],
    ['9223372036854775807::bigint', 9_223_372_036_854_775_807n],
    [`'-9223372036854775808'::bigint`, -9_223_372_036_854_775_808n],
    ['null::bigint', null],
    [`'a'::text`, 'a'],
    [`''::text`, ''],
    [`'{"a":[1,null]}'::jsonb`, { a: [1, null] }],
    [`'{"a":[1,null]}'::json`, { a: [1, null] }],
    [`timestamptz '2026-11-21 21:49:00.123+02'`, new Date('2026-11-21T19:49:00.123Z')],
    [`timestamptz '0001-01-01 00:00:00+00'`, new Date('0001-01-01T00:00:00Z')],
    [`timestamptz '9999-12-31 23:59:59.999+00'`, new Date('9999-12-31T23:59:59.999Z')],
    ['null::timestamptz', null],
    [`date '2026-11-21'`, '2026-11-21'],
    ['null::date', null],
    [
      '12345678901234567890123456789012345678::numeric(38, 0)',
      '12345678901234567890123456789012345678',
    ],
  ])('of %s is %s', async (expression, value) => {
    expect(await select(expression)).toEqual(value);
  });

  it('keeps its milliseconds as a moment', async () => {
    const moment = fc.date({
      min: new Date('0001-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59.999Z'),
      noInvalidDate: true,
    });
    await fc.assert(
      fc.asyncProperty(moment, async (date) => {
        expect(await select('$1::timestamptz', date.toISOString())).toEqual(date);
      }),
      { numRuns: 50 },
    );
  });

  it('goes in as a day as it comes out', async () => {
    expect(await select('$1::date', '2026-03-29')).toBe('2026-03-29');
  });

  it('keeps all its digits as a big integer', async () => {
    const bigint = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    await fc.assert(
      fc.asyncProperty(bigint, async (number) => {
        expect(await select('$1::bigint', number.toString())).toBe(number);
      }),
      { numRuns: 50 },
    );
  });
});

describe('a wave', () => {
  const role = { name: null, text: 'select current_user::text as "value"', values: [] };
  const settings = {
    name: null,
    text: `select current_setting('scopegate.store_id', true) as "store", current_setting('scopegate.orders_since', true) as "since", current_setting('scopegate.installation_id', true) as "installation", current_setting('scopegate.owner', true) as "owner"`,
    values: [],
  };

  it('runs as the app role, and leaves it again', async () => {
    expect(await database.wave(null, [role])).toEqual([[{ value: APP_ROLE }]]);
    const { rows } = await pglite.query<{ value: string }>(role.text);
    expect(rows[0]?.value).toBe('postgres');
  });

  it('answers its statements in their order', async () => {
    const answers = await database.wave(
      null,
      [1, 2, 3].map((number) => ({ name: null, text: `select ${number} as "n"`, values: [] })),
    );
    expect(answers).toEqual([[{ n: 1 }], [{ n: 2 }], [{ n: 3 }]]);
  });

  it.each<[Session | null, string, string, string, string]>([
    [{ storeId: 'sto_1', installationId: null, ordersSince: null }, 'sto_1', '-infinity', '', ''],
    [
      { storeId: 'sto_1', installationId: 'ins_1', owner: 'ins_1', ordersSince: null },
      'sto_1',
      '-infinity',
      'ins_1',
      'ins_1',
    ],
    [
      {
        storeId: `sto_'"\\`,
        installationId: `ins_'"\\`,
        owner: `https://issuer.example '"\\`,
        ordersSince: new Date('2026-09-22T00:00:00Z'),
      },
      `sto_'"\\`,
      '2026-09-22T00:00:00.000Z',
      `ins_'"\\`,
      `https://issuer.example '"\\`,
    ],
    [null, '', '', '', ''],
  ])('sees what its session may see: %j', async (session, store, since, installation, owner) => {
    const [rows] = await database.wave(session, [settings]);
    expect(rows).toEqual([{ store, since, installation, owner }]);
    expect(sessionStatement(session).values).toEqual([store, since, installation, owner]);
  });

  it('leaves nothing of its session to the next', async () => {
    await database.wave({ storeId: 'sto_1', installationId: 'ins_1', ordersSince: null }, [
      settings,
    ]);
    const { rows } = await pglite.query(settings.text);
    expect(rows).toEqual([{ store: '', since: '', installation: '', owner: '' }]);
    expect(
      await database.wave({ storeId: 'sto_2', installationId: null, ordersSince: null }, [
        settings,
      ]),
    ).toEqual([[{ store: 'sto_2', since: '-infinity', installation: '', owner: '' }]]);
  });
});
