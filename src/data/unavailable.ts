import pg from 'pg';
import { AppError } from '../errors.ts';

/** What is thrown when the database is away: UNAVAILABLE, with what the driver said for the log. */
export const unavailable = (cause: unknown) =>
  new AppError('UNAVAILABLE', 'The database cannot be reached. Try again shortly.', {
    cause,
    detail: cause instanceof Error ? cause.message : String(cause),
  });

/** SQLSTATE classes 08, 53, 57 and 58 are the server's state; every other error is a fault of a statement. */
const isOfServer = ({ code = '' }: pg.DatabaseError) => /^(08|53|57|58)/.test(code);

/** Whether the database refused a statement. Whatever else a driver throws, it throws because the database is away. */
export const isRefusal = (cause: unknown): boolean =>
  cause instanceof pg.DatabaseError && !isOfServer(cause);

/** What `pg` says of a connection that it has not or no longer. */
const NO_CONNECTION =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Query read timeout)/;

/** Whether the database is away, also where other code than a driver's may have thrown. */
export function isAway(cause: unknown): boolean {
  if (cause instanceof pg.DatabaseError) return isOfServer(cause);
  if (!(cause instanceof Error)) return false;
  const code = 'code' in cause ? String(cause.code) : '';
  return /^E[A-Z]+$/.test(code) || NO_CONNECTION.test(cause.message);
}
