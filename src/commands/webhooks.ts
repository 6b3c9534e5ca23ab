import { randomBytes } from 'node:crypto';
import { and, count, eq, isNull, lt, sql } from 'drizzle-orm';
import { z } from 'zod';
import { webhookSecrets, webhooks } from '../data/tables/webhooks.ts';
import { EVENT_TOPICS, type EventTopic } from '../data/values.ts';
import { changeRow, lockRow } from './changes.ts';
import { type Command, refuse, type Work } from './command.ts';
import { id, keptUnlessGiven, version } from './shapes.ts';

const TOPICS = Object.keys(EVENT_TOPICS) as [EventTopic, ...EventTopic[]];

/** How many webhooks a client has in one store. */
const MOST = 50;

/** How long deliveries are signed with the old secret as well. */
const OVERLAP = 24 * 60 * 60 * 1000;

const PRIVATE_NAME = /(^|\.)(localhost|local|internal|home\.arpa)$/;

/** A host of the public internet by its name. Where that name leads is looked at when something is delivered. */
function isPublicName({ hostname }: URL): boolean {
  const name = hostname.replace(/\.$/, '').toLowerCase();
  const isAddress = name.startsWith('[') || /^[\d.]+$/.test(name);
  return !isAddress && name.includes('.') && !PRIVATE_NAME.test(name);
}

const LONGEST = 2_048;
const TOO_LONG = `It has at most ${LONGEST} characters.`;

const url = z
  .string()
  .max(LONGEST, TOO_LONG)
  .transform((given, { addIssue }) => {
    const problem = (message: string) => {
      addIssue({ code: 'custom', message });
      return z.NEVER;
    };
    if (!URL.canParse(given)) return problem('It is not a URL.');
    const parsed = new URL(given);
    if (parsed.protocol !== 'https:') return problem('It has to be an https URL.');
    if (parsed.username !== '' || parsed.password !== '') {
      return problem('It cannot have a user name or a password: deliveries are signed.');
    }
    if (parsed.hash !== '') return problem('It cannot have a fragment.');
    if (!isPublicName(parsed)) return problem('Its host has to be a name of the public internet.');
    // What is not ASCII is longer as it is sent.
    if (parsed.href.length > LONGEST) return problem(TOO_LONG);
    return parsed.href;
  });

const topics = z
  .array(z.enum(TOPICS))
  .min(1, 'There is at least one topic.')
  .transform((given) => [...new Set(given)].sort());

export const WEBHOOK_CREATE = z.object({ url, topics, enabled: z.boolean().nullish() });

/** Makes a webhook for the client that asks. Its secret is in this answer and in no other. */
export const webhookCreate: Command<z.infer<typeof WEBHOOK_CREATE>> = {
  name: 'webhookCreate',
  async run({ url, topics, enabled }, work) {
    const { transaction, storeId, owner, now, grantedScopes } = work;
    const key = `scopegate webhooks of ${storeId} ${owner}`;
    // Two that are made at the same time would both count as the last one.
    await transaction.execute(sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`);
    const [there] = await transaction.select({ number: count() }).from(webhooks);
    if ((there?.number ?? 0) >= MOST) {
      refuse('NOT_ALLOWED', null, `An app has at most ${MOST} webhooks in a store.`);
    }
    const id = work.newId('whk');
    await transaction.insert(webhooks).values({
      id,
      storeId,
      owner,
      url,
      topics,
      enabled: enabled ?? true,
      scopes: [...grantedScopes.names()],
      secretChangedAt: now,
      createdAt: now,
      updatedAt: now,
    });
    const secret = await addSecret(work, id);
    return { id, version: 1, shownOnce: { secret } };
  },
};

export const WEBHOOK_UPDATE = z.object({
  id,
  version,
  url: keptUnlessGiven(url),
  topics: keptUnlessGiven(topics),
  enabled: keptUnlessGiven(z.boolean()),
});

/** Changes what is given of a webhook. At another address it is told no more than the token may read that moved it. */
export const webhookUpdate: Command<z.infer<typeof WEBHOOK_UPDATE>> = {
  name: 'webhookUpdate',
  async run({ url, topics, enabled, ...target }, work) {
    const webhook = await lockRow(work, webhooks, target);
    const { id } = webhook;
    const { grantedScopes } = work;
    const isMoved = url !== undefined && url !== webhook.url;
    const version = await changeRow(work, webhooks, id, {
      ...(url !== undefined && { url }),
      // Nobody has anything sent to another address what they may not read themselves.
      ...(isMoved && { scopes: webhook.scopes.filter((name) => grantedScopes.has(name)) }),
      ...(enabled !== undefined && { enabled }),
      ...(topics !== undefined && { topics, scopes: [...grantedScopes.names()] }),
    });
    return { id, version };
  },
};

export const WEBHOOK_DELETE = z.object({ id, version });

/** Ends a webhook. Nothing is delivered to it any more, and its secrets are gone. */
export const webhookDelete: Command<z.infer<typeof WEBHOOK_DELETE>> = {
  name: 'webhookDelete',
  async run(input, work) {
    const { id, version } = await lockRow(work, webhooks, input);
    await work.transaction.delete(webhooks).where(eq(webhooks.id, id));
    return { id, version };
  },
};

export const SECRET_ROTATE = z.object({ id, version, revokePrevious: z.boolean().nullish() });

/** Gives a webhook another secret, which is in this answer and in no other. */
export const webhookSecretRotate: Command<z.infer<typeof SECRET_ROTATE>> = {
  name: 'webhookSecretRotate',
  async run({ revokePrevious, ...target }, work) {
    const { transaction, now } = work;
    const { id } = await lockRow(work, webhooks, target);
    const isOfIt = eq(webhookSecrets.webhookId, id);
    if (revokePrevious === true) {
      await transaction.delete(webhookSecrets).where(isOfIt);
    } else {
      await transaction
        .delete(webhookSecrets)
        .where(and(isOfIt, lt(webhookSecrets.expiresAt, now)));
      await transaction
        .update(webhookSecrets)
        .set({ expiresAt: new Date(now.getTime() + OVERLAP) })
        .where(and(isOfIt, isNull(webhookSecrets.expiresAt)));
    }
    const secret = await addSecret(work, id);
    const version = await changeRow(work, webhooks, id, { secretChangedAt: now });
    return { id, version, shownOnce: { secret } };
  },
};

/** What a webhook's secret is encrypted for; whoever delivers opens it with the same words. */
export const placeOfSecret = (webhookId: string): string => `webhook ${webhookId}`;

/** Makes a secret as Standard Webhooks has it: `whsec_` and 32 random bytes in base64. */
async function addSecret(
  { transaction, storeId, owner, now, vault, newId }: Work,
  webhookId: string,
): Promise<string> {
  const secret = `whsec_${randomBytes(32).toString('base64')}`;
  await transaction.insert(webhookSecrets).values({
    id: newId('whs'),
    storeId,
    owner,
    webhookId,
    sealed: vault.seal(secret, placeOfSecret(webhookId)),
    createdAt: now,
  });
  return secret;
}
