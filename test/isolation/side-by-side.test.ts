import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSqlSource } from '../../src/data/sql-source.ts';
import {
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

beforeAll(async () => {
  database = await openTestDatabase('postgres');
  const counted = {
    ...database.database,
    cells: (...asked: Parameters<typeof database.database.cells>) => {
      waves += 1;
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

/** Sends requests in one piece over one connection, and gives the order of each answer. */
async function sendAtOnce(asked: readonly Asked[]): Promise<unknown[]> {
  const requests = asked.map(({ token, id }, index) => {
    const body = JSON.stringify({ query: QUERY, variables: { id } });
    const connection = index === asked.length - 1 ? 'close' : 'keep-alive';
    return `POST /graphql HTTP/1.1\r\nhost: localhost\r\nconnection: ${connection}\r\ncontent-type: application/json\r\nauthorization: Bearer ${token}\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
  });
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  const ended = new Promise((resolve) => socket.once('close', resolve));
  socket.write(requests.join(''));
  await ended;
  const answers = Buffer.concat(chunks).toString().split('HTTP/1.1 ').slice(1);
  return answers.map((answer) => {
    const body = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')));
    expect(body).not.toHaveProperty('errors');
    return body.data.order;
  });
}

describe('requests side by side', () => {
  it('get what their own session sees', async () => {
    const windowed = await gateway.token(SCOPES);
    const unbounded = await gateway.token(`${SCOPES} read_all_orders`);
    const ofOther = await gateway.token(`${SCOPES} read_all_orders`, OTHER_STORE.id);
    const cases: readonly (readonly [token: string, order: SeededOrder, isSeen: boolean])[] = [
      [unbounded, NEWEST, true],
      [ofOther, NEWEST, false],
      [unbounded, NEWEST_OF_OTHER, false],
      [ofOther, NEWEST_OF_OTHER, true],
      [unbounded, OLDEST, true],
      [windowed, OLDEST, false],
      [unbounded, NEWEST, true],
      [windowed, NEWEST, true],
    ];
    const asked = cases.map(([token, { id }]) => ({ token, id }));
    // Until the tokens are known and the operation is compiled for each of them.
    for (let times = 0; times < 3; times += 1) await sendAtOnce(asked);
    waves = 0;
    expect(await sendAtOnce(asked)).toEqual(
      cases.map(([, { id, customerId }, isSeen]) =>
        isSeen ? { id, customer: { id: customerId } } : null,
      ),
    );
    // Some of them went together, or nothing of this was tried.
    expect(waves).toBeLessThan(asked.length);
  });
});
