import { LRUCache } from 'lru-cache';
import type pg from 'pg';
import { getOrMake } from '../scopes/caches.ts';
import {
  type Database,
  type DatabaseRow,
  DECODERS,
  type Statement,
  sessionStatement,
} from './database.ts';
import { createPool, type PostgresOptions } from './pool.ts';
import { RowClient } from './postgres-rows.ts';
import type { CellRow, Session } from './source.ts';
import { createPostgresSystem } from './system.ts';
import { APP_ROLE } from './tables/columns.ts';
import { isRefusal, unavailable } from './unavailable.ts';
import { createPostgresWriter } from './writer.ts';

/**
 * PostgreSQL over the network, under the app role. A generic plan costs small statements 2.5 times less than planning
 * them anew.
 */
export function createPostgres(options: PostgresOptions): Database {
  const pool = createPool(options, {
    Client: RowClient,
    // A closed connection would take its prepared statements with it.
    idleTimeoutMillis: 0,
    role: APP_ROLE,
    name: 'scopegate',
    settings: { plan_cache_mode: 'force_generic_plan' },
  });
  const writer = createPostgresWriter(options);
  const system = createPostgresSystem(options);

  async function run<R>(
    session: Session | null,
    statements: readonly Statement[],
    reader: Reader<R>,
  ): Promise<readonly (readonly R[])[]> {
    let client: pg.PoolClient;
    try {
      client = await pool.connect();
    } catch (cause) {
      throw unavailable(cause);
    }
    try {
      const [, ...results] = await runWave(
        client,
        [sessionStatement(session), ...statements],
        reader,
      );
      client.release();
      return results;
    } catch (cause) {
      // Which of the wave's statements were prepared is unknown now, so the connection goes.
      client.release(true);
      throw isRefusal(cause) ? cause : unavailable(cause);
    }
  }

  return {
    wave: (session, statements) => run(session, statements, OBJECTS),
    cells: (session, statements) => run(session, statements, CELLS),
    writer,
    system,
    close: async () => {
      await Promise.all([pool.end(), writer.close(), system.close()]);
    },
  };
}

/** As many as a connection keeps prepared: what was not used for longest is closed for what comes new. */
const MAX_PREPARED = 500;

const PREPARED = new WeakMap<pg.Connection, LRUCache<string, true>>();

const preparedOn = (connection: pg.Connection) =>
  getOrMake(PREPARED, connection, () => {
    return new LRUCache<string, true>({
      max: MAX_PREPARED,
      dispose: (_, name, reason) => {
        if (reason === 'evict') connection.close({ type: 'S', name }, true);
      },
    });
  });

/**
 * Sends all statements with one Sync, which makes them one transaction and one round trip: the
 * session's settings are local to it, and nothing has to be begun or committed.
 */
function runWave<R>(
  client: pg.PoolClient,
  statements: readonly Statement[],
  reader: Reader<R>,
): Promise<readonly (readonly R[])[]> {
  return new Promise((resolve, reject) => {
    client.query(new Wave(statements, reader, resolve, reject));
  });
}

interface RowDescription {
  readonly fields: readonly { readonly name: string; readonly dataTypeID: number }[];
}

/** Makes rows of their cells. */
interface Reader<R> {
  /** Whether it takes the names and types of the columns, which the server describes on demand. */
  readonly describes: boolean;
  row(cells: CellRow, fields: RowDescription['fields']): R;
}

const CELLS: Reader<CellRow> = { describes: false, row: (cells) => cells };

const OBJECTS: Reader<DatabaseRow> = {
  describes: true,
  row(cells, fields) {
    const row: Record<string, unknown> = {};
    fields.forEach(({ name, dataTypeID }, index) => {
      const value = cells[index] ?? null;
      const decode = DECODERS[dataTypeID];
      row[name] = value === null || decode === undefined ? value : decode(value);
    });
    return row;
  },
};

/** What `pg` calls back while it receives the answers to a wave. */
class Wave<R> implements pg.Submittable {
  readonly #statements: readonly Statement[];
  readonly #reader: Reader<R>;
  readonly #resolve: (results: readonly (readonly R[])[]) => void;
  readonly #reject: (error: Error) => void;
  readonly #results: R[][] = [];
  #rows: R[] = [];
  #fields: RowDescription['fields'] = [];
  #failure: Error | null = null;

  constructor(
    statements: readonly Statement[],
    reader: Reader<R>,
    resolve: (results: readonly (readonly R[])[]) => void,
    reject: (error: Error) => void,
  ) {
    this.#statements = statements;
    this.#reader = reader;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  submit(connection: pg.Connection): void {
    const prepared = preparedOn(connection);
    connection.stream.cork();
    for (const { name, text, values } of this.#statements) {
      if (name === null || prepared.get(name) === undefined) {
        connection.parse({ name: name ?? '', text, types: [] }, true);
        if (name !== null) prepared.set(name, true);
      }
      connection.bind({ statement: name ?? '', portal: '', values: [...values] }, true);
      if (this.#reader.describes) connection.describe({ type: 'P', name: '' }, true);
      connection.execute({ portal: '' }, true);
    }
    connection.sync();
    connection.stream.uncork();
  }

  handleRowDescription({ fields }: RowDescription): void {
    this.#fields = fields;
  }

  handleDataRow({ fields: cells }: { readonly fields: CellRow }): void {
    this.#rows.push(this.#reader.row(cells, this.#fields));
  }

  handleCommandComplete(): void {
    this.#results.push(this.#rows);
    this.#rows = [];
  }

  handleError(error: Error): void {
    this.#failure = error;
    this.#reject(error);
  }

  handleReadyForQuery(): void {
    if (this.#failure === null) this.#resolve(this.#results);
  }
}
