import type { Server } from 'node:http';
import { loadConfig } from '../../src/config.ts';
import type { Session } from '../../src/data/source.ts';
import { createIssuer } from '../../src/token/configured-issuer.ts';
import type { Principal } from '../../src/token/principal.ts';
import { createTokenVerifier } from '../../src/token/verifier.ts';
import { createMemoryData } from './memory-data.ts';
import { ACCESSES, createPostgresData } from './postgres-data.ts';
import type { PeerData } from './rows.ts';

/**
 * What every peer begins with: the gateway's settings, its token verifier with the cache of verified tokens, and the
 * data. `node <peer>.js memory`, or `node <peer>.js postgres` with `waves`, `awaited` or `unbound`.
 */
export interface PeerStart {
  readonly data: PeerData;
  readonly host: string;
  readonly port: number;
  /** The principal of an `Authorization` header; null without a usable token. */
  authenticate(authorization: string | undefined): Promise<Principal | null>;
}

export function startPeer(): PeerStart {
  const [, , kind = 'memory', access = 'waves'] = process.argv;
  const config = loadConfig(process.env);
  const options = {
    url: config.DATABASE_URL ?? '',
    connections: config.SCOPEGATE_DATABASE_CONNECTIONS,
    statementTimeout: config.SCOPEGATE_REQUEST_TIMEOUT,
    access: ACCESSES.find((name) => name === access) ?? 'waves',
  } as const;
  const data = kind === 'memory' ? createMemoryData() : createPostgresData(options);
  const clock = () => new Date();
  const verifier = createTokenVerifier({
    issuers: (config.SCOPEGATE_ISSUERS ?? []).map((settings) => createIssuer(settings, { clock })),
    resolveStore: (id) => data.resolveStore(id),
    directory: data.directory,
    clock,
  });
  process.once('SIGTERM', () => process.exit());
  return {
    data,
    host: config.HOST,
    port: config.PORT,
    async authenticate(authorization) {
      if (authorization === undefined || !authorization.startsWith('Bearer ')) return null;
      try {
        return await verifier.verify(authorization.slice('Bearer '.length));
      } catch {
        return null;
      }
    },
  };
}

const WINDOW = 60 * 24 * 60 * 60 * 1000;

/** What bounds the rows of a principal: its store and, without `read_all_orders`, the last 60 days. */
export function sessionOf({ storeId, installation, grantedScopes }: Principal): Session {
  return {
    storeId,
    installationId: installation?.id ?? null,
    ordersSince: grantedScopes.has('read_all_orders') ? null : new Date(Date.now() - WINDOW),
  };
}

const SCOPES = new WeakMap<Principal, ReadonlySet<string>>();

/** The scopes of a verified token as a plain Set, made once for a token. */
export function scopesOf(principal: Principal): ReadonlySet<string> {
  const known = SCOPES.get(principal);
  if (known !== undefined) return known;
  const scopes = new Set<string>(principal.grantedScopes.names());
  SCOPES.set(principal, scopes);
  return scopes;
}

/** Says where a server listens, which is what the bench waits for. */
export function announce(name: string, server: Pick<Server, 'address'>): void {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  process.stdout.write(`${name} listens on http://127.0.0.1:${port}\n`);
}
