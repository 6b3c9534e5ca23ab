import { randomUUID } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import type { System } from '../data/system.ts';
import { oauthRecords } from '../data/tables/oauth.ts';
import { hashOf } from '../token/stored-hash.ts';
import type { Accounts } from './accounts.ts';
import { findApp } from './app-records.ts';
import { findInstallationById, installedScopes } from './installations.ts';
import { publishedKey, type SigningKey, type SigningKeys } from './keys.ts';

/** How long a session token works, in seconds. */
const SESSION_TOKEN_SECONDS = 60;

/** The `typ` of session tokens: no access token has it, and no session token another. */
const TYPE = 'session+jwt';

/** Who opened an embedded app, and where. */
export interface SessionTokenFacts {
  readonly merchantId: string;
  readonly clientId: string;
  readonly storeId: string;
  readonly installationId: string;
}

/** A token by which an embedded app learns who opened it. It is no credential for the API. */
export function issueSessionToken(
  facts: SessionTokenFacts,
  issuer: string,
  key: SigningKey,
  now: Date,
): Promise<string> {
  const iat = Math.floor(now.getTime() / 1_000);
  return new SignJWT({ store_id: facts.storeId, installation_id: facts.installationId })
    .setProtectedHeader({ alg: 'ES256', typ: TYPE, kid: key.kid })
    .setIssuer(issuer)
    .setAudience(facts.clientId)
    .setSubject(facts.merchantId)
    .setJti(randomUUID())
    .setIssuedAt(iat)
    .setExpirationTime(iat + SESSION_TOKEN_SECONDS)
    .sign(key.privateKey);
}

/** What a verified session token says. */
export interface VerifiedSession {
  readonly userId: string;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly storeId: string;
  readonly installationId: string;
  readonly applicationId: string;
  /** An app must compare it with its own: a token of another app says who opened that one. */
  readonly clientId: string;
  /** What the merchant granted the app, whoever opened it. */
  readonly scopes: readonly string[];
}

export interface VerifyOptions {
  readonly system: System;
  readonly accounts: Accounts;
  readonly issuer: string;
  readonly keys: SigningKeys;
  readonly now: Date;
}

/**
 * What a session token says, once: the second time it is null, as for one that has expired, was altered, or whose app was
 * uninstalled or suspended since.
 */
export async function verifySessionToken(
  token: string,
  { system, accounts, issuer, keys, now }: VerifyOptions,
): Promise<VerifiedSession | null> {
  const facts = await readToken(token, issuer, keys, now);
  if (facts === null || !(await useOnce(system, facts.id, facts.expiresAt, now))) return null;
  const merchant = await accounts.find(facts.merchantId);
  const stores = merchant === null ? [] : await accounts.storesOf(merchant.id);
  return system.transaction(async (transaction) => {
    const app = await findApp(transaction, facts.clientId);
    const installation = await findInstallationById(transaction, facts.installationId);
    if (app === null || app.review === 'SUSPENDED' || merchant === null) return null;
    if (installation === null || installation.appId !== app.id) return null;
    if (!stores.some(({ id }) => id === installation.storeId)) return null;
    const [firstName = '', ...rest] = merchant.name.split(' ');
    return {
      userId: merchant.id,
      email: merchant.email,
      firstName,
      lastName: rest.join(' '),
      storeId: installation.storeId,
      installationId: installation.id,
      applicationId: app.id,
      clientId: app.clientId,
      scopes: installedScopes(app, installation),
    };
  });
}

interface TokenContent extends SessionTokenFacts {
  readonly id: string;
  readonly expiresAt: Date;
}

/** The content of a token of this server that has not expired; whether it was used has not been looked at. */
async function readToken(
  token: string,
  issuer: string,
  keys: SigningKeys,
  now: Date,
): Promise<TokenContent | null> {
  try {
    const { payload } = await jwtVerify(token, (header) => publishedKey(keys, header), {
      issuer,
      typ: TYPE,
      algorithms: ['ES256'],
      requiredClaims: ['exp', 'iat', 'jti', 'sub', 'aud', 'store_id', 'installation_id'],
      currentDate: now,
    });
    const { aud, sub, jti, exp, store_id: storeId, installation_id: installationId } = payload;
    return {
      id: String(jti),
      merchantId: String(sub),
      clientId: String(aud),
      storeId: String(storeId),
      installationId: String(installationId),
      expiresAt: new Date(Number(exp) * 1_000),
    };
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof TypeError) return null;
    throw error;
  }
}

/** Whether this is the first use: of several at the same time it is so for one. */
function useOnce(system: System, id: string, expiresAt: Date, now: Date): Promise<boolean> {
  return system.transaction(async (transaction) => {
    const used = await transaction
      .insert(oauthRecords)
      .values({ kind: 'SessionToken', hash: hashOf(id), payload: {}, createdAt: now, expiresAt })
      .onConflictDoNothing()
      .returning({ hash: oauthRecords.hash });
    return used.length > 0;
  });
}
