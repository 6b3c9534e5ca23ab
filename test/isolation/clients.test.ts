import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeRows } from '../../src/data/cells.ts';
import { DEMO_INSTALLATIONS } from '../../src/data/seed/demo-apps.ts';
import { SYSTEM_ROLE } from '../../src/data/tables/columns.ts';
import { SCOPES } from '../../src/scopes/catalogue.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { crawl, settle, stringsOf } from '../support/queries-crawl.ts';
import { seededAt } from '../support/queries-seed.ts';
import { insertWebhooks, webhooksOfClient } from '../support/queries-webhooks.ts';

const EVERYTHING = SCOPES.map(({ name }) => name);
const [DEMO, CDP, PRICER] = (['demoInOutdoor', 'cdp', 'pricer'] as const).map(webhooksOfClient);

const idsOf = (webhooks = DEMO) => (webhooks ?? []).map(({ id }) => id);
const wordsOf = (webhooks = DEMO) => (webhooks ?? []).flatMap(({ id, url }) => [id, url]);

/** Newest first, as the list comes. */
const listed = (webhooks = DEMO) => idsOf(webhooks).toReversed();

describe.each(['postgres'] as const)('a client of a store, on %s', (backend) => {
  let gateway: TestGateway;
  /** All in the same store, each with every scope. */
  let clients: readonly {
    readonly token: string;
    readonly own: typeof DEMO;
    readonly others: readonly (typeof DEMO)[];
  }[];

  beforeAll(async () => {
    gateway = await startTestGateway(backend, { clock: seededAt });
    await insertWebhooks(gateway.asRole, ['demoInOutdoor', 'cdp', 'pricer']);
    for (const { id } of [DEMO_INSTALLATIONS.cdp, DEMO_INSTALLATIONS.pricer]) {
      const grants = `insert into platform.grants (installation_id, scope, granted_at)
        select $1, unnest($2::text[]), now() on conflict do nothing`;
      await gateway.asRole(SYSTEM_ROLE, [[grants, [id, EVERYTHING]]]);
    }
    const scope = EVERYTHING.join(' ');
    clients = [
      { token: await gateway.token(scope), own: DEMO, others: [CDP, PRICER] },
      {
        token: await gateway.opaqueToken({ installation: 'cdp', scope }),
        own: CDP,
        others: [DEMO, PRICER],
      },
      {
        token: await gateway.opaqueToken({ installation: 'pricer', scope }),
        own: PRICER,
        others: [DEMO, CDP],
      },
    ];
  });
  afterAll(() => gateway.close());

  it('finds its webhooks by a crawl of everything, and nothing of those of another', async () => {
    for (const { token, own, others } of clients.slice(0, 2)) {
      const answers = await crawl(gateway, token, { pageSize: 100, depth: 2 });
      expect(answers.flatMap(({ body }) => body.errors ?? [])).toEqual([]);
      const seen = stringsOf(answers);
      expect(wordsOf(own).filter((word) => !seen.has(word))).toEqual([]);
      const text = [...seen].join('\n');
      expect(others.flatMap(wordsOf).filter((word) => text.includes(word))).toEqual([]);
      await settle();
    }
  }, 120_000);

  it('has its own in the list and the count, from either end', async () => {
    const query =
      '{ webhooks(first: 100) { totalCount nodes { id } } last: webhooks(last: 2) { totalCount pageInfo { hasPreviousPage hasNextPage } nodes { id } } }';
    for (const { token, own } of clients) {
      const { body } = await gateway.send(query, { token });
      const nodes = listed(own).map((id) => ({ id }));
      const pageInfo = { hasPreviousPage: true, hasNextPage: false };
      expect(body).toEqual({
        data: {
          webhooks: { totalCount: 3, nodes },
          last: { totalCount: 3, pageInfo, nodes: nodes.slice(-2) },
        },
      });
    }
  });

  it('gets its own by id, and cannot tell those of another from missing ones', async () => {
    const query =
      'query ($id: ID!) { webhook(id: $id) { id } node(id: $id) { id } nodes(ids: [$id]) { id } }';
    for (const { token, own, others } of clients) {
      for (const id of idsOf(own)) {
        const { body } = await gateway.send(query, { token, variables: { id } });
        expect(body).toEqual({ data: { webhook: { id }, node: { id }, nodes: [{ id }] } });
      }
      for (const id of [...others.flatMap(idsOf), `whk_${'z'.repeat(20)}`]) {
        const { text } = await gateway.send(query, { token, variables: { id } });
        expect(text).toBe('{"data":{"webhook":null,"node":null,"nodes":[null]}}');
      }
    }
  });

  it('goes on from the cursor of another among its own only', async () => {
    const query =
      'query ($after: String) { webhooks(first: 1, after: $after) { edges { cursor } nodes { id } } }';
    for (const from of clients) {
      const { text } = await gateway.send(query, { token: from.token });
      const [, after] = /"cursor":"([^"]+)"/.exec(text) ?? [];
      for (const { token, own } of clients) {
        const { body } = await gateway.send(query, { token, variables: { after } });
        const [next] = (body.data?.webhooks as { nodes: { id: string }[] } | null)?.nodes ?? [];
        if (next) expect(idsOf(own)).toContain(next.id);
        else expect(body.errors?.[0]?.extensions.code).toBe('INVALID_INPUT');
      }
    }
  });

  it('has no webhook at all where the session names no client', async () => {
    const page = {
      columns: ['createdAt', 'id'],
      direction: 'desc',
      filter: [],
      after: null,
      before: null,
      limit: 100,
      fromEnd: false,
    } as const;
    const { storeId } = DEMO_INSTALLATIONS.cdp;
    const session = { storeId, installationId: DEMO_INSTALLATIONS.cdp.id, ordersSince: null };
    const load = { kind: 'page', batch: 'webhooks', columns: ['id'], parents: null, page } as const;
    const count = {
      kind: 'count',
      batch: 'webhooks',
      parents: null,
      filter: [],
      atMost: 9,
    } as const;
    for (const owner of [undefined, null, '', DEMO_INSTALLATIONS.private.id]) {
      const asked = owner === undefined ? session : { ...session, owner };
      const [rows, counts] = await gateway.source.wave(asked, [load, count]);
      expect([rows, counts]).toEqual([[], [[null, '0']]]);
    }
    const own = { ...session, owner: DEMO_INSTALLATIONS.cdp.id };
    const [rows = []] = await gateway.source.wave(own, [load]);
    expect(decodeRows(load, rows).map(({ id }) => id)).toEqual(listed(CDP));
  });
});
