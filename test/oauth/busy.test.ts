import { verify } from '@node-rs/argon2';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { DEMO_MERCHANTS, DEMO_PASSWORD } from '../../src/data/seed/demo-merchants.ts';
import { SYSTEM_ROLE } from '../../src/data/tables/columns.ts';
import { createGate } from '../../src/oauth/gate.ts';
import { hashOf } from '../../src/token/stored-hash.ts';
import { Browser, type Seen } from './browser.ts';
import { type OAuthServer, startOAuthServer } from './kit.ts';

vi.mock(import('@node-rs/argon2'), async (original) => {
  const real = await original();
  return { ...real, verify: vi.fn(real.verify) };
});

/** Work that goes on until it is told to end. */
function endless<T>(result: T) {
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const work = vi.fn(async () => {
    await ended;
    return result;
  });
  return { work, end };
}

describe('a gate', () => {
  it('lets so many work and so many wait, in their order, and nobody else', async () => {
    const gate = createGate({ working: 1, waiting: 2 });
    const [first, second, third] = [endless('one'), endless('two'), endless('three')];
    const answers = [first, second, third].map(({ work }) => gate.pass(work));
    const fourth = vi.fn(async () => 'four');
    expect(await gate.pass(fourth)).toBeNull();
    expect(fourth).not.toHaveBeenCalled();
    expect([first.work, second.work].map(({ mock }) => mock.calls.length)).toEqual([1, 0]);
    third.end();
    first.end();
    expect(await answers[0]).toBe('one');
    expect([second.work, third.work].map(({ mock }) => mock.calls.length)).toEqual([1, 0]);
    second.end();
    expect(await Promise.all(answers)).toEqual(['one', 'two', 'three']);
    expect(await gate.pass(fourth)).toBe('four');
  });

  it('lets the next one through when the work fails', async () => {
    const gate = createGate({ working: 1, waiting: 0 });
    await expect(gate.pass(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await gate.pass(async () => 'yes')).toBe('yes');
  });
});

describe('while more people sign in than passwords can be checked', () => {
  let server: OAuthServer;

  beforeAll(async () => {
    server = await startOAuthServer({ proxies: 1 });
  });
  afterAll(() => server.close());

  const signIn = async (address: string, email: string) => {
    const browser = new Browser({ 'x-forwarded-for': address });
    return browser.submit(await browser.get(`${server.url}/merchant/apps`), [
      ['email', email],
      ['password', DEMO_PASSWORD],
    ]);
  };

  const emailOf = (index: number) => `nobody-${index}@merchant.example`;

  const points = async (name: string) => {
    const [[row]] = (await server.asRole(SYSTEM_ROLE, [
      [
        "select (payload ->> 'points')::int as n from platform.oauth_records where kind = 'Attempts' and hash = $1",
        [hashOf(name)],
      ],
    ])) as [[{ n: number } | undefined]];
    return row?.n ?? 0;
  };

  it('two are checked, some wait, and the others are told to come back', async () => {
    const checking = endless(false);
    const checks = vi.mocked(verify);
    const { length: before } = checks.mock.calls;
    checks.mockImplementation(checking.work);
    const refused: { readonly index: number; readonly page: Seen }[] = [];
    const many = Array.from({ length: 36 }, async (_, index) => {
      const page = await signIn(`203.0.113.${index}`, emailOf(index));
      if (page.status === 503) refused.push({ index, page });
      return page.status;
    });
    await expect.poll(() => refused.length, { timeout: 30_000 }).toBe(2);
    expect(checks.mock.calls.length).toBe(before + 2);
    for (const { index, page } of refused) {
      expect(page.headers.get('retry-after')).toBe('1');
      expect(page.html).toContain('Many people are signing in just now.');
      // It was no try.
      const address = `203.0.113.${index}`;
      expect(await points(`address ${address}`)).toBe(0);
      expect(await points(`pair ${hashOf(emailOf(index))} ${address}`)).toBe(0);
    }
    checks.mockReset();
    checking.end();
    const counts = [401, 503].map(async (status) => {
      const statuses = await Promise.all(many);
      return statuses.filter((one) => one === status).length;
    });
    expect(await Promise.all(counts)).toEqual([34, 2]);
  }, 60_000);

  it('and afterwards everybody signs in', async () => {
    expect((await signIn('198.51.100.8', DEMO_MERCHANTS.owner.email)).status).toBe(303);
  });
});
