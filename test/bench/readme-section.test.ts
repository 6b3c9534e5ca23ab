import { describe, expect, it } from 'vitest';
import { ratioTable, requestsPerSecond } from '../../bench/ratios.ts';
import { sectionOf, withSection } from '../../bench/readme-section.ts';
import { madeUpCell } from './kit.ts';

const MACHINE = {
  cores: 2,
  node: 'v20.20.2',
  orders: 1_000_000,
  rounds: 6,
  seconds: 3,
  processes: 3,
};
const BEGIN = '<!-- bench: written by "npm run bench -- --write" -->';
const END = '<!-- /bench -->';

describe('the section of the README', () => {
  it('takes the place of what is between the marks, and of nothing else', () => {
    const text = `before\n${BEGIN}\nold\n${END}\nafter`;
    expect(withSection(text, 'new')).toBe(`before\n${BEGIN}\n\nnew\n\n${END}\nafter`);
    expect(withSection(withSection(text, 'new'), 'newer')).toBe(withSection(text, 'newer'));
  });

  it('is refused where the marks are missing', () => {
    expect(() => withSection(`before\n${END}`, 'new')).toThrow('The README has no');
  });

  it('shows a picture for light pages and one for dark ones', () => {
    const section = sectionOf(ratioTable([], requestsPerSecond), MACHINE);
    expect(section).toMatch(/prefers-color-scheme: dark\)" srcset="docs\/bench-dark\.svg"/);
    expect(section).toContain('src="docs/bench-light.svg"');
  });

  it('says what was measured how, and what the locks cost', () => {
    const cells = [
      madeUpCell('memory', 'Q1', {
        scopegate: { rate: 97, p99: 1 },
        'without scopes': { rate: 100 },
        Yoga: { rate: 1, p99: 12 },
      }),
      madeUpCell('memory', 'Q2', {
        scopegate: { rate: 99, p99: 1 },
        'without scopes': { rate: 100 },
        Yoga: { rate: 1, p99: 20 },
      }),
      madeUpCell('postgres', 'Q1', {
        'REST, Fastify': { rate: 100 },
        'many apps': { rate: 85 },
        'REST, node:http': { rate: 90 },
        'REST, no RLS': { rate: 100 },
      }),
    ];
    const section = sectionOf(ratioTable(cells, requestsPerSecond), MACHINE);
    expect(section).toContain(
      'medians of 6 rounds of 3 s, taken in turn by 3 such processes. Node 20.20.2,',
    );
    expect(section).toContain('1,000,000 orders');
    expect(section).toContain('97 to 99 % of what the same engine does without any');
    expect(section).toContain('90 % of what a handler does that bounds each statement by hand');
    expect(section).toContain(
      'Asked by 64 apps, whose requests share none, it is 0.85 × the handler',
    );
    expect(section).toContain('12 to 20 times as long in Yoga');
  });

  it('says nothing of what was not measured', () => {
    const section = sectionOf(ratioTable([], requestsPerSecond), MACHINE);
    expect(section).not.toMatch(/scopes|by hand|apps|Yoga/);
  });
});
