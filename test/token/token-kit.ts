import {
  constants,
  createHash,
  createHmac,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto';
import type { JSONWebKeySet, JWK } from 'jose';
import { ScopeSet } from '../../src/scopes/scope-set.ts';
import type {
  AppDirectory,
  AppFacts,
  FoundToken,
  LinkedApp,
} from '../../src/token/app-directory.ts';
import { type Algorithm, createTrustedIssuer, type TrustedIssuer } from '../../src/token/issuer.ts';
import { createStaticKeys } from '../../src/token/key-source.ts';

/** Trusted for every store, with ES256 and RS256 only. */
export const MAIN = 'https://idp.example';
/** Trusted for one store only; its key has the same `kid` as the one of `MAIN`. */
export const BOUNDED = 'https://bounded.example';
export const AUDIENCE = 'https://gateway.example/graphql';
export const STORE_CLAIM = 'store';
export const CLIENT = 'client-1';

export type Claims = Record<string, unknown>;

export interface MintOptions {
  readonly issuer?: string;
  /** The algorithm that signs, whatever the header says. */
  readonly alg?: string;
  readonly key?: KeyObject;
  readonly header?: Claims;
  readonly claims?: Claims;
  readonly without?: readonly string[];
}

/** Makes tokens, good and bad, with node:crypto alone, so that no JOSE library has a say in them. */
export interface TokenKit {
  readonly issuers: readonly TrustedIssuer[];
  /** The public keys of each issuer, to be written to files or served. */
  readonly jwks: Readonly<Record<string, JSONWebKeySet>>;
  readonly store: string;
  readonly otherStore: string;
  /** Somebody's key that no issuer has. */
  readonly foreign: KeyObject;
  readonly rsa: KeyObject;
  readonly ec: KeyObject;
  /** Seconds since the epoch, whole. */
  now(): number;
  header(options?: MintOptions): Claims;
  claims(options?: MintOptions): Claims;
  /** A valid token, but for what the options change. */
  mint(options?: MintOptions): string;
  /** A signed token of exactly these two JSON texts. */
  mintRaw(header: string, payload: string, options?: MintOptions): string;
}

export interface KitOptions {
  readonly store?: string;
  readonly otherStore?: string;
  readonly clock?: () => Date;
}

export const encode = (value: string | Uint8Array) => Buffer.from(value).toString('base64url');

/** A signature over `input`, as RFC 7518 section 3 spells it. */
export function signRaw(alg: string, key: KeyObject, input: string): string {
  const data = Buffer.from(input);
  const hash = `sha${alg.slice(2)}`;
  if (alg === 'none') return '';
  if (alg.startsWith('HS')) {
    const pem = createPublicKey(key).export({ type: 'spki', format: 'pem' });
    return createHmac(hash, pem).update(data).digest('base64url');
  }
  if (alg.startsWith('Ed')) return sign(null, data, key).toString('base64url');
  if (alg.startsWith('ES')) {
    return sign(hash, data, { key, dsaEncoding: 'ieee-p1363' }).toString('base64url');
  }
  const pss = {
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
  };
  return sign(hash, data, alg.startsWith('PS') ? { key, ...pss } : key).toString('base64url');
}

/** A private key that fits the algorithm. */
export function keyFor(alg: string): KeyObject {
  if (alg.startsWith('Ed')) return generateKeyPairSync('ed25519').privateKey;
  if (alg.startsWith('ES')) {
    const curve = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' }[alg] ?? 'P-256';
    return generateKeyPairSync('ec', { namedCurve: curve }).privateKey;
  }
  return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
}

export function publicJwk(key: KeyObject, extra: Claims): JWK {
  return { ...createPublicKey(key).export({ format: 'jwk' }), use: 'sig', ...extra } as JWK;
}

/** An issuer with in-memory keys; everything the tests do not set is as wide as possible. */
export function issuerOf(
  keys: JSONWebKeySet,
  changes: Partial<TrustedIssuer> & { algorithms?: readonly Algorithm[] } = {},
): TrustedIssuer {
  return createTrustedIssuer({
    issuer: MAIN,
    audience: AUDIENCE,
    algorithms: ['ES256', 'RS256'],
    storeClaim: STORE_CLAIM,
    stores: null,
    scopes: ScopeSet.all,
    keys: createStaticKeys(keys),
    ...changes,
  });
}

/** An app as the platform knows it: public and approved, but for the changes. */
export const appOf = (changes: Partial<AppFacts> = {}): AppFacts => ({
  id: 'app_1',
  name: 'Pigeon Post',
  visibility: 'PUBLIC',
  approved: true,
  suspended: false,
  declaredScopes: [],
  ...changes,
});

/** What is found for an opaque token that works: of an approved app that was granted everything. */
export const foundOf = (now: Date, changes: Partial<FoundToken> = {}): FoundToken => ({
  clientId: CLIENT,
  storeId: 'store-1',
  scope: 'read_orders',
  grantedScopes: ScopeSet.all.names(),
  expiresAt: new Date(now.getTime() + 600_000),
  app: appOf(),
  installation: { id: 'ins_1', installedAt: new Date('2026-01-01T00:00:00Z') },
  redirectUri: 'https://pigeon.example/callback',
  ...changes,
});

/** The platform's look-ups over what a test put in; it can be changed and taken away again. */
export interface TestDirectory extends AppDirectory {
  /** What is found for a token, by the SHA-256 of the whole of it; null for nothing any more. */
  putToken(token: string, found: FoundToken | null): void;
  /** The app of exactly this client in exactly this store; null for none any more. */
  putLink(issuer: string, clientId: string, storeId: string, linked: LinkedApp | null): void;
  /** The arguments of every look-up so far. */
  readonly asked: { readonly tokens: string[]; readonly links: string[][] };
}

/** A directory that finds nothing until something is put in. */
export function createDirectory(): TestDirectory {
  const tokens = new Map<string, FoundToken | null>();
  const links = new Map<string, LinkedApp | null>();
  const asked = { tokens: [] as string[], links: [] as string[][] };
  return {
    asked,
    putToken(token, found) {
      tokens.set(createHash('sha256').update(token).digest('hex'), found);
    },
    putLink(issuer, clientId, storeId, linked) {
      links.set(JSON.stringify([issuer, clientId, storeId]), linked);
    },
    async findAccessToken(hash) {
      asked.tokens.push(hash);
      return tokens.get(hash) ?? null;
    },
    async findLinkedApp(issuer, clientId, storeId) {
      asked.links.push([issuer, clientId, storeId]);
      return links.get(JSON.stringify([issuer, clientId, storeId])) ?? null;
    },
  };
}

export function createKit({
  store = 'store-1',
  otherStore = 'store-2',
  clock = () => new Date(),
}: KitOptions = {}): TokenKit {
  const ec = keyFor('ES256');
  const rsa = keyFor('RS256');
  const bounded = keyFor('ES256');
  const jwks: Record<string, JSONWebKeySet> = {
    [MAIN]: {
      keys: [
        publicJwk(ec, { kid: 'ec', alg: 'ES256' }),
        publicJwk(rsa, { kid: 'rsa', alg: 'RS256' }),
      ],
    },
    [BOUNDED]: { keys: [publicJwk(bounded, { kid: 'ec', alg: 'ES256' })] },
  };
  const now = () => Math.floor(clock().getTime() / 1000);
  const algOf = (options: MintOptions) => options.alg ?? 'ES256';

  function header(options: MintOptions = {}): Claims {
    const alg = algOf(options);
    return { alg, typ: 'at+jwt', kid: /^[RPH]S/.test(alg) ? 'rsa' : 'ec', ...options.header };
  }

  function claims({ issuer = MAIN, claims: changes, without = [] }: MintOptions = {}): Claims {
    const all = {
      iss: issuer,
      aud: AUDIENCE,
      sub: 'user-1',
      client_id: CLIENT,
      exp: now() + 600,
      iat: now(),
      jti: 'token-1',
      scope: 'read_orders',
      [STORE_CLAIM]: issuer === BOUNDED ? otherStore : store,
      ...changes,
    };
    return Object.fromEntries(Object.entries(all).filter(([name]) => !without.includes(name)));
  }

  function mintRaw(headerText: string, payloadText: string, options: MintOptions = {}): string {
    const alg = algOf(options);
    const own = options.issuer === BOUNDED ? bounded : /^[RPH]S/.test(alg) ? rsa : ec;
    const input = `${encode(headerText)}.${encode(payloadText)}`;
    return `${input}.${signRaw(alg, options.key ?? own, input)}`;
  }

  return {
    issuers: [
      issuerOf(jwks[MAIN] ?? { keys: [] }),
      issuerOf(jwks[BOUNDED] ?? { keys: [] }, { issuer: BOUNDED, stores: new Set([otherStore]) }),
    ],
    jwks,
    store,
    otherStore,
    foreign: keyFor('ES256'),
    rsa,
    ec,
    now,
    header,
    claims,
    mintRaw,
    mint: (options = {}) =>
      mintRaw(JSON.stringify(header(options)), JSON.stringify(claims(options)), options),
  };
}
