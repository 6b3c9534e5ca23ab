import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StartError } from '../errors.ts';
import { DEMO_APPS, DEMO_INSTALLATIONS, type DemoAccessToken } from './seed/demo-apps.ts';

/** The demo installations that have an opaque access token from the start. */
export const DEMO_TOKEN_INSTALLATIONS = [
  'cdp',
  'cdpWithoutCustomers',
  'pricer',
  'private',
] as const satisfies readonly (keyof typeof DEMO_INSTALLATIONS)[];

export type DemoTokenInstallation = (typeof DEMO_TOKEN_INSTALLATIONS)[number];

const YEAR_MS = 365 * 24 * 60 * 60 * 1000;

/** New tokens, each with what the merchant granted its installation, good for a year. */
export function makeDemoTokens(now: Date): DemoAccessToken[] {
  return DEMO_TOKEN_INSTALLATIONS.map((installation) => {
    const { app, refused } = DEMO_INSTALLATIONS[installation];
    const { required, optional } = DEMO_APPS[app];
    const refusals: readonly string[] = refused;
    const granted = [...required, ...optional].filter((scope) => !refusals.includes(scope));
    return {
      token: `op_at_${randomBytes(20).toString('hex')}`,
      installation,
      scope: granted.join(' '),
      expiresAt: new Date(now.getTime() + YEAR_MS),
      revokedAt: null,
    };
  });
}

/** New client secrets, one for each demo app. */
export function makeDemoSecrets(): Record<keyof typeof DEMO_APPS, string> {
  const names = Object.keys(DEMO_APPS) as (keyof typeof DEMO_APPS)[];
  const pairs = names.map((name) => [name, `op_secret_${randomBytes(32).toString('hex')}`]);
  return Object.fromEntries(pairs) as Record<keyof typeof DEMO_APPS, string>;
}

const fileOf = (directory: string) => join(directory, 'demo-tokens.json');

const secretsFileOf = (directory: string) => join(directory, 'demo-secrets.json');

/** Keeps the plain secrets for whoever tries the demo apps out; the database has only their hashes. */
export async function writeDemoSecrets(
  directory: string,
  secrets: Readonly<Record<keyof typeof DEMO_APPS, string>>,
): Promise<void> {
  await writeFile(secretsFileOf(directory), JSON.stringify(secrets, null, 2), { mode: 0o600 });
}

/** The client secret of a demo app as it was made; null where this folder has none. */
export async function readDemoSecret(
  directory: string,
  app: keyof typeof DEMO_APPS,
): Promise<string | null> {
  const plain = await readFile(secretsFileOf(directory), 'utf8').catch(() => null);
  const secret: unknown = plain === null ? null : JSON.parse(plain)[app];
  return typeof secret === 'string' ? secret : null;
}

/** Keeps the plain tokens for the command line; the database has only their hashes. */
export async function writeDemoTokens(
  directory: string,
  tokens: readonly DemoAccessToken[],
): Promise<void> {
  const plain = Object.fromEntries(tokens.map(({ installation, token }) => [installation, token]));
  await writeFile(fileOf(directory), JSON.stringify(plain, null, 2), { mode: 0o600 });
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
  const plain = await readFile(fileOf(directory), 'utf8').catch(() => null);
  const token: unknown = plain === null ? null : JSON.parse(plain)[installation];
  if (typeof token === 'string') return token;
  throw new StartError([
    `There are no demo apps in "${directory}" yet; start the gateway once first, with the same data folder.`,
  ]);
}
