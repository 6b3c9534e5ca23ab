import { expect } from 'vitest';
import { OWNER_ROLE, WRITER_ROLE } from '../../src/data/tables/columns.ts';
import type { ServerOptions } from '../../src/server.ts';
import {
  type Answer,
  type Backend,
  STORE,
  startTestGateway,
  type TestGateway,
} from '../support/gateway.ts';
import { rowVersions } from '../support/row-versions.ts';

interface Payload {
  readonly id: string | null;
  readonly version: number | null;
  readonly userErrors: readonly { code: string; field: string[] | null; message: string }[];
  readonly [name: string]: unknown;
}

interface Sending {
  readonly scope?: string;
  readonly storeId?: string;
  /** A token of its own, instead of one with `scope`. */
  readonly token?: string;
  readonly key?: string;
  /** What to select beside id, version and user errors. */
  readonly select?: string;
  /** The name of the input type. (Default: the mutation's name and `Input`) */
  readonly inputType?: string;
}

type Rows = readonly Readonly<Record<string, unknown>>[];

export interface TestStore {
  readonly gateway: TestGateway;
  /** The whole answer to a mutation. */
  ask(name: string, input: object, sending: Sending): Promise<Answer>;
  /** The payload of a mutation that no scope kept away. */
  send(name: string, input: object, sending: Sending): Promise<Payload>;
  /** Its only user error as `CODE field: message`, after which everything is as it was before. */
  refusal(name: string, input: object, sending: Sending): Promise<string>;
  /** Rows of the store, also deleted ones; what belongs to a client where it is named. */
  rows(text: string, values?: readonly unknown[], storeId?: string, owner?: string): Promise<Rows>;
  /** Rows of what the writer itself may not read: audit entries and events. */
  journal(text: string, values?: readonly unknown[]): Promise<Rows>;
  /** Something that changes when anything in these tables does. */
  fingerprint(): Promise<unknown>;
  close(): Promise<void>;
}

/** A gateway whose first store is written to; `tables` are those that its mutations change. */
export async function openTestStore(
  backend: Backend,
  tables: readonly string[],
  overrides: Partial<ServerOptions> = {},
): Promise<TestStore> {
  const gateway = await startTestGateway(backend, overrides);

  const ask: TestStore['ask'] = async (name, input, sending) => {
    const { scope = '', storeId, key, select = '' } = sending;
    const title = name[0]?.toUpperCase() + name.slice(1);
    const { inputType = `${title}Input` } = sending;
    const [declared, given] =
      key === undefined ? ['', ''] : [', $key: String!', ', idempotencyKey: $key'];
    const query = `mutation ($input: ${inputType}!${declared}) {
      ${name}(input: $input${given}) { id version userErrors { code field message } ${select} } }`;
    const token = sending.token ?? (await gateway.token(scope, storeId));
    return gateway.send(query, { token, variables: { input, key } });
  };

  const send: TestStore['send'] = async (name, input, sending) => {
    const answer = await ask(name, input, sending);
    expect(answer.body.errors, answer.text).toBeUndefined();
    return answer.body.data?.[name] as Payload;
  };

  const session = (storeId: string, owner = '') =>
    [
      "select set_config('scopegate.store_id', $1, true), set_config('scopegate.owner', $2, true), set_config('scopegate.orders_since', '-infinity', true)",
      [storeId, owner],
    ] as const;

  const rows: TestStore['rows'] = async (text, values = [], storeId = STORE.id, owner = '') => {
    const statements = [session(storeId, owner), [text, values]] as const;
    const [, found = []] = await gateway.asRole(WRITER_ROLE, statements);
    return found;
  };

  const journal: TestStore['journal'] = async (text, values = []) => {
    const [, found = []] = await gateway.asRole(OWNER_ROLE, [session(STORE.id), [text, values]]);
    return found;
  };

  const fingerprint = () => {
    const all = [...tables, 'audit_entries', 'outbox_events', 'idempotency_keys'];
    return journal(`select ${all.map((table) => rowVersions(table)).join(', ')}`);
  };

  return {
    gateway,
    ask,
    send,
    rows,
    journal,
    fingerprint,
    async refusal(name, input, sending) {
      const before = await fingerprint();
      const { id, version, userErrors } = await send(name, input, sending);
      expect([id, version]).toEqual([null, null]);
      expect(await fingerprint(), 'something changed').toEqual(before);
      return userErrors
        .map(({ code, field, message }) => `${code} ${field?.join('.') ?? '-'}: ${message}`)
        .join('\n');
    },
    close: () => gateway.close(),
  };
}
