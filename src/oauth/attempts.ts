import { isIPv4, isIPv6 } from 'node:net';
import { type SQL, sql } from 'drizzle-orm';
import { LRUCache } from 'lru-cache';
import type { System } from '../data/system.ts';
import { hashOf } from '../token/stored-hash.ts';

/** So many in so many seconds, which begin with the first. */
export interface Limit {
  readonly points: number;
  readonly duration: number;
}

/** Counts tries of one kind, in the database, so that all processes count together. */
export interface Attempts {
  /** Counts one; seconds to wait where there were too many, or null. */
  count(key: string): Promise<number | null>;
  /** Seconds to wait where this process knows that there were too many, without counting; or null. */
  waitOf(key: string): number | null;
  /** Takes the last one back. */
  forgive(key: string): Promise<void>;
  forget(key: string): Promise<void>;
}

/** The kind of its rows among those of the authorization server, which are swept when they have expired. */
const KIND = 'Attempts';

/** A counter that all processes share. What is counted by is stored as a hash. */
export function createAttempts(system: System, name: string, limit: Limit): Attempts {
  const run = (statement: SQL) =>
    system.transaction(async (transaction) => {
      const { rows } = (await transaction.execute(statement)) as unknown as {
        readonly rows: readonly { readonly points: number; readonly left: number }[];
      };
      return rows[0];
    });
  const hashed = (key: string) => hashOf(`${name} ${key}`);
  /** Until when those have no tries left that were told so here: a flood of them does not reach the database. */
  const stopped = new LRUCache<string, number>({ max: 10_000 });
  const waitOf = (key: string) => {
    const left = (stopped.get(key) ?? 0) - Date.now();
    return left > 0 ? Math.ceil(left / 1_000) : null;
  };
  return {
    waitOf,
    async count(key) {
      const known = waitOf(key);
      if (known !== null) return known;
      const row = await run(
        sql`insert into platform.oauth_records as own (kind, hash, payload, created_at, expires_at)
          values (${KIND}, ${hashed(key)}, '{"points":1}', now(), now() + ${limit.duration}::int * interval '1 second')
          on conflict (kind, hash) do update set
            payload = case when own.expires_at <= now() then excluded.payload
              else jsonb_build_object('points', (own.payload ->> 'points')::int + 1) end,
            expires_at = case when own.expires_at <= now() then excluded.expires_at else own.expires_at end
          returning (payload ->> 'points')::int as points,
            ceil(extract(epoch from expires_at - now()))::int as left`,
      );
      if (row !== undefined && row.points <= limit.points) return null;
      const wait = Math.max(row?.left ?? 1, 1);
      stopped.set(key, Date.now() + wait * 1_000);
      return wait;
    },
    async forgive(key) {
      await run(
        sql`update platform.oauth_records
          set payload = jsonb_build_object('points', (payload ->> 'points')::int - 1)
          where kind = ${KIND} and hash = ${hashed(key)} and (payload ->> 'points')::int > 0`,
      );
    },
    async forget(key) {
      await run(
        sql`delete from platform.oauth_records where kind = ${KIND} and hash = ${hashed(key)}`,
      );
    },
  };
}

/**
 * What an address is counted by: an IPv4 address itself, and of an IPv6 address the first 64 bits, because who has one has
 * all the others behind them. Some proxies add a port, which says nothing.
 */
export function networkOf(address: string): string {
  const [, bracketed, plain] = /^(?:\[(.*)\](?::\d+)?|([\d.]+):\d+)$/.exec(address) ?? [];
  const [host = ''] = (bracketed ?? plain ?? address).split('%');
  const mapped = /^::ffff:([\d.]+)$/i.exec(host)?.[1];
  if (mapped !== undefined && isIPv4(mapped)) return mapped;
  if (!isIPv6(host)) return host;
  // In the one way that URLs have to write it, without brackets.
  const [before = '', after = ''] = new URL(`http://[${host}]`).hostname.slice(1, -1).split('::');
  const [head, tail] = [before, after].map((part) => part.split(':').filter((group) => group));
  const groups = [...(head ?? []), ...Array<string>(8).fill('0')].slice(0, 8 - (tail ?? []).length);
  return [...groups, ...(tail ?? [])].slice(0, 4).join(':');
}
