import {
  createECDH,
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
} from 'node:crypto';
import { decodeProtectedHeader, errors, type JWK } from 'jose';
import { deriveKey } from './secrets.ts';

/** What the authorization server signs with: JWT access tokens and session tokens. */
export interface SigningKey {
  readonly kid: string;
  /** Without the private member. */
  readonly publicJwk: JWK & { readonly kid: string };
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/**
 * The keys of the authorization server. Each signs for thirty days; it is published as long before and as long after, so
 * that everybody has it when the first token comes, and the last token has long expired when it goes.
 */
export interface SigningKeys {
  /** The one that signs now. */
  current(): SigningKey;
  /** The one before, the current one and the next. */
  published(): readonly SigningKey[];
}

/** How long a key signs, in milliseconds: far longer than a token lives. */
export const KEY_MS = 30 * 24 * 60 * 60 * 1_000;

/** Keys out of the gateway's secret and the time: all processes that share it change keys together, and store nothing. */
export function createSigningKeys(secret: Uint8Array, clock: () => Date): SigningKeys {
  let known: { readonly period: number; readonly keys: readonly SigningKey[] } | null = null;
  const keysOf = (period: number) =>
    [period - 1, period, period + 1].map((each) => deriveSigningKey(secret, each));
  const published = () => {
    const period = Math.floor(clock().getTime() / KEY_MS);
    if (known?.period !== period) known = { period, keys: keysOf(period) };
    return known.keys;
  };
  return {
    published,
    current() {
      const [, key] = published();
      if (key === undefined) throw new TypeError('There is a key for every time.');
      return key;
    },
  };
}

/** The public keys as others fetch them (RFC 7517 section 5). */
export const keySetOf = (keys: SigningKeys) => ({
  keys: keys.published().map(({ publicJwk }) => publicJwk),
});

/**
 * The published key that a signed token names, for jose.
 *
 * @throws JWKSNoMatchingKey
 */
export function publishedKey(keys: SigningKeys, { kid }: { readonly kid?: string }): KeyObject {
  const key = keys.published().find((one) => one.kid === kid);
  if (key === undefined) throw new errors.JWKSNoMatchingKey();
  return key.publicKey;
}

/**
 * Whether a JWT names a key of this platform. Its signature has not been verified: it only decides where the token is
 * looked up, and a forged one is not there.
 */
export const namesKey =
  (keys: SigningKeys) =>
  (token: string): boolean => {
    try {
      const { kid } = decodeProtectedHeader(token);
      return keys.published().some((key) => key.kid === kid);
    } catch {
      return false;
    }
  };

/** One less than the order of P-256, which FIPS 186-5 appendix A.2.1 reduces random bits by. */
const ORDER_LESS_ONE = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550n;

/** The ES256 key of a period. */
function deriveSigningKey(secret: Uint8Array, period: number): SigningKey {
  // 64 random bits more than the order has, so that the remainder is not biased.
  const bits = Buffer.concat([
    deriveKey(secret, `signing key ${period} 1`),
    deriveKey(secret, `signing key ${period} 2`).subarray(0, 8),
  ]);
  const scalar = (BigInt(`0x${bits.toString('hex')}`) % ORDER_LESS_ONE) + 1n;
  const d = Buffer.from(scalar.toString(16).padStart(64, '0'), 'hex');
  const curve = createECDH('prime256v1');
  curve.setPrivateKey(d);
  const point = curve.getPublicKey();
  const x = point.subarray(1, 33).toString('base64url');
  const y = point.subarray(33).toString('base64url');
  const base = { kty: 'EC', crv: 'P-256', x, y };
  const kid = thumbprintOf(base);
  const privateJwk = { ...base, d: d.toString('base64url') };
  return {
    kid,
    publicJwk: { ...base, kid, alg: 'ES256', use: 'sig' },
    privateKey: createPrivateKey({ key: privateJwk, format: 'jwk' }),
    publicKey: createPublicKey({ key: base, format: 'jwk' }),
  };
}

/** RFC 7638: the required members, in the order of their names. */
const thumbprintOf = ({ crv, kty, x, y }: Readonly<Record<'crv' | 'kty' | 'x' | 'y', string>>) =>
  createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
