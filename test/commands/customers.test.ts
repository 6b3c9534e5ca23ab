import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';

describe.each(['pglite', 'postgres'] as const)('customerUpdate on %s', (backend) => {
  let gateway: TestGateway;
  let id: string;

  beforeAll(async () => {
    gateway = await startTestGateway(backend);
    const token = await gateway.token('read_customers');
    const { body } = await gateway.send('{ customers(first: 1) { nodes { id } } }', { token });
    id = (body.data as { customers: { nodes: { id: string }[] } }).customers.nodes[0]?.id ?? '';
  });
  afterAll(() => gateway.close());

  const MUTATION = `mutation ($input: CustomerUpdateInput!) { customerUpdate(input: $input) {
    id version userErrors { code field message } } }`;
  const update = async (input: object, scope = 'write_customers') =>
    gateway.send(MUTATION, { token: await gateway.token(scope), variables: { input } });

  it('changes what was given and nothing else, and counts the change', async () => {
    const { body } = await update({ id, note: 'likes tea' });
    expect(body).toEqual({ data: { customerUpdate: { id, version: 2, userErrors: [] } } });
  });
  it('is refused without its scope', async () => {
    const { status, body } = await update({ id, note: 'x' }, 'read_customers');
    expect([status, body.errors?.[0]?.extensions.code]).toEqual([403, 'INSUFFICIENT_SCOPE']);
  });
});
