import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

/** An issuer of one's own, and the setting that makes a server trust it. */
export interface BenchIssuer {
  /** The value of SCOPEGATE_ISSUERS. */
  readonly setting: string;
  /** A token of an app for the store with these scopes. */
  tokenOf(scopes: string, app?: string): Promise<string>;
}

const ISSUER = 'https://issuer.bench.example';
const AUDIENCE = 'https://gateway.bench.example/graphql';
/** What the operations need, so that nothing of them is refused. */
export const SCOPES = 'read_orders read_all_orders read_customers read_products read_claims';

/** Makes a key and writes its public half to a JWKS file. */
export async function createBenchIssuer(folder: string, storeId: string): Promise<BenchIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const jwks = join(folder, 'jwks.json');
  const key = { ...(await exportJWK(publicKey)), kid: 'bench', alg: 'ES256', use: 'sig' };
  await mkdir(folder, { recursive: true });
  await writeFile(jwks, JSON.stringify({ keys: [key] }));
  const tokenOf = (scope: string, app = 'bench') =>
    new SignJWT({ client_id: app, scope, store: storeId })
      .setProtectedHeader({ alg: 'ES256', kid: 'bench', typ: 'at+jwt' })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setSubject('bench')
      .setIssuedAt()
      .setExpirationTime('4h')
      .sign(privateKey);
  const setting = [{ issuer: ISSUER, audience: AUDIENCE, jwks, storeClaim: 'store' }];
  return { setting: JSON.stringify(setting), tokenOf };
}
