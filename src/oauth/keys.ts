import { createECDH } from 'node:crypto';
import {
  type CryptoKey,
  calculateJwkThumbprint,
  decodeProtectedHeader,
  importJWK,
  type JWK,
} from 'jose';
import { deriveKey } from './secrets.ts';

/** What the authorization server signs with: JWT access tokens and session tokens. */
export interface SigningKey {
  readonly kid: string;
  readonly privateJwk: JWK & { readonly kid: string };
  /** Without the private member. */
  readonly publicJwk: JWK;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
}

/** One less than the order of P-256, which FIPS 186-5 appendix A.2.1 reduces random bits by. */
const ORDER_LESS_ONE = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550n;

/** An ES256 key out of the gateway's secret: every process that has the secret has the same key. */
export async function deriveSigningKey(secret: Uint8Array): Promise<SigningKey> {
  // 64 random bits more than the order has, so that the remainder is not biased.
  const bits = Buffer.concat([
    deriveKey(secret, 'signing key 1'),
    deriveKey(secret, 'signing key 2').subarray(0, 8),
  ]);
  const scalar = (BigInt(`0x${bits.toString('hex')}`) % ORDER_LESS_ONE) + 1n;
  const d = Buffer.from(scalar.toString(16).padStart(64, '0'), 'hex');
  const curve = createECDH('prime256v1');
  curve.setPrivateKey(d);
  const point = curve.getPublicKey();
  const base = {
    kty: 'EC',
    crv: 'P-256',
    x: point.subarray(1, 33).toString('base64url'),
    y: point.subarray(33).toString('base64url'),
  };
  const kid = await calculateJwkThumbprint(base);
  const publicJwk = { ...base, kid, alg: 'ES256', use: 'sig' };
  const privateJwk = { ...publicJwk, d: d.toString('base64url') };
  return {
    kid,
    privateJwk,
    publicJwk,
    privateKey: await imported(privateJwk),
    publicKey: await imported(publicJwk),
  };
}

/**
 * Whether a JWT names the key of this platform. Its signature has not been verified: it only decides where the token is
 * looked up, and a forged one is not there.
 */
export const namesKey =
  ({ kid }: Pick<SigningKey, 'kid'>) =>
  (token: string): boolean => {
    try {
      return decodeProtectedHeader(token).kid === kid;
    } catch {
      return false;
    }
  };

async function imported(jwk: JWK): Promise<CryptoKey> {
  const key = await importJWK(jwk, 'ES256');
  if (key instanceof Uint8Array) throw new TypeError('An ES256 key is no secret.');
  return key;
}
