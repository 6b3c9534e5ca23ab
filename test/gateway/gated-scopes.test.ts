import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Load } from '../../src/data/source.ts';
import { createSqlDirectory } from '../../src/data/sql-directory.ts';
import { createSqlSource } from '../../src/data/sql-source.ts';
import { SYSTEM_ROLE } from '../../src/data/tables/columns.ts';
import { APP_REVIEWS, APP_VISIBILITIES } from '../../src/data/values.ts';
import { schema } from '../../src/schema/index.ts';
import { SCOPES } from '../../src/scopes/catalogue.ts';
import { createTokenVerifier } from '../../src/token/verifier.ts';
import {
  type Answer,
  openTestDatabase,
  type Sql,
  STORE,
  type TestDatabase,
} from '../support/gateway.ts';
import {
  coordinatesOf,
  documentOf,
  extend,
  isWrite,
  type Path,
  realArguments,
  refusalOn,
  refusalsOn,
  shortestPaths,
} from '../support/queries-paths.ts';
import { fieldNeeds, guardedSdlInputs, inputNeeds, type Needs } from '../support/queries-sdl.ts';
import { must, seededAt, seededStore, windowStart, withinWindow } from '../support/queries-seed.ts';
import { SeedGraph } from '../support/queries-witness.ts';
import { createKit, MAIN } from '../token/token-kit.ts';
import { post, type Started, start } from './kit.ts';

const ALL = SCOPES.map(({ name }) => name as string);
const GATED = SCOPES.filter(({ gate }) => gate === 'admin').map(({ name }) => name as string);
const UNGATED = new Set(ALL.filter((name) => !GATED.includes(name)));

/** Whether something opens to nobody without a scope behind the gate. */
const isGated = ({ groups }: Needs) =>
  groups.length > 0 && groups.every((group) => group.some((scope) => GATED.includes(scope)));

const SHORTEST = shortestPaths(schema);
const COORDINATES = coordinatesOf(schema).filter((coordinate) => isGated(fieldNeeds(coordinate)));
const PATHS = COORDINATES.map(
  (coordinate): Path =>
    extend(schema, must(SHORTEST.get(coordinate.split('.')[0] ?? ''), coordinate), coordinate),
);
/** What happens to a setting is told to who may read it. */
const TOPICS = guardedSdlInputs().filter((coordinate) => isGated(inputNeeds(coordinate)));

/** Every kind of app that there can be. */
const APPS = APP_VISIBILITIES.flatMap((visibility) =>
  APP_REVIEWS.map((review) => ({
    id: `app_${visibility}_${review}`.toLowerCase(),
    visibility,
    review,
    isApproved: visibility === 'PUBLIC' && review === 'APPROVED',
  })),
);

/** The same apps through tokens that the platform issued, and through clients of an issuer that are linked to them. */
const HOLDERS = APPS.flatMap((app) => {
  const what = `app ${app.visibility} ${app.review}`;
  return [
    { ...app, name: what, isExternal: false },
    { ...app, name: `client of ${what}`, isExternal: true },
  ];
});
const UNLINKED = {
  ...{ id: 'app_unlinked', name: 'client of no app', isExternal: true },
  ...{ isApproved: false, review: null },
};
type Holder = (typeof HOLDERS)[number] | typeof UNLINKED;

const APPROVED = HOLDERS.filter(({ isApproved }) => isApproved);
const STOPPED = HOLDERS.filter(({ review }) => review === 'SUSPENDED');
const OTHERS = [
  ...HOLDERS.filter(({ isApproved, review }) => !isApproved && review !== 'SUSPENDED'),
  UNLINKED,
];

const graph = new SeedGraph(withinWindow(seededStore(0), windowStart()));
const kit = createKit({ store: STORE.id });
const loads: Load[] = [];
let database: TestDatabase;
let gateway: Started;

beforeAll(async () => {
  database = await openTestDatabase('postgres');
  await database.asRole(SYSTEM_ROLE, APPS.flatMap(rowsOf));
  const source = createSqlSource(database.database);
  gateway = await start({
    kit,
    clock: seededAt,
    writer: database.database.writer,
    source: {
      ...source,
      wave(session, wave) {
        loads.push(...wave);
        return source.wave(session, wave);
      },
    },
    verifier: createTokenVerifier({
      issuers: kit.issuers,
      resolveStore: (reference) => source.resolveStore(reference),
      directory: createSqlDirectory(database.database),
    }),
  });
});
afterAll(async () => {
  await gateway.close();
  await database.database.close();
  await database.drop();
});

const installationOf = (appId: string) => appId.replace(/^app/, 'ins');

const insert = (table: string, row: Readonly<Record<string, unknown>>): Sql => {
  const values = Object.values(row);
  const holes = values.map((_, index) => `$${index + 1}`).join(', ');
  return [
    `insert into platform.${table} (${Object.keys(row).join(', ')}) values (${holes})`,
    values,
  ];
};

/** An app that declares every scope, in a store whose merchant granted every scope, with a client linked to it. */
function rowsOf({ id, visibility, review }: (typeof APPS)[number]): Sql[] {
  const now = new Date();
  const installation = installationOf(id);
  return [
    insert('apps', {
      ...{ id, client_id: `op_${id}`, name: id, visibility, review },
      ...{ created_at: now, updated_at: now },
    }),
    insert('installations', {
      ...{ id: installation, app_id: id, store_id: STORE.id, installed_at: now },
    }),
    ...ALL.map((scope) => insert('app_scopes', { app_id: id, scope, required: true })),
    ...ALL.map((scope) =>
      insert('grants', { installation_id: installation, scope, granted_at: now }),
    ),
    insert('client_links', { issuer: MAIN, client_id: `client of ${id}`, app_id: id }),
  ];
}

/** A token that says these scopes, whatever its holder may use of them. */
async function tokenOf({ id, isExternal }: Holder, scopes: readonly string[]): Promise<string> {
  const scope = scopes.join(' ');
  if (isExternal) return kit.mint({ claims: { client_id: `client of ${id}`, scope } });
  const token = `op_at_${randomBytes(32).toString('base64url')}`;
  await database.asRole(SYSTEM_ROLE, [
    insert('access_tokens', {
      hash: createHash('sha256').update(token).digest('hex'),
      ...{ installation_id: installationOf(id), store_id: STORE.id, scope },
      ...{ created_at: new Date(), expires_at: new Date(Date.now() + 600_000) },
    }),
  ]);
  return token;
}

const send = (query: string, token: string): Promise<Answer> =>
  post(gateway.endpoint, { query }, { token });
const queryOf = (path: Path) => documentOf(schema, path, realArguments(schema, path, graph));
const subscriptionTo = (coordinate: string) => {
  const input = `{url: "https://app.example/hooks", topics: [${coordinate.split('.')[1]}]}`;
  return `mutation { webhookCreate(idempotencyKey: "${coordinate}", input: ${input}) { id userErrors { message } } }`;
};

/** What the token is told that it has. */
async function grantedTo(token: string): Promise<string[]> {
  const { body } = await send('{ currentApp { grantedScopes { name } } }', token);
  const { grantedScopes } = must(body.data).currentApp as { grantedScopes: { name: string }[] };
  return grantedScopes.map(({ name }) => name);
}

describe('what is behind the gate', () => {
  it('is each of the price settings, read, written and told of', () => {
    const roots = COORDINATES.filter((coordinate) => /^(Query|Mutation)\./.test(coordinate));
    expect(roots.sort()).toEqual([
      'Mutation.extendedWarrantyPricingUpdate',
      'Mutation.shippingInsurancePricingUpdate',
      'Mutation.storeCreditSettingsUpdate',
      'Mutation.warrantyPricingUpdate',
      'Query.extendedWarrantyPricing',
      'Query.shippingInsurancePricing',
      'Query.storeCreditSettings',
      'Query.warrantyPricing',
    ]);
    const guarding = [...COORDINATES.map(fieldNeeds), ...TOPICS.map(inputNeeds)];
    const named = new Set(guarding.flatMap(({ groups }) => groups.flat()));
    expect([...named].filter((scope) => GATED.includes(scope)).sort()).toEqual([...GATED].sort());
    expect(COORDINATES.length).toBeGreaterThan(40);
    expect(TOPICS).toHaveLength(8);
  });

  it.each(APPROVED)('is open to $name', async (holder) => {
    const token = await tokenOf(holder, ALL);
    expect((await grantedTo(token)).sort()).toEqual([...ALL].sort());
    for (const path of PATHS) {
      const query = queryOf(path);
      const { status, body } = await send(query, token);
      expect({ query, status, errors: body.errors }).toEqual({
        query,
        status: 200,
        errors: undefined,
      });
      expect(Object.values(must(body.data))).not.toContain(null);
    }
    for (const coordinate of TOPICS) {
      const { body } = await send(subscriptionTo(coordinate), token);
      expect(body.data).toEqual({ webhookCreate: { id: expect.any(String), userErrors: [] } });
    }
  });

  it.each(OTHERS)(
    'is closed to $name, whatever its token says, and nothing is done',
    async (holder) => {
      const token = await tokenOf(holder, ALL);
      expect((await grantedTo(token)).sort()).toEqual([...UNGATED].sort());
      loads.length = 0;
      for (const path of PATHS) {
        const query = queryOf(path);
        const { status, body } = await send(query, token);
        if (isWrite(path)) {
          expect([status, body.data], query).toEqual([403, undefined]);
          const [error] = must(body.errors);
          expect(error?.extensions.code).toBe('INSUFFICIENT_SCOPE');
          expect(error?.extensions.refused).toEqual(refusalsOn(path, UNGATED));
        } else {
          expect([status, body.data], query).toEqual([200, { [must(path[0]).field]: null }]);
          const { coordinate, required, missing } = must(refusalOn(path, UNGATED));
          expect(body.errors?.map(({ extensions }) => extensions)).toEqual([
            {
              code: 'INSUFFICIENT_SCOPE',
              ...{ coordinate, requiredScopes: required, missingScopes: missing, occurrences: 1 },
            },
          ]);
        }
      }
      for (const coordinate of TOPICS) {
        const { status, body } = await send(subscriptionTo(coordinate), token);
        expect([status, body.data]).toEqual([403, undefined]);
        expect(body.errors?.[0]?.extensions.refused).toMatchObject([{ coordinate }]);
      }
      expect(loads).toEqual([]);
    },
  );

  it.each(STOPPED)('is closed to $name, as is everything', async (holder) => {
    const token = await tokenOf(holder, ALL);
    for (const query of ['{ scopes { name } }', ...PATHS.map(queryOf)]) {
      const { status, headers, body } = await send(query, token);
      expect([status, body.data], query).toEqual([401, undefined]);
      expect(headers.get('www-authenticate')).toContain('error="invalid_token"');
    }
  });

  it.each(GATED)('is opened by its own scope alone: %s', async (scope) => {
    const holder = must(APPROVED.find(({ isExternal }) => !isExternal));
    const token = await tokenOf(holder, [scope]);
    const roots = PATHS.filter((path) => path.length === 1);
    const opened: string[] = [];
    for (const path of roots) {
      const { body } = await send(queryOf(path), token);
      if (body.errors === undefined) opened.push(must(path[0]).coordinate);
    }
    expect(opened).toEqual(
      COORDINATES.filter(
        (coordinate) =>
          /^(Query|Mutation)\./.test(coordinate) &&
          JSON.stringify(fieldNeeds(coordinate).groups) === JSON.stringify([[scope]]),
      ),
    );
    expect(opened).toHaveLength(1);
  });
});
