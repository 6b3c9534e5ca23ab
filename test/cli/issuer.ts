import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

/** An authorization server of somebody else, with its key set in a file. */
export interface TestIssuer {
  /** Its entry for SCOPEGATE_ISSUERS, without ceilings. */
  readonly entry: {
    readonly issuer: string;
    readonly audience: string;
    readonly jwks: string;
    readonly storeClaim: string;
  };
  mint(store: string, scope: string): Promise<string>;
}

/** The client id that all of them give to their one client. */
export const CLIENT_ID = 'cdp';

/** Makes an issuer of this name whose tokens call their store `shop`. All have the same key id. */
export async function createTestIssuer(folder: string, name: string): Promise<TestIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const jwks = join(folder, `${name}.json`);
  const key = { ...(await exportJWK(publicKey)), kid: 'current', alg: 'ES256', use: 'sig' };
  await writeFile(jwks, JSON.stringify({ keys: [key] }));
  const entry = {
    issuer: `https://${name}.example`,
    audience: 'https://api.example.com',
    jwks,
    storeClaim: 'shop',
  };
  return {
    entry,
    mint: (shop, scope) =>
      new SignJWT({ client_id: CLIENT_ID, scope, shop })
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'current' })
        .setIssuer(entry.issuer)
        .setAudience(entry.audience)
        .setSubject('merchant')
        .setIssuedAt()
        .setExpirationTime('5m')
        .sign(privateKey),
  };
}
