import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { INVALID_TOKEN_MESSAGE } from '../../src/token/refusal.ts';
import { createTokenVerifier } from '../../src/token/verifier.ts';
import { BAD_TOKENS } from './bad-tokens.ts';
import { createDirectory, createKit } from './token-kit.ts';

const NOW = new Date('2026-11-21T12:00:00Z');

const clock = () => NOW;
const kit = createKit({ clock });
const stores = [kit.store, kit.otherStore];
const verifier = createTokenVerifier({
  issuers: kit.issuers,
  directory: createDirectory(),
  clock,
  resolveStore: async (reference) =>
    stores.includes(reference)
      ? { id: reference, name: reference, domain: `${reference}.example` }
      : null,
});

const refuse = () => {
  throw new Error('the network was used');
};
const spies = () => [
  vi.spyOn(globalThis, 'fetch').mockImplementation(refuse),
  vi.spyOn(http, 'request').mockImplementation(refuse),
  vi.spyOn(https, 'request').mockImplementation(refuse),
  vi.spyOn(net, 'connect').mockImplementation(refuse),
];

describe('bad tokens', () => {
  let network: ReturnType<typeof spies>;
  beforeEach(() => {
    network = spies();
  });
  afterEach(() => {
    for (const spy of network) expect(spy).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });

  it('are many, each with a name of its own', () => {
    expect(BAD_TOKENS.length).toBeGreaterThan(150);
    expect(new Set(BAD_TOKENS.map(({ name }) => name)).size).toBe(BAD_TOKENS.length);
  });

  it('are made from a token that is accepted when nothing is wrong with it', async () => {
    await expect(verifier.verify(kit.mint())).resolves.toMatchObject({ storeId: kit.store });
    await expect(verifier.verify(kit.mint({ alg: 'RS256' }))).resolves.toBeDefined();
  });

  it.each(BAD_TOKENS)('refuses $name', async ({ make, detail }) => {
    const token = await make(kit);
    const error = await verifier.verify(token).then(
      () => expect.fail('the token was accepted'),
      (failure: unknown) => failure,
    );
    expect(error).toBeInstanceOf(AppError);
    const { code, message, detail: reason = '' } = error as AppError;
    expect({ code, message }).toEqual({ code: 'INVALID_TOKEN', message: INVALID_TOKEN_MESSAGE });
    expect(reason).toMatch(detail);
    for (const part of token.split('.')) if (part.length > 8) expect(reason).not.toContain(part);
  });
});
