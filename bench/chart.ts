import type { Cell, Place } from './cells.ts';
import { REFERENCE, rowOf, type ServerName } from './cells.ts';
import { OPERATIONS } from './operations.ts';

/** Colours that are read well on the page behind the picture, which is transparent. */
export interface Theme {
  readonly text: string;
  readonly faint: string;
  readonly ours: string;
  readonly others: string;
}

/** GitHub's two. */
export const THEMES = {
  light: { text: '#1f2328', faint: '#59636e', ours: '#0969da', others: '#8c959f' },
  dark: { text: '#f0f6fc', faint: '#9198a1', ours: '#4493f8', others: '#656c76' },
} as const satisfies Readonly<Record<string, Theme>>;

const TITLES: Readonly<Record<Place, string>> = { memory: 'In memory', postgres: 'On PostgreSQL' };

/** Those that compare the gateway, or a handler, with itself: no bars of their own. */
const LEFT_OUT: readonly ServerName[] = ['refused', 'many apps', 'without scopes', 'REST, no RLS'];

const WIDTH = 860;
const PANEL = { width: 415, gap: 30, head: 46, foot: 22 } as const;
const ROW = { height: 24, bar: 14 } as const;
/** Where names end and bars begin, and how long the longest bar is. */
const BARS = { left: 118, longest: 165 } as const;

/** What one operation in one place comes to: a panel of the picture. */
interface Panel {
  readonly title: string;
  readonly subtitle: string;
  readonly bars: readonly Bar[];
}

interface Bar {
  readonly server: ServerName;
  /** Of the longest bar. */
  readonly share: number;
  readonly value: string;
}

/** Requests per second with 8 connections as bars, longest first, a panel for each operation in each place, as SVG. */
export function chartOf(cells: readonly Cell[], theme: Theme): string {
  const panels = cells.filter(({ connections }) => connections === 8).map(panelOf);
  const lines: string[] = [];
  let top = 0;
  for (let index = 0; index < panels.length; index += 2) {
    const pair = panels.slice(index, index + 2);
    for (const [column, panel] of pair.entries()) {
      const left = column * (PANEL.width + PANEL.gap);
      lines.push(`<g transform="translate(${left} ${top})">`, ...drawn(panel, theme), '</g>');
    }
    top += Math.max(...pair.map(heightOf));
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${top}" viewBox="0 0 ${WIDTH} ${top}" role="img" font-family="system-ui, -apple-system, 'Segoe UI', 'Helvetica Neue', sans-serif" font-size="13">`,
    `<title>${escaped(summaryOf(panels))}</title>`,
    ...lines,
    '</svg>',
    '',
  ].join('\n');
}

function panelOf(cell: Cell): Panel {
  const reference = rowOf(cell, REFERENCE)?.summary.requestsPerSecond.median;
  const rates = cell.rows
    .filter(({ server }) => !LEFT_OUT.includes(server))
    .map(({ server, summary }) => ({ server, rate: summary.requestsPerSecond.median }))
    .sort((a, b) => b.rate - a.rate);
  const most = rates[0]?.rate ?? 1;
  return {
    title: `${TITLES[cell.place]}, ${cell.operation}`,
    subtitle: OPERATIONS.find(({ name }) => name === cell.operation)?.title ?? '',
    bars: rates.map(({ server, rate }) => {
      const times = reference === undefined ? '' : ` · ${timesOf(rate / reference)}`;
      return { server, share: rate / most, value: `${shownRate(rate)}${times}` };
    }),
  };
}

/** Three digits are what the rounds are good for. */
function shownRate(rate: number): string {
  return Number(rate.toPrecision(3)).toLocaleString('en');
}

const timesOf = (ratio: number) => `${ratio.toFixed(ratio < 0.0995 ? 3 : 2)} ×`;

const heightOf = ({ bars }: Panel) => PANEL.head + bars.length * ROW.height + PANEL.foot;

function drawn({ title, subtitle, bars }: Panel, theme: Theme): readonly string[] {
  return [
    `<text y="14" fill="${theme.text}" font-weight="600" font-size="14">${escaped(title)}</text>`,
    `<text y="32" fill="${theme.faint}" font-size="11">${escaped(subtitle)}</text>`,
    ...bars.flatMap((bar, index) => drawnBar(bar, PANEL.head + index * ROW.height, theme)),
  ];
}

function drawnBar({ server, share, value }: Bar, top: number, theme: Theme): readonly string[] {
  const isOurs = server === 'scopegate';
  const length = Math.max(share * BARS.longest, 1);
  const baseline = top + ROW.bar - 2;
  const weight = isOurs ? ' font-weight="600"' : '';
  const text = (x: number, anchor: string, shown: string, fill: string) =>
    `<text x="${x.toFixed(1)}" y="${baseline}" text-anchor="${anchor}" fill="${fill}"${weight}>${escaped(shown)}</text>`;
  return [
    text(BARS.left - 8, 'end', server, theme.text),
    `<rect x="${BARS.left}" y="${top}" width="${length.toFixed(1)}" height="${ROW.bar}" rx="2" fill="${isOurs ? theme.ours : theme.others}"/>`,
    text(BARS.left + length + 6, 'start', value, isOurs ? theme.text : theme.faint),
  ];
}

/** The same in words, for whoever does not see the picture. */
const summaryOf = (panels: readonly Panel[]) =>
  panels
    .map(
      ({ title, bars }) =>
        `${title}: ${bars.map(({ server, value }) => `${server} ${value}`).join(', ')}.`,
    )
    .join(' ');

const escaped = (text: string) =>
  text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
