import type pg from 'pg';
import { type DatabaseRow, DECODERS, type Statement } from '../../src/data/database.ts';

/**
 * Statements in one round trip, as the gateway sends a wave, but without a session before them: what row-level security
 * costs is measured against this. Rows are read as the gateway's are.
 */
export function inOneTrip(
  client: pg.PoolClient,
  statements: readonly Statement[],
): Promise<readonly (readonly DatabaseRow[])[]> {
  return new Promise((resolve, reject) => {
    client.query(new Trip(statements, resolve, reject));
  });
}

const PREPARED = new WeakMap<pg.Connection, Set<string>>();

type Fields = readonly { readonly name: string; readonly dataTypeID: number }[];

/** What `pg` calls back while the answers arrive. */
class Trip implements pg.Submittable {
  readonly #statements: readonly Statement[];
  readonly #resolve: (results: readonly (readonly DatabaseRow[])[]) => void;
  readonly #reject: (error: Error) => void;
  readonly #results: DatabaseRow[][] = [];
  #rows: DatabaseRow[] = [];
  #fields: Fields = [];

  constructor(
    statements: readonly Statement[],
    resolve: (results: readonly (readonly DatabaseRow[])[]) => void,
    reject: (error: Error) => void,
  ) {
    this.#statements = statements;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  submit(connection: pg.Connection): void {
    const prepared = PREPARED.get(connection) ?? new Set();
    PREPARED.set(connection, prepared);
    connection.stream.cork();
    for (const { name, text, values } of this.#statements) {
      const statement = name ?? '';
      if (!prepared.has(statement)) connection.parse({ name: statement, text, types: [] }, true);
      if (name !== null) prepared.add(statement);
      connection.bind({ statement, portal: '', values: [...values] }, true);
      connection.describe({ type: 'P', name: '' }, true);
      connection.execute({ portal: '' }, true);
    }
    connection.sync();
    connection.stream.uncork();
  }

  handleRowDescription({ fields }: { readonly fields: Fields }): void {
    this.#fields = fields;
  }

  handleDataRow({ fields: cells }: { readonly fields: readonly (string | null)[] }): void {
    const row: Record<string, unknown> = {};
    this.#fields.forEach(({ name, dataTypeID }, index) => {
      const value = cells[index] ?? null;
      const decode = DECODERS[dataTypeID];
      row[name] = value === null || decode === undefined ? value : decode(value);
    });
    this.#rows.push(row);
  }

  handleCommandComplete(): void {
    this.#results.push(this.#rows);
    this.#rows = [];
  }

  handleError(error: Error): void {
    this.#reject(error);
  }

  handleReadyForQuery(): void {
    this.#resolve(this.#results);
  }
}
