import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  getNamedType,
  isInputObjectType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schema } from '../../src/schema/index.ts';
import { SCOPES } from '../../src/scopes/catalogue.ts';
import { type Answer, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { type Json, literalOf, requiredOf, sampleOf } from '../support/queries-inputs.ts';
import {
  coordinatesOf,
  documentOf,
  extend,
  needsOfPath,
  realArguments,
  typesOfQueries,
} from '../support/queries-paths.ts';
import { fieldNeeds, satisfied, withIncluded } from '../support/queries-sdl.ts';
import { must, seededAt, seededStore, windowStart, withinWindow } from '../support/queries-seed.ts';
import { insertWebhooks } from '../support/queries-webhooks.ts';
import { SeedGraph } from '../support/queries-witness.ts';
import { rowVersions } from '../support/row-versions.ts';

type Field = GraphQLField<unknown, unknown>;

const ALL = SCOPES.map(({ name }) => name as string);
const QUERIES = Object.values(must(schema.getQueryType()).getFields());
const EVERY = Object.values(must(schema.getMutationType()).getFields());
const needsOf = ({ name }: Field) => fieldNeeds(`Mutation.${name}`);
const MUTATIONS = EVERY.filter((field) => needsOf(field).groups.length > 0).map((field) => ({
  name: field.name,
  field,
  /** The one scope that it takes. */
  own: must(must(needsOf(field).groups[0])[0]),
}));
/** Those that any token may do: they are about the token's own app. */
const OWN_AFFAIRS = EVERY.filter((field) => needsOf(field).groups.length === 0);

/** The fields of its payload that take more than its own scope opens. */
function guardedFieldsOf({ type }: Field, own: string): { name: string; scopes: string[] }[] {
  const payload = getNamedType(type);
  if (!isObjectType(payload)) throw new TypeError(`${payload.name} is no payload.`);
  return Object.keys(payload.getFields()).flatMap((name) => {
    const { groups } = fieldNeeds(`${payload.name}.${name}`);
    const scopes = must(groups[0]).filter((scope) => !withIncluded([own]).has(scope));
    return scopes.length > 0 ? [{ name, scopes }] : [];
  });
}

const PAYLOADS = MUTATIONS.flatMap(({ field, name, own }) =>
  guardedFieldsOf(field, own).map((guarded) => ({
    mutation: name,
    field,
    own,
    returned: guarded.name,
    reading: guarded.scopes,
  })),
);

/** All scopes but one, and those that include it. */
const allBut = (scope: string) => ALL.filter((name) => !withIncluded([name]).has(scope));

const writes = new Set(MUTATIONS.map(({ own }) => own));
const READING = ALL.filter((name) => !writes.has(name));
const WRITING = ALL.filter((name) => name.startsWith('write_'));

let gateway: TestGateway;
const graph = new SeedGraph(withinWindow(seededStore(0), windowStart()));
let tables: readonly string[];

beforeAll(async () => {
  gateway = await startTestGateway('pglite', { clock: seededAt });
  await insertWebhooks(gateway.asRole);
  const text = "select tablename as name from pg_tables where schemaname = 'commerce' order by 1";
  const [rows = []] = await gateway.asRole('none', [[text]]);
  tables = rows.map(({ name }) => String(name));
});
afterAll(() => gateway.close());

/** Something that changes when a row of any store does. Role `none` is the database's own, which sees every row. */
async function digest(): Promise<unknown> {
  const texts = tables.map((table) => rowVersions(table));
  const [[row] = []] = await gateway.asRole('none', [[`select ${texts.join(', ')}`]]);
  return row;
}

/** How many transactions there were that wrote anything, also what they took back. */
async function writesSoFar(): Promise<unknown> {
  const text = 'select pg_snapshot_xmax(pg_current_snapshot())::text as next';
  const [[row] = []] = await gateway.asRole('none', [[text]]);
  return row;
}

const TYPES = Object.values(schema.getTypeMap())
  .filter(isObjectType)
  .map(({ name }) => name)
  .sort((a, b) => b.length - a.length);

/** A row's id for what takes one: `orderId` an order's, and `id` that of what the mutation is called after. */
function idFor(mutation: string, key: string): string | null {
  const word = (key === 'id' ? mutation : key).toLowerCase();
  const type = TYPES.find(
    (name) => word.startsWith(name.toLowerCase()) && graph.thingsOf(name).length > 0,
  );
  const id = type && graph.thingsOf(type)[0]?.id;
  return typeof id === 'string' ? id : null;
}

/** Arguments of the right shape that name what is there, so that a mutation that ran would often do something. */
function argumentsOf({ name: mutation, args }: Field): string {
  const valueFor = (element: GraphQLArgument | GraphQLInputField): Json => {
    const type = getNamedType(element.type);
    if (type.name === 'ID') return idFor(mutation, element.name) ?? 'x_1';
    if (isInputObjectType(type)) return requiredOf(type.getFields(), valueFor);
    return element.name === 'version' ? 1 : sampleOf(element);
  };
  const texts = args
    .filter(isRequiredArgument)
    .map((argument) => `${argument.name}: ${literalOf(argument.type, valueFor(argument))}`);
  return `(${texts.join(', ')})`;
}

const PLAIN = 'id version userErrors { code field message }';
const documentFor = (field: Field, more = '') =>
  `mutation { ${field.name}${argumentsOf(field)} { ${PLAIN} ${more} } }`;

async function send(query: string, scopes: Iterable<string> | null): Promise<Answer> {
  const token = scopes && (await gateway.token([...scopes].join(' ')));
  return gateway.send(query, { token });
}

interface Refusal {
  readonly coordinate: string;
  readonly missingScopes: readonly string[];
}

/** Refused whole, saying where and for want of what, with nothing loaded and nothing changed. */
async function expectNothingRan(query: string, scopes: readonly string[], refusal: Refusal) {
  const before = await writesSoFar();
  gateway.waves.length = 0;
  const { status, headers, body } = await send(query, scopes);
  expect({ query, status, data: body.data }).toEqual({ query, status: 403, data: undefined });
  const [error] = must(body.errors);
  expect(body.errors).toHaveLength(1);
  expect(error?.extensions.code).toBe('INSUFFICIENT_SCOPE');
  expect(error?.message).toMatch(/^Nothing was run: the token lacks /);
  expect(error?.message).toContain(refusal.coordinate);
  expect(error?.extensions.refused).toContainEqual({
    coordinate: refusal.coordinate,
    requiredScopes: fieldNeeds(refusal.coordinate).groups,
    missingScopes: refusal.missingScopes,
  });
  const challenge = must(headers.get('www-authenticate'));
  expect(challenge).toContain('error="insufficient_scope"');
  for (const scope of refusal.missingScopes) expect(challenge).toContain(scope);
  expect(gateway.waves).toEqual([]);
  expect(await writesSoFar()).toEqual(before);
}

/** It ran: what it was asked to do may well be a mistake, which its payload says. */
async function expectRan(query: string, name: string, scopes: readonly string[]) {
  const { status, body } = await send(query, scopes);
  expect({ query, status, errors: body.errors }).toEqual({ query, status: 200, errors: undefined });
  const payload = body.data?.[name] as { readonly id: unknown; readonly userErrors: unknown[] };
  expect(payload.id === null).toBe(payload.userErrors.length > 0);
}

describe('what lacks a scope', () => {
  let before: unknown;
  beforeAll(async () => {
    before = await digest();
  });
  afterAll(async () => {
    expect(await digest()).toEqual(before);
  });

  describe.each(MUTATIONS)('$name', ({ name, field, own }) => {
    const refusal = { coordinate: `Mutation.${name}`, missingScopes: [own] };

    it('is refused with every other scope, and changes nothing', () =>
      expectNothingRan(documentFor(field), allBut(own), refusal));

    it('is refused with all that read, and changes nothing', () =>
      expectNothingRan(documentFor(field), READING, refusal));

    it('is refused without a token, and changes nothing', async () => {
      const before = await writesSoFar();
      const { status, headers, body } = await send(documentFor(field), null);
      expect([status, body.data]).toEqual([401, undefined]);
      expect(body.errors?.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED']);
      expect(headers.get('www-authenticate')).toMatch(/^Bearer (?!.*error)/);
      expect(await writesSoFar()).toEqual(before);
    });
  });

  it.each(PAYLOADS)('$mutation runs not at all where $returned may not be read', async (one) => {
    const query = documentFor(one.field, `${one.returned} { __typename }`);
    const coordinate = `${getNamedType(one.field.type).name}.${one.returned}`;
    await expectNothingRan(query, [one.own], { coordinate, missingScopes: one.reading });
    const others = allBut(must(one.reading[0]));
    await expectNothingRan(query, others, { coordinate, missingScopes: one.reading });
  });
});

describe('what has its scopes', () => {
  it.each(MUTATIONS)('runs with one alone, which writes or manages: $name', async (one) => {
    const { name, field, own } = one;
    expect(fieldNeeds(`Mutation.${name}`)).toEqual({ token: true, groups: [[own]] });
    expect(own).toMatch(/^(write|manage)_/);
    await expectRan(documentFor(field), name, [own]);
  });

  it.each(PAYLOADS)('is given what it reads: $returned of $mutation', async (one) => {
    const query = documentFor(one.field, `${one.returned} { __typename }`);
    await expectRan(query, one.mutation, [one.own, ...one.reading]);
  });
});

describe('what takes a token and no scope', () => {
  const documentOfOwn = (field: Field) =>
    `mutation { ${field.name}${argumentsOf(field)} { userErrors { code field message } } }`;

  it('is what an app does with what it was granted itself', () => {
    expect(OWN_AFFAIRS.map(({ name }) => name)).toEqual(['revokeAppScopes']);
    for (const field of OWN_AFFAIRS) expect(needsOf(field)).toEqual({ token: true, groups: [] });
  });

  it.each(OWN_AFFAIRS.map((field) => ({ field, name: field.name })))(
    'is refused without one, and changes nothing: $name',
    async ({ field }) => {
      const before = await writesSoFar();
      const { status, headers, body } = await send(documentOfOwn(field), null);
      expect([status, body.data]).toEqual([401, undefined]);
      expect(body.errors?.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED']);
      expect(headers.get('www-authenticate')).toMatch(/^Bearer (?!.*error)/);
      expect(await writesSoFar()).toEqual(before);
    },
  );

  it.each(OWN_AFFAIRS.map((field) => ({ field, name: field.name })))(
    'runs with any, and what is below it takes what it takes elsewhere: $name',
    async ({ field, name }) => {
      const { status, body } = await send(documentOfOwn(field), []);
      expect([status, body.errors]).toEqual([200, undefined]);
      expect(body.data?.[name]).toMatchObject({ userErrors: [{ code: 'INVALID' }] });
      const more = `mutation { ${name}${argumentsOf(field)} { currentApp { store { domain } } } }`;
      const refusal = { coordinate: 'Store.domain', missingScopes: ['read_store'] };
      await expectNothingRan(more, allBut('read_store'), refusal);
    },
  );
});

describe('a scope that writes', () => {
  it('satisfies nothing of what queries lead to', () => {
    const types = typesOfQueries(schema);
    const guarded = coordinatesOf(schema)
      .filter((coordinate) => types.has(coordinate.split('.')[0] ?? ''))
      .filter((coordinate) => fieldNeeds(coordinate).groups.length > 0);
    const open = (scopes: readonly string[]) =>
      guarded.filter((coordinate) => satisfied(fieldNeeds(coordinate), new Set(scopes)));
    expect(guarded.length).toBeGreaterThan(300);
    expect(open(WRITING)).toEqual([]);
    // What includes no other scope opens no other's fields: these two say it of themselves.
    const managed = open(['manage_claims']).filter(
      (coordinate) => !open(['read_claims']).includes(coordinate),
    );
    expect(managed).toEqual(['ClaimResolution.issuedCode']);
    expect(
      new Set(open(['manage_webhooks']).map((coordinate) => coordinate.split('.')[0])),
    ).toEqual(new Set(['Query', 'Webhook', 'WebhookConnection', 'WebhookEdge']));
  });

  it.each([...WRITING.map((name) => [name]), WRITING])('reads nothing: %s', async (...scopes) => {
    const guarded = QUERIES.filter(({ name }) => fieldNeeds(`Query.${name}`).groups.length > 0);
    for (const { name } of guarded) {
      const path = extend(schema, [], `Query.${name}`);
      gateway.waves.length = 0;
      const query = documentOf(schema, path, realArguments(schema, path, graph));
      const { status, body } = await send(query, scopes);
      expect([status, body.data]).toEqual([200, { [name]: null }]);
      expect(body.errors?.map(({ extensions }) => extensions)).toMatchObject([
        { code: 'INSUFFICIENT_SCOPE', coordinate: `Query.${name}`, occurrences: 1 },
      ]);
      expect(gateway.waves).toEqual([]);
    }
    expect(guarded.length).toBeGreaterThan(25);
  });

  it.each(SCOPES.filter(({ includes }) => includes.length > 0))(
    'and what it includes: $name',
    async ({ name, includes }) => {
      expect([name, includes]).toEqual(['manage_claims', ['read_claims', 'write_claims']]);
      const query = '{ claims(first: 1) { nodes { id } } }';
      expect((await send(query, [name])).body.errors).toBeUndefined();
      const filed = must(MUTATIONS.find((mutation) => mutation.name === 'claimCreate')).field;
      await expectRan(documentFor(filed, 'claim { id }'), 'claimCreate', [name]);
    },
  );
});

describe('the walk', () => {
  it('covers every mutation, and the object of every payload that has one', () => {
    expect(MUTATIONS.length + OWN_AFFAIRS.length).toBe(EVERY.length);
    expect(MUTATIONS.length).toBeGreaterThan(40);
    const withObject = MUTATIONS.filter(({ field }) => {
      const payload = getNamedType(field.type);
      return (
        isObjectType(payload) &&
        Object.values(payload.getFields()).some(
          ({ name, type }) => name !== 'userErrors' && isObjectType(getNamedType(type)),
        )
      );
    });
    // Who manages webhooks or claims reads them too.
    const expected = withObject.filter(({ own }) => own.startsWith('write_'));
    const covered = new Set(PAYLOADS.map(({ mutation }) => mutation));
    expect(expected.map(({ name }) => name).filter((name) => !covered.has(name))).toEqual([]);
  });

  it('asks in each case for something that is there, as far as a row is named', () => {
    const named = MUTATIONS.filter(({ field }) => argumentsOf(field).includes('id: '));
    expect(named.length).toBeGreaterThan(25);
    for (const { field } of named) expect(argumentsOf(field)).not.toContain('x_1');
    expect(needsOfPath(extend(schema, [], 'Mutation.orderCancel')).groups).toEqual([
      ['write_orders'],
    ]);
  });
});
