import { DEMO_CLIENT_ID, DEMO_ISSUER } from '../../token/demo-issuer.ts';
import { hashOf } from '../../token/stored-hash.ts';
import {
  accessTokens,
  appScopes,
  apps,
  clientLinks,
  grants,
  installations,
} from '../tables/apps.ts';
import { merchantStores, merchants } from '../tables/merchants.ts';
import {
  DEMO_APPS,
  DEMO_INSTALLATIONS,
  type DemoAccessToken,
  type DemoApp,
  type DemoInstallation,
} from './demo-apps.ts';
import { DEMO_MERCHANTS, DEMO_PASSWORD_HASH, type DemoMerchant } from './demo-merchants.ts';
import { DAY } from './durations.ts';
import { instant } from './instant.ts';
import { Random } from './random.ts';

/** The seeded tables of the platform, parents before what refers to them. */
export const PLATFORM_TABLES = {
  merchants,
  merchantStores,
  apps,
  appScopes,
  clientLinks,
  installations,
  grants,
  accessTokens,
} as const;

/** The platform's rows: they belong to no store. */
export type PlatformRows = {
  readonly [T in keyof typeof PLATFORM_TABLES]: (typeof PLATFORM_TABLES)[T]['$inferInsert'][];
};

const SEED = 'scopegate demo platform 1';

/** Secrets of demo apps in plain text; only their SHA-256 is stored. An app without one cannot authenticate. */
export type DemoSecrets = Readonly<Partial<Record<keyof typeof DEMO_APPS, string>>>;

/** People, apps, their installations and grants; of tokens and secrets only hashes. */
export function platformRows(
  now: Date,
  tokens: readonly DemoAccessToken[],
  secrets: DemoSecrets = {},
): PlatformRows {
  const random = new Random(SEED);
  const before = (days: number) => instant(random, now.getTime() - days * DAY);
  const rows: PlatformRows = {
    merchants: [],
    merchantStores: [],
    apps: [],
    appScopes: [],
    clientLinks: [{ issuer: DEMO_ISSUER, clientId: DEMO_CLIENT_ID, appId: DEMO_APPS.demo.id }],
    installations: [],
    grants: [],
    accessTokens: tokens.map((token) => tokenRow(token, now)),
  };
  for (const [name, app] of Object.entries<DemoApp>(DEMO_APPS)) {
    const { required, optional, redirectUris, ...row } = app;
    const secret = secrets[name as keyof typeof DEMO_APPS];
    rows.apps.push({
      ...row,
      redirectUris: [...redirectUris],
      secretHash: secret === undefined ? null : hashOf(secret),
      accessTokenFormat: 'OPAQUE',
      createdAt: before(420),
      updatedAt: before(random.between(20, 200)),
    });
    for (const scope of [...required, ...optional]) {
      const isRequired = required.includes(scope);
      rows.appScopes.push({ appId: app.id, scope, required: isRequired });
    }
  }
  for (const installation of Object.values<DemoInstallation>(DEMO_INSTALLATIONS)) {
    const { id, storeId, refused, removed } = installation;
    const app: DemoApp = DEMO_APPS[installation.app];
    const installedAt = before(random.between(90, 380));
    const removedAt = removed ? before(random.between(5, 60)) : null;
    const declared = [...app.required, ...app.optional];
    rows.installations.push({
      id,
      appId: app.id,
      storeId,
      installedAt,
      removedAt,
      reviewedScopes: declared,
      reviewedAt: installedAt,
    });
    for (const scope of declared) {
      if (refused.includes(scope)) continue;
      rows.grants.push({ installationId: id, scope, grantedAt: installedAt });
    }
  }
  const createdAt = before(430);
  for (const { id, name, email, storeIds } of Object.values<DemoMerchant>(DEMO_MERCHANTS)) {
    const passwordHash = DEMO_PASSWORD_HASH;
    rows.merchants.push({ id, name, email, passwordHash, createdAt, updatedAt: createdAt });
    rows.merchantStores.push(...storeIds.map((storeId) => ({ merchantId: id, storeId })));
  }
  return rows;
}

function tokenRow({ token, installation, ...rest }: DemoAccessToken, now: Date) {
  const { id: installationId, storeId } = DEMO_INSTALLATIONS[installation];
  return { hash: hashOf(token), installationId, storeId, ...rest, createdAt: now };
}
