import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';

describe('two mutations of one request', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway('postgres');
  });
  afterAll(() => gateway.close());

  it('each show what they wrote themselves', async () => {
    const token = await gateway.token('read_customers write_customers');
    const { body } = await gateway.send('{ customers(first: 1) { nodes { id } } }', { token });
    const { id } = (body.data as { customers: { nodes: { id: string }[] } }).customers.nodes[0] ?? {
      id: '',
    };
    const change = (note: string) =>
      `customerUpdate(input: { id: "${id}", note: "${note}" }) { version customer { note } }`;
    const answer = await gateway.send(`mutation { a: ${change('first')} b: ${change('second')} }`, {
      token,
    });
    expect(answer.body).toEqual({
      data: {
        a: { version: 2, customer: { note: 'first' } },
        b: { version: 3, customer: { note: 'second' } },
      },
    });
  });
});
