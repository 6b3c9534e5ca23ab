import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { walkOperation } from '../../src/scopes/walk.ts';
import { OTHER_STORE, STORE, startTestGateway } from '../support/gateway.ts';
import { createKit } from '../token/token-kit.ts';
import { post, type Started, start } from './kit.ts';

vi.mock('../../src/scopes/walk.ts', async (original) => {
  const actual = await original<typeof import('../../src/scopes/walk.ts')>();
  return { ...actual, walkOperation: vi.fn(actual.walkOperation) };
});

let data: Awaited<ReturnType<typeof startTestGateway>>;
let gateway: Started;

beforeAll(async () => {
  data = await startTestGateway('postgres');
  const kit = createKit({ store: STORE.id, otherStore: OTHER_STORE.id });
  gateway = await start({ kit, source: data.source });
});

afterAll(async () => {
  await gateway.close();
  await data.close();
});

/** How often the document of a request was walked. */
async function walks(query: string, scope: string, variables = {}): Promise<number> {
  vi.mocked(walkOperation).mockClear();
  const answer = await post(
    gateway.endpoint,
    { query, variables },
    { token: gateway.token(scope) },
  );
  expect(answer.status).toBe(200);
  return vi.mocked(walkOperation).mock.calls.length;
}

describe('a document', () => {
  const QUERY = 'query ($id: ID!) { order(id: $id) { id contactEmail customer { email } } }';

  it('is planned for the first request and for no other, whatever token and variables it has', async () => {
    const scope = 'read_orders read_customers';
    expect(await walks(QUERY, scope, { id: 'ord_1' })).toBeGreaterThan(0);
    expect(await walks(QUERY, scope, { id: 'ord_1' })).toBe(0);
    expect(await walks(QUERY, `${scope} read_products`, { id: 'ord_2' })).toBe(0);
  });

  it('is looked at again for a grant that refuses something else of it', async () => {
    const query = '{ orders(first: 1) { nodes { id contactEmail } } }';
    await walks(query, 'read_orders read_customers');
    expect(await walks(query, 'read_orders')).toBeGreaterThan(0);
    expect(await walks(query, 'read_orders')).toBe(0);
  });
});
