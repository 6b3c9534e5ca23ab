import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAX_LINE_BYTES, readLines } from '../../src/commands/import/lines.ts';
import { readJson } from '../../src/commands/import/read-json.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scopegate-lines-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The lines of a file with this content, from a place on. */
async function linesOf(content: Buffer, from = { byteOffset: 0, lines: 0 }) {
  const path = join(folder, 'lines');
  await writeFile(path, content);
  const lines = [];
  for await (const line of readLines(path, { ...from, size: content.length })) lines.push(line);
  return lines;
}

describe('the lines of a file', () => {
  it.each([
    ['', []],
    ['a', ['a']],
    ['a\n', ['a']],
    ['a\n\nb', ['a', '', 'b']],
    ['\n', ['']],
  ])('of %j are told apart', async (text, expected) => {
    const lines = await linesOf(Buffer.from(text));
    expect(lines.map(({ bytes }) => bytes?.toString())).toEqual(expected);
    expect(lines.map(({ number }) => number)).toEqual(expected.map((_, at) => at + 1));
    if (lines.length > 0) expect(lines.at(-1)?.end).toBe(text.length);
  });

  it('go on behind any of them as if they had not been left', async () => {
    const texts = fc.array(fc.string({ maxLength: 5 }).map((text) => text.replace(/\n/g, 'n')));
    await fc.assert(
      fc.asyncProperty(texts, fc.nat(), async (parts, place) => {
        const content = Buffer.from(parts.map((part) => `${part}\n`).join(''));
        const all = await linesOf(content);
        const at = all.length === 0 ? 0 : place % all.length;
        const before = all[at - 1];
        const from = { byteOffset: before?.end ?? 0, lines: before?.number ?? 0 };
        expect(await linesOf(content, from)).toEqual(all.slice(at));
      }),
      { numRuns: 50 },
    );
  });

  it('are given without their bytes where they are too long, and the others whole', async () => {
    const content = Buffer.concat([
      Buffer.from('a\n'),
      Buffer.alloc(MAX_LINE_BYTES + 1, 'x'),
      Buffer.from('\n'),
      Buffer.alloc(MAX_LINE_BYTES, 'y'),
      Buffer.from('\nb'),
    ]);
    const lines = await linesOf(content);
    expect(lines.map(({ bytes }) => bytes?.length ?? null)).toEqual([1, null, MAX_LINE_BYTES, 1]);
    expect(lines.map(({ end }) => end)).toEqual([
      2,
      MAX_LINE_BYTES + 4,
      2 * MAX_LINE_BYTES + 5,
      2 * MAX_LINE_BYTES + 6,
    ]);
  });

  it('hold nothing of one that never ends', async () => {
    const path = join(folder, 'endless');
    // Large enough that what waits for the garbage collector is little beside it; the file has holes and takes no room.
    const size = 512 * MAX_LINE_BYTES;
    await writeFile(path, '');
    await truncate(path, size);
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    }, 1);
    for await (const { bytes, end } of readLines(path, { byteOffset: 0, lines: 0, size })) {
      expect([bytes, end]).toEqual([null, size]);
    }
    clearInterval(watch);
    expect(most).toBeLessThan(size / 2);
  });
});

describe('a line', () => {
  it.each([
    ['an overlong form', [0x22, 0xc0, 0xaf, 0x22]],
    ['half of a letter', [0x22, 0xc3, 0x22]],
    ['a surrogate in UTF-8', [0x22, 0xed, 0xa0, 0x80, 0x22]],
  ])('is refused with %s', (_what, bytes) => {
    expect(readJson(Buffer.from(bytes))).toEqual({
      problems: [{ field: null, message: 'The line is not valid UTF-8.' }],
    });
  });

  it('is read with all that Unicode has', () => {
    const object = { name: 'Zoë 🚀 漢字 \u202e' };
    expect(readJson(Buffer.from(JSON.stringify(object)))).toEqual({ object });
    expect(readJson(Buffer.from('{"name":"\\ud83d\\ude80"}'))).toEqual({ object: { name: '🚀' } });
  });

  it('with nothing in it is no line', () => {
    expect(readJson(Buffer.from(' \r'))).toEqual({ object: null });
  });
});
