import type { Cell, CellRow, Place, ServerName } from '../../bench/cells.ts';
import type { OperationName } from '../../bench/operations.ts';

/** What was measured of a server, made up: the same in every round. */
export interface MadeUp {
  readonly rate: number;
  readonly p99?: number;
  readonly nodeCpu?: number;
  readonly postgresCpu?: number;
}

const always = (value: number) => ({ median: value, min: value, max: value });

function rowOf(
  server: ServerName,
  { rate, p99 = 1, nodeCpu = 1, postgresCpu = 0 }: MadeUp,
): CellRow {
  return {
    server,
    summary: {
      requestsPerSecond: always(rate),
      p50: always(1),
      p99: always(p99),
      nodeCpu: always(nodeCpu),
      postgresCpu: always(postgresCpu),
      busy: always(1),
    },
    counted: { statements: 0, transactions: 0 },
  };
}

/** A cell of made-up servers, with 8 connections unless it says otherwise. */
export function madeUpCell(
  place: Place,
  operation: OperationName,
  servers: { readonly [S in ServerName]?: MadeUp },
  connections = 8,
): Cell {
  const rows = Object.entries(servers).map(([name, made]) => rowOf(name as ServerName, made));
  return { place, operation, connections, rows };
}
