import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { schema } from '../../src/schema/index.ts';
import { ROW_SCOPES } from '../../src/scopes/catalogue.ts';
import { requirementIndex } from '../../src/scopes/requirement-index.ts';
import { OTHER_STORE, STORE, startTestGateway } from '../support/gateway.ts';
import { createKit } from '../token/token-kit.ts';
import { post, type Started, start } from './kit.ts';

/** The index that the gateway plans with: every position of every document asks it. */
const index = requirementIndex(schema, { undeclared: 'refuse', rowScopes: ROW_SCOPES });
const asked = vi.spyOn(index, 'guardedFields');

let data: Awaited<ReturnType<typeof startTestGateway>>;
let gateway: Started;

beforeAll(async () => {
  data = await startTestGateway('pglite');
  const kit = createKit({ store: STORE.id, otherStore: OTHER_STORE.id });
  gateway = await start({ kit, source: data.source });
});

afterAll(async () => {
  await gateway.close();
  await data.close();
});

/** How many positions were looked at for a request. */
async function positions(query: string, scope: string, variables = {}): Promise<number> {
  asked.mockClear();
  const answer = await post(
    gateway.endpoint,
    { query, variables },
    { token: gateway.token(scope) },
  );
  expect(answer.status).toBe(200);
  return asked.mock.calls.length;
}

describe('a document', () => {
  const QUERY = 'query ($id: ID!) { order(id: $id) { id contactEmail customer { email } } }';

  it('is planned for the first request and for no other, whatever token and variables it has', async () => {
    const scope = 'read_orders read_customers';
    expect(await positions(QUERY, scope, { id: 'ord_1' })).toBeGreaterThan(0);
    expect(await positions(QUERY, scope, { id: 'ord_1' })).toBe(0);
    expect(await positions(QUERY, `${scope} read_products`, { id: 'ord_2' })).toBe(0);
  });

  it('is looked at again for a grant that refuses something else of it', async () => {
    const query = '{ orders(first: 1) { nodes { id contactEmail } } }';
    await positions(query, 'read_orders read_customers');
    expect(await positions(query, 'read_orders')).toBeGreaterThan(0);
    expect(await positions(query, 'read_orders')).toBe(0);
  });
});
