import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_APPS, DEMO_INSTALLATIONS } from '../../src/data/seed/demo-apps.ts';
import { type Backend, startTestGateway, type TestGateway } from '../support/gateway.ts';

const QUERY = `{
  currentApp {
    clientId
    app { id name visibility }
    store { id }
    grantedScopes { name }
    tokenExpiresAt
    installedAt
  }
}`;

interface CurrentApp {
  readonly clientId: string;
  readonly app: unknown;
  readonly store: unknown;
  readonly grantedScopes: readonly { readonly name: string }[];
  readonly installedAt: string | null;
}

describe.each<Backend>(['pglite', 'postgres'])('an opaque token at a gateway on %s', (backend) => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startTestGateway(backend);
  });
  afterAll(() => gateway.close());

  const ask = async (token: string) => {
    const { status, headers, body } = await gateway.send(QUERY, { token });
    const found = body.data?.currentApp as CurrentApp | undefined;
    return { status, headers, body, found, scopes: found?.grantedScopes.map(({ name }) => name) };
  };

  it('speaks for its app in the store of its installation', async () => {
    const token = await gateway.opaqueToken({ installation: 'cdp', scope: 'read_orders' });
    const { status, found, scopes } = await ask(token);
    const { id, name, visibility, clientId } = DEMO_APPS.cdp;
    expect(status).toBe(200);
    expect(found).toMatchObject({
      clientId,
      app: { id, name, visibility },
      store: { id: DEMO_INSTALLATIONS.cdp.storeId },
    });
    expect(Number.isNaN(Date.parse(found?.installedAt ?? ''))).toBe(false);
    expect(scopes).toEqual(['read_orders']);
  });

  it('says no more than the merchant granted', async () => {
    const scope = 'read_orders read_customers read_claims';
    const answer = (installation: 'cdp' | 'cdpWithoutCustomers') =>
      gateway.opaqueToken({ installation, scope }).then(ask);
    expect((await answer('cdp')).scopes).toEqual(['read_orders', 'read_customers']);
    expect((await answer('cdpWithoutCustomers')).scopes).toEqual(['read_orders']);
  });

  it.each([
    ['pricer', ['read_store', 'read_warranty_pricing']],
    ['pending', ['read_store']],
  ] as const)('of %s has admin-gated scopes by approval', async (installation, expected) => {
    const scope = 'read_store read_warranty_pricing';
    const token = await gateway.opaqueToken({ installation, scope });
    expect((await ask(token)).scopes).toEqual(expected);
  });

  it('that manages claims reads and writes them', async () => {
    const scope = 'manage_claims';
    const token = await gateway.opaqueToken({ installation: 'private', scope });
    expect((await ask(token)).scopes).toEqual(['read_claims', 'write_claims', 'manage_claims']);
  });

  it.each([
    ['is revoked', { installation: 'cdp', revoked: true }],
    ['has expired', { installation: 'cdp', expiresInSeconds: -1 }],
    ['is of a removed installation', { installation: 'cdpRemoved' }],
    ['is of a suspended app', { installation: 'suspended' }],
  ] as const)('that %s is refused like any bad token', async (_, options) => {
    const token = await gateway.opaqueToken({ scope: 'read_orders', ...options });
    const { status, headers, body } = await ask(token);
    expect([status, body.data ?? null]).toEqual([401, null]);
    expect(headers.get('www-authenticate')).toContain('error="invalid_token"');
    expect(JSON.stringify(body)).not.toContain(token.slice(6, 20));
  });

  it('bounds every row to its store, its window and its installation', async () => {
    const token = await gateway.opaqueToken({ installation: 'cdp', scope: 'read_products' });
    gateway.waves.length = 0;
    const { body } = await gateway.send('{ products(first: 1) { nodes { id } } }', { token });
    expect(body.errors).toBeUndefined();
    const { id, storeId } = DEMO_INSTALLATIONS.cdp;
    expect(gateway.waves.map(({ session }) => session)).toEqual(
      gateway.waves.map(() => ({
        storeId,
        installationId: id,
        owner: id,
        ordersSince: expect.any(Date),
      })),
    );
    expect(gateway.waves.length).toBeGreaterThan(0);
  });

  it('has beside it the demo token, of the demo app and its installation in each store', async () => {
    for (const installation of ['demoInOutdoor', 'demoInHome'] as const) {
      const { storeId } = DEMO_INSTALLATIONS[installation];
      const token = await gateway.token('read_orders read_warranty_pricing', storeId);
      const { found } = await ask(token);
      expect(found).toMatchObject({
        clientId: 'demo-app',
        app: { id: DEMO_APPS.demo.id },
        store: { id: storeId },
        grantedScopes: [{ name: 'read_orders' }, { name: 'read_warranty_pricing' }],
        installedAt: expect.any(String),
      });
    }
  });
});
