import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  DEMO_APPS,
  DEMO_INSTALLATIONS,
  type DemoAccessToken,
} from '../../../src/data/seed/demo-apps.ts';
import { DEMO_STORES } from '../../../src/data/seed/demo-stores.ts';
import { platformRows } from '../../../src/data/seed/platform-rows.ts';
import { isScope, SCOPES, scopeDefinition } from '../../../src/scopes/catalogue.ts';
import { NOW } from './demo.ts';

const rows = platformRows(NOW, []);

describe('the apps of the demo data', () => {
  it('are the same for the same moment, each with an id and a client id of its own', () => {
    expect(platformRows(NOW, [])).toEqual(rows);
    expect(new Set(rows.apps.map(({ id }) => id)).size).toBe(rows.apps.length);
    expect(new Set(rows.apps.map(({ clientId }) => clientId)).size).toBe(rows.apps.length);
    const ids = [...rows.apps, ...rows.installations].map(({ id }) => id);
    expect(ids.filter((id) => !/^(app|ins)_[0-9a-z]{20}$/.test(id))).toEqual([]);
  });

  it('declare scopes of the catalogue, each once', () => {
    expect(rows.appScopes.filter(({ scope }) => !isScope(scope))).toEqual([]);
    const pairs = rows.appScopes.map(({ appId, scope }) => `${appId} ${scope}`);
    expect(new Set(pairs).size).toBe(pairs.length);
  });

  it('include one that every catalogue scope is optional to, but for reading orders', () => {
    const declared = rows.appScopes.filter(({ appId }) => appId === DEMO_APPS.demo.id);
    expect(declared.length).toBe(SCOPES.length);
    const required = declared.filter((scope) => scope.required).map(({ scope }) => scope);
    expect(required).toEqual(['read_orders']);
    expect(rows.clientLinks).toEqual([
      { issuer: 'urn:scopegate:demo', clientId: 'demo-app', appId: DEMO_APPS.demo.id },
    ]);
  });

  it('declare admin-gated scopes only where they are public', () => {
    for (const { visibility, required, optional } of Object.values(DEMO_APPS)) {
      const gated = [...required, ...optional].filter(
        (scope) => scopeDefinition(scope).gate === 'admin',
      );
      if (visibility === 'PRIVATE') expect(gated).toEqual([]);
    }
  });

  it('are granted what they declare, less what the merchant refused', () => {
    const granted = (installation: keyof typeof DEMO_INSTALLATIONS) =>
      rows.grants
        .filter(({ installationId }) => installationId === DEMO_INSTALLATIONS[installation].id)
        .map(({ scope }) => scope)
        .sort();
    const cdp = ['read_all_orders', 'read_customers', 'read_discounts', 'read_orders'];
    expect(granted('cdp')).toEqual([...cdp, 'read_products']);
    expect(granted('cdpWithoutCustomers')).toEqual(
      [...cdp, 'read_products'].filter((scope) => scope !== 'read_customers'),
    );
    for (const { app, refused } of Object.values(DEMO_INSTALLATIONS)) {
      const optional: readonly string[] = DEMO_APPS[app].optional;
      expect(refused.every((scope) => optional.includes(scope))).toBe(true);
    }
  });

  it('are installed in the demo stores, once removed, and dated before now', () => {
    const stores = new Set<string>(DEMO_STORES.map(({ id }) => id));
    expect(rows.installations.every(({ storeId }) => stores.has(storeId))).toBe(true);
    const removed = rows.installations.filter(({ removedAt }) => removedAt);
    expect(removed.map(({ id }) => id)).toEqual([DEMO_INSTALLATIONS.cdpRemoved.id]);
    for (const { installedAt, removedAt } of rows.installations) {
      expect(installedAt < (removedAt ?? NOW) && (removedAt ?? NOW) <= NOW).toBe(true);
    }
  });
});

describe('access tokens', () => {
  const token: DemoAccessToken = {
    token: `op_at_${'k3'.repeat(20)}`,
    installation: 'cdpWithoutCustomers',
    scope: 'read_orders read_products',
    expiresAt: new Date(NOW.getTime() + 3_600_000),
    revokedAt: null,
  };

  it('are none unless they are given', () => {
    expect(rows.accessTokens).toEqual([]);
  });

  it('are stored as SHA-256 in hexadecimal, with the store of their installation', () => {
    const [row] = platformRows(NOW, [token]).accessTokens;
    expect(row).toEqual({
      hash: createHash('sha256').update(token.token).digest('hex'),
      installationId: DEMO_INSTALLATIONS.cdpWithoutCustomers.id,
      storeId: DEMO_STORES[1].id,
      scope: token.scope,
      createdAt: NOW,
      expiresAt: token.expiresAt,
      revokedAt: null,
    });
    expect(JSON.stringify(row)).not.toContain(token.token);
  });
});
