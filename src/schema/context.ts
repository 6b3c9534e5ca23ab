import type { Command, Outcome } from '../commands/command.ts';
import type { Loaders } from '../data/loaders.ts';
import type { Granted } from '../scopes/requirement.ts';
import type { Principal } from '../token/principal.ts';
import type { CursorCodec } from './cursor.ts';

/** What resolvers see of a request. There is no pool, no database and no token in here. */
export interface Context {
  /** Carries out a command for the principal, or says what kept it from being done. */
  readonly execute: <I>(
    command: Command<I>,
    input: I,
    idempotencyKey: string | null,
  ) => Promise<Outcome>;
  /** Who asks, or null for a request without a token. */
  readonly principal: Principal | null;
  /** The scopes of the principal; null without one. */
  readonly granted: Granted;
  readonly loaders: Loaders;
  readonly cursors: CursorCodec;
  /** The moment the request is answered at: one for all of it. */
  readonly now: Date;
}
