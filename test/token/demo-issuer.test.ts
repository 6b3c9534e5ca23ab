import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError, StartError } from '../../src/errors.ts';
import { SCOPES } from '../../src/scopes/catalogue.ts';
import type { AppDirectory } from '../../src/token/app-directory.ts';
import {
  DEMO_CLIENT_ID,
  DEMO_ISSUER,
  type DemoIssuer,
  openDemoIssuer,
  readDemoIssuer,
} from '../../src/token/demo-issuer.ts';
import { openDemoKey } from '../../src/token/demo-key.ts';
import { createTokenVerifier } from '../../src/token/verifier.ts';
import { expectRefused } from './refused.ts';
import { appOf, createDirectory } from './token-kit.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scopegate-demo-'));
});
afterEach(() => rm(folder, { recursive: true }));

const NOW = new Date('2026-11-21T12:00:00Z');
const clock = () => NOW;
const ORDERS = { storeId: 'store-1', scope: 'read_orders', expiresInSeconds: 60, clock };

const verifierOf = ({ trusted }: DemoIssuer, directory: AppDirectory = createDirectory()) =>
  createTokenVerifier({
    issuers: [trusted],
    directory,
    resolveStore: async (id) => ({ id, name: id, domain: id }),
    clock,
  });

describe('the demo issuer', () => {
  it('mints tokens that its gateway accepts, for the store, scopes and time asked for', async () => {
    const issuer = await openDemoIssuer(folder);
    expect(await verifierOf(issuer).verify(await issuer.mint(ORDERS))).toMatchObject({
      issuer: 'urn:scopegate:demo',
      clientId: 'demo-app',
      subject: 'demo-app',
      storeId: 'store-1',
      expiresAt: new Date(NOW.getTime() + 60_000),
    });
  });

  it('gives each token an id of its own', async () => {
    const issuer = await openDemoIssuer(folder);
    const [one, two] = [await issuer.mint(ORDERS), await issuer.mint(ORDERS)];
    expect(decodeJwt(one).jti).not.toBe(decodeJwt(two).jti);
  });

  it('opens everything with a token of every scope, and nothing with one of none', async () => {
    const issuer = await openDemoIssuer(folder);
    const directory = createDirectory();
    directory.putLink(DEMO_ISSUER, DEMO_CLIENT_ID, 'store-1', {
      app: appOf(),
      installation: null,
    });
    const { verify } = verifierOf(issuer, directory);
    const every = SCOPES.map(({ name }) => name);
    const all = await verify(await issuer.mint({ ...ORDERS, scope: every.join(' ') }));
    expect(all.grantedScopes.names()).toEqual(every);
    const none = await verify(await issuer.mint({ ...ORDERS, scope: '' }));
    expect(none.grantedScopes.names()).toEqual([]);
  });

  it('opens nothing admin-gated while its client is linked to no approved app', async () => {
    const issuer = await openDemoIssuer(folder);
    const every = SCOPES.map(({ name }) => name).join(' ');
    const { grantedScopes } = await verifierOf(issuer).verify(
      await issuer.mint({ ...ORDERS, scope: every }),
    );
    expect(grantedScopes.names()).toEqual(
      SCOPES.filter(({ gate }) => gate === 'none').map(({ name }) => name),
    );
  });

  it('does not mint scopes that do not exist, and names them', async () => {
    const { mint } = await openDemoIssuer(folder);
    const error = await mint({ ...ORDERS, scope: 'read_orders read_order admin' }).catch(
      (failure: unknown) => failure,
    );
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({
      code: 'INVALID_INPUT',
      message:
        'Not scopes of the catalogue: "read_order", "admin". "scopes list" shows what there is; they are separated by spaces.',
    });
  });

  it.each([
    [{ expiresInSeconds: 0 }, 'A demo token needs a life of whole seconds, at least one.'],
    [{ expiresInSeconds: 1.5 }, 'A demo token needs a life of whole seconds, at least one.'],
    [{ expiresInSeconds: Number.NaN }, 'A demo token needs a life of whole seconds, at least one.'],
    [{ storeId: ' ' }, 'A demo token needs a store.'],
  ])('does not mint %j', async (changes, message) => {
    const { mint } = await openDemoIssuer(folder);
    const error = await mint({ ...ORDERS, ...changes }).catch((failure: unknown) => failure);
    expect(error).toMatchObject({ code: 'INVALID_INPUT', message });
  });
});

describe('the demo key', () => {
  it('is made once, for its owner only, and leaves no drafts', async () => {
    const data = join(folder, 'not', 'there', 'yet');
    const first = await openDemoIssuer(data);
    expect(await readdir(data)).toEqual(['demo-key.json']);
    const { mode } = await stat(join(data, 'demo-key.json'));
    expect(mode & 0o777).toBe(0o600);
    const second = await openDemoIssuer(data);
    await expect(verifierOf(first).verify(await second.mint(ORDERS))).resolves.toBeDefined();
  });

  it('is one, also when several processes start at once', async () => {
    for (const round of ['1', '2', '3', '4', '5', '6', '7', '8']) {
      const data = join(folder, round);
      const keys = await Promise.all(Array.from({ length: 12 }, () => openDemoKey(data)));
      expect(new Set(keys.map(({ kid }) => kid)).size).toBe(1);
      expect(await readdir(data)).toEqual(['demo-key.json']);
    }
  });

  it('of another folder signs nothing here', async () => {
    const here = await openDemoIssuer(join(folder, 'here'));
    const there = await openDemoIssuer(join(folder, 'there'));
    await expectRefused(
      verifierOf(here).verify(await there.mint(ORDERS)),
      'INVALID_TOKEN',
      /no key of the issuer fits/,
    );
  });

  it('is read by commands beside a gateway, which never make one', async () => {
    const refused = await readDemoIssuer(folder).catch((failure: unknown) => failure);
    expect(refused).toBeInstanceOf(StartError);
    expect((refused as StartError).problems).toEqual([
      `There is no demo key in "${folder}" yet; start the gateway once first, with the same data folder.`,
    ]);
    expect(await readdir(folder)).toEqual([]);
    const gateway = await openDemoIssuer(folder);
    const { mint } = await readDemoIssuer(folder);
    await expect(verifierOf(gateway).verify(await mint(ORDERS))).resolves.toBeDefined();
  });

  it.each(['', '{}', '{"kty":"RSA"}', '{"kty":"EC","crv":"P-256","x":"a","y":"b","d":"c"}'])(
    'that is something else (%s) is told, not replaced',
    async (content) => {
      const path = join(folder, 'demo-key.json');
      await writeFile(path, content);
      const error = await openDemoIssuer(folder).catch((failure: unknown) => failure);
      expect(error).toBeInstanceOf(StartError);
      expect((error as StartError).problems).toEqual([
        `"${path}" is not a private P-256 key; delete it, and the next start makes a new one.`,
      ]);
      expect(await readFile(path, 'utf8')).toBe(content);
    },
  );
});
