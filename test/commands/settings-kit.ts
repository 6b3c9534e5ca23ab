import { expect } from 'vitest';
import { type Answer, STORE, type TestGateway } from '../support/gateway.ts';

interface UserError {
  readonly code: string;
  readonly field: readonly string[] | null;
  readonly message: string;
}

export interface Payload {
  readonly id: string | null;
  readonly version: number | null;
  readonly userErrors: readonly UserError[];
  readonly [name: string]: unknown;
}

export interface Sending {
  /** Scopes separated by spaces. */
  readonly scope?: string;
  readonly store?: string;
  /** Instead of one of the demo issuer with `scope`. */
  readonly token?: string;
  /** What is selected beside id, version and user errors. */
  readonly select?: string;
  readonly key?: string;
}

/** How a mutation of these tests is called. */
export interface Mutation {
  readonly name: string;
  readonly input: string;
  readonly scope: string;
}

/** Sends a mutation, with exactly its own scope where nothing else is said. */
export async function send(
  gateway: TestGateway,
  { name, input: type, scope }: Mutation,
  input: object,
  sending: Sending = {},
): Promise<Answer> {
  const { store = STORE.id, select = '', key } = sending;
  const token = sending.token ?? (await gateway.token(sending.scope ?? scope, store));
  const [declared, given] =
    key === undefined ? ['', ''] : [', $key: String!', ', idempotencyKey: $key'];
  const query = `mutation ($input: ${type}!${declared}) {
    ${name}(input: $input${given}) { id version userErrors { code field message } ${select} } }`;
  return gateway.send(query, { token, variables: { input, ...(key !== undefined && { key }) } });
}

/** The payload of a mutation that was not refused. */
export async function run(
  gateway: TestGateway,
  mutation: Mutation,
  input: object,
  sending: Sending = {},
): Promise<Payload> {
  const { body, text } = await send(gateway, mutation, input, sending);
  expect(body.errors, text).toBeUndefined();
  return body.data?.[mutation.name] as Payload;
}

/** Each user error as `CODE field: message`. */
export const told = ({ userErrors }: Payload) =>
  userErrors.map(({ code, field, message }) => `${code} ${field?.join('.') ?? null}: ${message}`);

/** Rows past every policy, with the bigints as text. */
export async function rowsOf(
  { asRole }: Pick<TestGateway, 'asRole'>,
  text: string,
  values: readonly unknown[] = [],
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const [rows = []] = await asRole('postgres', [[text, values]]);
  return rows;
}

/** Everything that a mutation of these tests could change, of every store, to be compared. */
export async function everything(gateway: Pick<TestGateway, 'asRole'>): Promise<string> {
  const tables = [
    'widgets',
    'price_settings',
    'pricing_rules',
    'store_credit_settings',
    'ab_tests',
    'ab_variants',
    'audit_entries',
    'outbox_events',
    'idempotency_keys',
  ];
  const whole = tables.map(
    (table) => `select '${table}' as name, t::text as row from commerce.${table} t`,
  );
  const rows = await rowsOf(gateway, `${whole.join(' union all ')} order by 1, 2`);
  return JSON.stringify(rows);
}

/** Expects these user errors, and that nothing was changed. */
export async function expectRefused(
  gateway: TestGateway,
  mutation: Mutation,
  input: object,
  errors: readonly string[],
  sending: Sending = {},
): Promise<void> {
  const before = await everything(gateway);
  const payload = await run(gateway, mutation, input, sending);
  expect([payload.id, payload.version, told(payload)]).toEqual([null, null, errors]);
  expect(await everything(gateway)).toBe(before);
}

/** Expects that a token is turned away with 403, and that nothing was changed. */
export async function expectForbidden(
  gateway: TestGateway,
  mutation: Mutation,
  input: object,
  sending: Sending,
): Promise<void> {
  const before = await everything(gateway);
  const { status, body } = await send(gateway, mutation, input, sending);
  expect([status, body.errors?.[0]?.extensions.code]).toEqual([403, 'INSUFFICIENT_SCOPE']);
  expect(body.data ?? null).toBeNull();
  expect(await everything(gateway)).toBe(before);
}

/** What was written down of the last mutation. */
export async function lastWritten(gateway: TestGateway) {
  const [audit] = await rowsOf(
    gateway,
    'select mutation, entity_id, fields from commerce.audit_entries order by sequence desc limit 1',
  );
  const [event] = await rowsOf(
    gateway,
    'select topic, entity_id from commerce.outbox_events order by sequence desc limit 1',
  );
  return { audit, event };
}
