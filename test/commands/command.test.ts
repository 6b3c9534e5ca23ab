import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { changeRow, lockRow } from '../../src/commands/changes.ts';
import {
  type Command,
  type CommandRequest,
  executeCommand,
  refuse,
} from '../../src/commands/command.ts';
import { SYSTEM_ROLE, WRITER_ROLE } from '../../src/data/tables/columns.ts';
import { customers } from '../../src/data/tables/customers.ts';
import { ScopeSet } from '../../src/scopes/scope-set.ts';
import { principalOf } from '../schema/kit.ts';
import { OTHER_STORE, openTestDatabase, STORE, type TestDatabase } from '../support/gateway.ts';

interface Note {
  readonly id: string;
  readonly note: string;
  readonly version?: number;
  readonly fails?: 'refused' | 'broken';
}

/** Notes something about a customer; made for these tests. */
const noteDown: Command<Note> = {
  name: 'noteDown',
  async run({ fails, note, ...target }, work) {
    await lockRow(work, customers, target);
    const version = await changeRow(work, customers, target.id, { note });
    work.emit('customer.updated', target.id);
    if (fails === 'refused') refuse('CONFLICT', 'input.note', 'Not now.');
    if (fails === 'broken') throw new Error('broken');
    return { id: target.id, version };
  },
};

const NOW = new Date('2026-11-22T02:40:00.000Z');
const ALICE = { ...principalOf(STORE.id), clientId: 'alice', grantedScopes: ScopeSet.empty };
const BOB = { ...ALICE, clientId: 'bob' };

describe.each(['pglite', 'postgres'] as const)('a command on %s', (backend) => {
  let test: TestDatabase;
  let id: string;

  beforeAll(async () => {
    test = await openTestDatabase(backend);
  });
  afterAll(async () => {
    await test.database.close();
    await test.drop();
  });

  const session = `select set_config('scopegate.store_id', '${STORE.id}', true)`;
  const system = async (text: string) => (await test.asRole(SYSTEM_ROLE, [[text]]))[0] ?? [];
  const customer = async () => {
    const query = `select note, version from commerce.customers where id = '${id}'`;
    return (await test.asRole(WRITER_ROLE, [[session], [query]]))[1]?.[0];
  };
  const events = () =>
    system(`select topic, entity_id from commerce.outbox_events where entity_id = '${id}'`);

  /** A customer that no other test has touched. */
  beforeEach(async () => {
    const untouched = `select id from commerce.customers where version = 1 order by id limit 1`;
    const [, rows] = await test.asRole(WRITER_ROLE, [[session], [untouched]]);
    id = String(rows?.[0]?.id);
  });

  const run = (input: Partial<Note> = {}, changes: Partial<CommandRequest<Note>> = {}) =>
    executeCommand(test.database.writer, {
      command: noteDown,
      input: { id, note: 'likes tea', ...input },
      idempotencyKey: null,
      principal: ALICE,
      now: NOW,
      requestId: 'req_1',
      ...changes,
    });

  it('does what it does, counts the change, and says so', async () => {
    expect(await run()).toEqual({ written: { id, version: 2 }, userErrors: [] });
    expect(await customer()).toMatchObject({ note: 'likes tea', version: 2 });
    expect(await events()).toEqual([{ topic: 'customer.updated', entity_id: id }]);
  });

  it('leaves nothing behind where it is refused', async () => {
    const before = await customer();
    const error = { code: 'CONFLICT', field: ['input', 'note'], message: 'Not now.' };
    expect(await run({ fails: 'refused' }, { idempotencyKey: `refused ${id}` })).toEqual({
      written: null,
      userErrors: [error],
    });
    expect(await customer()).toEqual(before);
    expect(await events()).toEqual([]);
    expect((await run({}, { idempotencyKey: `refused ${id}` })).userErrors).toEqual([]);
  });

  it('leaves nothing behind where it fails', async () => {
    const before = await customer();
    await expect(run({ fails: 'broken' })).rejects.toThrow('broken');
    expect(await customer()).toEqual(before);
    expect(await events()).toEqual([]);
  });

  it('writes down who changed which fields, and none of their values', async () => {
    await run({ note: 'a secret' });
    const rows = await test.asRole('scopegate_owner', [
      [session],
      [`select * from commerce.audit_entries where entity_id = '${id}'`],
    ]);
    expect(rows[1]).toMatchObject([
      { mutation: 'noteDown', owner: 'https://issuer.example alice', request_id: 'req_1' },
    ]);
    expect(
      JSON.stringify(rows[1], (_, value) => (typeof value === 'bigint' ? 0 : value)),
    ).not.toContain('a secret');
  });

  it('does not see a row of another store, as if there were none', async () => {
    const elsewhere = { ...ALICE, storeId: OTHER_STORE.id };
    const error = {
      code: 'NOT_FOUND',
      field: ['input', 'id'],
      message: `There is no ${id} in sight.`,
    };
    expect((await run({}, { principal: elsewhere })).userErrors).toEqual([error]);
    expect((await run({ id: 'cus_none' })).userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
    expect((await run({ id: 'cus_\0' })).userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
    expect(await customer()).toMatchObject({ version: 1 });
  });

  it('refuses a version that is not the last one', async () => {
    expect((await run({ version: 1 })).userErrors).toEqual([]);
    expect((await run({ version: 1 })).userErrors).toMatchObject([
      { code: 'STALE_VERSION', field: ['input', 'version'] },
    ]);
    expect(await customer()).toMatchObject({ version: 2 });
  });

  describe('with an idempotency key', () => {
    it('is done once, and gives the same ids again', async () => {
      const first = await run({}, { idempotencyKey: `once ${id}` });
      expect(await run({}, { idempotencyKey: `once ${id}` })).toEqual(first);
      expect(await customer()).toMatchObject({ version: 2 });
      expect(await events()).toHaveLength(1);
    });

    it('is refused with another input, and with another mutation', async () => {
      const key = { idempotencyKey: `other ${id}` };
      await run({}, key);
      const error = { code: 'IDEMPOTENCY_MISMATCH', field: null };
      expect((await run({ note: 'likes coffee' }, key)).userErrors).toMatchObject([error]);
      const command = { ...noteDown, name: 'noteElsewhere' };
      expect((await run({}, { ...key, command })).userErrors).toMatchObject([error]);
      expect(await customer()).toMatchObject({ note: 'likes tea', version: 2 });
    });

    it('is another one for another client, which learns nothing of it', async () => {
      const key = { idempotencyKey: `shared ${id}` };
      await run({}, key);
      const other = await run({ note: 'likes coffee' }, { ...key, principal: BOB });
      expect(other).toEqual({ written: { id, version: 3 }, userErrors: [] });
    });

    it('is done once where requests race', async () => {
      const key = { idempotencyKey: `race ${id}` };
      const outcomes = await Promise.all(Array.from({ length: 5 }, () => run({}, key)));
      expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome))).size).toBe(1);
      expect(await customer()).toMatchObject({ version: 2 });
      expect(await events()).toHaveLength(1);
    });
  });

  it('counts every change where requests race without a key', async () => {
    await Promise.all(Array.from({ length: 5 }, (_, at) => run({ note: `note ${at}` })));
    expect(await customer()).toMatchObject({ version: 6 });
  });

  it('runs as a role that can neither read the audit nor change a store', async () => {
    const tried = (text: string) => test.asRole(WRITER_ROLE, [[session], [text]]);
    await expect(tried('select * from commerce.audit_entries')).rejects.toThrow(
      /permission denied/,
    );
    await expect(tried('delete from commerce.customers')).rejects.toThrow(/permission denied/);
    await expect(tried("update commerce.stores set name = 'x'")).rejects.toThrow(
      /permission denied/,
    );
    await expect(tried('select * from platform.access_tokens')).rejects.toThrow(
      /permission denied/,
    );
  });

  it('cannot reach another store, whatever it is asked to do', async () => {
    const { writer } = test.database;
    const bounds = { storeId: OTHER_STORE.id, installationId: null, owner: 'x' };
    const changed = await writer.transaction(bounds, (transaction) =>
      transaction.update(customers).set({ note: 'x' }).where(eq(customers.id, id)).returning(),
    );
    expect(changed).toEqual([]);
  });
});
