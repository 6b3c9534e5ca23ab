import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createSecretVault } from '../../src/commands/secret-vault.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

describe('a vault', () => {
  const key = randomBytes(32);
  const vault = createSecretVault(key);

  it('opens what it sealed, in any process with the same secret', () => {
    const sealed = vault.seal(SECRET, 'webhook whk_1');
    expect(vault.open(sealed, 'webhook whk_1')).toBe(SECRET);
    expect(createSecretVault(key).open(sealed, 'webhook whk_1')).toBe(SECRET);
  });

  it('never seals twice alike, and shows nothing of what is inside', () => {
    const sealed = Array.from({ length: 100 }, () => vault.seal(SECRET, 'webhook whk_1'));
    expect(new Set(sealed).size).toBe(100);
    for (const one of sealed) {
      expect(one).not.toContain(SECRET);
      expect(Buffer.from(one.slice(3), 'base64url').toString('latin1')).not.toContain('whsec_');
    }
  });

  it('opens nothing under another key, at another place, or altered anywhere', () => {
    const sealed = vault.seal(SECRET, 'webhook whk_1');
    expect(() => createSecretVault(randomBytes(32)).open(sealed, 'webhook whk_1')).toThrow();
    expect(() => vault.open(sealed, 'webhook whk_2')).toThrow();
    const bytes = Buffer.from(sealed.slice(3), 'base64url');
    for (let index = 0; index < bytes.length; index += 1) {
      const altered = Buffer.from(bytes);
      altered[index] = (altered[index] ?? 0) ^ 1;
      expect(() => vault.open(`v1.${altered.toString('base64url')}`, 'webhook whk_1')).toThrow();
    }
  });

  it.each(['', 'v1.', 'v1', 'v1.AAAA', SECRET, `v2.${randomBytes(60).toString('base64url')}`])(
    'does not take %j for a sealed secret',
    (sealed) => {
      expect(() => vault.open(sealed, 'webhook whk_1')).toThrow('This was not sealed here.');
    },
  );
});
