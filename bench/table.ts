import { type CellRow, REFERENCE } from './cells.ts';
import type { Spread, Summary } from './statistics.ts';

/** `us` are microseconds of processor time for one request, `SQL` and `tx` statements and transactions. */
const HEAD = [
  'server',
  'req/s',
  'x REST',
  'p50 ms',
  'p99 ms',
  'node us',
  'x REST',
  'postgres us',
  'x REST',
  'core busy',
  'SQL',
  'tx',
];

/** Plain text; each figure is the median with the least and the most of all rounds. */
export function formatTable(rows: readonly CellRow[]): string {
  const base = rows.find(({ server }) => server === REFERENCE)?.summary;
  const ratio = (summary: Summary, figure: 'requestsPerSecond' | 'nodeCpu' | 'postgresCpu') =>
    base === undefined || base[figure].median === 0
      ? ''
      : (summary[figure].median / base[figure].median).toFixed(2);
  const cells = rows.map(({ server, summary, counted }) => [
    server,
    figureOf(summary.requestsPerSecond),
    ratio(summary, 'requestsPerSecond'),
    figureOf(summary.p50),
    figureOf(summary.p99),
    figureOf(summary.nodeCpu),
    ratio(summary, 'nodeCpu'),
    figureOf(summary.postgresCpu),
    ratio(summary, 'postgresCpu'),
    `${Math.round(summary.busy.median * 100)} %`,
    counted.statements.toFixed(1),
    counted.transactions.toFixed(1),
  ]);
  const all = [HEAD, ...cells];
  const widths = HEAD.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  '),
    )
    .join('\n');
}

function figureOf({ median, min, max }: Spread): string {
  const digits = median < 10 ? 2 : median < 100 ? 1 : 0;
  return `${median.toFixed(digits)} (${min.toFixed(digits)}-${max.toFixed(digits)})`;
}
