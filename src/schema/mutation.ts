import type { InputRef, ObjectRef } from '@pothos/core';
import type { z } from 'zod';
import {
  type Command,
  IDEMPOTENCY_DAYS,
  type Outcome,
  USER_ERROR_CODES,
  type UserError,
  type Written,
} from '../commands/command.ts';
import type { EntityOf, RowBatchName } from '../data/batches.ts';
import type { Row } from '../data/entities.ts';
import { builder, type Types } from './builder.ts';
import type { Context } from './context.ts';
import type { StaticScopes } from './scope-plugin.ts';

const UserErrorCode = builder.enumType('UserErrorCode', {
  description: 'What kind of mistake a user error is about.',
  values: USER_ERROR_CODES,
});

/** What a payload tells of what was wrong. */
export const UserErrorType = builder.objectRef<UserError>('UserError').implement({
  description: 'A mistake in what a mutation was asked to do. Nothing was changed.',
  authScopes: { authenticated: true },
  fields: (t) => ({
    code: t.expose('code', { type: UserErrorCode, description: 'What kind of mistake.' }),
    field: t.expose('field', {
      type: ['String'],
      nullable: true,
      description: 'The path of the input that it is about; null for the whole of it.',
    }),
    message: t.exposeString('message', { description: 'A sentence for people.' }),
  }),
});

/** The description of the version that a change must be sent with: `what` is its object, as in "an order". */
export const versionRead = (what: string): string =>
  `The version that was read: ${what} that changed since is left alone.`;

/** The description of a version that may be left out. */
export const versionIfRead = (what: string): string =>
  `${versionRead(what)} Not compared where it is left out.`;

/** The input of a mutation that takes the id and version of one thing and nothing else. */
export const targetInput = (name: string, verb: string, what: string) =>
  builder.inputType(name, {
    description: `Which ${what} to ${verb}.`,
    fields: (t) => ({
      id: t.id({ required: true, description: `The ${what}.` }),
      version: t.int({
        description: versionIfRead(/^[aeiou]/.test(what) ? `an ${what}` : `a ${what}`),
      }),
    }),
  });

/** What a payload shows of what was written, under the scopes that reading it takes. */
interface Returned<B extends RowBatchName> {
  readonly name: string;
  readonly type: ObjectRef<Types, Row<EntityOf<B>>>;
  readonly batch: B;
  readonly authScopes: StaticScopes;
  readonly description: string;
  /** Which of the written ids it is; `id` where it is left out. */
  readonly idOf?: (written: Written) => string | null;
}

interface MutationOptions<I, B extends RowBatchName> {
  readonly command: Command<I>;
  readonly description: string;
  /** What it takes to do it, and to learn the id and version of what was done. */
  readonly authScopes: StaticScopes;
  readonly input: InputRef<unknown>;
  /** What the input has to be beyond its GraphQL types; each problem becomes a user error. */
  readonly shape: z.ZodType<I>;
  /** Adds to valid input what only the request knows. */
  readonly prepare?: (input: I, context: Context) => I;
  readonly returns: Returned<B> | null;
  /** What is told in the first answer and never again: its name and description. */
  readonly shownOnce?: { readonly name: string; readonly description: string };
  /** Whether a repeated request must not do it twice: then it takes a key. */
  readonly idempotent?: boolean;
}

/**
 * Declares a mutation with its payload: `id` and `version` under the scope that writes, what was written under the
 * scope that reads it, and user errors as data. The plan decides on all of it before anything runs.
 */
export function mutation<I, B extends RowBatchName>(options: MutationOptions<I, B>): void {
  const {
    command,
    description,
    authScopes,
    input,
    returns,
    shownOnce,
    idempotent = false,
  } = options;
  const title = command.name[0]?.toUpperCase() + command.name.slice(1);
  const Payload = builder.objectRef<Outcome>(`${title}Payload`).implement({
    description: `What \`${command.name}\` did.`,
    authScopes,
    fields: (t) => ({
      id: t.id({
        nullable: true,
        description: 'The id of what was written; null where there are user errors.',
        resolve: ({ written }) => written?.id ?? null,
      }),
      version: t.int({
        nullable: true,
        description: 'Its version now, to be sent with the next change.',
        resolve: ({ written }) => written?.version ?? null,
      }),
      userErrors: t.field({
        type: [UserErrorType],
        description: 'What kept it from being done; empty when it was.',
        resolve: ({ userErrors }) => [...userErrors],
      }),
      ...(shownOnce && {
        [shownOnce.name]: t.string({
          nullable: true,
          description: shownOnce.description,
          resolve: ({ written }) => written?.shownOnce?.[shownOnce.name] ?? null,
        }),
      }),
      ...(returns && {
        [returns.name]: t.field({
          type: returns.type as never,
          nullable: true,
          authScopes: returns.authScopes,
          description: returns.description,
          resolve: (({ written }: Outcome, _args: object, { loaders }: Context) => {
            const id = written && (returns.idOf ? returns.idOf(written) : written.id);
            return id ? loaders.row(returns.batch, id) : null;
          }) as never,
        }),
      }),
    }),
  });
  builder.mutationField(command.name, (t) =>
    t.field({
      type: Payload,
      nullable: true,
      authScopes,
      description,
      args: {
        input: t.arg({ type: input as never, required: true, description: 'What to do.' }),
        ...(idempotent && {
          idempotencyKey: t.arg.string({
            required: true,
            description: `Any text of up to 255 characters, new for each new request. Sent again within ${IDEMPOTENCY_DAYS} days, it gives what the first request did, and nothing is done twice.`,
          }),
        }),
      },
      resolve: (_root, args, context) => attempt(options, args as MutationArguments, context),
    }),
  );
}

interface MutationArguments {
  readonly input: unknown;
  readonly idempotencyKey?: string | null;
}

/** Carries a command out, unless its input is not what it has to be. */
export async function attempt<I>(
  { command, shape, prepare }: Pick<MutationOptions<I, never>, 'command' | 'shape' | 'prepare'>,
  { input, idempotencyKey = null }: MutationArguments,
  context: Context,
): Promise<Outcome> {
  const problems = keyProblems(idempotencyKey);
  const parsed = shape.safeParse(input);
  if (parsed.success && problems.length === 0) {
    const prepared = prepare?.(parsed.data, context) ?? parsed.data;
    return context.execute(command, prepared, idempotencyKey);
  }
  const issues = parsed.error?.issues.map(userErrorOf) ?? [];
  return { written: null, userErrors: [...problems, ...issues] };
}

function keyProblems(key: string | null): UserError[] {
  if (key === null || (key.length >= 1 && key.length <= 255 && !key.includes('\0'))) return [];
  const message = 'An idempotency key has 1 to 255 characters.';
  return [{ code: 'INVALID', field: ['idempotencyKey'], message }];
}

const userErrorOf = ({ path, message }: z.core.$ZodIssue): UserError => ({
  code: 'INVALID',
  field: ['input', ...path.map(String)],
  message,
});
