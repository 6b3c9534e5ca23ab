import {
  type Browser,
  type BrowserContext,
  chromium,
  type LaunchOptions,
  type Page,
} from 'playwright-core';
import { inject } from 'vitest';

/** How Chromium is started: it asks nobody for anything. */
export const CHROMIUM: LaunchOptions = {
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
    '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
  ],
};

/** One visit of a browser with a fresh profile, and everything it did that somebody could object to. */
export interface Visit {
  readonly page: Page;
  readonly context: BrowserContext;
  /** The origin of every request but those the page's policy refused. */
  readonly origins: ReadonlySet<string>;
  /** The origin of every request the page's policy refused, which never left the browser. */
  readonly refused: ReadonlySet<string>;
  /** The Authorization header of each POST, `undefined` where it had none. */
  readonly authorizations: readonly (string | undefined)[];
  /** Errors, warnings and policy violations, in the browser's words. */
  readonly problems: readonly string[];
  readonly close: () => Promise<void>;
}

export interface VisitOptions {
  /** An empty folder for the profile, of a browser of its own. (Default: a fresh one, kept in memory) */
  readonly profile?: string;
  readonly width?: number;
  readonly theme?: 'light' | 'dark';
  /** Whether pages may run scripts. (Default: they may) */
  readonly scripts?: boolean;
}

let browser: Promise<Browser> | undefined;

const shared = () => {
  browser ??= chromium.connect(inject('browserAddress'));
  return browser;
};

/** Opens `url` in Chromium; whatever does not go to its origin is refused by the browser. */
export async function visit(url: string, options: VisitOptions = {}): Promise<Visit> {
  const settings = {
    viewport: { width: options.width ?? 1280, height: 800 },
    colorScheme: options.theme ?? 'light',
    javaScriptEnabled: options.scripts ?? true,
  };
  const context =
    options.profile === undefined
      ? await (await shared()).newContext(settings)
      : await chromium.launchPersistentContext(options.profile, { ...CHROMIUM, ...settings });
  const page = context.pages()[0] ?? (await context.newPage());
  const origins = new Set<string>();
  const refused = new Set<string>();
  const authorizations: (string | undefined)[] = [];
  const problems: string[] = [];

  context.on('request', (request) => {
    if (!request.url().startsWith('data:')) origins.add(new URL(request.url()).origin);
    if (request.method() === 'POST') authorizations.push(request.headers().authorization);
  });
  context.on('requestfailed', (request) => {
    if (request.failure()?.errorText !== 'csp') return;
    const { origin } = new URL(request.url());
    refused.add(origin);
    origins.delete(origin);
  });
  page.on('websocket', (socket) => origins.add(new URL(socket.url()).origin));
  page.on('pageerror', (error) => problems.push(`${error}`));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) problems.push(message.text());
  });
  await page.addInitScript(
    `addEventListener('securitypolicyviolation', (event) =>
       console.error('violated', event.effectiveDirective, event.blockedURI, event.sample));`,
  );
  await page.goto(url);
  return {
    page,
    context,
    origins,
    refused,
    authorizations,
    problems,
    close: () => context.close(),
  };
}
