import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMemorySource, type MemoryData } from '../../../src/data/memory/source.ts';
import type { Source } from '../../../src/data/source.ts';
import { createSqlSource } from '../../../src/data/sql-source.ts';
import { PATIENCE, share } from '../../differential/settings.ts';
import { type OwnedDatabase, openOwnedDatabase } from '../../support/queries-database.ts';
import { comparable, DELETE_ALL, INSERT_ALL, jsonOf } from './kit.ts';
import { data, load, report, session } from './random.ts';

/** Which rows fit together is not asked here: without that any rows are possible. Who sees them stays. */
const LOOSEN = `do $$
  declare found record;
  begin
    truncate commerce.stores cascade;
    for found in
      select conrelid::regclass as target, conname from pg_constraint c join pg_namespace n on n.oid = c.connamespace
      where n.nspname in ('commerce', 'platform') and contype in ('c', 'f', 'u') order by contype = 'u'
    loop
      execute format('alter table %s drop constraint %I', found.target, found.conname);
    end loop;
    drop index commerce.ab_tests_running;
  end $$`;

describe('any rows in memory', () => {
  let owned: OwnedDatabase;
  let sql: Source;
  beforeAll(async () => {
    owned = await openOwnedDatabase('postgres');
    sql = createSqlSource(owned.database);
    await owned.admin(LOOSEN);
  });
  afterAll(() => owned.close());

  /** The rows in the database, and in memory. */
  async function sourceOf(rows: MemoryData): Promise<Source> {
    await owned.admin(DELETE_ALL);
    await owned.admin(INSERT_ALL, [jsonOf(rows)]);
    return createMemorySource(rows);
  }

  it(
    'are answered with as PostgreSQL answers with them, cell for cell',
    async () => {
      const answered = { rows: 0, page: 0, count: 0, totals: 0 };
      const waves = fc.array(fc.tuple(session, fc.array(load, { minLength: 10, maxLength: 20 })), {
        minLength: 5,
        maxLength: 10,
      });
      await fc.assert(
        fc.asyncProperty(data, waves, async (rows, asked) => {
          const memory = await sourceOf(rows);
          for (const [who, loads] of asked) {
            const expected = await sql.wave(who, loads);
            const found = await memory.wave(who, loads);
            expect(found).toHaveLength(loads.length);
            for (const [index, one] of loads.entries()) {
              const right = expected[index] ?? [];
              expect(comparable(one, found[index] ?? [])).toEqual(comparable(one, right));
              if (right.length > 0) answered[one.kind] += 1;
            }
          }
        }),
        share(0.012),
      );
      // Enough of them say something.
      for (const count of Object.values(answered)) expect(count).toBeGreaterThan(20);
    },
    PATIENCE,
  );

  it(
    'are reported on as PostgreSQL does',
    async () => {
      let answered = 0;
      const asked = fc.array(fc.tuple(session, fc.array(report, { maxLength: 8 })), {
        minLength: 4,
      });
      await fc.assert(
        fc.asyncProperty(data, asked, async (rows, groups) => {
          const memory = await sourceOf(rows);
          for (const [who, reports] of groups) {
            const expected = await sql.report(who, reports);
            expect(await memory.report(who, reports)).toEqual(expected);
            answered += expected.filter((found) => found.length > 0).length;
          }
        }),
        share(0.008),
      );
      expect(answered).toBeGreaterThan(20);
    },
    PATIENCE,
  );
});
