import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createLocalJWKSet, errors } from 'jose';
import { asKeyError, type KeyResolver, type KeySource } from './key-source.ts';

/** How long after a reading an unknown `kid` or an unreadable file may cause the next one. */
export const FILE_COOLDOWN_MS = 10_000;

/** How long tokens that were verified before share a look at the file: the longest that a withdrawn key lives. */
export const FILE_LOOK_MS = 100;

interface Loaded {
  readonly at: number;
  /** Null when the file could not be read or understood. */
  readonly text: string | null;
  readonly resolver: Promise<KeyResolver>;
}

/**
 * Keys from a file that holds a JSON Web Key Set (RFC 7517 section 5) of public keys. The file is
 * read when first needed, again when it changed, and for an unknown `kid` after a cooldown. A file
 * that is missing or malformed makes the keys unavailable; the ones read before are not kept.
 */
export function createFileKeys(path: string, clock: () => Date): KeySource {
  let stamp: string | undefined;
  let generation = 0;
  let loaded: Loaded | undefined;
  let noticedAt = Number.NEGATIVE_INFINITY;

  // Synchronous on purpose: asking again and again, for cached tokens as well, is what makes a withdrawn key stop.
  function notice(): void {
    const current = stampOf(path);
    if (current === stamp) return;
    if (stamp !== undefined) generation += 1;
    stamp = current;
    loaded = undefined;
  }

  // A stat takes longer than all else that a cached token needs.
  function noticeNowAndThen(): void {
    const now = clock().getTime();
    if (now >= noticedAt && now - noticedAt < FILE_LOOK_MS) return;
    noticedAt = now;
    notice();
  }

  async function load(): Promise<Loaded> {
    const at = clock().getTime();
    try {
      const text = await readFile(path, 'utf8');
      return { at, text, resolver: Promise.resolve(parseKeys(text)) };
    } catch (error) {
      const resolver = Promise.reject(error);
      resolver.catch(() => {});
      return { at, text: null, resolver };
    }
  }

  const cooledDown = (since: Loaded) => clock().getTime() - since.at >= FILE_COOLDOWN_MS;

  async function reload(before: Loaded | undefined): Promise<Loaded> {
    const started = stamp;
    const next = await load();
    if (before !== undefined && before.text !== next.text) generation += 1;
    // What was read before the latest change must not outlive it.
    if (stamp === started) loaded = next;
    return next;
  }

  async function resolve(...[header, token]: Parameters<KeySource['resolve']>) {
    notice();
    let keys = loaded ?? (await reload(undefined));
    if (keys.text === null && cooledDown(keys)) keys = await reload(keys);
    try {
      return await (await keys.resolver)(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || !cooledDown(keys)) throw error;
      return await (await (await reload(keys)).resolver)(header, token);
    }
  }

  return {
    resolve: (header, token) =>
      resolve(header, token).catch((error: unknown) => {
        throw asKeyError(error);
      }),
    generation: () => {
      noticeNowAndThen();
      return generation;
    },
    check: async () => {
      const { resolver } = await load();
      return resolver.then(
        () => [],
        (error: unknown) => [`The key file "${path}" ${reasonOf(error)}.`],
      );
    },
  };
}

/** What tells one state of the file from the next; `ctime` cannot be set back, unlike `mtime`. */
function stampOf(path: string): string {
  try {
    const { ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
    return `${ino} ${size} ${mtimeNs} ${ctimeNs}`;
  } catch {
    return 'none';
  }
}

class KeyFileError extends Error {}

function parseKeys(text: string): KeyResolver {
  let jwks: unknown;
  try {
    jwks = JSON.parse(text);
  } catch (cause) {
    throw new KeyFileError('is not JSON; it must hold a JSON Web Key Set', { cause });
  }
  const keys = isRecord(jwks) ? jwks.keys : undefined;
  if (!Array.isArray(keys) || keys.length === 0 || !keys.every(isRecord)) {
    throw new KeyFileError(
      'is not a JSON Web Key Set; it needs a list "keys" with at least one key',
    );
  }
  if (keys.some((key) => ['d', 'k', 'priv'].some((member) => Object.hasOwn(key, member)))) {
    throw new KeyFileError('has a private or symmetric key; it may hold public keys only');
  }
  return createLocalJWKSet({ keys });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function reasonOf(error: unknown): string {
  if (error instanceof KeyFileError) return error.message;
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
  return `could not be read (${code}); "jwks" must name a file that this process may read`;
}
