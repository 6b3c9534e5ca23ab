import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_STORES } from '../../src/data/seed/demo-stores.ts';
import { buildIfStale } from './build.ts';
import { CLIENT_ID, createTestIssuer, type TestIssuer } from './issuer.ts';
import {
  ask,
  cleanUp,
  type Environment,
  emptyFolder,
  type RunningCli,
  runCli,
  seededFolder,
  startCli,
  whoIs,
} from './kit.ts';

const [STORE] = DEMO_STORES;

let issuer: TestIssuer;
let stranger: TestIssuer;
let environment: Environment;
let gateway: RunningCli;

beforeAll(async () => {
  await buildIfStale();
  const folder = await emptyFolder();
  issuer = await createTestIssuer(folder, 'login');
  stranger = await createTestIssuer(folder, 'stranger');
  environment = {
    SCOPEGATE_DATA_DIR: await seededFolder(),
    PORT: '0',
    SCOPEGATE_ISSUERS: JSON.stringify([{ ...issuer.entry, scopes: 'read_orders' }]),
  };
  gateway = await startCli(environment);
});
afterAll(cleanUp);

describe('a configured issuer beside the demo issuer', () => {
  it('is trusted within its ceiling, and so is the demo issuer', async () => {
    const token = await issuer.mint(STORE.domain, 'read_orders read_customers');
    expect(await whoIs(gateway.url, token)).toEqual({
      clientId: CLIENT_ID,
      store: { id: STORE.id },
      scopes: ['read_orders'],
    });
    const args = ['token', '--scope', 'read_orders read_customers'];
    const { out } = await runCli(args, environment);
    expect(await whoIs(gateway.url, out.trim())).toMatchObject({
      clientId: 'demo-app',
      scopes: ['read_orders', 'read_customers'],
    });
  });

  it('makes no other issuer trusted', async () => {
    const token = await stranger.mint(STORE.id, 'read_orders');
    expect((await ask(gateway.url, '{ __typename }', token)).status).toBe(401);
  });

  it('knows the address that a client uses when it may take any port', async () => {
    const { headers } = await ask(gateway.url, '{ store { id } }');
    const [, metadata = ''] =
      /resource_metadata="([^"]+)"/.exec(headers.get('www-authenticate') ?? '') ?? [];
    expect(metadata).toBe(`${gateway.url}/.well-known/oauth-protected-resource`);
  });
});
