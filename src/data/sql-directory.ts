import { LRUCache } from 'lru-cache';
import {
  type AppDirectory,
  type AppFacts,
  type FoundToken,
  isApproved,
  type LinkedApp,
} from '../token/app-directory.ts';
import type { Database, DatabaseRow } from './database.ts';

/** An app as the platform's look-ups return it, in their columns' own names. */
interface AppRow {
  readonly app_id: string;
  readonly app_name: string;
  readonly visibility: AppFacts['visibility'];
  readonly review: string;
  readonly declared_scopes: AppFacts['declaredScopes'];
}

interface TokenRow extends AppRow {
  readonly scope: string;
  readonly granted_scopes: readonly string[];
  readonly expires_at: Date;
  readonly store_id: string;
  readonly client_id: string;
  readonly installation_id: string;
  readonly installed_at: Date;
  readonly redirect_uri: string | null;
}

interface LinkRow extends AppRow {
  readonly installation_id: string | null;
  readonly installed_at: Date | null;
}

/** How often it is written down that an installation is in use. */
const TOUCH_EVERY_MS = 5 * 60 * 1_000;

/** The platform's look-ups over PostgreSQL, each through a function that gives one row by its name. */
export function createSqlDirectory(database: Database): AppDirectory {
  const touched = new LRUCache<string, true>({ max: 10_000, ttl: TOUCH_EVERY_MS });

  /** That an app was used is told to the merchant; a request does not fail over it. */
  async function touch(installation: string): Promise<void> {
    if (touched.has(installation)) return;
    touched.set(installation, true);
    await one('touch-installation', 'touch_installation($1)', [installation]).catch(() => {});
  }

  const one = async (name: string, call: string, values: readonly string[]) => {
    const text = `select * from platform.${call}`;
    const [rows = []] = await database.wave(null, [{ name, text, values }]);
    return rows[0] ?? null;
  };
  return {
    async findAccessToken(hash) {
      const row = await one('find-access-token', 'find_access_token($1)', [hash]);
      if (row === null) return null;
      const found = tokenOf(row as DatabaseRow & TokenRow);
      await touch(found.installation.id);
      return found;
    },
    async findLinkedApp(issuer, clientId, storeId) {
      const values = [issuer, clientId, storeId];
      const row = await one('find-linked-app', 'find_linked_app($1, $2, $3)', values);
      return row && linkOf(row as DatabaseRow & LinkRow);
    },
  };
}

function appOf({ app_id, app_name, visibility, review, declared_scopes }: AppRow): AppFacts {
  return {
    id: app_id,
    name: app_name,
    visibility,
    approved: isApproved({ visibility, review }),
    suspended: review === 'SUSPENDED',
    declaredScopes: declared_scopes,
  };
}

function tokenOf(row: TokenRow): FoundToken {
  return {
    clientId: row.client_id,
    storeId: row.store_id,
    scope: row.scope,
    grantedScopes: row.granted_scopes,
    expiresAt: row.expires_at,
    app: appOf(row),
    installation: { id: row.installation_id, installedAt: row.installed_at },
    redirectUri: row.redirect_uri,
  };
}

function linkOf(row: LinkRow): LinkedApp {
  const { installation_id: id, installed_at: installedAt } = row;
  return {
    app: appOf(row),
    installation: id === null || installedAt === null ? null : { id, installedAt },
  };
}
