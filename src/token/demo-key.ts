import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';
import * as z from 'zod';
import { StartError } from '../errors.ts';

/** The name of the demo issuer's key file in the data folder. */
export const DEMO_KEY_FILE = 'demo-key.json';

/** The demo issuer's ES256 key. */
export interface DemoKey {
  readonly kid: string;
  readonly privateKey: Awaited<ReturnType<typeof importJWK>>;
  /** Without the private member. */
  readonly publicJwk: JWK;
}

const privateJwk = z.object({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: z.string(),
  y: z.string(),
  d: z.string(),
});

/**
 * The demo key of a data folder; null when none was made yet.
 *
 * @throws StartError when the file is there but is not such a key.
 */
export async function readDemoKey(dataDir: string): Promise<DemoKey | null> {
  const path = join(dataDir, DEMO_KEY_FILE);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw new StartError([`The demo key "${path}" cannot be read: ${String(error)}.`]);
  }
  try {
    const { d, ...shared } = privateJwk.parse(JSON.parse(text));
    const kid = await calculateJwkThumbprint(shared);
    const privateKey = await importJWK({ ...shared, d }, 'ES256');
    return { kid, privateKey, publicJwk: { ...shared, kid, alg: 'ES256', use: 'sig' } };
  } catch {
    throw new StartError([
      `"${path}" is not a private P-256 key; delete it, and the next start makes a new one.`,
    ]);
  }
}

/**
 * The demo key of a data folder, made when there is none. Of several processes that start at once
 * one makes it and all use it; the file is for its owner's eyes only (mode 0600).
 */
export async function openDemoKey(dataDir: string): Promise<DemoKey> {
  const existing = await readDemoKey(dataDir);
  if (existing !== null) return existing;
  await mkdir(dataDir, { recursive: true });
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  await publish(join(dataDir, DEMO_KEY_FILE), JSON.stringify(await exportJWK(privateKey)));
  const made = await readDemoKey(dataDir);
  if (made === null)
    throw new StartError([`The demo key in "${dataDir}" vanished while starting.`]);
  return made;
}

/** Puts a complete file into place, unless one is there: `link` refuses where `rename` would replace. */
async function publish(path: string, content: string): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  try {
    const file = await open(draft, 'wx', 0o600);
    await file.writeFile(content);
    await file.sync();
    await file.close();
    await link(draft, path);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
