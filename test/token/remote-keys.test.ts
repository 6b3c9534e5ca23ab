import type { FetchImplementation, JWK } from 'jose';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createIssuer } from '../../src/token/configured-issuer.ts';
import { parseIssuers } from '../../src/token/issuer-settings.ts';
import {
  FETCH_COOLDOWN_MS,
  FETCH_FAILURE_PAUSE_MS,
  FETCH_MAX_AGE_MS,
} from '../../src/token/remote-keys.ts';
import { createTokenVerifier } from '../../src/token/verifier.ts';
import { expectRefused } from './refused.ts';
import {
  AUDIENCE,
  createDirectory,
  createKit,
  keyFor,
  MAIN,
  publicJwk,
  STORE_CLAIM,
} from './token-kit.ts';

// jose asks the global Date how old its keys are.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-11-21T12:00:00Z') });
});
afterEach(() => {
  vi.useRealTimers();
});

const pass = (milliseconds: number) => vi.setSystemTime(Date.now() + milliseconds);

const URL_OF_KEYS = 'https://idp.example/jwks.json';
const kit = createKit();
const next = keyFor('ES256');
const OLD = publicJwk(kit.ec, { kid: 'ec', alg: 'ES256' });
const NEW = publicJwk(next, { kid: 'next', alg: 'ES256' });
const newToken = () => kit.mint({ key: next, header: { kid: 'next' } });

function setUp(keys: readonly JWK[]) {
  const answer = { status: 200, body: JSON.stringify({ keys }) };
  const fetch = vi.fn<FetchImplementation>(
    async () => new Response(answer.body, { status: answer.status }),
  );
  const entry = { issuer: MAIN, audience: AUDIENCE, jwks: URL_OF_KEYS, storeClaim: STORE_CLAIM };
  const issuers = parseIssuers(JSON.stringify([entry])).settings.map((settings) =>
    createIssuer(settings, { fetch }),
  );
  const { verify } = createTokenVerifier({
    issuers,
    resolveStore: async (id) => ({ id, name: id, domain: id }),
    directory: createDirectory(),
  });
  const publish = (...published: JWK[]) => {
    answer.body = JSON.stringify({ keys: published });
  };
  return { answer, fetch, issuers, publish, verify };
}

describe('keys by https', () => {
  it('are fetched once, from the configured address, for many tokens', async () => {
    const { fetch, verify } = setUp([OLD]);
    await Promise.all(['a', 'b', 'c'].map((jti) => verify(kit.mint({ claims: { jti } }))));
    await verify(kit.mint());
    expect(fetch).toHaveBeenCalledTimes(1);
    expect(fetch.mock.calls[0]?.[0]).toBe(URL_OF_KEYS);
    expect(fetch.mock.calls[0]?.[1].redirect).toBe('manual');
  });

  it('are fetched again for an unknown key, but not before the cooldown is over', async () => {
    const { fetch, publish, verify } = setUp([OLD]);
    await verify(kit.mint());
    publish(OLD, NEW);
    pass(FETCH_COOLDOWN_MS - 1);
    await expectRefused(verify(newToken()), 'INVALID_TOKEN', /no key of the issuer fits/);
    expect(fetch).toHaveBeenCalledTimes(1);
    pass(1);
    await expect(verify(newToken())).resolves.toBeDefined();
    expect(fetch).toHaveBeenCalledTimes(2);
  });

  it('that were withdrawn refuse the tokens verified with them, once that is known', async () => {
    const { publish, verify } = setUp([OLD]);
    const token = kit.mint();
    await verify(token);
    publish(NEW);
    pass(FETCH_COOLDOWN_MS);
    await expect(verify(token)).resolves.toBeDefined();
    await verify(newToken());
    await expectRefused(verify(token), 'INVALID_TOKEN', /no key of the issuer fits/);
  });

  it('that were withdrawn are unknown no later than their greatest age', async () => {
    const { publish, verify } = setUp([OLD]);
    await verify(kit.mint());
    publish(NEW);
    pass(FETCH_MAX_AGE_MS);
    await expectRefused(verify(kit.mint()), 'INVALID_TOKEN', /no key of the issuer fits/);
  });

  it('that come in another order have not changed', async () => {
    const { issuers, publish, verify } = setUp([OLD, NEW]);
    await verify(kit.mint());
    publish(NEW, OLD);
    pass(FETCH_MAX_AGE_MS);
    await verify(kit.mint());
    expect(issuers[0]?.keys.generation()).toBe(0);
  });

  it.each([
    ['away', () => Promise.reject(new TypeError('fetch failed'))],
    ['too slow', () => Promise.reject(new DOMException('late', 'TimeoutError'))],
    ['in trouble', async () => new Response('no', { status: 500 })],
    ['redirecting', async () => Response.redirect('https://attacker.example/jwks', 302)],
    ['talking HTML', async () => new Response('<html>', { status: 200 })],
    ['answering something else', async () => Response.json({ error: 'x' })],
  ])('of an issuer that is %s make tokens unavailable, not invalid', async (_, implementation) => {
    const { fetch, verify } = setUp([OLD]);
    fetch.mockImplementation(implementation);
    await expectRefused(verify(kit.mint()), 'UNAVAILABLE', /keys cannot be had/);
  });

  it('of an issuer that is away are not asked for by every request', async () => {
    const { answer, fetch, verify } = setUp([OLD]);
    answer.status = 503;
    for (const jti of ['a', 'b', 'c', 'd', 'e']) {
      const token = kit.mint({ claims: { jti } });
      await expectRefused(verify(token), 'UNAVAILABLE', /keys cannot be had/);
      pass(FETCH_FAILURE_PAUSE_MS / 5);
    }
    expect(fetch).toHaveBeenCalledTimes(1);
    answer.status = 200;
    await expect(verify(kit.mint())).resolves.toBeDefined();
  });

  it('keep working while they are fresh, whatever happens to the issuer', async () => {
    const { answer, verify } = setUp([OLD]);
    await verify(kit.mint());
    answer.status = 503;
    pass(FETCH_COOLDOWN_MS);
    await expectRefused(verify(newToken()), 'UNAVAILABLE', /keys cannot be had/);
    await expect(verify(kit.mint({ claims: { jti: 'other' } }))).resolves.toBeDefined();
    pass(FETCH_MAX_AGE_MS);
    await expectRefused(verify(kit.mint()), 'UNAVAILABLE', /keys cannot be had/);
  });

  it('are no reason not to start', async () => {
    const { fetch, issuers } = setUp([OLD]);
    expect(await issuers[0]?.keys.check()).toEqual([]);
    expect(fetch).not.toHaveBeenCalled();
  });
});
