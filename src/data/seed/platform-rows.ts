import { createHash } from 'node:crypto';
import { DEMO_CLIENT_ID, DEMO_ISSUER } from '../../token/demo-issuer.ts';
import {
  accessTokens,
  appScopes,
  apps,
  clientLinks,
  grants,
  installations,
} from '../tables/apps.ts';
import {
  DEMO_APPS,
  DEMO_INSTALLATIONS,
  type DemoAccessToken,
  type DemoApp,
  type DemoInstallation,
} from './demo-apps.ts';
import { instant } from './instant.ts';
import { Random } from './random.ts';

/** The seeded tables of the platform, parents before what refers to them. */
export const PLATFORM_TABLES = {
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
const DAY = 86_400_000;

/** Apps, their installations and grants; of the tokens only hashes. */
export function platformRows(now: Date, tokens: readonly DemoAccessToken[]): PlatformRows {
  const random = new Random(SEED);
  const before = (days: number) => instant(random, now.getTime() - days * DAY);
  const rows: PlatformRows = {
    apps: [],
    appScopes: [],
    clientLinks: [{ issuer: DEMO_ISSUER, clientId: DEMO_CLIENT_ID, appId: DEMO_APPS.demo.id }],
    installations: [],
    grants: [],
    accessTokens: tokens.map((token) => tokenRow(token, now)),
  };
  for (const app of Object.values<DemoApp>(DEMO_APPS)) {
    const { required, optional, ...row } = app;
    rows.apps.push({ ...row, createdAt: before(420), updatedAt: before(random.between(20, 200)) });
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
    rows.installations.push({ id, appId: app.id, storeId, installedAt, removedAt });
    for (const scope of [...app.required, ...app.optional]) {
      if (refused.includes(scope)) continue;
      rows.grants.push({ installationId: id, scope, grantedAt: installedAt });
    }
  }
  return rows;
}

function tokenRow({ token, installation, ...rest }: DemoAccessToken, now: Date) {
  const { id: installationId, storeId } = DEMO_INSTALLATIONS[installation];
  const hash = createHash('sha256').update(token).digest('hex');
  return { hash, installationId, storeId, ...rest, createdAt: now };
}
