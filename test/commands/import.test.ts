import { appendFile, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEMO_STORES } from '../../src/data/seed/demo-stores.ts';
import { OWNER_ROLE } from '../../src/data/tables/columns.ts';
import {
  claim,
  customer,
  fulfillment,
  openImports,
  order,
  product,
  protection,
  reported,
  resolution,
  type TestImports,
} from './import-kit.ts';

const OTHER = DEMO_STORES[1];
const LATER = '2024-04-01T10:00:00Z';

let store: TestImports;
beforeEach(async () => {
  store = await openImports('pglite');
});
afterEach(() => store.close());

/** One line of each type, each after what it refers to. */
const WHOLE = [
  customer(),
  product(),
  order({ sourceCustomerId: 'c-1', fulfillments: [fulfillment()], protection: [protection()] }),
  claim({
    policyKind: 'SHIPPING_INSURANCE',
    state: 'RESOLVED',
    messages: [
      { sourceId: 'm-1', sender: 'CUSTOMER', body: 'See.', createdAt: '2024-03-01T11:00:00Z' },
    ],
    resolutions: [resolution()],
  }),
];

const count = (fates: object) => ({
  ...{ created: 0, updated: 0, unchanged: 0, kept: 0, refused: 0, valid: 0 },
  ...fates,
});

const orderRow = async (sourceId = 'o-1') =>
  (await store.rows('select * from commerce.orders where source_id = $1', [sourceId]))[0];

describe('a file', () => {
  it('is imported, each type of line', async () => {
    const result = await store.take(WHOLE);
    expect(result).toMatchObject({ finished: true, lines: 4, refused: 0, warnings: [] });
    expect(result.counts).toEqual({
      customer: count({ created: 1 }),
      product: count({ created: 1 }),
      order: count({ created: 1 }),
      claim: count({ created: 1 }),
    });
    expect(await orderRow()).toMatchObject({
      total: 3730,
      premium_paid: 120,
      protection_status: 'PROTECTED',
      fulfillment_status: 'PARTIALLY_FULFILLED',
      version: 1,
    });
  });

  it('changes nothing when it is imported again', async () => {
    await store.take(WHOLE);
    const before = await store.everything();
    const { counts } = await store.take(WHOLE);
    expect(Object.values(counts)).toEqual(Array(4).fill(count({ unchanged: 1 })));
    expect(await store.everything()).toEqual(before);
  });

  it('updates where it is newer, and counts that in the version', async () => {
    await store.take(WHOLE);
    const { counts } = await store.take([
      customer({ firstName: 'Mira', updatedAt: LATER }),
      product({ name: 'Cup', updatedAt: LATER, variants: [product().variants[1]] }),
      order({ financialStatus: 'REFUNDED', sourceCustomerId: 'c-1', updatedAt: LATER }),
    ]);
    expect(Object.values(counts)).toEqual(Array(3).fill(count({ updated: 1 })));
    expect(await orderRow()).toMatchObject({ financial_status: 'REFUNDED', version: 2 });
    const variants = await store.rows(
      "select v.title, v.deleted_at is null as living from commerce.product_variants v join commerce.products p on p.id = v.product_id where p.name = 'Cup' order by 1",
    );
    expect(variants).toEqual([
      { title: 'Blue', living: false },
      { title: 'Green', living: true },
    ]);
  });

  it('leaves alone what changed here since', async () => {
    await store.take(WHOLE);
    const { counts } = await store.take([
      customer({ firstName: 'Older', updatedAt: '2024-03-01T10:00:01Z' }),
    ]);
    expect(counts).toEqual({ customer: count({ kept: 1 }) });
    const [row] = await store.rows(
      "select first_name from commerce.customers where source_id = 'c-1'",
    );
    expect(row).toEqual({ first_name: 'Mara' });
  });

  it('writes one audit entry for each run and emits nothing', async () => {
    const before = await store.journal('select count(*)::int as n from commerce.outbox_events');
    const { id } = await store.take(WHOLE);
    expect(
      await store.journal(
        'select owner, subject, mutation, entity_id, fields from commerce.audit_entries',
      ),
    ).toEqual([
      {
        owner: 'scopegate import',
        subject: 'somebody',
        mutation: 'import',
        entity_id: id,
        fields: [],
      },
    ]);
    expect(await store.journal('select count(*)::int as n from commerce.outbox_events')).toEqual(
      before,
    );
  });

  it('touches no other store with the same source ids', async () => {
    await store.take(WHOLE);
    const text = 'select id, total from commerce.orders where source_id = $1';
    expect(await store.rows(text, ['o-1'], OTHER.id)).toEqual([]);
    const lines = [order({ ...euro, sourceId: 'o-1' })];
    expect((await store.take(lines, { storeId: OTHER.id })).refused).toBe(0);
    const [mine] = await store.rows(text, ['o-1']);
    const [theirs] = await store.rows(text, ['o-1'], OTHER.id);
    expect(mine?.id).not.toBe(theirs?.id);
    expect(
      await store.refusals([order({ sourceId: 'o-2', sourceCustomerId: 'c-1' })], {
        storeId: OTHER.id,
      }),
    ).toEqual([
      '1 order o-2 sourceCustomerId: No line before this one, and no import before, has this customer.',
    ]);
  });

  const euro = { currency: 'EUR' };

  it('that is empty is imported', async () => {
    expect(await store.take([])).toMatchObject({ finished: true, lines: 0, refused: 0 });
    expect(await store.take(['', '  '])).toMatchObject({ finished: true, lines: 2, counts: {} });
  });

  it('that is only checked changes nothing', async () => {
    const before = await store.everything();
    const result = await store.take([...WHOLE, customer({ sourceId: 7 })], { dryRun: true });
    expect(result).toMatchObject({ id: null, refused: 1, finished: true });
    expect(result.counts.customer).toEqual(count({ valid: 1, refused: 1 }));
    expect(await store.everything()).toEqual(before);
    expect(await store.rows('select 1 from commerce.imports')).toEqual([]);
    expect(await store.journal('select 1 from commerce.audit_entries')).toEqual([]);
  });
});

describe('a refused line', () => {
  it('does not undo its neighbours', async () => {
    const path = await store.file([customer(), '{', order({ total: '1' }), product()]);
    const result = await store.run(path);
    expect(result.counts).toEqual({
      customer: count({ created: 1 }),
      other: count({ refused: 1 }),
      order: count({ refused: 1 }),
      product: count({ created: 1 }),
    });
    expect(await reported(`${path}.refused.ndjson`)).toEqual([
      '2 - - -: The line is not valid JSON.',
      '3 order o-1 total: It is not the subtotal, less discounts, with shipping and tax.',
    ]);
    expect((await stat(`${path}.refused.ndjson`)).mode & 0o777).toBe(0o600);
  });

  it('that only the database finds is refused alone', async () => {
    await store.test.asRole(OWNER_ROLE, [
      [
        "alter table commerce.customers add constraint test_rule check (first_name <> 'Nobody') not valid",
      ],
    ]);
    const people = ['Ann', 'Nobody', 'Cid'].map((firstName) =>
      customer({ sourceId: firstName, firstName }),
    );
    expect(await store.refusals(people)).toEqual([
      '2 customer Nobody -: The database refuses it: it breaks test_rule.',
    ]);
    const found = await store.rows(
      "select source_id from commerce.customers where source_id = any('{Ann,Nobody,Cid}') order by 1",
    );
    expect(found).toEqual([{ source_id: 'Ann' }, { source_id: 'Cid' }]);
  });

  it('leaves no report behind that an earlier run made', async () => {
    const path = await store.file(['{']);
    await store.run(path);
    await writeFile(path, `${JSON.stringify(customer())}\n`);
    expect((await store.run(path)).refused).toBe(0);
    await expect(readFile(`${path}.refused.ndjson`)).rejects.toThrow('ENOENT');
  });
});

describe('an import that was stopped', () => {
  const people = Array.from({ length: 25 }, (_, at) =>
    at % 6 === 5 ? '{' : customer({ sourceId: `c-${at}`, tags: [`t${at}`] }),
  );

  /** Stops behind the first so many lines. */
  const stopAt = (lines: number) => {
    const stop = new AbortController();
    return {
      batchLines: 5,
      signal: stop.signal,
      onProgress: (state: { lines: number }) => void (state.lines >= lines && stop.abort()),
    };
  };

  it('goes on where it was, and ends as one straight run does', async () => {
    const straight = await openImports('pglite');
    try {
      const whole = await straight.file(people);
      const expected = await straight.run(whole, { batchLines: 5 });
      const path = await store.file(people);
      const first = await store.run(path, stopAt(10));
      expect(first).toMatchObject({ finished: false, lines: 10, resumedAfter: 0 });
      // What a killed run wrote beyond what it committed.
      await appendFile(`${path}.refused.ndjson`, '{"line":11,"half');
      const second = await store.run(path, { batchLines: 5 });
      expect(second).toMatchObject({ finished: true, lines: 25, resumedAfter: 10, id: first.id });
      expect(second.counts).toEqual(expected.counts);
      expect(await store.everything()).toEqual(await straight.everything());
      expect(await reported(`${path}.refused.ndjson`)).toEqual(
        await reported(`${whole}.refused.ndjson`),
      );
      expect(await store.journal('select 1 from commerce.audit_entries')).toHaveLength(2);
    } finally {
      await straight.close();
    }
  });

  it('is not gone on with when the file has changed, but can be begun again', async () => {
    const path = await store.file(people);
    await store.run(path, stopAt(10));
    await writeFile(path, `${JSON.stringify(customer({ sourceId: 'new' }))}\n`);
    const before = await store.everything();
    await expect(store.run(path)).rejects.toMatchObject({
      problems: [
        `${path} has changed since its import was stopped after line 10. Put the file back to go on there, or begin again with --restart: what is stored already is then compared line by line.`,
      ],
    });
    expect(await store.everything()).toEqual(before);
    expect(await store.run(path, { restart: true })).toMatchObject({ lines: 1, resumedAfter: 0 });
    expect(await store.run(path)).toMatchObject({ lines: 1, resumedAfter: 0 });
  });

  it('begins at the first line when it is told to', async () => {
    const path = await store.file(people);
    const first = await store.run(path, stopAt(10));
    const second = await store.run(path, { restart: true });
    expect(second).toMatchObject({ finished: true, lines: 25, resumedAfter: 0 });
    expect(second.id).not.toBe(first.id);
    expect(second.counts.customer).toEqual(count({ created: 12, unchanged: 9 }));
  });

  it('is gone on with in another store only there', async () => {
    const path = await store.file(people);
    await store.run(path, stopAt(10));
    const other = await store.run(path, { storeId: OTHER.id });
    expect(other).toMatchObject({ resumedAfter: 0, lines: 25 });
  });

  it('is not gone on with when its report is gone', async () => {
    const path = await store.file(people);
    await store.run(path, stopAt(10));
    await rm(`${path}.refused.ndjson`);
    await expect(store.run(path)).rejects.toMatchObject({
      problems: [expect.stringContaining('is not as the import left it when it stopped')],
    });
  });

  it('stops when another run goes on with it meanwhile', async () => {
    const path = await store.file(people.filter((line) => line !== '{'));
    const { writer } = store.test.database;
    let isAlone = true;
    let transactions = 0;
    const run = store.run(path, {
      batchLines: 5,
      writer: {
        async transaction(session, work) {
          const result = await writer.transaction(session, work);
          transactions += 1;
          // Behind the store, the beginning and one batch.
          if (transactions === 3 && isAlone) {
            isAlone = false;
            await store.run(path);
          }
          return result;
        },
      },
    });
    await expect(run).rejects.toMatchObject({
      problems: ['Another run went on with this import: this one stopped.'],
    });
  });
});
