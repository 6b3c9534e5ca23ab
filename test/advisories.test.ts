import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const DOCUMENT = new URL('../docs/advisories.md', import.meta.url);
const [TABLES = '', NOT_YET = ''] = readFileSync(DOCUMENT, 'utf8').split('\n## Not yet here\n');

interface Row {
  readonly advisory: string;
  readonly sentences: readonly string[];
  readonly tests: readonly { readonly path: string; readonly title: string }[];
}

/** The tests that a cell names: a link to a file, and after it the titles in that file. */
function testsIn(cell: string): Row['tests'] {
  const found: { path: string; title: string }[] = [];
  let path = '';
  for (const [, link, title] of cell.matchAll(/\]\(([^)]+)\)|`([^`]+)`/g)) {
    if (link !== undefined) path = link;
    else found.push({ path, title: title ?? '' });
  }
  return found;
}

const ROWS: readonly Row[] = TABLES.split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (Advisory|Case|---) /.test(line))
  .map((line) => {
    const [advisory = '', wrong = '', why = '', tests = ''] = line.slice(2, -2).split(' | ');
    return { advisory, sentences: [wrong, why], tests: testsIn(tests) };
  });

const idsIn = (text: string) => text.match(/\b(CVE-\d{4}-\d{4,}|GHSA(-[0-9a-z]{4}){3})\b/g) ?? [];

describe('docs/advisories.md', () => {
  it('has rows, each of which says what went wrong and why it applies here', () => {
    expect(ROWS.length).toBeGreaterThan(50);
    const unclear = ROWS.filter(
      ({ sentences }) => !sentences.every((text) => /^[A-Z`].*\.$/.test(text)),
    );
    expect(unclear.map(({ advisory }) => advisory)).toEqual([]);
  });

  it.each(ROWS)('names tests that there are: $advisory', ({ tests }) => {
    expect(tests).not.toEqual([]);
    for (const { path, title } of tests) {
      expect(path).toMatch(/^\.\.\/test\/.+\.ts$/);
      const file = new URL(path, DOCUMENT);
      expect({ path, exists: existsSync(fileURLToPath(file)) }).toEqual({ path, exists: true });
      const text = readFileSync(file, 'utf8');
      const isThere = ["'", '"', '`'].some((quote) => text.includes(`${quote}${title}${quote}`));
      expect({ path, title, isThere }).toEqual({ path, title, isThere: true });
    }
  });

  it('claims nothing for what is not yet here, and each id once', () => {
    const claimed = ROWS.flatMap(({ advisory }) => idsIn(advisory));
    expect(claimed.length).toBeGreaterThan(80);
    const all = [...claimed, ...idsIn(NOT_YET)];
    expect(all.filter((id, index) => all.indexOf(id) !== index)).toEqual([]);
    expect(NOT_YET).not.toContain('](');
  });
});
