import { and, eq, isNull, sql } from 'drizzle-orm';
import { type Adapter, type AdapterPayload, errors } from 'oidc-provider';
import type { System } from '../data/system.ts';
import { accessTokens, apps, installations } from '../data/tables/apps.ts';
import { oauthRecords } from '../data/tables/oauth.ts';
import { hashOf } from '../token/stored-hash.ts';
import { keepUsedCode, lockGrant, lockLiving, revokeFamily } from './families.ts';
import type { TokenAliases } from './token-request.ts';

/** What oidc-provider calls the two kinds of access tokens: one from a consent, one that the app got by itself. */
export const ACCESS_TOKEN_KINDS: readonly string[] = ['AccessToken', 'ClientCredentials'];

/** Called when a code or a refresh token is used again: the family of tokens has just been revoked. */
export type OnReuse = (facts: { readonly kind: string; readonly clientId: unknown }) => void;

/**
 * oidc-provider's storage of one kind of record. Ids are stored as hashes: whoever reads the tables learns no value that
 * opens anything. Access tokens are kept where the gateway's own look-up finds them.
 *
 * What belongs to a consent is stored only while that consent stands, under a lock that revocation takes as well: a
 * token that is made while its family is revoked is either refused or revoked with it.
 */
export function createAdapter(
  system: System,
  kind: string,
  aliases: TokenAliases,
  onReuse: OnReuse,
): Adapter {
  if (ACCESS_TOKEN_KINDS.includes(kind)) return createTokenAdapter(system, kind, aliases);
  const isIt = (id: string) => and(eq(oauthRecords.kind, kind), eq(oauthRecords.hash, hashOf(id)));
  return {
    upsert: (id, payload, expiresIn) =>
      system.transaction(async (transaction) => {
        const { grantId } = payload;
        const installationId =
          kind === 'Grant'
            ? textOf(payload, 'installationId')
            : grantId === undefined
              ? null
              : (await lockGrant(transaction, grantId)).installationId;
        if (kind === 'Grant') await lockLiving(transaction, installationId);
        const changing = {
          payload: withoutId(kind, id, payload),
          uidHash: payload.uid === undefined ? null : hashOf(payload.uid),
          expiresAt: new Date(Date.now() + (expiresIn ?? 0) * 1_000),
        };
        const grantHash = kind === 'Grant' ? hashOf(id) : grantId && hashOf(grantId);
        const row = { ...changing, kind, hash: hashOf(id), grantHash, installationId };
        await transaction
          .insert(oauthRecords)
          .values({ ...row, createdAt: new Date() })
          .onConflictDoUpdate({ target: [oauthRecords.kind, oauthRecords.hash], set: changing });
        if (kind === 'RefreshToken' && grantHash) {
          await keepUsedCode(transaction, grantHash, row.expiresAt);
        }
      }),

    find: (id) =>
      system.transaction(async (transaction) => {
        const [row] = await transaction.select().from(oauthRecords).where(isIt(id));
        return row && payloadOf(row, id);
      }),

    findByUid: (uid) =>
      system.transaction(async (transaction) => {
        const isOfUid = and(eq(oauthRecords.kind, kind), eq(oauthRecords.uidHash, hashOf(uid)));
        const [row] = await transaction.select().from(oauthRecords).where(isOfUid);
        return row && payloadOf(row, '');
      }),

    findByUserCode: async () => undefined,

    async consume(id) {
      const isFirst = await system.transaction(async (transaction) => {
        const first = await transaction
          .update(oauthRecords)
          .set({ consumedAt: new Date() })
          .where(and(isIt(id), isNull(oauthRecords.consumedAt)))
          .returning({ hash: oauthRecords.hash });
        return first.length > 0;
      });
      if (isFirst) return;
      // In a transaction of its own: having waited for the first one keeps the row locked, and whoever revokes the family
      // has the installation and waits for that row.
      const used = await system.transaction(async (transaction) => {
        const [again] = await transaction.select().from(oauthRecords).where(isIt(id));
        if (again?.grantHash) await revokeFamily(transaction, again.grantHash);
        return { clientId: again?.payload.clientId };
      });
      // The check before this call saw it unused: two requests came at the same time.
      onReuse({ kind, ...used });
      throw new errors.InvalidGrant('already used');
    },

    destroy: (id) =>
      system.transaction(async (transaction) => {
        await transaction.delete(oauthRecords).where(isIt(id));
      }),

    revokeByGrantId: (grantId) =>
      system.transaction((transaction) => revokeFamily(transaction, hashOf(grantId))),
  };
}

function createTokenAdapter(system: System, kind: string, aliases: TokenAliases): Adapter {
  return {
    upsert: (id, payload, expiresIn) =>
      system.transaction(async (transaction) => {
        const { grantId } = payload;
        const { installationId, storeId } = grantId
          ? await lockGrant(transaction, grantId)
          : await lockLiving(transaction, textOf(payload.extra ?? {}, 'installation_id'));
        await transaction.insert(accessTokens).values({
          hash: hashOf(id),
          installationId,
          storeId,
          scope: textOf(payload, 'scope') ?? '',
          createdAt: new Date(),
          expiresAt: new Date(Date.now() + (expiresIn ?? 0) * 1_000),
          grantHash: grantId === undefined ? null : hashOf(grantId),
          payload: withoutId(kind, id, payload),
        });
      }),

    find: (id) =>
      system.transaction(async (transaction) => {
        const [row] = await transaction
          .select({ token: accessTokens, clientId: apps.clientId })
          .from(accessTokens)
          .innerJoin(installations, eq(installations.id, accessTokens.installationId))
          .innerJoin(apps, eq(apps.id, installations.appId))
          .where(
            and(
              eq(accessTokens.hash, aliases.hashOf(id)),
              isNull(accessTokens.revokedAt),
              isNull(installations.removedAt),
              sql`${apps.review} <> 'SUSPENDED'`,
            ),
          );
        if (row === undefined) return undefined;
        const { payload, scope, createdAt, expiresAt } = row.token;
        // A token that was not issued here, such as a demo token, is known by its columns.
        const issued = payload ?? { kind: 'AccessToken', scope, iat: seconds(createdAt) };
        const { installationId: installation_id, storeId: store_id } = row.token;
        const extra = { installation_id, store_id };
        return { ...issued, extra, exp: seconds(expiresAt), jti: id, clientId: row.clientId };
      }),

    findByUid: async () => undefined,
    findByUserCode: async () => undefined,
    consume: async () => {},

    destroy: (id) =>
      system.transaction(async (transaction) => {
        await transaction
          .update(accessTokens)
          .set({ revokedAt: new Date() })
          .where(and(eq(accessTokens.hash, aliases.hashOf(id)), isNull(accessTokens.revokedAt)));
      }),

    revokeByGrantId: (grantId) =>
      system.transaction((transaction) => revokeFamily(transaction, hashOf(grantId))),
  };
}

/** A storage for what is configured off: it has nothing and keeps nothing. */
export const EMPTY_ADAPTER: Adapter = {
  upsert: () => Promise.reject(new TypeError('Nothing of this kind is kept.')),
  find: async () => undefined,
  findByUid: async () => undefined,
  findByUserCode: async () => undefined,
  consume: async () => {},
  destroy: async () => {},
  revokeByGrantId: async () => {},
};

/**
 * The payload without its id, also where an address or a result repeats it, and without the cookie of the session that
 * an interaction belongs to.
 */
function withoutId(kind: string, id: string, payload: AdapterPayload): Record<string, unknown> {
  const { jti: _, ...rest } = payload;
  if (kind === 'Interaction' && rest.session) rest.session = { ...rest.session, cookie: '' };
  return JSON.parse(JSON.stringify(rest).replaceAll(id, placeOf(id)));
}

function payloadOf(row: typeof oauthRecords.$inferSelect, id: string): AdapterPayload {
  const text = JSON.stringify(row.payload);
  const payload: AdapterPayload = JSON.parse(id === '' ? text : text.replaceAll(placeOf(id), id));
  const consumed = row.consumedAt ? { consumed: seconds(row.consumedAt) } : {};
  return { ...payload, ...(id === '' ? {} : { jti: id }), ...consumed };
}

/** What stands where the id stood. Nobody can have written it before the id was made. */
const placeOf = (id: string) => `sha256:${hashOf(id)}`;

const seconds = (moment: Date) => Math.floor(moment.getTime() / 1_000);

const textOf = (payload: object, name: string): string | null => {
  const value = (payload as Record<string, unknown>)[name];
  return typeof value === 'string' ? value : null;
};
