import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MEDIA_TYPES, post, type Started, start } from './kit.ts';

let gateway: Started;

beforeAll(async () => {
  gateway = await start();
});

afterAll(() => gateway.close());

const AUDITS = serverAudits({ url: () => gateway.endpoint, fetchFn: fetch });

describe('GraphQL over HTTP', () => {
  it('has many audits, each with an id of its own', () => {
    expect(AUDITS.length).toBeGreaterThan(50);
    expect(new Set(AUDITS.map(({ id }) => id)).size).toBe(AUDITS.length);
  });

  it.each(AUDITS)('$id: $name', async ({ fn }) => {
    const result = await fn();
    const reason = 'reason' in result ? result.reason : undefined;
    expect({ status: result.status, reason }).toEqual({ status: 'ok', reason: undefined });
  });

  describe('a variable that cannot be coerced', () => {
    const query = 'query ($name: String!) { __type(name: $name) { name } }';
    const ask = (accept: string) =>
      post(gateway.endpoint, { query, variables: { name: 1 } }, { accept });

    it('is 200 as application/json, and 400 as application/graphql-response+json', async () => {
      expect((await ask('application/json')).status).toBe(200);
      // A response without `data` is 4xx or 5xx in this media type, and 400 where coercion failed.
      expect((await ask('application/graphql-response+json')).status).toBe(400);
    });

    it.each(MEDIA_TYPES)('has a code like every other error, as %s', async (accept) => {
      const { body } = await ask(accept);
      expect(body.data).toBeUndefined();
      expect(body.errors).toHaveLength(1);
      expect(body.errors?.[0]?.message).toMatch(/^Variable "\$name" got invalid value 1; /);
      expect(body.errors?.[0]?.extensions?.code).toEqual(expect.any(String));
    });
  });
});
