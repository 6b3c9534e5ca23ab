import { randomBytes } from 'node:crypto';

const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz';

/** An id with this prefix, of 20 random letters and digits: 103 bits. */
export function newId(prefix: string): string {
  let id = '';
  while (id.length < 20) {
    for (const byte of randomBytes(20)) {
      // 252 is the largest multiple of 36 in a byte: every character is as likely as the others.
      if (byte < 252 && id.length < 20) id += ALPHABET[byte % 36];
    }
  }
  return `${prefix}_${id}`;
}
