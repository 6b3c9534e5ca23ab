import { type CellType, decodeCell } from './cells.ts';
import { settingsOf } from './session-settings.ts';
import type { CellRow, Session } from './source.ts';
import type { System } from './system.ts';
import type { Writer } from './writer.ts';

/** A statement with values in PostgreSQL's text format. `name` makes it a prepared one. */
export interface Statement {
  readonly name: string | null;
  readonly text: string;
  readonly values: readonly (string | null)[];
}

export type DatabaseRow = Readonly<Record<string, unknown>>;

/** The database under the app role. Embedded and networked PostgreSQL look the same from here. */
export interface Database {
  /**
   * Runs the statements in order, in one transaction that sees only what the session may see.
   * Without a session the transaction sees no store data at all.
   *
   * @throws AppError UNAVAILABLE when the database cannot be reached or does not answer in time.
   */
  wave(
    session: Session | null,
    statements: readonly Statement[],
  ): Promise<readonly (readonly DatabaseRow[])[]>;
  /** The same, with rows as they came: a cell for each column that the statement selects. */
  cells(
    session: Session,
    statements: readonly Statement[],
  ): Promise<readonly (readonly CellRow[])[]>;
  /** Carries out writes, in a role of their own. */
  readonly writer: Writer;
  /** The platform's own affairs, in a role of their own. */
  readonly system: System;
  close(): Promise<void>;
}

const SET = settingsOf(null).map(([name], index) => `set_config('${name}', $${index + 1}, true)`);

const SESSION_TEXT = `select ${SET.join(', ')}`;

/** The statement that makes the rest of its transaction see what the session may see. */
export function sessionStatement(session: Session | null): Statement {
  const values = settingsOf(session).map(([, value]) => value);
  return { name: 'session', text: SESSION_TEXT, values };
}

/**
 * Turns PostgreSQL's text format into JavaScript, by type OID. One table for both drivers, so that
 * a row is the same whichever database it came from. A type that is not listed stays text.
 */
export const DECODERS: Readonly<Record<number, (text: string) => unknown>> = Object.fromEntries(
  Object.entries({
    16: 'boolean',
    20: 'bigint',
    23: 'integer',
    114: 'jsonb',
    1009: 'text[]',
    1082: 'date',
    1184: 'timestamptz',
    1700: 'numeric',
    3802: 'jsonb',
  } satisfies Record<number, CellType>).map(([oid, type]) => [
    oid,
    (text: string) => decodeCell(type, text),
  ]),
);
