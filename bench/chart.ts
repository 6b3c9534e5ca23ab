import { readFile, writeFile } from 'node:fs/promises';
import type { Cell } from './lab.ts';
import { OPERATIONS } from './operations.ts';
import { referenceOf } from './table.ts';

export interface Machine {
  readonly cores: number;
  readonly node: string;
  readonly orders: number;
  readonly rounds: number;
  readonly seconds: number;
}

const README = new URL('../../../README.md', import.meta.url);
const BEGIN = '<!-- bench: written by "npm run bench -- --write" -->';
const END = '<!-- /bench -->';
const TITLES = { memory: 'In memory', postgres: 'On PostgreSQL' } as const;

/** Bars of requests per second with 8 connections, longest first, as Markdown. */
export function chartOf(cells: readonly Cell[], machine: Machine): string {
  const { orders, rounds, seconds, node } = machine;
  const blocks = cells
    .filter(({ connections }) => connections === 8)
    .map((cell) => [headOf(cell), '```', ...barsOf(cell), '```'].join('\n'));
  const foot =
    `Requests per second on one core, medians of ${rounds} rounds of ${seconds} s with 8 connections, and in brackets how many times ` +
    `the faster hand-written REST handler that is; Node ${node}, PostgreSQL 18 with ${orders.toLocaleString('en')} orders under row-level security.`;
  return [...blocks, foot].join('\n\n');
}

function headOf({ place, operation }: Cell): string {
  const title = OPERATIONS.find(({ name }) => name === operation)?.title ?? '';
  return `**${TITLES[place]}, ${operation}**: ${title}`;
}

const WIDTH = 40;
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

function barsOf(cell: Cell): readonly string[] {
  const reference = referenceOf(cell.rows)?.summary.requestsPerSecond.median ?? Number.NaN;
  const rows = cell.rows
    .filter(({ server }) => server !== 'refused')
    .map(({ server, summary }) => ({ server, rate: summary.requestsPerSecond.median }))
    .sort((a, b) => b.rate - a.rate);
  const most = rows[0]?.rate ?? 1;
  const nameWidth = Math.max(...rows.map(({ server }) => server.length));
  const rateWidth = String(Math.round(most)).length;
  return rows.map(({ server, rate }) => {
    const rounded = String(Math.round(rate)).padStart(rateWidth);
    const times = Number.isNaN(reference) ? '' : ` (${(rate / reference).toFixed(2)})`;
    return `${server.padEnd(nameWidth)} ${rounded}${times} ${bar(rate / most)}`;
  });
}

function bar(share: number): string {
  const eighths = Math.round(share * WIDTH * 8);
  return '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? '');
}

/** Puts the chart between its two marks in the README. */
export async function writeChart(chart: string): Promise<void> {
  const text = await readFile(README, 'utf8');
  const from = text.indexOf(BEGIN);
  const to = text.indexOf(END);
  if (from < 0 || to < from) throw new Error(`The README has no "${BEGIN}" before "${END}".`);
  await writeFile(README, `${text.slice(0, from + BEGIN.length)}\n\n${chart}\n\n${text.slice(to)}`);
}
