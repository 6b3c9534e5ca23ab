import { chooseStorePage } from '../../src/oauth/pages/choose-store.tsx';
import { consentPage } from '../../src/oauth/pages/consent.tsx';
import { errorPage } from '../../src/oauth/pages/error.tsx';
import type {
  AppFacts,
  AskedScope,
  AskingFacts,
  ConsentFacts,
  FormFacts,
  GrantedScope,
  InstalledAppFacts,
  InstalledAppsFacts,
  Page,
  PersonFacts,
  StoreFacts,
} from '../../src/oauth/pages/facts.ts';
import { installedAppsPage } from '../../src/oauth/pages/installed-apps.tsx';
import { openAppPage } from '../../src/oauth/pages/open-app.tsx';
import { signInPage } from '../../src/oauth/pages/sign-in.tsx';
import { signedOutPage } from '../../src/oauth/pages/signed-out.tsx';
import { uninstallPage } from '../../src/oauth/pages/uninstall.tsx';
import { SCOPES } from '../../src/scopes/catalogue.ts';

export const NOW = new Date('2026-03-20T12:00:00Z');

export const FORM: FormFacts = { action: '/oauth/interaction/u1', csrf: 'csrf-token' };

export const APP: AppFacts = {
  name: 'Segmenta CDP',
  logoUrl: null,
  privacyPolicyUrl: 'https://segmenta.example/privacy',
  publisher: 'Segmenta GmbH',
  visibility: 'PUBLIC',
  isApproved: true,
};

/** An app that an enemy registered. */
export const HOSTILE_APP: AppFacts = {
  name: `</title></style><script>alert(1)</script>"' onload=x \u202e${'W'.repeat(300)}`,
  logoUrl: 'javascript:alert(1)',
  privacyPolicyUrl: 'data:text/html,<script>alert(1)</script>',
  publisher: '<img src=x onerror=alert(1)>\u2066\u0000',
  visibility: 'PRIVATE',
  isApproved: false,
};

export const ASKING: AskingFacts = {
  app: APP,
  redirectUri: 'https://app.segmenta.example/oauth/callback?from=scopegate',
};

export const STORE: StoreFacts = {
  id: 'sto_4h7w2m9xk0rt6bq3v8ne',
  name: 'Summit & Pine Outfitters',
  domain: 'summitandpine.example',
};

export const OTHER_STORES: readonly StoreFacts[] = [
  { id: 'sto_c81pz5jd3ysg7fa0kwmt', name: 'Maison Clairval', domain: 'maisonclairval.example' },
  { id: 'sto_k6n0r2vh9eq4xtb7sjcz', name: '木漏れ日書店', domain: 'komorebi-shoten.example' },
  { id: 'sto_0000000000000000000r', name: 'متجر الياسمين', domain: 'yasmin.example' },
];

export const PERSON: PersonFacts = { name: 'Robin Calder', email: 'robin@summitandpine.example' };

const HOSTILE_PERSON: PersonFacts = {
  name: '"><form action=//evil.example>',
  email: `${'x'.repeat(64)}@${'evil-'.repeat(30)}.example`,
};

const HOSTILE_STORE: StoreFacts = {
  id: '"><script>',
  name: "<b>Store</b>'\u202e",
  domain: '"><a href=//evil.example>',
};

export const asked = (
  name: AskedScope['name'],
  isRequired: boolean,
  lastTime: AskedScope['lastTime'] = null,
): AskedScope => ({ name, isRequired, lastTime });

export const CONSENT: ConsentFacts = {
  form: FORM,
  asking: ASKING,
  store: STORE,
  person: PERSON,
  scopes: [
    asked('read_customers', false),
    asked('read_orders', true),
    asked('read_all_orders', true),
    asked('read_discounts', true),
    asked('read_products', true),
    asked('manage_webhooks', false),
  ],
  installedAt: null,
  lost: [],
};

export const CONSENT_AGAIN: ConsentFacts = {
  ...CONSENT,
  scopes: [
    asked('read_customers', false, 'declined'),
    asked('read_orders', true, 'granted'),
    asked('read_analytics', true, 'not-asked'),
    asked('manage_webhooks', false, 'granted'),
    asked('write_customers', false, 'not-asked'),
  ],
  installedAt: new Date('2026-01-02T10:00:00Z'),
  lost: ['read_discounts'],
};

const granted = (
  name: GrantedScope['name'],
  isRequired: boolean,
  comesWith: GrantedScope['comesWith'] = null,
): GrantedScope => ({ name, isRequired, comesWith });

const INSTALLED: InstalledAppFacts = {
  installation: 'ins_1',
  app: APP,
  installedAt: new Date('2026-01-02T10:00:00Z'),
  lastUsedAt: new Date('2026-03-20T09:00:00Z'),
  scopes: [
    granted('read_orders', true),
    granted('read_products', true),
    granted('read_customers', false),
  ],
  asksFor: [],
  openPath: '/merchant/apps/ins_1/open',
  uninstallPath: '/merchant/apps/ins_1/uninstall',
  isSuspended: false,
};

export const INSTALLED_APPS: InstalledAppsFacts = {
  form: { action: '/merchant/apps', csrf: 'csrf-token' },
  person: PERSON,
  store: STORE,
  otherStores: OTHER_STORES,
  apps: [
    INSTALLED,
    {
      ...INSTALLED,
      installation: 'ins_2',
      app: { ...APP, name: 'Premium Pricer' },
      lastUsedAt: null,
      scopes: [
        granted('read_store', true),
        granted('manage_claims', false),
        granted('read_claims', false, 'manage_claims'),
      ],
      asksFor: ['read_analytics', 'read_store_credit_settings'],
      openPath: null,
      uninstallPath: '/merchant/apps/ins_2/uninstall',
    },
    {
      ...INSTALLED,
      installation: 'ins_3',
      app: { ...APP, name: 'Parcel Watcher' },
      lastUsedAt: new Date('2025-11-01T09:00:00Z'),
      isSuspended: true,
      uninstallPath: '/merchant/apps/ins_3/uninstall',
    },
  ],
  done: { kind: 'withdrawn', appName: 'Segmenta CDP', scope: 'read_customers' },
  now: NOW,
};

/** One of every page, in every state that looks different. */
export const PAGES: Readonly<Record<string, () => Page>> = {
  'sign-in': () => signInPage({ form: FORM, asking: ASKING, email: '', failure: null }),
  'sign-in-refused': () =>
    signInPage({
      form: FORM,
      asking: null,
      email: 'robin@summitandpine.example',
      failure: { kind: 'refused' },
    }),
  'sign-in-throttled': () =>
    signInPage({
      form: FORM,
      asking: ASKING,
      email: 'robin@summitandpine.example',
      failure: { kind: 'throttled', retryAfterSeconds: 130 },
    }),
  'sign-in-busy': () =>
    signInPage({ form: FORM, asking: null, email: '', failure: { kind: 'busy' } }),
  'sign-in-expired': () =>
    signInPage({ form: FORM, asking: null, email: '', failure: { kind: 'expired' } }),
  'choose-store': () =>
    chooseStorePage({
      form: FORM,
      asking: ASKING,
      person: PERSON,
      stores: [STORE, ...OTHER_STORES],
    }),
  'choose-store-none': () =>
    chooseStorePage({ form: FORM, asking: null, person: PERSON, stores: [] }),
  'choose-store-none-asked': () =>
    chooseStorePage({ form: FORM, asking: ASKING, person: PERSON, stores: [] }),
  consent: () => consentPage(CONSENT),
  'consent-again': () => consentPage(CONSENT_AGAIN),
  'consent-everything': () =>
    consentPage({
      ...CONSENT,
      asking: { ...ASKING, app: { ...APP, visibility: 'PRIVATE', publisher: null } },
      scopes: SCOPES.map(({ name }, index) => asked(name, index % 3 === 0)),
    }),
  'consent-hostile': () =>
    consentPage({
      ...CONSENT,
      asking: { app: HOSTILE_APP, redirectUri: 'javascript:alert(1)' },
      store: HOSTILE_STORE,
      person: HOSTILE_PERSON,
    }),
  'installed-apps': () => installedAppsPage(INSTALLED_APPS),
  'installed-apps-none': () =>
    installedAppsPage({ ...INSTALLED_APPS, otherStores: [], apps: [], done: null }),
  'installed-apps-hostile': () =>
    installedAppsPage({
      ...INSTALLED_APPS,
      store: HOSTILE_STORE,
      person: HOSTILE_PERSON,
      otherStores: [HOSTILE_STORE],
      apps: [{ ...INSTALLED, app: HOSTILE_APP }],
      done: { kind: 'uninstalled', appName: HOSTILE_APP.name },
    }),
  uninstall: () =>
    uninstallPage({
      form: FORM,
      person: PERSON,
      store: STORE,
      installed: INSTALLED,
      backPath: '/merchant/apps',
    }),
  'open-app': () =>
    openAppPage({
      app: APP,
      store: STORE,
      frameUrl: 'https://app.segmenta.example/embedded?session_token=abc',
      backPath: '/merchant/apps',
    }),
  error: () =>
    errorPage({
      status: 400,
      error: 'invalid_redirect_uri',
      description: "redirect_uri did not match any of the client's registered redirect_uris",
      requestId: '1d1e0a53-9f0c-4d59-8a3c-0a2c0f0a9f3e',
    }),
  'error-hostile': () =>
    errorPage({
      status: 400,
      error: '<script>alert(1)</script>',
      description: '<img src=x onerror=alert(1)>',
      requestId: null,
    }),
  'error-ours': () =>
    errorPage({ status: 500, error: 'server_error', description: null, requestId: 'r-1' }),
  'signed-out': () => signedOutPage({ signInPath: '/merchant/apps' }),
};
