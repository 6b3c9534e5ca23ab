import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StartError } from '../errors.ts';
import { DEMO_APPS, DEMO_INSTALLATIONS, type DemoAccessToken } from './seed/demo-apps.ts';
import { DAY } from './seed/durations.ts';

/** The demo installations that have an opaque access token from the start. */
export const DEMO_TOKEN_INSTALLATIONS = [
  'cdp',
  'cdpWithoutCustomers',
  'pricer',
  'private',
] as const satisfies readonly (keyof typeof DEMO_INSTALLATIONS)[];

export type DemoTokenInstallation = (typeof DEMO_TOKEN_INSTALLATIONS)[number];

/** What the demo apps show: the database has only the hashes of it. */
export interface DemoCredentials {
  readonly tokens: readonly DemoAccessToken[];
  /** The client secret of each app. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** New credentials of all demo apps. */
export const makeDemoCredentials = (now: Date): DemoCredentials => ({
  tokens: makeTokens(now),
  secrets: Object.fromEntries(
    Object.keys(DEMO_APPS).map((app) => [app, `op_secret_${randomBytes(32).toString('hex')}`]),
  ),
});

/** A token for each installation, with what the merchant granted it, good for a year. */
function makeTokens(now: Date): DemoAccessToken[] {
  return DEMO_TOKEN_INSTALLATIONS.map((installation) => {
    const { app, refused } = DEMO_INSTALLATIONS[installation];
    const { required, optional } = DEMO_APPS[app];
    const refusals: readonly string[] = refused;
    const granted = [...required, ...optional].filter((scope) => !refusals.includes(scope));
    return {
      token: `op_at_${randomBytes(20).toString('hex')}`,
      installation,
      scope: granted.join(' '),
      expiresAt: new Date(now.getTime() + 365 * DAY),
      revokedAt: null,
    };
  });
}

const TOKENS = 'demo-tokens.json';
const SECRETS = 'demo-secrets.json';

/** Keeps them in plain text in a data folder, for the command line and for whoever tries the demo apps out. */
export async function writeDemoCredentials(
  directory: string,
  { tokens, secrets }: DemoCredentials,
): Promise<void> {
  const byInstallation = tokens.map(({ installation, token }) => [installation, token]);
  await write(join(directory, TOKENS), Object.fromEntries(byInstallation));
  await write(join(directory, SECRETS), secrets);
}

/** The client secret of a demo app as it was made; null where this folder has none. */
export const readDemoSecret = (
  directory: string,
  app: keyof typeof DEMO_APPS,
): Promise<string | null> => read(join(directory, SECRETS), app);

/** Keeps no longer the client secret of the demo app with this client id, if it is one, which has another now. */
export async function forgetDemoSecret(directory: string, clientId: string): Promise<void> {
  const app = Object.entries(DEMO_APPS).find(([, one]) => one.clientId === clientId)?.[0];
  const file = join(directory, SECRETS);
  if (app === undefined || (await read(file, app)) === null) return;
  const { [app]: _, ...others } = JSON.parse(await readFile(file, 'utf8'));
  await write(file, others);
}

/**
 * The opaque token of a demo installation.
 *
 * @throws StartError when the demo data of this folder has not been made yet.
 */
export async function readDemoToken(
  directory: string,
  installation: DemoTokenInstallation,
): Promise<string> {
  const token = await read(join(directory, TOKENS), installation);
  if (token !== null) return token;
  throw new StartError([
    `There are no demo apps in "${directory}" yet; start the gateway once first, with the same data folder.`,
  ]);
}

const write = (file: string, plain: Readonly<Record<string, string>>): Promise<void> =>
  writeFile(file, JSON.stringify(plain, null, 2), { mode: 0o600 });

async function read(file: string, name: string): Promise<string | null> {
  const plain = await readFile(file, 'utf8').catch(() => null);
  const value: unknown = plain === null ? null : JSON.parse(plain)[name];
  return typeof value === 'string' ? value : null;
}
