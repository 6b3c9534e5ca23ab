import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JWK } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFileKeys, FILE_COOLDOWN_MS, FILE_LOOK_MS } from '../../src/token/file-keys.ts';
import { createTokenVerifier } from '../../src/token/verifier.ts';
import { expectRefused } from './refused.ts';
import { createDirectory, createKit, issuerOf, keyFor, publicJwk } from './token-kit.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scopegate-keys-'));
  path = join(folder, 'jwks.json');
});
afterEach(() => rm(folder, { recursive: true }));

const kit = createKit();
const next = keyFor('ES256');
const OLD = publicJwk(kit.ec, { kid: 'ec', alg: 'ES256' });
const NEW = publicJwk(next, { kid: 'next', alg: 'ES256' });

async function write(keys: readonly JWK[]): Promise<void> {
  await writeFile(`${path}.draft`, JSON.stringify({ keys }));
  await rename(`${path}.draft`, path);
}

function setUp() {
  let now = Date.now();
  const clock = () => new Date(now);
  const keys = createFileKeys(path, clock);
  const { verify } = createTokenVerifier({
    issuers: [issuerOf({ keys: [] }, { keys })],
    resolveStore: async (id) => ({ id, name: id, domain: id }),
    directory: createDirectory(),
    clock,
  });
  return {
    keys,
    verify,
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
  };
}

describe('a key file', () => {
  it('that is replaced brings its new key at once', async () => {
    await write([OLD]);
    const { verify } = setUp();
    await expect(verify(kit.mint())).resolves.toBeDefined();
    const token = kit.mint({ key: next, header: { kid: 'next' } });
    await expectRefused(verify(token), 'INVALID_TOKEN', /no key of the issuer fits/);
    await write([OLD, NEW]);
    await expect(verify(token)).resolves.toBeDefined();
    await expect(verify(kit.mint())).resolves.toBeDefined();
  });

  it('from which a key was withdrawn refuses its tokens at once, and soon those verified before', async () => {
    await write([OLD, NEW]);
    const { verify, pass } = setUp();
    const token = kit.mint();
    await verify(token);
    await write([NEW]);
    await expectRefused(verify(kit.mint()), 'INVALID_TOKEN', /no key of the issuer fits/);
    pass(FILE_LOOK_MS);
    await expectRefused(verify(token), 'INVALID_TOKEN', /no key of the issuer fits/);
  });

  it('whose key was exchanged under the same id refuses the tokens of the old one', async () => {
    await write([OLD]);
    const { verify, pass } = setUp();
    const token = kit.mint();
    await verify(token);
    await write([{ ...NEW, kid: 'ec' }]);
    pass(FILE_LOOK_MS);
    await expectRefused(verify(token), 'INVALID_TOKEN', /signature verification failed/);
  });

  it('that vanishes makes its issuer unavailable, until it is back', async () => {
    await write([OLD]);
    const { verify, pass } = setUp();
    const token = kit.mint();
    await verify(token);
    await rm(path);
    pass(FILE_LOOK_MS);
    await expectRefused(verify(token), 'UNAVAILABLE', /keys cannot be had/);
    await write([OLD]);
    await expect(verify(token)).resolves.toBeDefined();
  });

  it('that is half written makes its issuer unavailable, until it is whole', async () => {
    await writeFile(path, '{"keys":[');
    const { verify, pass } = setUp();
    await expectRefused(verify(kit.mint()), 'UNAVAILABLE', /keys cannot be had/);
    pass(FILE_COOLDOWN_MS);
    await expectRefused(verify(kit.mint()), 'UNAVAILABLE', /keys cannot be had/);
    await writeFile(path, JSON.stringify({ keys: [OLD] }));
    await expect(verify(kit.mint())).resolves.toBeDefined();
  });

  it('that did not change is not read anew for unknown keys, nor do they change its generation', async () => {
    await write([OLD]);
    const { keys, verify, pass } = setUp();
    const before = keys.generation();
    const token = kit.mint({ header: { kid: 'unknown' } });
    await expectRefused(verify(token), 'INVALID_TOKEN', /no key of the issuer fits/);
    pass(FILE_COOLDOWN_MS);
    await expectRefused(verify(token), 'INVALID_TOKEN', /no key of the issuer fits/);
    expect(keys.generation()).toBe(before);
  });

  it.each([
    ['missing', undefined, /could not be read \(ENOENT\); "jwks" must name a file/],
    ['no JSON', 'keys', /is not JSON; it must hold a JSON Web Key Set/],
    ['no key set', '[]', /is not a JSON Web Key Set/],
    ['empty', '{"keys":[]}', /at least one key/],
    ['with something else for a key', '{"keys":["x"]}', /is not a JSON Web Key Set/],
    ['with a private key', '{"keys":[{"kty":"EC","d":"x"}]}', /private or symmetric key/],
    ['with a shared secret', '{"keys":[{"kty":"oct","k":"x"}]}', /private or symmetric key/],
  ])('%s is a problem at start, and unavailable at run time', async (_, content, problem) => {
    if (content !== undefined) await writeFile(path, content);
    const { keys, verify } = setUp();
    const problems = await keys.check();
    expect(problems).toEqual([expect.stringMatching(problem)]);
    expect(problems[0]).toContain(`The key file "${path}"`);
    await expectRefused(verify(kit.mint()), 'UNAVAILABLE', /keys cannot be had/);
  });

  it('with public keys is no problem at start', async () => {
    await write([OLD]);
    expect(await setUp().keys.check()).toEqual([]);
  });
});
