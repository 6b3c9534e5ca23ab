import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { AppError, StartError } from '../errors.ts';
import { ScopeSet, unknownScopes } from '../scopes/scope-set.ts';
import { type DemoKey, openDemoKey, readDemoKey } from './demo-key.ts';
import { createTrustedIssuer, type TrustedIssuer } from './issuer.ts';
import { createStaticKeys } from './key-source.ts';

/** The `iss` of demo tokens. */
export const DEMO_ISSUER = 'urn:scopegate:demo';
/** The `aud` of demo tokens. */
export const DEMO_AUDIENCE = 'urn:scopegate:gateway';
/** The only client of the demo issuer. */
export const DEMO_CLIENT_ID = 'demo-app';
/** The claim of demo tokens that names the store. */
export const DEMO_STORE_CLAIM = 'store';

/** What a demo token says. */
export interface DemoToken {
  readonly storeId: string;
  /** Scopes separated by spaces; empty for a token without any. */
  readonly scope: string;
  readonly expiresInSeconds: number;
  readonly clock?: () => Date;
}

/** An issuer for trying the gateway out on one's own machine. Never trust it anywhere else. */
export interface DemoIssuer {
  readonly trusted: TrustedIssuer;
  /**
   * Signs an access token. Whether the store exists is not checked.
   *
   * @throws AppError INVALID_INPUT for a scope that the catalogue does not have, a missing store or a
   * life that is not a positive whole number of seconds.
   */
  mint(token: DemoToken): Promise<string>;
}

/**
 * The demo issuer of a data folder; its key is made at the first call.
 *
 * @throws StartError when the key file is unusable.
 */
export async function openDemoIssuer(dataDir: string): Promise<DemoIssuer> {
  return demoIssuerOf(await openDemoKey(dataDir));
}

/**
 * The demo issuer of a data folder in which a gateway has already run, for commands beside it.
 *
 * @throws StartError when there is no key yet: one made here would be of no use to a gateway that
 * keeps its data elsewhere.
 */
export async function readDemoIssuer(dataDir: string): Promise<DemoIssuer> {
  const key = await readDemoKey(dataDir);
  if (key === null) {
    throw new StartError([
      `There is no demo key in "${dataDir}" yet; start the gateway once first, with the same data folder.`,
    ]);
  }
  return demoIssuerOf(key);
}

function demoIssuerOf(key: DemoKey): DemoIssuer {
  return {
    trusted: createTrustedIssuer({
      issuer: DEMO_ISSUER,
      audience: DEMO_AUDIENCE,
      algorithms: ['ES256'],
      storeClaim: DEMO_STORE_CLAIM,
      stores: null,
      scopes: ScopeSet.all,
      keys: createStaticKeys({ keys: [key.publicJwk] }),
    }),
    mint: (token) => mint(key, token),
  };
}

async function mint(
  key: DemoKey,
  { storeId, scope, expiresInSeconds, clock = () => new Date() }: DemoToken,
): Promise<string> {
  const unknown = unknownScopes(scope);
  if (unknown.length > 0) {
    const names = unknown.map((name) => JSON.stringify(name)).join(', ');
    throw new AppError(
      'INVALID_INPUT',
      `Not scopes of the catalogue: ${names}. "scopes list" shows what there is; they are separated by spaces.`,
    );
  }
  if (storeId.trim() === '') throw new AppError('INVALID_INPUT', 'A demo token needs a store.');
  if (!Number.isSafeInteger(expiresInSeconds) || expiresInSeconds <= 0) {
    throw new AppError(
      'INVALID_INPUT',
      'A demo token needs a life of whole seconds, at least one.',
    );
  }
  const now = Math.floor(clock().getTime() / 1000);
  return new SignJWT({ client_id: DEMO_CLIENT_ID, scope, [DEMO_STORE_CLAIM]: storeId })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: key.kid })
    .setIssuer(DEMO_ISSUER)
    .setAudience(DEMO_AUDIENCE)
    .setSubject(DEMO_CLIENT_ID)
    .setJti(randomUUID())
    .setIssuedAt(now)
    .setExpirationTime(now + expiresInSeconds)
    .sign(key.privateKey);
}
