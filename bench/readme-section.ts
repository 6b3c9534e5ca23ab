import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { type Cell, MANY_APPS } from './cells.ts';
import { chartOf, THEMES } from './chart.ts';
import type { RatioTable } from './ratios.ts';

export interface Machine {
  readonly cores: number;
  readonly node: string;
  readonly orders: number;
  readonly rounds: number;
  readonly seconds: number;
  /** How many of each server took the rounds in turn. */
  readonly processes: number;
}

const ROOT = new URL('../../../', import.meta.url);
const BEGIN = '<!-- bench: written by "npm run bench -- --write" -->';
const END = '<!-- /bench -->';

/** Writes the chart for light and for dark pages, and puts it between its two marks in the README. */
export async function writeSection(
  cells: readonly Cell[],
  ratios: RatioTable,
  machine: Machine,
): Promise<void> {
  await mkdir(new URL('docs/', ROOT), { recursive: true });
  for (const [name, theme] of Object.entries(THEMES)) {
    await writeFile(new URL(`docs/bench-${name}.svg`, ROOT), chartOf(cells, theme));
  }
  const readme = new URL('README.md', ROOT);
  const text = await readFile(readme, 'utf8');
  await writeFile(readme, withSection(text, sectionOf(ratios, machine)));
}

/** The text with what is between the two marks replaced. */
export function withSection(text: string, section: string): string {
  const from = text.indexOf(BEGIN);
  const to = text.indexOf(END);
  if (from < 0 || to < from) throw new Error(`The README has no "${BEGIN}" before "${END}".`);
  return `${text.slice(0, from + BEGIN.length)}\n\n${section}\n\n${text.slice(to)}`;
}

/** The picture and what has to be known of it, as Markdown. */
export function sectionOf(ratios: RatioTable, machine: Machine): string {
  const { orders, rounds, seconds, processes, node } = machine;
  const costs = costsOf(ratios);
  return [
    '<picture>',
    '  <source media="(prefers-color-scheme: dark)" srcset="docs/bench-dark.svg">',
    '  <img alt="Requests per second of the gateway and of its peers" src="docs/bench-light.svg">',
    '</picture>',
    '',
    'Requests per second of one process on one core with 8 connections, and how many times the hand-written Fastify',
    `handler that is: medians of ${rounds} rounds of ${seconds} s, taken in turn by ${processes} such process${processes === 1 ? '' : 'es'}. Node ${node.replace('v', '')},`,
    `PostgreSQL 18 with ${orders.toLocaleString('en')} orders under row-level security.`,
    ...(costs.length > 0 ? ['', ...costs] : []),
  ].join('\n');
}

/** What the locks cost, and what waiting is like, as far as it was measured: a list of what is known. */
function costsOf({
  memory,
  postgres,
  enforcement,
  rowLevelSecurity,
}: RatioTable): readonly string[] {
  const many = postgres.q1.manyAppsVsRest;
  const scopes = rangeOf([enforcement.q1, enforcement.q2], percent);
  const rows = rangeOf([rowLevelSecurity.q1, rowLevelSecurity.q2], percent);
  const tails = rangeOf(
    [memory, postgres].flatMap(({ q1, q2 }) => [q1.p99VsYoga, q2.p99VsYoga]),
    (ratio) => ratio.toFixed(0),
  );
  return [
    scopes && `- With scopes, in memory: ${scopes} % of what the same engine does without any.`,
    rows &&
      `- With row-level security: ${rows} % of what a handler does that bounds each statement by hand.`,
    typeof many === 'number' &&
      `- All requests come from one app, and on PostgreSQL those of Q1 that arrive together share a statement. Asked by ${MANY_APPS} apps, whose requests share none, it is ${many.toFixed(2)} × the handler.`,
    tails && `- The slowest request in a hundred takes ${tails} times as long in Yoga as here.`,
  ].filter((line) => typeof line === 'string');
}

const percent = (ratio: number) => (ratio * 100).toFixed(0);

/** From the least to the most of what was measured; null where nothing was. */
function rangeOf(
  ratios: readonly (number | null | undefined)[],
  shown: (ratio: number) => string,
): string | null {
  const known = ratios.filter((ratio) => typeof ratio === 'number');
  if (known.length === 0) return null;
  const [least, most] = [shown(Math.min(...known)), shown(Math.max(...known))];
  return least === most ? least : `${least} to ${most}`;
}
