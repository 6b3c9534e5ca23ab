import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSqlSource } from '../../src/data/sql-source.ts';
import { AppError } from '../../src/errors.ts';
import { parseAnswer, raw, requestText } from '../gateway/kit.ts';
import {
  type Answer,
  OTHER_STORE,
  openTestDatabase,
  startTestGateway,
  type TestDatabase,
  type TestGateway,
} from '../support/gateway.ts';
import { must, seededStore } from '../support/queries-seed.ts';

/**
 * Requests that come in one turn of the event loop, of apps of two stores and with two windows, for orders of either
 * store: looked up together as far as they belong to one session, and never further.
 */

const QUERY = 'query Order($id: ID!) { order(id: $id) { id customer { id } } }';
const SCOPES = 'read_orders read_customers';

const ordersOf = (store: number) =>
  seededStore(store).orders.filter(({ customerId }) => customerId != null);
type SeededOrder = ReturnType<typeof ordersOf>[number];

const NEWEST = must(ordersOf(0).at(-1));
const OLDEST = must(ordersOf(0).at(0));
const NEWEST_OF_OTHER = must(ordersOf(1).at(-1));

let database: TestDatabase;
let gateway: TestGateway;
let waves = 0;
/** How many waves fail from here on, as if the database were away. */
let failing = 0;

beforeAll(async () => {
  database = await openTestDatabase('postgres');
  const counted = {
    ...database.database,
    cells: (...asked: Parameters<typeof database.database.cells>) => {
      waves += 1;
      if (failing > 0) {
        failing -= 1;
        return Promise.reject(new AppError('UNAVAILABLE', 'The database cannot be reached.'));
      }
      return database.database.cells(...asked);
    },
  };
  gateway = await startTestGateway('pglite', { source: createSqlSource(counted) });
});

afterAll(async () => {
  await gateway.close();
  await database.database.close();
  await database.drop();
});

interface Asked {
  readonly token: string;
  readonly id: string;
}

/** Sends requests in one piece over one connection, and gives their answers. */
async function sendAtOnce(asked: readonly Asked[]): Promise<readonly Answer['body'][]> {
  const requests = asked.map(({ token, id }, index) => {
    const headers = {
      'content-type': 'application/json',
      authorization: `Bearer ${token}`,
      connection: index === asked.length - 1 ? 'close' : 'keep-alive',
    };
    const body = JSON.stringify({ query: QUERY, variables: { id } });
    return requestText('POST', '/graphql', { headers, body });
  });
  const { text } = await raw(Number(new URL(gateway.url).port), requests.join(''), 20_000);
  const answers = text.split('HTTP/1.1 ').slice(1);
  return answers.map((answer) => JSON.parse(parseAnswer(answer).body));
}

/** The session of one with all scopes, and fewer columns. */
const WITHOUT_CUSTOMER = {
  data: { order: { id: NEWEST.id, customer: null } },
  errors: [
    expect.objectContaining({
      path: ['order', 'customer'],
      extensions: expect.objectContaining({
        code: 'INSUFFICIENT_SCOPE',
        missingScopes: ['read_customers'],
      }),
    }),
  ],
};
const NOT_FOUND = { data: { order: null } };

describe('requests side by side', () => {
  /** What is asked by whom, and what the answer is. */
  let cases: readonly (readonly [asked: Asked, answer: object])[];
  const asked = () => cases.map(([each]) => each);
  const expected = () => cases.map(([, answer]) => answer);

  beforeAll(async () => {
    const windowed = await gateway.token(SCOPES);
    const unbounded = await gateway.token(`${SCOPES} read_all_orders`);
    const noCustomers = await gateway.token('read_orders read_all_orders');
    const ofOther = await gateway.token(`${SCOPES} read_all_orders`, OTHER_STORE.id);
    const seen = ({ id, customerId }: SeededOrder) => ({
      data: { order: { id, customer: { id: customerId } } },
    });
    cases = [
      [{ token: unbounded, id: NEWEST.id }, seen(NEWEST)],
      [{ token: ofOther, id: NEWEST.id }, NOT_FOUND],
      [{ token: unbounded, id: NEWEST_OF_OTHER.id }, NOT_FOUND],
      [{ token: ofOther, id: NEWEST_OF_OTHER.id }, seen(NEWEST_OF_OTHER)],
      [{ token: unbounded, id: OLDEST.id }, seen(OLDEST)],
      [{ token: windowed, id: OLDEST.id }, NOT_FOUND],
      [{ token: windowed, id: NEWEST.id }, seen(NEWEST)],
      [{ token: noCustomers, id: NEWEST.id }, WITHOUT_CUSTOMER],
    ];
    // Until the tokens are known and the operation is compiled for each of them.
    for (let times = 0; times < 3; times += 1) await sendAtOnce(asked());
  });

  it('get what their own session sees and their own scopes show', async () => {
    waves = 0;
    expect(await sendAtOnce(asked())).toEqual(expected());
    // Some of them went together, or nothing of this was tried.
    expect(waves).toBeLessThan(cases.length);
  });

  it('are all answered where what they asked together failed', async () => {
    failing = 1;
    expect(await sendAtOnce(asked())).toEqual(expected());
    expect(failing).toBe(0);
  });
});
