import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { safeAddress, safeAppAddress } from '../../src/oauth/pages/addresses.ts';
import { chooseStorePage } from '../../src/oauth/pages/choose-store.tsx';
import { consentPage } from '../../src/oauth/pages/consent.tsx';
import { ago, wait } from '../../src/oauth/pages/dates.ts';
import { errorPage } from '../../src/oauth/pages/error.tsx';
import type { AskingFacts, Page } from '../../src/oauth/pages/facts.ts';
import { installedAppsPage } from '../../src/oauth/pages/installed-apps.tsx';
import { monogram, plainName } from '../../src/oauth/pages/names.ts';
import { openAppPage } from '../../src/oauth/pages/open-app.tsx';
import { SCOPE_WORDS } from '../../src/oauth/pages/scope-words.ts';
import { signInPage } from '../../src/oauth/pages/sign-in.tsx';
import { SCOPES } from '../../src/scopes/catalogue.ts';
import {
  all,
  around,
  attribute,
  type Element,
  inside,
  one,
  type Read,
  read,
  textOf,
} from './html.ts';
import {
  APP,
  ASKING,
  asked,
  CONSENT,
  CONSENT_AGAIN,
  FORM,
  HOSTILE_APP,
  INSTALLED_APPS,
  NOW,
  OTHER_STORES,
  PAGES,
  PERSON,
  STORE,
} from './page-samples.ts';

const names = Object.keys(PAGES);

function pageOf(name: string): Page {
  const make = PAGES[name];
  if (make === undefined) throw new Error(`${name} is no page`);
  return make();
}

const readPage = (name: string) => read(pageOf(name).html);

const policyOf = ({ headers }: Page): ReadonlyMap<string, string> =>
  new Map(
    (headers['content-security-policy'] ?? '').split('; ').map((directive) => {
      const [name = '', ...values] = directive.split(' ');
      return [name, values.join(' ')];
    }),
  );

const bodyText = (page: Read) => textOf(one(page, 'body'));
const withId = ({ elements }: Read, id: string) =>
  elements.filter((element) => attribute(element, 'id') === id);

describe.each(names)('the page %s', (name) => {
  it('is HTML without a mistake, in a language, with a title', () => {
    const page = readPage(name);
    expect(page.mistakes).toEqual([]);
    expect(attribute(one(page, 'html'), 'lang')).toBe('en');
    expect(textOf(all(page, 'title')[0] as Element)).toMatch(/^\S.* – scopegate$/);
  });

  it('has one h1, and no heading that skips a level', () => {
    const levels = all(readPage(name), 'h1', 'h2', 'h3', 'h4', 'h5', 'h6').map(({ tagName }) =>
      Number(tagName.slice(1)),
    );
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    expect(levels[0]).toBe(1);
    const skips = levels.filter((level, index) => level > (levels[index - 1] ?? 0) + 1);
    expect(skips).toEqual([]);
  });

  it('has a label for every visible input, and uses no id twice', () => {
    const page = readPage(name);
    const targets = all(page, 'label').map((label) => attribute(label, 'for'));
    const visible = all(page, 'input').filter((input) => attribute(input, 'type') !== 'hidden');
    expect(visible.filter((input) => !targets.includes(attribute(input, 'id')))).toEqual([]);
    const ids = page.elements.flatMap((element) => attribute(element, 'id') ?? []);
    expect(ids).toEqual([...new Set(ids)]);
  });

  it('refers only to what is there', () => {
    const page = readPage(name);
    const references = page.elements.flatMap((element) =>
      ['for', 'aria-describedby', 'aria-labelledby'].flatMap((key) =>
        (attribute(element, key) ?? '').split(' ').filter((id) => id !== ''),
      ),
    );
    expect(references.filter((id) => withId(page, id).length !== 1)).toEqual([]);
  });

  it('gives every form a token, and says what every button does', () => {
    const page = readPage(name);
    for (const form of all(page, 'form')) {
      expect(attribute(form, 'method')).toBe('post');
      const tokens = inside(form, 'input').filter((input) => attribute(input, 'name') === 'csrf');
      expect(tokens.map((input) => attribute(input, 'value'))).toEqual(['csrf-token']);
    }
    for (const button of all(page, 'button')) {
      expect(attribute(button, 'type')).toBe('submit');
      expect(textOf(button)).not.toBe('');
    }
  });

  it('has no script, no handler, no style but its own, and no address but safe ones', () => {
    const page = readPage(name);
    expect(all(page, 'script', 'base', 'object', 'embed', 'template')).toEqual([]);
    const attributes = page.elements.flatMap(({ attrs }) => attrs);
    expect(attributes.filter((each) => /^(on|style$|srcdoc$)/.test(each.name))).toEqual([]);
    const addresses = attributes.filter((each) =>
      ['href', 'src', 'action', 'formaction', 'srcset'].includes(each.name),
    );
    const isSafe = (value: string) =>
      /^(https:\/\/[a-z]|\/(?!\/)|data:image\/svg\+xml,)/.test(value);
    expect(addresses.filter(({ value }) => !isSafe(value))).toEqual([]);
  });

  it('has a policy that allows exactly the style that it sends', () => {
    const page = pageOf(name);
    const style = one(read(page.html), 'style').childNodes[0];
    const css = style && 'value' in style ? style.value : '';
    const hash = createHash('sha256').update(css).digest('base64');
    const policy = policyOf(page);
    expect(css).toContain('prefers-color-scheme: dark');
    expect(policy.get('style-src')).toBe(`'sha256-${hash}'`);
    expect(policy.get('default-src')).toBe("'none'");
    expect(policy.get('frame-ancestors')).toBe("'none'");
    expect(policy.get('base-uri')).toBe("'none'");
    expect(policy.has('script-src')).toBe(false);
  });

  it('is kept in no cache and shown in no frame, and tells nobody its address', () => {
    expect(pageOf(name).headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
    });
  });
});

describe('a hostile app', () => {
  const page = read(pageOf('consent-hostile').html);

  it('shows its name as text, isolated, on one line and cut', () => {
    const shown = inside(one(page, 'h1'), 'bdi').map(textOf);
    expect(shown[0]).toMatch(/^<\/title><\/style><script>alert\(1\)<\/script>"' onload=x W+…$/);
    expect([...(shown[0] ?? '')]).toHaveLength(80);
    expect(one(page, 'title').childNodes).toHaveLength(1);
  });

  it('never turns the direction of the words around it', () => {
    for (const name of names) expect(pageOf(name).html).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
  });

  it('gets no link and no picture from a script, a file or a data address', () => {
    expect(all(page, 'a', 'img')).toEqual([]);
    expect(bodyText(page)).toContain('Privacy policyNot stated');
  });

  it('is sent nowhere by a redirect URI that is no address of the web', () => {
    expect(policyOf(pageOf('consent-hostile')).get('form-action')).toBe("'self'");
    expect(bodyText(page)).not.toContain('you go on to');
  });
});

describe('an address', () => {
  it.each(['https://app.example/logo.png', 'https://xn--bcher-kva.example/'])(
    'that is https is taken: %s',
    (address) => {
      expect(safeAddress(address)?.href).toBe(address);
    },
  );

  it.each([
    null,
    '',
    'http://app.example/',
    'http://localhost/logo.png',
    'javascript:alert(1)',
    'JavaScript:alert(1)//https://app.example',
    'data:text/html,x',
    'blob:https://app.example/1',
    'file:///etc/passwd',
    '//app.example/',
    '/relative',
    'https://user@app.example/',
    'https://scopegate.example:secret@evil.example/',
  ])('that is anything else is dropped: %s', (address) => {
    expect(safeAddress(address)).toBeNull();
  });

  it('of an app may be http on a loopback host, and there alone', () => {
    expect(safeAppAddress('http://localhost:3000/callback')?.host).toBe('localhost:3000');
    expect(safeAppAddress('http://127.0.0.1:3000/callback')?.host).toBe('127.0.0.1:3000');
    expect(safeAppAddress('http://localhost.evil.example/')).toBeNull();
    expect(safeAppAddress('http://user@localhost/')).toBeNull();
    expect(safeAppAddress('myapp://callback')).toBeNull();
  });
});

describe('the policy of a page', () => {
  const policyFor = (redirectUri: string, app = APP) =>
    policyOf(consentPage({ ...CONSENT, asking: { app, redirectUri } }));

  it('lets a form end at the app that asks, and nowhere else', () => {
    expect(policyFor('https://app.example:8443/cb?x=1').get('form-action')).toBe(
      "'self' https://app.example:8443",
    );
    expect(policyOf(installedAppsPage(INSTALLED_APPS)).get('form-action')).toBe("'self'");
  });

  it('names an IPv6 host, which the grammar does not know, by its scheme', () => {
    expect(policyFor('http://[::1]:3000/cb').get('form-action')).toBe("'self' http:");
  });

  it('cannot be lengthened by an address', () => {
    const app = { ...APP, logoUrl: "https://logo.example/;script-src *;'unsafe-inline'" };
    const policy = policyFor("https://app.example/;script-src *;'unsafe-inline'", app);
    expect(policy.get('form-action')).toBe("'self' https://app.example");
    expect(policy.get('img-src')).toBe('data: https://logo.example');
    expect(policy.has('script-src')).toBe(false);
  });

  it('lets the pictures of the apps on it load, and no others', () => {
    expect(policyFor(ASKING.redirectUri).get('img-src')).toBe('data:');
    const app = { ...APP, logoUrl: 'https://cdn.example/logo.png' };
    const [img] = all(read(consentPage({ ...CONSENT, asking: { ...ASKING, app } }).html), 'img');
    expect(img && attribute(img, 'src')).toBe('https://cdn.example/logo.png');
    expect(img && attribute(img, 'alt')).toBe('');
  });

  it('has a frame only where an app is opened in one', () => {
    expect(policyOf(pageOf('open-app')).get('frame-src')).toBe('https://app.segmenta.example');
    const others = names.filter((name) => name !== 'open-app');
    expect(others.filter((name) => policyOf(pageOf(name)).has('frame-src'))).toEqual([]);
  });
});

describe('signing in', () => {
  const page = (failure: Parameters<typeof signInPage>[0]['failure'], asking: AskingFacts | null) =>
    signInPage({ form: FORM, asking, email: 'robin@x.example', failure });

  it('asks for the two things that password managers know, and keeps what was typed but the password', () => {
    const read1 = read(page({ kind: 'refused' }, null).html);
    const [email, password] = all(read1, 'input').filter(
      (input) => attribute(input, 'type') !== 'hidden',
    );
    expect(email && attribute(email, 'autocomplete')).toBe('username');
    expect(email && attribute(email, 'value')).toBe('robin@x.example');
    expect(password && attribute(password, 'autocomplete')).toBe('current-password');
    expect(password && attribute(password, 'value')).toBeUndefined();
  });

  it('says that it was refused, not which of the two is wrong', () => {
    const refused = page({ kind: 'refused' }, null);
    const found = read(refused.html);
    expect(refused.status).toBe(401);
    const [alert] = withId(found, 'failure');
    expect(alert && attribute(alert, 'role')).toBe('alert');
    expect(alert && textOf(alert)).toBe(
      'That did not work. The e-mail address or the password is not right. Check both and try again.',
    );
    for (const input of all(found, 'input')) {
      if (attribute(input, 'type') === 'hidden') continue;
      expect(attribute(input, 'aria-describedby')).toBe('failure');
      expect(attribute(input, 'aria-invalid')).toBe('true');
    }
  });

  it('says how long to wait after too many attempts', () => {
    const throttled = page({ kind: 'throttled', retryAfterSeconds: 130 }, null);
    expect(throttled.status).toBe(429);
    expect(throttled.headers['retry-after']).toBe('130');
    expect(bodyText(read(throttled.html))).toContain('wait 3 minutes and try again');
  });

  it('says that it was busy, and blames nobody', () => {
    const busy = page({ kind: 'busy' }, null);
    expect([busy.status, busy.headers['retry-after']]).toEqual([503, '1']);
    expect(bodyText(read(busy.html))).toContain('Your password was not checked.');
    expect(bodyText(read(busy.html))).not.toContain('did not work');
  });

  it('says nothing of failure before there was any', () => {
    const first = page(null, null);
    expect(first.status).toBe(200);
    expect(withId(read(first.html), 'failure')).toEqual([]);
  });

  it('can be left where an app asks, without filling it in; Enter still signs in', () => {
    const buttons = all(read(page(null, ASKING).html), 'button');
    expect(buttons.map((button) => [textOf(button), attribute(button, 'value')])).toEqual([
      ['Sign in', undefined],
      ['Cancel', 'cancel'],
    ]);
    expect(buttons[1] && attribute(buttons[1], 'formnovalidate')).toBe('');
    expect(all(read(page(null, null).html), 'button').map(textOf)).toEqual(['Sign in']);
  });
});

describe('choosing a store', () => {
  it('offers every store of the person by name and address', () => {
    const facts = { form: FORM, asking: ASKING, person: PERSON, stores: [STORE, ...OTHER_STORES] };
    const choices = all(read(chooseStorePage(facts).html), 'button').filter(
      (button) => attribute(button, 'name') === 'store',
    );
    expect(choices.map((button) => attribute(button, 'value'))).toEqual(
      facts.stores.map(({ id }) => id),
    );
    expect(textOf(choices[0] as Element)).toBe('Summit & Pine Outfitterssummitandpine.example');
  });

  it('tells a person without a store whom to ask', () => {
    const page = read(pageOf('choose-store-none').html);
    expect(bodyText(page)).toContain(
      'Your account belongs to no store yet. Ask whoever looks after',
    );
    expect(all(page, 'button').map(textOf)).toEqual(['Sign out']);
  });

  it('tells a person why none of their stores is offered, and lets them go back to the app', () => {
    const page = readPage('choose-store-none-asked');
    expect(bodyText(page)).toContain('Segmenta CDP cannot be connected to any store of yours');
    expect(all(page, 'button').map(textOf)).toEqual(['Cancel', 'Sign out']);
  });
});

describe('consent', () => {
  const page = read(consentPage(CONSENT).html);
  const again = read(consentPage(CONSENT_AGAIN).html);
  const box = (from: Read, scope: string) => withId(from, `scope-${scope}`)[0] as Element;
  const about = (from: Read, scope: string) =>
    textOf(withId(from, `scope-${scope}-about`)[0] as Element);

  it('says who asks, for which store, and where one goes on to', () => {
    expect(textOf(one(page, 'h1'))).toBe('Connect Segmenta CDP to Summit & Pine Outfitters?');
    const facts = all(page, 'dt').map((term) => textOf(term));
    expect(facts).toEqual(['Your store', 'Published by', 'Kind of app', 'Privacy policy']);
    expect(all(page, 'dd').map(textOf)).toEqual([
      'Summit & Pine Outfitters summitandpine.example',
      'Segmenta GmbH',
      'Public: reviewed and approved by us',
      'segmenta.example (new tab)',
    ]);
    expect(bodyText(page)).toContain('you go on to app.segmenta.example.');
    expect(bodyText(page)).toContain('Signed in as Robin Calder (robin@summitandpine.example)');
  });

  it('says nothing of a publisher that nobody stated', () => {
    const app = { ...APP, publisher: null };
    const found = read(consentPage({ ...CONSENT, asking: { ...ASKING, app } }).html);
    expect(bodyText(found)).not.toContain('Published by');
  });

  it.each([
    ['PUBLIC', false, 'Public: not reviewed by us yet'],
    ['PRIVATE', false, 'Private: made for your store, not reviewed by us'],
    ['PRIVATE', true, 'Private: made for your store, not reviewed by us'],
  ] as const)('says of a %s app (approved: %s): %s', (visibility, isApproved, words) => {
    const app = { ...APP, visibility, isApproved };
    const found = read(consentPage({ ...CONSENT, asking: { ...ASKING, app } }).html);
    expect(all(found, 'dd').map(textOf)).toContain(words);
  });

  it('opens the privacy policy apart, and tells it nothing', () => {
    const link = one(page, 'a');
    expect(attribute(link, 'href')).toBe('https://segmenta.example/privacy');
    expect(attribute(link, 'target')).toBe('_blank');
    expect(attribute(link, 'rel')).toBe('noopener noreferrer');
  });

  it('says every scope in words, with the sentence of the catalogue and its name, in its group', () => {
    const everything = readPage('consent-everything');
    for (const { name, description, group } of SCOPES) {
      const [label] = all(everything, 'label').filter(
        (each) => attribute(each, 'for') === `scope-${name}`,
      );
      expect(label && textOf(label)).toBe(SCOPE_WORDS[name]);
      expect(about(everything, name)).toContain(description);
      expect(about(everything, name)).toMatch(new RegExp(`${name}$`));
      expect(attribute(box(everything, name), 'aria-describedby')).toBe(`scope-${name}-about`);
      const heading = inside(around(box(everything, name), 'section') as Element, 'h3');
      expect(heading.map(textOf)).toEqual([group]);
    }
  });

  it('marks personal and financial data in words', () => {
    const everything = readPage('consent-everything');
    for (const { name, sensitivity } of SCOPES) {
      expect(about(everything, name).includes('Personal data')).toBe(sensitivity === 'pii');
      expect(about(everything, name).includes('Financial data')).toBe(sensitivity === 'financial');
    }
  });

  it('fixes what is required: ticked, not to be changed, and never sent', () => {
    for (const name of ['read_orders', 'read_all_orders', 'read_discounts', 'read_products']) {
      expect(attribute(box(page, name), 'disabled')).toBe('');
      expect(attribute(box(page, name), 'checked')).toBe('');
      expect(attribute(box(page, name), 'name')).toBeUndefined();
    }
  });

  it('leaves what is optional to be unticked', () => {
    for (const name of ['read_customers', 'manage_webhooks']) {
      expect(attribute(box(page, name), 'disabled')).toBeUndefined();
      expect(attribute(box(page, name), 'checked')).toBe('');
      expect(attribute(box(page, name), 'name')).toBe('scope');
      expect(attribute(box(page, name), 'value')).toBe(name);
    }
  });

  it('puts each kind into a fieldset of its own, and has none for a kind that is not asked', () => {
    const legends = (from: Read) => all(from, 'legend').map(textOf);
    expect(legends(page)).toEqual(['What it needs', 'What you can decide']);
    const required = consentPage({ ...CONSENT, scopes: [asked('read_orders', true)] });
    expect(legends(read(required.html))).toEqual(['What it needs']);
    const nothing = read(consentPage({ ...CONSENT, scopes: [] }).html);
    expect(legends(nothing)).toEqual([]);
    expect(bodyText(nothing)).toContain('It asks for nothing beyond being connected.');
    for (const input of all(page, 'input').filter(
      (each) => attribute(each, 'type') === 'checkbox',
    )) {
      expect(around(input, 'fieldset')).toBeDefined();
    }
  });

  it('cancels by Enter: the first button of the form is not the one that allows', () => {
    const decisions = all(page, 'button').filter(
      (button) => attribute(button, 'name') === 'decision',
    );
    expect(decisions.map((button) => attribute(button, 'value'))).toEqual(['cancel', 'allow']);
  });

  it('says nothing of last time when there was none', () => {
    expect(bodyText(page)).not.toMatch(/New|before|has been connected/);
  });

  it('marks what is new, what was declined, and what is lost, when the app was there before', () => {
    expect(bodyText(again)).toContain(
      '2 scopes are new, marked “New”. Segmenta CDP has been connected to Summit & Pine Outfitters since 2 January 2026.',
    );
    expect(bodyText(again)).toContain(
      'Until you decide, it keeps working with what you allowed before. If you cancel, that stays as it is.',
    );
    expect(about(again, 'read_analytics')).toContain('New');
    expect(about(again, 'write_customers')).toContain('New');
    expect(about(again, 'read_orders')).not.toContain('New');
    expect(about(again, 'read_customers')).toContain('You said no before');
    expect(bodyText(again)).toContain(
      'is not part of it any more. If you allow the rest, Segmenta CDP loses it:See your discounts',
    );
  });

  it('does not tick again what was declined, and ticks everything else', () => {
    expect(attribute(box(again, 'read_customers'), 'checked')).toBeUndefined();
    expect(attribute(box(again, 'write_customers'), 'checked')).toBe('');
    expect(attribute(box(again, 'manage_webhooks'), 'checked')).toBe('');
  });

  it('says so when nothing is new', () => {
    const scopes = [asked('read_orders', true, 'granted')];
    const found = read(consentPage({ ...CONSENT_AGAIN, scopes, lost: [] }).html);
    expect(bodyText(found)).toContain('Nothing here is new.');
  });
});

describe('the connected apps', () => {
  const page = read(installedAppsPage(INSTALLED_APPS).html);
  const app = (index: number) => all(page, 'article')[index] as Element;

  it('says of each when it was connected and last used', () => {
    expect(textOf(app(0))).toContain('Connected on 2 January 2026. Last used 3 hours ago.');
    expect(textOf(app(1))).toContain('Not used yet.');
    expect(textOf(app(2))).toContain('Last used on 1 November 2025.');
  });

  it('lets an optional scope be taken back, in two steps, and no required one', () => {
    const forms = inside(app(0), 'form');
    expect(forms).toHaveLength(1);
    const sent = inside(forms[0] as Element, 'input').map((input) => [
      attribute(input, 'name'),
      attribute(input, 'value'),
    ]);
    expect(sent).toEqual([
      ['csrf', 'csrf-token'],
      ['action', 'withdraw'],
      ['installation', 'ins_1'],
      ['scope', 'read_customers'],
    ]);
    expect(around(forms[0] as Element, 'details')).toBeDefined();
    expect(inside(forms[0] as Element, 'button').map(textOf)).toEqual([
      'Yes, take it back: See who your customers are',
    ]);
  });

  it('does not offer to take back what comes with another one, and says with which', () => {
    const forms = inside(app(1), 'form');
    const sent = forms.flatMap((form) => inside(form, 'input'));
    expect(sent.map((input) => attribute(input, 'value'))).toContain('manage_claims');
    expect(sent.map((input) => attribute(input, 'value'))).not.toContain('read_claims');
    expect(textOf(app(1))).toContain('Comes with “Decide claims”');
    expect(textOf(app(0))).not.toContain('Comes with');
  });

  it('marks an app that asks for more, and names what', () => {
    expect(textOf(app(1))).toContain('Asks for more Open the app to review it.');
    expect(textOf(app(1))).toContain('See reports about your store read_analytics');
    expect(textOf(app(0))).not.toContain('Asks for more');
  });

  it('opens an app only where it can be opened, and not while it is paused', () => {
    const links = (index: number) => inside(app(index), 'a').map((link) => attribute(link, 'href'));
    expect(links(0)).toEqual(['/merchant/apps/ins_1/uninstall', '/merchant/apps/ins_1/open']);
    expect(links(1)).toEqual(['/merchant/apps/ins_2/uninstall']);
    expect(links(2)).toEqual(['/merchant/apps/ins_3/uninstall']);
    expect(textOf(app(2))).toContain('Paused by us');
  });

  it('names the app in links and summaries that would sound alike', () => {
    expect(inside(app(0), 'a').map(textOf)).toEqual([
      'Disconnect Segmenta CDP',
      'Open Segmenta CDP',
    ]);
    expect(inside(app(0), 'summary').map(textOf)).toEqual([
      'What it may do (3): Segmenta CDP',
      'Take back: See who your customers are',
    ]);
  });

  it('tells what was just done as a status', () => {
    const [status] = page.elements.filter((element) => attribute(element, 'role') === 'status');
    expect(status && textOf(status)).toBe(
      'Taken back: “See who your customers are” is no longer allowed to Segmenta CDP. It takes effect within seconds.',
    );
  });

  it('says so when there is none', () => {
    expect(bodyText(readPage('installed-apps-none'))).toContain(
      'No app is connected to this store.',
    );
  });
});

describe('uninstalling', () => {
  it('asks first, and says what ends', () => {
    const page = readPage('uninstall');
    expect(textOf(one(page, 'h1'))).toBe('Disconnect Segmenta CDP?');
    expect(bodyText(page)).toContain('It can no longer see or change anything in Summit & Pine');
    const [button] = all(page, 'button').filter((each) => attribute(each, 'value') === 'uninstall');
    expect(button && attribute(button, 'name')).toBe('action');
    expect(all(page, 'a').map((link) => attribute(link, 'href'))).toEqual(['/merchant/apps']);
  });
});

describe('an open app', () => {
  const open = (frameUrl: string) =>
    openAppPage({ app: APP, store: STORE, frameUrl, backPath: '/merchant/apps' });

  it('stands in a frame that has a name and cannot take the window', () => {
    const frame = one(readPage('open-app'), 'iframe');
    expect(attribute(frame, 'title')).toBe('Segmenta CDP');
    expect(attribute(frame, 'sandbox')).not.toMatch(/top-navigation|modals/);
    expect(attribute(frame, 'referrerpolicy')).toBe('no-referrer');
  });

  it('is not framed from an address that is not of the web', () => {
    const page = open('javascript:alert(1)');
    expect(all(read(page.html), 'iframe')).toEqual([]);
    expect(policyOf(page).has('frame-src')).toBe(false);
  });
});

describe('an error', () => {
  const error = (code: string, status: number) =>
    read(errorPage({ status, error: code, description: null, requestId: 'r-1' }).html);

  it('is said in words for people, with the code and the request for those who mend it', () => {
    const page = readPage('error');
    expect(textOf(one(page, 'h1'))).toBe('This app may not send you where it wants to');
    expect(all(page, 'dd').map(textOf)).toEqual([
      'invalid_redirect_uri',
      "redirect_uri did not match any of the client's registered redirect_uris",
      '1d1e0a53-9f0c-4d59-8a3c-0a2c0f0a9f3e',
    ]);
  });

  it('that is not known is the app’s below 500 and ours from there', () => {
    expect(textOf(one(error('odd_error', 400), 'h1'))).toBe('This did not work');
    expect(textOf(one(error('odd_error', 503), 'h1'))).toBe('Something went wrong on our side');
    expect(textOf(one(error('constructor', 400), 'h1'))).toBe('This did not work');
  });

  it('keeps its status', () => {
    expect(pageOf('error').status).toBe(400);
    expect(pageOf('error-ours').status).toBe(500);
  });
});

describe('a name', () => {
  it.each([
    ['Segmenta CDP', 'Segmenta CDP', 'S'],
    ['  spread \n over\tlines ', 'spread over lines', 'S'],
    ['\u202egnp.exe', 'gnp.exe', 'G'],
    ['a\u0000b\u0007c', 'abc', 'A'],
    ['متجر الياسمين', 'متجر الياسمين', 'م'],
    ['木漏れ日書店', '木漏れ日書店', '木'],
    ['👩‍👩‍👧 Family', '👩‍👩‍👧 Family', 'F'],
    ['"quoted"', '"quoted"', 'Q'],
    ['', '(no name)', 'N'],
    ['\u200b\u200b \u2066', '(no name)', 'N'],
    ['***', '***', '·'],
  ])('%j is shown as %j, and by %j where there is no logo', (name, shown, letter) => {
    expect(plainName(name)).toBe(shown);
    expect(monogram(name)).toBe(letter);
  });

  it('keeps 80 characters, counted as people do', () => {
    const family = '👩‍👩‍👧';
    expect(plainName(family.repeat(80))).toBe(family.repeat(80));
    expect(plainName(family.repeat(81))).toBe(`${family.repeat(79)}…`);
    expect(plainName(HOSTILE_APP.name)).toHaveLength(80);
  });
});

describe('a time', () => {
  it.each([
    [0, 'within the last hour'],
    [59, 'within the last hour'],
    [60, '1 hour ago'],
    [60 * 23, '23 hours ago'],
    [60 * 24, 'yesterday'],
    [60 * 24 * 30, '30 days ago'],
    [60 * 24 * 31, 'on 17 February 2026'],
    [-5, 'within the last hour'],
  ])('%i minutes past is said: %s', (minutes, words) => {
    expect(ago(new Date(NOW.getTime() - minutes * 60_000), NOW)).toBe(words);
  });

  it.each([
    [0, '1 second'],
    [0.2, '1 second'],
    [59, '59 seconds'],
    [60, '1 minute'],
    [61, '2 minutes'],
    [3600, '1 hour'],
    [3601, '2 hours'],
  ])('to wait of %d seconds is said: %s', (seconds, words) => {
    expect(wait(seconds)).toBe(words);
  });
});
