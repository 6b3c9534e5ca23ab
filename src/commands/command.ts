import { createHash } from 'node:crypto';
import { and, eq } from 'drizzle-orm';
import { newId } from '../data/new-id.ts';
import { auditEntries, idempotencyKeys, outboxEvents } from '../data/tables/writes.ts';
import type { Transaction } from '../data/transactions.ts';
import type { EventTopic } from '../data/values.ts';
import type { Writer } from '../data/writer.ts';
import type { ScopeSet } from '../scopes/scope-set.ts';
import type { Principal } from '../token/principal.ts';
import type { SecretVault } from './secret-vault.ts';

/** What a mutation answers where the caller made a mistake; nothing was changed then. */
export interface UserError {
  readonly code: UserErrorCode;
  /** The path of the input that it is about; null for the whole of it. */
  readonly field: readonly string[] | null;
  /** A sentence for people. It tells a stored value only to a token that may read it. */
  readonly message: string;
}

export const USER_ERROR_CODES = {
  INVALID: { description: 'A value is not one that the field takes.' },
  NOT_FOUND: { description: 'There is nothing with this id in sight.' },
  CONFLICT: { description: 'It is in the way of something that exists already.' },
  STALE_VERSION: { description: 'It was changed since the version that was sent. Read it again.' },
  NOT_ALLOWED: { description: 'A rule does not let it happen in the state that things are in.' },
  IDEMPOTENCY_MISMATCH: { description: 'The idempotency key was used for something else.' },
} as const;

export type UserErrorCode = keyof typeof USER_ERROR_CODES;

/** Thrown by a command to undo everything and answer with user errors. */
export class Refused extends Error {
  readonly userErrors: readonly UserError[];

  constructor(...userErrors: readonly UserError[]) {
    super(userErrors.map(({ message }) => message).join(' '));
    this.userErrors = userErrors;
  }
}

/** Throws one user error about one field. */
export function refuse(code: UserErrorCode, field: string | null, message: string): never {
  throw new Refused({ code, field: field?.split('.') ?? null, message });
}

/** One user error about one field, for a list of what is wrong. */
export const problem = (
  code: UserErrorCode,
  field: string,
  message: string,
): readonly [UserError] => [{ code, field: field.split('.'), message }];

/** What a command has to work with. Everything it does is one transaction. */
export interface Work {
  readonly transaction: Transaction;
  readonly storeId: string;
  /** Who asks: what an app has for itself belongs to it. */
  readonly owner: string;
  /** The installation that the token is of; null for a token that the platform did not issue itself. */
  readonly installation: string | null;
  readonly now: Date;
  /** What the token may read, for user errors that would tell a stored value. */
  readonly grantedScopes: ScopeSet;
  /** A new id with a prefix of three letters. */
  newId(prefix: string): string;
  /** For secrets that are used again. */
  readonly vault: SecretVault;
  /** Says what happened, for webhooks and subscriptions. */
  emit(topic: EventTopic, entityId: string): void;
}

/** Ids and versions of what a command wrote: what its payload is resolved from. */
export interface Written {
  readonly id: string;
  readonly version?: number;
  /** Told in the answer to this request and stored nowhere: a repeated request is not told it again. */
  readonly shownOnce?: Readonly<Record<string, string>>;
  readonly [name: string]: unknown;
}

/** A change of the store's data, as a function of valid input. */
export interface Command<I> {
  /** The mutation's name in the schema. */
  readonly name: string;
  /** @throws Refused, which undoes everything. */
  run(input: I, work: Work): Promise<Written>;
}

/** How long it is remembered what an idempotency key did, in days. Afterwards it is as good as new. */
export const IDEMPOTENCY_DAYS = 30;

export interface CommandRequest<I> {
  readonly command: Command<I>;
  readonly input: I;
  readonly idempotencyKey: string | null;
  readonly principal: Principal;
  readonly now: Date;
  readonly requestId: string | null;
  /** Needed by commands that keep secrets alone. */
  readonly vault?: SecretVault;
}

export type Outcome =
  | { readonly written: Written; readonly userErrors: readonly [] }
  | { readonly written: null; readonly userErrors: readonly UserError[] };

/**
 * Carries out a command once: its changes, an audit entry and its events are one transaction. A repeated idempotency
 * key gets what the first request wrote and does nothing; with another input or mutation it is refused.
 */
export async function executeCommand<I>(
  writer: Writer,
  request: CommandRequest<I>,
): Promise<Outcome> {
  const { principal } = request;
  const owner = ownerOf(principal);
  const session = {
    storeId: principal.storeId,
    installationId: principal.installation?.id ?? null,
    owner,
  };
  try {
    const written = await writer.transaction(session, async (transaction) => {
      const before = await claimKey(transaction, request, owner);
      return before ?? carryOut(transaction, request, owner);
    });
    return { written, userErrors: [] };
  } catch (error) {
    if (error instanceof Refused) return { written: null, userErrors: error.userErrors };
    throw error;
  }
}

const withoutVault = (): never => {
  throw new TypeError('This command needs a vault.');
};

const NO_VAULT: SecretVault = { seal: withoutVault, open: withoutVault };

/** Who idempotency keys, webhooks and audit entries belong to. */
export const ownerOf = ({ installation, issuer, clientId }: Principal): string =>
  installation?.id ?? `${issuer} ${clientId}`;

async function carryOut<I>(
  transaction: Transaction,
  {
    command,
    input,
    idempotencyKey,
    principal,
    now,
    requestId,
    vault = NO_VAULT,
  }: CommandRequest<I>,
  owner: string,
): Promise<Written> {
  const { storeId, grantedScopes } = principal;
  const events: { readonly topic: EventTopic; readonly entityId: string }[] = [];
  const written = await command.run(input, {
    transaction,
    storeId,
    owner,
    installation: principal.consent && (principal.installation?.id ?? null),
    now,
    vault,
    grantedScopes,
    newId,
    emit: (topic, entityId) => events.push({ topic, entityId }),
  });
  await transaction.insert(auditEntries).values({
    storeId,
    owner,
    subject: principal.subject,
    mutation: command.name,
    entityId: written.id,
    fields: Object.keys(input as object).sort(),
    requestId,
    createdAt: now,
  });
  if (events.length > 0) {
    const rows = events.map((event) => ({ ...event, storeId, createdAt: now }));
    await transaction.insert(outboxEvents).values(rows);
  }
  if (idempotencyKey !== null) {
    const { shownOnce: _, ...result } = written;
    await transaction
      .update(idempotencyKeys)
      .set({ result })
      .where(and(eq(idempotencyKeys.owner, owner), eq(idempotencyKeys.key, idempotencyKey)));
  }
  return written;
}

/**
 * Takes the key for this request, or gives what the request before it wrote. The unique key makes a
 * request that runs at the same time wait for the first one's end.
 */
async function claimKey<I>(
  transaction: Transaction,
  { command, input, idempotencyKey, principal, now }: CommandRequest<I>,
  owner: string,
): Promise<Written | null> {
  if (idempotencyKey === null) return null;
  const inputHash = hashOf(input);
  const taken = await transaction
    .insert(idempotencyKeys)
    .values({
      storeId: principal.storeId,
      owner,
      key: idempotencyKey,
      mutation: command.name,
      inputHash,
      createdAt: now,
    })
    .onConflictDoNothing()
    .returning({ key: idempotencyKeys.key });
  if (taken.length > 0) return null;
  const [first] = await transaction
    .select()
    .from(idempotencyKeys)
    .where(and(eq(idempotencyKeys.owner, owner), eq(idempotencyKeys.key, idempotencyKey)));
  if (!first?.result || first.mutation !== command.name || first.inputHash !== inputHash) {
    refuse(
      'IDEMPOTENCY_MISMATCH',
      null,
      'This idempotency key was used for another mutation or another input. Send a new key for a new request.',
    );
  }
  return first.result as Written;
}

/** The same for equal inputs, whatever the order of their members. */
function hashOf(input: unknown): string {
  const sorted = (_: string, value: unknown): unknown => {
    if (typeof value === 'bigint') return `${value}n`;
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  };
  return createHash('sha256').update(JSON.stringify(input, sorted)).digest('hex');
}
