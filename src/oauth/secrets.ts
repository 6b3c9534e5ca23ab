import { createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';

/** A new client secret, of 256 random bits. */
export const newClientSecret = (): string => `op_secret_${randomBytes(32).toString('hex')}`;

/** Whether two texts are equal, in a time that does not tell where they differ. */
export function isSame(one: string, other: string): boolean {
  return timingSafeEqual(
    createHash('sha256').update(one).digest(),
    createHash('sha256').update(other).digest(),
  );
}

/** 32 bytes out of the gateway's secret, for this one purpose. */
export const deriveKey = (secret: Uint8Array, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, '', `scopegate oauth ${purpose}`, 32));

/** Tokens for forms: each is good for what it was made for, and cannot be made without the key. */
export interface FormTokens {
  make(...parts: readonly string[]): string;
  check(token: string, ...parts: readonly string[]): boolean;
}

/** Form tokens under a key derived from the gateway's secret. */
export function createFormTokens(secret: Uint8Array): FormTokens {
  const key = deriveKey(secret, 'forms');
  // Parts are joined as JSON: two lists of parts never give the same text.
  const make = (...parts: readonly string[]) =>
    createHmac('sha256', key).update(JSON.stringify(parts)).digest('base64url');
  return { make, check: (token, ...parts) => isSame(token, make(...parts)) };
}
