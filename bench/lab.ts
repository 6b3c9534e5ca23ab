import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { APP_ROLE } from '../src/data/tables/columns.ts';
import type { Cell, Place, ServerName, Statements } from './cells.ts';
import { runAs } from './database.ts';
import { UNBOUND_USER } from './database-users.ts';
import { type BenchRequest, OPERATIONS, type OperationName } from './operations.ts';
import { oneRound, type RoundOf } from './rounds.ts';
import type { BenchServer } from './servers.ts';
import { type Round, summaryOf } from './statistics.ts';

/** Servers on the same data, and what is needed to measure them. */
export interface Lab extends RoundOf {
  readonly place: Place;
  /** The same servers several times, each time as processes of their own. */
  readonly fleets: readonly (readonly BenchServer[])[];
  /** PostgreSQL as its superuser; null where the data is in memory. */
  readonly adminUrl: string | null;
}

export interface Length {
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
}

/** So often is Q2 compared: what comes again a server may answer by another way than what comes first. */
const TIMES = 3;

/** So many orders are asked for side by side, as in the rounds. */
const TOGETHER = 8;

/** Throws unless all servers answer the same: the newest orders and every order that is asked for. */
export async function compareAnswers({ place, fleets, orderIds }: Lab): Promise<void> {
  const asked: [OperationName, readonly string[]][] = Array.from({ length: TIMES }, () => [
    'Q2',
    [''],
  ]);
  for (let start = 0; start < orderIds.length; start += TOGETHER) {
    asked.push(['Q1', orderIds.slice(start, start + TOGETHER)]);
  }
  const granted = fleets.flat().filter(({ isGranted }) => isGranted);
  for (const [operation, ids] of asked) {
    const answers = await Promise.all(
      granted.map((server) => Promise.all(ids.map((id) => ask(server, operation, id)))),
    );
    const differs = answers.findIndex((answer) => !isDeepStrictEqual(answer, answers[0]));
    if (differs >= 0) {
      const names = [granted[differs]?.name, granted[0]?.name];
      throw new Error(
        `${operation} ${ids} in ${place}: ${names.join(' answers otherwise than ')}.`,
      );
    }
  }
}

/**
 * Throws unless a token without `read_customers` sees no customer where scopes are enforced, and all that any token sees
 * where they are open.
 */
export async function compareRefusals({ fleets }: Lab): Promise<void> {
  for (const server of fleets.flat()) {
    const { name, scopes, refusedRequestOf } = server;
    if (scopes === 'unknown') continue;
    const { text } = await send(server, refusedRequestOf('Q2', ''));
    const isRefused = !text.includes('firstName') && /error/i.test(text);
    if (scopes === 'enforced' && !isRefused) {
      throw new Error(`${name} refuses nothing: ${text.slice(0, 500)}`);
    }
    const whole = scopes === 'open' && (await send(server, server.requestOf('Q2', ''))).text;
    if (scopes === 'open' && text !== whole) {
      throw new Error(`${name} refuses something: ${text.slice(0, 500)}`);
    }
  }
}

async function send({ url }: BenchServer, { path, method, headers, body }: BenchRequest) {
  const response = await fetch(`${url}${path}`, { method, headers, body: body ?? null });
  return { status: response.status, text: await response.text() };
}

async function ask(server: BenchServer, operation: OperationName, id: string): Promise<unknown> {
  const { status, text } = await send(server, server.requestOf(operation, id));
  const parsed: unknown = JSON.parse(text);
  const failed = server.isGranted && Object.hasOwn(parsed as object, 'errors');
  if (status !== 200 || failed) {
    throw new Error(`${server.name} refuses ${operation}: ${text.slice(0, 500)}`);
  }
  return server.dataOf(parsed);
}

const COUNTED = 50;

/** Counts by pg_stat_statements, which is off during the rounds. By operation and server, `Q1 scopegate`. */
export async function countStatements(lab: Lab): Promise<ReadonlyMap<string, Statements>> {
  const { fleets, adminUrl, orderIds } = lab;
  const [servers = []] = fleets;
  const counted = new Map<string, Statements>();
  if (adminUrl === null) return counted;
  const ids = orderIds.slice(0, COUNTED);
  await runAs(adminUrl, async (client) => {
    const track = async (what: string) => {
      await client.query(`alter system set pg_stat_statements.track = '${what}'`);
      await client.query('select pg_reload_conf()');
      await sleep(300);
    };
    const read = async () => {
      const { rows } = await client.query<{ calls: string; sessions: string }>(
        `select sum(calls) as calls, sum(calls) filter (where query like 'select set_config(%') as sessions
         from pg_stat_statements s join pg_roles r on r.oid = s.userid where r.rolname = any ($1)`,
        [[APP_ROLE, UNBOUND_USER]],
      );
      return { calls: Number(rows[0]?.calls ?? 0), sessions: Number(rows[0]?.sessions ?? 0) };
    };
    await track('top');
    for (const { name: operation } of OPERATIONS) {
      for (const server of servers) {
        await ask(server, operation, ids[0] ?? '');
        await client.query('select pg_stat_statements_reset()');
        for (const id of ids) await ask(server, operation, id);
        const { calls, sessions } = await read();
        // Every transaction begins with the session's settings.
        const counts = { statements: calls / ids.length, transactions: sessions / ids.length };
        counted.set(`${operation} ${server.name}`, counts);
      }
    }
    await track('none');
  });
  return counted;
}

/**
 * Rounds of all servers in turn, so that what changes on the machine meets all of them. Each round is of the next fleet: two
 * processes of one program differ by a tenth or more for as long as they live.
 */
export async function measure(
  lab: Lab,
  operation: OperationName,
  connections: number,
  { rounds, seconds, warmUpSeconds }: Length,
  counted: ReadonlyMap<string, Statements>,
  tell: (text: string) => void,
): Promise<Cell> {
  const { place, fleets } = lab;
  const measured = new Map<ServerName, Round[]>();
  for (const server of fleets.flat()) {
    await oneRound(lab, server, operation, connections, warmUpSeconds);
    measured.set(server.name, []);
  }
  for (let round = 0; round < rounds; round += 1) {
    const servers = fleets[round % fleets.length] ?? [];
    for (const index of servers.keys()) {
      const server = servers[(index + round) % servers.length];
      if (server === undefined) continue;
      measured.get(server.name)?.push(await oneRound(lab, server, operation, connections, seconds));
    }
    tell(`${operation} in ${place}, ${connections} connections: round ${round + 1} of ${rounds}`);
  }
  const rows = [...measured].map(([server, results]) => ({
    server,
    summary: summaryOf(results),
    counted: counted.get(`${operation} ${server}`) ?? { statements: 0, transactions: 0 },
  }));
  return { place, operation, connections, rows };
}
