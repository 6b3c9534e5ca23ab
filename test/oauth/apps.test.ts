import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_APPS } from '../../src/data/seed/demo-apps.ts';
import { SYSTEM_ROLE } from '../../src/data/tables/columns.ts';
import {
  type AppDraft,
  approveApp,
  changeApp,
  getApp,
  listApps,
  registerApp,
  rejectApp,
  rotateSecret,
  submitForReview,
  suspendApp,
} from '../../src/oauth/apps.ts';
import { hashOf } from '../../src/token/stored-hash.ts';
import { openTestDatabase, STORE, type TestDatabase } from '../support/gateway.ts';

const NOW = new Date('2026-11-22T05:00:00Z');

const DRAFT: AppDraft = {
  name: 'Parcel Poet',
  visibility: 'PUBLIC',
  redirectUris: ['https://parcel-poet.example/callback'],
  requiredScopes: ['read_orders'],
  optionalScopes: ['read_customers'],
};

let opened: TestDatabase;
const system = () => opened.database.system;

beforeAll(async () => {
  opened = await openTestDatabase('postgres');
});
afterAll(async () => {
  await opened.database.close();
});

const register = (changes: Partial<AppDraft> = {}) =>
  registerApp(system(), { ...DRAFT, ...changes }, NOW);

const refusalOf = async (promise: Promise<unknown>) => {
  const error = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return error === null ? null : { code: (error as { code: string }).code, message: String(error) };
};

describe('registering an app', () => {
  it('gives a client id and a secret, of which only the hash is stored', async () => {
    const { app, clientSecret } = await register();
    expect(app.clientId).toMatch(/^op_app_[0-9a-f]{24}$/);
    expect(clientSecret).toMatch(/^op_secret_[0-9a-f]{64}$/);
    expect(app).toMatchObject({ review: 'DRAFT', accessTokenFormat: 'OPAQUE', logoUrl: null });
    expect(app.scopes).toEqual([
      { scope: 'read_customers', required: false },
      { scope: 'read_orders', required: true },
    ]);
    const [[row]] = (await opened.asRole(SYSTEM_ROLE, [
      ['select * from platform.apps where id = $1', [app.id]],
    ])) as [[Record<string, unknown>]];
    expect(row.secret_hash).toBe(hashOf(clientSecret));
    expect(JSON.stringify(row)).not.toContain(clientSecret);
    expect(JSON.stringify([app, await listApps(system())])).not.toContain(hashOf(clientSecret));
  });

  it.each([
    'https://a.example',
    'https://a.example/callback?tenant=1',
    'http://localhost:5000/callback',
    'http://127.0.0.1/callback',
    'http://[::1]:8080/',
  ])('takes the redirect URI %s', async (uri) => {
    expect((await register({ redirectUris: [uri] })).app.redirectUris).toEqual([uri]);
  });

  it.each([
    ['http://a.example/callback', 'It is an https URL, or an http one on'],
    ['http://localhost.evil.example/', 'It is an https URL, or an http one on'],
    ['https://a.example/#top', 'It has no fragment.'],
    ['https://a.example/#', 'It has no fragment.'],
    ['https://user@a.example/', 'It has no user name and no password.'],
    ['https://*.a.example/', 'It has no wildcard'],
    ['https://A.example/', 'Write it as https://a.example/.'],
    ['https://a.example/x/../y', 'Write it as https://a.example/y.'],
    ['https://a.example/?code=1', 'Its query has "code"'],
    ['javascript:alert(1)', 'It is an https URL, or an http one on'],
    ['myapp://callback', 'It is an https URL, or an http one on'],
    ['/callback', 'It is not an absolute URL.'],
    ['', 'It is not an absolute URL.'],
  ])('refuses the redirect URI %j', async (uri, message) => {
    expect(await refusalOf(register({ redirectUris: [uri] }))).toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining(`redirectUris.0: ${message}`),
    });
  });

  it.each<[string, Partial<AppDraft>, string]>([
    ['no redirect URI', { redirectUris: [] }, 'redirectUris: There is at least one.'],
    ['no scope', { requiredScopes: [], optionalScopes: [] }, 'declares at least one scope'],
    ['a scope twice', { optionalScopes: ['read_orders'] }, 'read_orders is declared twice'],
    [
      'an unknown scope',
      { requiredScopes: ['admin'] },
      'requiredScopes.0: "admin" is no scope. "scopes list" shows what there is.',
    ],
    ['an empty name', { name: '  ' }, 'name: It has at least one character.'],
    ['a name that turns text', { name: 'a\u202eb' }, 'name: It has only characters'],
    ['a publisher of two lines', { publisher: 'a\nb' }, 'publisher: It has only characters'],
    ['a name of two lines', { name: 'a\nb' }, 'name: It has only characters'],
    ['a logo over http', { logoUrl: 'http://a.example/x.png' }, 'logoUrl: It is an https URL.'],
    ['a script as logo', { logoUrl: 'data:image/svg+xml,x' }, 'logoUrl: It is an https URL.'],
    ['an unknown owner', { ownerStore: 'sto_nowhere' }, 'There is no store "sto_nowhere".'],
    ['a private app of nobody', { visibility: 'PRIVATE' }, 'A private app belongs to a store.'],
  ])('refuses %s', async (_, changes, message) => {
    expect(await refusalOf(register(changes))).toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining(message),
    });
  });

  it('lets a public app declare an admin-gated scope, and refuses it to a private one', async () => {
    const requiredScopes = ['read_orders', 'read_warranty_pricing'];
    expect((await register({ requiredScopes })).app.review).toBe('DRAFT');
    const own = { requiredScopes, visibility: 'PRIVATE', ownerStore: STORE.domain } as const;
    expect(await refusalOf(register(own))).toEqual({
      code: 'INVALID_INPUT',
      message:
        'AppError: A private app cannot ask for read_warranty_pricing: admin-gated scopes are for public apps that the platform approved.',
    });
    expect((await register({ ...own, requiredScopes: ['read_orders'] })).app.ownerStoreId).toBe(
      STORE.id,
    );
  });
});

describe('changing an app', () => {
  it('replaces what is given and keeps the rest', async () => {
    const { app } = await register();
    const changed = await changeApp(system(), app.clientId, { optionalScopes: [] }, NOW);
    expect(changed.scopes).toEqual([{ scope: 'read_orders', required: true }]);
    expect(changed).toMatchObject({ name: app.name, redirectUris: app.redirectUris });
  });

  it('holds a private app to the scopes that it may declare', async () => {
    const { id } = DEMO_APPS.private;
    const gated = { optionalScopes: ['read_warranty_pricing'] };
    expect(await refusalOf(changeApp(system(), id, gated, NOW))).toMatchObject({
      code: 'INVALID_INPUT',
    });
    const unknown: object = { visibility: 'PUBLIC' };
    expect(await refusalOf(changeApp(system(), id, unknown, NOW))).toMatchObject({
      code: 'INVALID_INPUT',
    });
  });

  it('says who publishes it, and takes that away', async () => {
    const { app } = await register({ publisher: ' Parcel Press ' });
    expect(app.publisher).toBe('Parcel Press');
    const changed = await changeApp(system(), app.id, { publisher: null }, NOW);
    expect(changed.publisher).toBeNull();
  });

  it('gives a new secret in place of the old one', async () => {
    const { app, clientSecret } = await register();
    const rotated = await rotateSecret(system(), app.id, NOW);
    expect(rotated.clientSecret).not.toBe(clientSecret);
    expect(rotated.app.clientId).toBe(app.clientId);
  });
});

describe('the review of an app', () => {
  it('goes from a draft to approved, rejected and back', async () => {
    const { id } = (await register()).app;
    expect((await submitForReview(system(), id, NOW)).review).toBe('PENDING');
    expect(await rejectApp(system(), id, 'No privacy policy.', NOW)).toMatchObject({
      review: 'REJECTED',
      reviewNote: 'No privacy policy.',
    });
    expect((await submitForReview(system(), id, NOW)).reviewNote).toBeNull();
    expect((await approveApp(system(), id, NOW)).review).toBe('APPROVED');
    expect((await rejectApp(system(), id, 'Withdrawn.', NOW)).review).toBe('REJECTED');
    expect((await getApp(system(), id)).reviewNote).toBe('Withdrawn.');
  });

  it('refuses what does not follow from where the app stands', async () => {
    const { id, name } = (await register()).app;
    const refused = (message: string) => ({
      code: 'INVALID_INPUT',
      message: `AppError: ${message}`,
    });
    const approve = () => approveApp(system(), id, NOW);
    const submit = () => submitForReview(system(), id, NOW);
    const reject = () => rejectApp(system(), id, '', NOW);
    const suspend = () => suspendApp(system(), id, '', NOW);
    const lift = refused(`${name} is SUSPENDED. Approve it to lift the suspension.`);
    expect(await refusalOf(reject())).toEqual(
      refused(`${name} is DRAFT. Put it up for review first.`),
    );
    await submit();
    expect(await refusalOf(submit())).toEqual(
      refused(`${name} is PENDING. Approve it or reject it.`),
    );
    await approve();
    expect(await refusalOf(approve())).toEqual(refused(`${name} is APPROVED already.`));
    expect(await refusalOf(submit())).toEqual(
      refused(`${name} is APPROVED. It needs no review any more.`),
    );
    await reject();
    expect(await refusalOf(reject())).toEqual(refused(`${name} is REJECTED already.`));
    await suspend();
    expect(await refusalOf(suspend())).toEqual(refused(`${name} is SUSPENDED already.`));
    expect(await refusalOf(submit())).toEqual(lift);
    expect(await refusalOf(reject())).toEqual(lift);
  });

  it('is written down, step by step, without what was said of the app', async () => {
    const { id } = (await register()).app;
    await changeApp(system(), id, { name: 'Parcel Bard', logoUrl: null }, NOW);
    await submitForReview(system(), id, NOW);
    await rejectApp(system(), id, 'Ask Robin.', NOW);
    await refusalOf(rejectApp(system(), id, '', NOW));
    await approveApp(system(), id, NOW);
    await suspendApp(system(), id, 'Leaks.', NOW);
    await rotateSecret(system(), id, NOW);
    const [rows = []] = await opened.asRole(SYSTEM_ROLE, [
      ['select * from platform.audit_log where app_id = $1 order by sequence', [id]],
    ]);
    expect(rows.map(({ action, details }) => [action, details])).toEqual([
      ['app.register', ['read_orders', 'read_customers']],
      ['app.change', ['logoUrl', 'name']],
      ['app.review', []],
      ['app.reject', []],
      ['app.approve', []],
      ['app.suspend', []],
      ['app.rotate_secret', []],
    ]);
    expect(rows.every(({ actor }) => actor === 'platform')).toBe(true);
    const change = (text: string) => opened.asRole(SYSTEM_ROLE, [[text]]);
    await expect(change('delete from platform.audit_log')).rejects.toMatchObject({ code: '42501' });
    await expect(change("update platform.audit_log set actor = ''")).rejects.toMatchObject({
      code: '42501',
    });
  });

  it('leaves a private app alone, but for its suspension', async () => {
    const { app } = await register({ visibility: 'PRIVATE', ownerStore: STORE.id });
    const message = `AppError: ${app.name} is private and needs no review: its own store can install it as it is.`;
    for (const act of [submitForReview, approveApp]) {
      expect(await refusalOf(act(system(), app.id, NOW))).toEqual({
        code: 'INVALID_INPUT',
        message,
      });
    }
    expect((await suspendApp(system(), app.id, 'Leaks.', NOW)).review).toBe('SUSPENDED');
    expect((await approveApp(system(), app.id, NOW)).review).toBe('DRAFT');
  });

  it('says when there is no such app', async () => {
    const missing = { code: 'NOT_FOUND', message: 'AppError: There is no app "app_nowhere".' };
    expect(await refusalOf(getApp(system(), 'app_nowhere'))).toEqual(missing);
    expect(await refusalOf(approveApp(system(), 'app_nowhere', NOW))).toEqual(missing);
  });
});
