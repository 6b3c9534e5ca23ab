import { createHash } from 'node:crypto';

/**
 * What a value of real randomness is stored and found by: its SHA-256, in hexadecimal. Only the value's holder can make
 * it. A password needs a slow hash instead, because it can be guessed.
 */
export const hashOf = (value: string): string => createHash('sha256').update(value).digest('hex');
