import { describe, expect, it } from 'vitest';
import type { Cell, ServerName } from '../../bench/cells.ts';
import { chartOf, THEMES } from '../../bench/chart.ts';
import { madeUpCell } from './kit.ts';

const CELL = madeUpCell('memory', 'Q1', {
  Yoga: { rate: 421.4 },
  scopegate: { rate: 8421 },
  'REST, Fastify': { rate: 6000 },
});

/** The bars of a picture from the top, each with the texts beside it. */
function barsOf(svg: string) {
  const rects = [...svg.matchAll(/<rect x="[\d.]+" y="(\d+)" width="([\d.]+)".*? fill="(.*?)"/g)];
  const texts = [...svg.matchAll(/<text x="[\d.]+" y="(\d+)".*?>(.*?)<\/text>/g)];
  return rects.map(([, y, width, fill]) => {
    const [name, value] = texts
      .filter(
        ([, baseline]) =>
          Math.abs(Number(baseline) - Number(y)) < 20 && Number(baseline) > Number(y),
      )
      .map(([, , text]) => text);
    return { name, value, width: Number(width), fill };
  });
}

const chart = (cells: readonly Cell[]) => chartOf(cells, THEMES.light);

describe('the chart of the benchmark', () => {
  it('shows a bar for each server, the fastest first, as long as it is fast', () => {
    const [first, second, third, ...others] = barsOf(chart([CELL]));
    expect(others).toEqual([]);
    expect([first?.name, second?.name, third?.name]).toEqual([
      'scopegate',
      'REST, Fastify',
      'Yoga',
    ]);
    expect(second?.width).toBeCloseTo(((first?.width ?? 0) * 6000) / 8421, 0);
    expect(third?.width).toBeCloseTo(((first?.width ?? 0) * 421.4) / 8421, 0);
  });

  it('says how many requests that is, and how many times the hand-written handler', () => {
    expect(barsOf(chart([CELL])).map(({ value }) => value)).toEqual([
      '8,420 · 1.40 ×',
      '6,000 · 1.00 ×',
      '421 · 0.070 ×',
    ]);
  });

  it('says requests alone where the handler was not measured', () => {
    const alone = madeUpCell('memory', 'Q1', { scopegate: { rate: 8421 } });
    expect(barsOf(chart([alone])).map(({ value }) => value)).toEqual(['8,420']);
  });

  it('colours our bar and no other', () => {
    const fills = (theme: keyof typeof THEMES) =>
      barsOf(chartOf([CELL], THEMES[theme])).map(({ fill }) => fill);
    for (const theme of ['light', 'dark'] as const) {
      const { ours, others } = THEMES[theme];
      expect(fills(theme)).toEqual([ours, others, others]);
    }
  });

  it('leaves out what compares a server with itself', () => {
    const compared: readonly ServerName[] = [
      'refused',
      'many apps',
      'without scopes',
      'REST, no RLS',
    ];
    const cell = madeUpCell('postgres', 'Q2', {
      scopegate: { rate: 100 },
      ...Object.fromEntries(compared.map((name) => [name, { rate: 200 }])),
    });
    expect(barsOf(chart([cell])).map(({ name }) => name)).toEqual(['scopegate']);
  });

  it('has a panel for each operation in each place, with 8 connections only', () => {
    const cells = (['memory', 'postgres'] as const).flatMap((place) =>
      (['Q1', 'Q2'] as const).flatMap((operation) =>
        [8, 1].map((connections) =>
          madeUpCell(place, operation, { scopegate: { rate: 100 } }, connections),
        ),
      ),
    );
    const titles = [...chart(cells).matchAll(/font-weight="600" font-size="14">(.*?)</g)];
    expect(titles.map(([, title]) => title)).toEqual([
      'In memory, Q1',
      'In memory, Q2',
      'On PostgreSQL, Q1',
      'On PostgreSQL, Q2',
    ]);
    const panels = [...chart(cells).matchAll(/translate\((\d+) (\d+)\)/g)].map(([, x, y]) => [
      x,
      y,
    ]);
    expect(new Set(panels.map(String)).size).toBe(4);
  });

  it('is as tall as its panels', () => {
    const heightOf = (count: number) => {
      const svg = chart(Array.from({ length: count }, () => CELL));
      const bottoms = [...svg.matchAll(/<rect .*? y="(\d+)" .*?height="(\d+)"/g)];
      const inPanel = Math.max(...bottoms.map(([, y, height]) => Number(y) + Number(height)));
      const top = Math.max(
        ...[...svg.matchAll(/translate\(\d+ (\d+)\)/g)].map(([, y]) => Number(y)),
      );
      const height = Number(/height="(\d+)" viewBox/.exec(svg)?.[1]);
      expect(height).toBeGreaterThan(top + inPanel);
      return height;
    };
    expect(heightOf(2)).toBe(heightOf(1));
    expect(heightOf(3)).toBe(heightOf(1) * 2);
  });

  it('says the same in words', () => {
    expect(/<title>(.*?)<\/title>/.exec(chart([CELL]))?.[1]).toBe(
      'In memory, Q1: scopegate 8,420 · 1.40 ×, REST, Fastify 6,000 · 1.00 ×, Yoga 421 · 0.070 ×.',
    );
  });
});
